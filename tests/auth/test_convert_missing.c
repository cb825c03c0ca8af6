/* A build without SQLite, jansson and libqrencode: the formats that need them are there by name and
 * say why they do not work. */
#include "convert_sample.h"
#include <stdio.h>
#include <tgauth/qr.h>

static void a_missing_library_is_named(void **state) {
  (void)state;
  int missing = 0;
  for (size_t i = 0; tgauth_format_at(i); i++) {
    const tgauth_format *f = tgauth_format_at(i);
    mtp_session s;
    if (!f->missing)
      continue;
    missing++;
    must_refuse(f->name, f->form == TGAUTH_FORM_FOLDER ? in_folder("") : "anything", f->missing);
    make_session(&s, 2, NULL, 0);
    must_not_export(f->name, &s, f->missing);
    mtp_session_free(&s);
  }
  assert_true(missing >= 7);
  assert_string_equal(tgauth_format_find("telethon-sqlite")->missing, "SQLite");
  assert_string_equal(tgauth_format_find("gotd")->missing, "jansson");
  assert_null(tgauth_format_find("telethon")->missing);
}

static void a_database_says_what_is_missing(void **state) {
  (void)state;
  write_file(in_folder("db"), "SQLite format 3\0 and so on", 27);
  must_refuse(NULL, in_folder("db"), "without SQLite");
}

static void a_qr_code_cannot_be_drawn(void **state) {
  char *drawing = "before";
  mtp_error error;
  (void)state;
  assert_int_equal(tgauth_qr_draw("tg://login?token=AA", &drawing, &error), MTP_ERR_ARGUMENT);
  assert_null(drawing);
  assert_non_null(strstr(error.text, "libqrencode"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_missing_library_is_named),
      cmocka_unit_test(a_qr_code_cannot_be_drawn),
      cmocka_unit_test(a_database_says_what_is_missing),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
