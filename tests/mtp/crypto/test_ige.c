/* AES-256-IGE: known answers, and both implementations against OpenSSL's own at many sizes. */
#include "support.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <crypto/ige.h>
#include <openssl/aes.h>

typedef mtp_status ige_function(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                                size_t size, uint8_t *out);

static mtp_status x86_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                              uint8_t *out) {
  mtp_ige_x86_encrypt(key, iv, in, size, out);
  return MTP_OK;
}

static mtp_status x86_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                              uint8_t *out) {
  mtp_ige_x86_decrypt(key, iv, in, size, out);
  return MTP_OK;
}

static void check_known_answer(ige_function *encrypt, ige_function *decrypt) {
  uint8_t key[32], iv[32], plain[32], out[32];
  unhex("5468697320697320616e20696d706c655468697320697320616e20696d706c65", key, 32);
  unhex("6d656e746174696f6e206f6620494745206d6f646520666f72204f70656e5353", iv, 32);
  unhex("99706487a1cde613bc6de0b6f24b1c7aa448c8b9c3403e3467a8cad89340f53b", plain, 32);
  assert_ok(encrypt(key, iv, plain, 32, out));
  assert_hex(out, 32, "792ea8ae577b1a66cb3bd92679b8030ca54ee631976bd3a04547fdcb4639fa69");
  assert_ok(decrypt(key, iv, out, 32, out));
  assert_memory_equal(out, plain, 32);
}

static void the_known_answer_comes_out(void **state) {
  (void)state;
  check_known_answer(mtp_ige_encrypt, mtp_ige_decrypt);
  check_known_answer(mtp_ige_evp_encrypt, mtp_ige_evp_decrypt);
  if (mtp_ige_x86_available())
    check_known_answer(x86_encrypt, x86_decrypt);
}

/* Every number of blocks around the size of the chunks, compared with OpenSSL's own IGE. */
static void check_against_openssl(ige_function *encrypt, ige_function *decrypt) {
  enum { SIZE = 16 * 140 };
  uint8_t key[32], iv[32], iv_copy[32];
  uint8_t *plain = malloc(SIZE), *want = malloc(SIZE), *got = malloc(SIZE);
  fake_rng fake = fake_rng_of(NULL, 0);
  AES_KEY schedule;
  assert_true(plain && want && got);
  for (size_t size = 0; size <= SIZE; size += 16) {
    fake_rng_fill(&fake, key, 32);
    fake_rng_fill(&fake, iv, 32);
    fake_rng_fill(&fake, plain, SIZE);
    memcpy(iv_copy, iv, 32);
    AES_set_encrypt_key(key, 256, &schedule);
    AES_ige_encrypt(plain, want, size, &schedule, iv_copy, AES_ENCRYPT);
    assert_ok(encrypt(key, iv, plain, size, got));
    assert_memory_equal(got, want, size);
    assert_ok(decrypt(key, iv, want, size, got));
    assert_memory_equal(got, plain, size);
    assert_ok(encrypt(key, iv, got, size, got)); /* in place */
    assert_memory_equal(got, want, size);
    assert_ok(decrypt(key, iv, got, size, got));
    assert_memory_equal(got, plain, size);
  }
  free(plain);
  free(want);
  free(got);
}

static void every_size_agrees_with_openssl(void **state) {
  (void)state;
  check_against_openssl(mtp_ige_encrypt, mtp_ige_decrypt);
  check_against_openssl(mtp_ige_evp_encrypt, mtp_ige_evp_decrypt);
  if (mtp_ige_x86_available())
    check_against_openssl(x86_encrypt, x86_decrypt);
}

static void unaligned_buffers_are_fine(void **state) {
  uint8_t raw[160], key[32] = {1}, iv[32] = {2}, plain[64] = {3}, want[64];
  (void)state;
  assert_ok(mtp_ige_encrypt(key, iv, plain, 64, want));
  for (size_t shift = 0; shift < 16; shift++) {
    memcpy(raw + shift, plain, 64);
    assert_ok(mtp_ige_encrypt(key, iv, raw + shift, 64, raw + 80 + shift));
    assert_memory_equal(raw + 80 + shift, want, 64);
    assert_ok(mtp_ige_decrypt(key, iv, raw + 80 + shift, 64, raw + shift));
    assert_memory_equal(raw + shift, plain, 64);
  }
}

static void a_size_that_is_no_multiple_of_16_is_refused(void **state) {
  uint8_t key[32] = {0}, iv[32] = {0}, in[32] = {0}, out[32];
  (void)state;
  for (size_t size = 1; size < 32; size++)
    if (size != 16) {
      assert_status(MTP_ERR_ARGUMENT, mtp_ige_encrypt(key, iv, in, size, out));
      assert_status(MTP_ERR_ARGUMENT, mtp_ige_decrypt(key, iv, in, size, out));
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_known_answer_comes_out),
      cmocka_unit_test(every_size_agrees_with_openssl),
      cmocka_unit_test(unaligned_buffers_are_fine),
      cmocka_unit_test(a_size_that_is_no_multiple_of_16_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
