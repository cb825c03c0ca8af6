/* Proxy URLs, links and secrets: what each means, and what is wrong with those that mean nothing.
 */
#include <mtp/proxy.h>
#include <stdio.h>

#include "support.h"

#define KEY  "00112233445566778899aabbccddeeff"
#define KEY2 "000102030405060708090a0b0c0d0e0f"

static mtp_proxy parsed(const char *url) {
  mtp_proxy proxy;
  mtp_error error;
  if (mtp_proxy_parse(url, strlen(url), &proxy, &error) != MTP_OK)
    fail_msg("%s: %s at %zu", url, error.text, error.tl.offset);
  return proxy;
}

static void assert_proxy(const char *url, mtp_proxy_kind kind, bool remotely, const char *host,
                         uint16_t port, const char *user, const char *password) {
  mtp_proxy proxy = parsed(url);
  assert_int_equal(proxy.kind, kind);
  assert_int_equal(proxy.resolve_remotely, remotely);
  assert_string_equal(proxy.host, host);
  assert_int_equal(proxy.port, port);
  assert_string_equal(proxy.user, user);
  assert_string_equal(proxy.password, password);
}

/* proves TR-15 */
static void schemes_say_what_proxy_it_is_and_who_resolves_names(void **state) {
  (void)state;
  assert_proxy("socks5://h.example:99", MTP_PROXY_SOCKS5, false, "h.example", 99, "", "");
  assert_proxy("socks5h://h.example:99", MTP_PROXY_SOCKS5, true, "h.example", 99, "", "");
  assert_proxy("socks4://10.0.0.1:99", MTP_PROXY_SOCKS4, false, "10.0.0.1", 99, "", "");
  assert_proxy("socks4a://u@10.0.0.1:99", MTP_PROXY_SOCKS4, true, "10.0.0.1", 99, "u", "");
  assert_proxy("http://h:3128", MTP_PROXY_HTTP, true, "h", 3128, "", "");
  assert_proxy("HTTPS://h:3128/", MTP_PROXY_HTTPS, true, "h", 3128, "", "");
}

static void ports_have_the_defaults_of_their_scheme(void **state) {
  (void)state;
  assert_int_equal(parsed("socks5://h").port, 1080);
  assert_int_equal(parsed("socks4a://h").port, 1080);
  assert_int_equal(parsed("http://h").port, 80);
  assert_int_equal(parsed("https://h").port, 443);
  assert_int_equal(parsed("http://h:65535").port, 65535);
}

static void credentials_are_percent_decoded_and_may_hold_anything_else(void **state) {
  (void)state;
  assert_proxy("socks5://me:secret@h:1", MTP_PROXY_SOCKS5, false, "h", 1, "me", "secret");
  assert_proxy("http://a%40b:p%3a%2F%25@h:1", MTP_PROXY_HTTP, true, "h", 1, "a@b", "p:/%");
  assert_proxy("http://a:p@ss:w+rd@h:1", MTP_PROXY_HTTP, true, "h", 1, "a", "p@ss:w+rd");
  assert_proxy("http://a:@h:1", MTP_PROXY_HTTP, true, "h", 1, "a", "");
}

static void ipv6_addresses_stand_in_brackets(void **state) {
  (void)state;
  assert_proxy("socks5://[::1]:99", MTP_PROXY_SOCKS5, false, "::1", 99, "", "");
  assert_proxy("socks5://u:p@[2001:db8::7]", MTP_PROXY_SOCKS5, false, "2001:db8::7", 1080, "u",
               "p");
  assert_proxy("http://[::ffff:1.2.3.4]:8", MTP_PROXY_HTTP, true, "::ffff:1.2.3.4", 8, "", "");
}

