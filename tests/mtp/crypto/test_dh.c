/* The checks of a Diffie-Hellman group and of public values, and the powers. */
#include "support.h"

#include "primes.h"
#include "sample.h"

static void known(uint8_t p[256]) {
  memcpy(p, mtp_dh_known_prime(), 256);
}

/* proves KX-8 */
static void the_known_prime_passes(void **state) {
  uint8_t p[256];
  (void)state;
  known(p);
  assert_hex(p, 8, "c71caeb9c6b1c904");
  assert_hex(p + 248, 8, "119cd8e3b92fcc5b");
  assert_ok(mtp_dh_check_prime(p, NULL));
}

/* proves KX-8 */
static void another_safe_prime_passes_and_is_remembered(void **state) {
  mtp_dh_cache cache = {0};
  uint8_t p[256];
  (void)state;
  unhex(prime_rfc3526, p, 256);
  assert_ok(mtp_dh_check_prime(p, &cache));
  assert_int_equal(cache.count, 1);
  assert_ok(mtp_dh_check_prime(p, &cache));
  assert_int_equal(cache.count, 1);
}

/* proves KX-8 */
static void what_is_no_safe_prime_of_2048_bits_is_rejected(void **state) {
  mtp_dh_cache cache = {0};
  uint8_t p[256];
  (void)state;
  unhex(prime_unsafe, p, 256);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  unhex(prime_half, p, 256);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  unhex(prime_short, p, 256); /* nothing but its size is wrong */
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  known(p);
  p[255] ^= 4; /* composite */
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  known(p);
  p[0] &= 0x7f; /* 2047 bits */
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  known(p);
  p[255] &= 0xfe; /* even */
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  memset(p, 0, sizeof p);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_prime(p, &cache));
  assert_int_equal(cache.count, 0);
}

/* Eight others later the first has gone, and the count has not run away. */
static void the_cache_takes_turns_over_its_places(void **state) {
  mtp_dh_cache cache = {0};
  uint8_t p[256], hash[32];
  (void)state;
  unhex(prime_rfc3526, p, 256);
  assert_ok(mtp_dh_check_prime(p, &cache));
  memcpy(hash, cache.passed[0], 32);
  for (unsigned count = 1; count <= 15; count += 14) {
    memset(&cache, 0, sizeof cache);
    cache.count = count; /* as after that many other primes */
    assert_ok(mtp_dh_check_prime(p, &cache));
    assert_memory_equal(cache.passed[count % 8], hash, 32);
    assert_true(cache.count == count + 1 || (cache.count == 8 && count == 15));
  }
}

/* p with a last byte and next-to-last byte that give it the remainder wanted. */
static void with_remainder(uint8_t p[256], unsigned divisor, unsigned wanted) {
  for (unsigned low = 0; low < 65536; low++) {
    unsigned rest = 0;
    known(p);
    p[254] = (uint8_t)(low >> 8);
    p[255] = (uint8_t)low;
    for (size_t i = 0; i < 256; i++)
      rest = (rest << 8 | p[i]) % divisor;
    if (rest == wanted)
      return;
  }
  fail();
}

/* proves KX-9 */
static void each_generator_is_taken_for_its_residues_and_no_others(void **state) {
  static const struct {
    int32_t g;
    unsigned divisor;
    uint32_t good; /* bit r: remainder r is right */
  } rows[] = {{2, 8, 1u << 7},
              {3, 3, 1u << 2},
              {5, 5, 1u << 1 | 1u << 4},
              {6, 24, 1u << 19 | 1u << 23},
              {7, 7, 1u << 3 | 1u << 5 | 1u << 6}};
  uint8_t p[256];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (unsigned rest = 0; rest < rows[i].divisor; rest++) {
      with_remainder(p, rows[i].divisor, rest);
      assert_status(rows[i].good >> rest & 1 ? MTP_OK : MTP_ERR_REJECTED,
                    mtp_dh_check_generator(rows[i].g, p));
    }
  assert_ok(mtp_dh_check_generator(4, p));
}

/* proves KX-9 */
static void every_other_generator_is_rejected(void **state) {
  static const int32_t wrong[] = {0, 1, -1, -2, -3, 8, 9, 10, 256, 259, INT32_MAX, INT32_MIN};
  uint8_t p[256];
  (void)state;
  unhex(prime_rfc3526, p, 256); /* for which 2 to 7 are all right */
  for (int32_t g = 2; g <= 7; g++)
    assert_ok(mtp_dh_check_generator(g, p));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_status(MTP_ERR_REJECTED, mtp_dh_check_generator(wrong[i], p));
}

