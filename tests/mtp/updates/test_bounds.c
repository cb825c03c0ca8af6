/* Updates of a client whose server is hostile, silent or wasteful: what it costs, and that the rest
 * goes on. */
#include <mt/core.h>
#include <stdlib.h>
#include <zlib.h>

#include "update_rig.h"

static history h;

/* ---- memory that is counted ---- */

static size_t in_use, most;

static void *counted(void *ctx, void *old, size_t old_size, size_t size) {
  (void)ctx;
  if (size == 0) {
    free(old);
    in_use -= old_size;
    return NULL;
  }
  void *made = realloc(old, size);
  if (made)
    in_use += size - old_size;
  most = in_use > most ? in_use : most;
  return made;
}

static const tl_allocator counting = {.realloc = counted};

static int set_up(void **state) {
  (void)state;
  in_use = most = 0;
  history_open(&h);
  h.f.options.allocator = &counting;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  history_close(&h);
  assert_int_equal(in_use, 0);
  return 0;
}

/* ---- large ones ---- */

enum { LARGE = 16 << 20, HOW_MANY = 40, MIB = 1 << 20 };

/* gzip_packed of an update with a text of 16 MB, in a few kilobytes. */
static void pack_large(tl_buffer *out) {
  char *text = malloc(LARGE - 1000);
  memset(text, 'a', LARGE - 1000);
  tg_updateServiceNotification update = {.type = TL_STR("x"), .message = {text, LARGE - 1000}};
  static const tg_messageMediaEmpty no_media = {0};
  static const tg_MessageEntity none[1];
  update.media = tg_messageMediaEmpty_box(&no_media);
  update.entities.items = none;
  tg_updateShort one = {.update = tg_updateServiceNotification_box(&update), .date = 1};
  tl_object object = tg_updateShort_object(&one);
  tl_buffer plain, packed;
  tl_buffer_init(&plain, NULL, 0);
  tl_buffer_init(&packed, NULL, 0);
  assert_int_equal(tl_encode(&object, &plain, NULL), TL_OK);
  uLongf size = compressBound(plain.size);
  uint8_t *small = malloc(size);
  assert_int_equal(compress(small, &size, plain.data, plain.size), Z_OK);
  mt_gzip_packed gzip = {.packed_data = tl_bytes_of(small, size)};
  object = mt_gzip_packed_object(&gzip);
  assert_int_equal(tl_encode(&object, out, NULL), TL_OK);
  tl_buffer_free(&plain);
  tl_buffer_free(&packed);
  free(small);
  free(text);
}

/* Takes all events that wait; whether a message was among them. */
static bool message_came(void) {
  mtp_event event;
  bool came = false;
  while (fixture_event(&h.f, MTP_EVENT_UPDATES, &event)) {
    const tg_Updates *u = tl_value_slot(mtp_reply_value(event.updates), &tg_schema,
                                        tl_find_type(&tg_schema, "Updates", 7));
    came =
        came || (u->kind == TG_updateShort && u->updateShort->update.kind == TG_updateNewMessage);
    mtp_reply_free(event.updates);
  }
  return came;
}

/* proves LV-4 */
static void test_large_updates_keep_to_the_budget(void **state) {
  (void)state;
  tl_buffer packed;
  tl_buffer_init(&packed, NULL, 0);
  pack_large(&packed);
  history_start(&h, 10);
  most = in_use;
  for (int i = 0; i < HOW_MANY; i++)
    fake_push_raw(fixture_dc(&h.f, 2), &h.home, packed.data, packed.size);
  fixture_settle(&h.f);
  print_message("%d updates of %d MB in %zu bytes each: %zu MB at most\n", HOW_MANY, LARGE / MIB,
                packed.size, most / MIB);
  assert_true(most < (size_t)64 * MIB);
  history_push_message(&h, 11, 1);
  bool came = false;
  for (int turn = 0; turn < 500 && !came;
       turn++) { /* behind the large ones: a piece in each turn */
    came = message_came();
    fixture_settle(&h.f);
  }
  assert_true(came);
  tl_buffer_free(&packed);
}

/* proves LV-4, UP-4 */
static void test_events_that_nobody_takes_are_bounded_in_bytes(void **state) {
  (void)state;
  mtp_event event;
  h.f.options.queue_bytes = 200000;
  history_start(&h, 10);
  size_t before = in_use;
  for (int32_t i = 0; i < 180; i++) /* half of them where pointers have 32 bits */
    history_push_message(&h, 11 + i, 1);
  assert_true(in_use < before + 400000);
  assert_true(mtp_client_next_event(h.f.client, &event));
  assert_int_equal(event.type, MTP_EVENT_UPDATES_LOST);
  assert_true(event.channel_id == MTP_ALL_CHANNELS);
}

