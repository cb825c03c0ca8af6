/* Updates in order, old, ahead of their time and lost; the state that is kept, and how gaps are
 * closed (https://core.telegram.org/api/updates). */
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

static void test_state_is_asked_for_when_there_is_none(void **state) {
  (void)state;
  history_start(&h, 0);
  assert_int_equal(h.states, 1);
  assert_int_equal(h.differences, 0);
  assert_int_equal(history_pts(&h), 10);
  assert_int_equal(mtp_client_session(h.f.client)->updates.seq, 5);
}

static void test_what_was_missed_is_fetched_at_the_start(void **state) {
  (void)state;
  h.kind = HISTORY_SLICES;
  h.left = 3;
  h.pts = 11;
  history_start(&h, 10);
  assert_int_equal(h.states, 0);
  assert_int_equal(h.differences, 3);
  history_assert_ids(&h, (const int32_t[]){111, 112, 113}, 3);
  assert_int_equal(history_pts(&h), 13);
}

static void test_updates_in_order_are_delivered(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_message(&h, 11, 1);
  history_push_message(&h, 13, 2);
  history_assert_ids(&h, (const int32_t[]){11, 13}, 2);
  assert_int_equal(history_pts(&h), 13);
  assert_int_equal(h.differences, 1);
}

static void test_old_updates_are_dropped(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_message(&h, 11, 1);
  history_push_message(&h, 11, 1);
  history_push_message(&h, 9, 1);
  history_assert_ids(&h, (const int32_t[]){11}, 1);
  assert_int_equal(history_pts(&h), 11);
}

static void test_updates_that_come_in_the_wrong_order_are_put_right(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_message(&h, 13, 1);
  history_push_message(&h, 12, 1);
  history_assert_ids(&h, NULL, 0);
  history_push_message(&h, 11, 1);
  history_assert_ids(&h, (const int32_t[]){11, 12, 13}, 3);
  fixture_run_for(&h.f, 5000);
  assert_int_equal(h.differences, 1); /* that of the start */
}

static void test_a_gap_is_closed_by_a_difference(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_message(&h, 13, 1);
  h.kind = HISTORY_WHOLE;
  h.left = 1;
  h.pts = 12;
  fixture_run_for(&h.f, 1000);
  assert_int_equal(h.differences, 2);
  assert_int_equal(h.asked_pts, 10);
  history_assert_ids(&h, (const int32_t[]){112, 13}, 2);
  assert_int_equal(history_pts(&h), 13);
}

static void test_a_gap_that_the_server_does_not_see_is_accepted(void **state) {
  (void)state;
  history_start(&h, 10);
  history_push_message(&h, 20, 1);
  fixture_run_for(&h.f, 1000);
  assert_int_equal(h.differences, 2);
  history_assert_ids(&h, (const int32_t[]){20}, 1);
  assert_int_equal(history_pts(&h), 20);
  fixture_run_for(&h.f, 60000);
  assert_int_equal(h.differences, 2); /* and not asked for again and again */
}

static void test_too_much_was_missed(void **state) {
  (void)state;
  mtp_event event;
  h.kind = HISTORY_TOO_LONG;
  h.left = 1;
  h.pts = 5000;
  history_start(&h, 10);
  assert_int_equal(h.differences, 2);
  assert_int_equal(history_pts(&h), 5000);
  assert_true(fixture_event(&h.f, MTP_EVENT_UPDATES_LOST, &event));
}

static void test_a_state_that_the_server_refuses_is_replaced(void **state) {
  (void)state;
  mtp_event event;
  h.kind = HISTORY_INVALID;
  h.left = 1;
  history_start(&h, 7);
  assert_int_equal(h.states, 1);
  assert_int_equal(history_pts(&h), 10);
  assert_true(fixture_event(&h.f, MTP_EVENT_UPDATES_LOST, &event));
}

static void test_updates_too_long_asks_for_the_difference(void **state) {
  (void)state;
  history_start(&h, 10);
  tg_updatesTooLong too_long = {0};
  tl_object object = tg_updatesTooLong_object(&too_long);
  history_push(&h, &object);
  assert_int_equal(h.differences, 2);
}

