/* Factoring pq, and the arithmetic under it. */
#include "support.h"

#include <crypto/mul64.h>
#include <crypto/pq.h>

static void check(uint64_t p, uint64_t q) {
  uint64_t a = 0, b = 0;
  assert_ok(mtp_pq_factor(p * q, &a, &b));
  assert_true(a == p && b == q);
}

/* proves KX-1 */
static void the_published_samples_factor(void **state) {
  (void)state;
  check(1513098571, 1780931429); /* core.telegram.org/mtproto/samples-auth_key */
  check(0x494c553b, 0x53911073); /* an older version of that page */
  check(0x494c5c99, 0x494c778d);
}

/* proves KX-1 */
static void any_product_of_two_odd_primes_factors(void **state) {
  (void)state;
  check(3, 5);
  check(3, 7);
  check(997, 1009);
  check(3, 6148914691236517199); /* one tiny, one of 63 bits: the product needs all 64 */
  check(4294967279, 4294967291); /* the largest 32-bit primes */
  check(65521, 281539415969051);
  check(2147483629, 2147483647);
}

/* proves KX-1 */
static void many_random_semiprimes_factor(void **state) {
  fake_rng fake = fake_rng_of(NULL, 0);
  (void)state;
  for (int i = 0; i < 200; i++) {
    uint32_t pair[2];
    for (int j = 0; j < 2; j++) {
      uint8_t raw[4];
      fake_rng_fill(&fake, raw, 4);
      pair[j] =
          (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3] | 1;
      while (!mtp_is_prime64(pair[j]))
        pair[j] += 2;
    }
    if (pair[0] != pair[1])
      check(pair[0] < pair[1] ? pair[0] : pair[1], pair[0] < pair[1] ? pair[1] : pair[0]);
  }
}

/* proves KX-1 */
static void whatever_is_no_such_product_is_rejected(void **state) {
  static const uint64_t wrong[] = {
      0,
      1,
      2,
      3,
      4,
      9,
      13,
      2 * 1780931429ull,             /* even */
      1780931429ull,                 /* prime */
      18446744073709551557ull,       /* the largest 64-bit prime */
      18446744073709551615ull,       /* 2^64 - 1: seven factors */
      1513098571ull * 1513098571ull, /* a square */
      3ull * 5 * 7,                  /* three primes */
      65537ull * 65539 * 65543,      /* three larger ones */
  };
  uint64_t p, q;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_status(MTP_ERR_REJECTED, mtp_pq_factor(wrong[i], &p, &q));
    assert_true(p == 0 && q == 0);
  }
}

/* Two small primes are often found at once, as their product, beside a large one. */
/* proves KX-1 */
static void a_factor_that_is_a_product_itself_is_rejected(void **state) {
  static const uint16_t small[] = {1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049};
  enum { SMALL = sizeof small / sizeof *small };
  uint64_t p, q;
  (void)state;
  for (size_t i = 0; i < SMALL; i++)
    for (size_t j = 0; j < i; j++)
      assert_status(MTP_ERR_REJECTED, mtp_pq_factor(4294967291ull * small[i] * small[j], &p, &q));
}

static void primality_agrees_with_a_sieve_and_with_known_numbers(void **state) {
  static uint8_t composite[20000];
  static const uint64_t strong[] = {2047, 3215031751, 3474749660383, 341550071728321,
                                    3825123056546413051}; /* pseudoprimes */
  (void)state;
  for (size_t i = 2; i < sizeof composite; i++) {
    assert_int_equal(mtp_is_prime64(i), !composite[i]);
    for (size_t j = 2 * i; j < sizeof composite; j += i)
      composite[j] = 1;
  }
  for (size_t i = 0; i < sizeof strong / sizeof *strong; i++)
    assert_false(mtp_is_prime64(strong[i]));
  assert_true(mtp_is_prime64(18446744073709551557u));
  assert_false(mtp_is_prime64(0) || mtp_is_prime64(1));
}

static void the_portable_product_equals_the_native_one(void **state) {
  static const uint64_t edges[] = {0, 1, 0xffffffff, 0x100000000, UINT64_MAX, 0x8000000000000000};
  fake_rng fake = fake_rng_of(NULL, 0);
  (void)state;
  for (int i = 0; i < 5000; i++) {
    uint8_t raw[16];
    uint64_t a, b, high, portable_high;
    fake_rng_fill(&fake, raw, sizeof raw);
    memcpy(&a, raw, 8);
    memcpy(&b, raw + 8, 8);
    if (i < 36)
      a = edges[i / 6], b = edges[i % 6];
    assert_true(mtp_mul64(a, b, &high) == mtp_mul64_portable(a, b, &portable_high));
    assert_true(high == portable_high);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_published_samples_factor),
      cmocka_unit_test(any_product_of_two_odd_primes_factors),
      cmocka_unit_test(many_random_semiprimes_factor),
      cmocka_unit_test(whatever_is_no_such_product_is_rejected),
      cmocka_unit_test(a_factor_that_is_a_product_itself_is_rejected),
      cmocka_unit_test(primality_agrees_with_a_sieve_and_with_known_numbers),
      cmocka_unit_test(the_portable_product_equals_the_native_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
