/* What the server refuses, or asks to be done again: the rest of a refused container, requests of
 * our own that are refused again and again, answers that are announced (MS-8 to MS-14). */
#include "rig.h"

#include "engine/internal.h"
#include <tl/wire.h>

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

/* proves MS-9, MS-6 */
static void test_acknowledgements_in_a_refused_container_are_sent_again(void **state) {
  (void)state;
  static const int32_t codes[] = {16, 18, 19, 32, 33, 34, 35, 48, 64};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    bool renewed = codes[i] != 16 && codes[i] != 48 && codes[i] != 64;
    rig r;
    rig_start(&r);
    say_update(&r, 1);
    int64_t update = r.peer.last_id;
    rig_query(&r, 2, NULL);
    const peer_message *ack = next_of(&r, ID_ACK);
    assert_int_equal(long_of(&ack->body, 0), update);
    assert_int_equal(say_bad_msg(&r, ack->container, codes[i]), MTP_OK);
    rig_flush(&r);
    ack = peer_next(&r.peer, ID_ACK);
    if (renewed) { /* the server's messages of the former session went with it */
      assert_null(ack);
    } else {
      assert_non_null(ack);
      assert_int_equal(longs_in(&ack->body), 1);
      assert_int_equal(long_of(&ack->body, 0), update);
    }
    assert_int_equal(peer_count(&r.peer, ID_QUERY), 2);
    rig_end(&r);
  }
}

/* proves MS-6 */
static void test_acknowledgements_are_sent_once(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  for (uint32_t i = 0; i < 5; i++) {
    say_update(&r, i);
    const peer_message *ack = next_of(&r, ID_ACK);
    assert_int_equal(longs_in(&ack->body), 1);
    assert_int_equal(long_of(&ack->body, 0), r.peer.last_id);
    rig_query(&r, i, NULL);
    assert_null(next_of(&r, ID_ACK));
    assert_true(mtp_engine_deadline(r.engine, r.now) > r.now.monotonic_ms);
  }
  rig_end(&r);
}

static void announce(rig *r, int64_t answer_id) {
  say_begin(r, 0x809db6df); /* msg_new_detailed_info */
  put64(&r->body, answer_id);
  put32(&r->body, 100);
  put32(&r->body, 0);
  assert_int_equal(say(r, false), MTP_OK);
}

/* proves MS-9, MS-14 */
static void test_a_refused_request_for_an_answer_is_sent_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t answer = peer_id(&r.peer, false);
  announce(&r, answer);
  const peer_message *request = next_of(&r, ID_RESEND_REQ);
  assert_int_equal(say_bad_salt(&r, request->msg_id, 5), MTP_OK);
  request = next_of(&r, ID_RESEND_REQ);
  assert_non_null(request);
  assert_int_equal(longs_in(&request->body), 1);
  assert_int_equal(long_of(&request->body, 0), answer);
  assert_int_equal(request->salt, 5);
  announce(&r, answer); /* it got lost all the same */
  assert_int_equal(longs_in(&next_of(&r, ID_RESEND_REQ)->body), 1);
  rig_end(&r);
}

/* proves MS-9, MS-14 */
static void test_a_refused_answer_about_states_is_sent_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t ours = 400;
  say_begin(&r, (uint32_t)ID_STATE_REQ);
  put_longs(&r.body, &ours, 1);
  say(&r, false);
  const peer_message *info = next_of(&r, ID_STATE_INFO);
  say_bad_msg(&r, info->msg_id, 16);
  info = next_of(&r, ID_STATE_INFO);
  assert_non_null(info);
  assert_int_equal(info->body.data[12], 1);
  assert_null(next_of(&r, ID_STATE_INFO));
  rig_end(&r);
}

