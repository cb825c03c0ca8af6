/* Sending, answering, editing, forwarding and deleting messages. */
#include <string.h>
#include <tg/channels.h>
#include <tg/has.h>
#include <tg/messages.h>

#include "kit/call.h"
#include "kit/kit.h"
#include "peers/ids.h"

static const tgkit_send_options plain;

/* ---- a new message ---- */

typedef struct sending {
  tg_messages_sendMessage request;
#ifdef TG_HAS_messages_sendMessage_reply_to
  tg_inputReplyToMessage reply_to;
#endif
} sending;

static tl_call fill_send(void *args, const tgkit_input *to) {
  tg_messages_sendMessage *request = args;
  request->peer = to->peer;
  return tg_messages_sendMessage_call(request);
}

/* The server has that random_id already: it was sent, by this program before it was run again. */
static bool was_sent(const mtp_error *error, const tgkit_send_options *options) {
  return options->random_id && error->rpc == TG_ERR_RANDOM_ID_DUPLICATE;
}

static mtp_status send_request(tgkit *kit, sending *s, tgkit_input *to,
                               const tgkit_send_options *options, int32_t *id, mtp_error *error) {
  tgkit_request request = {&s->request, fill_send};
  mtp_reply *reply;
  mtp_status status = tgkit_call(kit, &request, to, &reply, error);
  if (status == MTP_ERR_RPC && was_sent(error, options))
    return MTP_OK;
  if (status != MTP_OK)
    return status;
  tg_Updates answer = tg_messages_sendMessage_result(mtp_reply_value(reply));
  if (id)
    *id = tgkit_sent_id(&answer, s->request.random_id);
  mtp_reply_free(reply);
  return MTP_OK;
}

mtp_status tgkit_send(tgkit *kit, tgkit_input *to, tl_string text,
                      const tgkit_send_options *options, int32_t *id, mtp_error *error) {
  mtp_error own;
  tgkit_text read;
  tl_arena arena;
  sending s = {0};
  options = options ? options : &plain;
  error = error ? error : &own;
  if (id)
    *id = 0;
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_read_text(kit, text, options, &arena, &read, error);
  s.request.message = read.text;
  s.request.entities = read.entities;
  s.request.silent = options->silent;
  s.request.no_webpage = options->no_webpage;
  s.request.reply_markup = options->reply_markup;
  s.request.random_id = options->random_id ? options->random_id : tgkit_random_id();
#ifdef TG_HAS_messages_sendMessage_reply_to
  s.reply_to.reply_to_msg_id = options->reply_to;
  if (options->reply_to)
    s.request.reply_to = tg_inputReplyToMessage_box(&s.reply_to);
#else
  s.request.reply_to_msg_id = options->reply_to;
#endif
  if (status == MTP_OK && !s.request.random_id)
    status = tgkit_fail(error, MTP_ERR_RANDOM, "");
  if (status == MTP_OK)
    status = send_request(kit, &s, to, options, id, error);
  tl_arena_free(&arena);
  return status;
}

/* ---- an answer ---- */

static uint64_t mix(uint64_t state, uint64_t value) {
  uint64_t z = state + value + UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* The same for the same answer to the same message, by the same account. */
static int64_t answer_id(const tgkit_update *update) {
  uint64_t id = mix(0, (uint64_t)mtp_client_session(update->kit->client)->user_id);
  id = mix(id, (uint64_t)tgkit_marked_peer(&update->message->peer_id));
  id = mix(id, (uint64_t)update->message->id);
  id = mix(id, (uint64_t)(update->message->has_edit_date ? update->message->edit_date : 0));
  id = mix(id, ++update->kit->answers);
  return id ? (int64_t)id : 1;
}

bool tgkit_chat_of(tgkit *kit, const tg_message *message, tgkit_input *out) {
  int64_t id;
  tgkit_kind kind = tgkit_unmark(tgkit_marked_peer(&message->peer_id), &id);
  return kind != TGKIT_NOBODY && tgkit_input_of(kit->peers, kind, id, out);
}

mtp_status tgkit_reply(const tgkit_update *update, tl_string text,
                       const tgkit_send_options *options, int32_t *id, mtp_error *error) {
  tgkit_send_options own = options ? *options : plain;
  tgkit_input to;
  if (!update->message)
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "the update is no message");
  if (!tgkit_chat_of(update->kit, update->message, &to))
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "nothing is known of the chat");
  if (!own.reply_to)
    own.reply_to = update->message->id;
  if (!own.random_id)
    own.random_id = answer_id(update);
  return tgkit_send(update->kit, &to, text, &own, id, error);
}

