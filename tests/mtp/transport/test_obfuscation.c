/* Obfuscation: the openings that may not be, the keys, both directions, MTProxy secrets, and the
 * proxy endpoint in plain and dd mode. */
#include <openssl/evp.h>
#include <tl/wire.h>

#include "mtproxy.h"
#include "obfuscation_server.h"
#include "wire_fixture.h"

static const uint8_t KEY[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* proves TR-9 */
static void openings_that_mean_something_else_are_drawn_again(void **state) {
  static const char *const forbidden[] = {
      "\xef"
      "abcdefg",
      "HEADabcd",
      "POSTabcd",
      "GET abcd",
      "OPTIabcd",
      "\x16\x03\x01\x02"
      "abcd",
      "\xdd\xdd\xdd\xdd"
      "abcd",
      "\xee\xee\xee\xee"
      "abcd",
      "abcd\0\0\0\0",
  };
  uint8_t script[10 * 64];
  (void)state;
  memset(script, 'x', sizeof script);
  for (size_t i = 0; i < 9; i++) {
    memcpy(script + 64 * i, forbidden[i], 8);
    assert_true(mtp_obfuscation_forbidden(script + 64 * i));
  }
  memcpy(script + 64 * 9, "POSX\1\0\0\0", 8);
  fake_rng fake = fake_rng_of(script, sizeof script);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_obfuscation streams = {{NULL}, {NULL}};
  mtp_obfuscation_info info = {.tag = 0xefefefef};
  mtp_failure failure = {.kind = MTP_OK};
  uint8_t init[64];
  assert_true(mtp_obfuscation_client(&streams, &rng, &info, init, &failure));
  assert_memory_equal(init, "POSX\1\0\0\0", 8);
  assert_int_equal(fake.at, sizeof script);
  mtp_obfuscation_free(&streams);
}

static int zeros(void *ctx, uint8_t *out, size_t n) {
  (void)ctx;
  memset(out, 0, n);
  return 0;
}

/* proves TR-9, RB-3 */
static void a_generator_without_randomness_ends_the_connection(void **state) {
  (void)state;
  mtp_rng rng = {zeros, NULL};
  mtp_wire_options options = wire_options("obfuscated", &rng);
  mtp_wire *wire = wire_started(&options);
  expect_failure(wire, MTP_ERR_RANDOM);
  mtp_wire_destroy(wire);
}

static void ctr(const uint8_t key[32], const uint8_t iv[16], const uint8_t *in, uint8_t *out,
                int n) {
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  int done = 0;
  assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, iv), 1);
  assert_int_equal(EVP_EncryptUpdate(ctx, out, &done, in, n), 1);
  EVP_CIPHER_CTX_free(ctx);
}

static void hashed_key(const uint8_t *raw, uint8_t out[32]) {
  uint8_t joined[48];
  memcpy(joined, raw, 32);
  memcpy(joined + 32, KEY, 16);
  assert_int_equal(EVP_Digest(joined, 48, out, NULL, EVP_sha256(), NULL), 1);
}

/* The client's first bytes and the server's, computed by hand from the same 64 random bytes. */
static void check_keys(bool with_secret, int16_t dc) {
  uint8_t random[64], init[64], encrypted[64], reversed[64], key[32], back[32], text[5], want[5];
  for (size_t i = 0; i < 64; i++)
    random[i] = (uint8_t)(i * 5 + 1);
  fake_rng fake = fake_rng_of(random, 64);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_obfuscation streams = {{NULL}, {NULL}};
  mtp_failure failure = {.kind = MTP_OK};
  mtp_obfuscation_info info = {
      .tag = 0xeeeeeeee, .has_dc = with_secret, .dc = dc, .secret = with_secret ? KEY : NULL};
  assert_true(mtp_obfuscation_client(&streams, &rng, &info, init, &failure));
  memset(random + 56, 0xee, 4);
  if (with_secret) {
    random[60] = (uint8_t)((unsigned)dc & 0xff);
    random[61] = (uint8_t)((unsigned)dc >> 8 & 0xff);
  }
  for (size_t i = 0; i < 64; i++)
    reversed[i] = random[63 - i];
  memcpy(key, random + 8, 32);
  memcpy(back, reversed + 8, 32);
  if (with_secret) {
    hashed_key(random + 8, key);
    hashed_key(reversed + 8, back);
  }
  ctr(key, random + 40, random, encrypted, 64);
  assert_memory_equal(init, random, 56);
  assert_memory_equal(init + 56, encrypted + 56, 8);
  ctr(back, reversed + 40, (const uint8_t *)"hello", want, 5);
  assert_ok(mtp_ctr_apply(&streams.recv, want, 5, text));
  assert_memory_equal(text, "hello", 5);
  mtp_obfuscation_free(&streams);
}

