/* What the tests of libmtp share: hex, a random generator that is known beforehand, and short forms
 * of cmocka's comparisons. */
#ifndef TESTS_MTP_SUPPORT_H
#define TESTS_MTP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mtp/crypto.h>
#include <stdlib.h>
#include <string.h>

#define assert_ok(call)     assert_int_equal((call), MTP_OK)
#define assert_status(s, c) assert_int_equal((c), (s))

static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes of a hex string, which must be exactly `size` of them. */
static inline void unhex(const char *hex, uint8_t *out, size_t size) {
  assert_int_equal(strlen(hex), 2 * size);
  for (size_t i = 0; i < size; i++) {
    int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    assert_true(high >= 0 && low >= 0);
    out[i] = (uint8_t)(high << 4 | low);
  }
}

static inline void assert_hex(const uint8_t *bytes, size_t size, const char *hex) {
  uint8_t want[2048];
  assert_true(size <= sizeof want);
  unhex(hex, want, size);
  assert_memory_equal(bytes, want, size);
}

/* Plays back `bytes`, then goes on with a plain sequence (xorshift, never 0 for long); with
 * fail_after >= 0 the call of that number, counted from 0, fails. */
typedef struct fake_rng {
  const uint8_t *bytes;
  size_t size;
  size_t at;
  uint64_t state;
  int fail_after; /* -1: never */
  int calls;
} fake_rng;

static inline int fake_rng_fill(void *ctx, uint8_t *out, size_t n) {
  fake_rng *fake = ctx;
  if (fake->calls++ == fake->fail_after)
    return -1;
  for (size_t i = 0; i < n; i++) {
    if (fake->at < fake->size) {
      out[i] = fake->bytes[fake->at++];
      continue;
    }
    fake->state ^= fake->state << 13;
    fake->state ^= fake->state >> 7;
    fake->state ^= fake->state << 17;
    out[i] = (uint8_t)(fake->state >> 24);
  }
  return 0;
}

static inline fake_rng fake_rng_of(const void *bytes, size_t size) {
  fake_rng fake = {bytes, size, 0, 0x9e3779b97f4a7c15u, -1, 0};
  return fake;
}

static inline mtp_rng fake_rng_view(fake_rng *fake) {
  mtp_rng rng = {fake_rng_fill, fake};
  return rng;
}

#endif
