/* Fake TLS between client and proxy: the proxy's check of the hello, the client's check of the
 * reply, the records after it, and that nothing more leaves before. */
#include <tl/wire.h>

#include "crypto/hash.h"
#include "mtproxy.h"
#include "transport/tls/tls_record.h"
#include "wire_fixture.h"

typedef struct talk {
  mtp_proxy proxy;
  mtproxy *server;
  mtproxy_link *link;
  mtp_wire *client;
} talk;

static void talk_open(talk *t, const char *client_domain, const char *server_domain, int flip) {
  t->proxy = (mtp_proxy){.kind = MTP_PROXY_MTPROTO, .host = "proxy.test", .port = 443};
  t->proxy.secret = faketls_secret(client_domain);
  mtproxy_options options = {.secret = faketls_secret(server_domain)};
  if (flip)
    options.secret.key[7] ^= 1;
  mtp_wire_options client = wire_options("abridged", NULL);
  client.proxies = &t->proxy;
  client.proxy_count = 1;
  client.dc = 2;
  assert_tl_ok(mtproxy_create(&options, &t->server));
  assert_tl_ok(mtproxy_accept(t->server, &t->link));
  t->client = wire_started(&client);
}

static void talk_close(talk *t) {
  mtp_wire_destroy(t->client);
  mtproxy_link_destroy(t->link);
  mtproxy_destroy(t->server);
}

static void to_proxy(mtproxy_link *link, int64_t now, tl_bytes data, size_t step) {
  for (size_t at = 0; at < data.size; at += step)
    mtproxy_link_recv(link, MTPROXY_CLIENT, now, data.data + at,
                      data.size - at < step ? data.size - at : step);
}

static void to_client(talk *t, size_t step) {
  tl_bytes out = mtproxy_link_output(t->link, MTPROXY_CLIENT);
  give(t->client, out.data, out.size, step);
  mtproxy_link_written(t->link, MTPROXY_CLIENT, out.size);
}

static const size_t steps[] = {1, 5, 700, 100000};

/* proves TR-12, TR-13 */
static void client_and_proxy_understand_each_other(void **state) {
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    talk t;
    talk_open(&t, "www.example.com", "www.example.com", 0);
    tl_bytes out = mtp_wire_output(t.client);
    assert_true(out.size > 1700);
    to_proxy(t.link, FAKETLS_NOW, out, steps[i]);
    mtp_wire_written(t.client, out.size);
    to_client(&t, steps[i]);
    expect_event(t.client, MTP_WIRE_CONNECTED);
    assert_int_equal(mtp_wire_output(t.client).size, 0);

    uint8_t *packet = packet_new(10008, 1);
    assert_tl_ok(mtp_wire_send(t.client, tl_bytes_of(packet, 10008), false));
    out = mtp_wire_output(t.client);
    assert_memory_equal(out.data, "\x14\x03\x03\x00\x01\x01\x17\x03\x03\x0b\x3e", 11);
    to_proxy(t.link, FAKETLS_NOW, out, steps[i]);
    mtp_wire_written(t.client, out.size);
    assert_int_equal(mtproxy_link_state(t.link), MTPROXY_DIALLING);
    assert_string_equal(mtproxy_link_mode(t.link), "fake TLS");
    assert_int_equal(mtproxy_link_dc(t.link), 2);

    dc_wire_options options = {.allocator = NULL};
    dc_wire *dc = NULL;
    assert_tl_ok(dc_wire_create(&options, &dc));
    out = mtproxy_link_output(t.link, MTPROXY_UPSTREAM);
    dc_wire_recv(dc, out.data, out.size);
    dc_wire_event got = expect_server_event(dc, DC_WIRE_PACKET);
    assert_int_equal(got.packet.size, 10008);
    assert_memory_equal(got.packet.data, packet, 10008);
    assert_string_equal(dc_wire_transport(dc), "obfuscated padded intermediate");
    assert_tl_ok(dc_wire_send(dc, got.packet));
    out = dc_wire_output(dc);
    mtproxy_link_recv(t.link, MTPROXY_UPSTREAM, FAKETLS_NOW, out.data, out.size);
    to_client(&t, steps[i]);
    mtp_wire_event event = expect_event(t.client, MTP_WIRE_PACKET);
    assert_int_equal(event.packet.size, 10008);
    assert_memory_equal(event.packet.data, packet, 10008);

    assert_tl_ok(mtp_wire_send(t.client, tl_bytes_of(packet, 40), false));
    assert_int_equal(mtp_wire_output(t.client).data[0], 0x17); /* no second change cipher spec */
    dc_wire_destroy(dc);
    free(packet);
    talk_close(&t);
  }
}

