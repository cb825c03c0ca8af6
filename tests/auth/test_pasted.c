/* What people paste, and secrets that they put where a name belongs. */
#include "internal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/convert.h>

#include <cmocka.h>

/* proves LG-2 */
static void a_phone_number_is_its_digits(void **state) {
  (void)state;
  static const char *const pasted[] = {
      "15550001234",
      "+1 (555) 000-1234",
      "+1\xe2\x80\x91"
      "555\xe2\x80\x91"
      "000\xe2\x80\x91"
      "1234", /* U+2011 */
      "\xe2\x80\xaa+1\xc2\xa0"
      "555\xc2\xa0"
      "000\xc2\xa0"
      "1234\xe2\x80\xac", /* U+202A, NBSP */
      "1/555/000.1234\t\r\n",
      "+1 555 0001234",
      "\357\274\2131 555 000 1234", /* a wide plus */
  };
  for (size_t i = 0; i < sizeof pasted / sizeof pasted[0]; i++) {
    char digits[32];
    mtp_error error;
    assert_int_equal(tgauth_phone_digits(pasted[i], digits, &error), MTP_OK);
    assert_string_equal(digits, "15550001234");
  }
  static const char *const others[] = {"", "+", "me", "123456:AAAA", "\xe2\x80\xaa", "@name1"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    char digits[32];
    mtp_error error;
    assert_int_equal(tgauth_phone_digits(others[i], digits, &error), MTP_ERR_ARGUMENT);
    for (const char *c = error.text; *c; c++)
      assert_in_range((unsigned char)*c, 0x20, 0x7e);
  }
}

static void check_code(const char *text, const char *want) {
  char room[16];
  tl_string got = tgauth_code_text(text, room, sizeof room);
  assert_int_equal(got.size, strlen(want));
  assert_memory_equal(got.data, want, got.size);
}

static void a_code_loses_what_stands_between_its_digits(void **state) {
  (void)state;
  check_code("12345", "12345");
  check_code(" 12345\n", "12345");
  check_code("123-45", "12345");
  check_code("12 34 5", "12345");
  check_code("12\xe2\x80\x93"
             "345\xc2\xa0",
             "12345");
  check_code("apple", "apple");
  check_code("  two words ", "two words");
  check_code("-12345", "-12345");
  check_code("12345678901234567890", "12345678901234567890");
  check_code("", "");
  check_code(" \xe2\x80\x8b ", "");
}

static void the_ends_are_trimmed(void **state) {
  (void)state;
  tl_string t = tgauth_trimmed("\xef\xbb\xbf \xe2\x80\x8e"
                               "1:a b\xe3\x80\x80\n");
  assert_int_equal(t.size, 5);
  assert_memory_equal(t.data, "1:a b", 5);
  assert_int_equal(tgauth_trimmed(" \t").size, 0);
}

#define PIECE                                                                                      \
  "0PvZm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1Njc4OUFCQ0RF"
static const char key[] = "1AgAOMTQ5LjE1NC4xNjcuOTEBu" PIECE PIECE PIECE PIECE;

/* proves TB-9 */
static void secrets_are_taken_out_of_texts(void **state) {
  (void)state;
  char text[1024], slashes[512];
  snprintf(text, sizeof text, "cannot open %s.lock: File name too long", key);
  tgauth_redact(text);
  assert_string_equal(text, "cannot open (a secret).lock: File name too long");
  memset(slashes, 0, sizeof slashes); /* base64 has '/' too */
  for (size_t i = 0; i < 350; i++)
    slashes[i] = i % 45 == 44 ? '/' : key[i % 90 + 2];
  snprintf(text, sizeof text, "no file \"%s\"", slashes);
  tgauth_redact(text);
  assert_string_equal(text, "no file \"(a secret)\"");
  strcpy(text,
         "123456789:AAEabcdefghijklmnopqrstuvwxyz012345 is no file; tlgen1:AAAABBBBCCCCDDDDEEEE");
  tgauth_redact(text);
  assert_string_equal(text, "(a secret) is no file; (a secret)");
  strcpy(
      text,
      "/srv/somebody/a/b-c_d/2f7c1d0e9b8a7f6e5d4c3b2a19080706f5e4d3c2/me.session: 12:34 tlgen1:");
  tgauth_redact(text);
  assert_string_equal(
      text,
      "/srv/somebody/a/b-c_d/2f7c1d0e9b8a7f6e5d4c3b2a19080706f5e4d3c2/me.session: 12:34 tlgen1:");
}

/* proves TB-9 */
static void a_session_string_given_as_a_file_is_in_no_error(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  char path[600];
  static const char *const patterns[] = {"%s", "./%s", "/nonexistent/%s", "%s\n"};
  for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
    snprintf(path, sizeof path, patterns[i], key);
    tgauth_store *store = tgauth_store_file(path, NULL);
    assert_int_equal(store->ops->lock(store, &error), MTP_ERR_STORE);
    assert_null(strstr(error.text, "AgAOMTQ5"));
    store->ops->free(store);
    for (size_t f = 0; tgauth_format_at(f); f++) {
      tgauth_import_options options = {.format = tgauth_format_at(f)};
      mtp_session_init(&session, NULL);
      if (tgauth_session_import(&session, path, &options, NULL, &error) != MTP_OK)
        assert_null(strstr(error.text, "AgAOMTQ5"));
      mtp_session_free(&session);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_phone_number_is_its_digits),
      cmocka_unit_test(a_code_loses_what_stands_between_its_digits),
      cmocka_unit_test(the_ends_are_trimmed),
      cmocka_unit_test(secrets_are_taken_out_of_texts),
      cmocka_unit_test(a_session_string_given_as_a_file_is_in_no_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