/* proves TR-11 */
static void links_to_mtproxies_parse_in_every_form(void **state) {
  static const char *const starts[] = {
      "tg://proxy?",
      "tg:proxy?",
      "https://t.me/proxy?",
      "http://t.me/proxy?",
      "t.me/proxy?",
      "https://telegram.me/proxy?",
      "https://T.ME/proxy/?",
      "TG://PROXY?",
      "https://telegram.dog/proxy?",
      "https://www.t.me/proxy?",
      "www.telegram.me/proxy?",
      "https://t.me:443/proxy?",
      "http://www.t.me:80/proxy?",
  };
  (void)state;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    char url[200];
    uint8_t key[16];
    snprintf(url, sizeof url, "%sserver=p.example&port=443&secret=" KEY "#x", starts[i]);
    mtp_proxy proxy = parsed(url);
    assert_int_equal(proxy.kind, MTP_PROXY_MTPROTO);
    assert_string_equal(proxy.host, "p.example");
    assert_int_equal(proxy.port, 443);
    assert_int_equal(proxy.secret.kind, MTP_SECRET_PLAIN);
    unhex(KEY, key, 16);
    assert_memory_equal(proxy.secret.key, key, 16);
  }
}

static void parameters_come_in_any_order_and_unknown_ones_are_left_alone(void **state) {
  (void)state;
  mtp_proxy proxy =
      parsed("tg://proxy?x&secret=" KEY "&bot=%zz&port=8&server=%5B%3A%3A1%5D&channel=a=b");
  assert_string_equal(proxy.host, "::1");
  assert_int_equal(proxy.port, 8);
  assert_string_equal(parsed("tg://proxy?server=::2&port=1&secret=" KEY).host, "::2");
}

static void links_to_socks_proxies_carry_credentials(void **state) {
  (void)state;
  assert_proxy("https://t.me/socks?server=h&port=99&user=u%26&pass=a+b", MTP_PROXY_SOCKS5, true,
               "h", 99, "u&", "a+b");
  assert_proxy("tg://socks?server=h&port=99", MTP_PROXY_SOCKS5, true, "h", 99, "", "");
}

static mtp_secret secret_of(const char *text) {
  mtp_secret secret;
  mtp_error error;
  if (mtp_secret_parse(text, strlen(text), &secret, &error) != MTP_OK)
    fail_msg("%s: %s", text, error.text);
  return secret;
}

/* proves TR-11 */
static void secrets_are_hex_or_base64_or_base64url(void **state) {
  static const struct {
    const char *text;
    mtp_secret_kind kind;
    const char *domain;
  } cases[] = {
      {KEY2, MTP_SECRET_PLAIN, ""},
      {"AAECAwQFBgcICQoLDA0ODw==", MTP_SECRET_PLAIN, ""},
      {"AAECAwQFBgcICQoLDA0ODw", MTP_SECRET_PLAIN, ""},
      {"dd" KEY2, MTP_SECRET_PADDED, ""},
      {"DD000102030405060708090A0B0C0D0E0F", MTP_SECRET_PADDED, ""},
      {"3QABAgMEBQYHCAkKCwwNDg8=", MTP_SECRET_PADDED, ""},
      {"3QABAgMEBQYHCAkKCwwNDg8", MTP_SECRET_PADDED, ""},
      {"ee" KEY2 "612e62", MTP_SECRET_TLS, "a.b"},
      {"7gABAgMEBQYHCAkKCwwNDg9hLmI", MTP_SECRET_TLS, "a.b"},
      {"7gABAgMEBQYHCAkKCwwNDg9hLmI=", MTP_SECRET_TLS, "a.b"},
  };
  uint8_t key[16];
  (void)state;
  unhex(KEY2, key, 16);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mtp_secret secret = secret_of(cases[i].text);
    assert_int_equal(secret.kind, cases[i].kind);
    assert_string_equal(secret.domain, cases[i].domain);
    assert_memory_equal(secret.key, key, 16);
  }
}

/* proves TR-11 */
static void both_alphabets_of_base64_are_read(void **state) {
  uint8_t key[16];
  (void)state;
  memset(key, 0xff, sizeof key);
  key[2] = 0xfe;
  assert_memory_equal(secret_of("///+/////////////////w==").key, key, 16);
  assert_memory_equal(secret_of("___-_________________w").key, key, 16);
  mtp_proxy proxy = parsed("tg://proxy?server=h&port=1&secret=%2f%2F/+/////////////////w%3D%3d");
  assert_memory_equal(proxy.secret.key, key, 16);
}

