/* Files: found out what they are, never half-written, never overwritten unasked, and hostile ones.
 */
#include "convert_sample.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const file_formats[] = {
    "tlgen-file",      "gotd",           "grammers", "telethon-sqlite", "telethon2-sqlite",
    "pyrogram-sqlite", "kurigram-sqlite"};
enum { N_FILES = sizeof file_formats / sizeof file_formats[0] };

/* Written by each format once, to be damaged. */
static const char *sample_file(const char *format) {
  mtp_session s;
  char name[64];
  snprintf(name, sizeof name, "sample-%s", format);
  const char *path = in_folder(name);
  if (access(path, F_OK) == 0)
    return path;
  make_session(&s, 2, "149.154.167.50", 443);
  must_export_to(format, &s, path);
  mtp_session_free(&s);
  return path;
}

static void each_file_is_known_by_its_looks(void **state) {
  (void)state;
  for (size_t i = 0; i < N_FILES; i++) {
    const tgauth_format *used = NULL;
    mtp_session s;
    mtp_session_init(&s, NULL);
    assert_int_equal(tgauth_session_import(&s, sample_file(file_formats[i]), NULL, &used, NULL),
                     MTP_OK);
    assert_string_equal(used->name, file_formats[i]);
    check_home(&s, 2, 1);
    mtp_session_free(&s);
  }
}

static void a_file_holding_a_string_is_as_good_as_the_string(void **state) {
  (void)state;
  static const char *const formats[] = {"tlgen", "telethon", "gramjs", "mtcute", "pyrogram"};
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
    mtp_session s;
    make_session(&s, 2, "149.154.167.50", 443);
    const char *path = in_folder(formats[i]);
    must_export_to(formats[i], &s, path);
    mtp_session_free(&s);
    must_import(NULL, path, &s);
    check_home(&s, 2, 1);
    mtp_session_free(&s);
    must_import(formats[i], path, &s);
    mtp_session_free(&s);
  }
}

static void a_target_that_exists_is_left_alone(void **state) {
  (void)state;
  for (size_t i = 0; i < N_FILES; i++) {
    const char *path = in_folder("taken");
    bytes b = {.size = 0};
    mtp_session s;
    mtp_error error;
    write_file(path, "mine", 4);
    make_session(&s, 2, NULL, 0);
    const tgauth_format *f = tgauth_format_find(file_formats[i]);
    int before = count_entries(in_folder(""));
    assert_int_equal(tgauth_session_export(&s, f, path, NULL, NULL, &error), MTP_ERR_STORE);
    assert_non_null(strstr(error.text, "exists already"));
    read_file(path, &b);
    assert_int_equal(b.size, 4);
    assert_int_equal(count_entries(in_folder("")), before); /* nothing was left beside it */
    tgauth_export_options options = {.overwrite = true};
    assert_int_equal(tgauth_session_export(&s, f, path, &options, NULL, &error), MTP_OK);
    mtp_session_free(&s);
    must_import(file_formats[i], path, &s);
    check_home(&s, 2, 1);
    mtp_session_free(&s);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(unlink(path), 0);
  }
}

static void a_database_in_use_is_not_overwritten(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  tgauth_export_options options = {.overwrite = true};
  write_file(in_folder("busy"), "", 0);
  write_file(in_folder("busy-wal"), "x", 1);
  make_session(&s, 2, NULL, 0);
  assert_int_equal(tgauth_session_export(&s, tgauth_format_find("telethon-sqlite"),
                                         in_folder("busy"), &options, NULL, &error),
                   MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "busy-wal"));
  mtp_session_free(&s);
}

static void a_target_that_cannot_be_written_is_an_error(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  make_session(&s, 2, NULL, 0);
  for (size_t i = 0; i < N_FILES; i++) {
    const tgauth_format *f = tgauth_format_find(file_formats[i]);
    assert_int_equal(tgauth_session_export(&s, f, in_folder("none/file"), NULL, NULL, &error),
                     MTP_ERR_STORE);
    assert_int_equal(error.code, ENOENT);
    assert_int_equal(tgauth_session_export(&s, f, NULL, NULL, NULL, &error), MTP_ERR_ARGUMENT);
  }
  mtp_session_free(&s);
}

static void sources_that_are_nothing_are_refused(void **state) {
  (void)state;
  must_refuse(NULL, in_folder("none"), "no file");
  must_refuse("gotd", in_folder("none"), "not JSON");
  must_refuse("telethon-sqlite", in_folder("none"), "no file or folder");
  must_refuse("gramjs-store", in_folder("none"), "no file or folder");
  must_refuse(NULL, in_folder(""), "no format");
  must_refuse("telethon-sqlite", in_folder(""), "is a folder");
  must_refuse("telethon", in_folder(""), "is a folder");
  must_refuse("tdata", sample_file("gotd"), "is a folder");
  must_refuse("grammers", sample_file("gotd"), "not a database");
  must_refuse("grammers", sample_file("telethon-sqlite"), "its version is 0");
  must_refuse("telethon-sqlite", sample_file("grammers"), "no such table: version");
  must_refuse("telethon2-sqlite", sample_file("telethon-sqlite"), "its version is 7");
  must_refuse("pyrogram-sqlite", sample_file("telethon-sqlite"), "no such column: number");
  must_refuse("tlgen-file", sample_file("gotd"), "not a session");
  write_file(in_folder("empty"), "", 0);
  for (size_t i = 0; tgauth_format_at(i); i++)
    assert_false(imports(tgauth_format_at(i)->name, in_folder("empty")));
  must_refuse(NULL, in_folder("empty"), "no format");
}

