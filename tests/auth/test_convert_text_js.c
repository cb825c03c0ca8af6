/* Session strings of mtcute and MTKruto, of libraries in TypeScript: their layouts byte by byte,
 * both ways, and what is not one. */
#include "convert_sample.h"

/* ---- mtcute ---- */

static void put_centre(bytes *out, int version, int flags, const char *host) {
  bytes b = {.size = 0};
  put_le(&b, (uint64_t)version, 1);
  put_le(&b, 2, 1);
  put_le(&b, (uint64_t)flags, 1);
  put_tl(&b, host, strlen(host));
  put_le(&b, 443, 4);
  put_tl(out, b.data, b.size);
}

static const char *mtcute(int flags, int centre_version, int centre_flags) {
  bytes b = {.size = 0};
  put_le(&b, 3, 1);
  put_le(&b, (uint64_t)flags, 4);
  put_centre(&b, centre_version, centre_flags, "149.154.167.50");
  if (flags & 4)
    put_centre(&b, centre_version, centre_flags | 2, "149.154.167.222");
  if (flags & 1) {
    put_le(&b, 7777777777, 8);
    put_le(&b, 0x997275b5, 4);
  }
  put_tl(&b, sample_key(1), MTP_KEY_SIZE);
  return encode("", &b, true, false);
}

static void mtcute_strings_are_read(void **state) {
  (void)state;
  for (int flags = 0; flags < 8; flags++) {
    mtp_session s;
    must_import(NULL, mtcute(flags, 2, 0), &s);
    check_home(&s, 2, 1);
    check_address(&s, 0, "149.154.167.50", 443);
    assert_int_equal(s.n_options, flags & 4 ? 2 : 1);
    if (flags & 4) {
      check_address(&s, 1, "149.154.167.222", 443);
      assert_int_equal(s.options[1].flags, MTP_DC_MEDIA);
    }
    assert_int_equal(s.user_id, flags & 1 ? INT64_C(7777777777) : 0);
    assert_int_equal(s.bot, flags & 1);
    assert_int_equal(s.test, (flags & 2) != 0);
    mtp_session_free(&s);
  }
}

static void mtcute_addresses_have_two_versions(void **state) {
  (void)state;
  mtp_session s;
  must_import("mtcute", mtcute(0, 2, 4), &s);
  assert_true(s.test);
  mtp_session_free(&s);
  must_import("mtcute", mtcute(0, 1, 4), &s); /* the flag came with version 2 */
  assert_false(s.test);
  mtp_session_free(&s);
  must_refuse("mtcute", mtcute(0, 3, 0), "damaged");
}

static void mtcute_strings_are_written(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, "149.154.167.50", 443);
  s.bot = true;
  char *text = must_export("mtcute", &s);
  assert_string_equal(text, mtcute(1, 2, 0));
  tgauth_string_free(text);
  s.user_id = 0;
  text = must_export("mtcute", &s);
  assert_string_equal(text, mtcute(0, 2, 0));
  tgauth_string_free(text);
  s.test = true;
  text = must_export("mtcute", &s);
  assert_string_equal(text, mtcute(0, 2, 4));
  tgauth_string_free(text);
  mtp_session_free(&s);
}

static void mtcute_keeps_the_address_of_media(void **state) {
  (void)state;
  for (int flags = 4; flags < 8; flags++) {
    mtp_session s;
    must_import("mtcute", mtcute(flags & 5, 2, flags & 2 ? 4 : 0), &s);
    char *text = must_export("mtcute", &s);
    assert_string_equal(text, mtcute(flags & 5, 2, flags & 2 ? 4 : 0));
    tgauth_string_free(text);
    mtp_session_free(&s);
  }
}

/* ---- MTKruto ---- */

/* Runs of zero as they are packed. */
static const char *packed(const bytes *from) {
  bytes out = {.size = 0};
  for (size_t i = 0; i < from->size;) {
    size_t run = 0;
    while (i + run < from->size && from->data[i + run] == 0 && run < 255)
      run++;
    put_raw(&out, from->data + i, 1);
    if (run)
      put_be(&out, run, 1);
    i += run ? run : 1;
  }
  return encode("", &out, true, false);
}

