/* The client over every transport, against one data centre that tells them apart. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <tl/wire.h>
#include <unistd.h>

#include "client_fixture.h"
#include "crypto/hash.h"
#include "obfuscation_server.h"

static fixture f;

static void call_thrice(void) {
  outcome out[3];
  for (int i = 0; i < 3; i++)
    fixture_call(&f, NULL, &out[i]);
  for (int i = 0; i < 3; i++) {
    fixture_wait(&f, &out[i]);
    assert_answered(&out[i]);
  }
}

/* Three calls; the transport that the data centre saw. */
static void run(const char *transport, bool obfuscated, const char *seen) {
  fixture_open(&f);
  f.options.transport = transport;
  f.options.obfuscated = obfuscated;
  fixture_start(&f, NULL);
  call_thrice();
  assert_string_equal(fixture_dc(&f, 2)->conns[0].transport, seen);
  fixture_close(&f);
}

/* proves TR-1, TR-2, TR-3 */
static void test_plain_streams(void **state) {
  (void)state;
  run("abridged", false, "abridged");
  run("intermediate", false, "intermediate");
  run("padded", false, "padded intermediate");
  run("full", false, "full");
}

/* proves TR-9, TR-10 */
static void test_obfuscated_streams(void **state) {
  (void)state;
  run("abridged", true, "obfuscated abridged");
  run("intermediate", true, "obfuscated intermediate");
  run("padded", true, "obfuscated padded intermediate");
  run("full", true, "obfuscated padded intermediate"); /* it has no tag */
}

/* proves TR-14 */
static void test_websocket(void **state) {
  (void)state;
  run("ws", false, "WebSocket obfuscated padded intermediate");
}

/* proves TR-14, MS-17 */
static void test_http(void **state) {
  (void)state;
  run("http", false, "HTTP");
}

static fake_call last;
static unsigned held;

static bool hold(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  last = *call;
  held++;
  return true;
}

/* proves MS-17 */
static void test_http_asks_while_it_waits_for_news(void **state) {
  (void)state;
  outcome slow, quick;
  fixture_open(&f);
  f.options.transport = "http";
  fixture_start(&f, NULL);
  call_thrice();
  held = 0;
  fixture_dc(&f, 2)->on_call = hold;
  fixture_call(&f, NULL, &slow);
  fixture_settle(&f);
  assert_int_equal(held, 1);
  fixture_dc(&f, 2)->on_call = answer_nearest;
  int64_t before = f.clock_ms;
  fixture_call(&f, NULL, &quick);
  fixture_wait(&f, &quick);
  assert_answered(&quick);
  assert_true(f.clock_ms - before < 1000); /* not only when the long poll was over */
  assert_int_equal(slow.ended, 0);
  send_nearest(fixture_dc(&f, 2), &last);
  fixture_wait(&f, &slow);
  assert_answered(&slow);
  fixture_close(&f);
}

/* proves MS-17 */
static void test_http_goes_on_when_idle_connections_are_closed(void **state) {
  (void)state;
  fixture_open(&f);
  f.options.transport = "http";
  fixture_start(&f, NULL);
  for (int i = 0; i < 3; i++) {
    call_thrice();
    fake_dc_hang_up(fixture_dc(&f, 2));
  }
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  fixture_close(&f);
}

/* proves LV-2, MS-8 */
static void test_http_does_not_wait_for_ever_for_an_answer(void **state) {
  (void)state;
  outcome out;
  fixture_open(&f);
  f.options.transport = "http";
  fixture_start(&f, NULL);
  call_thrice();
  fake_dc *dc = fixture_dc(&f, 2);
  for (size_t i = 0; i < FAKE_CONNS; i++) /* those that are open fall silent, new ones would not */
    dc->conns[i].deaf = dc->conns[i].fd >= 0;
  int64_t before = f.clock_ms;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  print_message("answered after %lld ms\n", (long long)(f.clock_ms - before));
  assert_true(f.clock_ms - before < 45000); /* a long poll's wait, and the time of an answer */
  fixture_close(&f);
}

/* How many connections it takes in a minute to call a server that answers with nothing and closes:
 * with a key, or while one is being made. */
static unsigned connections_for_nothing(bool keyed) {
  enum { MINUTE_MS = 60000 };
  outcome out;
  mtp_call_options options = {.timeout_ms = 2 * MINUTE_MS};
  fixture_open(&f);
  f.options.transport = "http";
  f.options.reconnect_tries = 0;
  fixture_start(&f, NULL);
  if (keyed)
    call_thrice();
  fake_dc *dc = fixture_dc(&f, 2);
  dc->empty = true;
  fake_dc_hang_up(dc);
  unsigned before = dc->accepted;
  fixture_call(&f, &options, &out);
  fixture_run_for(&f, MINUTE_MS);
  unsigned made = dc->accepted - before;
  dc->empty = false;
  fixture_wait(&f, &out); /* answered, or lost with five connections */
  outcome_free(&out);
  call_thrice();
  fixture_close(&f);
  return made;
}