/* value = p - 2^1984 + delta, or 2^1984 + delta when p is NULL; |delta| at most 1. */
static void at_the_edge(const uint8_t *p, int delta, uint8_t value[256]) {
  int carry = delta;
  memset(value, 0, 256);
  if (p)
    memcpy(value, p, 256);
  for (int i = 255; i >= 0; i--) {
    int byte = value[i] + carry + (i == 7 ? (p ? -1 : 1) : 0); /* 2^1984 is 1 in byte 7 */
    value[i] = (uint8_t)(byte & 0xff);
    carry = byte < 0 ? -1 : byte > 255;
  }
}

/* proves KX-10 */
static void public_values_keep_their_distance_from_both_ends(void **state) {
  uint8_t p[256], value[256] = {0};
  (void)state;
  known(p);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p)); /* 0 */
  value[255] = 1;
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p)); /* 1 */
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(p, p));
  memcpy(value, p, 256);
  value[255]--;
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p)); /* p - 1 */
  memset(value, 0xff, 256);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p)); /* above p */
  at_the_edge(NULL, -1, value);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p));
  at_the_edge(NULL, 0, value);
  assert_ok(mtp_dh_check_public(value, p));
  at_the_edge(p, 1, value);
  assert_status(MTP_ERR_REJECTED, mtp_dh_check_public(value, p));
  at_the_edge(p, 0, value);
  assert_ok(mtp_dh_check_public(value, p));
}

/* proves KX-11, KX-16 */
static void the_worked_example_gives_its_public_value_and_its_key(void **state) {
  uint8_t b[256], g_a[256], p[256], out[256];
  const uint8_t g = 3;
  (void)state;
  known(p);
  unhex(sample_b, b, 256);
  unhex(sample_g_a, g_a, 256);
  assert_ok(mtp_dh_power(&g, 1, b, p, out));
  assert_hex(out, 256, sample_g_b);
  assert_ok(mtp_dh_power(g_a, 256, b, p, out));
  assert_hex(out, 256, sample_auth_key);
}

/* proves KX-11 */
static void small_results_are_padded_with_zeros_in_front(void **state) {
  uint8_t e[256] = {0}, p[256], out[256], want[256] = {0};
  const uint8_t g = 3;
  (void)state;
  known(p);
  e[255] = 5;
  want[255] = 243;
  memset(out, 0xff, sizeof out);
  assert_ok(mtp_dh_power(&g, 1, e, p, out));
  assert_memory_equal(out, want, 256);
  e[255] = 0;
  want[255] = 1;
  assert_ok(mtp_dh_power(&g, 1, e, p, out));
  assert_memory_equal(out, want, 256);
}

static void powers_that_make_no_sense_are_refused(void **state) {
  uint8_t e[256] = {0}, p[256], out[256], base[257] = {0};
  (void)state;
  known(p);
  assert_status(MTP_ERR_ARGUMENT, mtp_dh_power(base, 0, e, p, out));
  assert_status(MTP_ERR_ARGUMENT, mtp_dh_power(base, 257, e, p, out));
  assert_status(MTP_ERR_ARGUMENT, mtp_dh_power(p, 256, e, p, out));
  p[255] &= 0xfe;
  assert_status(MTP_ERR_ARGUMENT, mtp_dh_power(base, 1, e, p, out));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_known_prime_passes),
      cmocka_unit_test(another_safe_prime_passes_and_is_remembered),
      cmocka_unit_test(what_is_no_safe_prime_of_2048_bits_is_rejected),
      cmocka_unit_test(the_cache_takes_turns_over_its_places),
      cmocka_unit_test(each_generator_is_taken_for_its_residues_and_no_others),
      cmocka_unit_test(every_other_generator_is_rejected),
      cmocka_unit_test(public_values_keep_their_distance_from_both_ends),
      cmocka_unit_test(the_worked_example_gives_its_public_value_and_its_key),
      cmocka_unit_test(small_results_are_padded_with_zeros_in_front),
      cmocka_unit_test(powers_that_make_no_sense_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
