/* Queries that may or may not have arrived, after a broken connection above all: the server is
 * asked before they are sent again (MS-7, MS-8, MS-14). */
#include "rig.h"

static const peer_message *next_query(rig *r) {
  rig_flush(r);
  return peer_next(&r->peer, ID_QUERY);
}

/* proves MS-8, MS-14 */
static void test_after_a_reconnect_the_state_is_asked_first(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token tokens[4];
  for (uint32_t i = 0; i < 4; i++)
    tokens[i] = rig_query(&r, i, NULL);
  rig_flush(&r);
  int64_t ids[4];
  for (size_t i = 0; i < 4; i++)
    ids[i] = peer_next(&r.peer, ID_QUERY)->msg_id;
  rig_disconnect(&r);
  rig_connect(&r);
  assert_null(next_query(&r)); /* not before it is known */
  const peer_message *request = peer_next(&r.peer, ID_STATE_REQ);
  assert_int_equal(longs_in(&request->body), 4);
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(long_of(&request->body, i), ids[i]);
  say_state(&r, request->msg_id, "\1\2\3\4", 4);
  rig_flush(&r);
  for (uint32_t i = 0; i < 3; i++) {
    const peer_message *again = peer_next(&r.peer, ID_QUERY);
    assert_int_equal(value_of(&again->body), i);
    assert_true(again->msg_id > ids[i]); /* never the same id */
    say_answer(&r, again->msg_id, i);
    rig_expect(&r, MTP_ENGINE_EVENT_RESULT, tokens[i]);
  }
  assert_null(peer_next(&r.peer, ID_QUERY)); /* the fourth has arrived */
  say_answer(&r, ids[3], 3);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, tokens[3]);
  rig_end(&r);
}

/* proves MS-8 */
static void test_idempotent_queries_need_not_wait(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options options = {.idempotent = true};
  rig_query(&r, 1, &options);
  next_query(&r);
  rig_disconnect(&r);
  rig_connect(&r);
  assert_non_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-8 */
static void test_once_fails_when_the_server_cannot_say(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options once = {.once = true};
  for (uint32_t i = 0; i < 2; i++) {
    mtp_token token = rig_query(&r, 1, &once);
    next_query(&r);
    rig_disconnect(&r);
    rig_connect(&r);
    rig_flush(&r);
    const peer_message *request = peer_next(&r.peer, ID_STATE_REQ);
    if (i == 0) { /* it has forgotten */
      say_state(&r, request->msg_id, "\1", 1);
    } else { /* it says nothing */
      for (int tries = 0; tries < 3; tries++) {
        rig_flush(&r);
        const peer_message *ping = peer_next(&r.peer, ID_PING);
        if (ping)
          say_pong(&r, ping);
        rig_pass(&r, r.config.state_ms);
      }
    }
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ERR_UNCERTAIN);
  }
  peer_forget(&r.peer);
  mtp_token token = rig_query(&r, 1, &once); /* certainly not received: may go again */
  next_query(&r);
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  say_state(&r, peer_next(&r.peer, ID_STATE_REQ)->msg_id, "\2", 1);
  say_answer(&r, next_query(&r)->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-8 */
static void test_once_is_given_up_soon_after_its_connection(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options once = {.once = true};
  for (uint32_t i = 0; i < 2; i++) {
    mtp_token token = rig_query(&r, 1, &once), other = rig_query(&r, 2, NULL);
    rig_flush(&r);
    rig_disconnect(&r);
    if (i == 0) { /* the server has it, and never answers */
      rig_connect(&r);
      rig_flush(&r);
      say_state(&r, peer_next(&r.peer, ID_STATE_REQ)->msg_id, "\4\4", 2);
    } /* otherwise no connection comes about */
    rig_pass(&r, r.config.once_ms - 1);
    assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_FAILED), 0);
    assert_int_equal(mtp_engine_deadline(r.engine, r.now), r.now.monotonic_ms + 1);
    rig_pass(&r, 1);
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ERR_UNCERTAIN);
    assert_int_equal(mtp_engine_pending(r.engine), 1);
    assert_true(mtp_engine_msg_id(r.engine, other) != 0);
    mtp_engine_cancel(r.engine, other);
    rig_expect(&r, MTP_ENGINE_EVENT_FAILED, other);
    peer_forget(&r.peer);
  }
  rig_end(&r);
}

/* proves MS-8, MS-13 */
static void test_a_server_that_answers_no_state_shows_by_its_pong(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  next_query(&r);
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  for (int i = 0; i < 3; i++) { /* asked three times */
    assert_non_null(peer_next(&r.peer, ID_STATE_REQ));
    say_pong(&r, peer_next(&r.peer, ID_PING));
    rig_pass(&r, 999);
    assert_null(next_query(&r));
    rig_pass(&r, 1);
    rig_flush(&r);
  }
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 1);
  rig_end(&r);
}

