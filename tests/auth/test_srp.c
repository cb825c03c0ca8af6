/* SRP: published vectors, and the client against a server that was written on its own. */
#include "support.h"

#include "primes.h"
#include "srp.h"
#include "srp_server.h"
#include "srp_vectors.h"
#include <crypto/hash.h>
#include <openssl/bn.h>

typedef struct fixture {
  uint8_t salt1[40], salt2[16], long_salt[72], random[256], b[256];
  tgauth_srp_algo algo;
  srp_server_algo server;
  fake_rng fake;
  mtp_rng rng;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  if (!f)
    return -1;
  unhex(vector_salt1, f->salt1, sizeof f->salt1);
  unhex(vector_salt2, f->salt2, sizeof f->salt2);
  unhex(vector_random, f->random, sizeof f->random);
  unhex(vector_b, f->b, sizeof f->b);
  f->algo.salt1 = tl_bytes_of(f->salt1, sizeof f->salt1);
  f->algo.salt2 = tl_bytes_of(f->salt2, sizeof f->salt2);
  f->algo.p = tl_bytes_of(mtp_dh_known_prime(), 256);
  f->algo.g = 3;
  f->server = (srp_server_algo){f->algo.salt1, f->algo.salt2, mtp_dh_known_prime(), 3};
  f->fake = fake_rng_of(f->random, sizeof f->random);
  f->rng = fake_rng_view(&f->fake);
  *state = f;
  return 0;
}

static int teardown(void **state) {
  free(*state);
  return 0;
}

static tl_bytes text(const char *s) {
  return tl_bytes_of(s, strlen(s));
}

/* proves SR-2, SR-5 */
static void the_password_hash_is_the_published_one(void **state) {
  fixture *f = *state;
  uint8_t x[32];
  assert_ok(tgauth_srp_hash(&f->algo, text("qwe123"), x));
  assert_hex(x, 32, vector_x);
  assert_ok(tgauth_srp_hash(&f->algo, text("qwe124"), x));
  assert_true(memcmp(x, "\x75\x0f\x1f\xe2", 4) != 0);
}

/* The salt with which the published proof was made: it has the 32 random bytes already. */
static void with_long_salt(fixture *f) {
  memcpy(f->long_salt, f->salt1, 40);
  memcpy(f->long_salt + 40, f->random, 32);
  f->algo.salt1 = tl_bytes_of(f->long_salt, 72);
}

/* The proof of the published challenge with the random bytes that come next. */
static void prove_published(fixture *f, tgauth_srp_proof *proof) {
  uint8_t x[32];
  with_long_salt(f);
  assert_ok(tgauth_srp_hash(&f->algo, text("qwe123"), x));
  assert_ok(tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(f->b, 256), &f->rng, proof));
}

/* proves SR-3, SR-4, SR-5 */
static void the_proof_is_the_published_one(void **state) {
  fixture *f = *state;
  tgauth_srp_proof proof;
  prove_published(f, &proof);
  assert_hex(proof.a, 256, vector_a);
  assert_hex(proof.m1, 32, vector_m1);
}

/* The program's calls of both are led through here (--wrap). */
int __real_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont);
int __wrap_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont);
int __real_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx);
int __wrap_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx);

static int constant_powers, variable_powers;

int __wrap_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont) {
  constant_powers++;
  return __real_BN_mod_exp_mont_consttime(out, a, e, m, ctx, mont);
}

int __wrap_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx) {
  variable_powers++;
  return __real_BN_mod_exp(out, a, e, m, ctx);
}

/* proves RB-1 */
static void every_power_of_a_proof_takes_the_constant_time_way(void **state) {
  fixture *f = *state;
  tgauth_srp_proof proof;
  uint8_t x[32] = {1};
  constant_powers = variable_powers = 0;
  assert_ok(tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(f->b, 256), &f->rng, &proof));
  assert_int_equal(constant_powers, 3); /* g^a, g^x, and S */
  assert_int_equal(variable_powers, 0);
}

