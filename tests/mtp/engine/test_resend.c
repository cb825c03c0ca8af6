/* What is sent again because the server refused it or lost the session (MS-8 to MS-11). */
#include "rig.h"

#include <tl/wire.h>

static const peer_message *next_query(rig *r) {
  rig_flush(r);
  return peer_next(&r->peer, ID_QUERY);
}

/* Puts the server's clock somewhere else; the engine was told nothing. */
static void shift_server(rig *r, int64_t ms) {
  r->peer.clock_ms += ms;
  r->peer.last_id = 0;
}

/* proves MS-9, EN-12, MS-18 */
static void test_16_corrects_the_clock(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  shift_server(&r, 86400000);
  assert_int_equal(say_bad_msg(&r, first, 16), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_TIME, 0)->value / 1000, 86400);
  const peer_message *again = next_query(&r);
  assert_int_equal(again->msg_id >> 32, WALL_START / 1000 + 86400);
  say_answer(&r, again->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves MS-9, MS-18 */
static void test_17_also_needs_a_new_session(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_forget(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id, session = r.peer.session_id;
  shift_server(&r, -86400000);
  assert_int_equal(say_bad_msg(&r, first, 17), MTP_OK);
  assert_true(rig_expect(&r, MTP_ENGINE_EVENT_SESSION_ID, 0)->value != session);
  const peer_message *again = next_query(&r);
  assert_true(r.peer.session_id != session);
  assert_true(again->msg_id < first);
  assert_int_equal(again->msg_id >> 32, WALL_START / 1000 - 86400);
  /* The former session is not left behind. */
  const peer_message *destroy = peer_next(&r.peer, ID_DESTROY_SESSION);
  assert_int_equal((int64_t)tl_load64(destroy->body.data + 4), session);
  say_answer(&r, again->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-9, MS-2 */
static void test_seqno_errors_start_a_new_session(void **state) {
  (void)state;
  static const int32_t codes[] = {18, 19, 32, 33, 34, 35};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    rig r;
    rig_start(&r);
    rig_query(&r, 1, NULL);
    next_query(&r);
    mtp_token token = rig_query(&r, 2, NULL);
    const peer_message *second = next_query(&r);
    assert_int_equal(second->seq_no, 3);
    int64_t session = r.peer.session_id;
    say_bad_msg(&r, second->msg_id, codes[i]);
    assert_int_equal(rig_flush(&r), 0); /* the first may still be answered in this session */
    rig_pass(&r, r.config.drain_ms);
    rig_flush(&r);
    assert_true(r.peer.session_id != session);
    assert_int_equal(peer_count(&r.peer, ID_QUERY), 2); /* the peer checks that seqno restarted */
    const peer_message *again = peer_next(&r.peer, ID_QUERY);
    assert_int_equal(value_of(&again->body), 1);
    again = peer_next(&r.peer, ID_QUERY);
    say_answer(&r, again->msg_id, 2);
    rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
    rig_end(&r);
  }
}

/* proves MS-9, EN-9 */
static void test_answers_still_come_before_the_new_session(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token one = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id, session = r.peer.session_id;
  rig_query(&r, 2, NULL);
  say_bad_msg(&r, next_query(&r)->msg_id, 33);
  assert_int_equal(rig_flush(&r), 0);
  say_answer(&r, first, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, one);
  assert_int_equal(value_of(&next_query(&r)->body), 2); /* nothing more to wait for */
  assert_true(r.peer.session_id != session);
  say_begin(&r, ID_UPDATE);
  put32(&r.body, 1);
  peer_seal(&r.peer, session, peer_id(&r.peer, false), 1, &r.body);
  assert_int_equal(rig_deliver(&r), MTP_OK); /* late, of the old session: passed over */
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves MS-9 */
static void test_20_asks_for_the_state(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  say_bad_msg(&r, first, 20);
  assert_null(next_query(&r));
  const peer_message *request = peer_next(&r.peer, ID_STATE_REQ);
  assert_int_equal(long_of(&request->body, 0), first);
  say_state(&r, request->msg_id, "\1", 1);
  const peer_message *again = next_query(&r);
  say_answer(&r, again->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-9 */
static void test_64_sends_one_by_one(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 3; i++)
    rig_query(&r, i, NULL);
  rig_flush(&r);
  int64_t container = peer_next(&r.peer, ID_QUERY)->container;
  peer_forget(&r.peer);
  say_bad_msg(&r, container, 64);
  assert_int_equal(rig_flush(&r), 3);
  for (uint32_t i = 0; i < 3; i++) {
    const peer_message *query = peer_next(&r.peer, ID_QUERY);
    assert_int_equal(value_of(&query->body), i);
    assert_int_equal(query->container, 0);
  }
  rig_end(&r);
}

/* proves MS-9 */
static void test_a_refused_container_is_sent_again_whole(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 5; i++)
    rig_query(&r, i, NULL);
  rig_flush(&r);
  int64_t container = peer_next(&r.peer, ID_QUERY)->container;
  peer_forget(&r.peer);
  say_bad_msg(&r, container, 48);
  rig_flush(&r);
  for (uint32_t i = 0; i < 5; i++) /* in their order */
    assert_int_equal(value_of(&peer_next(&r.peer, ID_QUERY)->body), i);
  rig_end(&r);
}

/* proves MS-9, MS-10 */
static void test_notices_about_others_are_ignored(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  say_bad_msg(&r, first - 4, 17);
  say_bad_msg(&r, 0, 33);
  say_bad_salt(&r, first + 4, 99);
  assert_null(next_query(&r));
  assert_int_equal(rig_salt(&r), r.peer.salt);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_SALT));
  rig_end(&r);
}

/* proves MS-9 */
static void test_a_query_refused_again_and_again_fails(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.resend_ms = 0;
  rig_open(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  for (uint32_t i = 0; i <= r.config.max_tries; i++) {
    const peer_message *query = next_query(&r);
    assert_non_null(query);
    say_bad_msg(&r, query->msg_id, 16);
  }
  const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token);
  assert_int_equal(event->fail, MTP_ENGINE_REFUSED);
  assert_int_equal(event->code, 16);
  assert_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-10 */
static void test_bad_salt_is_taken_over_and_the_message_sent_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  assert_int_equal(say_bad_salt(&r, first, 4711), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_SALT, 0)->value, 4711);
  const peer_message *again = next_query(&r);
  assert_int_equal(again->salt, 4711);
  assert_true(again->msg_id > first);
  assert_int_equal(again->seq_no & 1, 1);
  say_answer(&r, again->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-10 */
static void test_salts_that_keep_changing_end(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_tries = 100;
  r.config.resend_ms = 0;
  rig_open(&r);
  rig_query(&r, 1, NULL);
  int rounds = 0;
  while (rounds < 50 && !rig_event(&r, MTP_ENGINE_EVENT_RECONNECT)) {
    const peer_message *query = next_query(&r);
    assert_non_null(query);
    say_bad_salt(&r, query->msg_id, 1000 + rounds++);
  }
  assert_int_equal(rounds, 6);
  rig_connect(&r); /* goes on on another connection, at whatever pace the client chooses */
  assert_non_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-11, MS-8 */
static void test_new_session_resends_what_came_before(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  rig_query(&r, 2, NULL);
  int64_t second = next_query(&r)->msg_id;
  assert_int_equal(say_new_session(&r, second, 77, 555), MTP_OK);
  const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_NEW_SESSION, 0);
  assert_int_equal(event->value, 77);
  assert_true(event->first);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_SALT, 0)->value, 555);
  const peer_message *again = next_query(&r);
  assert_int_equal(value_of(&again->body), 1);
  assert_true(again->msg_id > first);
  assert_int_equal(again->salt, 555);
  assert_null(peer_next(&r.peer, ID_QUERY));
  rig_end(&r);
}

/* proves MS-11 */
static void test_new_session_counts_once(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_new_session(&r, 4, 77, 555);
  assert_true(rig_expect(&r, MTP_ENGINE_EVENT_NEW_SESSION, 0)->first);
  say_new_session(&r, 4, 77, 666);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_NEW_SESSION));
  assert_int_equal(rig_salt(&r), 555);
  say_new_session(&r, 4, 78, 666);
  assert_false(rig_expect(&r, MTP_ENGINE_EVENT_NEW_SESSION, 0)->first);
  assert_int_equal(rig_salt(&r), 666);
  rig_end(&r);
}

