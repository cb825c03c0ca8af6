/* What the session engine takes in and what it does not: the checks of a packet (EN-7 to EN-13),
 * replays, nesting, compression. */
#include "rig.h"

#include <tl/wire.h>

/* Nothing of a refused packet may have been used, and the connection is to be given up. */
static void assert_refused(rig *r) {
  const mtp_engine_event *event = rig_expect(r, MTP_ENGINE_EVENT_RECONNECT, 0);
  assert_int_equal(event->reason, MTP_RECONNECT_PACKET);
  assert_null(rig_event(r, MTP_ENGINE_EVENT_UPDATE));
  assert_null(rig_event(r, MTP_ENGINE_EVENT_SALT));
  assert_null(rig_event(r, MTP_ENGINE_EVENT_TIME));
  assert_null(rig_event(r, MTP_ENGINE_EVENT_RESULT));
  rig_connect(r);
}

static void update_body(rig *r, uint32_t value) {
  say_begin(r, ID_UPDATE);
  put32(&r->body, value);
}

/* proves EN-7, EN-13 */
static void test_every_flipped_bit_drops_the_packet(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  update_body(&r, 1);
  peer_say(&r.peer, true, &r.body);
  for (size_t bit = 0; bit < r.peer.out.size * 8; bit++) {
    r.peer.out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_int_equal(rig_deliver(&r), MTP_ERR_REJECTED);
    assert_refused(&r);
    r.peer.out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  assert_int_equal(rig_deliver(&r), MTP_OK);
  rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0);
  rig_end(&r);
}

/* proves EN-7, EN-8 */
static void test_every_truncation_drops_the_packet(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  update_body(&r, 1);
  peer_say(&r.peer, true, &r.body);
  for (size_t size = 0; size < r.peer.out.size; size++) {
    assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, size, r.now), MTP_ERR_REJECTED);
    assert_refused(&r);
  }
  rig_end(&r);
}

/* proves EN-13 */
static void test_a_broken_connection_takes_nothing_more(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  assert_int_equal(mtp_engine_recv(r.engine, (const uint8_t *)"garbage", 7, r.now),
                   MTP_ERR_REJECTED);
  assert_int_equal(say_update(&r, 1), MTP_ERR_REJECTED);
  assert_int_equal(rig_flush(&r), 0);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RECONNECT), 1);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 0);
  rig_connect(&r);
  assert_int_equal(say_update(&r, 1), MTP_OK);
  assert_int_equal(rig_flush(&r), 1);
  rig_end(&r);
}

/* proves EN-2 */
static void test_a_plain_packet_is_refused(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  update_body(&r, 1);
  tl_buffer_clear(&r.peer.out);
  assert_ok(
      mtp_plain_write(peer_id(&r.peer, false), tl_bytes_of(r.body.data, r.body.size), &r.peer.out));
  assert_int_equal(rig_deliver(&r), MTP_ERR_REJECTED);
  assert_refused(&r);
  rig_end(&r);
}

/* proves EN-9 */
static void test_another_session_is_refused(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  static const int64_t others[] = {0, 1};
  for (size_t i = 0; i < 2; i++) {
    update_body(&r, 1);
    peer_seal(&r.peer, others[i] ? r.peer.session_id ^ others[i] : 0, peer_id(&r.peer, false), 1,
              &r.body);
    assert_int_equal(rig_deliver(&r), MTP_ERR_REJECTED);
    assert_refused(&r);
  }
  rig_end(&r);
}

/* proves EN-10 */
static void test_an_even_message_id_is_refused(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (int64_t low = 0; low < 4; low++) {
    int64_t id = peer_id(&r.peer, true) - 1 + low;
    update_body(&r, 1);
    peer_seal(&r.peer, r.peer.session_id, id, 1, &r.body);
    assert_int_equal(rig_deliver(&r), low % 2 ? MTP_OK : MTP_ERR_REJECTED);
    if (low % 2 == 0)
      assert_refused(&r);
    else
      rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0);
    r.peer.last_id = id + 4;
  }
  rig_end(&r);
}

/* proves EN-10, EN-13 */
static void test_an_even_id_in_a_container_drops_all_of_it(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 2);
  update_body(&r, 1);
  put_message(&container, peer_id(&r.peer, false), 1, &r.body);
  put_message(&container, peer_id(&r.peer, false) + 1, 3, &r.body);
  peer_say(&r.peer, false, &container);
  assert_int_equal(rig_deliver(&r), MTP_ERR_REJECTED);
  assert_refused(&r);
  tl_buffer_free(&container);
  rig_end(&r);
}

