/* RSA keys and RSA_PAD. */
#include "support.h"

#include "rsa_bad_pems.h"
#include "rsa_pems.h"
#include "rsa_private.h"
#include <crypto/rsa.h>

static mtp_rsa_key *load(const char *pem) {
  mtp_rsa_key *key = NULL;
  assert_ok(mtp_rsa_key_from_pem(pem, strlen(pem), NULL, &key));
  assert_non_null(key);
  return key;
}

static rsa_private *load_private(void) {
  rsa_private *key;
  assert_ok(rsa_private_from_pem(pem_private, strlen(pem_private), &key));
  return key;
}

/* proves KX-2 */
static void telegrams_keys_have_their_published_fingerprints(void **state) {
  mtp_rsa_key *production = load(pem_production), *test = load(pem_telegram_test);
  (void)state;
  assert_true((uint64_t)mtp_rsa_key_fingerprint(production) == 0xd09d1d85de64fd85);
  assert_true((uint64_t)mtp_rsa_key_fingerprint(test) == 0xb25898df208d2603);
  mtp_rsa_key_free(production);
  mtp_rsa_key_free(test);
}

/* proves KX-2 */
static void every_form_of_a_key_is_read_as_the_same_key(void **state) {
  const char *const forms[] = {pem_private, pem_private_pkcs8, pem_public, pem_public_spki};
  mtp_rsa_key *first = load(pem_private);
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    mtp_rsa_key *key = load(forms[i]);
    assert_true(mtp_rsa_key_fingerprint(key) == mtp_rsa_key_fingerprint(first));
    mtp_rsa_key_free(key);
  }
  mtp_rsa_key_free(first);
}

/* proves KX-2 */
static void keys_that_hide_nothing_are_rejected(void **state) {
  const char *const wrong[] = {pem_exponent_1, pem_exponent_2, pem_1024_bits};
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mtp_rsa_key *key = NULL;
    assert_status(MTP_ERR_REJECTED, mtp_rsa_key_from_pem(wrong[i], strlen(wrong[i]), NULL, &key));
    assert_null(key);
  }
}

/* proves RB-4 */
static void other_texts_are_rejected_and_no_password_is_asked_for(void **state) {
  const char *const wrong[] = {
      "",
      "not a key",
      pem_1024_bits,
      pem_elliptic,
      pem_encrypted,
      "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n"};
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mtp_rsa_key *key = NULL;
    assert_status(MTP_ERR_REJECTED, mtp_rsa_key_from_pem(wrong[i], strlen(wrong[i]), NULL, &key));
    assert_null(key);
  }
  for (size_t size = 0; size + 40 < strlen(pem_public_spki); size += 7) {
    mtp_rsa_key *key = NULL;
    assert_status(MTP_ERR_REJECTED, mtp_rsa_key_from_pem(pem_public_spki, size, NULL, &key));
  }
}

/* Encrypts with a known sequence; returns how many temporary keys it took. */
static int encrypt(const mtp_rsa_key *key, uint64_t seed, tl_bytes data, uint8_t out[256]) {
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  fake.state = seed;
  assert_ok(mtp_rsa_pad_encrypt(key, data, &rng, out));
  return fake.calls - 1;
}

static void check_decrypts(const rsa_private *key, tl_bytes data, const uint8_t encrypted[256]) {
  uint8_t raw[256], padded[192];
  assert_ok(rsa_private_power(key, encrypted, raw));
  assert_ok(rsa_pad_open(raw, padded));
  assert_memory_equal(padded, data.data, data.size);
}

/* proves KX-4 */
static void the_holder_of_the_private_key_reads_every_size(void **state) {
  rsa_private *key = load_private();
  uint8_t data[144], encrypted[256];
  (void)state;
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = (uint8_t)i;
  for (size_t size = 1; size <= sizeof data; size += 13) {
    tl_bytes view = tl_bytes_of(data, size);
    encrypt(key->key, size, view, encrypted);
    check_decrypts(key, view, encrypted);
  }
  rsa_private_free(key);
}

/* proves KX-4 */
static void a_number_not_below_n_is_tried_again_with_another_key(void **state) {
  rsa_private *key = load_private();
  tl_bytes data = tl_bytes_of("inner data", 10);
  uint8_t encrypted[256];
  uint64_t seed = 1;
  (void)state;
  while (encrypt(key->key, seed, data, encrypted) < 2 && seed < 1000)
    seed++;
  assert_true(seed < 1000); /* the path was taken */
  check_decrypts(key, data, encrypted);
  rsa_private_free(key);
}

