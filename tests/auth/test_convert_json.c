/* gotd's JSON and GramJS's folder of JSON values: as their libraries write them, and damaged. */
#include "convert_sample.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- gotd ---- */

typedef struct gotd_parts {
  const char *version, *dc, *address, *test, *options;
  uint8_t key_seed, id_seed;
} gotd_parts;

static const gotd_parts plain = {"1", "4", "149.154.167.91:443", "false", "[]", 1, 1};

static const char *gotd(const gotd_parts *p) {
  static char text[8192];
  char key[512], id[64];
  bytes b = {.size = 0};
  uint8_t raw[8];
  put_key(&b, p->key_seed);
  snprintf(key, sizeof key, "%s", encode("", &b, false, true));
  b.size = 0;
  sample_key_id(p->id_seed, raw);
  put_raw(&b, raw, sizeof raw);
  snprintf(id, sizeof id, "%s", encode("", &b, false, true));
  snprintf(text, sizeof text,
           "{\"Version\":%s,\"Data\":{\"Config\":{\"BlockedMode\":false,\"ForceTryIpv6\":false,"
           "\"Date\":0,\"Expires\":0,\"TestMode\":%s,\"ThisDC\":%s,\"DCOptions\":%s,"
           "\"DCTxtDomainName\":\"\",\"TmpSessions\":0,\"WebfileDCID\":0},\"DC\":%s,"
           "\"Addr\":\"%s\",\"AuthKey\":\"%s\",\"AuthKeyID\":\"%s\",\"Salt\":-5}}",
           p->version, p->test, p->dc, p->options, p->dc, p->address, key, id);
  return text;
}

static void gotd_sessions_are_read(void **state) {
  (void)state;
  static const struct {
    const char *address, *host;
    uint16_t port;
  } addresses[] = {{"149.154.167.91:443", "149.154.167.91", 443},
                   {"[2001:db8::1]:99", "2001:db8::1", 99},
                   {"2001:db8::1", "2001:db8::1", 443},
                   {"149.154.167.91", "149.154.167.91", 443},
                   {"example.org:5222", "example.org", 5222}};
  for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
    gotd_parts p = plain;
    mtp_session s;
    p.address = addresses[i].address;
    must_import(i % 2 ? "gotd" : NULL, gotd(&p), &s);
    check_home(&s, 4, 1);
    check_address(&s, 0, addresses[i].host, addresses[i].port);
    assert_int_equal(s.keys[0].salt, -5);
    mtp_session_free(&s);
  }
}

static void gotd_addresses_are_taken_with_their_flags(void **state) {
  (void)state;
  gotd_parts p = plain;
  mtp_session s;
  p.address = "";
  p.options = "[{\"ID\":4,\"IPAddress\":\"1.1.1.1\",\"Port\":443,\"MediaOnly\":true},"
              "{\"ID\":4,\"IPAddress\":\"::2\",\"Port\":80,\"Ipv6\":true,\"Static\":true},"
              "{\"ID\":4,\"IPAddress\":\"a \\\" b\",\"Port\":80},{\"ID\":4,\"Port\":80},"
              "{\"ID\":4,\"IPAddress\":\"3.3.3.3\",\"Port\":0},7,null,"
              "{\"ID\":2,\"IPAddress\":\"2.2.2.2\",\"Port\":443,\"TCPObfuscatedOnly\":true,"
              "\"CDN\":true,\"ThisPortOnly\":true,\"Secret\":\"AQID\"},"
              "{\"ID\":2,\"IPAddress\":\"2.2.2.2\",\"Port\":443,\"Secret\":"
              "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]";
  must_import(NULL, gotd(&p), &s);
  assert_int_equal(s.n_options, 3);
  check_address(&s, 0, "1.1.1.1", 443);
  assert_int_equal(s.options[0].flags, MTP_DC_MEDIA);
  assert_int_equal(s.options[1].flags, MTP_DC_IPV6 | MTP_DC_STATIC);
  assert_int_equal(s.options[2].flags, MTP_DC_TCPO | MTP_DC_CDN | MTP_DC_THIS_PORT);
  assert_int_equal(s.options[2].secret_size, 3);
  assert_memory_equal(s.options[2].secret, "\1\2\3", 3);
  mtp_session_free(&s);
}

