/* Service messages: pings, salts, states, announced answers (MS-12 to MS-14, MS-18). */
#include "rig.h"

#include <tl/wire.h>

enum { HELLO_MS = 250 };

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

static void open_with_pings(rig *r) {
  rig_init(r);
  r->config.ping_ms = 60000;
  rig_open(r);
}

/* And the server knows of the connection. */
static void start_with_pings(rig *r) {
  open_with_pings(r);
  rig_pass(r, HELLO_MS);
  say_pong(r, next_of(r, ID_PING_DELAY));
  assert_non_null(rig_event(r, MTP_ENGINE_EVENT_PONG));
  r->peer.last_id = 0;
}

/* proves MS-13 */
static void test_pings_go_out_and_pongs_come_back(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  assert_int_equal(rig_flush(&r), 0);
  for (int i = 0; i < 5; i++) {
    assert_true(mtp_engine_deadline(r.engine, r.now) == r.now.monotonic_ms + 60000);
    rig_pass(&r, 60000);
    const peer_message *ping = next_of(&r, ID_PING_DELAY);
    assert_non_null(ping);
    assert_int_equal(tl_load32(ping->body.data + 12), 75);
    r.now.monotonic_ms += 120;
    assert_int_equal(say_pong(&r, ping), MTP_OK);
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_PONG, 0)->value, 120);
    r.now.monotonic_ms -= 120;
    r.peer.last_id = 0;
  }
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves MS-13 */
static void test_a_connection_of_which_nothing_is_wanted_starts_with_a_ping(void **state) {
  (void)state;
  rig r;
  open_with_pings(&r);
  for (int i = 0; i < 3; i++) {
    assert_true(mtp_engine_deadline(r.engine, r.now) == r.now.monotonic_ms + HELLO_MS);
    rig_pass(&r, HELLO_MS - 1);
    assert_int_equal(rig_flush(&r), 0);
    rig_pass(&r, 1);
    say_pong(&r, next_of(&r, ID_PING_DELAY));
    assert_true(mtp_engine_deadline(r.engine, r.now) == r.now.monotonic_ms + 60000);
    rig_disconnect(&r);
    rig_connect(&r);
    r.peer.last_id = 0;
  }
  rig_end(&r);
}

/* proves MS-13 */
static void test_a_query_tells_of_the_connection_as_well(void **state) {
  (void)state;
  rig r;
  open_with_pings(&r);
  rig_query(&r, 1, NULL);
  say_answer(&r, next_of(&r, ID_QUERY)->msg_id, 1);
  rig_pass(&r, 59000);
  assert_null(next_of(&r, ID_PING_DELAY));
  rig_pass(&r, 1000);
  assert_non_null(next_of(&r, ID_PING_DELAY));
  rig_end(&r);
}

/* proves MS-13 */
static void test_a_missing_pong_means_reconnect(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  rig_pass(&r, 60000);
  assert_non_null(next_of(&r, ID_PING_DELAY));
  rig_pass(&r, r.config.pong_ms - 1);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_pass(&r, 1);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_RECONNECT, 0)->reason, MTP_RECONNECT_PONG);
  assert_true(mtp_engine_deadline(r.engine, r.now) == INT64_MAX);
  rig_end(&r);
}

/* proves MS-13 */
static void test_a_wrong_pong_is_none(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  rig_pass(&r, 60000);
  peer_message *ping = peer_next(&r.peer, (rig_flush(&r), ID_PING_DELAY));
  tl_store64(ping->body.data + 4, tl_load64(ping->body.data + 4) + 1);
  say_pong(&r, ping);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_PONG));
  rig_end(&r);
}

/* proves MS-13 */
static void test_data_keeps_the_connection_only_so_long(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  rig_pass(&r, 60000);
  assert_non_null(next_of(&r, ID_PING_DELAY));
  int seconds = 0;
  while (seconds < 200 && !rig_event(&r, MTP_ENGINE_EVENT_RECONNECT)) {
    rig_pass(&r, 1000);
    rig_flush(&r);
    say_update(&r, 1); /* it talks, but never answers the ping */
    rig_forget(&r);
    seconds++;
    if (mtp_engine_poll_packet(r.engine, r.now, &r.packet, NULL) == MTP_ENGINE_NOTHING &&
        mtp_engine_deadline(r.engine, r.now) == INT64_MAX)
      break;
  }
  assert_int_equal(seconds, 75);
  rig_end(&r);
}