/* proves LV-7 */
static void
test_http_that_answers_with_nothing_and_closes_is_not_asked_without_a_pause(void **state) {
  (void)state;
  for (int keyed = 0; keyed < 2; keyed++) {
    unsigned made = connections_for_nothing(keyed);
    print_message("%u connections in a minute\n", made);
    assert_in_range(made, 1, 20);
  }
}

/* proves TR-14 */
static void test_http_goes_on_when_each_answer_ends_a_connection(void **state) {
  (void)state;
  for (int pfs = 0; pfs < 2; pfs++) {
    fixture_open(&f);
    f.options.transport = "http";
    f.options.pfs = pfs;
    fixture_dc(&f, 2)->one_answer = true;
    fixture_start(&f, NULL);
    for (int i = 0; i < 5; i++) {
      outcome out;
      fixture_call(&f, NULL, &out);
      fixture_wait(&f, &out);
      assert_answered(&out);
    }
    assert_int_equal(fixture_dc(&f, 2)->exchanges, 1 + pfs);
    assert_true(fixture_dc(&f, 2)->accepted > 8);
    fixture_close(&f);
  }
}

/* proves AP-5 */
static void test_an_address_with_a_secret_is_obfuscated_with_it(void **state) {
  (void)state;
  static const uint8_t secrets[1][16] = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  fixture_open(&f);
  f.addresses[1].flags = MTP_DC_TCPO;
  f.addresses[1].secret_size = 16;
  memcpy(f.addresses[1].secret, secrets[0], 16);
  fixture_dc(&f, 2)->secrets = secrets;
  fixture_dc(&f, 2)->n_secrets = 1;
  fixture_start(&f, NULL);
  call_thrice();
  assert_string_equal(fixture_dc(&f, 2)->conns[0].transport, "obfuscated intermediate");
  fixture_close(&f);
}

/* ---- the first bytes of a connection, to a socket of the test's own ---- */

enum { FIRST_BYTES = 64 };

/* Listens on loopback; *port is where. */
static int listen_here(uint16_t *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(fd, 4), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  *port = ntohs(address.sin_port);
  return fd;
}

/* Of a call to data centre 2, once options point to the socket. Closes both. */
static void first_bytes(int listener, bool media, uint8_t out[FIRST_BYTES]) {
  mtp_call_options options = {.dc = 2, .media = media};
  outcome call;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &call);
  mtp_client_process(f.client, NULL, 0);
  int fd = accept(listener, NULL, NULL);
  assert_true(fd >= 0);
  for (size_t got = 0; got < FIRST_BYTES;) {
    ssize_t n;
    mtp_client_process(f.client, NULL, 0);
    n = recv(fd, out + got, FIRST_BYTES - got, MSG_DONTWAIT);
    assert_true(n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)));
    got += n > 0 ? (size_t)n : 0;
  }
  fixture_close(&f);
  outcome_free(&call);
  close(fd);
  close(listener);
}

/* proves TR-9 */
static void test_a_proxy_is_told_the_framing_and_the_data_centre(void **state) {
  (void)state;
  static const struct {
    bool test, media;
    int16_t dc;
  } rows[] = {{false, false, 2}, {false, true, -2}, {true, false, 10002}, {true, true, -10002}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .host = "127.0.0.1"};
    uint8_t bytes[FIRST_BYTES];
    mtp_obfuscation streams = {.send = {NULL}};
    mtp_obfuscation_info info = {.secret = proxy.secret.key};
    proxy.secret.kind = MTP_SECRET_PLAIN;
    memset(proxy.secret.key, 9, sizeof proxy.secret.key);
    int listener = listen_here(&proxy.port);
    fixture_open(&f);
    f.options.transport = "abridged";
    f.options.test = rows[i].test;
    f.options.proxy = &proxy;
    first_bytes(listener, rows[i].media, bytes);
    assert_true(obfuscation_accept(&streams, bytes, &info));
    mtp_obfuscation_free(&streams);
    assert_int_equal(info.tag, 0xefefefefu);
    assert_int_equal(info.dc, rows[i].dc);
  }
}

/* ---- the time that a proxy of fake TLS is told ---- */

/* The next connection's hello, whole; closes it. */
static int64_t time_in_next_hello(int listener, const uint8_t secret[16]) {
  uint8_t hello[4096], digest[32];
  size_t need = 5, got = 0;
  struct pollfd wait = {.fd = listener, .events = POLLIN};
  for (int turns = 0; poll(&wait, 1, 0) == 0; turns++) {
    assert_true(turns < 10000);
    f.clock_ms += 1000;
    mtp_client_process(f.client, NULL, 0);
  }
  int fd = accept(listener, NULL, NULL);
  assert_true(fd >= 0);
  while (got < need) {
    mtp_client_process(f.client, NULL, 0);
    ssize_t n = recv(fd, hello + got, sizeof hello - got, MSG_DONTWAIT);
    assert_true(n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)));
    got += n > 0 ? (size_t)n : 0;
    need = got < 5 ? 5 : 5 + ((size_t)hello[3] << 8 | hello[4]);
    assert_true(need <= sizeof hello);
  }
  close(fd);
  uint32_t sealed = tl_load32(hello + 11 + 28);
  memset(hello + 11, 0, 32);
  tl_bytes parts[1] = {tl_bytes_of(hello, need)};
  assert_int_equal(mtp_hmac_sha256(tl_bytes_of(secret, 16), parts, 1, digest), MTP_OK);
  return sealed ^ tl_load32(digest + 28);
}