/* ---- what is there already ---- */

static tl_call fill_edit(void *args, const tgkit_input *to) {
  tg_messages_editMessage *request = args;
  request->peer = to->peer;
  return tg_messages_editMessage_call(request);
}

mtp_status tgkit_edit(tgkit *kit, tgkit_input *chat, int32_t id, tl_string text,
                      const tgkit_send_options *options, mtp_error *error) {
  tg_messages_editMessage edit = {.id = id};
  tgkit_request request = {&edit, fill_edit};
  tgkit_text read;
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_read_text(kit, text, options, &arena, &read, error);
  edit.message = read.text;
  edit.entities = read.entities;
  if (options) {
    edit.no_webpage = options->no_webpage;
    edit.reply_markup = options->reply_markup;
  }
  if (status == MTP_OK)
    status = tgkit_do(kit, &request, chat, error);
  tl_arena_free(&arena);
  return status;
}

static tl_call fill_delete(void *args, const tgkit_input *to) {
  (void)to;
  return tg_messages_deleteMessages_call(args);
}

static tl_call fill_channel_delete(void *args, const tgkit_input *to) {
  tg_channels_deleteMessages *request = args;
  request->channel = to->channel;
  return tg_channels_deleteMessages_call(request);
}

mtp_status tgkit_delete(tgkit *kit, tgkit_input *chat, const int32_t *ids, size_t n,
                        mtp_error *error) {
  tg_messages_deleteMessages own = {.id = {ids, n}, .revoke = true};
  tg_channels_deleteMessages channel = {.id = {ids, n}};
  tgkit_request here = {&own, fill_delete}, there = {&channel, fill_channel_delete};
  return tgkit_do(kit, chat->kind == TGKIT_CHANNEL ? &there : &here, chat, error);
}

typedef struct forwarding {
  tg_messages_forwardMessages request;
  const tgkit_input *from;
} forwarding;

static tl_call fill_forward(void *args, const tgkit_input *to) {
  forwarding *f = args;
  f->request.from_peer = f->from->peer;
  f->request.to_peer = to->peer;
  return tg_messages_forwardMessages_call(&f->request);
}

mtp_status tgkit_forward(tgkit *kit, tgkit_input *from, const int32_t *ids, size_t n,
                         tgkit_input *to, mtp_error *error) {
  forwarding f = {.request = {.id = {ids, n}}, .from = from};
  tgkit_request request = {&f, fill_forward};
  int64_t *random = tl_alloc(NULL, (n + 1) * sizeof *random);
  if (!random)
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  mtp_status status = MTP_OK;
  for (size_t i = 0; i < n && status == MTP_OK; i++) {
    random[i] = tgkit_random_id();
    if (!random[i])
      status = tgkit_fail(error, MTP_ERR_RANDOM, "");
  }
  f.request.random_id.items = random;
  f.request.random_id.count = n;
  if (status == MTP_OK)
    status = tgkit_do(kit, &request, to, error);
  tl_free(NULL, random, (n + 1) * sizeof *random);
  return status;
}

typedef struct typing {
  tg_messages_setTyping request;
  tg_sendMessageTypingAction action;
} typing;

static tl_call fill_typing(void *args, const tgkit_input *to) {
  typing *t = args;
  t->request.peer = to->peer;
  t->request.action = tg_sendMessageTypingAction_box(&t->action);
  return tg_messages_setTyping_call(&t->request);
}

mtp_status tgkit_typing(tgkit *kit, tgkit_input *chat, mtp_error *error) {
  typing t = {0};
  tgkit_request request = {&t, fill_typing};
  return tgkit_do(kit, &request, chat, error);
}