static void a_session_never_gets_into_a_message(void **state) {
  (void)state;
  mtp_session s;
  make_session(&s, 2, NULL, 0);
  char *text = must_export("telethon", &s);
  mtp_session_free(&s);
  for (size_t i = 0; tgauth_format_at(i); i++) {
    tgauth_import_options options = {.format = tgauth_format_at(i)};
    mtp_error error;
    mtp_session_init(&s, NULL);
    if (tgauth_session_import(&s, text, &options, NULL, &error) == MTP_OK) {
      mtp_session_free(&s);
      continue;
    }
    for (size_t at = 0; at + 8 < strlen(text); at++) {
      char part[9];
      snprintf(part, sizeof part, "%.8s", text + at);
      assert_null(strstr(error.text, part));
    }
  }
  tgauth_string_free(text);
}

/* Every file with one byte changed or cut: refused or read, never a crash; SQLite and JSON have no
 * checksum, ours has. */
static void damaged_files_do_no_harm(void **state) {
  (void)state;
  static char whole[65536];
  for (size_t i = 0; i < N_FILES; i++) {
    bool own = strcmp(file_formats[i], "tlgen-file") == 0;
    FILE *file = fopen(sample_file(file_formats[i]), "rb");
    assert_non_null(file);
    size_t size = fread(whole, 1, sizeof whole, file);
    fclose(file);
    size_t step = size > 8192 ? 29 : 1;
    for (size_t at = 0; at < size; at += step) {
      const char *path = in_folder("damaged");
      write_file(path, whole, at);
      bool cut = imports(NULL, path);
      assert_false(own && cut);
      char was = whole[at];
      whole[at] = (char)(was ^ 0x11);
      write_file(path, whole, size);
      bool changed = imports(file_formats[i], path);
      assert_false(own && changed);
      whole[at] = was;
    }
  }
}

static void an_encrypted_file_needs_its_password(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  tgauth_export_options out = {.password = "right"};
  tgauth_import_options in = {.password = "wrong"};
  const char *path = in_folder("sealed");
  make_session(&s, 2, NULL, 0);
  assert_int_equal(
      tgauth_session_export(&s, tgauth_format_find("tlgen-file"), path, &out, NULL, &error),
      MTP_OK);
  mtp_session_free(&s);
  must_refuse(NULL, path, "a password is needed");
  assert_int_equal(tgauth_session_import(&s, path, &in, NULL, &error), MTP_ERR_STORE);
  in.password = "right";
  assert_int_equal(tgauth_session_import(&s, path, &in, NULL, &error), MTP_OK);
  check_home(&s, 2, 1);
  mtp_session_free(&s);
}

static void a_session_without_a_key_goes_nowhere_else(void **state) {
  (void)state;
  mtp_session s;
  mtp_session_init(&s, NULL);
  for (size_t i = 0; tgauth_format_at(i); i++) {
    const tgauth_format *f = tgauth_format_at(i);
    bool own = strncmp(f->name, "tlgen", 5) == 0;
    mtp_error error;
    assert_int_equal(tgauth_session_can_export(&s, f, &error), own ? MTP_OK : MTP_ERR_STORE);
    if (f->exports && !own)
      must_not_export(f->name, &s, "no key");
  }
  assert_int_equal(tgauth_session_check(&s, NULL), MTP_ERR_STORE);
  mtp_session_free(&s);
}

static void the_table_of_formats_is_in_order(void **state) {
  (void)state;
  size_t n = 0;
  for (; tgauth_format_at(n); n++) {
    const tgauth_format *f = tgauth_format_at(n);
    assert_ptr_equal(tgauth_format_find(f->name), f);
    assert_true(f->imports);
    assert_int_equal(f->exports, strcmp(f->name, "tdata") && strcmp(f->name, "grammers-file"));
    assert_true(*f->what);
  }
  assert_int_equal(n, 19);
  assert_null(tgauth_format_find("auto"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_file_is_known_by_its_looks),
      cmocka_unit_test(a_file_holding_a_string_is_as_good_as_the_string),
      cmocka_unit_test(a_target_that_exists_is_left_alone),
      cmocka_unit_test(a_database_in_use_is_not_overwritten),
      cmocka_unit_test(a_target_that_cannot_be_written_is_an_error),
      cmocka_unit_test(sources_that_are_nothing_are_refused),
      cmocka_unit_test(a_session_never_gets_into_a_message),
      cmocka_unit_test(damaged_files_do_no_harm),
      cmocka_unit_test(an_encrypted_file_needs_its_password),
      cmocka_unit_test(a_session_without_a_key_goes_nowhere_else),
      cmocka_unit_test(the_table_of_formats_is_in_order),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
