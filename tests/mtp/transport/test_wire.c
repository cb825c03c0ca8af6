/* The whole wire against the data centre's side: every transport by name, in pieces of every size,
 * packets of every boundary in both directions, quick acks, errors, the end, time, memory. */
#include <tl/wire.h>

#include "wire_fixture.h"

/* Transports without real TLS, which test_transport_tls has. */
static const char *const names[] = {
    "abridged",
    "intermediate",
    "padded",
    "full",
    "obfuscated",
    "obfuscated-abridged",
    "obfuscated-intermediate",
    "obfuscated-padded",
    "ws",
    "http",
};
#define NAMES (sizeof names / sizeof *names)

typedef struct pair {
  fake_rng fake;
  mtp_rng rng;
  mtp_wire *client;
  dc_wire *server;
} pair;

static void pair_open(pair *p, const char *name, const tl_allocator *allocator) {
  p->fake = fake_rng_of(NULL, 0);
  p->rng = fake_rng_view(&p->fake);
  mtp_wire_options options = wire_options(name, &p->rng);
  options.allocator = allocator;
  dc_wire_options server_options = {.allocator = NULL};
  p->client = wire_started(&options);
  assert_tl_ok(dc_wire_create(&server_options, &p->server));
}

static void pair_close(pair *p) {
  mtp_wire_destroy(p->client);
  dc_wire_destroy(p->server);
}

static void ask(pair *p, size_t size, size_t step) {
  uint8_t *packet = packet_new(size, (uint8_t)size);
  assert_true(mtp_wire_ready(p->client));
  assert_tl_ok(mtp_wire_send(p->client, tl_bytes_of(packet, size), false));
  pump(p->client, p->server, step);
  dc_wire_event event = expect_server_event(p->server, DC_WIRE_PACKET);
  assert_int_equal(event.packet.size, size);
  assert_memory_equal(event.packet.data, packet, size);
  expect_server_event(p->server, DC_WIRE_NONE);
  free(packet);
}

static void answer(pair *p, size_t size, size_t step) {
  uint8_t *packet = packet_new(size, (uint8_t)(size + 1));
  assert_true(dc_wire_can_send(p->server));
  assert_tl_ok(dc_wire_send(p->server, tl_bytes_of(packet, size)));
  pump(p->client, p->server, step);
  mtp_wire_event event = expect_event(p->client, MTP_WIRE_PACKET);
  assert_int_equal(event.packet.size, size);
  assert_memory_equal(event.packet.data, packet, size);
  expect_event(p->client, MTP_WIRE_NONE);
  free(packet);
}

static void connect_pair(pair *p, size_t step) {
  pump(p->client, p->server, step);
  expect_event(p->client, MTP_WIRE_CONNECTED);
  expect_event(p->client, MTP_WIRE_NONE);
  assert_int_equal(mtp_wire_deadline(p->client), MTP_WIRE_NEVER);
}

/* proves TR-1, TR-2, TR-3, TR-4, TR-10, TR-14 */
static void packets_of_every_size_pass_both_ways_in_pieces_of_every_size(void **state) {
  static const size_t steps[] = {1, 2, 3, 63, 1000, 1 << 20};
  static const size_t sizes[] = {24,  28,   40,   500,  504,  508,   512,   516,
                                 520, 1020, 1024, 1028, 2880, 65532, 65536, 65540};
  (void)state;
  for (size_t n = 0; n < NAMES; n++)
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
      pair p;
      pair_open(&p, names[n], NULL);
      connect_pair(&p, steps[s]);
      for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ask(&p, sizes[i], steps[s]);
        answer(&p, sizes[i], steps[s]);
      }
      pair_close(&p);
    }
}