/* proves TR-9, TR-10 */
static void keys_come_from_the_opening_and_its_reverse(void **state) {
  (void)state;
  check_keys(false, 0);
  check_keys(true, 2);
  check_keys(true, -10002);
}

/* proves TR-10 */
static void the_two_sides_understand_each_other_and_the_stream_goes_on(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_obfuscation client = {{NULL}, {NULL}}, server = {{NULL}, {NULL}};
  mtp_obfuscation_info info = {.tag = 0xdddddddd, .has_dc = true, .dc = -3, .secret = KEY};
  mtp_obfuscation_info seen = {.secret = KEY};
  mtp_failure failure = {.kind = MTP_OK};
  uint8_t init[64];
  assert_true(mtp_obfuscation_client(&client, &rng, &info, init, &failure));
  assert_true(obfuscation_accept(&server, init, &seen));
  assert_int_equal(seen.tag, 0xdddddddd);
  assert_int_equal(seen.dc, -3);
  for (size_t n = 1; n < 100; n++) {
    uint8_t text[100], there[100], back[100];
    memset(text, (int)n, n);
    assert_ok(mtp_ctr_apply(&client.send, text, n, there));
    assert_ok(mtp_ctr_apply(&server.recv, there, n, back));
    assert_memory_equal(text, back, n);
    assert_ok(mtp_ctr_apply(&server.send, text, n, there));
    assert_ok(mtp_ctr_apply(&client.recv, there, n, back));
    assert_memory_equal(text, back, n);
  }
  mtp_obfuscation_free(&client);
  mtp_obfuscation_free(&server);
}

/* proves TR-9 */
static void without_a_proxy_the_bytes_of_the_data_centre_are_random(void **state) {
  (void)state;
  uint8_t random[64];
  memset(random, 'r', sizeof random);
  fake_rng fake = fake_rng_of(random, 64);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_wire_options options = wire_options("obfuscated", &rng);
  options.dc = 2;
  mtp_wire *wire = wire_started(&options);
  uint8_t *packet = packet_new(40, 0);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 40), false));
  mtp_obfuscation server = {{NULL}, {NULL}};
  mtp_obfuscation_info seen = {.secret = NULL};
  assert_true(obfuscation_accept(&server, mtp_wire_output(wire).data, &seen));
  assert_int_equal(seen.tag, 0xdddddddd);
  assert_int_equal(seen.dc, 'r' << 8 | 'r');
  mtp_obfuscation_free(&server);
  mtp_wire_destroy(wire);
  free(packet);
}

/* ---- through the proxy endpoint ---- */

static mtp_proxy proxy_of(mtp_secret_kind kind) {
  mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .port = 443, .host = "proxy.test"};
  proxy.secret.kind = kind;
  if (kind != MTP_SECRET_NONE)
    memcpy(proxy.secret.key, KEY, 16);
  return proxy;
}

static void move_to_link(tl_bytes out, mtproxy_link *link, mtproxy_side side, size_t step) {
  for (size_t at = 0; at < out.size; at += step)
    mtproxy_link_recv(link, side, 1700000000, out.data + at,
                      out.size - at < step ? out.size - at : step);
}

/* Client, proxy and server until nothing moves. */
static void pump_three(mtp_wire *client, mtproxy_link *link, dc_wire *server, size_t step) {
  for (int i = 0; i < 8; i++) {
    tl_bytes out = mtp_wire_output(client);
    move_to_link(out, link, MTPROXY_CLIENT, step);
    mtp_wire_written(client, out.size);
    out = mtproxy_link_output(link, MTPROXY_UPSTREAM);
    dc_wire_recv(server, out.data, out.size);
    mtproxy_link_written(link, MTPROXY_UPSTREAM, out.size);
    out = dc_wire_output(server);
    move_to_link(out, link, MTPROXY_UPSTREAM, step);
    dc_wire_written(server, out.size);
    out = mtproxy_link_output(link, MTPROXY_CLIENT);
    give(client, out.data, out.size, step);
    mtproxy_link_written(link, MTPROXY_CLIENT, out.size);
  }
}

typedef struct route {
  mtproxy *proxy;
  mtproxy_link *link;
  mtp_wire *client;
  dc_wire *server;
} route;

static void route_open(route *r, const mtproxy_options *proxy, const mtp_wire_options *client) {
  dc_wire_options server = {.allocator = NULL};
  assert_tl_ok(mtproxy_create(proxy, &r->proxy));
  assert_tl_ok(mtproxy_accept(r->proxy, &r->link));
  assert_tl_ok(dc_wire_create(&server, &r->server));
  r->client = wire_started(client);
}

