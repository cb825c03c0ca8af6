/* What a client counts, and how it is written. */
#include <mtp/stats.h>

#include "client/client.h"
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

static void start(void) {
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_stats_begin(f.client), MTP_OK);
}

/* NULL: it has no row. */
static const mtp_stats_method *method(const char *name) {
  const mtp_stats *stats = mtp_client_stats(f.client);
  for (size_t i = 0; i < stats->n_methods; i++)
    if (strcmp(mtp_stats_method_name(stats->methods[i].method), name) == 0)
      return &stats->methods[i];
  return NULL;
}

static const mtp_stats_center *center(int32_t dc) {
  const mtp_stats *stats = mtp_client_stats(f.client);
  for (size_t i = 0; i < stats->n_centers; i++)
    if (stats->centers[i].dc == dc)
      return &stats->centers[i];
  return NULL;
}

static void test_nothing_is_counted_unasked(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  assert_null(mtp_client_stats(f.client));
}

static void test_calls_bytes_and_connections(void **state) {
  (void)state;
  size_t in = 0, out = 0;
  start();
  fixture_ask(&f);
  fixture_ask(&f);
  assert_int_equal(method("help.getNearestDc")->calls, 2);
  assert_int_equal(method("help.getNearestDc")->failed, 0);
  assert_int_equal(method("help.getNearestDc")->times.count, 2);
  assert_int_equal(method("help.getConfig")->calls, 1); /* its own */
  assert_int_equal(center(2)->connections, 1);
  assert_int_equal(center(2)->reconnections, 0);
  assert_int_equal(center(2)->failures, 0);
  assert_int_equal(center(2)->times.count, 3);
  fixture_settle(&f);
  for (size_t i = 0; i < FAKE_CONNS; i++) {
    in += fixture_dc(&f, 2)->conns[i].bytes_in;
    out += fixture_dc(&f, 2)->conns[i].bytes_out;
  }
  assert_int_equal(center(2)->bytes_out, in); /* what left is what came, to the byte */
  assert_int_equal(center(2)->bytes_in, out);
  assert_true(in > 1000);
  assert_null(center(1));
}

static void test_a_lost_connection_is_a_failure_and_a_reconnection(void **state) {
  (void)state;
  start();
  fixture_ask(&f);
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_ask(&f);
  assert_int_equal(center(2)->connections, 2);
  assert_int_equal(center(2)->reconnections, 1);
  assert_int_equal(center(2)->failures, 1);
}

static unsigned waits;

static bool flood_then_late(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  if (waits++ > 0)
    return answer_nearest(NULL, dc, call);
  fake_error(dc, call, 420, "FLOOD_WAIT_30");
  return true;
}

static void test_waits_are_no_part_of_a_round_trip(void **state) {
  (void)state;
  waits = 0;
  fixture_dc(&f, 2)->on_call = flood_then_late;
  start();
  fixture_ask(&f);
  const mtp_stats_method *row = method("help.getNearestDc");
  assert_int_equal(row->calls, 1);
  assert_int_equal(row->waits, 1);
  assert_int_equal(row->waited_s, 30);
  assert_int_equal(row->times.count, 2); /* each answer */
  assert_true(row->times.max_ms < 1000);
  assert_int_equal(row->times.within[MTP_STATS_BOUNDS - 1], 2);
}

static fake_call held;
static unsigned n_held;

static bool hold(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  held = *call;
  n_held++;
  return true;
}

static void test_a_slow_answer_has_its_time(void **state) {
  (void)state;
  outcome out;
  n_held = 0;
  fixture_dc(&f, 2)->on_call = hold;
  start();
  fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &n_held);
  fixture_run_for(&f, 700);
  send_nearest(fixture_dc(&f, 2), &held);
  fixture_wait(&f, &out);
  outcome_free(&out);
  const mtp_stats_times *times = &method("help.getNearestDc")->times;
  assert_in_range(times->max_ms, 700, 999);
  assert_int_equal(times->total_ms, times->max_ms);
  assert_int_equal(times->within[6], 0); /* 500 ms */
  assert_int_equal(times->within[7], 1); /* a second */
}

static void test_errors_and_silence_are_failures(void **state) {
  (void)state;
  outcome out;
  n_held = 0;
  fixture_dc(&f, 2)->on_call = hold;
  start();
  mtp_call_options options = {.timeout_ms = 2000};
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TIMEOUT);
  outcome_free(&out);
  assert_int_equal(method("help.getNearestDc")->calls, 1);
  assert_int_equal(method("help.getNearestDc")->failed, 1);
  assert_int_equal(method("help.getNearestDc")->times.count, 0); /* nothing has come */
}

