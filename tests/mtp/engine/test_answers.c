/* How queries end: each exactly once, with an answer, an error, or a reason. */
#include "rig.h"

#include <tl/wire.h>

/* proves TL-18, MS-7 */
static void test_a_result_ends_its_query(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int mark;
  mtp_query_options options = {.user = &mark};
  asked one = rig_ask(&r, 1, &options), two = rig_ask(&r, 2, NULL);
  assert_int_equal(mtp_engine_pending(r.engine), 2);
  assert_int_equal(say_answer(&r, two.msg_id, 22), MTP_OK);
  assert_int_equal(say_answer(&r, one.msg_id, 11), MTP_OK);
  const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_RESULT, two.token);
  assert_int_equal(value_of(&event->body), 22);
  event = rig_expect(&r, MTP_ENGINE_EVENT_RESULT, one.token);
  assert_int_equal(value_of(&event->body), 11);
  assert_ptr_equal(event->user, &mark);
  assert_int_equal(mtp_engine_pending(r.engine), 0);
  assert_int_equal(say_answer(&r, one.msg_id, 11), MTP_OK); /* once */
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RESULT));
  rig_end(&r);
}

/* proves TL-18, ER-1 */
static void test_an_error_keeps_code_and_text(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  asked a = rig_ask(&r, 1, NULL);
  say_error(&r, a.msg_id, 420, "FLOOD_WAIT_17");
  const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_RPC_ERROR, a.token);
  assert_int_equal(event->code, 420);
  assert_int_equal(event->body.size, 13);
  assert_memory_equal(event->body.data, "FLOOD_WAIT_17", 13);
  rig_end(&r);
}

/* proves MS-5, TL-18 */
static void test_a_packed_result_is_unpacked(void **state) {
  (void)state;
  static const int formats[] = {31, 15};
  static uint8_t content[50000];
  tl_store32(content, ID_ANSWER);
  for (size_t i = 0; i < 2; i++) {
    rig r;
    rig_start(&r);
    asked a = rig_ask(&r, 1, NULL);
    say_result_begin(&r, a.msg_id);
    put_gzip(&r.body, content, sizeof content, formats[i]);
    assert_int_equal(say(&r, true), MTP_OK);
    const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_RESULT, a.token);
    assert_int_equal(event->body.size, sizeof content);
    assert_memory_equal(event->body.data, content, sizeof content);
    rig_end(&r);
  }
}

/* proves MS-5, TL-18 */
static void test_a_packed_error_is_an_error(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  asked a = rig_ask(&r, 1, NULL);
  tl_buffer error;
  tl_buffer_init(&error, NULL, 0);
  put32(&error, ID_RPC_ERROR);
  put32(&error, 400);
  put_string(&error, "PEER_ID_INVALID", 15);
  say_result_begin(&r, a.msg_id);
  put_gzip(&r.body, error.data, error.size, 31);
  tl_buffer_free(&error);
  assert_int_equal(say(&r, true), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_RPC_ERROR, a.token)->code, 400);
  rig_end(&r);
}

/* proves MS-5 */
static void test_a_result_that_cannot_be_unpacked_fails_alone(void **state) {
  (void)state;
  rig r;
  static uint8_t zeros[1000000];
  rig_init(&r);
  r.config.max_inflated = sizeof zeros - 1;
  rig_open(&r);
  asked a = rig_ask(&r, 1, NULL), b = rig_ask(&r, 2, NULL);
  say_result_begin(&r, a.msg_id); /* beyond the cap */
  put_gzip(&r.body, zeros, sizeof zeros, 31);
  assert_int_equal(say(&r, true), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, a.token)->fail, MTP_ENGINE_GZIP);
  say_result_begin(&r, b.msg_id); /* not gzip */
  put32(&r.body, ID_GZIP);
  put_string(&r.body, "garbage", 7);
  assert_int_equal(say(&r, true), MTP_OK);
  const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_FAILED, b.token);
  assert_int_equal(event->fail, MTP_ENGINE_GZIP);
  assert_memory_equal(event->body.data, "garbage", 7);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves MS-4, MS-5 */