/* proves LG-7 */
static void the_verifier_of_a_new_password_is_the_published_one(void **state) {
  fixture *f = *state;
  uint8_t x[32], verifier[256];
  tl_buffer salt;
  tl_buffer_init(&salt, NULL, 0);
  assert_ok(tgauth_srp_new_salt(f->algo.salt1, &f->rng, &salt));
  assert_int_equal(salt.size, 40 + 32);
  assert_memory_equal(salt.data, f->salt1, 40);
  assert_memory_equal(salt.data + 40, f->random, 32);
  f->algo.salt1 = tl_bytes_of(salt.data, salt.size);
  assert_ok(tgauth_srp_hash(&f->algo, text("123qwe"), x));
  assert_ok(tgauth_srp_verifier(&f->algo, NULL, x, verifier));
  assert_hex(verifier, 256, vector_verifier);
  tl_buffer_free(&salt);
}

/* The client proves `password` to a server that knows the verifier of "right". */
static mtp_status meet(fixture *f, const char *password, size_t flip_a, size_t flip_m1) {
  uint8_t verifier[256], x[32];
  srp_server_challenge challenge;
  tgauth_srp_proof proof;
  assert_ok(srp_server_verifier(&f->server, text("right"), verifier));
  assert_ok(srp_server_start(&f->server, verifier, &f->rng, &challenge));
  assert_ok(tgauth_srp_hash(&f->algo, text(password), x));
  assert_ok(tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(challenge.b, 256), &f->rng, &proof));
  if (flip_a < 256)
    proof.a[flip_a] ^= 1;
  if (flip_m1 < 32)
    proof.m1[flip_m1] ^= 1;
  mtp_status status = srp_server_check(&f->server, verifier, &challenge, tl_bytes_of(proof.a, 256),
                                       tl_bytes_of(proof.m1, 32));
  srp_server_wipe(&challenge);
  return status;
}

#define NO_FLIP SIZE_MAX

/* proves SR-3, SR-5 */
static void a_server_of_our_own_takes_the_right_password_only(void **state) {
  fixture *f = *state;
  assert_ok(meet(f, "right", NO_FLIP, NO_FLIP));
  assert_ok(meet(f, "right", NO_FLIP, NO_FLIP)); /* with other random numbers */
  assert_status(MTP_ERR_REJECTED, meet(f, "wrong", NO_FLIP, NO_FLIP));
  assert_status(MTP_ERR_REJECTED, meet(f, "", NO_FLIP, NO_FLIP));
  assert_status(MTP_ERR_REJECTED, meet(f, "right", 255, NO_FLIP));
  assert_status(MTP_ERR_REJECTED, meet(f, "right", NO_FLIP, 31));
}

/* Salts that are empty and a group other than the usual one. */
static void other_salts_and_groups_work_as_well(void **state) {
  fixture *f = *state;
  uint8_t p[256];
  unhex(prime_rfc3526, p, 256);
  f->algo = (tgauth_srp_algo){{NULL, 0}, {NULL, 0}, tl_bytes_of(p, 256), 2};
  f->server = (srp_server_algo){{NULL, 0}, {NULL, 0}, p, 2};
  assert_ok(meet(f, "right", NO_FLIP, NO_FLIP));
}

static mtp_status prove(fixture *f, tl_bytes b) {
  static const uint8_t x[32] = {1};
  tgauth_srp_proof proof, zero = {0};
  mtp_status status = tgauth_srp_prove(&f->algo, NULL, x, b, &f->rng, &proof);
  if (status)
    assert_memory_equal(&proof, &zero, sizeof zero);
  return status;
}

/* proves SR-1 */
static void a_b_out_of_range_is_rejected(void **state) {
  fixture *f = *state;
  uint8_t b[264] = {0};
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(b, 256)));
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(mtp_dh_known_prime(), 256)));
  memset(b, 0xff, sizeof b);
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(b, 256)));
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(b, 257)));
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(b, 247)));
  assert_status(MTP_ERR_REJECTED, prove(f, tl_bytes_of(NULL, 0)));
  assert_ok(prove(f, tl_bytes_of(b, 255)));
  assert_ok(prove(f, tl_bytes_of(b, 248)));
}