/* Every method without arguments that must be set, by its number. */
static unsigned call_many(unsigned want) {
  static const union { uint64_t words[64]; } nothing;
  unsigned made = 0;
  for (uint16_t def = 0; def < tg_schema.n_defs && made < want; def++) {
    outcome out;
    const tl_def *one = &tg_schema.defs[def];
    if (!one->function || one->n_fields != 0)
      continue;
    tl_call call = {.schema = &tg_schema, .def = def, .args = &nothing};
    fixture_call_of(&f, &call, NULL, &out);
    fixture_wait(&f, &out);
    outcome_free(&out);
    made++;
  }
  return made;
}

static void test_methods_beyond_the_room_share_a_row(void **state) {
  (void)state;
  uint64_t calls = 0;
  start();
  unsigned made = call_many(100);
  const mtp_stats *stats = mtp_client_stats(f.client);
  assert_true(made > MTP_STATS_METHODS);
  assert_int_equal(stats->n_methods, MTP_STATS_METHODS);
  assert_int_equal(stats->methods[MTP_STATS_METHODS - 1].method, TL_NONE);
  for (size_t i = 0; i < stats->n_methods; i++)
    calls += stats->methods[i].calls;
  assert_in_range(calls, made, made + 10); /* with its own */
}

static char *written(const char *labels) {
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(mtp_stats_write(mtp_client_stats(f.client), labels, &out), MTP_OK);
  char *text = strndup((const char *)out.data, out.size);
  tl_buffer_free(&out);
  return text;
}

static void assert_has(const char *text, const char *line) {
  if (!strstr(text, line))
    fail_msg("'%s' is not in:\n%s", line, text);
}

static void test_written_for_prometheus(void **state) {
  (void)state;
  start();
  fixture_ask(&f);
  char *text = written(NULL);
  assert_has(text, "# TYPE mtp_received_bytes_total counter\n");
  assert_has(text, "\nmtp_connections_total{dc=\"2\",kind=\"main\"} 1\n");
  assert_has(text, "\nmtp_calls_total{method=\"help.getNearestDc\"} 1\n");
  assert_has(text, "# TYPE mtp_round_trip_seconds histogram\n");
  assert_has(text, "\nmtp_round_trip_seconds_bucket{method=\"help.getNearestDc\",le=\"0.005\"} ");
  assert_has(text, "\nmtp_round_trip_seconds_bucket{method=\"help.getNearestDc\",le=\"+Inf\"} 1\n");
  assert_has(text, "\nmtp_round_trip_seconds_count{method=\"help.getNearestDc\"} 1\n");
  free(text);
  text = written("account=\"work\"");
  assert_has(text, "\nmtp_calls_total{account=\"work\",method=\"help.getNearestDc\"} 1\n");
  free(text);
}

static void *refuse(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  (void)ctx;
  (void)ptr;
  (void)old_size;
  (void)new_size;
  return NULL;
}

static void test_no_memory_is_a_status(void **state) {
  (void)state;
  tl_allocator full = {refuse, NULL};
  const tl_allocator *before;
  tl_buffer out;
  fixture_start(&f, NULL);
  before = f.client->allocator;
  f.client->allocator = &full;
  assert_int_equal(mtp_client_stats_begin(f.client), MTP_ERR_NOMEM);
  assert_null(mtp_client_stats(f.client));
  f.client->allocator = before;
  assert_int_equal(mtp_client_stats_begin(f.client), MTP_OK);
  fixture_ask(&f);
  tl_buffer_init(&out, NULL, 100);
  assert_int_equal(mtp_stats_write(mtp_client_stats(f.client), NULL, &out), MTP_ERR_NOMEM);
  tl_buffer_free(&out);
}

static void test_bounds(void **state) {
  (void)state;
  for (size_t i = 1; i < MTP_STATS_BOUNDS; i++)
    assert_true(mtp_stats_bound(i) > mtp_stats_bound(i - 1));
  assert_int_equal(mtp_stats_bound(MTP_STATS_BOUNDS), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_nothing_is_counted_unasked),
      TEST(test_calls_bytes_and_connections),
      TEST(test_a_lost_connection_is_a_failure_and_a_reconnection),
      TEST(test_waits_are_no_part_of_a_round_trip),
      TEST(test_a_slow_answer_has_its_time),
      TEST(test_errors_and_silence_are_failures),
      TEST(test_methods_beyond_the_room_share_a_row),
      TEST(test_written_for_prometheus),
      TEST(test_no_memory_is_a_status),
      cmocka_unit_test(test_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