/* proves TR-11 */
static void sixteen_zero_bytes_are_no_secret(void **state) {
  (void)state;
  assert_int_equal(secret_of("00000000000000000000000000000000").kind, MTP_SECRET_NONE);
  assert_int_equal(secret_of("AAAAAAAAAAAAAAAAAAAAAA==").kind, MTP_SECRET_NONE);
  assert_int_equal(secret_of("dd00000000000000000000000000000000").kind, MTP_SECRET_PADDED);
}

static tl_status secret_status(const char *text) {
  mtp_secret secret;
  mtp_error error;
  mtp_status status = mtp_secret_parse(text, strlen(text), &secret, &error);
  assert_int_equal(error.status, status);
  assert_int_equal(status, error.tl.status == TL_OK ? MTP_OK : MTP_ERR_ARGUMENT);
  assert_true(status == MTP_OK || error.text[0] != 0);
  return error.tl.status;
}

/* proves TR-11 */
static void secrets_of_other_lengths_and_prefixes_are_refused(void **state) {
  char text[17 * 2 + 183 * 2 + 1] = "ee" KEY2;
  (void)state;
  assert_int_equal(secret_status(""), TL_ERR_TYPE);
  assert_int_equal(secret_status("00"), TL_ERR_TYPE);
  assert_int_equal(secret_status("000102030405060708090a0b0c0d0e"), TL_ERR_TYPE);
  assert_int_equal(secret_status("cc" KEY2), TL_ERR_TYPE);
  assert_int_equal(secret_status("ee" KEY2), TL_ERR_TYPE);
  assert_int_equal(secret_status("dd" KEY2 "61"), TL_ERR_TYPE);
  assert_int_equal(secret_status("ef" KEY2 "612e62"), TL_ERR_TYPE);
  assert_int_equal(secret_status("ee" KEY2 "61002e"), TL_ERR_TYPE);
  assert_int_equal(secret_status("ee" KEY2 "61200a"), TL_ERR_TYPE);
  assert_int_equal(secret_status("not a secret!"), TL_ERR_SYNTAX);
  assert_int_equal(secret_status("AAECAwQFBgcICQoLDA0OD"), TL_ERR_SYNTAX);
  assert_int_equal(secret_status("AAECAwQFBgcICQoLDA0ODw="), TL_ERR_SYNTAX);
  for (int i = 0; i < 182; i++)
    strcat(text, "61");
  assert_int_equal(secret_status(text), TL_OK);
  strcat(text, "61");
  assert_int_equal(secret_status(text), TL_ERR_TYPE);
}

static void a_long_secret_is_an_error_not_an_overflow(void **state) {
  (void)state;
  char *text = malloc(100001);
  memset(text, 'e', 100000);
  text[100000] = 0;
  assert_int_not_equal(secret_status(text), TL_OK);
  free(text);
}

typedef struct bad_url {
  const char *url;
  tl_status status;
  size_t offset;
  const char *text; /* part of it */
} bad_url;