static void test_many_packed_results_share_one_cap(void **state) {
  (void)state;
  rig r;
  static uint8_t zeros[400000];
  rig_init(&r);
  r.config.max_inflated = 1000000;
  rig_open(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 3);
  tl_store32(zeros, ID_ANSWER);
  for (uint32_t i = 0; i < 3; i++) {
    asked a = rig_ask(&r, i, NULL);
    say_result_begin(&r, a.msg_id);
    put_gzip(&r.body, zeros, sizeof zeros, 31);
    put_message(&container, peer_id(&r.peer, true), peer_seq(&r.peer, true), &r.body);
  }
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RESULT), 2);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, 0)->fail, MTP_ENGINE_GZIP);
  rig_end(&r);
}

/* proves MS-4, MS-5 */
static void test_other_packed_content_shares_it_too(void **state) {
  (void)state;
  rig r;
  static uint8_t zeros[400000];
  rig_init(&r);
  r.config.max_inflated = 1000000;
  rig_open(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 3);
  tl_store32(zeros, ID_UPDATE);
  tl_buffer_clear(&r.body);
  put_gzip(&r.body, zeros, sizeof zeros, 31);
  for (int i = 0; i < 3; i++)
    put_message(&container, peer_id(&r.peer, false), peer_seq(&r.peer, true), &r.body);
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 2);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATES_GAP), 1);
  rig_end(&r);
}

/* proves TL-18 */
static void test_a_short_result_fails_its_query(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  asked a = rig_ask(&r, 1, NULL), b = rig_ask(&r, 2, NULL);
  say_result_begin(&r, a.msg_id);
  say(&r, true);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, a.token)->fail, MTP_ENGINE_DECODE);
  say_result_begin(&r, b.msg_id);
  put32(&r.body, ID_RPC_ERROR); /* and nothing behind it */
  say(&r, true);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, b.token)->fail, MTP_ENGINE_DECODE);
  rig_end(&r);
}

/* proves MS-7 */
static void test_an_acknowledged_query_waits(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options options = {.progress = true};
  asked a = rig_ask(&r, 1, &options);
  say_ack(&r, a.msg_id);
  rig_expect(&r, MTP_ENGINE_EVENT_SENT, a.token);
  assert_false(rig_expect(&r, MTP_ENGINE_EVENT_ACKED, a.token)->quick);
  say_ack(&r, a.msg_id);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_ACKED));
  for (int i = 0; i < 20; i++) {
    rig_pass(&r, 10000);
    rig_flush(&r);
  }
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 0);
  assert_int_equal(peer_count(&r.peer, ID_STATE_REQ), 0);
  say_answer(&r, a.msg_id, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, a.token);
  rig_end(&r);
}

/* proves MS-15 */
static void test_cancel_ends_at_once_and_tells_the_server(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  asked a = rig_ask(&r, 1, NULL);
  mtp_engine_cancel(r.engine, a.token);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, a.token)->fail, MTP_ERR_CANCELLED);
  assert_int_equal(mtp_engine_pending(r.engine), 0);
  rig_flush(&r);
  const peer_message *drop = peer_next(&r.peer, ID_DROP);
  assert_non_null(drop);
  assert_int_equal((int64_t)tl_load64(drop->body.data + 4), a.msg_id);
  say_answer(&r, a.msg_id, 1); /* too late: acknowledged, not told */
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RESULT));
  rig_flush(&r);
  assert_non_null(peer_next(&r.peer, ID_ACK));
  say_result_begin(&r, drop->msg_id);
  put32(&r.body, 0x5e2ad36e); /* rpc_answer_unknown */
  assert_int_equal(say(&r, true), MTP_OK);
  rig_pass(&r, 200000);
  rig_flush(&r);
  assert_int_equal(peer_count(&r.peer, ID_DROP), 0);
  mtp_engine_cancel(r.engine, a.token); /* no such query any more */
  mtp_engine_cancel(r.engine, 12345);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_FAILED));
  rig_end(&r);
}

