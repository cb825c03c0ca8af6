/* WebSocket: the example of the RFC, the upgrade and its refusals, frames in any fragmentation,
 * control frames, and what may not come; on the server's side too. */
#include <stdio.h>

#include "transport/http/ws_frame.h"
#include "wire_fixture.h"

static bytes sent;

/* ---- frames ---- */

typedef struct reading {
  mtp_ws_reader reader;
  tl_buffer up;
  mtp_failure failure;
} reading;

static reading reading_of(bool masked) {
  reading r = {.reader = {.masked = masked}};
  tl_buffer_init(&r.up, NULL, 0);
  return r;
}

static mtp_ws_result read_in_steps(reading *r, const char *in, size_t n, size_t step) {
  for (size_t at = 0; at < n; at += step) {
    size_t used = 0, size = n - at < step ? n - at : step;
    mtp_ws_result result =
        mtp_ws_read(&r->reader, (const uint8_t *)in + at, size, &used, &r->up, &r->failure);
    if (result != MTP_WS_RESULT_MORE)
      return result;
    assert_int_equal(used, size);
  }
  return MTP_WS_RESULT_MORE;
}

/* proves TR-14 */
static void the_examples_of_the_rfc_hold(void **state) {
  char accept[29];
  tl_string key = tl_string_of("dGhlIHNhbXBsZSBub25jZQ==");
  (void)state;
  assert_true(mtp_ws_accept(key, accept));
  assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  reading r = reading_of(true);
  assert_int_equal(read_in_steps(&r, "\x82\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11, 1),
                   MTP_WS_RESULT_MORE);
  assert_int_equal(r.up.size, 5);
  assert_memory_equal(r.up.data, "Hello", 5);
  tl_buffer_clear(&r.up);
  assert_tl_ok(mtp_ws_write(&r.up, MTP_WS_BINARY, (const uint8_t *)"\x37\xfa\x21\x3d",
                            (const uint8_t *)"Hello", 5));
  assert_memory_equal(r.up.data, "\x82\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
  tl_buffer_free(&r.up);
}

/* proves TR-14 */
static void frames_of_every_length_form_pass_masked_and_not(void **state) {
  static const size_t sizes[] = {0, 1, 125, 126, 127, 65535, 65536, 100000};
  static const size_t heads[] = {2, 2, 2, 4, 4, 4, 10, 10};
  (void)state;
  for (size_t i = 0; i < 8; i++)
    for (int masked = 0; masked < 2; masked++) {
      uint8_t *data = malloc(sizes[i] + 1);
      memset(data, 'm', sizes[i] + 1);
      tl_buffer frame;
      tl_buffer_init(&frame, NULL, 0);
      assert_tl_ok(mtp_ws_write(&frame, MTP_WS_BINARY, masked ? (const uint8_t *)"mask" : NULL,
                                data, sizes[i]));
      assert_int_equal(frame.size, heads[i] + (masked ? 4U : 0U) + sizes[i]);
      reading r = reading_of(masked);
      assert_int_equal(read_in_steps(&r, (const char *)frame.data, frame.size, 3),
                       MTP_WS_RESULT_MORE);
      assert_int_equal(r.up.size, sizes[i]);
      if (sizes[i])
        assert_memory_equal(r.up.data, data, sizes[i]);
      tl_buffer_free(&r.up);
      tl_buffer_free(&frame);
      free(data);
    }
}

/* proves TR-14 */
static void fragments_make_one_stream_with_control_frames_between(void **state) {
  static const char in[] = "\x02\x02"
                           "ab"
                           "\x8a\x01"
                           "x"
                           "\x00\x01"
                           "c"
                           "\x80\x00"
                           "\x82\x01"
                           "d";
  (void)state;
  for (size_t step = 1; step < sizeof in; step++) {
    reading r = reading_of(false);
    assert_int_equal(read_in_steps(&r, in, sizeof in - 1, step), MTP_WS_RESULT_MORE);
    assert_int_equal(r.up.size, 4);
    assert_memory_equal(r.up.data, "abcd", 4);
    tl_buffer_free(&r.up);
  }
}

/* proves TR-14 */
static void frames_that_the_rfc_forbids_are_refused(void **state) {
  static const struct {
    const char *in;
    size_t size;
    bool masked;
  } cases[] = {
      {"\xc2\x00", 2, false},         /* a reserved bit */
      {"\x83\x00", 2, false},         /* an unknown opcode */
      {"\x8b\x00", 2, false},         /* an unknown control opcode */
      {"\x81\x00", 2, false},         /* text */
      {"\x80\x00", 2, false},         /* a continuation of nothing */
      {"\x02\x00\x82\x00", 4, false}, /* a message in a message */
      {"\x09\x00", 2, false},         /* a fragmented ping */
      {"\x89\x7e\x00\x7e", 4, false}, /* a long ping */
      {"\x82\x81", 2, false},         /* a mask from the server */
      {"\x82\x01", 2, true},          /* none from the client */
      {"\x82\x7f\x80\0\0\0\0\0\0\0", 10, false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reading r = reading_of(cases[i].masked);
    assert_int_equal(read_in_steps(&r, cases[i].in, cases[i].size, 1), MTP_WS_RESULT_BAD);
    assert_true(r.failure.text[0] != 0);
    tl_buffer_free(&r.up);
  }
}

/* ---- the client's layer ---- */

static mtp_wire *open_ws(fake_rng *fake, const char *path) {
  *fake = fake_rng_of("the sample nonce", 16);
  static mtp_rng rng;
  rng = fake_rng_view(fake);
  mtp_wire_options options = wire_options("ws", &rng);
  options.path = path;
  options.port = 8080;
  return wire_started(&options);
}

#define GOOD_HEAD                                                                                  \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"  \
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

/* proves TR-14 */
static void the_upgrade_asks_for_the_subprotocol_binary(void **state) {
  (void)state;
  fake_rng fake;
  mtp_wire *wire = open_ws(&fake, NULL);
  take_output(wire, &sent);
  sent.data[sent.size] = 0;
  assert_string_equal((const char *)sent.data,
                      "GET /apiws HTTP/1.1\r\nHost: dc.test:8080\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Protocol: binary\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  assert_false(mtp_wire_ready(wire));
  mtp_wire_destroy(wire);
  wire = open_ws(&fake, "/apiws_test");
  take_output(wire, &sent);
  assert_memory_equal(sent.data, "GET /apiws_test HTTP/1.1\r\n", 26);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void a_good_answer_opens_the_wire(void **state) {
  static const char *const answers[] = {
      GOOD_HEAD "Sec-WebSocket-Protocol: binary\r\n\r\n",
      GOOD_HEAD "\r\n",
  };
  (void)state;
  for (size_t i = 0; i < 2; i++)
    for (size_t step = 1; step < 300; step += 97) {
      fake_rng fake;
      mtp_wire *wire = open_ws(&fake, NULL);
      give(wire, answers[i], strlen(answers[i]), step);
      expect_event(wire, MTP_WIRE_CONNECTED);
      mtp_wire_destroy(wire);
    }
}

/* proves TR-14 */
static void every_other_answer_is_a_refusal(void **state) {
  static const struct {
    const char *answer;
    int code;
  } cases[] = {
      {"HTTP/1.1 200 OK\r\n\r\n", 200},
      {"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
       200},
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc", 404},
      {"HTTP/1.1 503 x\r\n\r\n", 503},
      {"HTTP/1.1 101 x\r\nConnection: Upgrade\r\n\r\n", 101},
      {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", 101},
      {"HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 101},
      {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 101},
      {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=\r\n\r\n",
       101},
      {GOOD_HEAD "Sec-WebSocket-Protocol: text\r\n\r\n", 101},
      {GOOD_HEAD "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", 101},
      {"SSH-2.0-x\r\n", 0},
      {"HTTP/3 101 x\r\n\r\n", 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fake_rng fake;
    mtp_wire *wire = open_ws(&fake, NULL);
    take_output(wire, &sent);
    give(wire, cases[i].answer, strlen(cases[i].answer), 1);
    assert_int_equal(expect_failure(wire, MTP_FAIL_WEBSOCKET).code, cases[i].code);
    mtp_wire_destroy(wire);
  }
}

static mtp_wire *opened(fake_rng *fake) {
  mtp_wire *wire = open_ws(fake, NULL);
  give(wire, GOOD_HEAD "\r\n", sizeof(GOOD_HEAD "\r\n") - 1, 1000);
  expect_event(wire, MTP_WIRE_CONNECTED);
  take_output(wire, &sent);
  return wire;
}

/* Unmasks the one frame in `sent`; returns its opcode. */
static unsigned unmask(tl_buffer *out) {
  assert_true(sent.size >= 6 && (sent.data[1] & 0x80));
  size_t n = sent.data[1] & 0x7f;
  assert_int_equal(sent.size, 6 + n);
  tl_buffer_init(out, NULL, 0);
  for (size_t i = 0; i < n; i++) {
    uint8_t byte = sent.data[6 + i] ^ sent.data[2 + i % 4];
    assert_tl_ok(tl_buffer_append(out, &byte, 1));
  }
  return sent.data[0];
}

/* proves TR-14 */
static void pings_are_answered_with_what_they_carried(void **state) {
  (void)state;
  fake_rng fake;
  tl_buffer payload;
  mtp_wire *wire = opened(&fake);
  give(wire,
       "\x89\x05"
       "there",
       7, 2);
  take_output(wire, &sent);
  assert_int_equal(unmask(&payload), 0x8a);
  assert_int_equal(payload.size, 5);
  assert_memory_equal(payload.data, "there", 5);
  expect_event(wire, MTP_WIRE_NONE);
  tl_buffer_free(&payload);
  mtp_wire_destroy(wire);
}

static void a_flood_of_pings_does_not_pile_up_answers_for_ever(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of("the sample nonce", 16);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_wire_options options = wire_options("ws", &rng);
  options.max_packet = 1024;
  mtp_wire *wire = wire_started(&options);
  give(wire, GOOD_HEAD "\r\n", sizeof(GOOD_HEAD "\r\n") - 1, 1000);
  expect_event(wire, MTP_WIRE_CONNECTED);
  char ping[127] = "\x89\x7d";
  mtp_wire_event event = {.kind = MTP_WIRE_NONE};
  for (int i = 0; i < 100000 && event.kind == MTP_WIRE_NONE; i++) {
    mtp_wire_recv(wire, ping, sizeof ping);
    assert_true(mtp_wire_output(wire).size < 2 << 20);
    mtp_wire_next(wire, &event);
  }
  assert_int_equal(event.kind, MTP_WIRE_FAILED);
  assert_int_equal(event.failure->kind, MTP_ERR_NOMEM);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void close_is_answered_with_close_and_ends_the_wire(void **state) {
  (void)state;
  fake_rng fake;
  tl_buffer payload;
  mtp_wire *wire = opened(&fake);
  give(wire,
       "\x88\x06\x03\xf3"
       "gone",
       8, 1);
  mtp_failure failure = expect_failure(wire, MTP_FAIL_CLOSED);
  assert_int_equal(failure.code, 1011);
  take_output(wire, &sent);
  assert_int_equal(unmask(&payload), 0x88);
  assert_int_equal(payload.size, 2);
  assert_memory_equal(payload.data, "\x03\xf3", 2);
  tl_buffer_free(&payload);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void the_client_says_close_itself(void **state) {
  (void)state;
  fake_rng fake;
  tl_buffer payload;
  mtp_wire *wire = opened(&fake);
  mtp_wire_close(wire);
  take_output(wire, &sent);
  assert_int_equal(unmask(&payload), 0x88);
  assert_memory_equal(payload.data, "\x03\xe8", 2);
  expect_event(wire, MTP_WIRE_NONE);
  assert_false(mtp_wire_ready(wire));
  tl_buffer_free(&payload);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void a_broken_frame_fails_the_wire(void **state) {
  (void)state;
  fake_rng fake;
  mtp_wire *wire = opened(&fake);
  give(wire, "\x82\x81", 2, 1);
  expect_failure(wire, MTP_FAIL_GARBAGE);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void every_frame_has_a_mask_of_its_own(void **state) {
  (void)state;
  fake_rng fake;
  uint8_t first[4];
  mtp_wire *wire = opened(&fake);
  uint8_t *packet = packet_new(24, 0);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 24), false));
  take_output(wire, &sent);
  assert_int_equal(sent.data[0], 0x82);
  memcpy(first, sent.data + 2, 4);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 24), false));
  take_output(wire, &sent);
  assert_memory_not_equal(first, sent.data + 2, 4);
  free(packet);
  mtp_wire_destroy(wire);
}

/* ---- the server's side ---- */

static const char *answer_to(const char *request) {
  static bytes out;
  dc_wire_options options = {.allocator = NULL};
  dc_wire *server = NULL;
  assert_tl_ok(dc_wire_create(&options, &server));
  for (size_t i = 0; request[i]; i++)
    dc_wire_recv(server, request + i, 1);
  out.size = 0;
  bytes_add(&out, dc_wire_output(server).data, dc_wire_output(server).size);
  out.data[out.size] = 0;
  dc_wire_destroy(server);
  return (const char *)out.data;
}

/* proves TR-14 */
static void the_server_upgrades_apiws_and_nothing_else(void **state) {
#define UPGRADE                                                                                    \
  "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"          \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
  (void)state;
  assert_string_equal(
      answer_to("GET /apiws HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Protocol: binary\r\n\r\n"),
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
      "Sec-WebSocket-Protocol: binary\r\n\r\n");
  assert_null(strstr(answer_to("GET /apiws_test HTTP/1.1\r\n" UPGRADE "\r\n"), "Protocol: "));
  assert_non_null(strstr(answer_to("GET / HTTP/1.1\r\n" UPGRADE "\r\n"), " 404 "));
  assert_non_null(strstr(answer_to("GET /apiws HTTP/1.1\r\nHost: x\r\n\r\n"), " 400 "));
  assert_non_null(strstr(answer_to("GET /apiws\r\n\r\n"), " 400 "));
}

/* proves TR-14 */
static void inside_websocket_the_server_takes_obfuscation_only(void **state) {
  (void)state;
  dc_wire_options options = {.allocator = NULL};
  dc_wire *server = NULL;
  tl_buffer frame;
  tl_buffer_init(&frame, NULL, 0);
  assert_tl_ok(dc_wire_create(&options, &server));
  const char *request = "GET /apiws HTTP/1.1\r\n" UPGRADE "\r\n";
  dc_wire_recv(server, request, strlen(request));
  assert_tl_ok(mtp_ws_write(&frame, MTP_WS_BINARY, (const uint8_t *)"mask",
                            (const uint8_t *)"\xee\xee\xee\xee\x04\0\0\0", 8));
  dc_wire_recv(server, frame.data, frame.size);
  assert_int_equal(expect_server_event(server, DC_WIRE_FAILED).failure->kind, MTP_FAIL_GARBAGE);
  tl_buffer_free(&frame);
  dc_wire_destroy(server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_examples_of_the_rfc_hold),
      cmocka_unit_test(frames_of_every_length_form_pass_masked_and_not),
      cmocka_unit_test(fragments_make_one_stream_with_control_frames_between),
      cmocka_unit_test(frames_that_the_rfc_forbids_are_refused),
      cmocka_unit_test(the_upgrade_asks_for_the_subprotocol_binary),
      cmocka_unit_test(a_good_answer_opens_the_wire),
      cmocka_unit_test(every_other_answer_is_a_refusal),
      cmocka_unit_test(pings_are_answered_with_what_they_carried),
      cmocka_unit_test(a_flood_of_pings_does_not_pile_up_answers_for_ever),
      cmocka_unit_test(close_is_answered_with_close_and_ends_the_wire),
      cmocka_unit_test(the_client_says_close_itself),
      cmocka_unit_test(a_broken_frame_fails_the_wire),
      cmocka_unit_test(every_frame_has_a_mask_of_its_own),
      cmocka_unit_test(the_server_upgrades_apiws_and_nothing_else),
      cmocka_unit_test(inside_websocket_the_server_takes_obfuscation_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