/* proves TR-1, TR-2, TR-3, TR-9, TR-14 */
static void the_server_knows_the_transport_by_its_first_bytes(void **state) {
  static const char *const known[NAMES] = {
      "abridged",
      "intermediate",
      "padded intermediate",
      "full",
      "obfuscated padded intermediate",
      "obfuscated abridged",
      "obfuscated intermediate",
      "obfuscated padded intermediate",
      "WebSocket obfuscated padded intermediate",
      "HTTP",
  };
  (void)state;
  for (size_t n = 0; n < NAMES; n++) {
    pair p;
    pair_open(&p, names[n], NULL);
    assert_string_equal(dc_wire_transport(p.server), "unknown");
    connect_pair(&p, 1);
    ask(&p, 40, 1);
    assert_string_equal(dc_wire_transport(p.server), known[n]);
    pair_close(&p);
  }
}

/* proves TR-1, TR-2 */
static void the_tag_is_sent_once_in_front_of_the_first_packet(void **state) {
  static const struct {
    const char *name, *first, *second;
    size_t size;
  } cases[] = {
      {"abridged", "\xef\x06", "\x06", 1},
      {"intermediate", "\xee\xee\xee\xee\x18\x00\x00\x00", "\x18\x00\x00\x00", 4},
      {"full", "\x24\x00\x00\x00\x00\x00\x00\x00", "\x24\x00\x00\x00", 4},
  };
  (void)state;
  uint8_t *packet = packet_new(24, 0);
  bytes *out = malloc(sizeof *out);
  for (size_t i = 0; i < 3; i++) {
    mtp_wire_options options = wire_options(cases[i].name, NULL);
    mtp_wire *wire = wire_started(&options);
    assert_int_equal(mtp_wire_output(wire).size, 0);
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 24), false));
    take_output(wire, out);
    assert_memory_equal(out->data, cases[i].first, cases[i].size * 2);
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 24), false));
    take_output(wire, out);
    assert_memory_equal(out->data, cases[i].second, cases[i].size);
    mtp_wire_destroy(wire);
  }
  free(out);
  free(packet);
}

/* proves TR-5 */
static void quick_acks_come_back_with_the_token_that_the_server_sent(void **state) {
  (void)state;
  uint8_t *packet = packet_new(40, 0);
  for (size_t n = 0; n < NAMES; n++) {
    pair p;
    pair_open(&p, names[n], NULL);
    connect_pair(&p, 7);
    bool has = strcmp(names[n], "full") != 0 && strcmp(names[n], "http") != 0;
    assert_tl_ok(mtp_wire_send(p.client, tl_bytes_of(packet, 40), true));
    pump(p.client, p.server, 7);
    assert_int_equal(expect_server_event(p.server, DC_WIRE_PACKET).quick_ack, has);
    assert_tl_ok(dc_wire_send_quick_ack(p.server, 0x04030201));
    pump(p.client, p.server, 7);
    if (has)
      assert_int_equal(expect_event(p.client, MTP_WIRE_QUICK_ACK).token, 0x84030201u);
    expect_event(p.client, MTP_WIRE_NONE);
    answer(&p, 40, 7);
    pair_close(&p);
  }
  free(packet);
}

/* proves TR-7 */
static void the_first_reply_of_a_server_never_starts_with_a_tag(void **state) {
  static const uint32_t tokens[] = {0xeeeeeeee, 0xdddddddd, 0xef123456, 0x812345ef};
  (void)state;
  for (size_t n = 0; n < 2; n++)
    for (size_t i = 0; i < 4; i++) {
      pair p;
      pair_open(&p, names[n], NULL);
      connect_pair(&p, 1);
      ask(&p, 40, 1);
      assert_tl_ok(dc_wire_send_quick_ack(p.server, tokens[i]));
      tl_bytes out = dc_wire_output(p.server);
      if (out.size) {
        assert_true(out.data[0] != 0xef);
        assert_true(tl_load32(out.data) != 0xeeeeeeeeu && tl_load32(out.data) != 0xddddddddu);
      } else {
        assert_tl_ok(dc_wire_send_quick_ack(p.server, 0x80000000u));
        assert_tl_ok(dc_wire_send_quick_ack(p.server, tokens[i]));
        assert_int_equal(dc_wire_output(p.server).size, 8);
      }
      pair_close(&p);
    }
}

