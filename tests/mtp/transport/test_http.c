/* HTTP: heads and chunked bodies, the framing that packets ride on, and the server's side. */
#include <stdio.h>

#include "transport/http/http_head.h"
#include "wire_fixture.h"

static bytes sent;

/* ---- heads ---- */

static bool parse_response(const char *text, mtp_http_head *head) {
  size_t n = strlen(text);
  assert_int_equal(mtp_http_head_size((const uint8_t *)text, n), n);
  return mtp_http_parse_response((const uint8_t *)text, n, head);
}

/* proves TR-14 */
static void heads_tell_status_length_and_end_of_the_connection(void **state) {
  mtp_http_head head;
  (void)state;
  assert_true(parse_response("HTTP/1.1 200 OK\r\nContent-Length:  17 \r\n\r\n", &head));
  assert_int_equal(head.status, 200);
  assert_true(head.has_length && head.length == 17 && !head.close && !head.chunked);
  assert_true(parse_response("HTTP/1.0 404\r\nconnection: Foo,\tCLOSE\r\n\r\n", &head));
  assert_true(head.status == 404 && head.close && !head.has_length);
  assert_true(parse_response("HTTP/1.0 200 x\r\n\r\n", &head) && head.close);
  assert_true(parse_response("HTTP/1.0 200 x\r\nConnection: keep-alive\r\n\r\n", &head));
  assert_false(head.close);
  assert_true(parse_response("HTTP/1.1 200 x\r\nTransfer-Encoding: Chunked\r\n\r\n", &head));
  assert_true(head.chunked && !head.close);
}

static void heads_that_are_broken_or_ambiguous_are_refused(void **state) {
  static const char *const bad[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
      "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
      "HTTP/1.1 200 OK\r\nName : blank\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 2000\r\n\r\n",
      "HTTP/1.2 200 OK\r\n\r\n",
      "HTTP/1.1\r\n\r\n",
      "\r\n\r\n",
  };
  mtp_http_head head;
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (parse_response(bad[i], &head))
      fail_msg("taken: %s", bad[i]);
}

static void fields_are_found_whatever_their_case(void **state) {
  mtp_http_head head;
  (void)state;
  assert_true(parse_response("HTTP/1.1 200 x\r\nX-A: 1\r\nx-a: two, Three\r\nX-B:\r\n\r\n", &head));
  assert_int_equal(mtp_http_field(&head, "x-a").size, 1);
  assert_true(mtp_http_field(&head, "x-b").data && mtp_http_field(&head, "x-b").size == 0);
  assert_null(mtp_http_field(&head, "x-c").data);
  assert_true(mtp_http_field_has(&head, "x-a", "three"));
  assert_false(mtp_http_field_has(&head, "x-a", "thre"));
}

/* ---- chunked bodies ---- */

static mtp_chunk_state read_chunked(const char *in, size_t step, size_t limit, tl_buffer *out,
                                    size_t *used) {
  mtp_chunked chunked = {.state = MTP_CHUNK_SIZE};
  size_t n = strlen(in);
  tl_buffer_init(out, NULL, 0);
  for (*used = 0; *used < n && chunked.state < MTP_CHUNK_DONE;) {
    size_t size = n - *used < step ? n - *used : step;
    *used += mtp_chunked_read(&chunked, (const uint8_t *)in + *used, size, out, limit);
  }
  return chunked.state;
}

/* proves TR-14 */
static void chunked_bodies_are_read_in_any_fragmentation(void **state) {
  static const char in[] =
      "4;name=value\r\nWiki\r\n05\r\npedia\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  (void)state;
  for (size_t step = 1; step < sizeof in; step++) {
    tl_buffer out;
    size_t used;
    char text[100];
    snprintf(text, sizeof text, "%srest", in);
    assert_int_equal(read_chunked(text, step, 100, &out, &used), MTP_CHUNK_DONE);
    assert_int_equal(used, sizeof in - 1);
    assert_int_equal(out.size, 19);
    assert_memory_equal(out.data, "Wikipedia0123456789", 19);
    tl_buffer_free(&out);
  }
}