/* proves SR-1, KX-8, KX-9 */
static void a_group_that_fails_the_checks_is_rejected(void **state) {
  fixture *f = *state;
  uint8_t x[32] = {1}, p[256], verifier[256];
  tl_bytes b = tl_bytes_of(f->b, 256);
  f->algo.g = 2; /* not for this prime */
  assert_status(MTP_ERR_REJECTED, prove(f, b));
  assert_status(MTP_ERR_REJECTED, tgauth_srp_verifier(&f->algo, NULL, x, verifier));
  f->algo.g = 3;
  unhex(prime_unsafe, p, 256);
  f->algo.p = tl_bytes_of(p, 256);
  f->algo.g = 4;
  assert_status(MTP_ERR_REJECTED, prove(f, b));
  f->algo.g = 3;
  f->algo.p = tl_bytes_of(mtp_dh_known_prime(), 255);
  assert_status(MTP_ERR_REJECTED, prove(f, b));
  f->algo.p = tl_bytes_of(mtp_dh_known_prime(), 256);
  assert_ok(prove(f, b));
}

/* B = k * v, made from the password's verifier: S is then 0 whatever a is, and the proof would be
 * one that anyone can compute. */
/* proves SR-3 */
static void a_b_that_cancels_the_password_is_rejected(void **state) {
  fixture *f = *state;
  uint8_t x[32], verifier[256], g[256] = {0}, k[32], b[256];
  tgauth_srp_proof proof;
  g[255] = 3;
  tl_bytes group[] = {f->algo.p, tl_bytes_of(g, 256)};
  assert_ok(mtp_sha256(group, 2, k));
  assert_ok(tgauth_srp_hash(&f->algo, text("right"), x));
  assert_ok(tgauth_srp_verifier(&f->algo, NULL, x, verifier));
  BN_CTX *ctx = BN_CTX_new();
  BIGNUM *n = BN_bin2bn(k, 32, NULL), *v = BN_bin2bn(verifier, 256, NULL);
  BIGNUM *p = BN_bin2bn(f->algo.p.data, 256, NULL);
  assert_int_equal(BN_mod_mul(n, n, v, p, ctx), 1);
  assert_int_equal(BN_bn2binpad(n, b, 256), 256);
  assert_status(MTP_ERR_REJECTED,
                tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(b, 256), &f->rng, &proof));
  for (size_t i = 0; i < sizeof proof; i++)
    assert_int_equal(((const uint8_t *)&proof)[i], 0);
  BN_free(p);
  BN_free(v);
  BN_free(n);
  BN_CTX_free(ctx);
}

/* Made from the specification with the integers of another language: an a above p, so that a + u x
 * is too, and the last bytes of a such that A or S begins with a zero. */
/* proves SR-3, SR-4, SR-5 */
static void numbers_with_leading_zeros_are_padded(void **state) {
  static const struct {
    uint8_t last[2];
    bool of_a;
    const char *m1;
  } cases[] = {
      {{0x00, 0xb2}, true, "d095d93a994248cd6cf2ff12f62d79e4936778feec5269c887ec74bd0f5e39f5"},
      {{0x01, 0x59}, false, "e6febedf0733306aeb62cf8648bc94d72dde5d42044de3c6bf77b92b8685117d"}};
  fixture *f = *state;
  tgauth_srp_proof proof;
  uint8_t a[256];
  memcpy(a, f->random, 256);
  a[0] = 0xff;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    memcpy(a + 254, cases[i].last, 2);
    f->fake = fake_rng_of(a, sizeof a);
    prove_published(f, &proof);
    assert_true((proof.a[0] == 0) == cases[i].of_a);
    assert_hex(proof.m1, 32, cases[i].m1);
  }
}

/* proves SR-3 */
static void a_b_without_its_leading_zeros_is_the_same_number(void **state) {
  fixture *f = *state;
  static const uint8_t x[32] = {1};
  tgauth_srp_proof padded, stripped;
  memset(f->b, 0, 8);
  f->fake = fake_rng_of(f->random, 256);
  assert_ok(tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(f->b, 256), &f->rng, &padded));
  f->fake = fake_rng_of(f->random, 256);
  assert_ok(tgauth_srp_prove(&f->algo, NULL, x, tl_bytes_of(f->b + 8, 248), &f->rng, &stripped));
  assert_memory_equal(&padded, &stripped, sizeof padded);
}

