/* What a server says costs the same however many queries wait (LV-5), and what it does not take
 * does not pile up (LV-4). */
#include "rig.h"

#include "meter.h"
#include <tl/wire.h>

enum { MESSAGES = 8000, FEW = 50, MANY = 20000, MOST_RATIO = 20 };

/* One service message of a flood, the i-th, about nothing of ours. */
typedef void (*message)(tl_buffer *out, const rig *r, uint32_t i);

static void destroyed(tl_buffer *out, const rig *r, uint32_t i) {
  (void)r;
  put32(out, 0x62d350c9); /* destroy_session_none */
  put64(out, 1000 + i);
}

static void created(tl_buffer *out, const rig *r, uint32_t i) {
  (void)r;
  put32(out, 0x9ec20908); /* new_session_created */
  put64(out, 4);          /* a first message that was before all of ours */
  put64(out, 1000 + i);
  put64(out, 7);
}

static void refused(tl_buffer *out, const rig *r, uint32_t i) {
  (void)i;
  put32(out, 0xa7eff811); /* bad_msg_notification, of our newest packet */
  put64(out, r->peer.got[r->peer.n_got - 1].container);
  put32(out, 0);
  put32(out, 20); /* too old: asked about */
}

static void popular(tl_buffer *out, const rig *r, uint32_t i) {
  (void)i;
  put32(out, 0x9ec20908); /* new_session_created, from our oldest packet on */
  put64(out, r->peer.got[0].container);
  put64(out, 1000 + i);
  put64(out, 7);
}

static void announced(tl_buffer *out, const rig *r, uint32_t i) {
  (void)r;
  put32(out, 0x276d3ec6); /* msg_detailed_info, of nothing */
  put64(out, 1000 + 4 * i);
  put64(out, 1001 + 4 * i);
  put32(out, 8);
  put32(out, 0);
}

static const struct {
  const char *name;
  message put;
} floods[] = {{"destroy_session_none", destroyed},
              {"new_session_created", created},
              {"new_session_created of a container", popular},
              {"bad_msg_notification of a container", refused},
              {"msg_detailed_info", announced}};

static void put_flood(rig *r, message put, tl_buffer *container) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put32(container, ID_CONTAINER);
  put32(container, MESSAGES);
  for (uint32_t i = 0; i < MESSAGES; i++) {
    tl_buffer_clear(&body);
    put(&body, r, i);
    put_message(container, peer_id(&r->peer, false), peer_seq(&r->peer, false), &body);
  }
  tl_buffer_free(&body);
}

static void start_with(rig *r, uint32_t pending) {
  rig_start(r);
  for (uint32_t i = 0; i < pending; i++)
    rig_query(r, i, NULL);
  rig_flush(r);
}

/* CPU time of taking the flood in. */
static int64_t cost(message put, uint32_t pending) {
  rig r;
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  start_with(&r, pending);
  put_flood(&r, put, &container);
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  int64_t before = meter_cpu_ns();
  assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, r.peer.out.size, r.now), MTP_OK);
  while (mtp_engine_busy(r.engine))
    mtp_engine_resume(r.engine, r.now);
  int64_t took = meter_cpu_ns() - before;
  rig_end(&r);
  return took;
}

/* proves LV-5 */
static void test_a_flood_costs_the_same_however_many_queries_wait(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
    int64_t few = cost(floods[i].put, FEW), many = cost(floods[i].put, MANY);
    print_message("%d of %s: %.1f ms with %d queries in flight, %.1f ms with %d\n", MESSAGES,
                  floods[i].name, (double)few / 1e6, FEW, (double)many / 1e6, MANY);
    assert_true(many < MOST_RATIO * few);
  }
}

static int64_t quick_cost(uint32_t pending) {
  rig r;
  start_with(&r, pending);
  int64_t before = meter_cpu_ns();
  for (uint32_t i = 0; i < 100 * MESSAGES; i++)
    mtp_engine_quick_ack(r.engine, 0x80000000u | i);
  int64_t took = meter_cpu_ns() - before;
  rig_end(&r);
  return took;
}

/* proves LV-5, TR-5 */
static void test_quick_acknowledgements_that_nobody_asked_for_cost_nothing(void **state) {
  (void)state;
  int64_t few = quick_cost(FEW), many = quick_cost(MANY);
  assert_true(many < MOST_RATIO * few);
}

/* ---- what piles up ---- */

/* proves LV-4 */
static void test_acknowledgements_that_nobody_takes_are_bounded(void **state) {
  (void)state;
  enum { ROUNDS = 30 };
  rig r;
  meter m = {0};
  tl_allocator allocator = {.realloc = meter_realloc, .ctx = &m};
  rig_init(&r);
  r.config.allocator = &allocator;
  rig_open(&r);
  for (int i = 0; i < ROUNDS; i++) {
    tl_buffer container, body;
    tl_buffer_init(&container, NULL, 0);
    tl_buffer_init(&body, NULL, 0);
    put32(&container, ID_CONTAINER);
    put32(&container, MESSAGES);
    destroyed(&body, &r, 0);
    for (int n = 0; n < MESSAGES; n++)
      put_message(&container, peer_id(&r.peer, false), peer_seq(&r.peer, true), &body);
    peer_say(&r.peer, false, &container);
    assert_int_equal(rig_deliver(&r), MTP_OK);
    tl_buffer_free(&container);
    tl_buffer_free(&body);
  }
  size_t kept = m.now;
  print_message("%d messages to be acknowledged: %zu kB\n", ROUNDS * MESSAGES, kept / 1000);
  assert_true(kept < 600000);
  rig_flush(&r);
  assert_true(peer_count(&r.peer, ID_ACK) > 0);
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_flood_costs_the_same_however_many_queries_wait),
      cmocka_unit_test(test_quick_acknowledgements_that_nobody_asked_for_cost_nothing),
      cmocka_unit_test(test_acknowledgements_that_nobody_takes_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
