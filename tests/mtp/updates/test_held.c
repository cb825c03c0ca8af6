/* Updates that wait for what comes before them: how many, how much of them, and what becomes of
 * those that there is no room for. */
#include "client/client.h"
#include "client/updates_keeper.h"
#include "update_rig.h"
#include "updates/internal.h"

enum { PTS = 10, CHANNEL = 8 };

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

static const mtp_updates *machine(void) {
  return h.f.client->updates->machine;
}

static bool lost(int64_t channel_id) {
  mtp_event event;
  bool found = false;
  while (mtp_client_next_event(h.f.client, &event)) {
    found = found || (event.type == MTP_EVENT_UPDATES_LOST && event.channel_id == channel_id);
    mtp_reply_free(event.updates);
  }
  return found;
}

/* proves LV-4 */
static void test_what_waits_keeps_to_its_bytes(void **state) {
  (void)state;
  h.f.options.queue_bytes = 100000;
  h.silent = true;
  history_start(&h, PTS);
  for (int32_t i = 0; i < 300; i++) { /* each behind a gap */
    history_push_message(&h, PTS + 2 + 2 * i, 1);
    assert_true(machine()->held_bytes <= 100000 / 4);
  }
  assert_in_range(machine()->held, 1, 299);
}

/* proves LV-4 */
static void test_what_waits_keeps_to_its_number(void **state) {
  (void)state;
  mtp_updates *u;
  mtp_updates_limits limits = {.bytes = SIZE_MAX};
  mtp_session session;
  mtp_session_init(&session, NULL);
  session.updates.pts = PTS;
  u = mtp_updates_new(&session, &limits);
  assert_non_null(u);
  for (int32_t i = 0; i < MTP_HELD_MAX + 100; i++) {
    mtp_held step = {.value = PTS + 2 + 2 * i, .count = 1, .since = 1, .serial = 1};
    mtp_apply_step(u, &u->account, MTP_LINE_PTS, &step);
    assert_true(u->held <= MTP_HELD_MAX);
  }
  assert_int_equal(u->held, MTP_HELD_MAX);
  assert_true(u->account.wanted); /* the rest is asked for */
  mtp_updates_free(u);
  mtp_session_free(&session);
}

/* proves UP-4 */
static void test_what_had_no_room_and_does_not_come_is_lost(void **state) {
  (void)state;
  h.kind = HISTORY_EMPTY;
  history_start(&h, PTS);
  fixture_run_for(&h.f, 5000);
  (void)lost(0);
  h.f.client->updates->machine->limits.bytes = 1; /* nothing can wait */
  unsigned before = h.differences;
  history_push_message(&h, PTS + 5, 1);
  fixture_run_for(&h.f, 120000);
  assert_true(h.differences > before);
  assert_true(lost(0));
}

/* proves UP-5 */
static void test_a_channel_that_is_private_now_is_forgotten(void **state) {
  (void)state;
  history_start(&h, PTS);
  history_push_channel(&h, 20);
  assert_int_equal(mtp_client_session(h.f.client)->n_channels, 1);
  h.channel_error = "CHANNEL_PRIVATE";
  history_push_channel(&h, 25);
  fixture_run_for(&h.f, 5000);
  assert_true(lost(CHANNEL));
  assert_int_equal(mtp_client_session(h.f.client)->n_channels, 0);
}

/* What the machine asks for: of the account 0, of a channel its id; -1: nothing. */
static int64_t asks(mtp_updates *u) {
  mtp_out out;
  int64_t about = -1;
  while (mtp_updates_next(u, &out)) {
    if (out.kind == MTP_OUT_FETCH)
      about = out.channel_id;
    if (out.kind == MTP_OUT_DELIVER)
      mtp_reply_free(out.updates);
  }
  return about;
}

static int64_t asks_after(const tg_Updates *result) {
  mtp_channel_state channel = {CHANNEL, 5, 20};
  mtp_updates_limits limits = {.bytes = SIZE_MAX};
  mtp_session session;
  mtp_session_init(&session, NULL);
  session.updates.pts = PTS;
  session.channels = tl_alloc(session.allocator, sizeof channel);
  assert_non_null(session.channels);
  session.channels[0] = channel;
  session.n_channels = 1;
  mtp_updates *u = mtp_updates_new(&session, &limits);
  assert_non_null(u);
  u->account.wanted = false; /* as after the first one */
  tl_value value = {&tg_schema, result, tl_find_type(&tg_schema, "Updates", 7)};
  mtp_updates_own(u, &value, tg_messages_sendMessage_call(NULL).def, 0, 1000);
  int64_t about = asks(u);
  mtp_updates_free(u);
  mtp_session_free(&session);
  return about;
}

/* proves UP-8 */
static void test_what_a_call_says_is_to_be_fetched_is(void **state) {
  (void)state;
  tg_updatesTooLong too_long = {0};
  tg_Updates result = tg_updatesTooLong_box(&too_long);
  assert_int_equal(asks_after(&result), 0);
  tg_updatePtsChanged changed = {0};
  tg_updateShort update = {.update = tg_updatePtsChanged_box(&changed)};
  result = tg_updateShort_box(&update);
  assert_int_equal(asks_after(&result), 0);
  tg_updateChannelTooLong channel = {.channel_id = CHANNEL, .has_pts = true, .pts = 30};
  update.update = tg_updateChannelTooLong_box(&channel);
  assert_int_equal(asks_after(&result), CHANNEL);
  channel.pts = 20; /* that is known */
  assert_int_equal(asks_after(&result), -1);
}

/* proves UP-1 */
static void test_a_state_that_was_set_anew_is_fetched(void **state) {
  (void)state;
  history_start(&h, PTS);
  unsigned before = h.differences;
  tg_updatePtsChanged changed = {0};
  tg_updateShort update = {.update = tg_updatePtsChanged_box(&changed)};
  tl_object object = tg_updateShort_object(&update);
  history_push(&h, &object);
  fixture_run_for(&h.f, 5000);
  assert_int_equal(h.differences, before + 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_what_waits_keeps_to_its_bytes),
      TEST(test_what_waits_keeps_to_its_number),
      TEST(test_what_had_no_room_and_does_not_come_is_lost),
      TEST(test_a_channel_that_is_private_now_is_forgotten),
      TEST(test_what_a_call_says_is_to_be_fetched_is),
      TEST(test_a_state_that_was_set_anew_is_fetched),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
