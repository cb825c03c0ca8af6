/* What the session engine sends: ids, sequence numbers, containers, order, compression. The peer
 * checks MS-1 to MS-3 of every packet that it gets. */
#include "rig.h"

#include <tl/wire.h>

/* proves MS-2, EN-14 */
static void test_a_lone_query_needs_no_container(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  assert_int_equal(rig_flush(&r), 1);
  const peer_message *query = peer_next(&r.peer, ID_QUERY);
  assert_non_null(query);
  assert_int_equal(query->container, 0);
  assert_int_equal(query->seq_no, 1);
  assert_int_equal(query->salt, r.peer.salt);
  assert_int_equal(rig_flush(&r), 0);
  rig_end(&r);
}

/* proves MS-2, MS-3 */
static void test_several_go_in_one_container(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 5; i++)
    rig_query(&r, i, NULL);
  assert_int_equal(rig_flush(&r), 1);
  assert_int_equal(r.info.messages, 5);
  for (uint32_t i = 0; i < 5; i++) {
    const peer_message *query = peer_next(&r.peer, ID_QUERY);
    assert_int_equal(value_of(&query->body), i);
    assert_true(query->container > query->msg_id);
  }
  rig_end(&r);
}

/* proves MS-3 */
static void test_containers_split_at_a_thousand_messages(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 2500; i++)
    rig_query(&r, i, NULL);
  assert_int_equal(rig_flush(&r), 3);
  assert_int_equal(r.peer.most_messages, 1000);
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 2500);
  rig_end(&r);
}

/* proves MS-3 */
static void test_containers_split_at_a_megabyte(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  static uint8_t body[300000];
  mtp_query_options options = {.no_gzip = true};
  tl_store32(body, ID_QUERY);
  for (int i = 0; i < 7; i++)
    assert_int_equal(mtp_engine_submit(r.engine, body, sizeof body, &options, NULL), MTP_OK);
  assert_int_equal(rig_flush(&r), 3); /* three each; the peer checks the size */
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 7);
  rig_end(&r);
}

/* proves MS-3 */
static void test_the_largest_query_fits_and_one_more_does_not(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  size_t largest = 1044448 - 24 - 12;
  uint8_t *body = calloc(1, largest + 4);
  mtp_query_options options = {.no_gzip = true};
  assert_non_null(body);
  tl_store32(body, ID_QUERY);
  mtp_token token = 7;
  assert_int_equal(mtp_engine_submit(r.engine, body, largest + 4, &options, &token),
                   MTP_ENGINE_TOO_LARGE);
  assert_int_equal(token, 0);
  assert_int_equal(mtp_engine_submit(r.engine, body, largest, &options, &token), MTP_OK);
  rig_query(&r, 2, NULL);
  assert_int_equal(rig_flush(&r), 2);
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 2);
  /* Compressed it is small. */
  assert_int_equal(mtp_engine_submit(r.engine, body, largest + 4, NULL, &token), MTP_OK);
  free(body);
  assert_int_equal(rig_flush(&r), 1);
  rig_end(&r);
}

static void test_bad_queries_are_refused(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  uint8_t body[8] = {1};
  mtp_token token;
  assert_int_equal(mtp_engine_submit(r.engine, NULL, 0, NULL, &token), MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_engine_submit(r.engine, body, 0, NULL, &token), MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_engine_submit(r.engine, body, 7, NULL, &token), MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_engine_pending(r.engine), 0);
  mtp_engine_close(r.engine);
  assert_int_equal(mtp_engine_submit(r.engine, body, 8, NULL, &token), MTP_ERR_CLOSED);
  rig_end(&r);
}

/* proves MS-5 */
static void test_large_queries_are_compressed(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  uint8_t body[256] = {0};
  tl_store32(body, ID_QUERY);
  mtp_query_options plain = {.no_gzip = true};
  assert_int_equal(mtp_engine_submit(r.engine, body, 252, NULL, NULL), MTP_OK);
  assert_int_equal(mtp_engine_submit(r.engine, body, 256, NULL, NULL), MTP_OK);
  assert_int_equal(mtp_engine_submit(r.engine, body, 256, &plain, NULL), MTP_OK);
  rig_flush(&r);
  assert_int_equal(peer_count(&r.peer, ID_QUERY), 2);
  const peer_message *packed = peer_next(&r.peer, ID_GZIP);
  assert_non_null(packed);
  assert_int_equal(packed->seq_no & 1, 1); /* the query inside counts */
  assert_true(packed->body.size < 256);
  rig_end(&r);
}

/* proves AP-2 */
static void test_order_names_the_query_before(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token first = rig_query(&r, 1, NULL);
  mtp_query_options after = {.after = first};
  rig_query(&r, 2, &after);
  assert_int_equal(rig_flush(&r), 1);
  const peer_message *one = peer_next(&r.peer, ID_QUERY);
  const peer_message *two = peer_next(&r.peer, ID_INVOKE_AFTER);
  assert_int_equal((int64_t)tl_load64(two->body.data + 4), one->msg_id);
  assert_int_equal(tl_load32(two->body.data + 12), ID_QUERY);
  assert_int_equal(say_answer(&r, one->msg_id, 1), MTP_OK);
  rig_query(&r, 3, &after); /* it has ended: no order to keep */
  rig_flush(&r);
  assert_non_null(peer_next(&r.peer, ID_QUERY));
  rig_end(&r);
}

