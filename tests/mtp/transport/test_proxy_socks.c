/* SOCKS5, SOCKS4 and SOCKS4a against proxies that follow a script: every byte that is sent, every
 * code of refusal, answers that are none, bytes one by one. */
#include "wire_fixture.h"

static bytes sent; /* what the wire sent last */

static mtp_wire *open_through(mtp_proxy *proxy, const char *url, const char *host, uint16_t port) {
  mtp_wire_options options = wire_options("intermediate", NULL);
  mtp_error error;
  if (mtp_proxy_parse(url, strlen(url), proxy, &error) != MTP_OK)
    fail_msg("%s", error.text);
  options.host = host;
  options.port = port;
  options.proxies = proxy;
  options.proxy_count = 1;
  return wire_started(&options);
}

static void expect_sent(mtp_wire *wire, const char *want, size_t size) {
  take_output(wire, &sent);
  assert_int_equal(sent.size, size);
  assert_memory_equal(sent.data, want, size);
  assert_false(mtp_wire_ready(wire));
}

#define expect_sent_literal(wire, literal) expect_sent((wire), (literal), sizeof(literal) - 1)
#define give_literal(wire, literal, step)  give((wire), (literal), sizeof(literal) - 1, (step))

/* The tunnel stands: packets pass unchanged both ways. */
static void expect_tunnel(mtp_wire *wire) {
  expect_event(wire, MTP_WIRE_CONNECTED);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of("abcdefgh", 8), false));
  take_output(wire, &sent);
  assert_int_equal(sent.size, 16);
  assert_memory_equal(sent.data,
                      "\xee\xee\xee\xee\x08\x00\x00\x00"
                      "abcdefgh",
                      16);
  give_literal(wire, "\x04\x00\x00\x00\x6c\xfe\xff\xff", 1);
  assert_int_equal(expect_event(wire, MTP_WIRE_TRANSPORT_ERROR).code, -404);
}

static const size_t steps[] = {1, 2, 3, 1000};
#define STEPS (sizeof steps / sizeof *steps)

