/* Every form that updates come in is put in order (https://core.telegram.org/api/updates): short
 * messages by their pts, combined containers by the range of their seq, and what a difference has
 * of secret chats. */
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

/* Takes the next event of updates; its container is valid until the reply is freed. */
static const tg_Updates *next(mtp_reply **reply) {
  mtp_event event;
  if (!fixture_event(&h.f, MTP_EVENT_UPDATES, &event))
    return NULL;
  *reply = event.updates;
  return tl_value_slot(mtp_reply_value(event.updates), &tg_schema,
                       tl_find_type(&tg_schema, "Updates", 7));
}

/* The next event is of that form; what it says of pts is returned. */
static void assert_next(enum tg_Updates_kind kind) {
  mtp_reply *reply;
  const tg_Updates *updates = next(&reply);
  assert_non_null(updates);
  assert_int_equal(updates->kind, kind);
  mtp_reply_free(reply);
}

static void assert_nothing(void) {
  mtp_reply *reply;
  assert_null(next(&reply));
}

static void push_short(int32_t pts, int32_t count) {
  tg_updateShortMessage message = {.id = pts,
                                   .user_id = 7,
                                   .message = TL_STR("m"),
                                   .pts = pts,
                                   .pts_count = count,
                                   .date = 1000};
  tl_object object = tg_updateShortMessage_object(&message);
  history_push(&h, &object);
}

static void push_short_chat(int32_t pts, int32_t count) {
  tg_updateShortChatMessage message = {.id = pts,
                                       .from_id = 7,
                                       .chat_id = 9,
                                       .message = TL_STR("m"),
                                       .pts = pts,
                                       .pts_count = count,
                                       .date = 1000};
  tl_object object = tg_updateShortChatMessage_object(&message);
  history_push(&h, &object);
}

static void push_sent(int32_t pts, int32_t count) {
  tg_updateShortSentMessage message = {.id = pts, .pts = pts, .pts_count = count, .date = 1000};
  tl_object object = tg_updateShortSentMessage_object(&message);
  history_push(&h, &object);
}

/* proves UP-1 */
static void test_short_messages_have_their_place(void **state) {
  (void)state;
  history_start(&h, 10);
  push_short(11, 1);
  assert_next(TG_updateShortMessage);
  push_short_chat(12, 1);
  assert_next(TG_updateShortChatMessage);
  push_sent(13, 1);
  assert_next(TG_updateShortSentMessage);
  assert_int_equal(history_pts(&h), 13);
  push_short(13, 1); /* once more */
  push_short_chat(12, 1);
  assert_nothing();
  assert_int_equal(history_pts(&h), 13);
}

static void test_short_messages_wait_for_what_is_before_them(void **state) {
  (void)state;
  history_start(&h, 10);
  push_short_chat(12, 1);
  assert_nothing();
  push_short(11, 1);
  assert_next(TG_updateShortMessage);
  assert_next(TG_updateShortChatMessage);
  assert_int_equal(history_pts(&h), 12);
}

static void test_a_gap_before_a_short_message_is_closed(void **state) {
  (void)state;
  history_start(&h, 10);
  push_short(13, 1);
  h.kind = HISTORY_WHOLE;
  h.left = 1;
  h.pts = 12;
  fixture_run_for(&h.f, 1000);
  assert_int_equal(h.differences, 2);
  assert_next(TG_updates); /* of the difference */
  assert_next(TG_updateShortMessage);
  assert_int_equal(history_pts(&h), 13);
}

/* ---- combined ---- */

static void push_combined(int32_t seq_start, int32_t seq) {
  static const tg_updateConfig config;
  static const tg_User no_user[1];
  static const tg_Chat no_chat[1];
  tg_Update items[2] = {tg_updateConfig_box(&config), tg_updateConfig_box(&config)};
  tg_updatesCombined combined = {
      .updates = {items, 2}, .date = 1000, .seq_start = seq_start, .seq = seq};
  combined.users.items = no_user;
  combined.chats.items = no_chat;
  tl_object object = tg_updatesCombined_object(&combined);
  history_push(&h, &object);
}

static int32_t kept_seq(void) {
  return mtp_client_session(h.f.client)->updates.seq;
}

static void test_combined_containers_cover_a_range_of_seq(void **state) {
  (void)state;
  history_start(&h, 10);
  push_combined(6, 8);
  assert_next(TG_updatesCombined);
  assert_int_equal(kept_seq(), 8);
  push_combined(7, 8); /* it was there */
  assert_nothing();
  push_combined(10, 11); /* 9 is missing */
  assert_nothing();
  push_combined(9, 9);
  assert_next(TG_updatesCombined);
  assert_next(TG_updatesCombined);
  assert_int_equal(kept_seq(), 11);
}

static void test_a_gap_of_seq_is_closed_by_a_difference(void **state) {
  (void)state;
  history_start(&h, 10);
  push_combined(8, 9);
  assert_nothing();
  h.seq = 9;
  fixture_run_for(&h.f, 1000);
  assert_int_equal(h.differences, 2);
  assert_int_equal(kept_seq(), 9);
  assert_int_equal(history_pts(&h), 10);
}

/* ---- secret chats ---- */

static void test_a_difference_brings_secret_messages_as_updates(void **state) {
  mtp_reply *reply;
  (void)state;
  h.kind = HISTORY_WHOLE;
  h.left = 1;
  h.pts = 11;
  h.secrets = 2;
  history_start(&h, 10);
  const tg_Updates *updates = next(&reply);
  assert_non_null(updates);
  assert_int_equal(updates->kind, TG_updates);
  assert_int_equal(updates->updates->updates.count, 3);
  const tg_Update *items = updates->updates->updates.items;
  assert_int_equal(items[0].kind, TG_updateNewMessage);
  for (int i = 1; i < 3; i++) {
    assert_int_equal(items[i].kind, TG_updateNewEncryptedMessage);
    const tg_EncryptedMessage *message = &items[i].updateNewEncryptedMessage->message;
    assert_int_equal(message->kind, TG_encryptedMessageService);
    assert_int_equal(message->encryptedMessageService->chat_id, i);
  }
  mtp_reply_free(reply);
  assert_int_equal(mtp_client_session(h.f.client)->updates.qts, 1);
}

#define FORM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      FORM(test_short_messages_have_their_place),
      FORM(test_short_messages_wait_for_what_is_before_them),
      FORM(test_a_gap_before_a_short_message_is_closed),
      FORM(test_combined_containers_cover_a_range_of_seq),
      FORM(test_a_gap_of_seq_is_closed_by_a_difference),
      FORM(test_a_difference_brings_secret_messages_as_updates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