/* proves MS-15 */
static void test_dropped_running_may_come_as_the_result(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  asked a = rig_ask(&r, 1, NULL);
  mtp_engine_cancel(r.engine, a.token);
  rig_flush(&r);
  int64_t drop = peer_next(&r.peer, ID_DROP)->msg_id;
  say_result_begin(&r, a.msg_id);
  put32(&r.body, 0xcd78e586); /* rpc_answer_dropped_running */
  assert_int_equal(say(&r, true), MTP_OK);
  say_result_begin(&r, drop);
  put32(&r.body, 0xcd78e586);
  assert_int_equal(say(&r, true), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_FAILED), 1);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RESULT), 0);
  rig_end(&r);
}

/* proves MS-15 */
static void test_cancel_before_sending_sends_nothing(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  mtp_engine_cancel(r.engine, token);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ERR_CANCELLED);
  assert_int_equal(rig_flush(&r), 0);
  rig_end(&r);
}

/* proves RB-5 */
static void test_close_ends_everything_once(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_ask(&r, 1, NULL);
  asked b = rig_ask(&r, 2, NULL);
  rig_query(&r, 3, NULL);
  say_answer(&r, b.msg_id, 2);
  mtp_engine_close(r.engine);
  mtp_engine_close(r.engine);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_FAILED), 2);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RESULT), 1);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, 0)->fail, MTP_ERR_CLOSED);
  assert_int_equal(say_update(&r, 1), MTP_ERR_CLOSED);
  assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_ERR_CLOSED);
  rig_end(&r);
}

static void test_free_with_everything_pending_leaks_nothing(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_ask(&r, 1, NULL);
  rig_query(&r, 2, NULL);
  say_update(&r, 1);
  say_begin(&r, (uint32_t)ID_STATE_REQ);
  put_longs(&r.body, (int64_t[]){1, 5}, 2);
  say(&r, false);
  rig_end(&r);
}

static void test_what_libtl_says_is_said_on(void **state) {
  (void)state;
  assert_int_equal(mtp_status_of_tl(TL_OK, MTP_ERR_ENCODE), MTP_OK);
  assert_int_equal(mtp_status_of_tl(TL_ERR_NOMEM, MTP_ERR_ENCODE), MTP_ERR_NOMEM);
  assert_int_equal(mtp_status_of_tl(TL_ERR_FLAGS, MTP_ERR_ENCODE), MTP_ERR_ENCODE);
  assert_int_equal(mtp_cause_of_tl(TL_ERR_TYPE, MTP_KX_FAIL_MALFORMED), MTP_KX_FAIL_MALFORMED);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(mtp_cause_text(MTP_ERR_CLOSED), "closed");
  assert_string_equal(mtp_cause_text(MTP_ENGINE_NOTHING), "nothing to send");
  assert_int_equal(mtp_cause_status(MTP_ENGINE_NOTHING), MTP_OK);
  assert_string_equal(mtp_cause_text(MTP_ERR_NOMEM), "out of memory");
  assert_string_equal(mtp_reconnect_name(MTP_RECONNECT_MEMORY), "out of memory");
  assert_string_equal(mtp_cause_text((mtp_cause)99), "unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_result_ends_its_query),
      cmocka_unit_test(test_an_error_keeps_code_and_text),
      cmocka_unit_test(test_a_packed_result_is_unpacked),
      cmocka_unit_test(test_a_packed_error_is_an_error),
      cmocka_unit_test(test_a_result_that_cannot_be_unpacked_fails_alone),
      cmocka_unit_test(test_many_packed_results_share_one_cap),
      cmocka_unit_test(test_other_packed_content_shares_it_too),
      cmocka_unit_test(test_a_short_result_fails_its_query),
      cmocka_unit_test(test_an_acknowledged_query_waits),
      cmocka_unit_test(test_cancel_ends_at_once_and_tells_the_server),
      cmocka_unit_test(test_dropped_running_may_come_as_the_result),
      cmocka_unit_test(test_cancel_before_sending_sends_nothing),
      cmocka_unit_test(test_close_ends_everything_once),
      cmocka_unit_test(test_free_with_everything_pending_leaks_nothing),
      cmocka_unit_test(test_what_libtl_says_is_said_on),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
