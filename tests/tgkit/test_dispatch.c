/* What handlers hear of every form that updates come in. tgdc sends what the test says. */
#include <flow_fixture.h>
#include <tgkit/tgkit.h>

static const char accounts[] =
    "{\"users\": [{\"phone\": \"15550001111\", \"code\": \"12345\", \"first_name\": \"Ann\"}]}";

/* What a handler noted of the last update. */
typedef struct heard {
  unsigned times;
  enum tg_Update_kind kind;
  bool out;
  int32_t id, date;
  int64_t chat, from, via_bot;
  char text[64];
} heard;

typedef struct rig {
  flow *dc;
  tgauth *auth;
  tgkit *kit;
  unsigned all; /* updates of any kind */
} rig;

static void note(void *ctx, const tgkit_update *update) {
  heard *h = ctx;
  const tg_message *message = update->message;
  h->times++;
  h->kind = update->update->kind;
  if (!message)
    return;
  h->out = message->out;
  h->id = message->id;
  h->date = message->date;
  h->chat = tgkit_marked_peer(&message->peer_id);
  h->from = tgkit_marked_peer(&message->from_id);
  h->via_bot = message->has_via_bot_id ? message->via_bot_id : 0;
  snprintf(h->text, sizeof h->text, "%.*s", (int)message->message.size, message->message.data);
}

static void count(void *ctx, const tgkit_update *update) {
  (void)update;
  ++*(unsigned *)ctx;
}

/* Updates as they come, in whatever order: what is sent here has no place in any. */
static void start(rig *r) {
  mtp_error error;
  *r = (rig){.dc = flow_start(accounts, 0)};
  r->auth = flow_signed_in(r->dc, "15550001111");
  flow_ok(tgkit_open(tgauth_client(r->auth), NULL, &r->kit, &error), &error);
}

static void stop(rig *r) {
  tgkit_close(r->kit);
  tgauth_close(r->auth);
  flow_stop(r->dc);
}

static void on(rig *r, int what, const tgkit_filter *filter, heard *h) {
  *h = (heard){0};
  assert_int_equal(tgkit_on(r->kit, what, filter, note, h), MTP_OK);
}

/* Sends them, and a last one by which one sees that all have come. */
static void push(rig *r, const char *updates) {
  unsigned end = 0;
  mtp_error error;
  assert_int_equal(tgkit_on_update(r->kit, TG_updateConfig, count, &end), MTP_OK);
  flow_command(r->dc, "{\"do\": \"push\", \"phone\": \"15550001111\", \"updates\": %s}", updates);
  flow_command(r->dc, "{\"do\": \"push\", \"phone\": \"15550001111\", \"updates\": {\"_\": "
                      "\"updateShort\", \"date\": 9, \"update\": {\"_\": \"updateConfig\"}}}");
  for (int i = 0; i < 600 && !end; i++) {
    mtp_client_poll(tgauth_client(r->auth), 10);
    flow_ok(tgkit_process(r->kit, &error), &error);
  }
  assert_int_equal(end, 1);
  tgkit_close(r->kit); /* and the handlers with it */
  flow_ok(tgkit_open(tgauth_client(r->auth), NULL, &r->kit, &error), &error);
}

#define MESSAGE(id, peer, more)                                                                    \
  "{\"_\": \"message\", \"id\": " #id ", \"date\": 7, \"message\": \"m" #id                        \
  "\", \"peer_id\": " peer more "}"
#define USER(n)    "{\"_\": \"peerUser\", \"user_id\": \"" #n "\"}"
#define CHAT(n)    "{\"_\": \"peerChat\", \"chat_id\": \"" #n "\"}"
#define CHANNEL(n) "{\"_\": \"peerChannel\", \"channel_id\": \"" #n "\"}"
#define UPDATE(kind, message)                                                                      \
  "{\"_\": \"" kind "\", \"message\": " message ", \"pts\": 5, \"pts_count\": 1}"
#define CONTAINER(updates, chats)                                                                  \
  "{\"_\": \"updates\", \"users\": [], \"chats\": [" chats "], \"date\": 7, \"seq\": 0, "          \
  "\"updates\": [" updates "]}"