static void errors_say_what_is_wrong_and_where(void **state) {
  static const bad_url cases[] = {
      {"", TL_ERR_SYNTAX, 0, "scheme"},
      {"host:1080", TL_ERR_SYNTAX, 0, "scheme"},
      {"ftp://h:1", TL_ERR_NAME, 0, "unknown scheme"},
      {"socks5://", TL_ERR_SYNTAX, 9, "host is missing"},
      {"socks5://:99", TL_ERR_SYNTAX, 9, "host is missing"},
      {"socks5://h:", TL_ERR_RANGE, 11, "port"},
      {"socks5://h:0", TL_ERR_RANGE, 11, "port"},
      {"socks5://h:65536", TL_ERR_RANGE, 11, "port"},
      {"socks5://h:99999999999", TL_ERR_RANGE, 11, "port"},
      {"socks5://h:1x", TL_ERR_RANGE, 11, "port"},
      {"socks5://h:1/path", TL_ERR_SYNTAX, 12, "nothing can follow"},
      {"socks5://h:1?x=y", TL_ERR_SYNTAX, 12, "nothing can follow"},
      {"socks5://::1:99", TL_ERR_SYNTAX, 9, "host"},
      {"socks5://a::1:99", TL_ERR_RANGE, 11, "brackets"},
      {"socks5://[::1", TL_ERR_SYNTAX, 9, "never closed"},
      {"socks5://[h]:1", TL_ERR_SYNTAX, 10, "not an IPv6"},
      {"socks5://[1.2.3.4]:1", TL_ERR_SYNTAX, 10, "not an IPv6"},
      {"socks5://[::1]x", TL_ERR_SYNTAX, 14, "only :port"},
      {"socks5://h h:1", TL_ERR_SYNTAX, 9, "host"},
      {"socks5://@h:1", TL_ERR_SYNTAX, 9, "user name before @"},
      {"socks5://:p@h:1", TL_ERR_SYNTAX, 9, "user name before @"},
      {"socks5://u%4:p@h:1", TL_ERR_SYNTAX, 10, "user name has a broken"},
      {"socks5://u:p%zz@h:1", TL_ERR_SYNTAX, 12, "password has a broken"},
      {"socks5://u:p%00@h:1", TL_ERR_SYNTAX, 12, "password"},
      {"socks4://u:p@h:1", TL_ERR_SYNTAX, 11, "SOCKS4 has no passwords"},
      {"tg://resolve?domain=x", TL_ERR_NAME, 5, "/proxy?"},
      {"https://t.me/", TL_ERR_NAME, 13, "/proxy?"},
      {"tg://proxy", TL_ERR_SYNTAX, 10, "?server="},
      {"tg://proxy?port=1&secret=" KEY, TL_ERR_NAME, 0, "server= is missing"},
      {"tg://proxy?server=h&secret=" KEY, TL_ERR_NAME, 0, "port= is missing"},
      {"tg://proxy?server=h&port=1", TL_ERR_NAME, 0, "secret= is missing"},
      {"tg://proxy?server=h&port=1&secret=", TL_ERR_NAME, 34, "secret= is missing"},
      {"tg://proxy?server=h&port=x&secret=" KEY, TL_ERR_RANGE, 25, "port="},
      {"tg://proxy?server=a%20b&port=1&secret=" KEY, TL_ERR_SYNTAX, 18, "not a host"},
      {"tg://socks?server=h:1&port=1", TL_ERR_SYNTAX, 18, "a port goes into port="},
      {"tg://socks?server=%5B1.2.3.4%5D&port=1", TL_ERR_SYNTAX, 18, "not an IPv6"},
      {"tg://socks?server=:::h&port=1", TL_ERR_SYNTAX, 18, "not an IPv6"},
      {"tg://socks?server=&port=1", TL_ERR_NAME, 18, "server= is missing"},
      {"tg://socks?server=h&port=", TL_ERR_RANGE, 25, "port="},
      {"tg://socks?server=h&port=65536", TL_ERR_RANGE, 25, "port="},
      {"tg://socks?server=h%0&port=1", TL_ERR_SYNTAX, 18, "decoded"},
      {"socks://h:1", TL_ERR_NAME, 0, "unknown scheme"},
      {"tg://proxy?server=h&port=1&secret=12", TL_ERR_TYPE, 34, "16 bytes"},
      {"tg://proxy?server=h&port=1&secret=%zz", TL_ERR_SYNTAX, 34, "decoded"},
      {"tg://proxy?server=h&server=i&port=1", TL_ERR_SYNTAX, 20, "second time"},
      {"tg://socks?server=h&port=1&pass=x", TL_ERR_NAME, 32, "without user="},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    static const mtp_proxy nothing;
    mtp_proxy proxy;
    mtp_error error;
    memset(&proxy, 0xa5, sizeof proxy);
    mtp_status status = mtp_proxy_parse(cases[i].url, strlen(cases[i].url), &proxy, &error);
    assert_int_equal(status, MTP_ERR_ARGUMENT);
    assert_int_equal(error.status, MTP_ERR_ARGUMENT);
    if (error.tl.status != cases[i].status || error.tl.offset != cases[i].offset ||
        !strstr(error.text, cases[i].text))
      fail_msg("%s: status %d, \"%s\" at %zu", cases[i].url, error.tl.status, error.text,
               error.tl.offset);
    assert_memory_equal(&proxy, &nothing, sizeof proxy);
    assert_int_equal(mtp_proxy_parse(cases[i].url, strlen(cases[i].url), &proxy, NULL),
                     MTP_ERR_ARGUMENT);
  }
}

