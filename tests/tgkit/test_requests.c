/* What goes out for messages that are there already, and lists that come page by page. tgdc answers
 * what the test says. */
#include <flow_fixture.h>
#include <tgkit/tgkit.h>

static const char accounts[] =
    "{\"users\": [{\"phone\": \"15550001111\", \"code\": \"12345\", \"first_name\": \"Ann\"}]}";

typedef struct rig {
  flow *dc;
  tgauth *auth;
  tgkit *kit;
  tgkit_input channel, group;
} rig;

#define PHOTO "\"photo\": {\"_\": \"chatPhotoEmpty\"}"
#define CHANNEL_8                                                                                  \
  "{\"_\": \"channel\", \"id\": \"8\", \"access_hash\": \"80\", \"title\": \"News\", \"date\": "   \
  "1, " PHOTO "}"
#define GROUP_9                                                                                    \
  "{\"_\": \"chat\", \"id\": \"9\", \"title\": \"We\", \"participants_count\": 1, \"date\": 1, "   \
  "\"version\": 1, " PHOTO "}"

static void rule(rig *r, const char *method, const char *answer) {
  flow_command(r->dc, "{\"do\": \"clear\", \"method\": \"%s\"}", method);
  flow_command(r->dc, "{\"do\": \"rule\", \"method\": \"%s\", \"answer\": %s}", method, answer);
}

/* The kit has heard of a channel and of a group. */
static void start(rig *r) {
  mtp_error error;
  tgkit_peers *peers;
  *r = (rig){.dc = flow_start(accounts, 0)};
  r->auth = flow_signed_in(r->dc, "15550001111");
  flow_ok(tgkit_open(tgauth_client(r->auth), NULL, &r->kit, &error), &error);
  peers = tgkit_peers_of(r->kit);
  rule(r, "messages.getChats",
       "{\"_\": \"messages.chats\", \"chats\": [" CHANNEL_8 "," GROUP_9 "]}");
  tg_messages_getChats chats = {0};
  tl_call call = tg_messages_getChats_call(&chats);
  mtp_reply *reply;
  flow_ok(mtp_call_sync(tgauth_client(r->auth), &call, NULL, &reply, &error), &error);
  mtp_reply_free(reply);
  assert_true(tgkit_input_of(peers, TGKIT_CHANNEL, 8, &r->channel));
  assert_true(tgkit_input_of(peers, TGKIT_CHAT, 9, &r->group));
}

static void stop(rig *r) {
  tgkit_close(r->kit);
  tgauth_close(r->auth);
  flow_stop(r->dc);
}

#define NO_UPDATES                                                                                 \
  "{\"_\": \"updates\", \"users\": [], \"chats\": [], \"updates\": [], \"date\": 1, \"seq\": 0}"
#define AFFECTED "{\"_\": \"messages.affectedMessages\", \"pts\": 1, \"pts_count\": 0}"

static void what_is_deleted_is_so_by_the_method_of_its_place(void **state) {
  static const int32_t ids[] = {1, 2};
  rig r;
  mtp_error error;
  (void)state;
  start(&r);
  rule(&r, "messages.deleteMessages", AFFECTED);
  rule(&r, "channels.deleteMessages", AFFECTED);
  flow_ok(tgkit_delete(r.kit, &r.group, ids, 2, &error), &error);
  assert_int_equal(flow_calls(r.dc, "messages.deleteMessages"), 1);
  assert_int_equal(flow_calls(r.dc, "channels.deleteMessages"), 0);
  flow_ok(tgkit_delete(r.kit, &r.channel, ids, 2, &error), &error);
  assert_int_equal(flow_calls(r.dc, "messages.deleteMessages"), 1);
  assert_int_equal(flow_calls(r.dc, "channels.deleteMessages"), 1);
  stop(&r);
}