static void route_close(route *r) {
  mtp_wire_destroy(r->client);
  dc_wire_destroy(r->server);
  mtproxy_link_destroy(r->link);
  mtproxy_destroy(r->proxy);
}

static void exchange(route *r, size_t step) {
  uint8_t *packet = packet_new(600, 0);
  expect_event(r->client, MTP_WIRE_CONNECTED);
  assert_tl_ok(mtp_wire_send(r->client, tl_bytes_of(packet, 600), false));
  pump_three(r->client, r->link, r->server, step);
  dc_wire_event got = expect_server_event(r->server, DC_WIRE_PACKET);
  assert_int_equal(got.packet.size, 600);
  assert_memory_equal(got.packet.data, packet, 600);
  assert_tl_ok(dc_wire_send(r->server, got.packet));
  pump_three(r->client, r->link, r->server, step);
  mtp_wire_event event = expect_event(r->client, MTP_WIRE_PACKET);
  assert_int_equal(event.packet.size, 600);
  assert_memory_equal(event.packet.data, packet, 600);
  free(packet);
}

static void through(mtp_secret_kind kind, const char *transport, bool raw, const char *mode,
                    const char *at_server) {
  static const size_t steps[] = {1, 63, 1 << 16};
  for (size_t i = 0; i < 3; i++) {
    mtp_proxy proxy = proxy_of(kind);
    mtproxy_options options = {.secret = proxy.secret};
    mtp_wire_options client = wire_options(transport, NULL);
    client.host = NULL;
    client.proxies = &proxy;
    client.proxy_count = 1;
    client.dc = -10002;
    client.raw_zero_secret = raw;
    route r;
    route_open(&r, &options, &client);
    exchange(&r, steps[i]);
    assert_int_equal(mtproxy_link_state(r.link), MTPROXY_DIALLING);
    assert_int_equal(mtproxy_link_dc(r.link), -10002);
    assert_string_equal(mtproxy_link_mode(r.link), mode);
    assert_string_equal(dc_wire_transport(r.server), at_server);
    route_close(&r);
  }
}

/* proves TR-10, TR-11 */
static void a_plain_secret_leaves_the_framing_to_the_transport(void **state) {
  (void)state;
  through(MTP_SECRET_PLAIN, "abridged", false, "plain", "obfuscated abridged");
  through(MTP_SECRET_PLAIN, "intermediate", false, "plain", "obfuscated intermediate");
  through(MTP_SECRET_PLAIN, "padded", false, "padded", "obfuscated padded intermediate");
  through(MTP_SECRET_PLAIN, "full", false, "plain", "obfuscated intermediate");
  through(MTP_SECRET_PLAIN, "wss", false, "plain", "obfuscated intermediate");
  through(MTP_SECRET_PLAIN, "https", false, "plain", "obfuscated intermediate");
}

/* proves TR-11 */
static void a_dd_secret_forces_padded_intermediate(void **state) {
  (void)state;
  through(MTP_SECRET_PADDED, "abridged", false, "padded", "obfuscated padded intermediate");
}

/* proves TR-11 */
static void no_secret_is_said_in_either_of_the_two_ways(void **state) {
  (void)state;
  through(MTP_SECRET_NONE, "abridged", false, "plain", "obfuscated abridged");
  through(MTP_SECRET_NONE, "abridged", true, "plain", "obfuscated abridged");
}

/* proves TR-10 */
static void the_two_ways_of_no_secret_have_different_keys(void **state) {
  (void)state;
  mtp_proxy proxy = proxy_of(MTP_SECRET_NONE);
  uint8_t *packet = packet_new(40, 1), opening[2][64];
  for (int raw = 0; raw < 2; raw++) {
    fake_rng fake = fake_rng_of(NULL, 0);
    mtp_rng rng = fake_rng_view(&fake);
    mtp_wire_options options = wire_options("abridged", &rng);
    options.proxies = &proxy;
    options.proxy_count = 1;
    options.raw_zero_secret = raw;
    mtp_wire *wire = wire_started(&options);
    assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 40), false));
    tl_bytes out = mtp_wire_output(wire);
    assert_true(out.size > 64);
    memcpy(opening[raw], out.data, 64);
    mtp_wire_destroy(wire);
  }
  assert_memory_equal(opening[0], opening[1], 56);
  assert_memory_not_equal(opening[0] + 56, opening[1] + 56, 8);
  free(packet);
}

