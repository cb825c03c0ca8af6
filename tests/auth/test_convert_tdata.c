/* Telegram Desktop's tdata: folders made here from the description of the format, and damaged. */
#include "convert_sample.h"
#include "tdata_sample.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The authorization of an account: wide ids or the older ones. */
static void put_account(const char *path, bool wide, uint64_t user, uint8_t seed) {
  bytes data = {.size = 0}, inner = {.size = 0}, block = {.size = 0};
  if (wide) {
    put_be(&inner, UINT64_MAX, 8);
    put_be(&inner, user, 8);
  } else {
    put_be(&inner, user, 4);
  }
  put_be(&inner, 4, 4);
  put_be(&inner, 2, 4);
  put_be(&inner, 2, 4);
  put_key(&inner, (uint8_t)(seed + 1));
  put_be(&inner, 4, 4);
  put_key(&inner, seed);
  put_be(&inner, 0, 4); /* keys to destroy */
  put_be(&block, 0x4b, 4);
  put_be(&block, inner.size, 4);
  put_raw(&block, inner.data, inner.size);
  tdata_seal(&data, &block, tdata_local_key());
  tdata_frame(path, &data);
}

static const char *joined(const char *folder, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return in_folder(path);
}

/* A whole folder. The names of files: MD5 of "data" and "data#3". */
static const char *tdata(const char *name, const char *passcode, int active) {
  const char *path = in_folder(name);
  assert_int_equal(mkdir(path, 0700), 0);
  tdata_put_key_data(joined(name, "key_datas"), passcode, active);
  put_account(joined(name, "D877F783D5D3EF8Cs"), true, 7777777777, 1);
  put_account(joined(name, "F8806DD0C461824Fs"), false, 555, 3);
  return in_folder(name);
}

static void import_account(const char *path, const char *passcode, uint32_t account,
                           mtp_session *s) {
  tgauth_import_options options = {.password = passcode, .account = account};
  mtp_error error;
  mtp_session_init(s, NULL);
  if (tgauth_session_import(s, path, &options, NULL, &error) != MTP_OK)
    fail_msg("%s", error.text);
}

static void the_active_account_is_read(void **state) {
  (void)state;
  mtp_session s;
  const char *path = tdata("plain", "", 0);
  must_import(NULL, path, &s);
  check_home(&s, 4, 1);
  assert_int_equal(s.user_id, INT64_C(7777777777));
  assert_int_equal(s.n_keys, 2);
  assert_int_equal(s.keys[0].dc, 2);
  assert_memory_equal(s.keys[0].key, sample_key(2), MTP_KEY_SIZE);
  assert_false(s.test);
  mtp_session_free(&s);
  must_refuse("gramjs-store", path, "");
  static const int none[] = {-1, 1, 77}; /* the first then, as Telegram Desktop does it */
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    char name[16];
    snprintf(name, sizeof name, "none%d", none[i]);
    must_import(NULL, tdata(name, "", none[i]), &s);
    assert_int_equal(s.user_id, INT64_C(7777777777));
    mtp_session_free(&s);
  }
}

static void each_account_can_be_asked_for(void **state) {
  (void)state;
  mtp_session s;
  const char *path = tdata("accounts", "", 2);
  import_account(path, NULL, 0, &s);
  check_home(&s, 4, 3);
  assert_int_equal(s.user_id, 555);
  mtp_session_free(&s);
  import_account(path, NULL, 1, &s);
  check_home(&s, 4, 1);
  mtp_session_free(&s);
  import_account(path, NULL, 2, &s);
  check_home(&s, 4, 3);
  mtp_session_free(&s);
  tgauth_import_options options = {.account = 3};
  mtp_error error;
  assert_int_equal(tgauth_session_import(&s, path, &options, NULL, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "no account 3"));
}

static void a_passcode_is_needed_where_there_is_one(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  const char *path = tdata("locked", "secret", 0);
  import_account(path, "secret", 0, &s);
  check_home(&s, 4, 1);
  mtp_session_free(&s);
  must_refuse(NULL, path, "a passcode is needed");
  tgauth_import_options options = {.password = "wrong"};
  assert_int_equal(tgauth_session_import(&s, path, &options, NULL, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "the passcode is wrong"));
}

static void the_folder_around_tdata_will_do(void **state) {
  (void)state;
  mtp_session s;
  assert_int_equal(mkdir(in_folder("Telegram"), 0700), 0);
  tdata("Telegram/tdata", "", 0);
  must_import(NULL, in_folder("Telegram"), &s);
  check_home(&s, 4, 1);
  mtp_session_free(&s);
}

static void a_damaged_file_gives_way_to_the_others(void **state) {
  (void)state;
  mtp_session s;
  tdata("older", "", 0);
  assert_int_equal(
      rename(joined("older", "D877F783D5D3EF8Cs"), joined("older", "D877F783D5D3EF8C1")), 0);
  write_file(joined("older", "D877F783D5D3EF8C0"), "TDF$", 4);
  must_import(NULL, in_folder("older"), &s);
  check_home(&s, 4, 1);
  mtp_session_free(&s);
  write_file(joined("older", "D877F783D5D3EF8Cs"), "TDF$ and more that is no such file", 30);
  must_import(NULL, in_folder("older"), &s);
  mtp_session_free(&s);
}