static void short_forms_are_heard_as_messages(void **state) {
  rig r;
  heard in, out;
  (void)state;
  start(&r);
  int64_t self = mtp_client_session(tgauth_client(r.auth))->user_id;
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.incoming = true}, &in);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.outgoing = true}, &out);
  push(&r, "{\"_\": \"updateShortMessage\", \"id\": 11, \"user_id\": \"77\", \"message\": \"hi\", "
           "\"pts\": 1, \"pts_count\": 1, \"date\": 70, \"via_bot_id\": \"88\"}");
  assert_int_equal(in.times, 1);
  assert_int_equal(out.times, 0);
  assert_int_equal(in.kind, TG_updateNewMessage);
  assert_int_equal(in.id, 11);
  assert_int_equal(in.date, 70);
  assert_int_equal(in.chat, 77);
  assert_int_equal(in.from, 77);
  assert_int_equal(in.via_bot, 88);
  assert_string_equal(in.text, "hi");
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.outgoing = true, .in_private = true}, &out);
  push(&r, "{\"_\": \"updateShortMessage\", \"out\": true, \"id\": 12, \"user_id\": \"77\", "
           "\"message\": \"mine\", \"pts\": 2, \"pts_count\": 1, \"date\": 71}");
  assert_int_equal(out.times, 1);
  assert_int_equal(out.chat, 77);
  assert_int_equal(out.from, self);
  assert_true(out.out);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.in_groups = true}, &in);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.in_private = true}, &out);
  push(&r, "{\"_\": \"updateShortChatMessage\", \"id\": 13, \"from_id\": \"77\", \"chat_id\": "
           "\"99\", \"message\": \"all\", \"pts\": 3, \"pts_count\": 1, \"date\": 72}");
  assert_int_equal(in.times, 1);
  assert_int_equal(out.times, 0);
  assert_int_equal(in.chat, -99);
  assert_int_equal(in.from, 77);
  assert_string_equal(in.text, "all");
  stop(&r);
}

static void each_kind_has_its_handler(void **state) {
  static const struct {
    int what;
    const char *update;
  } rows[] = {
      {TGKIT_MESSAGES, UPDATE("updateNewMessage", MESSAGE(1, USER(7), ""))},
      {TGKIT_MESSAGES, UPDATE("updateNewChannelMessage", MESSAGE(2, CHANNEL(8), ""))},
      {TGKIT_EDITS, UPDATE("updateEditMessage", MESSAGE(3, USER(7), ""))},
      {TGKIT_EDITS, UPDATE("updateEditChannelMessage", MESSAGE(4, CHANNEL(8), ""))},
      {TGKIT_DELETIONS,
       "{\"_\": \"updateDeleteMessages\", \"messages\": [1], \"pts\": 1, \"pts_count\": 1}"},
      {TGKIT_DELETIONS, "{\"_\": \"updateDeleteChannelMessages\", \"channel_id\": \"8\", "
                        "\"messages\": [1], \"pts\": 1, \"pts_count\": 1}"},
      {TGKIT_CALLBACKS, "{\"_\": \"updateBotCallbackQuery\", \"query_id\": \"1\", \"user_id\": "
                        "\"7\", \"peer\": " USER(7) ", \"msg_id\": 1, \"chat_instance\": \"1\"}"},
      {TGKIT_INLINE, "{\"_\": \"updateBotInlineQuery\", \"query_id\": \"1\", \"user_id\": \"7\", "
                     "\"query\": \"q\", \"offset\": \"\"}"},
      {TGKIT_JOINS, "{\"_\": \"updateChatParticipantAdd\", \"chat_id\": \"9\", \"user_id\": "
                    "\"7\", \"inviter_id\": \"6\", \"date\": 1, \"version\": 1}"},
      {0, "{\"_\": \"updateUserTyping\", \"user_id\": \"7\", \"action\": {\"_\": "
          "\"sendMessageTypingAction\"}}"},
  };
  static const int kinds[] = {TGKIT_MESSAGES,  TGKIT_EDITS,  TGKIT_DELETIONS,
                              TGKIT_CALLBACKS, TGKIT_INLINE, TGKIT_JOINS};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  rig r;
  (void)state;
  start(&r);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    heard h[KINDS], any;
    char text[2048];
    for (size_t k = 0; k < KINDS; k++)
      on(&r, kinds[k], NULL, &h[k]);
    on(&r, TGKIT_ALL, NULL, &any);
    snprintf(text, sizeof text, CONTAINER("%s", ""), rows[i].update);
    push(&r, text);
    for (size_t k = 0; k < KINDS; k++)
      assert_int_equal(h[k].times, rows[i].what == kinds[k]);
    assert_int_equal(any.times, 2); /* and the last one */
  }
  stop(&r);
}

