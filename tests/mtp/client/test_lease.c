/* A session that another process may take over: nothing is sent once its lease has run out. */
#include "client_fixture.h"

static fixture f;

static struct {
  int64_t until;     /* by the client's monotonic clock */
  unsigned asked;    /* how often */
  unsigned no_at;    /* it is over when it is asked for that time; 0: as `until` says */
  bool gone;         /* for good */
  size_t bytes;      /* that the data centre had when it was told no for the first time */
  unsigned accepted; /* connections, then */
  bool told;
} lease;

static size_t bytes_in(const fake_dc *dc) {
  size_t sum = 0;
  for (size_t i = 0; i < FAKE_CONNS; i++)
    sum += dc->conns[i].bytes_in;
  return sum;
}

static int64_t now(void) {
  return f.options.monotonic_ms(f.options.clock_ctx);
}

/* What has left before is taken in by the data centre first. */
static int64_t no(void) {
  fake_dc *dc = fixture_dc(&f, 2);
  for (int i = 0; i < 3 && !lease.told; i++)
    fake_dc_step(dc);
  if (!lease.told) {
    lease.bytes = bytes_in(dc);
    lease.accepted = dc->accepted;
  }
  lease.told = true;
  return lease.gone ? -1 : 0;
}

static int64_t lease_left(void *ctx) {
  assert_ptr_equal(ctx, &lease);
  lease.asked++;
  if (lease.gone || (lease.no_at ? lease.asked >= lease.no_at : lease.until <= now()))
    return no();
  return lease.no_at ? 60000 : lease.until - now();
}

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  memset(&lease, 0, sizeof lease);
  f.options.lease_ms = lease_left;
  f.options.lease_ctx = &lease;
  fixture_dc(&f, 2)->on_call = answer_nearest;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

static bool is_open(void) {
  const fake_dc *dc = fixture_dc(&f, 2);
  for (size_t i = 0; i < FAKE_CONNS; i++)
    if (dc->conns[i].fd >= 0)
      return true;
  return false;
}

static void start_with(int64_t ms) {
  fixture_start(&f, NULL);
  lease.until = now() + ms;
}

static void answered_call(void) {
  outcome out;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
}

static void test_the_connection_closes_when_it_runs_out(void **state) {
  (void)state;
  start_with(5000);
  answered_call();
  int64_t left = lease.until - now();
  assert_in_range(mtp_client_timeout(f.client), 0, left);
  fixture_run_for(&f, left - 1);
  assert_true(is_open());
  fixture_run_for(&f, 1);
  assert_false(is_open());
  uint64_t turns = f.turns;
  fixture_run_for(&f, 30000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, lease.accepted);
  assert_true(f.turns - turns < 500); /* it waits for it, and does not spin */
}

static void test_calls_wait_for_it_to_come_back(void **state) {
  (void)state;
  outcome out;
  start_with(5000);
  answered_call();
  fixture_run_for(&f, 6000);
  fixture_call(&f, NULL, &out);
  fixture_run_for(&f, 20000);
  assert_int_equal(out.ended, 0);
  assert_int_equal(fixture_dc(&f, 2)->accepted, lease.accepted);
  lease.until = now() + 600000;
  fixture_wait(&f, &out);
  assert_answered(&out);
}

static void test_a_call_without_it_ends_with_its_time(void **state) {
  (void)state;
  outcome out;
  start_with(0);
  fixture_call(&f, &(mtp_call_options){.timeout_ms = 3000}, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TIMEOUT);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 0);
  outcome_free(&out);
}

static void test_what_is_taken_over_ends_every_call(void **state) {
  (void)state;
  outcome out, later;
  start_with(60000);
  answered_call();
  fixture_dc(&f, 2)->silent = true;
  fixture_call(&f, NULL, &out);
  fixture_settle(&f);
  lease.gone = true;
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_STORE);
  outcome_free(&out);
  fixture_call(&f, NULL, &later);
  fixture_wait(&f, &later);
  assert_int_equal(later.error.status, MTP_ERR_STORE);
  outcome_free(&later);
  mtp_event event;
  assert_true(fixture_event(&f, MTP_EVENT_TAKEN_OVER, &event));
  assert_int_equal(event.error.status, MTP_ERR_STORE);
  assert_false(fixture_event(&f, MTP_EVENT_TAKEN_OVER, &event)); /* said once */
  assert_false(is_open());
}

/* A call over that transport while the lease holds for so many questions. Whether it has ended. */
static bool told_at(const char *transport, unsigned no_at) {
  outcome out;
  f.options.transport = transport;
  lease.no_at = no_at;
  fixture_start(&f, NULL);
  fixture_call(&f, &(mtp_call_options){.timeout_ms = 300}, &out);
  fixture_wait(&f, &out);
  outcome_free(&out);
  if (!lease.told)
    return false;
  fixture_run_for(&f, 300);
  assert_int_equal(fixture_dc(&f, 2)->accepted, lease.accepted);
  assert_int_equal(bytes_in(fixture_dc(&f, 2)), lease.bytes);
  return true;
}

/* The process may stand still at any place, and find itself too late at the next one. */
static void test_nothing_is_written_after_it_has_said_no(void **state) {
  static const char *const transports[] = {"intermediate", "ws", "http"};
  for (unsigned t = 0; t < 3; t++) {
    unsigned k = 1;
    while (told_at(transports[t], k) && k < 1000) {
      tear_down(state);
      set_up(state);
      k++;
    }
    assert_in_range(k, 15, 999);
    tear_down(state);
    set_up(state);
  }
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_the_connection_closes_when_it_runs_out),
      TEST(test_calls_wait_for_it_to_come_back),
      TEST(test_a_call_without_it_ends_with_its_time),
      TEST(test_what_is_taken_over_ends_every_call),
      TEST(test_nothing_is_written_after_it_has_said_no),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