static void messages_are_edited_and_forwarded(void **state) {
  static const int32_t ids[] = {1, 2};
  static const tgkit_markup grammar = TGKIT_HTML;
  static const tgkit_send_options html = {.markup = &grammar};
  rig r;
  mtp_error error;
  (void)state;
  start(&r);
  rule(&r, "messages.editMessage", NO_UPDATES);
  rule(&r, "messages.forwardMessages", NO_UPDATES);
  rule(&r, "messages.setTyping", "true");
  flow_ok(tgkit_edit(r.kit, &r.group, 1, TL_STR("<b>new</b>"), &html, &error), &error);
  assert_int_equal(flow_calls(r.dc, "messages.editMessage"), 1);
  assert_int_equal(tgkit_edit(r.kit, &r.group, 1, TL_STR("<b>new"), &html, &error),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(flow_calls(r.dc, "messages.editMessage"), 1);
  flow_ok(tgkit_forward(r.kit, &r.channel, ids, 2, &r.group, &error), &error);
  assert_int_equal(flow_calls(r.dc, "messages.forwardMessages"), 1);
  flow_ok(tgkit_typing(r.kit, &r.group, &error), &error);
  assert_int_equal(flow_calls(r.dc, "messages.setTyping"), 1);
  stop(&r);
}

static void what_the_server_refuses_is_told(void **state) {
  rig r;
  mtp_error error;
  (void)state;
  start(&r);
  flow_command(r.dc, "{\"do\": \"rule\", \"method\": \"messages.editMessage\", \"error\": "
                     "\"MESSAGE_NOT_MODIFIED\"}");
  mtp_status status = tgkit_edit(r.kit, &r.group, 1, TL_STR("same"), NULL, &error);
  flow_rpc(status, &error, TG_ERR_MESSAGE_NOT_MODIFIED);
  stop(&r);
}

/* ---- lists ---- */

#define PARTICIPANT(n) "{\"_\": \"channelParticipant\", \"user_id\": \"" #n "\", \"date\": 1}"
#define PARTICIPANTS(list)                                                                         \
  "{\"_\": \"channels.channelParticipants\", \"count\": 3, \"chats\": [], \"users\": [{\"_\": "    \
  "\"user\", \"id\": \"7\", \"first_name\": \"Bea\", \"last_name\": \"Bo\"}], \"participants\": "  \
  "[" list "]}"

/* Answers that are used one after the other, each once. */
static void in_turn(rig *r, const char *method, const char *const *answers, size_t n) {
  flow_command(r->dc, "{\"do\": \"clear\", \"method\": \"%s\"}", method);
  for (size_t i = 0; i < n; i++)
    flow_command(r->dc, "{\"do\": \"rule\", \"method\": \"%s\", \"times\": 1, \"answer\": %s}",
                 method, answers[i]);
}

static void participants_come_page_by_page(void **state) {
  static const char *const pages[] = {PARTICIPANTS(PARTICIPANT(7) "," PARTICIPANT(6)),
                                      PARTICIPANTS(PARTICIPANT(5)), PARTICIPANTS("")};
  static const int64_t expected[] = {7, 6, 5};
  rig r;
  mtp_error error;
  mtp_status status;
  char name[32];
  (void)state;
  start(&r);
  in_turn(&r, "channels.getParticipants", pages, 3);
  tgkit_pages *list = tgkit_participants(r.kit, &r.channel);
  for (size_t i = 0; i < 3; i++) {
    const tg_ChannelParticipant *one = tgkit_next_participant(list, &status, &error);
    flow_ok(status, &error);
    assert_non_null(one);
    assert_int_equal(one->kind, TG_channelParticipant);
    assert_int_equal(one->channelParticipant->user_id, expected[i]);
  }
  tg_peerUser bea = {.user_id = 7}, other = {.user_id = 70};
  tg_Peer peer = tg_peerUser_box(&bea), nobody = tg_peerUser_box(&other);
  assert_string_equal(tgkit_title(list, &peer, name, sizeof name), "Bea Bo");
  assert_string_equal(tgkit_title(list, &nobody, name, sizeof name), "");
  assert_null(tgkit_next_participant(list, &status, &error));
  flow_ok(status, &error);
  tgkit_pages_free(list);
  stop(&r);
}

#define DIALOG(peer, id, member)                                                                   \
  "{\"_\": \"dialog\", \"peer\": {\"_\": \"" peer "\", \"" member "\": \"" #id "\"}, "             \
  "\"top_message\": 3, \"read_inbox_max_id\": 0, \"read_outbox_max_id\": 0, \"unread_count\": 0, " \
  "\"unread_mentions_count\": 0, \"unread_reactions_count\": 0, \"unread_poll_votes_count\": 0, "  \
  "\"notify_settings\": {\"_\": \"peerNotifySettings\"}}"
#define TOP(peer, id, member, date)                                                                \
  "{\"_\": \"messageService\", \"id\": 3, \"date\": " #date ", \"peer_id\": {\"_\": \"" peer       \
  "\", \"" member "\": \"" #id "\"}, \"action\": {\"_\": \"messageActionHistoryClear\"}}"
#define SLICE(dialogs, messages)                                                                   \
  "{\"_\": \"messages.dialogsSlice\", \"count\": 2, \"users\": [], \"chats\": [" CHANNEL_8         \
  "," GROUP_9 "], \"dialogs\": [" dialogs "], \"messages\": [" messages "]}"

static void dialogs_come_page_by_page(void **state) {
  static const char *const pages[] = {
      SLICE(DIALOG("peerChannel", 8, "channel_id"), TOP("peerChannel", 8, "channel_id", 20)),
      SLICE(DIALOG("peerChat", 9, "chat_id"), TOP("peerChat", 9, "chat_id", 10)),
      SLICE(DIALOG("peerChat", 9, "chat_id"), TOP("peerChat", 9, "chat_id", 10))};
  rig r;
  mtp_error error;
  mtp_status status;
  char name[32];
  (void)state;
  start(&r);
  in_turn(&r, "messages.getDialogs", pages, 3);
  tgkit_pages *list = tgkit_dialogs(r.kit);
  const tg_dialog *one = tgkit_next_dialog(list, &status, &error);
  flow_ok(status, &error);
  assert_string_equal(tgkit_title(list, &one->peer, name, sizeof name), "News");
  one = tgkit_next_dialog(list, &status, &error);
  flow_ok(status, &error);
  assert_string_equal(tgkit_title(list, &one->peer, name, sizeof name), "We");
  /* A server that says the same again is not asked for ever. */
  for (int i = 0; i < 3 && one; i++)
    one = tgkit_next_dialog(list, &status, &error);
  flow_ok(status, &error);
  assert_null(one);
  assert_in_range(flow_calls(r.dc, "messages.getDialogs"), 2, 3);
  tgkit_pages_free(list);
  stop(&r);
}

/* Nobody asked whether it changed: there is nothing in such an answer, and what the page before
 * held is gone. */
static void a_page_that_says_not_modified_is_the_end(void **state) {
  static const char *const dialogs[] = {
      SLICE(DIALOG("peerChannel", 8, "channel_id"), TOP("peerChannel", 8, "channel_id", 20)),
      "{\"_\": \"messages.dialogsNotModified\", \"count\": 2}"};
  static const char *const people[] = {PARTICIPANTS(PARTICIPANT(7)),
                                       "{\"_\": \"channels.channelParticipantsNotModified\"}"};
  rig r;
  mtp_error error;
  mtp_status status;
  (void)state;
  start(&r);
  in_turn(&r, "messages.getDialogs", dialogs, 2);
  tgkit_pages *list = tgkit_dialogs(r.kit);
  assert_non_null(tgkit_next_dialog(list, &status, &error));
  assert_null(tgkit_next_dialog(list, &status, &error));
  flow_ok(status, &error);
  assert_null(tgkit_next_dialog(list, &status, &error));
  tgkit_pages_free(list);
  in_turn(&r, "channels.getParticipants", people, 2);
  list = tgkit_participants(r.kit, &r.channel);
  assert_non_null(tgkit_next_participant(list, &status, &error));
  assert_null(tgkit_next_participant(list, &status, &error));
  flow_ok(status, &error);
  assert_null(tgkit_next_participant(list, &status, &error));
  tgkit_pages_free(list);
  stop(&r);
}

static void a_list_of_nobody_is_an_error(void **state) {
  rig r;
  mtp_error error;
  mtp_status status;
  (void)state;
  start(&r);
  tgkit_input unknown = {.kind = TGKIT_CHANNEL, .id = 12345};
  tgkit_pages *list = tgkit_history(r.kit, &unknown);
  assert_null(tgkit_next_message(list, &status, &error));
  flow_failed(status, &error, MTP_ERR_ARGUMENT);
  assert_null(tgkit_next_participant(list, &status, &error)); /* it is a list of messages */
  flow_ok(status, &error);
  tgkit_pages_free(list);
  stop(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_deleted_is_so_by_the_method_of_its_place),
      cmocka_unit_test(messages_are_edited_and_forwarded),
      cmocka_unit_test(what_the_server_refuses_is_told),
      cmocka_unit_test(participants_come_page_by_page),
      cmocka_unit_test(dialogs_come_page_by_page),
      cmocka_unit_test(a_page_that_says_not_modified_is_the_end),
      cmocka_unit_test(a_list_of_nobody_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