/* proves MS-14 */
static void test_what_has_come_is_acknowledged_and_not_asked_for(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  say_update(&r, 1);
  int64_t known = r.peer.last_id;
  rig_flush(&r);
  peer_forget(&r.peer);
  announce(&r, known);
  rig_flush(&r);
  assert_null(peer_next(&r.peer, ID_RESEND_REQ));
  assert_int_equal(long_of(&peer_next(&r.peer, ID_ACK)->body, 0), known);
  announce(&r, 4); /* no message of the server's */
  rig_flush(&r);
  assert_null(peer_next(&r.peer, ID_RESEND_REQ));
  rig_end(&r);
}

/* proves MS-14 */
static void test_the_upper_bits_of_a_state_change_nothing(void **state) {
  (void)state;
  for (int high = 0; high < 256; high += 8) {
    rig r;
    rig_start(&r);
    rig_query(&r, 1, NULL);
    rig_query(&r, 2, NULL);
    rig_flush(&r);
    peer_forget(&r.peer);
    rig_disconnect(&r);
    rig_connect(&r);
    const uint8_t info[] = {(uint8_t)(2 | high), (uint8_t)(4 | high)};
    say_state(&r, next_of(&r, ID_STATE_REQ)->msg_id, info, 2);
    assert_int_equal(value_of(&next_of(&r, ID_QUERY)->body), 1);
    assert_null(peer_next(&r.peer, ID_QUERY));
    rig_end(&r);
  }
}

/* ---- servers that refuse ---- */

/* Refuses ping after ping, with a salt that is always the same; returns how many it took. */
static int refused_pings(rig *r, int32_t code) {
  int count = 0;
  rig_pass(r, 60000);
  for (; count < 100; count++) {
    const peer_message *ping = next_of(r, ID_PING_DELAY);
    if (!ping)
      break;
    if (code == 48)
      say_bad_salt(r, ping->container ? ping->container : ping->msg_id, r->key.salt);
    else
      say_bad_msg(r, ping->container ? ping->container : ping->msg_id, code);
  }
  return count;
}

/* proves MS-9, MS-10 */
static void test_pings_are_not_refused_for_ever(void **state) {
  (void)state;
  static const int32_t codes[] = {16, 48, 64};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    rig r;
    rig_init(&r);
    r.config.ping_ms = 60000;
    rig_open(&r);
    assert_int_equal(refused_pings(&r, codes[i]), 6);
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_RECONNECT, 0)->reason, MTP_RECONNECT_REFUSED);
    rig_disconnect(&r);
    rig_connect(&r); /* nothing at once there either */
    assert_null(next_of(&r, ID_PING_DELAY));
    rig_end(&r);
  }
}

/* proves MS-9, MS-13 */
static void test_a_ping_refused_now_and_then_costs_no_connection(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ping_ms = 60000;
  rig_open(&r);
  for (int64_t salt = 100; salt < 150; salt++) {
    rig_pass(&r, 61000);
    say_bad_salt(&r, next_of(&r, ID_PING_DELAY)->msg_id, salt);
    const peer_message *again = next_of(&r, ID_PING_DELAY);
    assert_int_equal(again->salt, salt);
    say_pong(&r, again);
    rig_expect(&r, MTP_ENGINE_EVENT_PONG, 0);
    rig_forget(&r);
  }
  rig_end(&r);
}

/* What was sent is kept for a while, should it be refused, and not for good. */
static void test_nothing_is_kept_of_what_was_acknowledged(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  for (uint32_t i = 0; i < 100; i++)
    say_update(&r, i);
  rig_forget(&r);
  rig_flush(&r);
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  assert_int_equal(r.engine->acks.count, 100);
  rig_pass(&r, 60000);
  rig_query(&r, 2, NULL);
  rig_flush(&r);
  assert_null(r.engine->acks.items);
  rig_end(&r);
}

/* proves MS-10 */
static void test_a_salt_may_change_often_if_it_works_in_between(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (int64_t salt = 100; salt < 150; salt++) {
    rig_query(&r, 1, NULL);
    say_bad_salt(&r, next_of(&r, ID_QUERY)->msg_id, salt);
    const peer_message *again = next_of(&r, ID_QUERY);
    assert_int_equal(again->salt, salt);
    say_answer(&r, again->msg_id, 1);
    rig_forget(&r);
  }
  assert_int_equal(mtp_engine_pending(r.engine), 0);
  rig_end(&r);
}