/* proves TR-15 */
static void socks5_without_credentials_offers_none_and_connects(void **state) {
  (void)state;
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks5://p:1080", "149.154.167.50", 443);
    expect_sent_literal(wire, "\x05\x01\x00");
    give_literal(wire, "\x05\x00", steps[i]);
    expect_sent_literal(wire, "\x05\x01\x00\x01\x95\x9a\xa7\x32\x01\xbb");
    give_literal(wire, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void socks5_sends_the_password_only_when_asked_for_it(void **state) {
  (void)state;
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks5://me:pass@p", "1.2.3.4", 80);
    expect_sent_literal(wire, "\x05\x02\x00\x02");
    give_literal(wire, "\x05\x02", steps[i]);
    expect_sent_literal(wire, "\x01\x02me\x04pass");
    give_literal(wire, "\x01\x00", steps[i]);
    expect_sent_literal(wire, "\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50");
    give_literal(wire, "\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x38", steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
  }
  mtp_proxy proxy;
  mtp_wire *wire = open_through(&proxy, "socks5://me:pass@p", "1.2.3.4", 80);
  take_output(wire, &sent);
  give_literal(wire, "\x05\x00", 1);
  expect_sent_literal(wire, "\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50");
  mtp_wire_destroy(wire);
}

/* proves TR-15 */
static void socks5_carries_ipv6_and_names_and_reads_every_kind_of_reply(void **state) {
  (void)state;
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks5://p", "2001:67c:4e8:f002::a", 443);
    take_output(wire, &sent);
    give_literal(wire, "\x05\x00", steps[i]);
    expect_sent_literal(wire, "\x05\x01\x00\x04\x20\x01\x06\x7c\x04\xe8\xf0\x02\x00\x00\x00\x00\x00"
                              "\x00\x00\x0a\x01\xbb");
    give_literal(wire,
                 "\x05\x00\x00\x04"
                 "0123456789abcdef"
                 "\x00\x50",
                 steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
    wire = open_through(&proxy, "socks5h://p", "venus.example", 443);
    take_output(wire, &sent);
    give_literal(wire, "\x05\x00", steps[i]);
    expect_sent_literal(wire, "\x05\x01\x00\x03\x0dvenus.example\x01\xbb");
    give_literal(wire, "\x05\x00\x00\x03\x04name\x00\x50", steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
    wire = open_through(&proxy, "socks5h://p", "venus.example", 443);
    give_literal(wire, "\x05\x00", steps[i]);
    give_literal(wire, "\x05\x00\x00\x03\x00\x00\x50", steps[i]);
    take_output(wire, &sent);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
  }
}

static void socks5_takes_the_longest_names_and_credentials(void **state) {
  char url[600] = "socks5://", host[256];
  (void)state;
  memset(url + 9, 'u', 255);
  url[264] = ':';
  memset(url + 265, 'p', 255);
  strcpy(url + 520, "@proxy");
  memset(host, 'h', 255);
  host[255] = 0;
  mtp_proxy proxy;
  mtp_wire *wire = open_through(&proxy, url, host, 443);
  take_output(wire, &sent);
  give_literal(wire, "\x05\x02", 1);
  take_output(wire, &sent);
  assert_int_equal(sent.size, 3 + 255 + 255);
  assert_int_equal(sent.data[1], 255);
  assert_int_equal(sent.data[257], 255);
  give_literal(wire, "\x01\x00", 1);
  take_output(wire, &sent);
  assert_int_equal(sent.size, 5 + 255 + 2);
  assert_int_equal(sent.data[4], 255);
  char reply[5 + 255 + 2 + 1] = "\x05\x00\x00\x03\xff";
  give(wire, reply, 5 + 255 + 2, 1);
  expect_tunnel(wire);
  mtp_wire_destroy(wire);
}

/* After `answers` the wire fails like this, and has sent nothing since `quiet_from`. */
static void expect_refusal(const char *url, const char *host, const char *const *answers,
                           const size_t *sizes, mtp_cause kind, int code) {
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, url, host, 443);
    for (size_t a = 0; answers[a]; a++) {
      take_output(wire, &sent);
      give(wire, answers[a], sizes[a], steps[i]);
    }
    assert_int_equal(expect_failure(wire, kind).code, code);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void socks5_tells_every_refusal_by_its_code(void **state) {
  (void)state;
  for (int code = 1; code < 256; code++) {
    char reply[10] = {5, (char)code, 0, 1};
    const char *const answers[] = {"\x05\x00", reply, NULL};
    const size_t sizes[] = {2, 10};
    expect_refusal("socks5://p", "1.2.3.4", answers, sizes, MTP_FAIL_PROXY_REFUSED, code);
  }
}

/* What proxies answer with 6, for which the standard has other words, too. */
static void socks5_says_that_the_target_does_not_answer(void **state) {
  (void)state;
  mtp_proxy proxy;
  mtp_wire *wire = open_through(&proxy, "socks5://p", "1.2.3.4", 443);
  take_output(wire, &sent);
  give(wire, "\x05\x00", 2, steps[0]);
  take_output(wire, &sent);
  give(wire, "\x05\x06\x00\x01\0\0\0\0\0\0", 10, steps[0]);
  assert_non_null(strstr(expect_failure(wire, MTP_FAIL_PROXY_REFUSED).text, "does not answer"));
  mtp_wire_destroy(wire);
}

/* proves TR-15 */
static void socks5_refusals_cut_short_are_understood(void **state) {
  (void)state;
  const char *const answers[] = {"\x05\x00", "\x05\x05", NULL};
  const size_t sizes[] = {2, 2};
  expect_refusal("socks5://p", "1.2.3.4", answers, sizes, MTP_FAIL_PROXY_REFUSED, 5);
}

/* proves TR-15 */
static void socks5_tells_what_is_wrong_with_the_credentials(void **state) {
  (void)state;
  const char *const none[] = {"\x05\xff", NULL}, *const wrong[] = {"\x05\x02", "\x01\x01", NULL};
  const size_t two[] = {2, 2};
  expect_refusal("socks5://p", "1.2.3.4", none, two, MTP_FAIL_PROXY_AUTH, 0xff);
  expect_refusal("socks5://u:p@p", "1.2.3.4", none, two, MTP_FAIL_PROXY_AUTH, 0xff);
  expect_refusal("socks5://u:p@p", "1.2.3.4", wrong, two, MTP_FAIL_PROXY_AUTH, 1);
}

/* proves TR-15 */
static void socks5_answers_that_are_none_end_it(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"HT", NULL, NULL},
      {"\x04\x00", NULL, NULL},
      {"\x05\x01", NULL, NULL},
      {"\x05\x02", NULL, NULL},
      {"\x05\x00", "HTTP/1.1 4", NULL},
      {"\x05\x00", "\x05\x00\x00\x02zz", NULL},
  };
  static const size_t sizes[][2] = {{2, 2}, {2, 0}, {2, 0}, {2, 0}, {2, 10}, {2, 6}};
  static const int codes[] = {0, 0, 1, 2, 0, 0};
  for (size_t i = 0; i < 6; i++)
    expect_refusal("socks5://p", "1.2.3.4", cases[i], sizes[i], MTP_FAIL_PROXY_PROTOCOL, codes[i]);
  const char *const broken_auth[] = {"\x05\x02", "\x07\x00", NULL};
  expect_refusal("socks5://u:p@p", "1.2.3.4", broken_auth, sizes[0], MTP_FAIL_PROXY_PROTOCOL, 0);
}

/* proves TR-15 */
static void a_socks_proxy_that_hangs_up_or_is_silent_is_told(void **state) {
  static const char answers[] = "\x05\x02\x01\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";
  (void)state;
  for (size_t n = 0; n < sizeof answers - 1; n++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks5://u:p@p", "1.2.3.4", 443);
    give(wire, answers, n, 1);
    mtp_wire_eof(wire);
    mtp_failure failure = expect_failure(wire, MTP_FAIL_CLOSED);
    assert_non_null(strstr(failure.text, "SOCKS5 proxy"));
    mtp_wire_destroy(wire);
    wire = open_through(&proxy, "socks5://u:p@p", "1.2.3.4", 443);
    give(wire, answers, n, 1);
    mtp_wire_tick(wire, mtp_wire_deadline(wire) - 1);
    expect_event(wire, MTP_WIRE_NONE);
    mtp_wire_tick(wire, mtp_wire_deadline(wire));
    failure = expect_failure(wire, MTP_FAIL_TIMEOUT);
    assert_non_null(strstr(failure.text, "SOCKS5 proxy"));
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void bytes_behind_the_last_reply_belong_to_the_tunnel(void **state) {
  (void)state;
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks5://p", "1.2.3.4", 443);
    give_literal(wire, "\x05\x00", 2);
    give_literal(wire,
                 "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                 "\x04\x00\x00\x00\x53\xfe\xff\xff",
                 steps[i]);
    expect_event(wire, MTP_WIRE_CONNECTED);
    assert_int_equal(expect_event(wire, MTP_WIRE_TRANSPORT_ERROR).code, -429);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void socks4_sends_an_address_and_4a_a_name(void **state) {
  (void)state;
  for (size_t i = 0; i < STEPS; i++) {
    mtp_proxy proxy;
    mtp_wire *wire = open_through(&proxy, "socks4://p", "149.154.167.50", 443);
    expect_sent_literal(wire, "\x04\x01\x01\xbb\x95\x9a\xa7\x32\x00");
    give_literal(wire, "\x00\x5a\x00\x00\x00\x00\x00\x00", steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
    wire = open_through(&proxy, "socks4a://me@p", "venus.example", 80);
    expect_sent_literal(wire, "\x04\x01\x00\x50\x00\x00\x00\x01me\x00venus.example\x00");
    give_literal(wire, "\x00\x5a\x12\x34\x01\x02\x03\x04", steps[i]);
    expect_tunnel(wire);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void socks4_tells_every_refusal_by_its_code(void **state) {
  (void)state;
  for (int code = 0; code < 256; code++) {
    if (code == 90)
      continue;
    char reply[8] = {0, (char)code};
    const char *const answers[] = {reply, NULL};
    const size_t sizes[] = {8};
    mtp_cause kind = code == 91                 ? MTP_FAIL_PROXY_REFUSED
                     : code == 92 || code == 93 ? MTP_FAIL_PROXY_AUTH
                                                : MTP_FAIL_PROXY_PROTOCOL;
    expect_refusal("socks4://p", "1.2.3.4", answers, sizes, kind, code);
  }
  const char *const http[] = {"HTTP/1.1 400 Bad", NULL};
  const size_t size[] = {16};
  expect_refusal("socks4://p", "1.2.3.4", http, size, MTP_FAIL_PROXY_PROTOCOL, 0);
}

static void expect_config_error(const char *url, const char *host) {
  mtp_proxy proxy;
  mtp_failure failure = {.kind = MTP_OK};
  mtp_wire *wire = NULL;
  mtp_wire_options options = wire_options("intermediate", NULL);
  assert_int_equal(mtp_proxy_parse(url, strlen(url), &proxy, NULL), MTP_OK);
  options.host = host;
  options.proxies = &proxy;
  options.proxy_count = 1;
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  assert_int_equal(failure.kind, MTP_ERR_ARGUMENT);
  assert_null(wire);
}

/* proves TR-15 */
static void what_socks4_cannot_reach_is_said_before_connecting(void **state) {
  (void)state;
  expect_config_error("socks4://p", "venus.example");
  expect_config_error("socks4://p", "::1");
  expect_config_error("socks4a://p", "2001:67c:4e8:f002::a");
  expect_config_error("socks4://p", "0.0.0.7");
}

/* proves TR-15 */
static void
what_a_name_was_resolved_to_goes_to_the_last_proxy_and_the_name_to_the_server(void **state) {
  (void)state;
  static const char *const urls[] = {"socks5://p", "socks4://p"};
  static const char *const requests[] = {"\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50",
                                         "\x04\x01\x00\x50\x01\x02\x03\x04"};
  for (size_t i = 0; i < 2; i++) {
    mtp_proxy proxy;
    mtp_wire_options options = wire_options("http", NULL);
    assert_tl_ok(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxy, NULL));
    options.host = "venus.example";
    options.address = "1.2.3.4";
    options.port = 80;
    options.proxies = &proxy;
    options.proxy_count = 1;
    mtp_wire *wire = wire_started(&options);
    if (i == 0) {
      expect_sent_literal(wire, "\x05\x01\x00");
      give_literal(wire, "\x05\x00", 1);
    }
    expect_sent(wire, requests[i], i == 0 ? 10 : 9);
    if (i == 0)
      give_literal(wire, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 1);
    else
      give_literal(wire, "\x00\x5a\x00\x00\x00\x00\x00\x00", 1);
    expect_event(wire, MTP_WIRE_CONNECTED);
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of("abcdefgh", 8), false));
    take_output(wire, &sent);
    assert_non_null(strstr((char *)sent.data, "Host: venus.example\r\n"));
    mtp_wire_destroy(wire);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(socks5_without_credentials_offers_none_and_connects),
      cmocka_unit_test(socks5_sends_the_password_only_when_asked_for_it),
      cmocka_unit_test(socks5_carries_ipv6_and_names_and_reads_every_kind_of_reply),
      cmocka_unit_test(socks5_takes_the_longest_names_and_credentials),
      cmocka_unit_test(socks5_tells_every_refusal_by_its_code),
      cmocka_unit_test(socks5_says_that_the_target_does_not_answer),
      cmocka_unit_test(socks5_refusals_cut_short_are_understood),
      cmocka_unit_test(socks5_tells_what_is_wrong_with_the_credentials),
      cmocka_unit_test(socks5_answers_that_are_none_end_it),
      cmocka_unit_test(a_socks_proxy_that_hangs_up_or_is_silent_is_told),
      cmocka_unit_test(bytes_behind_the_last_reply_belong_to_the_tunnel),
      cmocka_unit_test(socks4_sends_an_address_and_4a_a_name),
      cmocka_unit_test(socks4_tells_every_refusal_by_its_code),
      cmocka_unit_test(what_socks4_cannot_reach_is_said_before_connecting),
      cmocka_unit_test(
          what_a_name_was_resolved_to_goes_to_the_last_proxy_and_the_name_to_the_server),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
