/* One container of updates against the state: what is new is delivered, what is old dropped, what
 * is ahead of its time refused (https://core.telegram.org/api/updates#update-handling). */
#include <string.h>

#include "client/updates.h"

/* A container in one form, whatever constructor it came in. */
typedef struct container {
  tg_Update *items; /* in the reply's arena, to be filtered */
  size_t n;
  const tg_vector_User *users;
  const tg_vector_Chat *chats;
  int32_t date, seq_start, seq; /* seq 0: not ordered as a whole */
} container;

static bool copy_items(mtp_reply *reply, const tg_Update *items, size_t n, container *out) {
  out->items = tl_arena_alloc(mtp_reply_arena(reply), (n ? n : 1) * sizeof *items);
  if (!out->items)
    return false;
  if (n)
    memcpy(out->items, items, n * sizeof *items);
  out->n = n;
  return true;
}

/* ---- order ---- */

typedef enum place { PLACE_NEXT, PLACE_OLD, PLACE_AHEAD } place;

static place compare(int32_t local, int32_t value, int32_t count) {
  int64_t next = (int64_t)local + count;
  return next == value ? PLACE_NEXT : next > value ? PLACE_OLD : PLACE_AHEAD;
}

static place compare_secret(int32_t local, int32_t qts) {
  if (local == 0 || qts == 0)
    return PLACE_NEXT;
  return compare(local, qts, 1);
}

/* Goes through what the account's own order says, on a copy of the state. False: a gap. */
static bool pass(mtp_update_state *state, container *c, bool forced) {
  size_t kept = 0;
  for (size_t i = 0; i < c->n; i++) {
    mtp_update_info info = mtp_update_info_of(&c->items[i]);
    place at = PLACE_NEXT;
    if (info.kind == MTP_UPDATE_COMMON)
      at = compare(state->pts, info.pts, info.pts_count);
    else if (info.kind == MTP_UPDATE_SECRET)
      at = compare_secret(state->qts, info.qts);
    if (at == PLACE_AHEAD && !forced)
      return false;
    if (at == PLACE_OLD)
      continue;
    if (info.kind == MTP_UPDATE_COMMON)
      state->pts = info.pts;
    else if (info.kind == MTP_UPDATE_SECRET)
      state->qts = info.qts;
    c->items[kept++] = c->items[i];
  }
  c->n = kept;
  return true;
}

/* ---- forms ---- */

static bool from_updates(mtp_reply *reply, const tg_Updates *value, container *out) {
  if (value->kind == TG_updates) {
    const tg_updates *u = value->updates;
    out->users = &u->users;
    out->chats = &u->chats;
    out->date = u->date;
    out->seq_start = out->seq = u->seq;
    return copy_items(reply, u->updates.items, u->updates.count, out);
  }
  const tg_updatesCombined *u = value->updatesCombined;
  out->users = &u->users;
  out->chats = &u->chats;
  out->date = u->date;
  out->seq_start = u->seq_start;
  out->seq = u->seq;
  return copy_items(reply, u->updates.items, u->updates.count, out);
}

/* The filtered container becomes the reply's value. */
static bool set_filtered(mtp_updates *updates, mtp_reply *reply, const container *c) {
  tl_arena *arena = mtp_reply_arena(reply);
  tg_updates *made = tl_arena_alloc(arena, sizeof *made);
  tg_Updates *box = tl_arena_alloc(arena, sizeof *box);
  if (!made || !box)
    return false;
  memset(made, 0, sizeof *made);
  made->updates.items = c->items;
  made->updates.count = c->n;
  made->users = *c->users;
  made->chats = *c->chats;
  made->date = c->date;
  made->seq = c->seq;
  *box = tg_updates_box(made);
  mtp_reply_set_value(reply, &(tl_value){&tg_schema, box, updates->client->updates_type});
  return true;
}

static mtp_apply apply_container(mtp_updates *updates, mtp_reply *reply, const tg_Updates *value,
                                 bool forced) {
  mtp_client *client = updates->client;
  mtp_update_state state = client->session.updates;
  container c = {.n = 0};
  if (!from_updates(reply, value, &c))
    return MTP_APPLY_GAP;
  size_t before = c.n;
  if (c.seq_start && !forced) {
    place at = compare(state.seq, c.seq_start, 1);
    if (at == PLACE_AHEAD)
      return MTP_APPLY_GAP;
    if (at == PLACE_OLD) {
      mtp_reply_free(reply);
      return MTP_APPLY_DONE;
    }
  }
  if (!pass(&state, &c, forced))
    return MTP_APPLY_GAP;
  if (c.seq) {
    state.seq = c.seq;
    state.date = c.date;
  }
  client->session.updates = state;
  mtp_updates_touch(updates);
  mtp_updates_learn_chats(updates, c.chats);
  c.n = mtp_updates_filter_channels(updates, c.items, c.n);
  if (before && c.n == 0)
    mtp_reply_free(reply);
  else if (c.n == before || set_filtered(updates, reply, &c))
    mtp_updates_deliver(client, reply);
  else
    mtp_reply_free(reply); /* out of memory: the state says that it was seen */
  return MTP_APPLY_DONE;
}

/* A single update in a short form; pts 0 is none. */
static mtp_apply apply_short(mtp_updates *updates, mtp_reply *reply, int32_t pts, int32_t count,
                             bool forced) {
  mtp_client *client = updates->client;
  place at = pts ? compare(client->session.updates.pts, pts, count) : PLACE_NEXT;
  if (at == PLACE_AHEAD && !forced)
    return MTP_APPLY_GAP;
  if (at == PLACE_OLD) {
    mtp_reply_free(reply);
    return MTP_APPLY_DONE;
  }
  if (pts)
    client->session.updates.pts = pts;
  mtp_updates_touch(updates);
  mtp_updates_deliver(client, reply);
  return MTP_APPLY_DONE;
}