/* proves TR-13 */
static void the_proxy_puts_each_packet_into_a_record_of_its_own(void **state) {
  (void)state;
  talk t;
  talk_open(&t, "a.b", "a.b", 0);
  uint8_t *packet = packet_new(40, 1);
  to_proxy(t.link, FAKETLS_NOW, mtp_wire_output(t.client), 1000);
  mtp_wire_written(t.client, mtp_wire_output(t.client).size);
  to_client(&t, 1000);
  assert_tl_ok(mtp_wire_send(t.client, tl_bytes_of(packet, 40), false));
  to_proxy(t.link, FAKETLS_NOW, mtp_wire_output(t.client), 1000);

  dc_wire_options options = {.allocator = NULL};
  dc_wire *dc = NULL;
  assert_tl_ok(dc_wire_create(&options, &dc));
  tl_bytes out = mtproxy_link_output(t.link, MTPROXY_UPSTREAM);
  dc_wire_recv(dc, out.data, out.size);
  expect_server_event(dc, DC_WIRE_PACKET);
  assert_tl_ok(dc_wire_send_quick_ack(dc, 1));
  for (int i = 0; i < 3; i++)
    assert_tl_ok(dc_wire_send(dc, tl_bytes_of(packet, 40)));
  out = dc_wire_output(dc);
  for (size_t i = 0; i < out.size; i++)
    mtproxy_link_recv(t.link, MTPROXY_UPSTREAM, FAKETLS_NOW, out.data + i, 1);
  out = mtproxy_link_output(t.link, MTPROXY_CLIENT);
  size_t records = 0;
  for (size_t at = 0; at < out.size; records++)
    at += 5 + ((size_t)out.data[at + 3] << 8 | out.data[at + 4]);
  assert_int_equal(records, 4);
  to_client(&t, 3);
  assert_int_equal(expect_event(t.client, MTP_WIRE_CONNECTED).kind, MTP_WIRE_CONNECTED);
  expect_event(t.client, MTP_WIRE_QUICK_ACK);
  for (int i = 0; i < 3; i++)
    expect_event(t.client, MTP_WIRE_PACKET);
  dc_wire_destroy(dc);
  free(packet);
  talk_close(&t);
}

/* proves TR-12 */
static void a_proxy_with_another_secret_says_nothing_and_gets_nothing_more(void **state) {
  (void)state;
  talk t;
  talk_open(&t, "a.b", "a.b", 1);
  tl_bytes out = mtp_wire_output(t.client);
  to_proxy(t.link, FAKETLS_NOW, out, 1);
  mtp_wire_written(t.client, out.size);
  assert_int_equal(mtproxy_link_state(t.link), MTPROXY_REFUSED);
  assert_int_equal(mtproxy_link_output(t.link, MTPROXY_CLIENT).size, 0);
  mtp_wire_eof(t.client);
  expect_failure(t.client, MTP_FAIL_CLOSED);
  talk_close(&t);
}

/* A man in the middle who answers with a reply of his own making: signed with another secret, or
 * altered in any byte. Not one byte follows the hello. */
/* proves TR-13, RB-1 */
static void a_reply_that_is_not_signed_with_the_secret_ends_it(void **state) {
  (void)state;
  bytes *reply = malloc(sizeof *reply);
  size_t size = 0;
  for (size_t at = 0; at <= size; at += at < 200 ? 1 : 97) {
    talk t;
    talk_open(&t, "a.b", "a.b", 0);
    tl_bytes out = mtp_wire_output(t.client);
    to_proxy(t.link, FAKETLS_NOW, out, out.size);
    mtp_wire_written(t.client, out.size);
    out = mtproxy_link_output(t.link, MTPROXY_CLIENT);
    reply->size = 0;
    bytes_add(reply, out.data, out.size);
    size = out.size - 1;
    reply->data[at < out.size ? at : size] ^= 1;
    for (size_t i = 0; i < out.size; i++) {
      mtp_wire_recv(t.client, reply->data + i, 1);
      assert_int_equal(mtp_wire_output(t.client).size, 0);
    }
    mtp_wire_eof(t.client); /* an altered length may leave it waiting for more */
    mtp_wire_event event = expect_event(t.client, MTP_WIRE_FAILED);
    assert_true(event.failure->kind == MTP_FAIL_SECRET || event.failure->kind == MTP_FAIL_CLOSED);
    bool length = at == 3 || at == 4 || at == 136 || at == 137;
    assert_true(event.failure->kind == MTP_FAIL_SECRET || length);
    assert_int_equal(mtp_wire_output(t.client).size, 0);
    talk_close(&t);
  }
  free(reply);
}

