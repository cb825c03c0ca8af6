/* What a pool waits for, by epoll and by poll: descriptors, times in order, and a wake. */
#include "watch.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void count(void *owner) {
  ++*(int *)owner;
}

static int set_up(void **state) {
  *state = tgpool_watch_new();
  return *state ? 0 : -1;
}

static int tear_down(void **state) {
  tgpool_watch_free(*state);
  return 0;
}

static void what_is_ready_is_told_and_nothing_else(void **state) {
  enum { MANY = 300 };
  tgpool_watch *watch = *state;
  int pipes[MANY][2], told[MANY] = {0};
  for (int i = 0; i < MANY; i++) {
    assert_int_equal(pipe(pipes[i]), 0);
    assert_true(tgpool_watch_fd(watch, pipes[i][0], POLLIN, &told[i]));
    if (i % 2)
      assert_int_equal(write(pipes[i][1], "", 1), 1);
  }
  for (int i = 0; i < 4; i++) /* no more than a batch at a time */
    tgpool_watch_wait(watch, 0, count);
  for (int i = 0; i < MANY; i++)
    assert_int_equal(told[i] > 0, i % 2);
  for (int i = 0; i < MANY; i++) {
    told[i] = 0;
    assert_true(tgpool_watch_fd(watch, pipes[i][0], 0, NULL));
  }
  tgpool_watch_wait(watch, 0, count);
  for (int i = 0; i < MANY; i++) {
    assert_int_equal(told[i], 0);
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
}

static void events_can_be_changed(void **state) {
  tgpool_watch *watch = *state;
  int ends[2], told = 0;
  assert_int_equal(pipe(ends), 0);
  assert_true(tgpool_watch_fd(watch, ends[1], POLLIN, &told));
  tgpool_watch_wait(watch, 0, count);
  assert_int_equal(told, 0);
  assert_true(tgpool_watch_fd(watch, ends[1], POLLOUT, &told));
  tgpool_watch_wait(watch, 0, count);
  assert_int_equal(told, 1);
  assert_true(tgpool_watch_fd(watch, ends[1], 0, NULL));
  close(ends[0]);
  close(ends[1]);
}

static void times_come_in_order(void **state) {
  enum { MANY = 200 };
  tgpool_watch *watch = *state;
  tgpool_timer timers[MANY] = {0};
  unsigned seed = 7;
  assert_int_equal(tgpool_watch_timeout(watch), -1);
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < MANY; i++) {
      seed = seed * 1103515245u + 12345u;
      timers[i].owner = &timers[i];
      assert_true(tgpool_watch_timer(watch, &timers[i], (int64_t)(seed >> 16) % 30));
    }
  for (int i = 0; i < MANY; i += 3)
    assert_true(tgpool_watch_timer(watch, &timers[i], -1));
  usleep(50000);
  assert_int_equal(tgpool_watch_timeout(watch), 0);
  int64_t last = 0;
  int due = 0;
  for (tgpool_timer *one; (one = tgpool_watch_due(watch)) != NULL; due++) {
    assert_true(one->at >= last);
    assert_true((one - timers) % 3 != 0);
    last = one->at;
  }
  assert_int_equal(due, MANY - (MANY + 2) / 3);
  assert_int_equal(tgpool_watch_timeout(watch), -1);
}

static void a_wake_ends_the_wait_once(void **state) {
  tgpool_watch *watch = *state;
  struct pollfd fd = {.fd = tgpool_watch_descriptor(watch), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, 0), 0);
  tgpool_watch_wake(watch);
  tgpool_watch_wake(watch);
  assert_int_equal(poll(&fd, 1, 0), 1);
  tgpool_watch_wait(watch, -1, count);
  assert_int_equal(poll(&fd, 1, 0), 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(what_is_ready_is_told_and_nothing_else),
      TEST(events_can_be_changed),
      TEST(times_come_in_order),
      TEST(a_wake_ends_the_wait_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
