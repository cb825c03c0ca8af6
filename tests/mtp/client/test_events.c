/* The queue of events by itself: what a program that never asks for them costs. */
#include "client/client.h"
#include "client/events.h"
#include "client_fixture.h"
#include "reply.h"

enum { BUDGET = 1 << 16, MOST = 4096 };

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  f.options.queue_bytes = BUDGET;
  fixture_start(&f, NULL);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* Updates of so many bytes, as they come from the wire. */
static void push_updates(size_t size) {
  tl_buffer bytes;
  tl_buffer_init(&bytes, f.client->allocator, 0);
  uint8_t *zeros = tl_buffer_extend(&bytes, size);
  assert_non_null(zeros);
  memset(zeros, 0, size);
  mtp_event event = {.type = MTP_EVENT_UPDATES,
                     .updates = mtp_reply_new(f.client->allocator, &bytes)};
  assert_non_null(event.updates);
  mtp_event_push(f.client, &event);
}

static size_t count(mtp_event_type type, bool *lost) {
  mtp_event event;
  size_t n = 0;
  *lost = false;
  while (mtp_client_next_event(f.client, &event)) {
    n += event.type == type;
    *lost = *lost || event.type == MTP_EVENT_UPDATES_LOST;
    mtp_reply_free(event.updates);
  }
  return n;
}

/* proves LV-4 */
static void test_bytes_that_wait_stay_within_the_budget(void **state) {
  (void)state;
  bool lost;
  for (int i = 0; i < 1000; i++) {
    push_updates(1000);
    assert_true(f.client->events.bytes <= BUDGET);
  }
  size_t kept = count(MTP_EVENT_UPDATES, &lost);
  assert_in_range(kept, 10, BUDGET / 1000);
  assert_true(lost);
}

/* proves LV-4 */
static void test_what_is_larger_than_the_budget_is_lost_and_nothing_else(void **state) {
  (void)state;
  bool lost;
  push_updates(100);
  push_updates(BUDGET);
  assert_true(f.client->events.bytes <= BUDGET);
  assert_int_equal(count(MTP_EVENT_UPDATES, &lost), 1);
  assert_true(lost);
}

/* proves LV-4 */
static void test_events_that_weigh_nothing_have_a_number(void **state) {
  (void)state;
  bool lost;
  f.client->options.queue_bytes = SIZE_MAX / 2;
  for (int i = 0; i < MOST + 100; i++) {
    mtp_event event = {.type = MTP_EVENT_CONNECTION, .dc = 2};
    mtp_event_push(f.client, &event);
    assert_true(f.client->events.count <= MOST);
  }
  assert_int_equal(count(MTP_EVENT_CONNECTION, &lost), MOST);
  assert_false(lost); /* of updates */
}

/* proves LV-4, UP-4 */
static void test_an_update_that_makes_room_is_told_as_lost(void **state) {
  (void)state;
  bool lost;
  push_updates(100);
  assert_int_equal(count(MTP_EVENT_UPDATES, &lost), 1);
  assert_false(lost);
  f.client->options.queue_bytes = SIZE_MAX / 2;
  push_updates(100);
  for (int i = 0; i < MOST; i++)
    mtp_event_push(f.client, &(mtp_event){.type = MTP_EVENT_CONNECTION, .dc = 2});
  assert_int_equal(count(MTP_EVENT_UPDATES, &lost), 0);
  assert_true(lost);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_bytes_that_wait_stay_within_the_budget),
      TEST(test_what_is_larger_than_the_budget_is_lost_and_nothing_else),
      TEST(test_events_that_weigh_nothing_have_a_number),
      TEST(test_an_update_that_makes_room_is_told_as_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
