/* What a server asks of a client and a caller of both: waits, retries, order, wrappers. */
#include "client_fixture.h"

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* ---- waits and retries ---- */

typedef struct failing {
  const char *text;
  int32_t code;
  unsigned times, seen;
} failing;

static bool fail_some(void *ctx, fake_dc *dc, const fake_call *call) {
  failing *s = ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  s->seen++;
  if (s->times == 0)
    return answer_nearest(NULL, dc, call);
  s->times--;
  fake_error(dc, call, s->code, s->text);
  return true;
}

static void fail_with(failing *s) {
  fixture_dc(&f, 2)->on_call = fail_some;
  fixture_dc(&f, 2)->ctx = s;
}

/* proves ER-4 */
static void test_flood_wait_sleeps_and_says_so(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  failing s = {"FLOOD_WAIT_30", 420, 2, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_in_range(f.clock_ms, 60000, 60100);
  assert_true(fixture_event(&f, MTP_EVENT_WAIT, &event));
  assert_int_equal(event.call, id);
  assert_int_equal(event.seconds, 30);
  assert_int_equal(event.error.rpc, TG_ERR_FLOOD_WAIT_X);
  assert_true(fixture_event(&f, MTP_EVENT_WAIT, &event));
  assert_false(fixture_event(&f, MTP_EVENT_WAIT, &event));
}

/* proves ER-4 */
static void test_flood_waits_in_all_are_limited(void **state) {
  (void)state;
  outcome out;
  failing s = {"FLOOD_WAIT_50", 420, 100, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_int_equal(out.error.arg, 50);
  assert_int_equal(s.seen, 3); /* 50 and 50, and 50 more would pass 120 */
  outcome_free(&out);
}

/* proves ER-4 */
static void test_flood_wait_beyond_a_calls_own_time_is_given_back(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = 10000};
  failing s = {"FLOOD_WAIT_30", 420, 1, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.rpc, TG_ERR_FLOOD_WAIT_X);
  assert_true(f.clock_ms < 1000);
  outcome_free(&out);
}

static void test_cancel_while_asleep(void **state) {
  (void)state;
  outcome out;
  failing s = {"FLOOD_WAIT_30", 420, 1, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_run_for(&f, 1000);
  assert_int_equal(s.seen, 1);
  mtp_client_cancel(f.client, id);
  fixture_settle(&f);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_CANCELLED);
  fixture_run_for(&f, 60000);
  assert_int_equal(s.seen, 1);
  assert_int_equal(out.ended, 1);
}

/* proves ER-2 */
static void test_server_errors_are_retried(void **state) {
  (void)state;
  outcome out;
  failing s = {"RPC_CALL_FAIL", 500, 3, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(s.seen, 4);
  s.times = 4;
  s.seen = 0;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.code, 500);
  assert_int_equal(s.seen, 4);
  outcome_free(&out);
}

/* ---- order ---- */

static fake_call first_seen;
static int64_t after_seen;
static unsigned order_calls;

static bool watch_order(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  if (order_calls++ == 0)
    first_seen = *call;
  else
    after_seen = call->after;
  return true;
}

/* proves AP-2 */
static void test_order_is_told_to_the_server(void **state) {
  (void)state;
  outcome first, second;
  order_calls = 0;
  after_seen = 0;
  fixture_dc(&f, 2)->on_call = watch_order;
  fixture_start(&f, NULL);
  mtp_call_options options = {.after = fixture_call(&f, NULL, &first)};
  fixture_call(&f, &options, &second);
  fixture_settle(&f);
  assert_int_equal(order_calls, 2);
  assert_true(after_seen != 0);
  assert_true(after_seen == first_seen.msg_id);
  mtp_client_close(f.client);
  assert_int_equal(first.ended, 1);
  assert_int_equal(second.ended, 1);
}

typedef struct wrapping {
  bool without_updates;
  int64_t takeout;
} wrapping;

static bool watch_wrappers(void *ctx, fake_dc *dc, const fake_call *call) {
  wrapping *w = ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  w->without_updates = call->without_updates;
  w->takeout = call->takeout;
  return answer_nearest(NULL, dc, call);
}

/* proves AP-2 */
static void test_wrappers_are_put_around_the_call(void **state) {
  (void)state;
  outcome out;
  wrapping w = {0};
  mtp_call_options options = {.without_updates = true, .takeout_id = 77};
  fixture_dc(&f, 2)->on_call = watch_wrappers;
  fixture_dc(&f, 2)->ctx = &w;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_true(w.without_updates);
  assert_int_equal(w.takeout, 77);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_flood_wait_sleeps_and_says_so),
      TEST(test_flood_waits_in_all_are_limited),
      TEST(test_flood_wait_beyond_a_calls_own_time_is_given_back),
      TEST(test_cancel_while_asleep),
      TEST(test_server_errors_are_retried),
      TEST(test_order_is_told_to_the_server),
      TEST(test_wrappers_are_put_around_the_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
