/* The computations of key exchange against the worked example of core.telegram.org. */
#include "support.h"

#include "sample.h"
#include <kx/derive.h>
#include <openssl/evp.h>

static mtp_kx_nonces sample_nonces(void) {
  mtp_kx_nonces nonces;
  unhex(sample_nonce, nonces.nonce, 16);
  unhex(sample_server_nonce, nonces.server_nonce, 16);
  unhex(sample_new_nonce, nonces.new_nonce, 32);
  return nonces;
}

static mtp_message_keys sample_keys(void) {
  mtp_kx_nonces nonces = sample_nonces();
  mtp_message_keys keys;
  assert_ok(mtp_kx_tmp_keys(&nonces, &keys));
  return keys;
}

/* proves KX-6 */
static void the_temporary_key_and_iv_are_those_of_the_example(void **state) {
  mtp_message_keys keys = sample_keys();
  (void)state;
  assert_hex(keys.key, 32, sample_tmp_key);
  assert_hex(keys.iv, 32, sample_tmp_iv);
}

/* proves KX-6, KX-7 */
static void the_answer_of_the_example_opens_and_its_hash_fits(void **state) {
  mtp_message_keys keys = sample_keys();
  uint8_t sealed[592], fields[8];
  tl_buffer opened;
  (void)state;
  unhex(sample_encrypted_answer, sealed, sizeof sealed);
  tl_buffer_init(&opened, NULL, 0);
  assert_ok(mtp_kx_open(&keys, tl_bytes_of(sealed, sizeof sealed), &opened));
  assert_int_equal(opened.size, 592);
  assert_hex(opened.data + MTP_KX_DATA_AT, 20, "ba0d89b5406709f612fadfbec3f0289d0aa67eef");
  memcpy(fields, opened.data + MTP_KX_DATA_AT + 560, 4);
  assert_hex(fields, 4, "513dc565"); /* server_time */
  tl_bytes view = tl_bytes_of(opened.data, opened.size);
  assert_ok(mtp_kx_check_hash(view, 564));
  assert_status(MTP_ERR_REJECTED, mtp_kx_check_hash(view, 560));
  assert_status(MTP_ERR_REJECTED, mtp_kx_check_hash(view, 568));
  assert_status(MTP_ERR_REJECTED, mtp_kx_check_hash(view, 573));
  assert_status(MTP_ERR_REJECTED, mtp_kx_check_hash(view, SIZE_MAX));
  tl_buffer_free(&opened);
}

/* proves KX-12 */
static void the_data_of_the_client_is_sealed_as_in_the_example(void **state) {
  mtp_message_keys keys = sample_keys();
  uint8_t data[304], padding[12];
  fake_rng fake = fake_rng_of(padding, sizeof padding);
  mtp_rng rng = fake_rng_view(&fake);
  tl_buffer out;
  (void)state;
  unhex(sample_client_inner, data, sizeof data);
  unhex(sample_client_padding, padding, sizeof padding);
  tl_buffer_init(&out, NULL, 0);
  assert_ok(mtp_kx_seal(&keys, tl_bytes_of(data, sizeof data), &rng, &out));
  assert_int_equal(out.size, 336);
  assert_hex(out.data, out.size, sample_client_encrypted);
  tl_buffer_free(&out);
}

/* proves KX-7 */
static void up_to_15_bytes_of_padding_are_taken_and_16_are_not(void **state) {
  uint8_t opened[20 + 40 + 32] = {0};
  (void)state;
  for (size_t i = 0; i < 40; i++)
    opened[20 + i] = (uint8_t)i;
  assert_int_equal(EVP_Digest(opened + 20, 40, opened, NULL, EVP_sha1(), NULL), 1);
  for (size_t pad = 0; pad <= 32; pad++)
    assert_status(pad <= 15 ? MTP_OK : MTP_ERR_REJECTED,
                  mtp_kx_check_hash(tl_bytes_of(opened, 60 + pad), 40));
}

/* proves KX-7, RB-1 */
static void every_byte_of_the_hash_counts(void **state) {
  uint8_t opened[20 + 40 + 4] = {0};
  (void)state;
  assert_int_equal(EVP_Digest(opened + 20, 40, opened, NULL, EVP_sha1(), NULL), 1);
  tl_bytes view = tl_bytes_of(opened, sizeof opened);
  assert_ok(mtp_kx_check_hash(view, 40));
  for (size_t i = 0; i < 60; i++) {
    opened[i] ^= 0x80;
    assert_status(MTP_ERR_REJECTED, mtp_kx_check_hash(view, 40));
    opened[i] ^= 0x80;
  }
}

