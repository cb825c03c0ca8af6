/* From a container of updates to handlers: each update in turn, messages in one shape whatever the
 * form that they came in. */
#include "kit/kit.h"

#include <string.h>

static int what_of(enum tg_Update_kind kind) {
  switch (kind) {
  case TG_updateNewMessage:
  case TG_updateNewChannelMessage:
    return TGKIT_MESSAGES;
  case TG_updateEditMessage:
  case TG_updateEditChannelMessage:
    return TGKIT_EDITS;
  case TG_updateDeleteMessages:
  case TG_updateDeleteChannelMessages:
    return TGKIT_DELETIONS;
  case TG_updateBotCallbackQuery:
  case TG_updateInlineBotCallbackQuery:
    return TGKIT_CALLBACKS;
  case TG_updateBotInlineQuery:
    return TGKIT_INLINE;
  case TG_updateChatParticipant:
  case TG_updateChannelParticipant:
  case TG_updateChatParticipantAdd:
    return TGKIT_JOINS;
  default:
    return 0;
  }
}

static const tg_message *message_of(const tg_Update *update) {
  tg_Message message = {0};
  switch (update->kind) {
  case TG_updateNewMessage:
    message = update->updateNewMessage->message;
    break;
  case TG_updateNewChannelMessage:
    message = update->updateNewChannelMessage->message;
    break;
  case TG_updateEditMessage:
    message = update->updateEditMessage->message;
    break;
  case TG_updateEditChannelMessage:
    message = update->updateEditChannelMessage->message;
    break;
  default:
    break;
  }
  return message.kind == TG_message ? message.message : NULL;
}

/* ---- filters ---- */

static bool is_channel(const tgkit_update *update, int64_t id) {
  for (size_t i = 0; i < update->chats.count; i++)
    if (update->chats.items[i].kind == TG_channel && update->chats.items[i].channel->id == id)
      return update->chats.items[i].channel->broadcast;
  return update->message->post;
}

static bool right_place(const handler *h, const tgkit_update *update) {
  const tgkit_filter *f = &h->filter;
  const tg_Peer *chat = &update->message->peer_id;
  if (f->chat && f->chat != tgkit_marked_peer(chat))
    return false;
  if (!f->in_private && !f->in_groups && !f->in_channels)
    return true;
  if (chat->kind == TG_peerUser)
    return f->in_private;
  bool channel = chat->kind == TG_peerChannel && is_channel(update, chat->peerChannel->channel_id);
  return channel ? f->in_channels : f->in_groups;
}

/* "/start", "/start@any_bot", each perhaps with more behind a blank. */
static bool is_command(const char *command, tl_string text) {
  size_t n = strlen(command);
  if (text.size < n + 1 || text.data[0] != '/' || memcmp(text.data + 1, command, n) != 0)
    return false;
  return text.size == n + 1 || strchr(" @\n", text.data[n + 1]) != NULL;
}

static bool wants_message(const handler *h, const tgkit_update *update) {
  const tgkit_filter *f = &h->filter;
  if (f->incoming != f->outgoing && f->outgoing != update->message->out)
    return false;
  return right_place(h, update) &&
         (!*h->command || is_command(h->command, update->message->message));
}

static bool wants(const handler *h, const tgkit_update *update) {
  int what = what_of(update->update->kind);
  if (h->kind)
    return h->kind == update->update->kind;
  if (h->what == TGKIT_ALL)
    return true;
  if (!(h->what & what))
    return false;
  if (what == TGKIT_MESSAGES || what == TGKIT_EDITS)
    return update->message && wants_message(h, update);
  return true;
}

/* ---- containers ---- */

static void hand_out(tgkit_update *update, const tg_Update *one) {
  update->update = one;
  update->message = message_of(one);
  update->kit->answers = 0;
  for (size_t i = 0; i < update->kit->n_handlers; i++) { /* handlers may add some */
    handler h = update->kit->handlers[i];
    if (wants(&h, update))
      h.call(h.ctx, update);
  }
}

static void hand_out_all(tgkit_update *update, tg_vector_Update list) {
  for (size_t i = 0; i < list.count; i++)
    hand_out(update, &list.items[i]);
}

/* As the update that the short form stands for
 * (https://core.telegram.org/constructor/updateShortMessage). */
static void hand_out_message(tgkit_update *update, const tg_message *message, int32_t pts,
                             int32_t pts_count) {
  tg_updateNewMessage made = {
      .message = tg_message_box(message), .pts = pts, .pts_count = pts_count};
  tg_Update one = tg_updateNewMessage_box(&made);
  hand_out(update, &one);
}

static void hand_out_private(tgkit_update *update, const tg_updateShortMessage *from) {
  tg_peerUser chat = {.user_id = from->user_id};
  tg_peerUser self = {.user_id = mtp_client_session(update->kit->client)->user_id};
  tg_message message = {.out = from->out,
                        .mentioned = from->mentioned,
                        .media_unread = from->media_unread,
                        .silent = from->silent,
                        .id = from->id,
                        .from_id = tg_peerUser_box(from->out ? &self : &chat),
                        .peer_id = tg_peerUser_box(&chat),
                        .fwd_from = from->fwd_from,
                        .via_bot_id = from->via_bot_id,
                        .has_via_bot_id = from->has_via_bot_id,
                        .reply_to = from->reply_to,
                        .date = from->date,
                        .message = from->message,
                        .entities = from->entities,
                        .ttl_period = from->ttl_period,
                        .has_ttl_period = from->has_ttl_period};
  hand_out_message(update, &message, from->pts, from->pts_count);
}

static void hand_out_group(tgkit_update *update, const tg_updateShortChatMessage *from) {
  tg_peerChat chat = {.chat_id = from->chat_id};
  tg_peerUser sender = {.user_id = from->from_id};
  tg_message message = {.out = from->out,
                        .mentioned = from->mentioned,
                        .media_unread = from->media_unread,
                        .silent = from->silent,
                        .id = from->id,
                        .from_id = tg_peerUser_box(&sender),
                        .peer_id = tg_peerChat_box(&chat),
                        .fwd_from = from->fwd_from,
                        .via_bot_id = from->via_bot_id,
                        .has_via_bot_id = from->has_via_bot_id,
                        .reply_to = from->reply_to,
                        .date = from->date,
                        .message = from->message,
                        .entities = from->entities,
                        .ttl_period = from->ttl_period,
                        .has_ttl_period = from->has_ttl_period};
  hand_out_message(update, &message, from->pts, from->pts_count);
}

void tgkit_dispatch(tgkit *kit, const tg_Updates *container) {
  tgkit_update update = {.kit = kit, .container = container};
  switch (container->kind) {
  case TG_updates:
    update.users = container->updates->users;
    update.chats = container->updates->chats;
    hand_out_all(&update, container->updates->updates);
    break;
  case TG_updatesCombined:
    update.users = container->updatesCombined->users;
    update.chats = container->updatesCombined->chats;
    hand_out_all(&update, container->updatesCombined->updates);
    break;
  case TG_updateShort:
    hand_out(&update, &container->updateShort->update);
    break;
  case TG_updateShortMessage:
    hand_out_private(&update, container->updateShortMessage);
    break;
  case TG_updateShortChatMessage:
    hand_out_group(&update, container->updateShortChatMessage);
    break;
  default: /* updatesTooLong, updateShortSentMessage: nothing to hear */
    break;
  }
}