/* proves EN-12, EN-13 */
static void test_packets_of_another_time_are_refused(void **state) {
  (void)state;
  static const int64_t shifts[] = {-301, -86400, 31, 86400};
  for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
    rig r;
    rig_start(&r);
    r.peer.clock_ms += shifts[i] * 1000;
    assert_int_equal(say_update(&r, 1), MTP_ERR_REJECTED);
    assert_refused(&r);
    assert_int_equal(rig_server_ms(&r), WALL_START);
    rig_end(&r);
  }
}

/* proves EN-12 */
static void test_before_the_first_packet_any_time_will_do(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.key.synchronised = false;
  rig_open(&r);
  r.peer.clock_ms += 86400000;
  assert_int_equal(say_update(&r, 1), MTP_OK);
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_TIME, 0)->value, 86400000);
  r.peer.last_id = 0;
  r.peer.clock_ms = WALL_START; /* now it is known */
  assert_int_equal(say_update(&r, 1), MTP_ERR_REJECTED);
  rig_end(&r);
}

/* proves EN-12 */
static void test_notices_about_time_pass_if_they_are_about_us(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  rig_query(&r, 1, NULL);
  rig_flush(&r);
  int64_t id = peer_next(&r.peer, ID_QUERY)->msg_id;
  r.peer.clock_ms += 86400000;
  assert_int_equal(say_bad_msg(&r, id + 4, 16), MTP_ERR_REJECTED);
  assert_refused(&r);
  assert_int_equal(say_bad_msg(&r, id, 16), MTP_OK);
  assert_true(rig_server_ms(&r) / 1000 == WALL_START / 1000 + 86400);
  rig_end(&r);
}

/* proves EN-11, MS-6 */
static void test_a_replay_is_ignored_but_acknowledged_again(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  assert_int_equal(say_update(&r, 1), MTP_OK);
  rig_flush(&r);
  int64_t first = long_of(&peer_next(&r.peer, ID_ACK)->body, 0);
  for (int i = 0; i < 3; i++)
    assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 1);
  rig_flush(&r);
  assert_int_equal(long_of(&peer_next(&r.peer, ID_ACK)->body, 0), first);
  rig_end(&r);
}

/* proves EN-11 */
static void test_unseen_ones_are_taken_out_of_order(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  int64_t ids[10];
  for (size_t i = 0; i < 10; i++)
    ids[i] = peer_id(&r.peer, false);
  for (size_t i = 10; i > 0; i--) {
    update_body(&r, 1);
    peer_seal(&r.peer, r.peer.session_id, ids[i - 1], 1, &r.body);
    assert_int_equal(rig_deliver(&r), MTP_OK);
  }
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 10);
  rig_end(&r);
}

/* proves EN-11 */
static void test_older_than_the_window_is_never_taken_twice(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  update_body(&r, 1);
  int64_t old = peer_id(&r.peer, false), query_id;
  mtp_token token = rig_query(&r, 1, NULL);
  rig_flush(&r);
  query_id = peer_next(&r.peer, ID_QUERY)->msg_id;
  int64_t answer = peer_id(&r.peer, true);
  for (int i = 0; i < 1100; i++) {
    say_update(&r, 2);
    rig_forget(&r);
  }
  update_body(&r, 1);
  peer_seal(&r.peer, r.peer.session_id, old, 1, &r.body);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  rig_expect(&r, MTP_ENGINE_EVENT_UPDATES_GAP, 0); /* it may have been a new one */
  say_begin(&r, 0xf35c6d01); /* but an answer that is waited for is no replay */
  put64(&r.body, query_id);
  put32(&r.body, ID_ANSWER);
  put32(&r.body, 5);
  peer_seal(&r.peer, r.peer.session_id, answer, 3, &r.body);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* ---- containers ---- */

/* Says {container of: update, update} with the bytes changed at one place. */
static mtp_cause say_container(rig *r, int32_t count, int32_t size_change, size_t trailing) {
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, (uint32_t)count);
  update_body(r, 1);
  put_message(&container, peer_id(&r->peer, false), peer_seq(&r->peer, true), &r->body);
  put_message(&container, peer_id(&r->peer, false), peer_seq(&r->peer, true), &r->body);
  tl_store32(container.data + 20, (uint32_t)(8 + size_change));
  for (size_t i = 0; i < trailing; i++)
    put32(&container, 0);
  peer_say(&r->peer, false, &container);
  tl_buffer_free(&container);
  return rig_deliver(r);
}

