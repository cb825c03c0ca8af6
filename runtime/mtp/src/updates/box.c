/* Containers of updates: read, shared, and shown in part. */
#include "updates/box.h"

#include <string.h>
#include <tg/core.h>
#include <tg/updates.h>

static uint16_t updates_type(void) {
  return tl_find_type(&tg_schema, "Updates", 7);
}

/* ---- reading ---- */

static void read_whole(mtp_box *out, const tg_updates *u) {
  out->items = u->updates.items;
  out->n = u->updates.count;
  out->users = &u->users;
  out->chats = &u->chats;
  out->date = u->date;
  out->seq_start = out->seq = u->seq;
}

static void read_combined(mtp_box *out, const tg_updatesCombined *u) {
  out->items = u->updates.items;
  out->n = u->updates.count;
  out->users = &u->users;
  out->chats = &u->chats;
  out->date = u->date;
  out->seq_start = u->seq_start;
  out->seq = u->seq;
}

static void read_short(mtp_box *out, int32_t pts, int32_t pts_count) {
  out->n = 1;
  out->pts = pts > 0 && pts_count >= 0 ? pts : 0;
  out->pts_count = pts_count;
}

void mtp_box_read(mtp_box *out, const tg_Updates *value) {
  *out = (mtp_box){.n = 0};
  switch (value->kind) {
  case TG_updates:
    read_whole(out, value->updates);
    break;
  case TG_updatesCombined:
    read_combined(out, value->updatesCombined);
    break;
  case TG_updateShort:
    out->items = &value->updateShort->update;
    out->n = 1;
    break;
  case TG_updateShortMessage:
    read_short(out, value->updateShortMessage->pts, value->updateShortMessage->pts_count);
    break;
  case TG_updateShortChatMessage:
    read_short(out, value->updateShortChatMessage->pts, value->updateShortChatMessage->pts_count);
    break;
  case TG_updateShortSentMessage:
    read_short(out, value->updateShortSentMessage->pts, value->updateShortSentMessage->pts_count);
    break;
  default:
    out->too_long = true;
    break;
  }
}

/* ---- life ---- */

mtp_box *mtp_box_new(const tl_allocator *allocator, mtp_reply *reply) {
  mtp_box *box = tl_alloc(allocator, sizeof *box);
  if (!box) {
    mtp_reply_free(reply);
    return NULL;
  }
  mtp_box_read(box, tl_value_slot(mtp_reply_value(reply), &tg_schema, updates_type()));
  box->allocator = allocator;
  box->reply = reply;
  box->refs = 1;
  return box;
}

mtp_box *mtp_box_keep(mtp_box *box) {
  box->refs++;
  return box;
}

void mtp_box_release(mtp_box *box) {
  if (!box || --box->refs)
    return;
  mtp_reply_free(box->reply);
  tl_free(box->allocator, box, sizeof *box);
}

/* ---- in part ---- */

/* A container of these updates as the value of a reply, in its arena. */
static bool set_container(mtp_reply *reply, const mtp_box *like, const tg_Update *items, size_t n) {
  tl_arena *arena = mtp_reply_arena(reply);
  tg_updates *made = tl_arena_alloc(arena, sizeof *made);
  tg_Updates *boxed = tl_arena_alloc(arena, sizeof *boxed);
  if (!made || !boxed)
    return false;
  memset(made, 0, sizeof *made);
  made->updates.items = items;
  made->updates.count = n;
  if (like->users)
    made->users = *like->users;
  if (like->chats)
    made->chats = *like->chats;
  made->date = like->date;
  made->seq = like->seq;
  *boxed = tg_updates_box(made);
  mtp_reply_set_value(reply, &(tl_value){&tg_schema, boxed, updates_type()});
  return true;
}

mtp_reply *mtp_box_view(const mtp_box *box, const uint32_t *items, size_t n) {
  mtp_reply *view = mtp_reply_view(box->reply);
  tg_Update *list = view ? tl_arena_alloc(mtp_reply_arena(view), (n ? n : 1) * sizeof *list) : NULL;
  for (size_t i = 0; list && i < n; i++)
    list[i] = box->items[items[i]];
  if (list && set_container(view, box, list, n))
    return view;
  mtp_reply_free(view);
  return NULL;
}

/* ---- from a difference ---- */

enum { DIALOG_UPDATES = 3 };

static bool has_dialog(const mtp_parcel *parcel) {
  return parcel->dialog && parcel->dialog->kind == TG_dialog;
}