static void places_are_told_apart(void **state) {
  static const char chats[] =
      CONTAINER(UPDATE("updateNewMessage", MESSAGE(1, USER(7), "")) "," UPDATE(
                    "updateNewMessage", MESSAGE(2, CHAT(9), "")) ","              //
                UPDATE("updateNewChannelMessage", MESSAGE(3, CHANNEL(8), "")) "," //
                UPDATE("updateNewChannelMessage", MESSAGE(4, CHANNEL(5), "")),
                "{\"_\": \"channel\", \"id\": \"8\", \"title\": \"c\", \"date\": 1, \"broadcast\": "
                "true, \"photo\": {\"_\": \"chatPhotoEmpty\"}},"
                "{\"_\": \"channel\", \"id\": \"5\", \"title\": \"g\", \"date\": 1, \"megagroup\": "
                "true, \"photo\": {\"_\": \"chatPhotoEmpty\"}}");
  rig r;
  heard private, groups, channels, one;
  (void)state;
  start(&r);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.in_private = true}, &private);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.in_groups = true}, &groups);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.in_channels = true}, &channels);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.chat = -9}, &one);
  push(&r, chats);
  assert_int_equal(private.times, 1);
  assert_int_equal(private.id, 1);
  assert_int_equal(groups.times, 2);
  assert_int_equal(groups.id, 4);
  assert_int_equal(channels.times, 1);
  assert_int_equal(channels.id, 3);
  assert_int_equal(one.times, 1);
  assert_int_equal(one.id, 2);
  stop(&r);
}

static void a_command_is_a_whole_word(void **state) {
#define SAYS(id, text)                                                                             \
  UPDATE("updateNewMessage",                                                                       \
         "{\"_\": \"message\", \"id\": " #id ", \"date\": 1, \"message\": \"" text                 \
         "\", \"peer_id\": " USER(7) "}")
  static const char texts[] = CONTAINER(
      SAYS(1, "/start") "," SAYS(2, "/start now") "," SAYS(3, "/start@a_bot") "," SAYS(
          4, "/started") "," SAYS(5, "start") "," SAYS(6, "say /start") "," SAYS(7, "/star"),
      "");
  rig r;
  heard start_command;
  (void)state;
  start(&r);
  on(&r, TGKIT_MESSAGES, &(tgkit_filter){.command = "start"}, &start_command);
  push(&r, texts);
  assert_int_equal(start_command.times, 3);
  assert_int_equal(start_command.id, 3);
  stop(&r);
}

static void combined_and_single_updates_are_heard(void **state) {
  rig r;
  heard h;
  (void)state;
  start(&r);
  on(&r, TGKIT_MESSAGES, NULL, &h);
  push(&r,
       "{\"_\": \"updatesCombined\", \"users\": [], \"chats\": [], \"date\": 7, \"seq_start\": "
       "1, \"seq\": 1, \"updates\": [" UPDATE("updateNewMessage", MESSAGE(1, USER(7), "")) "]}");
  assert_int_equal(h.times, 1);
  on(&r, TGKIT_MESSAGES, NULL, &h);
  push(&r, "{\"_\": \"updateShort\", \"date\": 7, \"update\": " //
       UPDATE("updateNewMessage", MESSAGE(2, USER(7), "")) "}");
  assert_int_equal(h.times, 1);
  assert_int_equal(h.id, 2);
  on(&r, TGKIT_ALL, NULL, &h);
  push(&r, "{\"_\": \"updatesTooLong\"}");
  assert_int_equal(h.times, 1); /* the last one */
  stop(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_forms_are_heard_as_messages),
      cmocka_unit_test(each_kind_has_its_handler),
      cmocka_unit_test(places_are_told_apart),
      cmocka_unit_test(a_command_is_a_whole_word),
      cmocka_unit_test(combined_and_single_updates_are_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