/* proves MS-9, MS-12 */
static void test_48_without_a_salt_asks_for_salts(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.no_future_salts = false;
  rig_open(&r);
  say_update(&r, 1);
  int64_t request = next_of(&r, ID_GET_SALTS)->msg_id;
  say_begin(&r, 0xae500895);
  put64(&r.body, request);
  put32(&r.body, (uint32_t)(WALL_START / 1000));
  put32(&r.body, 1);
  put32(&r.body, (uint32_t)(WALL_START / 1000 - 10));
  put32(&r.body, (uint32_t)(WALL_START / 1000 + 3600));
  put64(&r.body, 77);
  say(&r, false);
  rig_query(&r, 1, NULL);
  const peer_message *query = next_of(&r, ID_QUERY);
  assert_int_equal(query->salt, 77);
  assert_null(next_of(&r, ID_GET_SALTS));
  say_bad_msg(&r, query->msg_id, 48);
  rig_flush(&r);
  assert_non_null(peer_next(&r.peer, ID_GET_SALTS)); /* what was known is worth nothing */
  assert_non_null(peer_next(&r.peer, ID_QUERY));
  rig_end(&r);
}

/* proves MS-12 */
static void test_an_answer_about_salts_counts_once(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.no_future_salts = false;
  rig_open(&r);
  say_update(&r, 1);
  int64_t request = next_of(&r, ID_GET_SALTS)->msg_id;
  for (int64_t salt = 1; salt <= 2; salt++) {
    say_begin(&r, 0xae500895);
    put64(&r.body, request);
    put32(&r.body, (uint32_t)(WALL_START / 1000));
    put32(&r.body, 1);
    put32(&r.body, (uint32_t)(WALL_START / 1000 - 10));
    put32(&r.body, (uint32_t)(WALL_START / 1000 + 3600));
    put64(&r.body, salt);
    say(&r, false);
  }
  assert_int_equal(rig_salt(&r), 1);
  rig_end(&r);
}

/* proves MS-13, MS-17 */
static void test_defaults_are_those_of_the_protocol(void **state) {
  (void)state;
  mtp_engine_config config;
  mtp_engine_config_init(&config);
  assert_int_equal(config.ping_ms, 60000);
  assert_int_equal(config.ping_delay_s, 75);
  assert_true(config.pong_ms <= 15000); /* well before the server hangs up */
  assert_int_equal(config.http_max_delay, 0);
  assert_int_equal(config.http_wait_after, 0);
  assert_int_equal(config.http_max_wait, 25000);
}

/* proves MS-17 */
static void test_there_is_no_http_wait_but_over_http(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ping_ms = 60000;
  rig_open(&r);
  for (int i = 0; i < 10; i++) {
    assert_null(next_of(&r, ID_HTTP_WAIT));
    mtp_engine_long_poll_done(r.engine, r.now);
    rig_query(&r, 1, NULL);
    rig_pass(&r, 10000);
    if (i == 5) {
      rig_disconnect(&r);
      rig_connect(&r);
    }
  }
  assert_null(next_of(&r, ID_HTTP_WAIT));
  rig_end(&r);
}

/* proves MS-17 */
static void test_over_http_no_ping_is_due(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.http = true;
  r.config.ping_ms = 60000;
  rig_open(&r);
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  rig_pass(&r, 20000); /* beyond the time of a probe, before anything else */
  assert_int_equal(rig_flush(&r), 0);
  assert_true(mtp_engine_deadline(r.engine, r.now) > r.now.monotonic_ms);
  assert_int_equal(peer_count(&r.peer, ID_PING_DELAY) + peer_count(&r.peer, ID_PING), 0);
  rig_end(&r);
}

