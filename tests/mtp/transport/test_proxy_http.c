/* HTTP CONNECT against proxies that follow a script, and chains of proxies. */
#include <stdio.h>

#include "wire_fixture.h"

static bytes sent;

static mtp_wire *open_through(const char *const *urls, size_t count, const char *host,
                              uint16_t port) {
  mtp_proxy proxies[MTP_WIRE_PROXIES];
  mtp_wire_options options = wire_options("intermediate", NULL);
  for (size_t i = 0; i < count; i++)
    assert_tl_ok(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxies[i], NULL));
  options.host = host;
  options.port = port;
  options.proxies = proxies;
  options.proxy_count = count;
  return wire_started(&options);
}

static mtp_wire *open_one(const char *url, const char *host, uint16_t port) {
  return open_through(&url, 1, host, port);
}

static void expect_sent(mtp_wire *wire, const char *want) {
  take_output(wire, &sent);
  sent.data[sent.size] = 0;
  assert_string_equal((const char *)sent.data, want);
}

static void expect_tunnel(mtp_wire *wire) {
  expect_event(wire, MTP_WIRE_CONNECTED);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of("abcdefgh", 8), false));
  take_output(wire, &sent);
  assert_memory_equal(sent.data,
                      "\xee\xee\xee\xee\x08\x00\x00\x00"
                      "abcdefgh",
                      16);
  give(wire, "\x04\x00\x00\x00\x6c\xfe\xff\xff", 8, 1);
  assert_int_equal(expect_event(wire, MTP_WIRE_TRANSPORT_ERROR).code, -404);
}

static const size_t steps[] = {1, 7, 10000};

