/* The end of sessions and keys, and what is different over HTTP (MS-16, MS-17). */
#include "rig.h"

#include <tl/wire.h>

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

/* ---- the end of sessions and keys ---- */

/* proves MS-16 */
static void test_another_session_can_be_destroyed(void **state) {
  (void)state;
  static const uint32_t answers[] = {0xe22045fc, 0x62d350c9};
  for (size_t i = 0; i < 4; i++) { /* on its own, and as an rpc_result */
    rig r;
    rig_start(&r);
    rig_destroy_session(&r, 555);
    const peer_message *request = next_of(&r, ID_DESTROY_SESSION);
    assert_int_equal((int64_t)tl_load64(request->body.data + 4), 555);
    say_begin(&r, i < 2 ? answers[i] : 0xf35c6d01);
    if (i >= 2) {
      put64(&r.body, request->msg_id);
      put32(&r.body, answers[i - 2]);
    }
    put64(&r.body, 555);
    say(&r, i >= 2);
    const mtp_engine_event *event = rig_expect(&r, MTP_ENGINE_EVENT_SESSION_DESTROYED, 0);
    assert_int_equal(event->value, 555);
    assert_int_equal(event->found, i % 2 == 0);
    rig_end(&r);
  }
}

/* proves MS-16 */
static void test_our_own_requests_are_given_up_in_time(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_destroy_session(&r, 555);
  for (int i = 0; i < 100; i++) {
    rig_pass(&r, 1000);
    rig_flush(&r);
    const peer_message *ping = peer_next(&r.peer, ID_PING);
    if (ping)
      say_pong(&r, ping);
  }
  assert_false(rig_expect(&r, MTP_ENGINE_EVENT_SESSION_DESTROYED, 0)->found);
  rig_end(&r);
}

/* proves MS-16 */
static void test_a_destroyed_key_closes_the_engine(void **state) {
  (void)state;
  static const uint32_t answers[] = {0xf660e1d4, 0x0a9f2259, 0xea109b13};
  for (size_t i = 0; i < 6; i++) {
    bool gone = i % 3 != 2;
    rig r;
    rig_start(&r);
    mtp_token token = rig_query(&r, 1, NULL);
    assert_int_equal(mtp_engine_destroy_key(r.engine), MTP_OK);
    assert_int_equal(mtp_engine_destroy_key(r.engine), MTP_OK);
    const peer_message *request = next_of(&r, ID_DESTROY_KEY);
    assert_int_equal(peer_count(&r.peer, ID_DESTROY_KEY), 0); /* asked once */
    say_begin(&r, i < 3 ? answers[i] : 0xf35c6d01);
    if (i >= 3) {
      put64(&r.body, request->msg_id);
      put32(&r.body, answers[i % 3]);
    }
    assert_int_equal(say(&r, true), MTP_OK);
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_KEY_DESTROYED, 0)->destroyed, gone);
    const mtp_engine_event *event = rig_event(&r, MTP_ENGINE_EVENT_FAILED);
    assert_int_equal(event != NULL, gone);
    if (gone)
      assert_int_equal(event->token, token);
    assert_int_equal(mtp_engine_key_id(r.engine) == 0, gone);
    assert_int_equal(say_update(&r, 1), gone ? MTP_ERR_CLOSED : MTP_OK);
    rig_end(&r);
  }
}

/* proves MS-16 */
static void test_nobody_destroys_the_key_unasked(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_begin(&r, 0xf660e1d4);
  assert_int_equal(say(&r, true), MTP_OK);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_KEY_DESTROYED));
  assert_true(mtp_engine_key_id(r.engine) != 0);
  rig_end(&r);
}

/* ---- HTTP ---- */

/* proves MS-17 */
static void test_http_waits_instead_of_pinging(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.http = true;
  r.config.ping_ms = 60000;
  rig_open(&r);
  assert_int_equal(rig_flush(&r), 1);
  const peer_message *wait = peer_next(&r.peer, ID_HTTP_WAIT);
  assert_int_equal(tl_load32(wait->body.data + 4), 0);
  assert_int_equal(tl_load32(wait->body.data + 8), 0);
  assert_int_equal(tl_load32(wait->body.data + 12), 25000);
  assert_true(r.info.long_poll);
  assert_int_equal(r.info.max_wait_ms, 25000);
  rig_query(&r, 1, NULL); /* goes in a request of its own, which does not wait */
  assert_int_equal(rig_flush(&r), 1);
  assert_false(r.info.long_poll);
  assert_null(peer_next(&r.peer, ID_HTTP_WAIT));
  mtp_engine_long_poll_done(r.engine, r.now);
  assert_non_null(next_of(&r, ID_HTTP_WAIT));
  rig_pass(&r, 20000);
  assert_null(next_of(&r, ID_PING_DELAY));
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves MS-17 */
static void test_http_wait_is_for_http_only(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  mtp_engine_long_poll_done(r.engine, r.now);
  assert_null(next_of(&r, ID_HTTP_WAIT));
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_session_can_be_destroyed),
      cmocka_unit_test(test_our_own_requests_are_given_up_in_time),
      cmocka_unit_test(test_a_destroyed_key_closes_the_engine),
      cmocka_unit_test(test_nobody_destroys_the_key_unasked),
      cmocka_unit_test(test_http_waits_instead_of_pinging),
      cmocka_unit_test(test_http_wait_is_for_http_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