static void chunked_bodies_are_bounded_and_checked(void **state) {
  static const struct {
    const char *in;
    mtp_chunk_state state;
  } cases[] = {
      {"x\r\n", MTP_CHUNK_BAD},
      {"\r\n", MTP_CHUNK_BAD},
      {"123456789\r\n", MTP_CHUNK_BAD},
      {"2\r\nabc", MTP_CHUNK_BAD},
      {"65\r\nabc", MTP_CHUNK_TOO_BIG},
      {"ffffffff\r\na", MTP_CHUNK_TOO_BIG},
      {"60\r\n"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "a"
       "aaaa\r\n5\r\na",
       MTP_CHUNK_TOO_BIG},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tl_buffer out;
    size_t used;
    assert_int_equal(read_chunked(cases[i].in, 1, 100, &out, &used), cases[i].state);
    tl_buffer_free(&out);
  }
  mtp_chunked endless = {.state = MTP_CHUNK_SIZE};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_chunked_read(&endless, (const uint8_t *)"0\r\n", 3, &out, 100);
  for (int i = 0; i < 5000; i++)
    mtp_chunked_read(&endless, (const uint8_t *)"t", 1, &out, 100);
  assert_int_equal(endless.state, MTP_CHUNK_BAD);
}

/* ---- the client ---- */

static mtp_wire *open_http(size_t max_packet) {
  mtp_wire_options options = wire_options("http", NULL);
  options.port = 80;
  options.max_packet = max_packet;
  mtp_wire *wire = wire_started(&options);
  expect_event(wire, MTP_WIRE_CONNECTED);
  return wire;
}

static void ask(mtp_wire *wire) {
  assert_true(mtp_wire_ready(wire));
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of("abcd", 4), true));
  assert_false(mtp_wire_ready(wire));
  assert_int_equal(mtp_wire_send(wire, tl_bytes_of("abcd", 4), false), MTP_ERR_ARGUMENT);
  take_output(wire, &sent);
}

static void give_text(mtp_wire *wire, const char *text, size_t step) {
  give(wire, text, strlen(text), step);
}

/* proves TR-14 */
static void each_packet_is_one_post(void **state) {
  (void)state;
  mtp_wire *wire = open_http(0);
  assert_true(mtp_wire_is_http(wire));
  ask(wire);
  sent.data[sent.size] = 0;
  assert_string_equal((const char *)sent.data,
                      "POST /api HTTP/1.1\r\nHost: dc.test\r\nConnection: keep-alive\r\n"
                      "Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\nabcd");
  mtp_wire_destroy(wire);
}

#define BODY "0123456789abcdef0123"

/* proves TR-14 */
static void every_form_of_response_is_a_packet_and_the_next_can_follow(void **state) {
  static const char *const answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" BODY,
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" BODY,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" BODY "\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "a\r\n0123456789\r\n6\r\nabcdef\r\n4\r\n0123\r\n0\r\nX: y\r\n\r\n",
  };
  (void)state;
  for (size_t step = 1; step < 200; step += 33) {
    mtp_wire *wire = open_http(0);
    for (size_t i = 0; i < 8; i++) {
      ask(wire);
      give_text(wire, answers[i % 4], step);
      mtp_wire_event event = expect_event(wire, MTP_WIRE_PACKET);
      assert_int_equal(event.packet.size, 20);
      assert_memory_equal(event.packet.data, BODY, 20);
      expect_event(wire, MTP_WIRE_NONE);
    }
    mtp_wire_destroy(wire);
  }
}