/* proves TR-15 */
static void connect_names_the_target_and_carries_basic_credentials(void **state) {
  (void)state;
  mtp_wire *wire = open_one("http://p:3128", "149.154.167.50", 443);
  expect_sent(wire, "CONNECT 149.154.167.50:443 HTTP/1.1\r\nHost: 149.154.167.50:443\r\n\r\n");
  mtp_wire_destroy(wire);
  wire = open_one("http://Aladdin:open%20sesame@p:3128", "::1", 80);
  expect_sent(wire, "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n"
                    "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
  mtp_wire_destroy(wire);
}

/* proves TR-15 */
static void any_2xx_opens_the_tunnel_whatever_the_header_says(void **state) {
  static const char *const answers[] = {
      "HTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.0 200 Connection established\r\nProxy-Agent: tinyproxy/1.11\r\n\r\n",
      "HTTP/1.1 200\r\nContent-Length: 0\r\nVia: x\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Fine\r\n\r\n",
  };
  (void)state;
  for (size_t i = 0; i < 4; i++)
    for (size_t s = 0; s < 3; s++) {
      mtp_wire *wire = open_one("http://p", "1.2.3.4", 443);
      take_output(wire, &sent);
      give(wire, answers[i], strlen(answers[i]), steps[s]);
      expect_tunnel(wire);
      mtp_wire_destroy(wire);
    }
}

static void expect_refusal(const char *url, const char *answer, mtp_cause kind, int code) {
  for (size_t s = 0; s < 3; s++) {
    mtp_wire *wire = open_one(url, "1.2.3.4", 443);
    take_output(wire, &sent);
    give(wire, answer, strlen(answer), steps[s]);
    assert_int_equal(expect_failure(wire, kind).code, code);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-15 */
static void every_other_status_is_a_refusal_and_407_one_of_the_password(void **state) {
  (void)state;
  for (int status = 300; status < 1000; status += 7) {
    char answer[64];
    if (status == 407 || status == 401)
      continue;
    snprintf(answer, sizeof answer, "HTTP/1.1 %d No\r\n\r\n<html>", status);
    expect_refusal("http://p", answer, MTP_FAIL_PROXY_REFUSED, status);
  }
  expect_refusal("http://p", "HTTP/1.1 407 Proxy Auth\r\nProxy-Authenticate: Basic\r\n\r\n",
                 MTP_FAIL_PROXY_AUTH, 407);
  expect_refusal("http://u:wrong@p", "HTTP/1.1 407 Proxy Auth\r\n\r\n", MTP_FAIL_PROXY_AUTH, 407);
  expect_refusal("http://u:wrong@p", "HTTP/1.1 401 Unauthorized\r\n\r\n", MTP_FAIL_PROXY_AUTH, 401);
}

/* What the text says of a proxy that answered so. */
static void expect_text(const char *url, const char *answer, const char *text) {
  mtp_wire *wire = open_one(url, "1.2.3.4", 443);
  take_output(wire, &sent);
  give(wire, answer, strlen(answer), 10000);
  assert_non_null(strstr(expect_failure(wire, MTP_FAIL_PROXY_AUTH).text, text));
  mtp_wire_destroy(wire);
}

/* proves TR-15 */
static void a_scheme_that_is_not_spoken_is_told_from_a_wrong_password(void **state) {
  (void)state;
#define NO "HTTP/1.1 407 Proxy Authentication Required\r\n"
  expect_text("http://u:p@p", NO "Proxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n\r\n",
              "Digest");
  expect_text("http://u:p@p", NO "proxy-authenticate: NTLM\r\n\r\n", "not supported");
  expect_text("http://u:p@p",
              NO "Proxy-Authenticate: Digest x=y\r\nProxy-Authenticate: Basic\r\n\r\n",
              "wrong user or password");
  expect_text("http://u:p@p", NO "Proxy-Authenticate: basic realm=\"x\"\r\n\r\n",
              "wrong user or password");
  expect_text("http://p", NO "Proxy-Authenticate: Basic\r\n\r\n", "wants a user and password");
  expect_text("http://u:p@p", NO "Proxy-Authenticate: Negotiate, Digest a=\"b\", Basic x=y\r\n\r\n",
              "wrong user or password");
  expect_text("http://u:p@p", NO "Proxy-Authenticate: Digest realm=\"a, basic b\"\r\n\r\n",
              "Digest");
  expect_text("http://u:p@p", NO "Proxy-Authenticate: NTLM, Digest a=b\r\n\r\n", "Digest");
#undef NO
}

/* proves TR-15 */
static void answers_that_are_not_http_end_it_at_once(void **state) {
  (void)state;
  expect_refusal("http://p", "\x05", MTP_FAIL_PROXY_PROTOCOL, 0);
  expect_refusal("http://p", "SSH-2.0-OpenSSH_9.2\r\n", MTP_FAIL_PROXY_PROTOCOL, 0);
  expect_refusal("http://p", "HTTP/2 200\r\n\r\n", MTP_FAIL_PROXY_PROTOCOL, 0);
  expect_refusal("http://p", "HTTP/1.1 2000 OK\r\n\r\n", MTP_FAIL_PROXY_PROTOCOL, 0);
  expect_refusal("http://p", "HTTP/1.1 20x OK\r\n\r\n", MTP_FAIL_PROXY_PROTOCOL, 0);
  expect_refusal("http://p", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", MTP_FAIL_PROXY_PROTOCOL, 0);
}

static void an_endless_header_is_cut_off(void **state) {
  (void)state;
  mtp_wire *wire = open_one("http://p", "1.2.3.4", 443);
  take_output(wire, &sent);
  give(wire, "HTTP/1.1 200 OK\r\nX: ", 20, 20);
  for (int i = 0; i < 17; i++) {
    char filler[1024];
    memset(filler, 'x', sizeof filler);
    mtp_wire_recv(wire, filler, sizeof filler);
  }
  expect_failure(wire, MTP_FAIL_PROXY_PROTOCOL);
  mtp_wire_destroy(wire);
}

/* proves TR-15 */
static void an_http_proxy_that_hangs_up_at_any_byte_is_told(void **state) {
  static const char answer[] = "HTTP/1.1 200 OK\r\nVia: x\r\n\r\n";
  (void)state;
  for (size_t n = 0; n < sizeof answer - 1; n++) {
    mtp_wire *wire = open_one("http://p", "1.2.3.4", 443);
    give(wire, answer, n, 1);
    mtp_wire_eof(wire);
    assert_non_null(strstr(expect_failure(wire, MTP_FAIL_CLOSED).text, "HTTP proxy"));
    mtp_wire_destroy(wire);
  }
}

static void a_user_name_with_a_colon_cannot_be_sent(void **state) {
  (void)state;
  mtp_proxy proxy;
  mtp_failure failure = {.kind = MTP_OK};
  mtp_wire *wire = NULL;
  mtp_wire_options options = wire_options("intermediate", NULL);
  assert_tl_ok(mtp_proxy_parse("http://a%3ab@p", 14, &proxy, NULL));
  options.proxies = &proxy;
  options.proxy_count = 1;
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  assert_int_equal(failure.kind, MTP_ERR_ARGUMENT);
}

/* proves TR-15 */
static void proxies_in_a_row_are_passed_one_by_one(void **state) {
  static const char *const urls[] = {"socks5://one:1", "http://two:2", "socks4a://three:3"};
  (void)state;
  char text[200];
  mtp_wire *wire = open_through(urls, 3, "dc.example", 443);
  take_output(wire, &sent);
  give(wire, "\x05\x00", 2, 1);
  take_output(wire, &sent);
  assert_int_equal(sent.size, 10);
  assert_memory_equal(sent.data, "\x05\x01\x00\x03\x03two\x00\x02", 10);
  give(wire, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10, 1);
  expect_sent(wire, "CONNECT three:3 HTTP/1.1\r\nHost: three:3\r\n\r\n");
  give(wire, "HTTP/1.1 200 OK\r\n\r\n", 19, 1);
  take_output(wire, &sent);
  assert_memory_equal(sent.data,
                      "\x04\x01\x01\xbb\x00\x00\x00\x01\x00"
                      "dc.example\x00",
                      20);
  give(wire, "\x00\x5a\x00\x00\x00\x00\x00\x00", 8, 1);
  expect_tunnel(wire);
  mtp_wire_describe(wire, text, sizeof text);
  assert_string_equal(text, "SOCKS5 proxy > HTTP proxy > SOCKS4 proxy > intermediate");
  mtp_wire_destroy(wire);
}

static mtp_cause status_of_chain(mtp_proxy *proxies, size_t count) {
  mtp_wire *wire = NULL;
  mtp_wire_options options = wire_options("intermediate", NULL);
  options.proxies = proxies;
  options.proxy_count = count;
  mtp_cause status = mtp_wire_create(&options, &wire, NULL);
  mtp_wire_destroy(wire);
  return status;
}

static void chains_that_cannot_be_are_refused(void **state) {
  (void)state;
  mtp_proxy proxies[MTP_WIRE_PROXIES + 1];
  for (size_t i = 0; i <= MTP_WIRE_PROXIES; i++)
    assert_tl_ok(mtp_proxy_parse("socks5h://p", 11, &proxies[i], NULL));
  assert_tl_ok(status_of_chain(proxies, MTP_WIRE_PROXIES));
  assert_int_equal(status_of_chain(proxies, MTP_WIRE_PROXIES + 1), MTP_ERR_ARGUMENT);
  proxies[0].kind = MTP_PROXY_MTPROTO;
  assert_int_equal(status_of_chain(proxies, 2), MTP_ERR_ARGUMENT);
  assert_tl_ok(status_of_chain(proxies, 1));
  proxies[0].kind = MTP_PROXY_NONE;
  assert_int_equal(status_of_chain(proxies, 1), MTP_ERR_ARGUMENT);
  proxies[0].kind = (mtp_proxy_kind)77;
  assert_int_equal(status_of_chain(proxies, 1), MTP_ERR_ARGUMENT);
  memset(proxies, 'x', sizeof *proxies);
  assert_int_equal(status_of_chain(proxies, 1), MTP_ERR_ARGUMENT);
}

/* proves RB-4 */
static void every_allocation_on_the_way_through_proxies_may_fail(void **state) {
  static const char *const urls[] = {"socks5://u:p@one:1", "http://u:p@two:2"};
  (void)state;
  mtp_proxy proxies[2];
  for (size_t i = 0; i < 2; i++)
    assert_tl_ok(mtp_proxy_parse(urls[i], strlen(urls[i]), &proxies[i], NULL));
  bool through = false;
  for (size_t fail_at = 1; !through; fail_at++) {
    counting_allocator counting;
    counting_init(&counting, fail_at);
    mtp_wire_options options = wire_options("obfuscated", NULL);
    options.proxies = proxies;
    options.proxy_count = 2;
    options.allocator = &counting.allocator;
    mtp_wire *wire = NULL;
    if (mtp_wire_create(&options, &wire, NULL) == MTP_OK) {
      mtp_wire_start(wire, 0, 0);
      give(wire, "\x05\x02\x01\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 14, 1);
      give(wire, "HTTP/1.1 200 OK\r\n\r\n", 19, 1);
      mtp_wire_event event;
      mtp_wire_next(wire, &event);
      through = event.kind == MTP_WIRE_CONNECTED;
      if (!through)
        assert_int_equal(event.failure->kind, MTP_ERR_NOMEM);
    }
    mtp_wire_destroy(wire);
    assert_int_equal(counting.live_bytes, 0);
    assert_true(fail_at < 100);
  }
}

/* proves RB-4 */
static void a_proxy_given_up_in_the_middle_of_its_answer_leaves_nothing(void **state) {
  static const char url[] = "http://u:p@two:2";
  (void)state;
  mtp_proxy proxy;
  mtp_wire *wire = NULL;
  counting_allocator counting;
  assert_tl_ok(mtp_proxy_parse(url, sizeof url - 1, &proxy, NULL));
  counting_init(&counting, 0);
  mtp_wire_options options = wire_options("obfuscated", NULL);
  options.proxies = &proxy;
  options.proxy_count = 1;
  options.allocator = &counting.allocator;
  assert_int_equal(mtp_wire_create(&options, &wire, NULL), MTP_OK);
  mtp_wire_start(wire, 0, 0);
  give(wire, "HTTP/1.1 200 OK\r\nServer: ", 25, 25);
  mtp_wire_destroy(wire);
  assert_int_equal(counting.live_bytes, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(connect_names_the_target_and_carries_basic_credentials),
      cmocka_unit_test(any_2xx_opens_the_tunnel_whatever_the_header_says),
      cmocka_unit_test(every_other_status_is_a_refusal_and_407_one_of_the_password),
      cmocka_unit_test(a_scheme_that_is_not_spoken_is_told_from_a_wrong_password),
      cmocka_unit_test(answers_that_are_not_http_end_it_at_once),
      cmocka_unit_test(an_endless_header_is_cut_off),
      cmocka_unit_test(an_http_proxy_that_hangs_up_at_any_byte_is_told),
      cmocka_unit_test(a_user_name_with_a_colon_cannot_be_sent),
      cmocka_unit_test(proxies_in_a_row_are_passed_one_by_one),
      cmocka_unit_test(chains_that_cannot_be_are_refused),
      cmocka_unit_test(every_allocation_on_the_way_through_proxies_may_fail),
      cmocka_unit_test(a_proxy_given_up_in_the_middle_of_its_answer_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