/* proves TR-6 */
static void transport_errors_arrive_as_such_and_the_connection_lives_on(void **state) {
  (void)state;
  for (size_t n = 0; n < NAMES; n++) {
    pair p;
    pair_open(&p, names[n], NULL);
    connect_pair(&p, 5);
    ask(&p, 40, 5);
    assert_tl_ok(dc_wire_send_error(p.server, -429));
    pump(p.client, p.server, 5);
    assert_int_equal(expect_event(p.client, MTP_WIRE_TRANSPORT_ERROR).code, -429);
    expect_event(p.client, MTP_WIRE_NONE);
    ask(&p, 44, 5);
    answer(&p, 44, 5);
    pair_close(&p);
  }
}

static void sizes_that_are_no_packet_are_not_sent(void **state) {
  (void)state;
  uint8_t data[1032] = {0};
  for (size_t n = 0; n < NAMES; n++) {
    mtp_wire_options options = wire_options(names[n], NULL);
    options.max_packet = 1024;
    mtp_wire *wire = NULL;
    assert_int_equal(mtp_wire_create(&options, &wire, NULL), MTP_OK);
    assert_int_equal(mtp_wire_send(wire, tl_bytes_of(data, 24), false), MTP_ERR_ARGUMENT);
    mtp_wire_start(wire, 0, 0);
    if (!mtp_wire_ready(wire)) { /* WebSocket shakes hands first */
      mtp_wire_destroy(wire);
      continue;
    }
    assert_int_equal(mtp_wire_send(wire, tl_bytes_of(data, 0), false), MTP_ERR_ARGUMENT);
    assert_int_equal(mtp_wire_send(wire, tl_bytes_of(data, 26), false), MTP_ERR_ARGUMENT);
    assert_int_equal(mtp_wire_send(wire, tl_bytes_of(data, 1028), false), MTP_FAIL_OVERSIZED);
    assert_int_equal(mtp_wire_output(wire).size, 0);
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(data, 1024), false));
    mtp_wire_destroy(wire);
  }
}

static void unsent_output_is_bounded(void **state) {
  (void)state;
  uint8_t data[1024] = {0};
  mtp_wire_options options = wire_options("intermediate", NULL);
  options.max_packet = 1024;
  mtp_wire *wire = wire_started(&options);
  int sent = 0;
  while (mtp_wire_ready(wire) && sent < 100) {
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(data, sizeof data), false));
    sent++;
  }
  assert_in_range(sent, 1, 3);
  mtp_wire_written(wire, mtp_wire_output(wire).size);
  assert_true(mtp_wire_ready(wire));
  mtp_wire_destroy(wire);
}

/* proves TR-4 */
static void an_oversized_packet_fails_the_wire_before_it_has_come(void **state) {
  (void)state;
  mtp_wire_options options = wire_options("intermediate", NULL);
  mtp_wire *wire = wire_started(&options);
  expect_event(wire, MTP_WIRE_CONNECTED);
  give(wire, "\x04\x00\x00\x01", 4, 1);
  expect_failure(wire, MTP_FAIL_OVERSIZED);
  mtp_wire_destroy(wire);
}

static void packets_before_the_end_are_delivered_and_then_the_end(void **state) {
  (void)state;
  for (size_t n = 0; n < NAMES; n++) {
    pair p;
    pair_open(&p, names[n], NULL);
    connect_pair(&p, 1 << 20);
    ask(&p, 40, 1 << 20);
    uint8_t *packet = packet_new(40, 5);
    assert_tl_ok(dc_wire_send(p.server, tl_bytes_of(packet, 40)));
    tl_bytes out = dc_wire_output(p.server);
    give(p.client, out.data, out.size, out.size);
    mtp_wire_eof(p.client);
    expect_event(p.client, MTP_WIRE_PACKET);
    expect_failure(p.client, MTP_FAIL_CLOSED);
    free(packet);
    pair_close(&p);
  }
}