static void parts_that_are_too_long_are_refused(void **state) {
  char part[600], url[2000];
  mtp_proxy proxy;
  mtp_error error;
  (void)state;
  for (size_t n = 254; n < 258; n++) {
    memset(part, 'a', n);
    part[n] = 0;
    mtp_status want = n <= 255 ? MTP_OK : MTP_ERR_ARGUMENT;
    snprintf(url, sizeof url, "socks5://%s:1", part);
    assert_int_equal(mtp_proxy_parse(url, strlen(url), &proxy, &error), want);
    if (want != MTP_OK)
      assert_string_equal(error.text, "the host is longer than 255 bytes");
    snprintf(url, sizeof url, "socks5://%s:p@h:1", part);
    assert_int_equal(mtp_proxy_parse(url, strlen(url), &proxy, &error), want);
    snprintf(url, sizeof url, "socks5://u:%s@h:1", part);
    assert_int_equal(mtp_proxy_parse(url, strlen(url), &proxy, &error), want);
    snprintf(url, sizeof url, "tg://socks?server=%s&port=1", part);
    assert_int_equal(mtp_proxy_parse(url, strlen(url), &proxy, &error), want);
  }
}

static void a_nul_inside_the_url_is_refused(void **state) {
  mtp_proxy proxy;
  mtp_error error;
  (void)state;
  assert_int_equal(mtp_proxy_parse("socks5://h\0x:1", 14, &proxy, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(error.tl.status, TL_ERR_SYNTAX);
}

/* proves RB-7 */
static void every_prefix_and_every_changed_byte_of_a_url_is_answered(void **state) {
  static const char *const urls[] = {
      "socks5://user%41:p%3aw@[2001:db8::1]:1080/",
      "tg://proxy?server=h%2e&port=443&secret=ee" KEY "612e62#f",
      "https://t.me/socks?server=h&port=1&user=u&pass=p%41",
  };
  (void)state;
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    size_t n = strlen(urls[i]);
    for (size_t at = 0; at < n; at++)
      for (int c = 0; c < 256; c++) {
        mtp_proxy proxy;
        mtp_error error;
        char *copy = malloc(n);
        memcpy(copy, urls[i], n);
        copy[at] = (char)c;
        size_t size = c ? n : at;
        mtp_status status = mtp_proxy_parse(copy, size, &proxy, &error);
        assert_true(status == MTP_OK ? proxy.kind != MTP_PROXY_NONE : error.text[0] != 0);
        assert_true(error.tl.offset <= n);
        free(copy);
      }
  }
}

/* proves LG-9 */
static void describing_a_proxy_shows_no_secret(void **state) {
  static const char *const cases[][2] = {
      {"socks5://user:hunter2@h:99", "socks5://h:99"},
      {"socks5h://h:99", "socks5h://h:99"},
      {"socks4a://user@h", "socks4a://h:1080"},
      {"http://user:hunter2@[::1]:8", "http://[::1]:8"},
      {"tg://proxy?server=h&port=443&secret=" KEY, "tg://proxy?server=h&port=443"},
  };
  char text[300], small[10];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mtp_proxy proxy = parsed(cases[i][0]);
    assert_int_equal(mtp_proxy_describe(&proxy, text, sizeof text), MTP_OK);
    assert_string_equal(text, cases[i][1]);
    assert_int_equal(mtp_proxy_describe(&proxy, small, sizeof small), MTP_ERR_ARGUMENT);
  }
  mtp_proxy none = {.kind = MTP_PROXY_NONE};
  assert_int_equal(mtp_proxy_describe(&none, text, sizeof text), MTP_ERR_ARGUMENT);
}