static mtp_apply apply_single(mtp_updates *updates, mtp_reply *reply, const tg_updateShort *u,
                              bool forced) {
  mtp_client *client = updates->client;
  tg_Update item = u->update;
  container c = {.items = &item, .n = 1};
  mtp_update_state state = client->session.updates;
  if (!pass(&state, &c, forced))
    return MTP_APPLY_GAP;
  client->session.updates = state;
  mtp_updates_touch(updates);
  if (c.n && mtp_updates_filter_channels(updates, c.items, 1))
    mtp_updates_deliver(client, reply);
  else
    mtp_reply_free(reply);
  return MTP_APPLY_DONE;
}

mtp_apply mtp_updates_apply(mtp_updates *updates, mtp_reply *reply, bool forced) {
  const tg_Updates *value =
      tl_value_slot(mtp_reply_value(reply), &tg_schema, updates->client->updates_type);
  switch (value->kind) {
  case TG_updates:
  case TG_updatesCombined:
    return apply_container(updates, reply, value, forced);
  case TG_updateShort:
    return apply_single(updates, reply, value->updateShort, forced);
  case TG_updateShortMessage:
    return apply_short(updates, reply, value->updateShortMessage->pts,
                       value->updateShortMessage->pts_count, forced);
  case TG_updateShortChatMessage:
    return apply_short(updates, reply, value->updateShortChatMessage->pts,
                       value->updateShortChatMessage->pts_count, forced);
  case TG_updateShortSentMessage:
    return apply_short(updates, reply, value->updateShortSentMessage->pts,
                       value->updateShortSentMessage->pts_count, forced);
  default:
    mtp_reply_free(reply);
    return MTP_APPLY_RELOAD; /* updatesTooLong */
  }
}

/* ---- what is known already ---- */

static void absorb_one(mtp_updates *updates, const tg_Update *update) {
  mtp_update_state *state = &updates->client->session.updates;
  mtp_update_info info = mtp_update_info_of(update);
  if (info.kind == MTP_UPDATE_COMMON && compare(state->pts, info.pts, info.pts_count) == PLACE_NEXT)
    state->pts = info.pts;
  if (info.kind != MTP_UPDATE_CHANNEL)
    return;
  mtp_channel_state *channel = mtp_channel_find(updates, info.channel_id);
  if (channel && channel->pts && compare(channel->pts, info.pts, info.pts_count) == PLACE_NEXT)
    channel->pts = info.pts;
}

static void absorb_list(mtp_updates *updates, const tg_vector_Update *list,
                        const tg_vector_Chat *chats) {
  mtp_updates_learn_chats(updates, chats);
  for (size_t i = 0; i < list->count; i++)
    absorb_one(updates, &list->items[i]);
}

void mtp_updates_absorb(mtp_updates *updates, const tg_Updates *value) {
  mtp_update_state *state = &updates->client->session.updates;
  if (value->kind == TG_updates)
    absorb_list(updates, &value->updates->updates, &value->updates->chats);
  else if (value->kind == TG_updatesCombined)
    absorb_list(updates, &value->updatesCombined->updates, &value->updatesCombined->chats);
  else if (value->kind == TG_updateShort)
    absorb_one(updates, &value->updateShort->update);
  else if (value->kind == TG_updateShortSentMessage &&
           compare(state->pts, value->updateShortSentMessage->pts,
                   value->updateShortSentMessage->pts_count) == PLACE_NEXT)
    state->pts = value->updateShortSentMessage->pts;
}

/* ---- from a difference ---- */

static size_t count_of(const mtp_difference *from) {
  return from->messages->count + (from->secret ? from->secret->count : 0) +
         (from->others ? from->others->count : 0);
}

static tg_Update box_message(tl_arena *arena, const tg_Message *message, int32_t pts,
                             bool channel) {
  tg_Update none = {0};
  if (channel) {
    tg_updateNewChannelMessage *u = tl_arena_alloc(arena, sizeof *u);
    if (!u)
      return none;
    *u = (tg_updateNewChannelMessage){.message = *message, .pts = pts};
    return tg_updateNewChannelMessage_box(u);
  }
  tg_updateNewMessage *u = tl_arena_alloc(arena, sizeof *u);
  if (!u)
    return none;
  *u = (tg_updateNewMessage){.message = *message, .pts = pts};
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

static bool fill(tl_arena *arena, const mtp_difference *from, tg_Update *items) {
  size_t n = 0;
  for (size_t i = 0; i < from->messages->count; i++, n++) {
    items[n] = box_message(arena, &from->messages->items[i], from->pts, from->channel);
    if (!items[n].kind)
      return false;
  }
  for (size_t i = 0; from->secret && i < from->secret->count; i++, n++) {
    items[n] = box_secret(arena, &from->secret->items[i]);
    if (!items[n].kind)
      return false;
  }
  if (from->others && from->others->count)
    memcpy(items + n, from->others->items, from->others->count * sizeof *items);
  return true;
}

bool mtp_updates_compose(mtp_updates *updates, mtp_reply *reply, const mtp_difference *from) {
  tl_arena *arena = mtp_reply_arena(reply);
  container c = {.n = count_of(from),
                 .users = from->users,
                 .chats = from->chats,
                 .date = from->date,
                 .seq = from->seq};
  c.items = tl_arena_alloc(arena, (c.n ? c.n : 1) * sizeof *c.items);
  if (!c.items || !fill(arena, from, c.items))
    return false;
  mtp_updates_learn_chats(updates, from->chats);
  if (!from->channel) /* what concerns channels has their order */
    c.n = mtp_updates_filter_channels(updates, c.items, c.n);
  return set_filtered(updates, reply, &c);
}