static void gotd_sessions_are_written(void **state) {
  (void)state;
  mtp_session s, again;
  bytes b = {.size = 0};
  gotd_parts p = plain;
  char head[4096];
  p.options = "[{\"Flags\":1056,\"Ipv6\":false,\"MediaOnly\":false,\"TCPObfuscatedOnly\":false,"
              "\"CDN\":false,\"Static\":false,\"ThisPortOnly\":true,\"ID\":4,"
              "\"IPAddress\":\"149.154.167.91\",\"Port\":443,\"Secret\":\"AQID\"},";
  make_session(&s, 4, "149.154.167.91", 443);
  s.keys[0].salt = -5;
  s.options[0].flags = MTP_DC_THIS_PORT;
  s.options[0].secret_size = 3;
  memcpy(s.options[0].secret, "\1\2\3", 3);
  must_export_to("gotd", &s, in_folder("gotd.json"));
  mtp_session_free(&s);
  read_file(in_folder("gotd.json"), &b);
  b.data[b.size] = '\0';
  const char *text = (const char *)b.data;
  snprintf(head, sizeof head, "%s", gotd(&p));
  size_t n = (size_t)(strstr(head, "\"Secret\":\"AQID\"},") - head) + 17;
  assert_memory_equal(text, head, n); /* the session's address, then those built in */
  const char *tail = strstr(head, ",\"DCTxtDomainName\"");
  assert_string_equal(strstr(text, ",\"DCTxtDomainName\""), tail);
  assert_null(strstr(text + n, "\"ID\":4")); /* the session has one of that data centre */
  assert_non_null(strstr(text + n, "\"ID\":1,\"IPAddress\":\"149.154.175.53\",\"Port\":443,"
                                   "\"Secret\":null}"));
  must_import(NULL, in_folder("gotd.json"), &again);
  check_home(&again, 4, 1);
  mtp_session_free(&again);
}

static void gotd_sessions_that_do_not_add_up_are_refused(void **state) {
  (void)state;
  gotd_parts p = plain;
  p.id_seed = 2;
  must_refuse("gotd", gotd(&p), "AuthKeyID is not that of AuthKey");
  p = plain;
  p.version = "2";
  must_refuse(NULL, gotd(&p), "Version is 2");
  p.version = "\"1\"";
  must_refuse(NULL, gotd(&p), "Version is missing");
  p = plain;
  p.dc = "1e3";
  must_refuse(NULL, gotd(&p), "DC is missing");
  p.dc = "0";
  must_refuse(NULL, gotd(&p), "data centre 0");
  p.dc = "99999999999999999999999";
  must_refuse("gotd", gotd(&p), "not JSON");
  p = plain;
  p.address = "1.2.3.4:x";
  must_refuse(NULL, gotd(&p), "port");
  p.address = "a b:1";
  must_refuse(NULL, gotd(&p), "address");
  must_refuse("gotd", "{\"Version\":1,\"Data\":{\"DC\":2,\"AuthKey\":\"\"}}", "no key");
  must_refuse("gotd", "{\"Version\":1,\"Data\":{\"DC\":2,\"AuthKey\":\"AAAA\"}}", "3 bytes");
  must_refuse("gotd", "{\"Version\":1,\"Data\":7}", "DC is missing");
  must_refuse("gotd", "{\"Version\":1,\"Version\":1}", "not JSON");
  must_refuse("gotd", "[]", "Version is missing");
  must_refuse("gotd", "", "not JSON");
}

static void json_nested_without_end_is_refused(void **state) {
  (void)state;
  static char text[200001];
  memset(text, '[', sizeof text - 1);
  must_refuse("gotd", text, "not JSON");
  memcpy(text, "{\"Data\":", 8);
  must_refuse(NULL, text, "no file");
}