/* proves MS-18 */
static void test_a_jump_of_the_wall_clock_loses_no_pong(void **state) {
  (void)state;
  static const int64_t jumps[] = {86400000, -86400000};
  for (size_t i = 0; i < 2; i++) {
    rig r;
    rig_init(&r);
    r.config.ping_ms = 60000;
    rig_open(&r);
    rig_pass(&r, 60000);
    const peer_message *ping = next_of(&r, ID_PING_DELAY);
    r.now.wall_ms += jumps[i];
    mtp_engine_tick(r.engine, r.now);
    assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
    say_pong(&r, ping);
    rig_expect(&r, MTP_ENGINE_EVENT_PONG, 0);
    assert_true(mtp_engine_deadline(r.engine, r.now) == r.now.monotonic_ms + 60000);
    rig_end(&r);
  }
}

/* ---- what is sent again, and what is not ---- */

/* proves MS-8 */
static void test_what_the_server_has_is_not_sent_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options idempotent = {.idempotent = true};
  rig_query(&r, 1, &idempotent);
  say_ack(&r, next_of(&r, ID_QUERY)->msg_id);
  rig_disconnect(&r);
  rig_connect(&r);
  assert_null(next_of(&r, ID_QUERY));
  assert_non_null(peer_next(&r.peer, ID_STATE_REQ));
  rig_end(&r);
}

/* proves MS-8, MS-11 */
static void test_once_is_not_sent_to_a_server_that_forgot(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options once = {.once = true};
  mtp_token risky = rig_query(&r, 1, &once);
  int64_t id = next_of(&r, ID_QUERY)->msg_id;
  say_new_session(&r, id + 4, 8, r.peer.salt);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, risky)->fail, MTP_ERR_UNCERTAIN);
  assert_null(next_of(&r, ID_QUERY));
  rig_end(&r);
}

/* proves MS-8 */
static void test_a_late_query_is_not_sent_again_without_a_word(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t id = next_of(&r, ID_QUERY)->msg_id;
  for (int i = 0; i < 120; i++) { /* it answers pings, but tells no states */
    rig_pass(&r, 1000);
    rig_flush(&r);
    for (const peer_message *ping; (ping = peer_next(&r.peer, ID_PING));)
      say_pong(&r, ping);
  }
  assert_true(peer_count(&r.peer, ID_STATE_REQ) > 0);
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 0);
  assert_true(mtp_engine_msg_id(r.engine, token) == id);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_acknowledgements_in_a_refused_container_are_sent_again),
      cmocka_unit_test(test_acknowledgements_are_sent_once),
      cmocka_unit_test(test_a_refused_request_for_an_answer_is_sent_again),
      cmocka_unit_test(test_a_refused_answer_about_states_is_sent_again),
      cmocka_unit_test(test_what_has_come_is_acknowledged_and_not_asked_for),
      cmocka_unit_test(test_the_upper_bits_of_a_state_change_nothing),
      cmocka_unit_test(test_pings_are_not_refused_for_ever),
      cmocka_unit_test(test_a_ping_refused_now_and_then_costs_no_connection),
      cmocka_unit_test(test_nothing_is_kept_of_what_was_acknowledged),
      cmocka_unit_test(test_a_salt_may_change_often_if_it_works_in_between),
      cmocka_unit_test(test_48_without_a_salt_asks_for_salts),
      cmocka_unit_test(test_an_answer_about_salts_counts_once),
      cmocka_unit_test(test_defaults_are_those_of_the_protocol),
      cmocka_unit_test(test_there_is_no_http_wait_but_over_http),
      cmocka_unit_test(test_over_http_no_ping_is_due),
      cmocka_unit_test(test_a_jump_of_the_wall_clock_loses_no_pong),
      cmocka_unit_test(test_what_the_server_has_is_not_sent_again),
      cmocka_unit_test(test_once_is_not_sent_to_a_server_that_forgot),
      cmocka_unit_test(test_a_late_query_is_not_sent_again_without_a_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
