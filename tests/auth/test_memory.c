/* OpenSSL running out of memory where passwords, sessions and keys are worked on: each function
 * says that it was memory, not that the password is wrong, the session damaged or the key none. */
#include "support.h"

#include "failing_memory.h"
#include "primes.h"
#include "srp.h"
#include "store/key_ring.h"
#include "store/session_crypt.h"
#include <tl/buffer.h>

static const char keys[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/* What was sealed with memory, for those that open without. */
static tl_buffer with_password, with_key;

static mtp_status do_hash(void) {
  uint8_t x[32];
  tgauth_srp_algo algo = {.salt1 = tl_bytes_of("12345678", 8), .salt2 = tl_bytes_of("abcdefgh", 8)};
  return tgauth_srp_hash(&algo, tl_bytes_of("secret", 6), x);
}

static mtp_status do_prove(void) {
  uint8_t x[32] = {1}, b[MTP_DH_SIZE] = {1};
  tgauth_srp_algo algo = {.salt1 = tl_bytes_of("12345678", 8),
                          .salt2 = tl_bytes_of("abcdefgh", 8),
                          .p = tl_bytes_of(mtp_dh_known_prime(), MTP_DH_SIZE),
                          .g = 3};
  tgauth_srp_proof proof;
  return tgauth_srp_prove(&algo, NULL, x, tl_bytes_of(b, sizeof b), NULL, &proof);
}

static mtp_status seal(tl_buffer *out) {
  mtp_error error = {0};
  mtp_status status = tgauth_crypt_seal("secret", (const uint8_t *)"session", 7, out, &error);
  assert_int_equal(error.status, status);
  return status;
}

static mtp_status do_seal(void) {
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_status status = seal(&out);
  assert_int_equal(out.size == 0, status != MTP_OK);
  tl_buffer_free(&out);
  return status;
}

static mtp_status do_open(void) {
  mtp_error error = {0};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_status status =
      tgauth_crypt_open("secret", with_password.data, with_password.size, &out, &error);
  assert_int_equal(out.size, status ? 0 : 7);
  tl_buffer_free(&out);
  return status;
}

static mtp_status ring_seal(tl_buffer *out) {
  tgauth_ring ring;
  mtp_error error = {0};
  mtp_status status = tgauth_ring_read(&ring, keys, &error);
  if (status == MTP_OK)
    status = tgauth_ring_seal(&ring, "work", tl_bytes_of("session", 7), out, &error);
  return status;
}

static mtp_status do_ring_seal(void) {
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_status status = ring_seal(&out);
  tl_buffer_free(&out);
  return status;
}

static mtp_status do_ring_open(void) {
  tgauth_ring ring;
  mtp_error error = {0};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_status status = tgauth_ring_read(&ring, keys, &error);
  if (status == MTP_OK)
    status =
        tgauth_ring_open(&ring, "work", tl_bytes_of(with_key.data, with_key.size), &out, &error);
  assert_int_equal(out.size, status ? 0 : 7);
  tl_buffer_free(&out);
  return status;
}

/* proves RB-4 */
static void a_password_is_not_wrong_for_want_of_memory(void **state) {
  (void)state;
  failing_memory_check(do_hash, (failing_rules){0});
  failing_memory_check(do_prove, (failing_rules){0});
}

/* proves RB-4 */
static void a_session_is_not_damaged_for_want_of_memory(void **state) {
  (void)state;
  failing_memory_check(do_seal, (failing_rules){0});
  failing_memory_check(do_open, (failing_rules){0});
  failing_memory_check(do_ring_seal, (failing_rules){0});
  failing_memory_check(do_ring_open, (failing_rules){0});
}

static int set_up(void **state) {
  (void)state;
  tl_buffer_init(&with_password, NULL, 0);
  tl_buffer_init(&with_key, NULL, 0);
  return seal(&with_password) || ring_seal(&with_key);
}

static int tear_down(void **state) {
  (void)state;
  tl_buffer_free(&with_password);
  tl_buffer_free(&with_key);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_password_is_not_wrong_for_want_of_memory),
      cmocka_unit_test(a_session_is_not_damaged_for_want_of_memory),
  };
  if (!failing_memory_install())
    return 1;
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
