/* OpenSSL running out of memory at every one of its allocations: every function says so by its
 * status, or manages without; none crashes, leaks or gives out something half-made. */
#include "support.h"

#include "bind_open.h"
#include "failing_memory.h"
#include "rsa_pems.h"
#include "rsa_private.h"
#include <crypto/ctr.h>
#include <crypto/hash.h>
#include <crypto/seal.h>

static rsa_private *key;
static mtp_auth_key auth_key;

static mtp_status do_hash(void) {
  tl_bytes part = tl_bytes_of("abc", 3);
  uint8_t out[64];
  return mtp_sha256(&part, 1, out);
}

static mtp_status do_hash_evp(void) {
  tl_bytes part = tl_bytes_of("abc", 3);
  uint8_t out[64];
  return mtp_sha256_evp(&part, 1, out);
}

static mtp_status do_hmac(void) {
  tl_bytes part = tl_bytes_of("abc", 3);
  uint8_t out[32];
  return mtp_hmac_sha256(part, &part, 1, out);
}

static mtp_status do_ige(void) {
  uint8_t zero[64] = {0}, out[64];
  mtp_status status = mtp_ige_evp_encrypt(zero, zero, zero, 64, out);
  return status ? status : mtp_ige_evp_decrypt(zero, zero, zero, 64, out);
}

static mtp_status do_ctr(void) {
  uint8_t zero[32] = {0}, out[32];
  mtp_ctr ctr;
  mtp_status status = mtp_ctr_init(&ctr, zero, zero);
  if (!status)
    status = mtp_ctr_apply(&ctr, zero, sizeof zero, out);
  mtp_ctr_free(&ctr);
  return status;
}

static mtp_status do_auth_key(void) {
  uint8_t bytes[256] = {1};
  mtp_auth_key other;
  mtp_status status = mtp_auth_key_init(&other, bytes);
  if (status)
    assert_true(other.id == 0 && other.bytes[0] == 0);
  return status;
}

static mtp_status do_seal(void) {
  mtp_message message = {1, 2, 3, 4, {(const uint8_t *)"body", 4}}, opened;
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  mtp_status status =
      mtp_seal(&auth_key, MTP_FROM_CLIENT, &message, MTP_PADDING_BUCKETS, NULL, &packet, NULL);
  assert_int_equal(packet.size, status ? 0 : 24 + 64);
  if (!status)
    status = mtp_open(&auth_key, MTP_FROM_CLIENT, false, packet.data, packet.size, &opened, NULL);
  tl_buffer_free(&packet);
  return status;
}

static mtp_status do_bind(void) {
  mtp_bind bind = {1, 2, 3, 4, 5}, opened;
  uint8_t message[MTP_BIND_SIZE];
  int64_t id;
  mtp_status status = mtp_bind_seal(&auth_key, &bind, 4, NULL, message);
  return status ? status : bind_open(&auth_key, message, sizeof message, &opened, &id);
}

static mtp_status do_rsa(void) {
  uint8_t out[256], padded[192];
  mtp_status status = mtp_rsa_pad_encrypt(key->key, tl_bytes_of("data", 4), NULL, out);
  if (!status)
    status = rsa_private_power(key, out, out);
  return status ? status : rsa_pad_open(out, padded);
}

static mtp_status do_dh(void) {
  const uint8_t *p = mtp_dh_known_prime(), g = 3;
  uint8_t b[256] = {1}, out[256];
  mtp_status status = mtp_dh_power(&g, 1, b, p, out);
  return status ? status : mtp_dh_check_public(out, p);
}

static mtp_status do_pem(void) {
  mtp_rsa_key *read = NULL;
  mtp_status status = mtp_rsa_key_from_pem(pem_public, strlen(pem_public), NULL, &read);
  assert_int_equal(read == NULL, status != MTP_OK);
  mtp_rsa_key_free(read);
  return status;
}

/* proves RB-4 */
static void every_operation_reports_it(void **state) {
  static failing_operation *const rows[] = {do_hash_evp, do_hmac, do_ige, do_ctr,
                                            do_auth_key, do_bind, do_rsa, do_dh};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    failing_memory_check(rows[i], (failing_rules){0});
}

/* On the way of every message OpenSSL is asked for memory only where a processor leaves it no
 * choice.
 */
static void what_messages_need_reports_it_too(void **state) {
  static failing_operation *const rows[] = {do_hash, do_seal};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    failing_memory_check(rows[i], (failing_rules){.may_need_none = true});
}

/* proves RB-4 */
static void reading_a_key_reports_it(void **state) {
  (void)state;
  failing_memory_check(do_pem, (failing_rules){.may_keep = 32}); /* its decoders keep some */
}

static int setup(void **state) {
  uint8_t bytes[256] = {7};
  (void)state;
  return rsa_private_from_pem(pem_private, strlen(pem_private), &key) ||
         mtp_auth_key_init(&auth_key, bytes);
}

static int teardown(void **state) {
  (void)state;
  rsa_private_free(key);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operation_reports_it),
      cmocka_unit_test(what_messages_need_reports_it_too),
      cmocka_unit_test(reading_a_key_reports_it),
  };
  if (!failing_memory_install())
    return 1;
  return cmocka_run_group_tests(tests, setup, teardown);
}