static void the_newer_of_two_files_is_read(void **state) {
  (void)state;
  struct timespec early[2] = {{1000, 0}, {1000, 0}}, late[2] = {{2000, 0}, {2000, 0}};
  for (int newer = 0; newer < 2; newer++) {
    mtp_session s;
    const char *name = newer ? "newer1" : "newer0";
    tdata(name, "", 0);
    assert_int_equal(unlink(joined(name, "D877F783D5D3EF8Cs")), 0);
    put_account(joined(name, "D877F783D5D3EF8C0"), true, 100, 1);
    put_account(joined(name, "D877F783D5D3EF8C1"), true, 101, 1);
    utimensat(AT_FDCWD, joined(name, "D877F783D5D3EF8C0"), newer ? early : late, 0);
    utimensat(AT_FDCWD, joined(name, "D877F783D5D3EF8C1"), newer ? late : early, 0);
    must_import(NULL, in_folder(name), &s);
    assert_int_equal(s.user_id, 100 + newer);
    mtp_session_free(&s);
  }
}

static void the_configuration_says_whether_it_is_a_test(void **state) {
  (void)state;
  mtp_session s;
  bytes data = {.size = 0}, config = {.size = 0}, block = {.size = 0};
  const char *path = tdata("config", "", 0);
  put_be(&config, 1, 4); /* version */
  put_be(&config, 1, 4); /* the test servers */
  put_be(&block, config.size, 4);
  put_raw(&block, config.data, config.size);
  tdata_seal(&data, &block, tdata_local_key());
  assert_int_equal(mkdir(joined("config", "D877F783D5D3EF8C"), 0700), 0);
  tdata_frame(joined("config", "D877F783D5D3EF8C/configs"), &data);
  must_refuse(NULL, path, "data centre 4 (test)"); /* there is none among the test centres */
  tdata_frame(joined("config", "D877F783D5D3EF8C/configs"), &config);
  must_import(NULL, path, &s); /* unreadable: the real ones */
  assert_false(s.test);
  mtp_session_free(&s);
}

/* proves RB-4 */
static void damage_anywhere_is_refused(void **state) {
  (void)state;
  static const char *const names[] = {"key_datas", "D877F783D5D3EF8Cs"};
  tdata("bits", "", 0);
  for (size_t n = 0; n < 2; n++) {
    bytes file = {.size = 0};
    read_file(joined("bits", names[n]), &file);
    for (size_t i = 0; i < file.size; i++) {
      file.data[i] ^= 0x20;
      write_file(joined("bits", names[n]), file.data, file.size);
      assert_false(imports("tdata", in_folder("bits")));
      file.data[i] ^= 0x20;
      write_file(joined("bits", names[n]), file.data, i);
      assert_false(imports("tdata", in_folder("bits")));
    }
    write_file(joined("bits", names[n]), file.data, file.size);
  }
  assert_true(imports("tdata", in_folder("bits")));
}

/* Frames and seals what a correct file would not hold. */
static void put_odd(const char *folder, const bytes *block) {
  bytes data = {.size = 0};
  tdata_seal(&data, block, tdata_local_key());
  tdata_frame(joined(folder, "D877F783D5D3EF8Cs"), &data);
}

/* proves RB-4 */
static void sealed_nonsense_is_refused(void **state) {
  (void)state;
  tdata("odd", "", 0);
  bytes b = {.size = 0};
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "cut off");
  put_be(&b, 0x4b, 4);
  put_be(&b, 0xfffffff0, 4);
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "cut off");
  b.size = 4;
  put_be(&b, 0xffffffff, 4);
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "cut off");
  b.size = 4;
  put_be(&b, 12, 4);
  put_be(&b, 0, 4);
  put_be(&b, 4, 4);
  put_be(&b, 0, 4);
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "nobody");
  b.data[11] = 7; /* a user, but no keys */
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "no key of its data centre 4");
  memset(b.data + 16, 0xff, 4); /* four thousand million keys */
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "damaged");
  b.data[16] = b.data[17] = b.data[18] = 0;
  b.data[19] = 9; /* nine keys, none there */
  put_odd("odd", &b);
  must_refuse("tdata", in_folder("odd"), "cut off");
}

/* As Telegram Desktop leaves it after its first start: the file of keys, and no other. */
static void a_folder_that_nobody_signed_in_to_is_told_as_that(void **state) {
  (void)state;
  const char *path = tdata("unused", "", 0);
  assert_int_equal(unlink(joined("unused", "D877F783D5D3EF8Cs")), 0);
  assert_int_equal(unlink(joined("unused", "F8806DD0C461824Fs")), 0);
  must_refuse(NULL, path, "nobody has signed in");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_active_account_is_read),
      cmocka_unit_test(each_account_can_be_asked_for),
      cmocka_unit_test(a_passcode_is_needed_where_there_is_one),
      cmocka_unit_test(the_folder_around_tdata_will_do),
      cmocka_unit_test(a_damaged_file_gives_way_to_the_others),
      cmocka_unit_test(the_newer_of_two_files_is_read),
      cmocka_unit_test(the_configuration_says_whether_it_is_a_test),
      cmocka_unit_test(a_folder_that_nobody_signed_in_to_is_told_as_that),
      cmocka_unit_test(damage_anywhere_is_refused),
      cmocka_unit_test(sealed_nonsense_is_refused),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