/* proves TL-17 */
static void test_an_update_that_cannot_be_read_is_a_gap(void **state) {
  (void)state;
  static const uint8_t strange[8] = {0xde, 0xc0, 0xad, 0x0b};
  history_start(&h, 10);
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, strange, sizeof strange);
  fixture_settle(&h.f);
  assert_int_equal(h.differences, 2);
  assert_int_equal(fixture_dc(&h.f, 2)->accepted, 1);
}

/* proves UP-7 */
static void test_a_long_silence_is_looked_into(void **state) {
  (void)state;
  history_start(&h, 10);
  fixture_run_for(&h.f, 890000);
  assert_int_equal(h.differences, 1);
  fixture_run_for(&h.f, 20000);
  assert_int_equal(h.differences, 2);
}

/* proves MS-11 */
static void test_a_new_session_of_the_server_is_a_gap(void **state) {
  (void)state;
  history_start(&h, 10);
  static const uint8_t created[28] = {0x08, 0x09, 0xc2, 0x9e, 0, 0, 0, 0, 0, 0, 0, 1, 77};
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, created, sizeof created);
  fixture_settle(&h.f);
  unsigned before = h.differences;
  uint8_t again[28];
  memcpy(again, created, sizeof again);
  again[12] = 78;
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, again, sizeof again);
  fixture_settle(&h.f);
  assert_int_equal(h.differences, before + 1);
}

/* proves MS-11, UP-7 */
static void test_a_new_session_of_ours_is_a_gap(void **state) {
  (void)state;
  h.f.options.pfs = true;
  h.f.options.temp_key_s = 600;
  history_start(&h, 10);
  static const uint8_t created[28] = {0x08, 0x09, 0xc2, 0x9e, 0, 0, 0, 0, 0, 0, 0, 1, 77};
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, created, sizeof created);
  fixture_settle(&h.f);
  unsigned before = h.differences;
  int64_t session = h.home.session_id;
  fixture_run_for(&h.f, 600000); /* another temporary key, and with it another session */
  outcome out;
  fixture_call(&h.f, NULL, &out);
  fixture_wait(&h.f, &out);
  assert_true(h.home.session_id != session);
  assert_int_equal(h.differences, before + 1); /* for the connection */
  before = h.differences;
  fake_push_raw(fixture_dc(&h.f, 2), &h.home, created, sizeof created);
  fixture_settle(&h.f);
  assert_int_equal(h.differences, before + 1);
  outcome_free(&out);
}

static void test_a_difference_that_leads_nowhere_ends(void **state) {
  (void)state;
  h.kind = HISTORY_SLICES;
  h.left = 1000;
  h.stuck = true;
  history_start(&h, 10);
  fixture_run_for(&h.f, 1000);
  assert_true(h.differences <= 3);
  h.kind = HISTORY_TOO_LONG;
  history_push_message(&h, 40, 1);
  fixture_run_for(&h.f, 1000);
  assert_true(h.differences <= 6);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_state_is_asked_for_when_there_is_none),
      TEST(test_what_was_missed_is_fetched_at_the_start),
      TEST(test_updates_in_order_are_delivered),
      TEST(test_old_updates_are_dropped),
      TEST(test_updates_that_come_in_the_wrong_order_are_put_right),
      TEST(test_a_gap_is_closed_by_a_difference),
      TEST(test_a_gap_that_the_server_does_not_see_is_accepted),
      TEST(test_too_much_was_missed),
      TEST(test_a_state_that_the_server_refuses_is_replaced),
      TEST(test_updates_too_long_asks_for_the_difference),
      TEST(test_an_update_that_cannot_be_read_is_a_gap),
      TEST(test_a_long_silence_is_looked_into),
      TEST(test_a_new_session_of_the_server_is_a_gap),
      TEST(test_a_new_session_of_ours_is_a_gap),
      TEST(test_a_difference_that_leads_nowhere_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