/* proves MS-3, MS-4 */
static void test_containers_are_taken_apart(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  rig_open(&r);
  assert_int_equal(say_container(&r, 2, 0, 0), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 2);
  rig_flush(&r);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 2); /* not the container itself */
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 2);
  rig_end(&r);
}

/* proves MS-3, EN-13 */
static void test_malformed_containers_are_refused(void **state) {
  (void)state;
  static const struct {
    int32_t count, change;
    size_t trailing;
  } bad[] = {{3, 0, 0}, {1, 0, 0},  {2, 0, 1},       {2, 4, 0},   {2, -4, 0},
             {2, 1, 0}, {-1, 0, 0}, {2, 1 << 30, 0}, {2, -12, 0}, {1 << 30, 0, 0}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    rig r;
    rig_start(&r);
    assert_int_equal(say_container(&r, bad[i].count, bad[i].change, bad[i].trailing),
                     MTP_ERR_REJECTED);
    assert_refused(&r);
    rig_end(&r);
  }
}

/* proves MS-3, MS-17 */
static void test_an_empty_container_is_legal(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_begin(&r, ID_CONTAINER);
  put32(&r.body, 0);
  assert_int_equal(say(&r, false), MTP_OK);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* Wraps r->body once more. */
static void wrap_container(rig *r) {
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 1);
  put_message(&container, peer_id(&r->peer, false), 1, &r->body);
  tl_buffer_free(&r->body);
  r->body = container;
}

static void wrap_gzip(rig *r) {
  tl_buffer packed;
  tl_buffer_init(&packed, NULL, 0);
  put_gzip(&packed, r->body.data, r->body.size, 31);
  tl_buffer_free(&r->body);
  r->body = packed;
}

/* proves MS-4, MS-5 */
static void test_nesting_is_bounded(void **state) {
  (void)state;
  static const struct {
    const char *wraps; /* from the inside */
    bool good;
  } cases[] = {{"", true},     {"c", true},    {"z", true},    {"zc", true},
               {"cz", true},   {"zz", true},   {"cc", false},  {"czc", false},
               {"zzz", false}, {"zzc", false}, {"ccc", false}, {"zcz", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rig r;
    rig_start(&r);
    update_body(&r, 7);
    for (const char *at = cases[i].wraps; *at; at++)
      (*at == 'c' ? wrap_container : wrap_gzip)(&r);
    assert_int_equal(say(&r, false), cases[i].good ? MTP_OK : MTP_ERR_REJECTED);
    assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), cases[i].good);
    if (cases[i].good)
      assert_int_equal(value_of(&rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0)->body), 7);
    rig_end(&r);
  }
}

/* proves MS-5 */
static void test_content_that_cannot_be_inflated_is_a_gap(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ack_count = 0;
  r.config.max_inflated = 4096;
  rig_open(&r);
  static uint8_t zeros[100000];
  say_begin(&r, ID_GZIP);
  put_string(&r.body, "not gzip at all", 15);
  assert_int_equal(say(&r, true), MTP_OK);
  rig_expect(&r, MTP_ENGINE_EVENT_UPDATES_GAP, 0);
  tl_buffer_clear(&r.body);
  put_gzip(&r.body, zeros, sizeof zeros, 31); /* beyond the cap */
  assert_int_equal(say(&r, true), MTP_OK);
  rig_expect(&r, MTP_ENGINE_EVENT_UPDATES_GAP, 0);
  rig_flush(&r); /* acknowledged: it would not get better */
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 2);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* ---- what is inside ---- */

/* proves TL-17 */
static void test_unknown_constructors_go_up(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  say_begin(&r, 0xdeadbeef);
  assert_int_equal(say(&r, true), MTP_OK);
  assert_int_equal(tl_load32(rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0)->body.data), 0xdeadbeef);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  rig_end(&r);
}