/* proves RB-3 */
static void without_randomness_nothing_is_proved(void **state) {
  fixture *f = *state;
  tl_buffer salt;
  f->fake.fail_after = 0;
  assert_status(MTP_ERR_RANDOM, prove(f, tl_bytes_of(f->b, 256)));
  tl_buffer_init(&salt, NULL, 0);
  f->fake.calls = 0;
  assert_status(MTP_ERR_RANDOM, tgauth_srp_new_salt(f->algo.salt1, &f->rng, &salt));
  assert_int_equal(salt.size, 0);
  tl_buffer_free(&salt);
}

static int zero_fill(void *ctx, uint8_t *out, size_t n) {
  (void)ctx;
  memset(out, 0, n);
  return 0;
}

/* proves SR-4 */
static void an_a_that_stays_out_of_range_ends_as_no_randomness(void **state) {
  fixture *f = *state;
  mtp_rng zero = {zero_fill, NULL}; /* a = 0: A = 1 */
  f->rng = zero;
  assert_status(MTP_ERR_RANDOM, prove(f, tl_bytes_of(f->b, 256)));
}

/* proves SR-4 */
static void an_a_out_of_range_is_chosen_again(void **state) {
  fixture *f = *state;
  uint8_t random[512] = {0};
  tgauth_srp_proof proof;
  memcpy(random + 256, f->random, 256); /* after a = 0 */
  f->fake = fake_rng_of(random, sizeof random);
  prove_published(f, &proof);
  assert_hex(proof.m1, 32, vector_m1);
}

/* 3^1251 is the last power of 3 below 2^1984. */
/* proves SR-4 */
static void the_smallest_a_that_is_taken_is_just_above_2_to_the_1984(void **state) {
  fixture *f = *state;
  uint8_t random[512] = {0};
  tgauth_srp_proof proof;
  random[254] = 1251 >> 8;
  random[255] = 1251 & 255;
  memcpy(random + 256, f->random, 256);
  f->fake = fake_rng_of(random, sizeof random);
  prove_published(f, &proof);
  assert_hex(proof.m1, 32, vector_m1);
  random[255]++;
  f->fake = fake_rng_of(random, 256);
  prove_published(f, &proof);
  assert_int_equal(proof.a[7], 1); /* 3^1252, and nothing above it */
  assert_hex(proof.m1, 32, "6b80d93946bf7a98076474c50b6d368abd819f9db2cf298e13bcfccd9e713238");
}

/* proves RB-4 */
static void a_salt_that_does_not_fit_is_out_of_memory(void **state) {
  fixture *f = *state;
  tl_buffer salt;
  tl_buffer_init(&salt, NULL, 40);
  assert_status(MTP_ERR_NOMEM, tgauth_srp_new_salt(f->algo.salt1, &f->rng, &salt));
  assert_int_equal(salt.size, 0);
  tl_buffer_free(&salt);
}

#define row(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      row(the_password_hash_is_the_published_one),
      row(the_proof_is_the_published_one),
      row(every_power_of_a_proof_takes_the_constant_time_way),
      row(the_verifier_of_a_new_password_is_the_published_one),
      row(a_server_of_our_own_takes_the_right_password_only),
      row(other_salts_and_groups_work_as_well),
      row(a_b_out_of_range_is_rejected),
      row(a_group_that_fails_the_checks_is_rejected),
      row(a_b_that_cancels_the_password_is_rejected),
      row(numbers_with_leading_zeros_are_padded),
      row(a_b_without_its_leading_zeros_is_the_same_number),
      row(without_randomness_nothing_is_proved),
      row(an_a_that_stays_out_of_range_ends_as_no_randomness),
      row(an_a_out_of_range_is_chosen_again),
      row(the_smallest_a_that_is_taken_is_just_above_2_to_the_1984),
      row(a_salt_that_does_not_fit_is_out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