/* proves TB-5, TR-12 */
static void test_a_clock_that_was_wrong_once_keeps_nobody_from_a_proxy(void **state) {
  (void)state;
  enum { TRIES = 4, OFF = 5 * 365 * 86400 };
  mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .host = "127.0.0.1"};
  mtp_session session;
  outcome out;
  unsigned as_kept = 0, as_here = 0;
  proxy.secret.kind = MTP_SECRET_TLS;
  snprintf(proxy.secret.domain, sizeof proxy.secret.domain, "a.example");
  memset(proxy.secret.key, 9, sizeof proxy.secret.key);
  int listener = listen_here(&proxy.port);
  fixture_open(&f);
  f.options.proxy = &proxy;
  f.options.call_timeout_ms = 0;
  f.options.reconnect_tries = 0;
  mtp_session_init(&session, NULL);
  session.home_dc = 2;
  session.time_offset = -OFF; /* the machine's clock was five years ahead then */
  fixture_start(&f, &session);
  fixture_call(&f, NULL, &out);
  for (int i = 0; i < TRIES; i++) {
    mtp_client_process(f.client, NULL, 0);
    int64_t now = f.options.wall_ms(f.options.clock_ctx) / 1000;
    int64_t told = time_in_next_hello(listener, proxy.secret.key) - now;
    as_here += told > -600 && told < 600;
    as_kept += told < -OFF + 600;
  }
  assert_true(as_here > 0 && as_kept > 0);
  assert_int_equal(as_here + as_kept, TRIES);
  fixture_close(&f);
  outcome_free(&out);
  close(listener);
}

/* proves TR-14 */
static void test_the_web_has_another_path_for_the_test_servers(void **state) {
  (void)state;
  static const struct {
    const char *transport;
    bool test;
    const char *first;
  } rows[] = {{"ws", false, "GET /apiws HTTP/1.1\r\n"},
              {"ws", true, "GET /apiws_test HTTP/1.1\r\n"},
              {"http", false, "POST /api HTTP/1.1\r\n"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mtp_dc_option address = {.dc = 2, .host = "127.0.0.1"};
    uint8_t bytes[FIRST_BYTES];
    int listener = listen_here(&address.port);
    fixture_open(&f);
    f.options.transport = rows[i].transport;
    f.options.test = rows[i].test;
    f.options.dcs = &address;
    f.options.n_dcs = 1;
    first_bytes(listener, false, bytes);
    assert_memory_equal(bytes, rows[i].first, strlen(rows[i].first));
  }
}

static void test_every_name_of_a_transport_is_known(void **state) {
  (void)state;
  static const char *const names[] = {"abridged", "intermediate", "padded", "full",
                                      "ws",       "wss",          "http",   "https"};
  size_t count = sizeof names / sizeof *names;
  for (size_t i = 0; i < count; i++)
    assert_string_equal(mtp_transport_name(i), names[i]);
  assert_null(mtp_transport_name(count));
}

static void test_a_transport_that_is_none_is_refused(void **state) {
  (void)state;
  static const char *const names[] = {"udp", "obfuscated-padded" /* an option of its own */, "",
                                      NULL};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    mtp_options options;
    mtp_client *client;
    mtp_error error;
    mtp_options_init(&options);
    options.api_id = 1;
    options.transport = names[i];
    assert_int_equal(mtp_client_new(&options, NULL, &client, &error), MTP_ERR_ARGUMENT);
    assert_string_equal(error.text, "options.transport is none");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_streams),
      cmocka_unit_test(test_obfuscated_streams),
      cmocka_unit_test(test_websocket),
      cmocka_unit_test(test_http),
      cmocka_unit_test(test_http_asks_while_it_waits_for_news),
      cmocka_unit_test(test_http_goes_on_when_idle_connections_are_closed),
      cmocka_unit_test(test_http_does_not_wait_for_ever_for_an_answer),
      cmocka_unit_test(test_http_goes_on_when_each_answer_ends_a_connection),
      cmocka_unit_test(test_http_that_answers_with_nothing_and_closes_is_not_asked_without_a_pause),
      cmocka_unit_test(test_an_address_with_a_secret_is_obfuscated_with_it),
      cmocka_unit_test(test_a_proxy_is_told_the_framing_and_the_data_centre),
      cmocka_unit_test(test_a_clock_that_was_wrong_once_keeps_nobody_from_a_proxy),
      cmocka_unit_test(test_the_web_has_another_path_for_the_test_servers),
      cmocka_unit_test(test_every_name_of_a_transport_is_known),
      cmocka_unit_test(test_a_transport_that_is_none_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