/* Another byte in the heads of its second and third record, and a signature over that. */
/* proves TR-13 */
static void a_signed_reply_of_other_records_ends_it_too(void **state) {
  (void)state;
  for (size_t at = 0; at < 9; at++) {
    talk t;
    uint8_t reply[8192], random[32];
    talk_open(&t, "a.b", "a.b", 0);
    tl_bytes out = mtp_wire_output(t.client);
    memcpy(random, out.data + MTP_TLS_RANDOM_AT, 32);
    to_proxy(t.link, FAKETLS_NOW, out, out.size);
    mtp_wire_written(t.client, out.size);
    out = mtproxy_link_output(t.link, MTPROXY_CLIENT);
    assert_true(out.size < sizeof reply);
    memcpy(reply, out.data, out.size);
    size_t first = 5 + ((size_t)reply[3] << 8 | reply[4]);
    reply[first + at] ^= 2;
    memset(reply + MTP_TLS_RANDOM_AT, 0, 32);
    tl_bytes parts[] = {tl_bytes_of(random, 32), tl_bytes_of(reply, out.size)};
    uint8_t digest[32];
    assert_ok(mtp_hmac_sha256(tl_bytes_of(t.proxy.secret.key, 16), parts, 2, digest));
    memcpy(reply + MTP_TLS_RANDOM_AT, digest, 32);
    give(t.client, reply, out.size, out.size);
    expect_failure(t.client, MTP_FAIL_SECRET);
    talk_close(&t);
  }
}

/* proves TR-13 */
static void a_real_tls_server_is_not_taken_for_the_proxy(void **state) {
  static const char *const answers[] = {
      "\x15\x03\x03\x00\x02\x02\x28",                 /* an alert */
      "HTTP/1.1 400 Bad Request\r\n\r\n",             /* not TLS at all */
      "\x16\x03\x03\x00\x2c\x02\x00\x00\x28\x03\x03", /* a ServerHello, the rest below */
  };
  static const size_t sizes[] = {7, 28, 11};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    talk t;
    talk_open(&t, "a.b", "a.b", 0);
    mtp_wire_written(t.client, mtp_wire_output(t.client).size);
    give(t.client, answers[i], sizes[i], 1);
    for (int filler = 0; i == 2 && filler < 60; filler++)
      mtp_wire_recv(t.client, "r", 1);
    expect_failure(t.client, MTP_FAIL_SECRET);
    talk_close(&t);
  }
}

/* proves TR-13 */
static void a_reply_cut_anywhere_is_not_accepted(void **state) {
  (void)state;
  for (size_t cut = 0; cut < 1100; cut += cut < 160 ? 1 : 53) {
    talk t;
    talk_open(&t, "a.b", "a.b", 0);
    tl_bytes out = mtp_wire_output(t.client);
    to_proxy(t.link, FAKETLS_NOW, out, out.size);
    mtp_wire_written(t.client, out.size);
    give(t.client, mtproxy_link_output(t.link, MTPROXY_CLIENT).data, cut, 1);
    mtp_wire_eof(t.client);
    expect_failure(t.client, MTP_FAIL_CLOSED);
    talk_close(&t);
  }
}

static mtproxy_state offer(mtproxy *server, int64_t now, tl_bytes hello) {
  mtproxy_link *link = NULL;
  assert_tl_ok(mtproxy_accept(server, &link));
  to_proxy(link, now, hello, 100);
  mtproxy_state state = mtproxy_link_state(link);
  assert_true((state == MTPROXY_HANDSHAKE) == (mtproxy_link_output(link, MTPROXY_CLIENT).size > 0));
  mtproxy_link_destroy(link);
  return state;
}

