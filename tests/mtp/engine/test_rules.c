/* Rules that the scenarios of the other files only touch: what of a packet counts when its time is
 * wrong, limits to the byte, what is acknowledged, order. */
#include "meter.h"
#include "rig.h"

#include "engine/internal.h"
#include <tl/wire.h>

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

static int64_t ask(rig *r, const mtp_query_options *options, mtp_token *token) {
  *token = rig_query(r, 1, options);
  return next_of(r, ID_QUERY)->msg_id;
}

/* ---- time ---- */

/* proves EN-12, EN-13 */
static void test_out_of_time_only_the_notice_itself_counts(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  mtp_token token;
  int64_t id = ask(&r, NULL, &token);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  r.peer.clock_ms += 86400000;
  put32(&container, ID_CONTAINER);
  put32(&container, 2);
  say_begin(&r, ID_UPDATE);
  put32(&r.body, 1);
  put_message(&container, peer_id(&r.peer, false), 1, &r.body);
  say_begin(&r, 0xedab447b);
  put64(&r.body, id);
  put32(&r.body, 1);
  put32(&r.body, 48);
  put64(&r.body, 4711);
  put_message(&container, peer_id(&r.peer, false), 2, &r.body);
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_SALT, 0)->value, 4711);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_TIME)); /* its time is not learnt from */
  assert_int_equal(rig_server_ms(&r), WALL_START);
  assert_int_equal(next_of(&r, ID_QUERY)->salt, 4711);
  assert_null(peer_next(&r.peer, ID_ACK));
  rig_end(&r);
}

/* ---- identity ---- */

/* proves EN-15 */
static void test_session_ids_are_random_in_all_64_bits(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  uint64_t ones = 0, zeros = 0;
  for (int i = 0; i < 64; i++) {
    assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_OK);
    ones |= (uint64_t)rig_session_id(&r);
    zeros |= ~(uint64_t)rig_session_id(&r);
  }
  assert_true(ones == UINT64_MAX && zeros == UINT64_MAX);
  rig_end(&r);
}

/* proves EN-9 */
static void test_a_session_of_another_key_is_another_session(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t former = rig_session_id(&r);
  assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_OK);
  say_begin(&r, ID_UPDATE);
  put32(&r.body, 1);
  peer_seal(&r.peer, former, peer_id(&r.peer, false), 1, &r.body);
  assert_int_equal(rig_deliver(&r), MTP_ERR_REJECTED);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  rig_end(&r);
}

/* proves MS-16 */
static void test_a_destroyed_key_is_wiped(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  const mtp_auth_key none = {0};
  assert_int_equal(mtp_engine_destroy_key(r.engine), MTP_OK);
  rig_flush(&r);
  say_begin(&r, 0xf660e1d4);
  assert_int_equal(say(&r, false), MTP_OK);
  assert_true(rig_expect(&r, MTP_ENGINE_EVENT_KEY_DESTROYED, 0)->destroyed);
  assert_memory_equal(&r.engine->key, &none, sizeof none);
  assert_true(mtp_engine_key_id(r.engine) == 0);
  rig_end(&r);
}

/* ---- containers ---- */

/* proves MS-3 */
static void test_limits_of_containers_can_be_lowered_and_not_raised(void **state) {
  (void)state;
  mtp_engine_config config;
  mtp_engine *engine;
  mtp_engine_config_init(&config);
  assert_int_equal(config.max_messages, 1000);
  assert_int_equal(config.max_container, 1044448);
  config.max_messages = 1001;
  assert_int_equal(mtp_engine_new(&config, &engine), MTP_ERR_ARGUMENT);
  config.max_messages = 1000;
  config.max_container = 1044449;
  assert_int_equal(mtp_engine_new(&config, &engine), MTP_ERR_ARGUMENT);
  assert_null(engine);
  config.max_container = 1024;
  assert_int_equal(mtp_engine_new(&config, &engine), MTP_OK);
  mtp_engine_free(engine);
}