/* proves TR-6 */
static void any_other_status_is_a_transport_error_and_its_body_ignored(void **state) {
  static const struct {
    const char *answer;
    int32_t code;
  } cases[] = {
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello", -404},
      {"HTTP/1.1 429 Slow\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", -429},
      {"HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n", -500},
      {"HTTP/1.1 204 x\r\n\r\n", -204},
  };
  (void)state;
  mtp_wire *wire = open_http(0);
  for (size_t i = 0; i < 4; i++) {
    ask(wire);
    give_text(wire, cases[i].answer, 1);
    assert_int_equal(expect_event(wire, MTP_WIRE_TRANSPORT_ERROR).code, cases[i].code);
    expect_event(wire, MTP_WIRE_NONE);
  }
  ask(wire);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void an_empty_response_is_no_packet(void **state) {
  (void)state;
  mtp_wire *wire = open_http(0);
  ask(wire);
  give_text(wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1);
  expect_event(wire, MTP_WIRE_NONE);
  ask(wire);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void a_response_that_closes_is_delivered_and_then_the_end(void **state) {
  (void)state;
  mtp_wire *wire = open_http(0);
  ask(wire);
  give_text(wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\n" BODY, 1);
  expect_event(wire, MTP_WIRE_PACKET);
  assert_false(mtp_wire_ready(wire));
  expect_failure(wire, MTP_FAIL_CLOSED);
  mtp_wire_destroy(wire);

  wire = open_http(0);
  ask(wire);
  give_text(wire, "HTTP/1.0 200 OK\r\n\r\n" BODY, 1);
  expect_event(wire, MTP_WIRE_NONE);
  mtp_wire_eof(wire);
  assert_int_equal(expect_event(wire, MTP_WIRE_PACKET).packet.size, 20);
  expect_failure(wire, MTP_FAIL_CLOSED);
  mtp_wire_destroy(wire);
}

static void expect_bad_response(const char *answer, mtp_cause kind) {
  mtp_wire *wire = open_http(1024);
  ask(wire);
  give_text(wire, answer, 1);
  expect_failure(wire, kind);
  mtp_wire_destroy(wire);
}

/* proves TR-4, TR-14 */
static void responses_that_are_too_long_or_none_fail_the_wire(void **state) {
  (void)state;
  expect_bad_response("HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n", MTP_FAIL_OVERSIZED);
  expect_bad_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n401\r\na",
                      MTP_FAIL_OVERSIZED);
  expect_bad_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                      MTP_FAIL_GARBAGE);
  expect_bad_response("HTTP/1.1 101 Switch\r\n\r\n", MTP_FAIL_GARBAGE);
  expect_bad_response("SSH-2.0-x\r\n\r\n", MTP_FAIL_GARBAGE);
}

static void an_endless_body_or_header_fails_the_wire(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    mtp_wire_event event = {.kind = MTP_WIRE_NONE};
    mtp_wire *wire = open_http(1024);
    ask(wire);
    give_text(wire, i ? "HTTP/1.0 200 OK\r\n\r\n" : "HTTP/1.1 200 OK\r\nX: ", 100);
    for (int n = 0; n < 20000 && event.kind == MTP_WIRE_NONE; n++) {
      mtp_wire_recv(wire, "x", 1);
      mtp_wire_next(wire, &event);
    }
    assert_int_equal(event.kind, MTP_WIRE_FAILED);
    assert_int_equal(event.failure->kind, MTP_FAIL_OVERSIZED);
    mtp_wire_destroy(wire);
  }
}

/* proves TR-14 */
static void an_answer_that_nobody_asked_for_fails_the_wire(void **state) {
  (void)state;
  mtp_wire *wire = open_http(0);
  give_text(wire, "HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n", 1000);
  expect_failure(wire, MTP_FAIL_GARBAGE);
  mtp_wire_destroy(wire);
}

/* proves TR-14 */
static void a_response_cut_anywhere_is_no_packet(void **state) {
  static const char answer[] =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" BODY "\r\n0\r\n\r\n";
  (void)state;
  for (size_t n = 0; n < sizeof answer - 1; n++) {
    mtp_wire *wire = open_http(0);
    ask(wire);
    give(wire, answer, n, 3);
    mtp_wire_eof(wire);
    expect_failure(wire, MTP_FAIL_CLOSED);
    mtp_wire_destroy(wire);
  }
}

/* ---- the server ---- */

static dc_wire *server_with(const char *text, size_t step) {
  dc_wire_options options = {.max_packet = 1024};
  dc_wire *server = NULL;
  assert_tl_ok(dc_wire_create(&options, &server));
  size_t n = strlen(text);
  for (size_t at = 0; at < n; at += step)
    dc_wire_recv(server, text + at, n - at < step ? n - at : step);
  return server;
}

static const char *server_output(dc_wire *server) {
  tl_bytes out = dc_wire_output(server);
  sent.size = 0;
  bytes_add(&sent, out.data, out.size);
  sent.data[sent.size] = 0;
  dc_wire_written(server, out.size);
  return (const char *)sent.data;
}