/* proves TR-12 */
static void the_proxy_refuses_hellos_of_another_time_domain_or_seen_before(void **state) {
  (void)state;
  mtproxy_options options = {.secret = faketls_secret("a.b")};
  mtproxy *server = NULL;
  assert_tl_ok(mtproxy_create(&options, &server));
  tl_buffer hello = faketls_hello("a.b", MTP_HELLO_HYBRID, 1, FAKETLS_NOW),
            other = faketls_hello("a.c", MTP_HELLO_HYBRID, 2, FAKETLS_NOW);
  tl_bytes view = tl_bytes_of(hello.data, hello.size);
  assert_int_equal(offer(server, FAKETLS_NOW + 601, view), MTPROXY_REFUSED);
  assert_int_equal(offer(server, FAKETLS_NOW - 21, view), MTPROXY_REFUSED);
  assert_int_equal(offer(server, FAKETLS_NOW, tl_bytes_of(other.data, other.size)),
                   MTPROXY_REFUSED);
  assert_int_equal(offer(server, FAKETLS_NOW + 600, view), MTPROXY_HANDSHAKE);
  assert_int_equal(offer(server, FAKETLS_NOW, view), MTPROXY_REFUSED);
  tl_buffer_free(&hello);
  tl_buffer_free(&other);
  hello = faketls_hello("a.b", MTP_HELLO_HYBRID, 3, FAKETLS_NOW);
  assert_int_equal(offer(server, FAKETLS_NOW - 20, tl_bytes_of(hello.data, hello.size)),
                   MTPROXY_HANDSHAKE);
  tl_buffer_free(&hello);
  mtproxy_destroy(server);
}

/* proves TR-12 */
static void the_proxy_refuses_a_hello_that_is_altered_anywhere(void **state) {
  (void)state;
  mtproxy_options options = {.secret = faketls_secret("a.b")};
  mtproxy *server = NULL;
  assert_tl_ok(mtproxy_create(&options, &server));
  tl_buffer hello = faketls_hello("a.b", MTP_HELLO_HYBRID, 1, FAKETLS_NOW);
  for (size_t at = 5; at < hello.size; at++) {
    if (at >= 39 && at < 43)
      continue; /* the time */
    hello.data[at] ^= 0x40;
    assert_int_equal(offer(server, FAKETLS_NOW, tl_bytes_of(hello.data, hello.size)),
                     MTPROXY_REFUSED);
    hello.data[at] ^= 0x40;
  }
  assert_int_equal(offer(server, FAKETLS_NOW, tl_bytes_of(hello.data, hello.size)),
                   MTPROXY_HANDSHAKE);
  tl_buffer_free(&hello);
  mtproxy_destroy(server);
}

/* proves TR-11, TR-13 */
static void inside_fake_tls_the_proxy_takes_padded_intermediate_only(void **state) {
  (void)state;
  mtproxy_options options = {.secret = faketls_secret("a.b"), .modes = MTPROXY_TLS};
  mtproxy *server = NULL;
  mtproxy_link *link = NULL;
  assert_tl_ok(mtproxy_create(&options, &server));
  assert_tl_ok(mtproxy_accept(server, &link));
  mtproxy_link_recv(link, MTPROXY_CLIENT, FAKETLS_NOW, "abcd", 4);
  assert_int_equal(mtproxy_link_state(link), MTPROXY_REFUSED);
  mtproxy_link_destroy(link);
  mtproxy_destroy(server);
}

/* ---- records ---- */

static bool read_records(const char *data, size_t n, size_t step, tl_buffer *up, mtp_failure *why) {
  mtp_record_reader reader = {.have = 0};
  bool ok = true;
  for (size_t at = 0; at < n && ok; at += step)
    ok = mtp_record_read(&reader, (const uint8_t *)data + at, n - at < step ? n - at : step, up,
                         why);
  return ok;
}