static void a_packet_cut_off_by_the_end_is_not_delivered(void **state) {
  (void)state;
  for (size_t n = 0; n < NAMES; n++)
    for (size_t cut = 0; cut < 70; cut++) {
      pair p;
      pair_open(&p, names[n], NULL);
      connect_pair(&p, 1 << 20);
      ask(&p, 40, 1 << 20);
      uint8_t *packet = packet_new(72, 5);
      assert_tl_ok(dc_wire_send(p.server, tl_bytes_of(packet, 72)));
      give(p.client, dc_wire_output(p.server).data, cut, 1);
      mtp_wire_eof(p.client);
      expect_failure(p.client, MTP_FAIL_CLOSED);
      free(packet);
      pair_close(&p);
    }
}

/* proves TR-15 */
static void handshakes_that_take_too_long_time_out_even_when_bytes_dribble(void **state) {
  (void)state;
  mtp_wire_options options = wire_options("ws", NULL);
  options.handshake_ms = 5000;
  mtp_wire *wire = wire_started(&options);
  assert_int_equal(mtp_wire_deadline(wire), 6000);
  for (int64_t now = 1000; now < 6000; now += 500) {
    mtp_wire_recv(wire, "HTTP/1.1 101 Switching", (now == 1000) * 22);
    mtp_wire_recv(wire, "x", 1);
    mtp_wire_tick(wire, now);
    expect_event(wire, MTP_WIRE_NONE);
    assert_int_equal(mtp_wire_deadline(wire), 6000);
  }
  mtp_wire_tick(wire, 6000);
  expect_failure(wire, MTP_FAIL_TIMEOUT);
  assert_int_equal(mtp_wire_deadline(wire), MTP_WIRE_NEVER);
  mtp_wire_destroy(wire);
}

/* One exchange with an allocator that fails at its n-th call. Returns whether it got through. */
static bool exchange_with_failing_memory(const char *name, size_t fail_at) {
  counting_allocator counting;
  counting_init(&counting, fail_at);
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_wire_options options = wire_options(name, &rng);
  options.allocator = &counting.allocator;
  mtp_wire *wire = NULL;
  dc_wire *server = NULL;
  dc_wire_options server_options = {.allocator = NULL};
  uint8_t *packet = packet_new(3000, 1);
  bool through = false;
  assert_tl_ok(dc_wire_create(&server_options, &server));
  if (mtp_wire_create(&options, &wire, NULL) == MTP_OK) {
    mtp_wire_event event;
    dc_wire_event got;
    mtp_wire_start(wire, 0, 0);
    pump(wire, server, 100);
    if (mtp_wire_ready(wire) && mtp_wire_send(wire, tl_bytes_of(packet, 3000), false) == MTP_OK)
      pump(wire, server, 100);
    while (dc_wire_next(server, &got) == DC_WIRE_PACKET)
      assert_tl_ok(dc_wire_send(server, got.packet));
    pump(wire, server, 100);
    while (mtp_wire_next(wire, &event) != MTP_WIRE_NONE) {
      through = through || event.kind == MTP_WIRE_PACKET;
      if (event.kind == MTP_WIRE_FAILED)
        assert_int_equal(event.failure->kind, MTP_ERR_NOMEM);
    }
  }
  mtp_wire_destroy(wire);
  dc_wire_destroy(server);
  free(packet);
  assert_int_equal(counting.live_bytes, 0);
  assert_true(through || counting.calls >= fail_at);
  return through;
}

/* One exchange with a generator that fails at its n-th call. Returns whether it got so far. */
static bool exchange_without_randomness(const char *name, int fail_after) {
  fake_rng fake = fake_rng_of(NULL, 0);
  fake.fail_after = fail_after;
  mtp_rng rng = fake_rng_view(&fake);
  mtp_wire_options options = wire_options(name, &rng);
  dc_wire_options server_options = {.allocator = NULL};
  dc_wire *server = NULL;
  mtp_wire_event event;
  dc_wire_event got;
  uint8_t *packet = packet_new(64, 1);
  bool failed = false;
  assert_tl_ok(dc_wire_create(&server_options, &server));
  mtp_wire *wire = wire_started(&options);
  pump(wire, server, 1000);
  if (mtp_wire_ready(wire))
    failed = mtp_wire_send(wire, tl_bytes_of(packet, 64), false) != MTP_OK;
  pump(wire, server, 1000);
  while (mtp_wire_next(wire, &event) != MTP_WIRE_NONE)
    if (event.kind == MTP_WIRE_FAILED) {
      assert_int_equal(event.failure->kind, MTP_ERR_RANDOM);
      failed = true;
    }
  assert_int_equal(failed, fake.calls > fail_after);
  assert_int_equal(dc_wire_next(server, &got) == DC_WIRE_PACKET, !failed);
  mtp_wire_destroy(wire);
  dc_wire_destroy(server);
  free(packet);
  return failed;
}

