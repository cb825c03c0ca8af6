/* Packets from ahead of the time that is known: refused, and when nothing else comes, the time is
 * asked for (EN-12). */
#include "rig.h"

/* Two connections are lost to packets from 90 s ahead; the third one is open. */
static void doubt_the_time(rig *r) {
  assert_int_equal(say_update(r, 1), MTP_OK);
  r->peer.clock_ms += 90000;
  for (uint32_t i = 0; i < 2; i++) { /* of five tries that calls have, others may be lost, too */
    assert_int_equal(say_update(r, 2 + i), MTP_ERR_REJECTED);
    rig_disconnect(r);
    rig_connect(r);
  }
}

/* A machine can be stopped without any of its clocks telling. */
/* proves EN-12, MS-18 */
static void test_when_nothing_but_packets_from_ahead_comes_the_time_is_asked_for(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  doubt_the_time(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  rig_flush(&r);
  int64_t query = peer_next(&r.peer, ID_QUERY)->msg_id;
  say_answer(&r, query, 1); /* it counts once the time is known, and is asked for again */
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RESULT));
  assert_int_equal(say_pong(&r, peer_next(&r.peer, ID_PING)), MTP_OK);
  assert_int_equal(rig_server_ms(&r), WALL_START + 90000);
  rig_flush(&r);
  assert_non_null(peer_next(&r.peer, ID_STATE_REQ));
  assert_int_equal(say_answer(&r, query, 1), MTP_OK);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* proves EN-12, MS-18 */
static void test_http_asks_for_the_time_as_well(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.http = true;
  rig_open(&r);
  doubt_the_time(&r);
  rig_flush(&r);
  assert_int_equal(say_pong(&r, peer_next(&r.peer, ID_PING)), MTP_OK);
  assert_int_equal(rig_server_ms(&r), WALL_START + 90000);
  rig_end(&r);
}

/* What nobody asked for, however often it comes. */
/* proves EN-12 */
static void test_packets_from_ahead_without_end_are_never_believed(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  doubt_the_time(&r);
  for (uint32_t i = 0; i < 20; i++) {
    rig_query(&r, i, NULL);
    rig_flush(&r);
    const peer_message *query = peer_next(&r.peer, ID_QUERY), *ping = peer_next(&r.peer, ID_PING);
    if (query)
      say_answer(&r, query->msg_id, 1);
    if (ping)
      say_pong(&r, &(peer_message){.msg_id = ping->msg_id + 4, .body = ping->body});
    say_update(&r, 9 + i);
    rig_disconnect(&r);
    rig_connect(&r);
  }
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RESULT));
  assert_int_equal(rig_server_ms(&r), WALL_START);
  rig_end(&r);
}

/* A pong in time settles it. */
/* proves EN-12 */
static void test_a_server_that_is_in_time_after_all_is_believed(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  doubt_the_time(&r);
  r.peer.clock_ms -= 90000;
  r.peer.last_id = 0;
  rig_pass(&r, 1000);
  rig_flush(&r);
  assert_int_equal(say_pong(&r, peer_next(&r.peer, ID_PING)), MTP_OK);
  assert_int_equal(rig_server_ms(&r), WALL_START + 1000);
  r.peer.clock_ms += 90000;
  assert_int_equal(say_update(&r, 9), MTP_ERR_REJECTED);
  rig_end(&r);
}

/* proves EN-12 */
static void test_packets_from_ahead_among_others_teach_no_time(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 20; i++) {
    assert_int_equal(say_update(&r, 2 * i), MTP_OK);
    r.peer.clock_ms += 90000;
    assert_int_equal(say_update(&r, 2 * i + 1), MTP_ERR_REJECTED);
    r.peer.clock_ms -= 90000;
    r.peer.last_id = 0;
    rig_disconnect(&r);
    rig_connect(&r);
    rig_pass(&r, 1000);
  }
  assert_int_equal(rig_server_ms(&r), WALL_START + 20000);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_when_nothing_but_packets_from_ahead_comes_the_time_is_asked_for),
      cmocka_unit_test(test_http_asks_for_the_time_as_well),
      cmocka_unit_test(test_packets_from_ahead_without_end_are_never_believed),
      cmocka_unit_test(test_a_server_that_is_in_time_after_all_is_believed),
      cmocka_unit_test(test_packets_from_ahead_among_others_teach_no_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