/* proves TR-13 */
static void records_are_read_in_any_fragmentation(void **state) {
  static const char in[] = "\x17\x03\x03\x00\x03"
                           "abc"
                           "\x14\x03\x03\x00\x01\x01"
                           "\x17\x03\x03\x00\x00"
                           "\x17\x03\x03\x00\x01"
                           "d";
  (void)state;
  for (size_t step = 1; step < sizeof in; step++) {
    mtp_failure why = {.kind = MTP_OK};
    tl_buffer up;
    tl_buffer_init(&up, NULL, 0);
    assert_true(read_records(in, sizeof in - 1, step, &up, &why));
    assert_int_equal(up.size, 4);
    assert_memory_equal(up.data, "abcd", 4);
    tl_buffer_free(&up);
  }
}

/* proves TR-13 */
static void anything_that_is_no_record_is_refused(void **state) {
  static const struct {
    const char *in;
    mtp_cause kind;
  } cases[] = {
      {"\x17\x03\x01\x40\x01", MTP_FAIL_GARBAGE},   {"\x16\x03\x03\x40\x01", MTP_FAIL_GARBAGE},
      {"\x14\x03\x03\x40\x02", MTP_FAIL_GARBAGE},   {"HTTP/", MTP_FAIL_GARBAGE},
      {"\x15\x03\x03\x01\x02", MTP_FAIL_CLOSED},    {"\x17\x03\x03\x41\x01", MTP_FAIL_OVERSIZED},
      {"\x17\x03\x03\xff\xff", MTP_FAIL_OVERSIZED},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mtp_failure why = {.kind = MTP_OK};
    tl_buffer up;
    tl_buffer_init(&up, NULL, 0);
    assert_false(read_records(cases[i].in, 5, 1, &up, &why));
    assert_int_equal(why.kind, cases[i].kind);
    assert_int_equal(up.size, 0);
  }
  mtp_failure why = {.kind = MTP_OK};
  tl_buffer up;
  tl_buffer_init(&up, NULL, 0);
  assert_true(read_records("\x17\x03\x03\x41\x00", 5, 1, &up, &why)); /* 16640 */
  tl_buffer_free(&up);
}

/* proves RB-4 */
static void every_allocation_of_the_handshake_may_fail(void **state) {
  (void)state;
  bool through = false;
  for (size_t fail_at = 1; !through; fail_at++) {
    counting_allocator counting;
    counting_init(&counting, fail_at);
    talk t;
    talk_open(&t, "a.b", "a.b", 0);
    mtp_wire_destroy(t.client);
    t.client = NULL;
    mtp_wire_options options = wire_options("abridged", NULL);
    options.proxies = &t.proxy;
    options.proxy_count = 1;
    options.allocator = &counting.allocator;
    if (mtp_wire_create(&options, &t.client, NULL) == MTP_OK) {
      mtp_wire_event event;
      mtp_wire_start(t.client, 0, FAKETLS_NOW);
      to_proxy(t.link, FAKETLS_NOW, mtp_wire_output(t.client), 1000);
      to_client(&t, 100);
      if (mtp_wire_next(t.client, &event) == MTP_WIRE_CONNECTED)
        through = mtp_wire_send(t.client, tl_bytes_of("abcd", 4), false) == MTP_OK;
      else if (event.kind == MTP_WIRE_FAILED)
        assert_int_equal(event.failure->kind, MTP_ERR_NOMEM);
    }
    talk_close(&t);
    assert_int_equal(counting.live_bytes, 0);
    assert_true(fail_at < 100);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(client_and_proxy_understand_each_other),
      cmocka_unit_test(the_proxy_puts_each_packet_into_a_record_of_its_own),
      cmocka_unit_test(a_proxy_with_another_secret_says_nothing_and_gets_nothing_more),
      cmocka_unit_test(a_reply_that_is_not_signed_with_the_secret_ends_it),
      cmocka_unit_test(a_signed_reply_of_other_records_ends_it_too),
      cmocka_unit_test(a_real_tls_server_is_not_taken_for_the_proxy),
      cmocka_unit_test(a_reply_cut_anywhere_is_not_accepted),
      cmocka_unit_test(the_proxy_refuses_hellos_of_another_time_domain_or_seen_before),
      cmocka_unit_test(the_proxy_refuses_a_hello_that_is_altered_anywhere),
      cmocka_unit_test(inside_fake_tls_the_proxy_takes_padded_intermediate_only),
      cmocka_unit_test(records_are_read_in_any_fragmentation),
      cmocka_unit_test(anything_that_is_no_record_is_refused),
      cmocka_unit_test(every_allocation_of_the_handshake_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
