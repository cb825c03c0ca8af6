/* What counts as work when a packet is taken in by pieces (LV-5). */
#include "engine/gzip.h"
#include "rig.h"

#include <tl/wire.h>

/* How many calls it takes to take in what the peer has said. */
static unsigned calls(rig *r) {
  unsigned n = 1;
  assert_int_equal(mtp_engine_recv(r->engine, r->peer.out.data, r->peer.out.size, r->now), MTP_OK);
  for (; mtp_engine_busy(r->engine); n++)
    mtp_engine_resume(r->engine, r->now);
  return n;
}

/* One container of `count` messages with this body; how many calls it took to take it in. */
static unsigned calls_for(rig *r, const tl_buffer *body, uint32_t count) {
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, count);
  for (uint32_t i = 0; i < count; i++)
    put_message(&container, peer_id(&r->peer, false), peer_seq(&r->peer, true), body);
  peer_say(&r->peer, false, &container);
  tl_buffer_free(&container);
  return calls(r);
}

/* gzip of an update of that size, the check sum wrong if wanted. */
static void put_packed(tl_buffer *out, size_t size, bool spoilt) {
  uint8_t *plain = calloc(1, size);
  assert_non_null(plain);
  tl_store32(plain, ID_UPDATE);
  put_gzip(out, plain, size, 31);
  free(plain);
  size_t head = out->data[4] == 254 ? 8 : 5;
  size_t length = head == 8 ? tl_load32(out->data + 4) >> 8 : out->data[4];
  out->data[head + length - 8] ^= spoilt;
}

/* proves LV-5 */
static void test_messages_are_taken_apart_and_handled_in_pieces(void **state) {
  (void)state;
  enum { MESSAGES = 50 };
  rig r;
  rig_init(&r);
  r.config.max_work = 1;
  rig_open(&r);
  say_begin(&r, ID_UPDATE);
  put32(&r.body, 7);
  assert_true(calls_for(&r, &r.body, MESSAGES) >= 2 * MESSAGES);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), MESSAGES);
  rig_end(&r);
}

/* proves LV-5 */
static void test_inflating_is_work_also_when_it_fails(void **state) {
  (void)state;
  enum { MESSAGES = 12 };
  rig r;
  rig_start(&r);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put_packed(&body, r.config.max_work + 1000, true);
  assert_true(calls_for(&r, &body, MESSAGES) >= MESSAGES);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 0);
  tl_buffer_free(&body);
  rig_end(&r);
}

enum { PIECE = 10000, LARGE = 64 * PIECE };

/* proves LV-5 */
static void test_one_large_gzip_is_inflated_in_pieces(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_work = PIECE;
  rig_open(&r);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put_packed(&body, LARGE, false);
  assert_true(calls_for(&r, &body, 1) >= LARGE / PIECE);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0)->body.size, LARGE);
  tl_buffer_free(&body);
  rig_end(&r);
}

/* An engine that goes through a piece at a time, and that its peer has sent a large result. */
static asked begin_large_result(rig *r) {
  static uint8_t plain[LARGE];
  rig_init(r);
  r->config.max_work = PIECE;
  rig_open(r);
  asked a = rig_ask(r, 1, NULL);
  tl_store32(plain, ID_ANSWER);
  say_result_begin(r, a.msg_id);
  put_gzip(&r->body, plain, sizeof plain, 31);
  peer_say(&r->peer, true, &r->body);
  return a;
}

/* proves LV-5 */
static void test_a_large_packed_result_is_inflated_in_pieces(void **state) {
  (void)state;
  rig r;
  asked a = begin_large_result(&r);
  assert_true(calls(&r) >= LARGE / PIECE);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_RESULT, a.token)->body.size, LARGE);
  rig_end(&r);
}

/* proves LV-5 */
static void test_a_call_that_ends_while_its_result_is_inflated_ends_once(void **state) {
  (void)state;
  rig r;
  asked a = begin_large_result(&r);
  assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, r.peer.out.size, r.now), MTP_OK);
  assert_true(mtp_engine_busy(r.engine));
  mtp_engine_cancel(r.engine, a.token);
  while (mtp_engine_busy(r.engine))
    mtp_engine_resume(r.engine, r.now);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RESULT), 0);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RECONNECT), 0);
  rig_end(&r);
}

/* proves LV-5 */
static void test_a_connection_that_ends_while_something_is_inflated_leaves_nothing(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_work = PIECE;
  rig_open(&r);
  tl_buffer_clear(&r.body);
  put_packed(&r.body, LARGE, false);
  peer_say(&r.peer, true, &r.body);
  assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, r.peer.out.size, r.now), MTP_OK);
  assert_true(mtp_engine_busy(r.engine));
  rig_end(&r); /* fails when memory is left */
}

/* proves LV-5 */
static void test_each_inflating_has_its_price(void **state) {
  (void)state;
  enum { PAID = 10 };
  rig r;
  rig_init(&r);
  r.config.max_inflated = PAID * MTP_GZIP_COST;
  rig_open(&r);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put_packed(&body, 8, false);
  (void)calls_for(&r, &body, 3 * PAID);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), PAID);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATES_GAP), 1);
  tl_buffer_free(&body);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_messages_are_taken_apart_and_handled_in_pieces),
      cmocka_unit_test(test_inflating_is_work_also_when_it_fails),
      cmocka_unit_test(test_one_large_gzip_is_inflated_in_pieces),
      cmocka_unit_test(test_a_large_packed_result_is_inflated_in_pieces),
      cmocka_unit_test(test_a_call_that_ends_while_its_result_is_inflated_ends_once),
      cmocka_unit_test(test_a_connection_that_ends_while_something_is_inflated_leaves_nothing),
      cmocka_unit_test(test_each_inflating_has_its_price),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
