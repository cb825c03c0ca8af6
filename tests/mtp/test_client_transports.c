/* The client over every transport, against one data centre that tells them apart. */
#include "client_fixture.h"

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
static void run(mtp_transport transport, bool obfuscated, const char *seen) {
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
  run(MTP_TRANSPORT_ABRIDGED, false, "abridged");
  run(MTP_TRANSPORT_INTERMEDIATE, false, "intermediate");
  run(MTP_TRANSPORT_PADDED, false, "padded intermediate");
  run(MTP_TRANSPORT_FULL, false, "full");
}

/* proves TR-9, TR-10 */
static void test_obfuscated_streams(void **state) {
  (void)state;
  run(MTP_TRANSPORT_ABRIDGED, true, "obfuscated abridged");
  run(MTP_TRANSPORT_INTERMEDIATE, true, "obfuscated intermediate");
  run(MTP_TRANSPORT_PADDED, true, "obfuscated padded intermediate");
  run(MTP_TRANSPORT_FULL, true, "obfuscated padded intermediate"); /* it has no tag */
}

/* proves TR-14 */
static void test_websocket(void **state) {
  (void)state;
  run(MTP_TRANSPORT_WS, false, "WebSocket obfuscated padded intermediate");
}

/* proves TR-14, MS-17 */
static void test_http(void **state) {
  (void)state;
  run(MTP_TRANSPORT_HTTP, false, "HTTP");
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
  f.options.transport = MTP_TRANSPORT_HTTP;
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
  f.options.transport = MTP_TRANSPORT_HTTP;
  fixture_start(&f, NULL);
  for (int i = 0; i < 3; i++) {
    call_thrice();
    fake_dc_hang_up(fixture_dc(&f, 2));
  }
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  fixture_close(&f);
}

/* proves TR-14 */
static void test_http_goes_on_when_each_answer_ends_a_connection(void **state) {
  (void)state;
  for (int pfs = 0; pfs < 2; pfs++) {
    fixture_open(&f);
    f.options.transport = MTP_TRANSPORT_HTTP;
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

static void test_every_name_of_a_transport_is_known(void **state) {
  (void)state;
  static const char *const names[] = {
      [MTP_TRANSPORT_ABRIDGED] = "abridged",
      [MTP_TRANSPORT_INTERMEDIATE] = "intermediate",
      [MTP_TRANSPORT_PADDED] = "padded",
      [MTP_TRANSPORT_FULL] = "full",
      [MTP_TRANSPORT_WS] = "ws",
      [MTP_TRANSPORT_WSS] = "wss",
      [MTP_TRANSPORT_HTTP] = "http",
      [MTP_TRANSPORT_HTTPS] = "https",
  };
  mtp_transport transport;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_true(mtp_transport_parse(names[i], &transport));
    assert_int_equal(transport, i);
  }
  assert_false(mtp_transport_parse("udp", &transport));
  assert_false(mtp_transport_parse("obfuscated-padded", &transport)); /* an option of its own */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_streams),
      cmocka_unit_test(test_obfuscated_streams),
      cmocka_unit_test(test_websocket),
      cmocka_unit_test(test_http),
      cmocka_unit_test(test_http_asks_while_it_waits_for_news),
      cmocka_unit_test(test_http_goes_on_when_idle_connections_are_closed),
      cmocka_unit_test(test_http_goes_on_when_each_answer_ends_a_connection),
      cmocka_unit_test(test_an_address_with_a_secret_is_obfuscated_with_it),
      cmocka_unit_test(test_every_name_of_a_transport_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