/* proves MS-13, RB-5 */
static void test_silence_after_a_query_is_probed(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  rig_pass(&r, r.config.probe_ms - 1);
  assert_null(next_of(&r, ID_PING_DELAY));
  rig_pass(&r, 1);
  assert_non_null(next_of(&r, ID_PING_DELAY));
  rig_pass(&r, r.config.pong_ms);
  rig_expect(&r, MTP_ENGINE_EVENT_RECONNECT, 0);
  rig_end(&r);
}

/* proves MS-10, MS-13 */
static void test_a_ping_with_a_bad_salt_is_sent_again(void **state) {
  (void)state;
  rig r;
  start_with_pings(&r);
  rig_pass(&r, 60000);
  int64_t first = next_of(&r, ID_PING_DELAY)->msg_id;
  say_bad_salt(&r, first, 8);
  const peer_message *again = next_of(&r, ID_PING_DELAY);
  assert_int_equal(again->salt, 8);
  say_pong(&r, again);
  rig_expect(&r, MTP_ENGINE_EVENT_PONG, 0);
  rig_end(&r);
}

/* proves MS-18, RB-5 */
static void test_timers_do_not_look_at_the_wall_clock(void **state) {
  (void)state;
  static const int64_t jumps[] = {86400000, -86400000};
  for (size_t i = 0; i < 2; i++) {
    rig r;
    start_with_pings(&r);
    mtp_token token = rig_query(&r, 1, NULL);
    int64_t id = next_of(&r, ID_QUERY)->msg_id;
    r.now.wall_ms += jumps[i];
    rig_pass(&r, 0);
    assert_int_equal(rig_flush(&r), 0);
    assert_int_equal(say_answer(&r, id, 1), MTP_OK);
    rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
    rig_disconnect(&r);
    rig_connect(&r);
    rig_query(&r, 2, NULL);
    const peer_message *query = next_of(&r, ID_QUERY);
    assert_int_equal(query->msg_id >> 32, WALL_START / 1000);
    assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
    rig_end(&r);
  }
}

/* ---- salts ---- */

static void start_with_salts(rig *r) {
  rig_init(r);
  r->config.no_future_salts = false;
  rig_open(r);
}

static void put_salt(rig *r, int64_t since_s, int64_t until_s, int64_t salt) {
  put32(&r->body, (uint32_t)(WALL_START / 1000 + since_s));
  put32(&r->body, (uint32_t)(WALL_START / 1000 + until_s));
  put64(&r->body, salt);
}

static mtp_cause say_salts(rig *r, int64_t req_id) {
  say_begin(r, 0xae500895);
  put64(&r->body, req_id);
  put32(&r->body, (uint32_t)(WALL_START / 1000));
  put32(&r->body, 2);
  put_salt(r, 900, 3600, 22);
  put_salt(r, -900, 1000, 11);
  return say(r, false);
}

/* proves MS-12 */
static void test_salts_are_fetched_ahead_and_used_in_time(void **state) {
  (void)state;
  rig r;
  start_with_salts(&r);
  assert_null(next_of(&r, ID_GET_SALTS)); /* not before the server has shown itself */
  say_update(&r, 1);
  const peer_message *request = next_of(&r, ID_GET_SALTS);
  assert_int_equal(tl_load32(request->body.data + 4), 32);
  assert_int_equal(say_salts(&r, request->msg_id - 4), MTP_OK); /* not asked for */
  assert_int_equal(rig_salt(&r), r.peer.salt);
  assert_int_equal(say_salts(&r, request->msg_id), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_SALT, 0)->value, 11);
  rig_pass(&r, 899000);
  rig_query(&r, 1, NULL);
  assert_int_equal(next_of(&r, ID_QUERY)->salt, 11);
  rig_pass(&r, 1000);
  rig_query(&r, 1, NULL);
  assert_int_equal(next_of(&r, ID_QUERY)->salt, 22);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_SALT, 0)->value, 22);
  rig_end(&r);
}