static const char *mtkruto(const char *dc, bool newer) {
  bytes b = {.size = 0};
  put_tl(&b, dc, strlen(dc));
  put_tl(&b, sample_key(1), MTP_KEY_SIZE);
  if (newer) {
    put_le(&b, 12345, 4);
    put_le(&b, 0, 1);
    put_le(&b, 7777777777, 8);
  }
  return packed(&b);
}

static void mtkruto_strings_are_read_and_written(void **state) {
  (void)state;
  static const char *const names[] = {"mtkruto", "mtkruto-user"};
  for (int newer = 0; newer < 2; newer++)
    for (int test = 0; test < 2; test++) {
      mtp_session s;
      const char *dc = test ? "2-test" : "2";
      must_import(NULL, mtkruto(dc, newer), &s);
      check_home(&s, 2, 1);
      assert_int_equal(s.test, test);
      assert_int_equal(s.user_id, newer ? INT64_C(7777777777) : 0);
      assert_int_equal(s.api_id, newer ? 12345 : 0);
      char *text = must_export(names[newer], &s);
      assert_string_equal(text, mtkruto(dc, newer));
      tgauth_string_free(text);
      mtp_session_free(&s);
    }
}

static void long_runs_of_zero_are_split(void **state) {
  (void)state;
  bytes b = {.size = 0};
  uint8_t key[MTP_KEY_SIZE] = {0};
  mtp_session s;
  make_session(&s, 2, NULL, 0);
  key[MTP_KEY_SIZE - 1] = 1;
  assert_int_equal(mtp_session_set_key(&s, 2, false, key, 0), MTP_OK);
  put_tl(&b, "2", 1);
  put_tl(&b, key, sizeof key);
  char *text = must_export("mtkruto", &s);
  assert_string_equal(text, packed(&b));
  mtp_session_free(&s);
  must_import(NULL, text, &s);
  assert_memory_equal(s.keys[0].key, key, sizeof key);
  mtp_session_free(&s);
  tgauth_string_free(text);
}

static void mtkruto_strings_of_no_data_centre_are_refused(void **state) {
  (void)state;
  static const char *const names[] = {"", "-test", "x", "2-", "12345", "-2", "0", "2 "};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    assert_false(imports("mtkruto", mtkruto(names[i], false)));
}

static void zeros_cannot_make_a_string_explode(void **state) {
  (void)state;
  bytes b = {.size = 0};
  while (b.size + 2 <= sizeof b.data)
    put_be(&b, 0xff, 2); /* 255 zeros each */
  must_refuse("mtkruto", encode("", &b, true, false), "MTKruto");
}

/* ---- an address for files ---- */

static void mtcute_keeps_the_address_for_files(void **state) {
  (void)state;
  mtp_session s, again;
  make_session(&s, 2, "149.154.167.51", 443);
  mtp_dc_option media = {.dc = 2, .port = 443, .flags = MTP_DC_MEDIA, .host = "149.154.167.222"};
  assert_int_equal(mtp_session_add_option(&s, &media), MTP_OK);
  char *text = must_export("mtcute", &s);
  must_import("mtcute", text, &again);
  assert_int_equal(again.n_options, 2);
  check_address(&again, 1, "149.154.167.222", 443);
  assert_int_equal(again.options[1].flags & MTP_DC_MEDIA, MTP_DC_MEDIA);
  char *twice = must_export("mtcute", &again);
  assert_string_equal(twice, text);
  tgauth_string_free(twice);
  tgauth_string_free(text);
  mtp_session_free(&again);
  mtp_session_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mtcute_strings_are_read),
      cmocka_unit_test(mtcute_addresses_have_two_versions),
      cmocka_unit_test(mtcute_strings_are_written),
      cmocka_unit_test(mtcute_keeps_the_address_of_media),
      cmocka_unit_test(mtkruto_strings_are_read_and_written),
      cmocka_unit_test(long_runs_of_zero_are_split),
      cmocka_unit_test(mtkruto_strings_of_no_data_centre_are_refused),
      cmocka_unit_test(zeros_cannot_make_a_string_explode),
      cmocka_unit_test(mtcute_keeps_the_address_for_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
