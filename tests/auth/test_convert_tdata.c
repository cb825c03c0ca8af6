/* Telegram Desktop's tdata: folders made here from the description of the format, and damaged. */
#include "convert_sample.h"
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t salt[32] = "thirty-two bytes of salt, surely";

static void hash(const EVP_MD *md, const bytes *b, uint8_t *out) {
  assert_true(EVP_Digest(b->data, b->size, out, NULL, md, NULL));
}

/* A length that counts itself, data, zeros to 16 bytes; AES-256-IGE with MTProto 1.0's keys. */
static void seal(bytes *out, const bytes *data, const uint8_t local[256]) {
  bytes plain = {.size = 0}, a = {.size = 0}, b = {.size = 0}, c = {.size = 0}, d = {.size = 0};
  uint8_t sha[20], ha[20], hb[20], hc[20], hd[20], key[32], iv[32];
  put_le(&plain, data->size + 4, 4);
  put_raw(&plain, data->data, data->size);
  while (plain.size % 16)
    put_le(&plain, 0, 1);
  hash(EVP_sha1(), &plain, sha);
  put_raw(&a, sha, 16);
  put_raw(&a, local + 8, 32);
  put_raw(&b, local + 40, 16);
  put_raw(&b, sha, 16);
  put_raw(&b, local + 56, 16);
  put_raw(&c, local + 72, 32);
  put_raw(&c, sha, 16);
  put_raw(&d, sha, 16);
  put_raw(&d, local + 104, 32);
  hash(EVP_sha1(), &a, ha);
  hash(EVP_sha1(), &b, hb);
  hash(EVP_sha1(), &c, hc);
  hash(EVP_sha1(), &d, hd);
  memcpy(key, ha, 8), memcpy(key + 8, hb + 8, 12), memcpy(key + 20, hc + 4, 12);
  memcpy(iv, ha + 8, 12), memcpy(iv + 12, hb, 8), memcpy(iv + 20, hc + 16, 4);
  memcpy(iv + 24, hd, 8);
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  assert_true(EVP_EncryptInit_ex(ctx, EVP_aes_256_ecb(), NULL, key, NULL));
  EVP_CIPHER_CTX_set_padding(ctx, 0);
  put_be(out, 16 + plain.size, 4);
  put_raw(out, sha, 16);
  const uint8_t *before = iv, *before_plain = iv + 16;
  for (size_t at = 0; at < plain.size; at += 16) {
    uint8_t block[16];
    int n;
    for (size_t i = 0; i < 16; i++)
      block[i] = plain.data[at + i] ^ before[i];
    assert_true(EVP_EncryptUpdate(ctx, block, &n, block, 16));
    for (size_t i = 0; i < 16; i++)
      block[i] ^= before_plain[i];
    put_raw(out, block, 16);
    before = out->data + out->size - 16;
    before_plain = plain.data + at;
  }
  EVP_CIPHER_CTX_free(ctx);
}

static void frame(const char *path, const bytes *data) {
  bytes file = {.size = 0}, sum = {.size = 0};
  uint8_t md5[16];
  put_raw(&sum, data->data, data->size);
  put_le(&sum, data->size, 4);
  put_le(&sum, 5008003, 4);
  put_raw(&sum, "TDF$", 4);
  hash(EVP_md5(), &sum, md5);
  put_raw(&file, "TDF$", 4);
  put_le(&file, 5008003, 4);
  put_raw(&file, data->data, data->size);
  put_raw(&file, md5, 16);
  write_file(path, file.data, file.size);
}

static const uint8_t *local_key(void) {
  static uint8_t key[256];
  for (size_t i = 0; i < sizeof key; i++)
    key[i] = (uint8_t)(i * 11 + 3);
  return key;
}

/* key_datas with accounts 0 and 2, of which `active` is active. */
static void put_key_data(const char *path, const char *passcode, int active) {
  bytes data = {.size = 0}, b = {.size = 0};
  uint8_t sha[64], key[256];
  put_raw(&b, salt, 32);
  put_raw(&b, passcode, strlen(passcode));
  put_raw(&b, salt, 32);
  hash(EVP_sha512(), &b, sha);
  assert_true(PKCS5_PBKDF2_HMAC((const char *)sha, 64, salt, 32, *passcode ? 100000 : 1,
                                EVP_sha512(), 256, key));
  put_be(&data, 32, 4);
  put_raw(&data, salt, 32);
  b.size = 0;
  put_raw(&b, local_key(), 256);
  seal(&data, &b, key);
  b.size = 0;
  put_be(&b, 2, 4);
  put_be(&b, 0, 4);
  put_be(&b, 2, 4);
  put_be(&b, (uint64_t)active, 4);
  seal(&data, &b, local_key());
  frame(path, &data);
}

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
  seal(&data, &block, local_key());
  frame(path, &data);
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
  put_key_data(joined(name, "key_datas"), passcode, active);
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
  seal(&data, &block, local_key());
  assert_int_equal(mkdir(joined("config", "D877F783D5D3EF8C"), 0700), 0);
  frame(joined("config", "D877F783D5D3EF8C/configs"), &data);
  must_refuse(NULL, path, "data centre 4 (test)"); /* there is none among the test centres */
  frame(joined("config", "D877F783D5D3EF8C/configs"), &config);
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
  seal(&data, block, local_key());
  frame(joined(folder, "D877F783D5D3EF8Cs"), &data);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_active_account_is_read),
      cmocka_unit_test(each_account_can_be_asked_for),
      cmocka_unit_test(a_passcode_is_needed_where_there_is_one),
      cmocka_unit_test(the_folder_around_tdata_will_do),
      cmocka_unit_test(a_damaged_file_gives_way_to_the_others),
      cmocka_unit_test(the_newer_of_two_files_is_read),
      cmocka_unit_test(the_configuration_says_whether_it_is_a_test),
      cmocka_unit_test(damage_anywhere_is_refused),
      cmocka_unit_test(sealed_nonsense_is_refused),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