/* proves KX-4 */
static void results_with_leading_zeros_keep_their_256_bytes(void **state) {
  rsa_private *key = load_private();
  tl_bytes data = tl_bytes_of("inner data", 10);
  uint8_t encrypted[256] = {1};
  uint64_t seed = 0;
  (void)state;
  while (encrypted[0] != 0 && seed < 10000)
    encrypt(key->key, ++seed, data, encrypted);
  assert_int_equal(encrypted[0], 0);
  check_decrypts(key, data, encrypted);
  rsa_private_free(key);
}

/* proves KX-4 */
static void a_changed_byte_is_noticed_by_the_hash_inside(void **state) {
  rsa_private *key = load_private();
  tl_bytes data = tl_bytes_of("inner data", 10);
  uint8_t encrypted[256], raw[256], padded[192], zero[192] = {0};
  (void)state;
  encrypt(key->key, 1, data, encrypted);
  assert_ok(rsa_private_power(key, encrypted, raw));
  for (size_t i = 0; i < 256; i++) {
    raw[i] ^= 1;
    assert_status(MTP_ERR_REJECTED, rsa_pad_open(raw, padded));
    assert_memory_equal(padded, zero, sizeof zero);
    raw[i] ^= 1;
  }
  assert_ok(rsa_pad_open(raw, padded));
  rsa_private_free(key);
}

/* proves KX-4 */
static void what_does_not_fit_is_refused(void **state) {
  rsa_private *private_key = load_private();
  mtp_rsa_key *public_key = load(pem_public);
  uint8_t data[145] = {0}, huge[256], out[256];
  (void)state;
  memset(huge, 0xff, sizeof huge);
  assert_status(MTP_ERR_ARGUMENT,
                mtp_rsa_pad_encrypt(public_key, tl_bytes_of(data, 145), NULL, out));
  assert_status(MTP_ERR_REJECTED, mtp_rsa_public(public_key, huge, out));
  assert_status(MTP_ERR_REJECTED, rsa_private_power(private_key, huge, out));
  rsa_private_free(private_key);
  mtp_rsa_key_free(public_key);
}

/* proves AP-7 */
static void the_public_operation_undoes_the_private_one(void **state) {
  rsa_private *key = load_private();
  uint8_t in[256] = {0}, out[256];
  (void)state;
  memset(in + 1, 0x3c, 255);
  assert_ok(rsa_private_power(key, in, out));
  assert_ok(mtp_rsa_public(key->key, out, out));
  assert_memory_equal(in, out, 256);
  rsa_private_free(key);
}

/* proves KX-4, RB-3 */
static void without_randomness_nothing_is_encrypted(void **state) {
  mtp_rsa_key *key = load(pem_public);
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  uint8_t out[256];
  (void)state;
  for (int call = 0; call < 2; call++) {
    fake.calls = 0;
    fake.fail_after = call;
    assert_status(MTP_ERR_RANDOM, mtp_rsa_pad_encrypt(key, tl_bytes_of("data", 4), &rng, out));
  }
  mtp_rsa_key_free(key);
}

static int stuck_fill(void *ctx, uint8_t *out, size_t n) {
  uint8_t *byte = ctx;
  memset(out, *byte, n);
  return 0;
}

/* A generator that always gives the same cannot keep the search for k < n going for ever. */
static void a_stuck_generator_does_not_loop(void **state) {
  mtp_rsa_key *key = load(pem_public);
  int stuck = 0;
  (void)state;
  for (int value = 0; value < 64; value++) {
    uint8_t byte = (uint8_t)value, out[256];
    mtp_rng rng = {stuck_fill, &byte};
    mtp_status status = mtp_rsa_pad_encrypt(key, tl_bytes_of("data", 4), &rng, out);
    assert_true(status == MTP_OK || status == MTP_ERR_RANDOM);
    stuck += status == MTP_ERR_RANDOM;
  }
  assert_true(stuck > 0);
  mtp_rsa_key_free(key);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(telegrams_keys_have_their_published_fingerprints),
      cmocka_unit_test(every_form_of_a_key_is_read_as_the_same_key),
      cmocka_unit_test(keys_that_hide_nothing_are_rejected),
      cmocka_unit_test(other_texts_are_rejected_and_no_password_is_asked_for),
      cmocka_unit_test(the_holder_of_the_private_key_reads_every_size),
      cmocka_unit_test(a_number_not_below_n_is_tried_again_with_another_key),
      cmocka_unit_test(results_with_leading_zeros_keep_their_256_bytes),
      cmocka_unit_test(a_changed_byte_is_noticed_by_the_hash_inside),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(the_public_operation_undoes_the_private_one),
      cmocka_unit_test(without_randomness_nothing_is_encrypted),
      cmocka_unit_test(a_stuck_generator_does_not_loop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
