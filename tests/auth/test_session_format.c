/* Sessions as bytes and as strings: nothing is lost, and nothing damaged is taken for good. */
#include "session_sample.h"
#include "store/session_format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/store.h>

#include <cmocka.h>

static void sessions_round_trip(void **state) {
  (void)state;
  mtp_session a, b;
  tl_buffer bytes;
  mtp_session_init(&a, NULL);
  mtp_session_init(&b, NULL);
  tl_buffer_init(&bytes, NULL, 0);
  sample_session(&a, 1);
  assert_int_equal(tgauth_session_encode(&a, &bytes, NULL), MTP_OK);
  assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, NULL, NULL), MTP_OK);
  assert_true(same_session(&a, &b));
  mtp_session_free(&a);
  mtp_session_free(&b);
  tl_buffer_free(&bytes);
}

/* proves RB-4 */
static void a_damaged_session_is_refused_at_every_byte(void **state) {
  (void)state;
  mtp_session a, b;
  tl_buffer bytes;
  mtp_error error;
  mtp_session_init(&a, NULL);
  tl_buffer_init(&bytes, NULL, 0);
  sample_session(&a, 2);
  assert_int_equal(tgauth_session_encode(&a, &bytes, NULL), MTP_OK);
  for (size_t i = 0; i < bytes.size; i++) {
    mtp_session_init(&b, NULL);
    assert_int_equal(tgauth_session_decode(&b, bytes.data, i, NULL, &error), MTP_ERR_STORE);
    bytes.data[i] ^= 0x10;
    assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, NULL, &error),
                     MTP_ERR_STORE);
    bytes.data[i] ^= 0x10;
    assert_int_equal(b.n_keys, 0);
    mtp_session_free(&b);
  }
  mtp_session_free(&a);
  tl_buffer_free(&bytes);
}

/* proves RB-2 */
static void a_password_protects_and_authenticates(void **state) {
  (void)state;
  mtp_session a, b;
  tl_buffer bytes;
  mtp_error error;
  mtp_session_init(&a, NULL);
  mtp_session_init(&b, NULL);
  tl_buffer_init(&bytes, NULL, 0);
  sample_session(&a, 3);
  assert_int_equal(tgauth_session_seal(&a, "s3cret", &bytes, NULL), MTP_OK);
  for (size_t i = 0; i + 16 <= bytes.size; i++)
    assert_memory_not_equal(bytes.data + i, a.keys[0].key, 16);
  assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, NULL, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "password"));
  assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, "wrong", &error),
                   MTP_ERR_STORE);
  bytes.data[bytes.size / 2] ^= 1;
  assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, "s3cret", &error),
                   MTP_ERR_STORE);
  bytes.data[bytes.size / 2] ^= 1;
  assert_int_equal(tgauth_session_decode(&b, bytes.data, bytes.size, "s3cret", &error), MTP_OK);
  assert_true(same_session(&a, &b));
  mtp_session_free(&a);
  mtp_session_free(&b);
  tl_buffer_free(&bytes);
}

static void strings_round_trip(void **state) {
  (void)state;
  mtp_session a, b;
  char *text;
  mtp_session_init(&a, NULL);
  mtp_session_init(&b, NULL);
  sample_session(&a, 4);
  assert_int_equal(tgauth_session_to_string(&a, &text, NULL), MTP_OK);
  assert_int_equal(
      strspn(text, "tlgen1:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      strlen(text));
  assert_int_equal(tgauth_session_from_string(&b, text, NULL), MTP_OK);
  assert_true(same_session(&a, &b));
  mtp_session_free(&b);
  assert_int_equal(tgauth_session_from_string(&b, "tlgen1:!!", NULL), MTP_ERR_STORE);
  assert_int_equal(tgauth_session_from_string(&b, "1AQAA", NULL), MTP_ERR_STORE);
  assert_int_equal(tgauth_session_from_string(&b, "", NULL), MTP_ERR_STORE);
  tgauth_string_free(text);
  mtp_session_free(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sessions_round_trip),
      cmocka_unit_test(a_damaged_session_is_refused_at_every_byte),
      cmocka_unit_test(a_password_protects_and_authenticates),
      cmocka_unit_test(strings_round_trip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