static void the_server_answers_what_is_not_for_it_with_a_status(void **state) {
  static const struct {
    const char *request, *status;
  } cases[] = {
      {"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd", " 404 "},
      {"OPTIONS /api HTTP/1.1\r\n\r\n", " 405 "},
      {"HEAD /api HTTP/1.1\r\n\r\n", " 405 "},
      {"POST /api HTTP/1.1\r\n\r\n", " 411 "},
      {"POST /api HTTP/1.1\r\nContent-Length: 1028\r\n\r\n", " 413 "},
      {"POST /api\r\n\r\n", " 400 "},
      {"GET /api HTTP/1.1\r\n\r\n", " 404 "},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dc_wire *server = server_with(cases[i].request, 1);
    expect_server_event(server, DC_WIRE_FAILED);
    assert_non_null(strstr(server_output(server), cases[i].status));
    assert_true(dc_wire_finished(server));
    dc_wire_destroy(server);
  }
}

/* proves TR-14 */
static void the_server_answers_requests_one_after_the_other(void **state) {
  (void)state;
  dc_wire *server = server_with("POST /api HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd"
                                "POST /apiw1 HTTP/1.1\r\nContent-Length: 4\r\n\r\nefgh"
                                "POST /api_test HTTP/1.0\r\nContent-Length: 4\r\n\r\nijkl",
                                1000);
  assert_memory_equal(expect_server_event(server, DC_WIRE_PACKET).packet.data, "abcd", 4);
  expect_server_event(server, DC_WIRE_NONE);
  assert_tl_ok(dc_wire_send(server, tl_bytes_of("1234", 4)));
  assert_int_equal(dc_wire_send(server, tl_bytes_of("1234", 4)), TL_ERR_ARGUMENT);
  assert_non_null(strstr(server_output(server), "Content-Length: 4\r\n\r\n1234"));
  assert_memory_equal(expect_server_event(server, DC_WIRE_PACKET).packet.data, "efgh", 4);
  assert_tl_ok(dc_wire_send(server, tl_bytes_of("", 0)));
  assert_non_null(strstr(server_output(server), " 200 OK"));
  assert_memory_equal(expect_server_event(server, DC_WIRE_PACKET).packet.data, "ijkl", 4);
  assert_false(dc_wire_finished(server));
  assert_tl_ok(dc_wire_send_error(server, -404));
  assert_non_null(strstr(server_output(server), " 404 "));
  assert_true(dc_wire_finished(server));
  dc_wire_destroy(server);
}

/* proves RB-4 */
static void a_response_given_up_in_its_middle_leaves_nothing(void **state) {
  static const char half[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nsome";
  (void)state;
  counting_allocator counting;
  mtp_wire *wire = NULL;
  uint8_t *packet = packet_new(40, 1);
  counting_init(&counting, 0);
  mtp_wire_options options = wire_options("http", NULL);
  options.allocator = &counting.allocator;
  assert_int_equal(mtp_wire_create(&options, &wire, NULL), MTP_OK);
  mtp_wire_start(wire, 0, 0);
  expect_event(wire, MTP_WIRE_CONNECTED);
  assert_tl_ok(mtp_wire_send(wire, tl_bytes_of(packet, 40), false));
  give(wire, half, sizeof half - 1, sizeof half);
  expect_event(wire, MTP_WIRE_NONE);
  mtp_wire_destroy(wire);
  assert_int_equal(counting.live_bytes, 0);
  free(packet);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heads_tell_status_length_and_end_of_the_connection),
      cmocka_unit_test(heads_that_are_broken_or_ambiguous_are_refused),
      cmocka_unit_test(fields_are_found_whatever_their_case),
      cmocka_unit_test(chunked_bodies_are_read_in_any_fragmentation),
      cmocka_unit_test(chunked_bodies_are_bounded_and_checked),
      cmocka_unit_test(each_packet_is_one_post),
      cmocka_unit_test(every_form_of_response_is_a_packet_and_the_next_can_follow),
      cmocka_unit_test(any_other_status_is_a_transport_error_and_its_body_ignored),
      cmocka_unit_test(an_empty_response_is_no_packet),
      cmocka_unit_test(a_response_that_closes_is_delivered_and_then_the_end),
      cmocka_unit_test(responses_that_are_too_long_or_none_fail_the_wire),
      cmocka_unit_test(an_endless_body_or_header_fails_the_wire),
      cmocka_unit_test(an_answer_that_nobody_asked_for_fails_the_wire),
      cmocka_unit_test(a_response_cut_anywhere_is_no_packet),
      cmocka_unit_test(a_response_given_up_in_its_middle_leaves_nothing),
      cmocka_unit_test(the_server_answers_what_is_not_for_it_with_a_status),
      cmocka_unit_test(the_server_answers_requests_one_after_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