/* proves AP-3 */
static void test_msg_wait_failed_waits_for_the_end(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token first = rig_query(&r, 1, NULL);
  mtp_query_options after = {.after = first};
  mtp_token second = rig_query(&r, 2, &after);
  rig_flush(&r);
  int64_t one = peer_next(&r.peer, ID_QUERY)->msg_id;
  int64_t two = peer_next(&r.peer, ID_INVOKE_AFTER)->msg_id;
  assert_int_equal(say_error(&r, two, 400, "MSG_WAIT_FAILED"), MTP_OK);
  rig_flush(&r);
  assert_int_equal(peer_count(&r.peer, ID_INVOKE_AFTER), 0);
  say_answer(&r, one, 1);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, first);
  rig_flush(&r);
  const peer_message *again = peer_next(&r.peer, ID_QUERY);
  assert_int_equal(value_of(&again->body), 2);
  say_answer(&r, again->msg_id, 2);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, second);
  rig_end(&r);
}

static void test_urgent_queries_go_first(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options urgent = {.urgent = true};
  rig_query(&r, 1, NULL);
  rig_query(&r, 2, &urgent);
  rig_query(&r, 3, &urgent);
  rig_flush(&r);
  static const uint32_t order[] = {2, 3, 1};
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(value_of(&peer_next(&r.peer, ID_QUERY)->body), order[i]);
  rig_end(&r);
}

/* proves PF-1 */
static void test_held_engine_sends_only_what_may_pass(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options unheld = {.unheld = true};
  mtp_engine_hold(r.engine, true);
  rig_query(&r, 1, NULL);
  rig_query(&r, 2, &unheld);
  assert_int_equal(rig_flush(&r), 1);
  assert_int_equal(value_of(&peer_next(&r.peer, ID_QUERY)->body), 2);
  assert_null(peer_next(&r.peer, ID_QUERY));
  mtp_engine_hold(r.engine, false);
  rig_flush(&r);
  assert_int_equal(value_of(&peer_next(&r.peer, ID_QUERY)->body), 1);
  rig_end(&r);
}

static void test_alone_means_no_container(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options alone = {.alone = true};
  rig_query(&r, 1, NULL);
  rig_query(&r, 2, &alone);
  rig_query(&r, 3, NULL);
  rig_query(&r, 4, NULL);
  assert_int_equal(rig_flush(&r), 3);
  assert_int_equal(peer_next(&r.peer, ID_QUERY)->container, 0);
  assert_int_equal(peer_next(&r.peer, ID_QUERY)->container, 0);
  assert_true(peer_next(&r.peer, ID_QUERY)->container != 0);
  rig_end(&r);
}

typedef struct builder {
  int calls;
  size_t size;
  tl_status status;
} builder;

static tl_status build(void *ctx, int64_t msg_id, int64_t session_id, tl_buffer *out) {
  builder *b = ctx;
  b->calls++;
  put32(out, ID_QUERY);
  put64(out, msg_id);
  put64(out, session_id);
  while (out->size < b->size)
    put32(out, 0);
  return b->status;
}

/* proves PF-3 */
static void test_a_built_query_knows_its_message_id(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  builder b = {0};
  mtp_query_options options = {.build = build, .build_ctx = &b};
  mtp_token token;
  assert_int_equal(mtp_engine_submit(r.engine, NULL, 0, &options, &token), MTP_OK);
  rig_flush(&r);
  const peer_message *query = peer_next(&r.peer, ID_QUERY);
  assert_int_equal((int64_t)tl_load64(query->body.data + 4), query->msg_id);
  assert_int_equal((int64_t)tl_load64(query->body.data + 12), r.peer.session_id);
  assert_int_equal(mtp_engine_msg_id(r.engine, token), query->msg_id);
  int64_t first = query->msg_id;
  say_bad_salt(&r, first, 99); /* it is made anew for its new id */
  rig_flush(&r);
  query = peer_next(&r.peer, ID_QUERY);
  assert_true(query->msg_id > first);
  assert_int_equal((int64_t)tl_load64(query->body.data + 4), query->msg_id);
  assert_int_equal(b.calls, 2);
  rig_end(&r);
}

static void test_a_query_that_cannot_be_built_fails(void **state) {
  (void)state;
  static const builder bad[] = {{.status = TL_ERR_NOMEM}, {.size = 8000}, {.size = 5000}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    rig r;
    rig_start(&r);
    builder b = bad[i];
    mtp_query_options options = {.build = build, .build_ctx = &b};
    mtp_token token;
    assert_int_equal(mtp_engine_submit(r.engine, NULL, 0, &options, &token), MTP_OK);
    rig_query(&r, 5, NULL);
    assert_int_equal(rig_flush(&r), 1);
    assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ENGINE_BUILD);
    assert_int_equal(value_of(&peer_next(&r.peer, ID_QUERY)->body), 5);
    rig_end(&r);
  }
}