/* proves RB-3 */
static void without_randomness_no_packet_goes_out(void **state) {
  static const struct {
    const char *name;
    int calls; /* at least */
  } rows[] = {{"padded", 1}, {"obfuscated-padded", 2}, {"ws", 4}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int n = 0;
    while (exchange_without_randomness(rows[i].name, n))
      n++;
    assert_true(n >= rows[i].calls);
  }
}

/* proves RB-4 */
static void every_allocation_may_fail(void **state) {
  (void)state;
  for (size_t n = 0; n < NAMES; n++) {
    size_t fail_at = 1;
    while (!exchange_with_failing_memory(names[n], fail_at))
      fail_at++;
    assert_true(fail_at > 1);
    assert_true(fail_at < 500);
  }
}

static void combinations_that_do_not_go_together_are_refused_with_a_reason(void **state) {
  (void)state;
  mtp_transport_class impossible = {"full", &mtp_framing_full, true, false, false, 443, NULL};
  mtp_failure failure = {.kind = MTP_OK};
  mtp_wire *wire = NULL;
  mtp_wire_options options = wire_options("intermediate", NULL);
  options.transport = NULL;
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  assert_int_equal(failure.kind, MTP_ERR_ARGUMENT);
  options.transport = &impossible;
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  options = wire_options("ws", NULL);
  options.path = "/apiws HTTP/1.1\r\nX: y";
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  options = wire_options("ws", NULL);
  options.host = "a\r\nb";
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  options = wire_options("ws", NULL);
  options.max_packet = (size_t)1 << 26;
  assert_int_equal(mtp_wire_create(&options, &wire, &failure), MTP_ERR_ARGUMENT);
  assert_null(wire);
}

static void a_wire_says_what_it_is_made_of(void **state) {
  (void)state;
  char text[200], small[8];
  mtp_wire_options options = wire_options("ws", NULL);
  mtp_wire *wire = wire_started(&options);
  mtp_wire_describe(wire, text, sizeof text);
  assert_string_equal(text, "WebSocket > obfuscation > padded intermediate");
  mtp_wire_describe(wire, small, sizeof small);
  assert_string_equal(small, "WebSock");
  mtp_wire_destroy(wire);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(packets_of_every_size_pass_both_ways_in_pieces_of_every_size),
      cmocka_unit_test(the_server_knows_the_transport_by_its_first_bytes),
      cmocka_unit_test(the_tag_is_sent_once_in_front_of_the_first_packet),
      cmocka_unit_test(quick_acks_come_back_with_the_token_that_the_server_sent),
      cmocka_unit_test(the_first_reply_of_a_server_never_starts_with_a_tag),
      cmocka_unit_test(transport_errors_arrive_as_such_and_the_connection_lives_on),
      cmocka_unit_test(sizes_that_are_no_packet_are_not_sent),
      cmocka_unit_test(unsent_output_is_bounded),
      cmocka_unit_test(an_oversized_packet_fails_the_wire_before_it_has_come),
      cmocka_unit_test(packets_before_the_end_are_delivered_and_then_the_end),
      cmocka_unit_test(a_packet_cut_off_by_the_end_is_not_delivered),
      cmocka_unit_test(handshakes_that_take_too_long_time_out_even_when_bytes_dribble),
      cmocka_unit_test(without_randomness_no_packet_goes_out),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(combinations_that_do_not_go_together_are_refused_with_a_reason),
      cmocka_unit_test(a_wire_says_what_it_is_made_of),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