/* proves RB-4 */
static void a_gotd_session_cut_anywhere_is_refused(void **state) {
  (void)state;
  char text[4096];
  size_t n = (size_t)snprintf(text, sizeof text, "%s", gotd(&plain));
  while (n-- > 0) {
    text[n] = '\0';
    assert_false(imports("gotd", text));
  }
}

/* ---- GramJS, StoreSession ---- */

static const char *key_json(uint8_t seed) {
  static char text[2048];
  const uint8_t *key = sample_key(seed);
  size_t n = (size_t)snprintf(text, sizeof text, "{\"type\":\"Buffer\",\"data\":[");
  for (size_t i = 0; i < MTP_KEY_SIZE; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, i ? ",%d" : "%d", key[i]);
  snprintf(text + n, sizeof text - n, "]}");
  return text;
}

static void put_value(const char *folder, const char *name, const char *value) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (value)
    write_file(path, value, strlen(value));
  else
    unlink(path);
}

static const char *store(const char *folder, const char *prefix) {
  const char *path = in_folder(folder);
  char name[256];
  assert_int_equal(mkdir(path, 0700), 0);
  const char *const values[][2] = {{"authKey", key_json(1)},
                                   {"dcId", "4"},
                                   {"port", "443"},
                                   {"serverAddress", "\"149.154.167.91\""},
                                   {"777", "[777,\"5\",null,null,\"x\",\"1\"]"}};
  for (size_t i = 0; i < 5; i++) {
    snprintf(name, sizeof name, "%s%s", prefix, values[i][0]);
    put_value(path, name, values[i][1]);
  }
  return path;
}

static void store_sessions_are_read(void **state) {
  (void)state;
  const char *const paths[] = {store("mine", "mine%3A"), store("other", "mine%3A"),
                               store("divider", "divider-")};
  for (size_t i = 0; i < 3; i++) {
    mtp_session s;
    must_import(i % 2 ? "gramjs-store" : NULL, paths[i], &s);
    check_home(&s, 4, 1);
    check_address(&s, 0, "149.154.167.91", 443);
    mtp_session_free(&s);
  }
}

static void check_value(const char *folder, const char *name, const char *value) {
  char path[512];
  bytes b = {.size = 0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  read_file(path, &b);
  b.data[b.size] = '\0';
  assert_string_equal((const char *)b.data, value);
}

static void store_sessions_are_written(void **state) {
  (void)state;
  mtp_session s;
  struct stat info;
  const char *path = in_folder("my (own) *!'session");
  make_session(&s, 4, "149.154.167.91", 443);
  must_export_to("gramjs-store", &s, path);
  mtp_session_free(&s);
  static const char prefix[] = "my%20%28own%29%20%2A%21%27session%3A";
  char name[128];
  const char *const values[][2] = {{"authKey", key_json(1)},
                                   {"dcId", "4"},
                                   {"port", "443"},
                                   {"serverAddress", "\"149.154.167.91\""}};
  for (size_t i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "%s%s", prefix, values[i][0]);
    check_value(path, name, values[i][1]);
  }
  assert_int_equal(count_entries(path), 4);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 07777, 0700);
  must_import(NULL, path, &s);
  check_home(&s, 4, 1);
  mtp_session_free(&s);
}

static void store_sessions_are_not_overwritten_unasked(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  tgauth_export_options options = {.overwrite = true};
  const tgauth_format *f = tgauth_format_find("gramjs-store");
  const char *path = store("taken", "taken%3A");
  make_session(&s, 2, "1.2.3.4", 5);
  assert_int_equal(tgauth_session_export(&s, f, path, NULL, NULL, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "exists already"));
  check_value(path, "taken%3AdcId", "4");
  assert_int_equal(tgauth_session_export(&s, f, path, &options, NULL, &error), MTP_OK);
  check_value(path, "taken%3AdcId", "2");
  assert_int_equal(count_entries(path), 5); /* what else was there stays */
  mtp_session_free(&s);
}

