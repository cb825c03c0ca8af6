/* A loop that keeps descriptors registered hears of each in time, and one that asks is told all. */
#include <fcntl.h>
#include <poll.h>

#include "client_fixture.h"

enum { MOST = 64 };

static fixture f;

static struct {
  struct pollfd fds[MOST];
  size_t n;
  int timeout;
  unsigned wakes, closed; /* closed: told too late */
} loop;

static size_t find(int fd) {
  size_t i = 0;
  while (i < loop.n && loop.fds[i].fd != fd)
    i++;
  return i;
}

static void on_watch(void *ctx, int fd, short events) {
  size_t i = find(fd);
  assert_ptr_equal(ctx, &loop);
  loop.closed += fcntl(fd, F_GETFD) < 0;
  if (!events) {
    assert_true(i < loop.n);
    loop.fds[i] = loop.fds[--loop.n];
    return;
  }
  assert_true(loop.n < MOST);
  loop.n += i == loop.n;
  loop.fds[i] = (struct pollfd){.fd = fd, .events = events};
}

static void on_wake(void *ctx, int timeout_ms) {
  assert_ptr_equal(ctx, &loop);
  loop.timeout = timeout_ms;
  loop.wakes++;
}

static const mtp_loop_hooks hooks = {.watch = on_watch, .wake = on_wake, .ctx = &loop};

static int set_up(void **state) {
  (void)state;
  memset(&loop, 0, sizeof loop);
  fixture_open(&f);
  f.real_time = true;
  f.options.reconnect_min_ms = f.options.reconnect_max_ms = 1;
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_set_hooks(f.client, &hooks), MTP_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  assert_int_equal(loop.n, 0); /* all was taken back */
  assert_int_equal(loop.closed, 0);
  return 0;
}

static void assert_told_all(void) {
  struct pollfd fds[MOST];
  size_t n = mtp_client_fds(f.client, fds, MOST);
  assert_int_equal(loop.n, n);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(loop.fds[find(fds[i].fd)].events, fds[i].events);
}

/* A turn of a loop that knows nothing but what it was told. */
static void turn(void) {
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fake_dc_step(fixture_dc(&f, i));
  int wait = loop.timeout < 0 || loop.timeout > 5 ? 5 : loop.timeout;
  if (poll(loop.fds, (nfds_t)loop.n, wait) > 0 || (loop.timeout >= 0 && loop.timeout <= 5))
    mtp_client_process(f.client, loop.fds, loop.n);
  assert_told_all();
}

static void run(outcome *out) {
  for (int i = 0; i < 5000 && !out->ended; i++)
    turn();
  assert_int_equal(out->ended, 1);
}

static void test_a_call_runs_by_hooks_alone(void **state) {
  (void)state;
  outcome out;
  fixture_call(&f, NULL, &out);
  assert_int_equal(loop.timeout, 0); /* there is something to do at once */
  run(&out);
  assert_answered_by(&out, 2);
}

static void test_connections_that_break_are_taken_back_before_they_are_closed(void **state) {
  (void)state;
  for (int i = 0; i < 20; i++) { /* numbers of descriptors come again */
    outcome out;
    fixture_call(&f, NULL, &out);
    run(&out);
    assert_answered_by(&out, 2);
    fake_dc_hang_up(fixture_dc(&f, 2));
  }
}

static void test_several_data_centres_are_watched_together(void **state) {
  (void)state;
  outcome out[FIXTURE_DCS];
  for (int32_t i = 0; i < FIXTURE_DCS; i++) {
    mtp_call_options options = {.dc = i + 1};
    fixture_call(&f, &options, &out[i]);
  }
  for (int32_t i = 0; i < FIXTURE_DCS; i++) {
    run(&out[i]);
    assert_answered_by(&out[i], i + 1);
  }
}

static void test_hooks_can_be_taken_off(void **state) {
  (void)state;
  outcome out;
  fixture_call(&f, NULL, &out);
  turn();
  assert_int_equal(mtp_client_set_hooks(f.client, NULL), MTP_OK);
  assert_int_equal(loop.n, 0);
  unsigned wakes = loop.wakes;
  fixture_wait(&f, &out);
  assert_answered_by(&out, 2);
  assert_int_equal(loop.wakes, wakes);
}

static void test_what_is_not_ready_is_left_alone(void **state) {
  (void)state;
  outcome out;
  struct pollfd fds[MOST];
  fixture_call(&f, NULL, &out);
  run(&out);
  assert_answered_by(&out, 2);
  fixture_call(&f, NULL, &out);
  mtp_client_process(f.client, NULL, 0); /* sent */
  for (int i = 0; i < 200 && mtp_client_timeout(f.client) != 0; i++)
    fake_dc_step(fixture_dc(&f, 2)); /* the answer is there */
  size_t n = mtp_client_fds(f.client, fds, MOST);
  for (size_t i = 0; i < n; i++)
    fds[i].revents = 0; /* but poll() has not said so */
  mtp_client_process(f.client, fds, n);
  assert_int_equal(out.ended, 0);
  run(&out);
  assert_answered_by(&out, 2);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_call_runs_by_hooks_alone),
      TEST(test_connections_that_break_are_taken_back_before_they_are_closed),
      TEST(test_several_data_centres_are_watched_together),
      TEST(test_hooks_can_be_taken_off),
      TEST(test_what_is_not_ready_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