/* Sends a query of so many bytes and a small one; returns how many packets they needed. */
static size_t packets_for(size_t size) {
  rig r;
  rig_start(&r);
  uint8_t *body = calloc(1, size);
  mtp_query_options plain = {.no_gzip = true};
  assert_non_null(body);
  tl_store32(body, ID_QUERY);
  assert_int_equal(mtp_engine_submit(r.engine, body, size, &plain, NULL), MTP_OK);
  free(body);
  rig_query(&r, 2, NULL);
  size_t packets = rig_flush(&r);
  rig_end(&r);
  return packets;
}

/* proves MS-3 */
static void test_a_container_is_filled_to_the_last_byte(void **state) {
  (void)state;
  size_t largest = 1044448 - 8 - 16 - 16 - 8;
  assert_int_equal(packets_for(largest), 1);
  assert_int_equal(packets_for(largest + 4), 2);
}

/* proves MS-3, EN-13 */
static void test_sizes_inside_a_container_are_multiples_of_four(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_begin(&r, ID_CONTAINER);
  put32(&r.body, 2);
  for (uint32_t i = 0; i < 2; i++) { /* 9 and 7 bytes: the whole is well-formed */
    put64(&r.body, peer_id(&r.peer, false));
    put32(&r.body, 2 * i + 1);
    put32(&r.body, i ? 7 : 9);
    put32(&r.body, ID_UPDATE);
    uint8_t rest[5] = {0};
    assert_int_equal(tl_buffer_append(&r.body, rest, i ? 3 : 5), TL_OK);
  }
  assert_int_equal(say(&r, false), MTP_ERR_REJECTED);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  rig_end(&r);
}

/* ---- gzip ---- */

/* An rpc_result of content packed so many times. */
static mtp_cause say_packed(rig *r, int64_t msg_id, const tl_buffer *content, int times) {
  tl_buffer inner, outer;
  tl_buffer_init(&inner, NULL, 0);
  assert_int_equal(tl_buffer_append(&inner, content->data, content->size), TL_OK);
  for (int i = 0; i < times; i++) {
    tl_buffer_init(&outer, NULL, 0);
    put_gzip(&outer, inner.data, inner.size, 31);
    tl_buffer_free(&inner);
    inner = outer;
  }
  say_begin(r, 0xf35c6d01);
  put64(&r->body, msg_id);
  assert_int_equal(tl_buffer_append(&r->body, inner.data, inner.size), TL_OK);
  tl_buffer_free(&inner);
  return say(r, true);
}

/* proves MS-4, MS-5 */
static void test_an_answer_is_unpacked_twice_at_most(void **state) {
  (void)state;
  for (int times = 1; times <= 3; times++) {
    rig r;
    rig_start(&r);
    mtp_token token;
    int64_t id = ask(&r, NULL, &token);
    tl_buffer content;
    tl_buffer_init(&content, NULL, 0);
    put32(&content, ID_ANSWER);
    put32(&content, 9);
    assert_int_equal(say_packed(&r, id, &content, times), MTP_OK);
    tl_buffer_free(&content);
    if (times <= 2)
      assert_int_equal(value_of(&rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token)->body), 9);
    else
      assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ENGINE_GZIP);
    assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
    rig_end(&r);
  }
}

/* proves MS-5 */
static void test_a_bomb_costs_no_more_than_the_cap(void **state) {
  (void)state;
  meter m = {0};
  const tl_allocator allocator = {meter_realloc, &m};
  rig r;
  rig_init(&r);
  r.config.allocator = &allocator;
  assert_int_equal(r.config.max_inflated, 16 << 20);
  rig_open(&r);
  mtp_token token;
  int64_t id = ask(&r, NULL, &token);
  tl_buffer zeros;
  tl_buffer_init(&zeros, NULL, 0);
  uint8_t *at = tl_buffer_extend(&zeros, (size_t)100 << 20); /* a few hundred bytes, packed twice */
  assert_non_null(at);
  memset(at, 0, zeros.size);
  assert_int_equal(say_packed(&r, id, &zeros, 2), MTP_OK);
  tl_buffer_free(&zeros);
  assert_true(r.peer.out.size < 4096);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ENGINE_GZIP);
  assert_true(m.most < (size_t)40 << 20); /* growing takes the old and the new */
  assert_true(m.now < (size_t)1 << 20);   /* what could not be unpacked is kept to be looked at */
  rig_end(&r);
  assert_int_equal(m.now, 0);
}