/* proves MS-12 */
static void test_salts_are_fetched_again_before_they_end(void **state) {
  (void)state;
  rig r;
  start_with_salts(&r);
  say_update(&r, 1);
  say_salts(&r, next_of(&r, ID_GET_SALTS)->msg_id);
  rig_pass(&r, 3540000);
  say_update(&r, 1);
  assert_null(next_of(&r, ID_GET_SALTS)); /* ends in just a minute: not yet short */
  assert_true(mtp_engine_deadline(r.engine, r.now) <= r.now.monotonic_ms + 1000);
  rig_pass(&r, 1000);
  assert_non_null(next_of(&r, ID_GET_SALTS));
  rig_end(&r);
}

/* proves MS-12 */
static void test_salts_are_asked_for_once_a_minute(void **state) {
  (void)state;
  rig r;
  start_with_salts(&r);
  say_update(&r, 1);
  assert_non_null(next_of(&r, ID_GET_SALTS));
  for (int i = 0; i < 59; i++) {
    rig_pass(&r, 1000);
    say_update(&r, 1);
    assert_null(next_of(&r, ID_GET_SALTS));
    rig_forget(&r);
  }
  rig_pass(&r, 1000);
  assert_non_null(next_of(&r, ID_GET_SALTS));
  rig_end(&r);
}

/* proves MS-12 */
static void test_a_salt_outlives_the_session(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t id = next_of(&r, ID_QUERY)->msg_id;
  say_bad_salt(&r, id, 1234);
  id = next_of(&r, ID_QUERY)->msg_id;
  say_bad_msg(&r, id, 32); /* a new session */
  assert_int_equal(next_of(&r, ID_QUERY)->salt, 1234);
  rig_end(&r);
}

/* ---- states and announced answers ---- */

/* proves MS-2, MS-14 */
static void test_the_server_is_told_what_came(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t ids[4];
  ids[0] = peer_id(&r.peer, false);
  ids[1] = peer_id(&r.peer, false); /* never sent */
  say_begin(&r, ID_UPDATE);
  put32(&r.body, 1);
  peer_seal(&r.peer, r.peer.session_id, ids[0], 1, &r.body);
  rig_deliver(&r);
  say_update(&r, 2);
  ids[2] = r.peer.last_id + (1ll << 32);
  ids[3] = 4; /* no message of the server's */
  say_begin(&r, (uint32_t)ID_STATE_REQ);
  put_longs(&r.body, ids, 4);
  say(&r, true);
  const peer_message *info = next_of(&r, ID_STATE_INFO);
  assert_int_equal((int64_t)tl_load64(info->body.data + 4), r.peer.last_id);
  assert_int_equal(info->body.data[12], 4);
  assert_memory_equal(info->body.data + 13, "\4\2\3\1", 4);
  rig_end(&r);
}

static void begin_detailed(rig *r, int64_t msg_id, int64_t answer_id) {
  say_begin(r, 0x276d3ec6);
  put64(&r->body, msg_id);
  put64(&r->body, answer_id);
  put32(&r->body, 100);
  put32(&r->body, 0);
}

/* proves MS-14 */
static void test_an_announced_answer_is_asked_for(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t id = next_of(&r, ID_QUERY)->msg_id, answer = peer_id(&r.peer, true);
  begin_detailed(&r, id, answer);
  assert_int_equal(say(&r, false), MTP_OK);
  const peer_message *request = next_of(&r, ID_RESEND_REQ);
  assert_int_equal(longs_in(&request->body), 1);
  assert_int_equal(long_of(&request->body, 0), answer);
  assert_int_equal(rig_flush(&r), 0);
  say_answer(&r, id, 9); /* under another id, as it happens */
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  int64_t known = r.peer.last_id;
  rig_flush(&r);
  peer_forget(&r.peer);
  begin_detailed(&r, id, known); /* it has come */
  say(&r, false);
  assert_int_equal(long_of(&next_of(&r, ID_ACK)->body, 0), known);
  begin_detailed(&r, id, peer_id(&r.peer, true)); /* nobody waits for it */
  say(&r, false);
  assert_null(next_of(&r, ID_RESEND_REQ));
  assert_non_null(peer_next(&r.peer, ID_ACK));
  rig_end(&r);
}