/* ---- many small ones ---- */

/* A container of so many updates: updateChannelTooLong, each of another channel that is not known,
 * or updateConfig. */
static void push_many(int n, bool channels) {
  static const tg_updateConfig config = {0};
  static const tg_User no_user[1];
  static const tg_Chat no_chat[1];
  tg_updateChannelTooLong *each = calloc((size_t)n, sizeof *each);
  tg_Update *all = calloc((size_t)n, sizeof *all);
  assert_true(each && all);
  for (int i = 0; i < n; i++) {
    each[i].channel_id = 1000 + i;
    all[i] = channels ? tg_updateChannelTooLong_box(&each[i]) : tg_updateConfig_box(&config);
  }
  tg_updates updates = {.updates = {all, (size_t)n}, .date = 1000};
  updates.users.items = no_user;
  updates.chats.items = no_chat;
  tl_object object = tg_updates_object(&updates);
  history_push(&h, &object);
  free(all);
  free(each);
}

/* proves LV-4, UP-4 */
static void test_channels_that_are_lost_are_named_up_to_a_number(void **state) {
  (void)state;
  enum { MANY = 20000, NAMED = 64 };
  mtp_event event;
  unsigned named = 0, everything = 0, updates = 0;
  history_start(&h, 10);
  fixture_settle(&h.f);
  size_t before = most = in_use;
  push_many(MANY, true);
  fixture_settle(&h.f);
  print_message("%d channels: %zu kB at most\n", MANY, (most - before) / 1000);
  assert_true(most - before < (size_t)8 * MIB);
  while (mtp_client_next_event(h.f.client, &event)) {
    bool lost = event.type == MTP_EVENT_UPDATES_LOST;
    named += lost && event.channel_id > 0;
    everything += lost && event.channel_id == MTP_ALL_CHANNELS;
    updates += event.type == MTP_EVENT_UPDATES;
    if (event.type == MTP_EVENT_UPDATES)
      mtp_reply_free(event.updates);
  }
  assert_int_equal(named, NAMED);
  assert_int_equal(everything, 1);
  assert_int_equal(updates, 1); /* they stay together */
}

/* proves LV-5, UP-4 */
static void test_a_container_of_more_than_anyone_has_to_tell_is_a_gap(void **state) {
  (void)state;
  mtp_event event;
  history_start(&h, 10);
  fixture_settle(&h.f);
  while (mtp_client_next_event(h.f.client, &event))
    mtp_reply_free(event.type == MTP_EVENT_UPDATES ? event.updates : NULL);
  unsigned differences = h.differences;
  push_many(40000, false);
  fixture_settle(&h.f);
  assert_false(fixture_event(&h.f, MTP_EVENT_UPDATES, &event));
  assert_true(h.differences > differences);
  push_many(30000, false);
  fixture_settle(&h.f);
  assert_true(fixture_event(&h.f, MTP_EVENT_UPDATES, &event));
  mtp_reply_free(event.updates);
}

/* ---- silence ---- */

static void push_typing(void) {
  static const tg_sendMessageTypingAction typing = {0};
  tg_updateUserTyping update = {.user_id = 7, .action = tg_sendMessageTypingAction_box(&typing)};
  tg_updateShort one = {.update = tg_updateUserTyping_box(&update), .date = 1};
  tl_object object = tg_updateShort_object(&one);
  history_push(&h, &object);
}

/* proves LV-3, UP-3 */
static void test_a_difference_that_never_comes_leaves_nobody_deaf(void **state) {
  (void)state;
  int32_t ids[200];
  h.silent = true;
  history_start(&h, 10);
  push_typing();
  assert_int_equal(history_take_ids(&h, ids, 200), 1); /* has no place: at once */
  size_t n = 0;
  for (int32_t i = 0; i < 144; i++) {
    history_push_message(&h, 11 + i, 1);
    fixture_run_for(&h.f, 1000);
    n += history_take_ids(&h, ids + n, 200 - n);
  }
  fixture_run_for(&h.f, 30000);
  n += history_take_ids(&h, ids + n, 200 - n);
  assert_int_equal(n, 144);
  for (int32_t i = 0; i < 144; i++)
    assert_int_equal(ids[i], 11 + i);
  assert_true(h.differences <= 10);
}