/* ---- acknowledgements ---- */

/* Whether a message of that constructor, with so many words behind it, is acknowledged. */
static bool acknowledged(uint32_t id, bool odd) {
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  say_begin(&r, id);
  for (int i = 0; i < 8; i++)
    put32(&r.body, 0);
  int64_t msg_id = peer_id(&r.peer, false);
  peer_seal(&r.peer, r.peer.session_id, msg_id, odd, &r.body);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  const peer_message *ack = next_of(&r, ID_ACK);
  if (ack)
    assert_int_equal(long_of(&ack->body, 0), msg_id);
  rig_end(&r);
  return ack != NULL;
}

/* proves MS-6, MS-11 */
static void test_what_is_odd_is_acknowledged_and_nothing_else(void **state) {
  (void)state;
  static const uint32_t ids[] = {0xf35c6d01, 0x9ec20908, ID_UPDATE,  0x347773c5, 0xae500895,
                                 0xa7eff811, 0xedab447b, 0x04deb57d, 0x8cc0d131, 0x276d3ec6};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    assert_true(acknowledged(ids[i], true));
    assert_false(acknowledged(ids[i], false));
  }
  assert_false(acknowledged(ID_ACK, true)); /* not even then */
  assert_false(acknowledged(ID_ACK, false));
}

/* proves MS-6, MS-14 */
static void test_no_more_than_8192_states_are_asked_at_once(void **state) {
  (void)state;
  enum { COUNT = 8292 };
  rig r;
  rig_start(&r);
  r.peer.lossy = true;
  for (uint32_t i = 0; i < COUNT; i++)
    rig_query(&r, i, NULL);
  rig_flush(&r);
  peer_forget(&r.peer);
  rig_disconnect(&r);
  rig_connect(&r);
  size_t counts[2];
  static char received[8192];
  memset(received, 4, sizeof received);
  for (size_t i = 0; i < 2; i++) {
    const peer_message *request = next_of(&r, ID_STATE_REQ);
    assert_non_null(request);
    counts[i] = longs_in(&request->body);
    say_state(&r, request->msg_id, received, counts[i]);
  }
  assert_int_equal(counts[0], 8192);
  assert_int_equal(counts[1], COUNT - 8192);
  assert_null(next_of(&r, ID_STATE_REQ));
  assert_int_equal(mtp_engine_pending(r.engine), COUNT);
  mtp_engine_close(r.engine);
  mtp_engine_event event;
  size_t failed = 0;
  while (mtp_engine_next_event(r.engine, &event))
    failed += event.type == MTP_ENGINE_EVENT_FAILED;
  assert_int_equal(failed, COUNT);
  rig_end(&r);
}

/* ---- order ---- */

/* proves AP-2 */
static void test_an_urgent_query_waits_for_the_one_before_it(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options after = {.after = rig_query(&r, 1, NULL), .urgent = true};
  rig_query(&r, 2, &after);
  rig_flush(&r);
  int64_t first = peer_next(&r.peer, ID_QUERY)->msg_id;
  const peer_message *second = peer_next(&r.peer, ID_INVOKE_AFTER);
  assert_int_equal((int64_t)tl_load64(second->body.data + 4), first);
  assert_true(second->msg_id > first);
  rig_end(&r);
}