size_t mtp_parcel_own(const mtp_parcel *parcel) {
  return parcel->messages->count + (parcel->secret ? parcel->secret->count : 0) +
         (has_dialog(parcel) ? DIALOG_UPDATES : 0);
}

static tg_Update box_message(tl_arena *arena, const tg_Message *message, const mtp_parcel *parcel) {
  tg_Update none = {0};
  if (parcel->channel_id) {
    tg_updateNewChannelMessage *u = tl_arena_alloc(arena, sizeof *u);
    if (!u)
      return none;
    *u = (tg_updateNewChannelMessage){.message = *message, .pts = parcel->pts};
    return tg_updateNewChannelMessage_box(u);
  }
  tg_updateNewMessage *u = tl_arena_alloc(arena, sizeof *u);
  if (!u)
    return none;
  *u = (tg_updateNewMessage){.message = *message, .pts = parcel->pts};
  return tg_updateNewMessage_box(u);
}

static tg_Update box_secret(tl_arena *arena, const tg_EncryptedMessage *message) {
  tg_Update none = {0};
  tg_updateNewEncryptedMessage *u = tl_arena_alloc(arena, sizeof *u);
  if (!u)
    return none;
  *u = (tg_updateNewEncryptedMessage){.message = *message};
  return tg_updateNewEncryptedMessage_box(u);
}

/* What a dialog says, in the words of updates. */
static bool box_dialog(tl_arena *arena, const mtp_parcel *parcel, tg_Update *items) {
  const tg_dialog *dialog = parcel->dialog->dialog;
  tg_updateReadChannelInbox *inbox = tl_arena_alloc(arena, sizeof *inbox);
  tg_updateReadChannelOutbox *outbox = tl_arena_alloc(arena, sizeof *outbox);
  tg_updateNotifySettings *notify = tl_arena_alloc(arena, sizeof *notify);
  tg_notifyPeer *peer = tl_arena_alloc(arena, sizeof *peer);
  if (!inbox || !outbox || !notify || !peer)
    return false;
  *inbox = (tg_updateReadChannelInbox){.has_folder_id = dialog->has_folder_id,
                                       .folder_id = dialog->folder_id,
                                       .channel_id = parcel->channel_id,
                                       .max_id = dialog->read_inbox_max_id,
                                       .still_unread_count = dialog->unread_count,
                                       .pts = parcel->pts};
  *outbox = (tg_updateReadChannelOutbox){.channel_id = parcel->channel_id,
                                         .max_id = dialog->read_outbox_max_id};
  *peer = (tg_notifyPeer){.peer = dialog->peer};
  *notify = (tg_updateNotifySettings){.peer = tg_notifyPeer_box(peer),
                                      .notify_settings = dialog->notify_settings};
  items[0] = tg_updateReadChannelInbox_box(inbox);
  items[1] = tg_updateReadChannelOutbox_box(outbox);
  items[2] = tg_updateNotifySettings_box(notify);
  return true;
}

static bool fill(tl_arena *arena, const mtp_parcel *parcel, tg_Update *items) {
  size_t n = 0;
  for (size_t i = 0; i < parcel->messages->count; i++, n++) {
    items[n] = box_message(arena, &parcel->messages->items[i], parcel);
    if (!items[n].kind)
      return false;
  }
  for (size_t i = 0; parcel->secret && i < parcel->secret->count; i++, n++) {
    items[n] = box_secret(arena, &parcel->secret->items[i]);
    if (!items[n].kind)
      return false;
  }
  if (has_dialog(parcel) && !box_dialog(arena, parcel, items + n))
    return false;
  n = mtp_parcel_own(parcel);
  if (parcel->others && parcel->others->count)
    memcpy(items + n, parcel->others->items, parcel->others->count * sizeof *items);
  return true;
}

mtp_box *mtp_box_pack(const tl_allocator *allocator, mtp_reply *reply, const mtp_parcel *parcel) {
  tl_arena *arena = mtp_reply_arena(reply);
  size_t n = mtp_parcel_own(parcel) + (parcel->others ? parcel->others->count : 0);
  mtp_box like = {
      .users = parcel->users, .chats = parcel->chats, .date = parcel->date, .seq = parcel->seq};
  tg_Update *items = tl_arena_alloc(arena, (n ? n : 1) * sizeof *items);
  if (items && fill(arena, parcel, items) && set_container(reply, &like, items, n))
    return mtp_box_new(allocator, reply);
  mtp_reply_free(reply);
  return NULL;
}
