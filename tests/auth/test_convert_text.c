/* Session strings of other libraries: their layouts byte by byte, both ways, and what is not one.
 */
#include "convert_sample.h"
#include <arpa/inet.h>
#include <stdio.h>

/* ---- Telethon ---- */

static const char *telethon_v4(void) {
  bytes b = {.size = 0};
  put_be(&b, 2, 1);
  put_raw(&b, "\x95\x9a\xa7\x33", 4); /* 149.154.167.51 */
  put_be(&b, 443, 2);
  put_key(&b, 1);
  assert_int_equal(b.size, 263);
  return encode("1", &b, true, true);
}

static const char *telethon_v6(const char *host) {
  bytes b = {.size = 0};
  uint8_t packed[16];
  assert_int_equal(inet_pton(AF_INET6, host, packed), 1);
  put_be(&b, 5, 1);
  put_raw(&b, packed, 16);
  put_be(&b, 8888, 2);
  put_key(&b, 3);
  assert_int_equal(b.size, 275);
  return encode("1", &b, true, true);
}

static void telethon_strings_are_read(void **state) {
  (void)state;
  mtp_session s;
  assert_int_equal(strlen(telethon_v4()), 353);
  for (int guess = 0; guess < 2; guess++) {
    must_import(guess ? NULL : "telethon", telethon_v4(), &s);
    check_home(&s, 2, 1);
    check_address(&s, 0, "149.154.167.51", 443);
    assert_false(s.test);
    assert_int_equal(s.user_id, 0);
    mtp_session_free(&s);
    assert_int_equal(strlen(telethon_v6("2001:db8::5")), 369);
    must_import(guess ? NULL : "telethon", telethon_v6("2001:db8::5"), &s);
    check_home(&s, 5, 3);
    check_address(&s, 0, "2001:db8::5", 8888);
    mtp_session_free(&s);
  }
}

static void telethon_strings_are_written(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, NULL, 0); /* the address that is built in */
  char *text = must_export("telethon", &s);
  assert_string_equal(text, telethon_v4());
  tgauth_string_free(text);
  mtp_session_free(&s);
  must_import("telethon", telethon_v6("2001:db8::5"), &s);
  text = must_export("telethon", &s);
  assert_string_equal(text, telethon_v6("2001:db8::5"));
  tgauth_string_free(text);
  mtp_session_free(&s);
}

static void telethon_ipv6_is_told_from_gramjs_for_every_first_word(void **state) {
  (void)state;
  static const char *const hosts[] = {"::1",     "64:ff9b::1", "63::1", "d::1",
                                      "fe80::1", "ff02::1",    "1::"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    mtp_session s;
    must_import(NULL, telethon_v6(hosts[i]), &s);
    check_address(&s, 0, hosts[i], 8888);
    mtp_session_free(&s);
    must_import("gramjs", telethon_v6(hosts[i]), &s);
    check_address(&s, 0, hosts[i], 8888);
    mtp_session_free(&s);
  }
}

static void an_address_of_a_test_centre_means_test(void **state) {
  (void)state;
  bytes b = {.size = 0};
  mtp_session s;
  put_be(&b, 2, 1);
  put_raw(&b, "\x95\x9a\xa7\x28", 4); /* 149.154.167.40 */
  put_be(&b, 443, 2);
  put_key(&b, 1);
  must_import(NULL, encode("1", &b, true, true), &s);
  assert_true(s.test);
  mtp_session_free(&s);
}

static void an_empty_key_is_no_session(void **state) {
  (void)state;
  bytes b = {.size = 0};
  put_be(&b, 2, 1);
  put_raw(&b, "\x95\x9a\xa7\x33", 4);
  put_be(&b, 443, 2);
  for (int i = 0; i < MTP_KEY_SIZE; i++)
    put_be(&b, 0, 1);
  must_refuse("telethon", encode("1", &b, true, true), "all zero");
  must_refuse(NULL, "", "no file");
  must_refuse("telethon", "", "\"1\"");
}

static void telethon_strings_with_wrong_numbers_are_refused(void **state) {
  (void)state;
  bytes b = {.size = 0};
  put_be(&b, 0, 1);
  put_raw(&b, "\x95\x9a\xa7\x33", 4);
  put_be(&b, 443, 2);
  put_key(&b, 1);
  must_refuse("telethon", encode("1", &b, true, true), "data centre 0");
  b.data[0] = 2;
  b.data[5] = b.data[6] = 0;
  must_refuse("telethon", encode("1", &b, true, true), "port");
  must_refuse("telethon", encode("2", &b, true, true), "\"1\"");
  b.size--;
  must_refuse("telethon", encode("1", &b, true, true), "262");
}

/* ---- GramJS ---- */

static const char *gramjs(const char *host, int port) {
  bytes b = {.size = 0};
  put_be(&b, 4, 1);
  put_be(&b, strlen(host), 2);
  put_raw(&b, host, strlen(host));
  put_be(&b, (uint64_t)port, 2);
  put_key(&b, 1);
  return encode("1", &b, false, true);
}

