/* Updates of channels, which have an order of their own; updates as they come, watched and counted.
 */
#include "update_rig.h"

static history h;

static int set_up(void **state) {
  (void)state;
  history_open(&h);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  history_close(&h);
  return 0;
}

/* ---- channels ---- */

static void test_channels_have_an_order_of_their_own(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_channel(&h, 20);
  history_push_channel(&h, 21);
  history_push_channel(&h, 21);
  history_assert_ids(&h, (const int32_t[]){20, 21}, 2);
  assert_int_equal(history_pts(&h), 10);
  assert_int_equal(mtp_client_session(h.f.client)->n_channels, 1);
  assert_int_equal(mtp_client_session(h.f.client)->channels[0].pts, 21);
  assert_int_equal(h.channel_differences, 0);
}

static void test_a_gap_in_a_channel_is_closed(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_channel(&h, 20);
  history_push_channel(&h, 25);
  assert_int_equal(h.channel_differences, 0); /* what is missing may only be late */
  fixture_run_for(&h.f, 1000);
  assert_int_equal(h.channel_differences, 1);
  history_assert_ids(&h, (const int32_t[]){20, 500}, 2);
  assert_int_equal(mtp_client_session(h.f.client)->channels[0].pts, 30);
}

static void test_a_difference_of_a_channel_that_leads_nowhere_ends(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_channel(&h, 20);
  h.stuck = true;
  history_push_channel(&h, 25);
  fixture_run_for(&h.f, 1000);
  assert_true(h.channel_differences <= 3);
}

/* ---- without keeping ---- */

static void test_without_keeping_updates_come_as_they_are(void **state) {
  (void)state;
  outcome out;
  h.f.options.keep_updates = false;
  history_start(&h, 10);
  fixture_call(&h.f, NULL, &out);
  fixture_wait(&h.f, &out);
  history_push_message(&h, 20, 1);
  history_push_message(&h, 20, 1);
  history_assert_ids(&h, (const int32_t[]){20, 20}, 2);
  assert_int_equal(h.differences, 0);
  outcome_free(&out);
}

static unsigned watched, gaps;

static void watch(void *ctx, const tl_value *updates) {
  (void)ctx;
  assert_true(!updates || updates->schema == &tg_schema);
  if (updates)
    watched++;
  else
    gaps++;
}

static void test_a_watcher_sees_them_first(void **state) {
  (void)state;
  watched = 0;
  history_start(&h, 10);
  mtp_client_watch(h.f.client, watch, NULL);
  history_push_message(&h, 11, 1);
  assert_int_equal(watched, 1);
  mtp_client_watch(h.f.client, NULL, NULL);
  history_push_message(&h, 12, 1);
  assert_int_equal(watched, 1);
  history_assert_ids(&h, (const int32_t[]){11, 12}, 2);
}

static void test_a_watcher_hears_of_gaps(void **state) {
  (void)state;
  gaps = 0;
  history_start(&h, 10);
  mtp_client_watch(h.f.client, watch, NULL);
  history_push_message(&h, 11, 1);
  assert_int_equal(gaps, 0);
  uint8_t created[28] = {0x08, 0x09, 0xc2, 0x9e, 0, 0, 0, 0, 0, 0, 0, 1, 77};
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, created, sizeof created);
  fixture_settle(&h.f);
  assert_int_equal(gaps, 0); /* the first session */
  created[12] = 78;
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, created, sizeof created);
  fixture_settle(&h.f);
  assert_int_equal(gaps, 1);
}

static void test_events_that_nobody_takes_are_bounded(void **state) {
  (void)state;
  mtp_event event;
  h.f.options.keep_updates = false;
  h.f.options.queue_bytes = (size_t)64 << 20;
  outcome out;
  history_start(&h, 10);
  fixture_call(&h.f, NULL, &out);
  fixture_wait(&h.f, &out);
  outcome_free(&out);
  for (int32_t i = 0; i < 5000; i++) {
    tg_updateShort shorter = {.date = i};
    tg_updateConfig config = {0};
    shorter.update = tg_updateConfig_box(&config);
    tl_object object = tg_updateShort_object(&shorter);
    fake_push(fixture_dc(&h.f, 2), &h.home, &object);
    if (i % 50 == 0) {
      fake_dc_step(fixture_dc(&h.f, 2));
      mtp_client_process(h.f.client, NULL, 0);
    }
  }
  fixture_settle(&h.f);
  assert_true(mtp_client_next_event(h.f.client, &event));
  assert_int_equal(event.type, MTP_EVENT_UPDATES_LOST);
  size_t n = 0;
  while (fixture_event(&h.f, MTP_EVENT_UPDATES, &event)) {
    mtp_reply_free(event.updates);
    n++;
  }
  assert_int_equal(n, 4096);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_channels_have_an_order_of_their_own),
      TEST(test_a_gap_in_a_channel_is_closed),
      TEST(test_a_difference_of_a_channel_that_leads_nowhere_ends),
      TEST(test_without_keeping_updates_come_as_they_are),
      TEST(test_a_watcher_sees_them_first),
      TEST(test_a_watcher_hears_of_gaps),
      TEST(test_events_that_nobody_takes_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