/* proves MS-8 */
static void test_new_session_that_names_a_container_means_its_content(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  rig_query(&r, 2, NULL);
  rig_flush(&r);
  say_new_session(&r, peer_next(&r.peer, ID_QUERY)->container, 77, 555);
  peer_forget(&r.peer);
  assert_null(next_query(&r)); /* it has them: once is enough */
  rig_end(&r);
}

/* proves MS-8 */
static void test_either_answer_will_do(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  say_bad_salt(&r, first, 5);
  int64_t second = next_query(&r)->msg_id;
  say_answer(&r, first, 1); /* to the first sending after all */
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  say_answer(&r, second, 1);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RESULT));
  rig_end(&r);
}

/* proves EN-12 */
static void test_a_packet_from_the_past_teaches_no_time(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  r.peer.clock_ms -= 301000;
  assert_int_equal(say_update(&r, 1), MTP_ERR_REJECTED);
  for (uint32_t i = 0; i < 8; i++) {
    rig_disconnect(&r);
    rig_connect(&r);
    assert_int_equal(say_update(&r, 2 + i), MTP_ERR_REJECTED);
  }
  assert_int_equal(rig_server_ms(&r), WALL_START);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_16_corrects_the_clock),
      cmocka_unit_test(test_17_also_needs_a_new_session),
      cmocka_unit_test(test_seqno_errors_start_a_new_session),
      cmocka_unit_test(test_answers_still_come_before_the_new_session),
      cmocka_unit_test(test_20_asks_for_the_state),
      cmocka_unit_test(test_64_sends_one_by_one),
      cmocka_unit_test(test_a_refused_container_is_sent_again_whole),
      cmocka_unit_test(test_notices_about_others_are_ignored),
      cmocka_unit_test(test_a_query_refused_again_and_again_fails),
      cmocka_unit_test(test_bad_salt_is_taken_over_and_the_message_sent_again),
      cmocka_unit_test(test_salts_that_keep_changing_end),
      cmocka_unit_test(test_new_session_resends_what_came_before),
      cmocka_unit_test(test_new_session_counts_once),
      cmocka_unit_test(test_new_session_that_names_a_container_means_its_content),
      cmocka_unit_test(test_either_answer_will_do),
      cmocka_unit_test(test_a_packet_from_the_past_teaches_no_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