static void gramjs_strings_are_read(void **state) {
  (void)state;
  static const char *const hosts[] = {"1.2.3.4", "149.154.167.91", "123.123.123.123", "example.org",
                                      "2001:67c:4e8:f004::a"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
    for (int guess = 0; guess < 2; guess++) {
      mtp_session s;
      must_import(guess ? NULL : "gramjs", gramjs(hosts[i], 443), &s);
      check_home(&s, 4, 1);
      check_address(&s, 0, hosts[i], 443);
      char *text = must_export("gramjs", &s);
      assert_string_equal(text, gramjs(hosts[i], 443));
      tgauth_string_free(text);
      mtp_session_free(&s);
    }
}

/* Base64 without the padding that a double click leaves out. */
static void gramjs_strings_without_padding_are_read(void **state) {
  (void)state;
  static const char *const hosts[] = {"1.2.3.4", "149.154.167.9", "149.154.167.91", "example.org"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    char text[512];
    mtp_session s;
    snprintf(text, sizeof text, "%s", gramjs(hosts[i], 443));
    size_t whole = strcspn(text, "=");
    text[whole] = '\0';
    must_import(NULL, text, &s);
    check_home(&s, 4, 1);
    check_address(&s, 0, hosts[i], 443);
    mtp_session_free(&s);
    for (size_t n = 1; n < whole; n++) { /* and what is cut off is not taken for anything */
      text[n] = '\0';
      assert_false(imports(NULL, text));
      snprintf(text, sizeof text, "%s", gramjs(hosts[i], 443));
    }
  }
}

static void gramjs_hosts_that_it_would_misread_are_written_at_length(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, "::1", 443);
  char *text = must_export("gramjs", &s);
  mtp_session_free(&s);
  must_import("gramjs", text, &s);
  check_address(&s, 0, "0:0:0:0:0:0:0:1", 443);
  mtp_session_free(&s);
  tgauth_string_free(text);
  make_session(&s, 2, "a.b", 443);
  must_not_export("gramjs", &s, "a.b");
  mtp_session_free(&s);
}

static void gramjs_takes_what_telethon_wrote(void **state) {
  (void)state;
  mtp_session s;
  must_import("gramjs", telethon_v4(), &s);
  check_home(&s, 2, 1);
  check_address(&s, 0, "149.154.167.51", 443);
  mtp_session_free(&s);
  must_refuse("telethon", gramjs("1.2.3.4", 443), "GramJS");
}

static void gramjs_names_of_the_web_are_not_kept(void **state) {
  (void)state;
  mtp_session s;
  must_import("gramjs", gramjs("vesta.web.telegram.org", 443), &s);
  check_home(&s, 4, 1);
  assert_int_equal(s.n_options, 0);
  mtp_session_free(&s);
}

static void gramjs_cannot_hold_a_high_port(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, "127.0.0.1", 40000);
  must_not_export("gramjs", &s, "40000");
  mtp_session_free(&s);
  must_import("gramjs", gramjs("127.0.0.1", 40000), &s); /* though it can be read */
  check_address(&s, 0, "127.0.0.1", 40000);
  mtp_session_free(&s);
}

static void gramjs_strings_with_wrong_lengths_are_refused(void **state) {
  (void)state;
  bytes b = {.size = 0};
  put_be(&b, 4, 1);
  put_be(&b, 9, 2);
  put_raw(&b, "127.0.0.1", 9);
  put_be(&b, 443, 2);
  put_key(&b, 1);
  for (unsigned claimed = 0; claimed < 65536; claimed += claimed < 300 ? 1 : 997) {
    if (claimed == 9)
      continue;
    b.data[1] = (uint8_t)(claimed >> 8);
    b.data[2] = (uint8_t)claimed;
    assert_false(imports("gramjs", encode("1", &b, false, true)));
  }
}

/* ---- Pyrogram ---- */

static const char *pyrogram(int form, uint64_t user) {
  bytes b = {.size = 0};
  put_be(&b, 2, 1);
  if (form == 2)
    put_be(&b, 12345, 4);
  put_be(&b, 0, 1);
  put_key(&b, 1);
  put_be(&b, user, form ? 8 : 4);
  put_be(&b, 1, 1);
  return encode("", &b, true, false);
}

static void pyrogram_strings_are_read_and_written_in_all_lengths(void **state) {
  (void)state;
  static const size_t lengths[] = {351, 356, 362};
  static const char *const names[] = {"pyrogram-old32", "pyrogram-old64", "pyrogram"};
  for (int form = 0; form < 3; form++) {
    mtp_session s;
    int64_t user = form ? INT64_C(7777777777) : INT64_C(4000000000);
    assert_int_equal(strlen(pyrogram(form, (uint64_t)user)), lengths[form]);
    must_import(NULL, pyrogram(form, (uint64_t)user), &s);
    check_home(&s, 2, 1);
    assert_int_equal(s.user_id, user);
    assert_int_equal(s.api_id, form == 2 ? 12345 : 0);
    assert_true(s.bot);
    assert_false(s.test);
    assert_int_equal(s.n_options, 0);
    char *text = must_export(names[form], &s);
    assert_string_equal(text, pyrogram(form, (uint64_t)user));
    tgauth_string_free(text);
    mtp_session_free(&s);
  }
}