/* proves KX-6 */
static void sealed_data_of_a_wrong_size_is_rejected(void **state) {
  mtp_message_keys keys = sample_keys();
  uint8_t sealed[80] = {0};
  tl_buffer out;
  (void)state;
  tl_buffer_init(&out, NULL, 0);
  for (size_t size = 0; size <= sizeof sealed; size++) {
    bool right = size % 16 == 0 && size >= 48;
    tl_buffer_clear(&out);
    assert_status(right ? MTP_OK : MTP_ERR_REJECTED,
                  mtp_kx_open(&keys, tl_bytes_of(sealed, size), &out));
    assert_int_equal(out.size, right ? size : 0);
  }
  tl_buffer_free(&out);
}

/* proves KX-13 */
static void the_hash_of_the_new_nonce_is_that_of_the_example(void **state) {
  mtp_kx_nonces nonces = sample_nonces();
  mtp_auth_key key;
  uint8_t bytes[256], hash[16], other[16];
  (void)state;
  unhex(sample_auth_key, bytes, sizeof bytes);
  assert_ok(mtp_auth_key_init(&key, bytes));
  assert_ok(mtp_kx_nonce_hash(&nonces, 1, key.aux_hash, hash));
  assert_hex(hash, 16, sample_new_nonce_hash1);
  for (uint8_t number = 2; number <= 3; number++) {
    assert_ok(mtp_kx_nonce_hash(&nonces, number, key.aux_hash, other));
    assert_memory_not_equal(other, hash, 16);
  }
}

/* proves KX-5 */
static void the_hash_of_a_refusal_covers_the_new_nonce_alone(void **state) {
  mtp_kx_nonces nonces = sample_nonces();
  uint8_t digest[20], hash[16];
  (void)state;
  assert_int_equal(EVP_Digest(nonces.new_nonce, 32, digest, NULL, EVP_sha1(), NULL), 1);
  assert_ok(mtp_kx_fail_hash(&nonces, hash));
  assert_memory_equal(hash, digest + 4, 16);
}

/* proves KX-14 */
static void the_first_salt_is_the_two_nonces_combined(void **state) {
  mtp_kx_nonces nonces = sample_nonces();
  uint64_t salt = (uint64_t)mtp_kx_first_salt(&nonces);
  (void)state;
  for (int i = 0; i < 8; i++)
    assert_int_equal((uint8_t)(salt >> 8 * i), nonces.new_nonce[i] ^ nonces.server_nonce[i]);
}

/* proves RB-3, RB-4 */
static void failing_to_seal_leaves_the_buffer_as_it_was(void **state) {
  mtp_message_keys keys = sample_keys();
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  tl_buffer out;
  (void)state;
  fake.fail_after = 0;
  tl_buffer_init(&out, NULL, 40);
  assert_status(MTP_ERR_RANDOM, mtp_kx_seal(&keys, tl_bytes_of("data", 4), &rng, &out));
  assert_status(MTP_ERR_NOMEM, mtp_kx_seal(&keys, tl_bytes_of(sample_b, 100), &rng, &out));
  assert_int_equal(out.size, 0);
  tl_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_temporary_key_and_iv_are_those_of_the_example),
      cmocka_unit_test(the_answer_of_the_example_opens_and_its_hash_fits),
      cmocka_unit_test(the_data_of_the_client_is_sealed_as_in_the_example),
      cmocka_unit_test(up_to_15_bytes_of_padding_are_taken_and_16_are_not),
      cmocka_unit_test(every_byte_of_the_hash_counts),
      cmocka_unit_test(sealed_data_of_a_wrong_size_is_rejected),
      cmocka_unit_test(the_hash_of_the_new_nonce_is_that_of_the_example),
      cmocka_unit_test(the_hash_of_a_refusal_covers_the_new_nonce_alone),
      cmocka_unit_test(the_first_salt_is_the_two_nonces_combined),
      cmocka_unit_test(failing_to_seal_leaves_the_buffer_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