/* proves LG-9 */
static void errors_repeat_no_password_and_no_secret(void **state) {
  static const char *const urls[] = {
      "socks5://user:hunter2%@h:1",
      "socks4://user:hunter2@h:1",
      "tg://proxy?server=h&port=1&secret=hunter2",
      "socks5://user:hunter2@",
  };
  (void)state;
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    mtp_proxy proxy;
    mtp_error error;
    assert_int_not_equal(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxy, &error), MTP_OK);
    assert_null(strstr(error.text, "hunter2"));
  }
}

/* proves RB-1 */
static void wiping_leaves_nothing(void **state) {
  static const mtp_proxy nothing;
  (void)state;
  mtp_proxy proxy = parsed("socks5://user:hunter2@h:1");
  mtp_proxy_wipe(&proxy);
  assert_memory_equal(&proxy, &nothing, sizeof proxy);
  mtp_proxy_wipe(NULL);
}

/* proves TR-15 */
static void international_names_are_written_in_ascii(void **state) {
  (void)state;
  mtp_proxy proxy;
  mtp_error error;
  static const char *const urls[] = {
      "tg://proxy?server=b%C3%BCcher.example&port=443&secret=" KEY,
      "https://t.me/proxy?server=B\xc3\xbc"
      "cher.example&port=443&secret=" KEY,
      "socks5://bu\xcc\x88"
      "cher.example:1080", /* u and a combining diaeresis */
  };
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
#ifdef MTP_HAVE_IDN2
    assert_int_equal(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxy, &error), MTP_OK);
    assert_string_equal(proxy.host, "xn--bcher-kva.example");
#else
    assert_int_equal(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxy, &error), MTP_ERR_ARGUMENT);
    assert_non_null(strstr(error.text, "xn--"));
#endif
  }
  assert_int_not_equal(mtp_proxy_parse("socks5://\xff\xfe.example:1080", 24, &proxy, &error),
                       MTP_OK);
  assert_int_equal(error.tl.offset, 9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(schemes_say_what_proxy_it_is_and_who_resolves_names),
      cmocka_unit_test(ports_have_the_defaults_of_their_scheme),
      cmocka_unit_test(credentials_are_percent_decoded_and_may_hold_anything_else),
      cmocka_unit_test(ipv6_addresses_stand_in_brackets),
      cmocka_unit_test(links_to_mtproxies_parse_in_every_form),
      cmocka_unit_test(parameters_come_in_any_order_and_unknown_ones_are_left_alone),
      cmocka_unit_test(links_to_socks_proxies_carry_credentials),
      cmocka_unit_test(secrets_are_hex_or_base64_or_base64url),
      cmocka_unit_test(both_alphabets_of_base64_are_read),
      cmocka_unit_test(sixteen_zero_bytes_are_no_secret),
      cmocka_unit_test(secrets_of_other_lengths_and_prefixes_are_refused),
      cmocka_unit_test(a_long_secret_is_an_error_not_an_overflow),
      cmocka_unit_test(errors_say_what_is_wrong_and_where),
      cmocka_unit_test(parts_that_are_too_long_are_refused),
      cmocka_unit_test(a_nul_inside_the_url_is_refused),
      cmocka_unit_test(every_prefix_and_every_changed_byte_of_a_url_is_answered),
      cmocka_unit_test(describing_a_proxy_shows_no_secret),
      cmocka_unit_test(errors_repeat_no_password_and_no_secret),
      cmocka_unit_test(wiping_leaves_nothing),
      cmocka_unit_test(international_names_are_written_in_ascii),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