/* proves LV-3, UP-4 */
static void test_a_gap_that_cannot_be_closed_is_named(void **state) {
  (void)state;
  mtp_event event;
  history_start(&h, 10);
  history_push_channel(&h, 20);
  h.silent = true;
  history_push_channel(&h, 25);
  history_push_message(&h, 15, 1);
  fixture_run_for(&h.f, 120000);
  bool account = false, channel = false;
  unsigned updates = 0;
  while (mtp_client_next_event(h.f.client, &event)) {
    account = account || (event.type == MTP_EVENT_UPDATES_LOST && event.channel_id == 0);
    channel = channel || (event.type == MTP_EVENT_UPDATES_LOST && event.channel_id == 8);
    updates += event.type == MTP_EVENT_UPDATES;
    mtp_reply_free(event.updates);
  }
  assert_true(account && channel);
  assert_int_equal(updates, 3);
}

/* ---- waste ---- */

/* proves LV-7 */
static void test_differences_that_bring_nothing_are_asked_for_ever_more_rarely(void **state) {
  (void)state;
  h.kind = HISTORY_TOO_LONG;
  h.left = 100000;
  h.grows = true;
  history_start(&h, 10);
  fixture_run_for(&h.f, 60000);
  print_message("%u differences in a minute\n", h.differences);
  assert_true(h.differences <= 10);
  fixture_run_for(&h.f, 600000);
  assert_true(h.differences <= 24);
}

/* ---- channels ---- */

/* proves UP-5 */
static void test_a_channel_that_is_too_far_behind_is_told_with_its_newest(void **state) {
  (void)state;
  mtp_event event;
  history_start(&h, 10);
  history_push_channel(&h, 20);
  h.channel_too_long = true;
  history_push_channel(&h, 80);
  fixture_run_for(&h.f, 1000);
  assert_int_equal(mtp_client_session(h.f.client)->channels[0].pts, 90);
  unsigned messages = 0, inboxes = 0, losses = 0;
  while (mtp_client_next_event(h.f.client, &event)) {
    losses += event.type == MTP_EVENT_UPDATES_LOST && event.channel_id == 8;
    if (event.type == MTP_EVENT_UPDATES) {
      const tg_Updates *u = tl_value_slot(mtp_reply_value(event.updates), &tg_schema,
                                          tl_find_type(&tg_schema, "Updates", 7));
      for (size_t i = 0; u->kind == TG_updates && i < u->updates->updates.count; i++) {
        const tg_Update *each = &u->updates->updates.items[i];
        messages += each->kind == TG_updateNewChannelMessage &&
                    each->updateNewChannelMessage->message.message->id == 600;
        inboxes += each->kind == TG_updateReadChannelInbox &&
                   each->updateReadChannelInbox->still_unread_count == 5;
      }
      mtp_reply_free(event.updates);
    }
  }
  assert_int_equal(messages, 1);
  assert_int_equal(inboxes, 1);
  assert_int_equal(losses, 1);
}

/* proves UP-6 */
static void test_an_update_of_no_known_channel_moves_no_pts(void **state) {
  (void)state;
  history_start(&h, 10);
  tg_messageEmpty empty = {.id = 3};
  tg_updateNewChannelMessage update = {
      .message = tg_messageEmpty_box(&empty), .pts = 11, .pts_count = 1};
  tg_updateShort one = {.update = tg_updateNewChannelMessage_box(&update), .date = 1};
  tl_object object = tg_updateShort_object(&one);
  history_push(&h, &object);
  assert_int_equal(history_pts(&h), 10);
  assert_int_equal(mtp_client_session(h.f.client)->n_channels, 0);
  mtp_event event;
  assert_true(fixture_event(&h.f, MTP_EVENT_UPDATES, &event));
  mtp_reply_free(event.updates);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_large_updates_keep_to_the_budget),
      TEST(test_events_that_nobody_takes_are_bounded_in_bytes),
      TEST(test_channels_that_are_lost_are_named_up_to_a_number),
      TEST(test_a_container_of_more_than_anyone_has_to_tell_is_a_gap),
      TEST(test_a_difference_that_never_comes_leaves_nobody_deaf),
      TEST(test_a_gap_that_cannot_be_closed_is_named),
      TEST(test_differences_that_bring_nothing_are_asked_for_ever_more_rarely),
      TEST(test_a_channel_that_is_too_far_behind_is_told_with_its_newest),
      TEST(test_an_update_of_no_known_channel_moves_no_pts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