static void gramjs_forbids_one_name(void **state) {
  (void)state;
  mtp_session s;
  mtp_error error;
  make_session(&s, 2, NULL, 0);
  assert_int_equal(tgauth_session_export(&s, tgauth_format_find("gramjs-store"),
                                         in_folder("session/"), NULL, NULL, &error),
                   MTP_ERR_STORE);
  assert_int_not_equal(access(in_folder("session"), F_OK), 0);
  mtp_session_free(&s);
}

static void damaged_store_sessions_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *name, *value, *text;
  } changes[] = {
      {"dcId", NULL, "dcId: cannot open"},
      {"dcId", "\"4\"", "dcId is no number"},
      {"dcId", "0", "data centre 0"},
      {"dcId", "", "dcId: it is not JSON"},
      {"port", NULL, "port: cannot open"},
      {"port", "-1", "port"},
      {"port", "{}", "port is no number"},
      {"serverAddress", "17", "serverAddress is no string"},
      {"serverAddress", "\"\"", "address"},
      {"authKey", "undefined", "authKey: it is not JSON"},
      {"authKey", "null", "authKey has 0 bytes"},
      {"authKey", "{\"data\":[1,2,3]}", "authKey has 3 bytes"},
      {"authKey", "{\"data\":{\"0\":1}}", "authKey has 0 bytes"},
  };
  const char *path = store("bad", "bad%3A");
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    char name[64];
    bytes was = {.size = 0};
    snprintf(name, sizeof name, "bad%%3A%s", changes[i].name);
    char file[128];
    snprintf(file, sizeof file, "bad/%s", name);
    read_file(in_folder(file), &was);
    put_value(path, name, changes[i].value);
    must_refuse("gramjs-store", in_folder("bad"), changes[i].text);
    write_file(in_folder(file), was.data, was.size);
  }
}

static void keys_of_no_bytes_are_refused(void **state) {
  (void)state;
  static const char *const bytes_of[] = {"256", "-1", "1.5", "\"1\"", "null", "[]"};
  const char *path = store("odd", "odd%3A");
  for (size_t i = 0; i < sizeof bytes_of / sizeof bytes_of[0]; i++) {
    char text[4096];
    size_t n =
        (size_t)snprintf(text, sizeof text, "{\"type\":\"Buffer\",\"data\":[%s", bytes_of[i]);
    for (size_t j = 1; j < MTP_KEY_SIZE; j++)
      n += (size_t)snprintf(text + n, sizeof text - n, ",7");
    snprintf(text + n, sizeof text - n, "]}");
    put_value(path, "odd%3AauthKey", text);
    must_refuse("gramjs-store", in_folder("odd"), "item 0 of authKey");
  }
}

static void folders_with_two_keys_or_none_are_refused(void **state) {
  (void)state;
  const char *path = store("two", "two%3A");
  put_value(path, "one%3AauthKey", key_json(1));
  must_refuse("gramjs-store", in_folder("two"), "more than one");
  put_value(in_folder("two"), "one%3AauthKey", NULL);
  put_value(in_folder("two"), "two%3AauthKey", NULL);
  must_refuse("gramjs-store", in_folder("two"), "no file");
  must_refuse(NULL, in_folder("two"), "no format");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gotd_sessions_are_read),
      cmocka_unit_test(gotd_addresses_are_taken_with_their_flags),
      cmocka_unit_test(gotd_sessions_are_written),
      cmocka_unit_test(gotd_sessions_that_do_not_add_up_are_refused),
      cmocka_unit_test(json_nested_without_end_is_refused),
      cmocka_unit_test(a_gotd_session_cut_anywhere_is_refused),
      cmocka_unit_test(store_sessions_are_read),
      cmocka_unit_test(store_sessions_are_written),
      cmocka_unit_test(store_sessions_are_not_overwritten_unasked),
      cmocka_unit_test(gramjs_forbids_one_name),
      cmocka_unit_test(damaged_store_sessions_are_refused),
      cmocka_unit_test(keys_of_no_bytes_are_refused),
      cmocka_unit_test(folders_with_two_keys_or_none_are_refused),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