/* proves TR-5 */
static void test_quick_ack_names_the_packet(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_query_options quick = {.quick_ack = true, .progress = true};
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  assert_false(r.info.quick_ack);
  mtp_token token = rig_query(&r, 2, &quick);
  rig_flush(&r);
  assert_true(r.info.quick_ack);
  assert_true(r.info.token & 0x80000000u);
  rig_expect(&r, MTP_ENGINE_EVENT_SENT, token);
  mtp_engine_quick_ack(r.engine, r.info.token ^ 1);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_ACKED));
  mtp_engine_quick_ack(r.engine, r.info.token);
  assert_true(rig_expect(&r, MTP_ENGINE_EVENT_ACKED, token)->quick);
  rig_end(&r);
}

/* proves EN-6, TR-8 */
static void test_a_padded_transport_gets_other_padding(void **state) {
  (void)state;
  rig r;
  size_t sizes[2] = {0, 0};
  rig_init(&r);
  r.config.padded = true;
  rig_open(&r);
  for (int i = 0; i < 50; i++) {
    rig_query(&r, 1, NULL);
    rig_flush(&r);
    sizes[0] = sizes[0] && sizes[0] < r.packet_size ? sizes[0] : r.packet_size;
    sizes[1] = sizes[1] > r.packet_size ? sizes[1] : r.packet_size;
  }
  assert_true(sizes[1] > sizes[0]); /* up to 255 bytes more */
  assert_true(sizes[1] - sizes[0] <= 256);
  rig_end(&r);
}

/* proves RB-3 */
static void test_no_randomness_means_no_packet(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  mtp_token token = rig_query(&r, 1, NULL);
  r.random.fail_after = r.random.calls;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(mtp_engine_poll_packet(r.engine, r.now, &out, NULL), MTP_ERR_RANDOM);
  assert_int_equal(out.size, 0);
  rig_expect(&r, MTP_ENGINE_EVENT_FATAL, 0);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_FAILED, token)->fail, MTP_ERR_CLOSED);
  assert_int_equal(mtp_engine_poll_packet(r.engine, r.now, &out, NULL), MTP_ERR_CLOSED);
  tl_buffer_free(&out);
  rig_end(&r);
}

/* proves EN-15, RB-3 */
static void test_sessions_have_random_ids(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t first = rig_session_id(&r);
  assert_true(first != 0);
  assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_OK);
  assert_true(rig_session_id(&r) != first);
  r.random.fail_after = r.random.calls;
  int64_t second = rig_session_id(&r);
  assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_ERR_RANDOM);
  assert_int_equal(rig_session_id(&r), second);
  rig_end(&r);
}

static void test_nothing_leaves_without_connection_or_key(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_disconnect(&r);
  rig_query(&r, 1, NULL);
  assert_int_equal(rig_flush(&r), 0);
  assert_true(mtp_engine_deadline(r.engine, r.now) == INT64_MAX);
  rig_connect(&r);
  assert_int_equal(rig_flush(&r), 1);
  mtp_engine *bare;
  assert_int_equal(mtp_engine_new(&r.config, &bare), MTP_OK);
  mtp_engine_connected(bare, r.now);
  assert_int_equal(mtp_engine_poll_packet(bare, r.now, &r.packet, NULL), MTP_ENGINE_NOTHING);
  assert_int_equal(mtp_engine_recv(bare, (const uint8_t *)"x", 1, r.now), MTP_ERR_ARGUMENT);
  mtp_engine_free(bare);
  mtp_engine_free(NULL);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_lone_query_needs_no_container),
      cmocka_unit_test(test_several_go_in_one_container),
      cmocka_unit_test(test_containers_split_at_a_thousand_messages),
      cmocka_unit_test(test_containers_split_at_a_megabyte),
      cmocka_unit_test(test_the_largest_query_fits_and_one_more_does_not),
      cmocka_unit_test(test_bad_queries_are_refused),
      cmocka_unit_test(test_large_queries_are_compressed),
      cmocka_unit_test(test_order_names_the_query_before),
      cmocka_unit_test(test_msg_wait_failed_waits_for_the_end),
      cmocka_unit_test(test_urgent_queries_go_first),
      cmocka_unit_test(test_held_engine_sends_only_what_may_pass),
      cmocka_unit_test(test_alone_means_no_container),
      cmocka_unit_test(test_a_built_query_knows_its_message_id),
      cmocka_unit_test(test_a_query_that_cannot_be_built_fails),
      cmocka_unit_test(test_quick_ack_names_the_packet),
      cmocka_unit_test(test_a_padded_transport_gets_other_padding),
      cmocka_unit_test(test_no_randomness_means_no_packet),
      cmocka_unit_test(test_sessions_have_random_ids),
      cmocka_unit_test(test_nothing_leaves_without_connection_or_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