/* proves AP-3 */
static void test_msg_wait_timeout_is_sent_again_behind_the_same(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.resend_ms = 0;
  r.config.max_sends = 20;
  rig_open(&r);
  mtp_query_options after = {.after = rig_query(&r, 1, NULL)};
  mtp_token second = rig_query(&r, 2, &after);
  int64_t first = next_of(&r, ID_QUERY)->msg_id;
  int64_t id = peer_next(&r.peer, ID_INVOKE_AFTER)->msg_id;
  for (uint32_t i = 0; i < r.config.max_tries; i++) {
    say_error(&r, id, 500, "MSG_WAIT_TIMEOUT");
    const peer_message *again = next_of(&r, ID_INVOKE_AFTER);
    assert_non_null(again);
    assert_int_equal((int64_t)tl_load64(again->body.data + 4), first);
    id = again->msg_id;
  }
  say_error(&r, id, 500, "MSG_WAIT_TIMEOUT");
  assert_null(next_of(&r, ID_INVOKE_AFTER)); /* often enough: it waits here */
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RPC_ERROR));
  say_answer(&r, first, 1);
  const peer_message *alone = next_of(&r, ID_QUERY);
  assert_int_equal(value_of(&alone->body), 2);
  say_error(&r, alone->msg_id, 500, "MSG_WAIT_TIMEOUT"); /* for nothing at all: no more of that */
  rig_expect(&r, MTP_ENGINE_EVENT_RPC_ERROR, second);
  rig_end(&r);
}

/* proves AP-3 */
static void test_msg_wait_failed_is_not_believed_for_ever(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.resend_ms = 0;
  r.config.max_sends = 20;
  rig_open(&r);
  mtp_query_options after = {.after = rig_query(&r, 1, NULL)};
  mtp_token second = rig_query(&r, 2, &after);
  int64_t first = next_of(&r, ID_QUERY)->msg_id;
  int64_t id = peer_next(&r.peer, ID_INVOKE_AFTER)->msg_id;
  say_answer(&r, first, 1);
  for (uint32_t i = 0; i < r.config.max_tries; i++) {
    say_error(&r, id, 400, "MSG_WAIT_FAILED");
    const peer_message *again = next_of(&r, ID_QUERY);
    assert_non_null(again);
    assert_true(again->msg_id > id);
    id = again->msg_id;
  }
  say_error(&r, id, 400, "MSG_WAIT_FAILED");
  rig_expect(&r, MTP_ENGINE_EVENT_RPC_ERROR, second);
  rig_end(&r);
}

/* While nothing can be sent (over HTTP, until a request is answered) the time of what is to leave
 * passes without any effect: who waits for it would not wait at all. */
/* proves LV-5 */
static void test_what_cannot_be_sent_yet_wakes_nobody(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_update(&r, 1);
  rig_pass(&r, r.config.ack_ms);
  assert_true(mtp_engine_deadline(r.engine, r.now) <= r.now.monotonic_ms);
  assert_true(mtp_engine_timers_deadline(r.engine, r.now) > r.now.monotonic_ms);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_out_of_time_only_the_notice_itself_counts),
      cmocka_unit_test(test_session_ids_are_random_in_all_64_bits),
      cmocka_unit_test(test_a_session_of_another_key_is_another_session),
      cmocka_unit_test(test_a_destroyed_key_is_wiped),
      cmocka_unit_test(test_limits_of_containers_can_be_lowered_and_not_raised),
      cmocka_unit_test(test_a_container_is_filled_to_the_last_byte),
      cmocka_unit_test(test_sizes_inside_a_container_are_multiples_of_four),
      cmocka_unit_test(test_an_answer_is_unpacked_twice_at_most),
      cmocka_unit_test(test_a_bomb_costs_no_more_than_the_cap),
      cmocka_unit_test(test_what_is_odd_is_acknowledged_and_nothing_else),
      cmocka_unit_test(test_no_more_than_8192_states_are_asked_at_once),
      cmocka_unit_test(test_an_urgent_query_waits_for_the_one_before_it),
      cmocka_unit_test(test_msg_wait_timeout_is_sent_again_behind_the_same),
      cmocka_unit_test(test_msg_wait_failed_is_not_believed_for_ever),
      cmocka_unit_test(test_what_cannot_be_sent_yet_wakes_nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