/* proves EN-13 */
static void test_malformed_service_messages_change_nothing(void **state) {
  (void)state;
  static const uint32_t ids[] = {0xf35c6d01, 0x62d6b459, 0xa7eff811, 0xedab447b, 0x9ec20908,
                                 0x347773c5, 0xae500895, 0xda69fb52, 0x04deb57d, 0x8cc0d131,
                                 0x276d3ec6, 0x809db6df, 0x7d861a08, 0xe22045fc, 0x62d350c9,
                                 0xf660e1d4, 0x2144ca19, 0x5e2ad36e};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    for (int words = 0; words < 5; words++) {
      rig r;
      rig_start(&r);
      mtp_token token = rig_query(&r, 1, NULL);
      rig_flush(&r);
      rig_forget(&r);
      say_begin(&r, ids[i]);
      for (int k = 0; k < words; k++)
        put32(&r.body, 0xffffffff);
      assert_int_equal(say(&r, false), MTP_OK);
      assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 0);
      assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_RECONNECT), 0);
      assert_true(mtp_engine_msg_id(r.engine, token) != 0);
      rig_end(&r);
    }
}

/* proves MS-6 */
static void test_acknowledgements_ride_along_or_wait(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  for (uint32_t i = 0; i < 16; i++)
    say_update(&r, i);
  say_ack(&r, 4);
  assert_int_equal(rig_flush(&r), 0); /* sixteen may wait */
  assert_true(mtp_engine_deadline(r.engine, r.now) == r.now.monotonic_ms + r.config.ack_ms);
  rig_query(&r, 1, NULL);
  assert_int_equal(rig_flush(&r), 1);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 16);
  for (uint32_t i = 0; i < 17; i++)
    say_update(&r, i);
  assert_int_equal(rig_flush(&r), 1);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 17);
  say_update(&r, 1);
  rig_pass(&r, r.config.ack_ms - 1);
  assert_int_equal(rig_flush(&r), 0);
  rig_pass(&r, 1);
  assert_int_equal(rig_flush(&r), 1);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 1);
  rig_end(&r);
}

/* proves MS-6 */
static void test_no_more_than_8192_ids_in_one_message(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  for (int round = 0; round < 3; round++) {
    tl_buffer_clear(&container);
    put32(&container, ID_CONTAINER);
    put32(&container, 4000);
    say_begin(&r, 0x5e2ad36e); /* nothing that would go up */
    for (int i = 0; i < 4000; i++)
      put_message(&container, peer_id(&r.peer, false), peer_seq(&r.peer, true), &r.body);
    peer_say(&r.peer, false, &container);
    assert_int_equal(rig_deliver(&r), MTP_OK);
  }
  tl_buffer_free(&container);
  assert_int_equal(rig_flush(&r), 2);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 8192);
  assert_int_equal(longs_in(&peer_next(&r.peer, ID_ACK)->body), 12000 - 8192);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_flipped_bit_drops_the_packet),
      cmocka_unit_test(test_every_truncation_drops_the_packet),
      cmocka_unit_test(test_a_broken_connection_takes_nothing_more),
      cmocka_unit_test(test_a_plain_packet_is_refused),
      cmocka_unit_test(test_another_session_is_refused),
      cmocka_unit_test(test_an_even_message_id_is_refused),
      cmocka_unit_test(test_an_even_id_in_a_container_drops_all_of_it),
      cmocka_unit_test(test_packets_of_another_time_are_refused),
      cmocka_unit_test(test_before_the_first_packet_any_time_will_do),
      cmocka_unit_test(test_notices_about_time_pass_if_they_are_about_us),
      cmocka_unit_test(test_a_replay_is_ignored_but_acknowledged_again),
      cmocka_unit_test(test_unseen_ones_are_taken_out_of_order),
      cmocka_unit_test(test_older_than_the_window_is_never_taken_twice),
      cmocka_unit_test(test_containers_are_taken_apart),
      cmocka_unit_test(test_malformed_containers_are_refused),
      cmocka_unit_test(test_an_empty_container_is_legal),
      cmocka_unit_test(test_nesting_is_bounded),
      cmocka_unit_test(test_content_that_cannot_be_inflated_is_a_gap),
      cmocka_unit_test(test_unknown_constructors_go_up),
      cmocka_unit_test(test_malformed_service_messages_change_nothing),
      cmocka_unit_test(test_acknowledgements_ride_along_or_wait),
      cmocka_unit_test(test_no_more_than_8192_ids_in_one_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