/* proves TR-11 */
static void a_wrong_secret_is_refused_without_a_word(void **state) {
  (void)state;
  mtp_proxy proxy = proxy_of(MTP_SECRET_PLAIN);
  mtproxy_options options = {.secret = proxy.secret};
  options.secret.key[0] ^= 1;
  mtp_wire_options client = wire_options("abridged", NULL);
  client.proxies = &proxy;
  client.proxy_count = 1;
  route r;
  route_open(&r, &options, &client);
  uint8_t *packet = packet_new(40, 0);
  assert_tl_ok(mtp_wire_send(r.client, tl_bytes_of(packet, 40), false));
  pump_three(r.client, r.link, r.server, 9);
  assert_int_equal(mtproxy_link_state(r.link), MTPROXY_REFUSED);
  assert_int_equal(mtproxy_link_output(r.link, MTPROXY_CLIENT).size, 0);
  assert_true(mtproxy_link_reason(r.link)[0] != 0);
  route_close(&r);
  free(packet);
}

static void an_opening_is_taken_once(void **state) {
  (void)state;
  mtp_proxy proxy = proxy_of(MTP_SECRET_PLAIN);
  mtproxy_options options = {.secret = proxy.secret};
  mtp_wire_options client = wire_options("abridged", NULL);
  client.proxies = &proxy;
  client.proxy_count = 1;
  route r;
  route_open(&r, &options, &client);
  uint8_t *packet = packet_new(40, 0);
  assert_tl_ok(mtp_wire_send(r.client, tl_bytes_of(packet, 40), false));
  mtproxy_link *again = NULL;
  assert_tl_ok(mtproxy_accept(r.proxy, &again));
  move_to_link(mtp_wire_output(r.client), r.link, MTPROXY_CLIENT, 64);
  move_to_link(mtp_wire_output(r.client), again, MTPROXY_CLIENT, 64);
  assert_int_equal(mtproxy_link_state(r.link), MTPROXY_DIALLING);
  assert_int_equal(mtproxy_link_state(again), MTPROXY_REFUSED);
  mtproxy_link_destroy(again);
  route_close(&r);
  free(packet);
}

/* proves TR-9 */
static void a_server_reads_an_address_with_a_secret_of_its_own(void **state) {
  (void)state;
  const uint8_t secrets[2][16] = {{9}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  mtp_secret secret = proxy_of(MTP_SECRET_PADDED).secret;
  mtp_wire_options client = wire_options("abridged", NULL);
  client.secret = &secret;
  dc_wire_options options = {.secrets = secrets, .secret_count = 2};
  dc_wire *server = NULL;
  assert_tl_ok(dc_wire_create(&options, &server));
  mtp_wire *wire = wire_started(&client);
  uint8_t *packet = packet_new(40, 0);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 40), false));
  pump(wire, server, 1);
  assert_memory_equal(expect_server_event(server, DC_WIRE_PACKET).packet.data, packet, 40);
  free(packet);
  mtp_wire_destroy(wire);
  dc_wire_destroy(server);
}

/* proves TR-9 */
static void a_server_refuses_what_no_transport_starts_with(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of(NULL, 0);
  for (int i = 0; i < 100; i++) {
    uint8_t in[200];
    dc_wire_options options = {.allocator = NULL};
    dc_wire *server = NULL;
    fake_rng_fill(&fake, in, sizeof in);
    if (mtp_obfuscation_forbidden(in))
      continue;
    assert_tl_ok(dc_wire_create(&options, &server));
    for (size_t at = 0; at < sizeof in; at++)
      dc_wire_recv(server, in + at, 1);
    assert_int_equal(expect_server_event(server, DC_WIRE_FAILED).failure->kind, MTP_FAIL_GARBAGE);
    expect_server_event(server, DC_WIRE_NONE);
    assert_int_equal(dc_wire_output(server).size, 0);
    assert_true(dc_wire_finished(server));
    assert_false(dc_wire_can_send(server));
    dc_wire_destroy(server);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(openings_that_mean_something_else_are_drawn_again),
      cmocka_unit_test(a_generator_without_randomness_ends_the_connection),
      cmocka_unit_test(keys_come_from_the_opening_and_its_reverse),
      cmocka_unit_test(the_two_sides_understand_each_other_and_the_stream_goes_on),
      cmocka_unit_test(without_a_proxy_the_bytes_of_the_data_centre_are_random),
      cmocka_unit_test(a_plain_secret_leaves_the_framing_to_the_transport),
      cmocka_unit_test(a_dd_secret_forces_padded_intermediate),
      cmocka_unit_test(no_secret_is_said_in_either_of_the_two_ways),
      cmocka_unit_test(the_two_ways_of_no_secret_have_different_keys),
      cmocka_unit_test(a_wrong_secret_is_refused_without_a_word),
      cmocka_unit_test(an_opening_is_taken_once),
      cmocka_unit_test(a_server_reads_an_address_with_a_secret_of_its_own),
      cmocka_unit_test(a_server_refuses_what_no_transport_starts_with),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