/* proves MS-14 */
static void test_an_announced_message_is_asked_for(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t id = peer_id(&r.peer, false);
  for (int i = 0; i < 2; i++) {
    say_begin(&r, 0x809db6df);
    put64(&r.body, id);
    put32(&r.body, 100);
    put32(&r.body, 0);
    say(&r, false);
  }
  const peer_message *request = next_of(&r, ID_RESEND_REQ);
  assert_int_equal(longs_in(&request->body), 1); /* once */
  assert_int_equal(long_of(&request->body, 0), id);
  rig_end(&r);
}

/* proves MS-14, MS-8 */
static void test_all_info_is_believed(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options options = {.progress = true};
  mtp_token one = rig_query(&r, 1, &options);
  int64_t ids[2] = {next_of(&r, ID_QUERY)->msg_id, 0};
  rig_query(&r, 2, &options);
  ids[1] = next_of(&r, ID_QUERY)->msg_id;
  rig_forget(&r);
  for (size_t size = 1; size <= 2; size++) { /* a length that does not match counts for nothing */
    say_begin(&r, 0x8cc0d131);
    put_longs(&r.body, ids, 2);
    put_string(&r.body, "\4\2", size);
    say(&r, false);
    assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_ACKED), size - 1);
  }
  rig_expect(&r, MTP_ENGINE_EVENT_ACKED, one);
  assert_int_equal(value_of(&next_of(&r, ID_QUERY)->body), 2);
  rig_end(&r);
}

/* proves MS-14 */
static void test_state_info_of_another_length_is_no_answer(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  rig_disconnect(&r);
  rig_connect(&r);
  peer_forget(&r.peer);
  const peer_message *request = next_of(&r, ID_STATE_REQ);
  int64_t id = request->msg_id;
  say_state(&r, id, "\1\1", 2);
  say_state(&r, id, "", 0);
  say_state(&r, id + 4, "\1", 1);
  assert_null(next_of(&r, ID_QUERY));
  say_state(&r, id, "\1", 1);
  assert_non_null(next_of(&r, ID_QUERY));
  rig_end(&r);
}

/* proves MS-8, MS-14 */
static void test_the_server_may_ask_for_a_message_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t ids[2] = {next_of(&r, ID_QUERY)->msg_id, 400};
  say_begin(&r, ID_RESEND_REQ);
  put_longs(&r.body, ids, 2);
  say(&r, true);
  rig_flush(&r);
  const peer_message *again = peer_next(&r.peer, ID_QUERY);
  assert_true(again->msg_id > ids[0]);
  const peer_message *info = peer_next(&r.peer, ID_STATE_INFO); /* one of them is not known */
  assert_int_equal(info->body.data[12], 2);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pings_go_out_and_pongs_come_back),
      cmocka_unit_test(test_a_connection_of_which_nothing_is_wanted_starts_with_a_ping),
      cmocka_unit_test(test_a_query_tells_of_the_connection_as_well),
      cmocka_unit_test(test_a_missing_pong_means_reconnect),
      cmocka_unit_test(test_a_wrong_pong_is_none),
      cmocka_unit_test(test_data_keeps_the_connection_only_so_long),
      cmocka_unit_test(test_silence_after_a_query_is_probed),
      cmocka_unit_test(test_a_ping_with_a_bad_salt_is_sent_again),
      cmocka_unit_test(test_timers_do_not_look_at_the_wall_clock),
      cmocka_unit_test(test_salts_are_fetched_ahead_and_used_in_time),
      cmocka_unit_test(test_salts_are_fetched_again_before_they_end),
      cmocka_unit_test(test_salts_are_asked_for_once_a_minute),
      cmocka_unit_test(test_a_salt_outlives_the_session),
      cmocka_unit_test(test_the_server_is_told_what_came),
      cmocka_unit_test(test_an_announced_answer_is_asked_for),
      cmocka_unit_test(test_an_announced_message_is_asked_for),
      cmocka_unit_test(test_all_info_is_believed),
      cmocka_unit_test(test_state_info_of_another_length_is_no_answer),
      cmocka_unit_test(test_the_server_may_ask_for_a_message_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