static void pyrogram_strings_need_a_user_that_fits(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, NULL, 0);
  must_not_export("pyrogram-old32", &s, "32 bits");
  s.user_id = 0;
  must_not_export("pyrogram", &s, "user's id");
  mtp_session_free(&s);
  must_refuse("pyrogram", pyrogram(2, UINT64_MAX), "user's id");
  must_refuse("pyrogram", pyrogram(2, (uint64_t)INT64_MAX), "user's id");
}

static void pyrogram_strings_with_odd_flags_are_refused(void **state) {
  (void)state;
  bytes b = {.size = 0};
  put_be(&b, 2, 1);
  put_be(&b, 12345, 4);
  put_be(&b, 2, 1); /* neither test nor not */
  put_key(&b, 1);
  put_be(&b, 1, 8);
  put_be(&b, 0, 1);
  must_refuse("pyrogram", encode("", &b, true, false), "flag");
  b.data[5] = 1;
  mtp_session s;
  must_import("pyrogram", encode("", &b, true, false), &s);
  assert_true(s.test);
  mtp_session_free(&s);
  b.data[0] = 4; /* the test centres are 1 to 3 */
  must_refuse("pyrogram", encode("", &b, true, false), "no address of data centre 4 (test)");
}

/* ---- grammers before 0.8 ---- */

static void put_old_centre(bytes *out, int dc, const char *v4, uint8_t seed) {
  put_le(out, 0x873e88db, 4);
  put_le(out, seed ? 5 : 1, 4);
  put_le(out, (uint64_t)dc, 4);
  put_raw(out, v4, 4);
  put_le(out, 443, 4);
  if (seed)
    put_tl(out, sample_key(seed), MTP_KEY_SIZE);
}

static void old_grammers_files_are_read(void **state) {
  (void)state;
  bytes b = {.size = 0};
  mtp_session s;
  put_le(&b, 0xa73eb8ce, 4);
  put_le(&b, 3, 4);
  put_le(&b, 0x1cb5c415, 4);
  put_le(&b, 3, 4);
  put_old_centre(&b, 1, "\x95\x9a\xaf\x35", 0);
  put_old_centre(&b, 4, "\x95\x9a\xa7\x5b", 1);
  put_old_centre(&b, 5, "\x5b\x6c\x38\x82", 2);
  put_le(&b, 0x672f428d, 4);
  put_le(&b, 7777777777, 8);
  put_le(&b, 4, 4);
  put_le(&b, 0x997275b5, 4);
  put_le(&b, 0xd0cadcc1, 4);
  for (uint64_t i = 1; i <= 4; i++)
    put_le(&b, i * 10, 4);
  put_le(&b, 0x1cb5c415, 4);
  put_le(&b, 0, 4);
  write_file(in_folder("old-grammers"), b.data, b.size);
  for (int guess = 0; guess < 2; guess++) {
    must_import(guess ? NULL : "grammers-file", in_folder("old-grammers"), &s);
    check_home(&s, 4, 1);
    check_address(&s, 1, "149.154.167.91", 443);
    assert_int_equal(s.user_id, 7777777777);
    assert_true(s.bot);
    assert_int_equal(s.updates.pts, 10);
    assert_int_equal(s.updates.seq, 40);
    assert_int_equal(s.n_keys, 2);
    mtp_session_free(&s);
  }
  for (size_t n = 0; n < b.size; n++) {
    write_file(in_folder("cut-grammers"), b.data, n);
    assert_false(imports("grammers-file", in_folder("cut-grammers")));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(old_grammers_files_are_read),
      cmocka_unit_test(telethon_strings_are_read),
      cmocka_unit_test(telethon_strings_are_written),
      cmocka_unit_test(telethon_ipv6_is_told_from_gramjs_for_every_first_word),
      cmocka_unit_test(an_address_of_a_test_centre_means_test),
      cmocka_unit_test(an_empty_key_is_no_session),
      cmocka_unit_test(telethon_strings_with_wrong_numbers_are_refused),
      cmocka_unit_test(gramjs_strings_are_read),
      cmocka_unit_test(gramjs_strings_without_padding_are_read),
      cmocka_unit_test(gramjs_hosts_that_it_would_misread_are_written_at_length),
      cmocka_unit_test(gramjs_takes_what_telethon_wrote),
      cmocka_unit_test(gramjs_names_of_the_web_are_not_kept),
      cmocka_unit_test(gramjs_cannot_hold_a_high_port),
      cmocka_unit_test(gramjs_strings_with_wrong_lengths_are_refused),
      cmocka_unit_test(pyrogram_strings_are_read_and_written_in_all_lengths),
      cmocka_unit_test(pyrogram_strings_need_a_user_that_fits),
      cmocka_unit_test(pyrogram_strings_with_odd_flags_are_refused),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