/* proves MS-8 */
static void test_a_server_that_refuses_to_tell_states_is_not_waited_for(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  next_query(&r);
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  say_error(&r, peer_next(&r.peer, ID_STATE_REQ)->msg_id, 400, "INPUT_METHOD_INVALID");
  say_answer(&r, next_query(&r)->msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-2, MS-8, MS-14 */
static void test_a_query_without_sign_for_long_is_asked_about(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t first = next_query(&r)->msg_id;
  for (int i = 0; i < 40 && !peer_count(&r.peer, ID_STATE_REQ); i++) {
    rig_pass(&r, 1000);
    rig_flush(&r);
    const peer_message *ping = peer_next(&r.peer, ID_PING);
    if (ping)
      say_pong(&r, ping);
  }
  const peer_message *request = peer_next(&r.peer, ID_STATE_REQ);
  assert_int_equal(long_of(&request->body, 0), first);
  say_state(&r, request->msg_id, "\2", 1);
  assert_non_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-8 */
static void test_another_key_takes_the_queries_along(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options once = {.once = true};
  mtp_token risky = rig_query(&r, 1, &once);
  rig_query(&r, 2, NULL);
  mtp_token last = rig_query(&r, 3, NULL);
  rig_flush(&r);
  peer_forget(&r.peer);
  assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, risky)->fail, MTP_ERR_UNCERTAIN);
  assert_int_equal(value_of(&next_query(&r)->body), 2);
  const peer_message *query = peer_next(&r.peer, ID_QUERY);
  assert_int_equal(value_of(&query->body), 3);
  say_answer(&r, query->msg_id, 3);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, last);
  rig_end(&r);
}

/* proves MS-7, MS-8 */
static void test_an_acknowledged_query_is_not_sent_again_for_want_of_a_state(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t id = next_query(&r)->msg_id;
  say_ack(&r, id);
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  say_error(&r, peer_next(&r.peer, ID_STATE_REQ)->msg_id, 400, "INPUT_METHOD_INVALID");
  assert_null(next_query(&r));
  say_answer(&r, id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves MS-10, MS-14 */
static void test_a_refused_request_for_states_is_sent_again(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  int64_t id = next_query(&r)->msg_id;
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  say_bad_salt(&r, peer_next(&r.peer, ID_STATE_REQ)->container, 8);
  rig_flush(&r);
  const peer_message *request = peer_next(&r.peer, ID_STATE_REQ);
  assert_int_equal(longs_in(&request->body), 1);
  assert_int_equal(long_of(&request->body, 0), id);
  say_state(&r, request->msg_id, "\2", 1);
  assert_non_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-15 */
static void test_errands_end_even_if_no_connection_lasts(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_destroy_session(&r, 555);
  rig_flush(&r);
  for (int i = 0; i < 7; i++) {
    assert_null(rig_event(&r, MTP_ENGINE_EVENT_SESSION_DESTROYED));
    rig_disconnect(&r);
    rig_pass(&r, 10000);
    rig_connect(&r);
    rig_flush(&r);
    if (i == 5)
      break;
  }
  assert_false(rig_expect(&r, MTP_ENGINE_EVENT_SESSION_DESTROYED, 0)->found);
  rig_end(&r);
}

/* proves MS-17, MS-8 */
static void test_http_asks_for_states_without_a_ping(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.http = true;
  rig_open(&r);
  rig_query(&r, 1, NULL);
  assert_non_null(next_query(&r));
  rig_disconnect(&r);
  rig_connect(&r);
  rig_flush(&r);
  assert_non_null(peer_next(&r.peer, ID_STATE_REQ));
  assert_null(peer_next(&r.peer, ID_PING));
  for (int i = 0; i < 3; i++) {
    assert_null(next_query(&r));
    rig_pass(&r, r.config.state_ms);
  }
  assert_non_null(next_query(&r));
  rig_end(&r);
}

/* proves MS-2, RB-4 */
static void test_a_packet_that_could_not_be_made_leaves_no_trace(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  tl_buffer small;
  tl_buffer_init(&small, NULL, 16);
  rig_query(&r, 1, NULL);
  rig_query(&r, 2, NULL);
  assert_int_equal(mtp_engine_poll_packet(r.engine, r.now, &small, NULL), MTP_ERR_NOMEM);
  assert_int_equal(small.size, 0);
  const peer_message *query = next_query(&r); /* the peer checks that numbering starts at 1 */
  assert_int_equal(query->seq_no, 1);
  assert_int_equal(query->msg_id, (WALL_START / 1000) << 32 | 4);
  assert_int_equal(value_of(&query->body), 1);
  tl_buffer_free(&small);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_after_a_reconnect_the_state_is_asked_first),
      cmocka_unit_test(test_idempotent_queries_need_not_wait),
      cmocka_unit_test(test_once_fails_when_the_server_cannot_say),
      cmocka_unit_test(test_once_is_given_up_soon_after_its_connection),
      cmocka_unit_test(test_a_server_that_answers_no_state_shows_by_its_pong),
      cmocka_unit_test(test_a_server_that_refuses_to_tell_states_is_not_waited_for),
      cmocka_unit_test(test_a_query_without_sign_for_long_is_asked_about),
      cmocka_unit_test(test_another_key_takes_the_queries_along),
      cmocka_unit_test(test_an_acknowledged_query_is_not_sent_again_for_want_of_a_state),
      cmocka_unit_test(test_a_refused_request_for_states_is_sent_again),
      cmocka_unit_test(test_errands_end_even_if_no_connection_lasts),
      cmocka_unit_test(test_http_asks_for_states_without_a_ping),
      cmocka_unit_test(test_a_packet_that_could_not_be_made_leaves_no_trace),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
