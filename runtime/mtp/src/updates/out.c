/* What comes out of the machine: updates of one container together, losses, wishes. */
#include "updates/internal.h"

struct mtp_out_node {
  mtp_out_node *next;
  mtp_out out;
};

static bool push(mtp_updates *u, const mtp_out *out) {
  mtp_out_node *node = tl_alloc(u->allocator, sizeof *node);
  if (!node)
    return false;
  *node = (mtp_out_node){.out = *out};
  if (u->last_out)
    u->last_out->next = node;
  else
    u->first_out = node;
  u->last_out = node;
  return true;
}

/* Channels are named one by one up to a number; more of them are one loss of everything. */
static void say_lost(mtp_updates *u, int64_t channel_id) {
  const mtp_out_node *last = u->last_out;
  if (channel_id && u->losses >= MTP_LOSSES_MAX)
    channel_id = MTP_ALL_CHANNELS;
  bool said = last && last->out.kind == MTP_OUT_LOST && last->out.channel_id == channel_id;
  if (said || (channel_id == MTP_ALL_CHANNELS && u->losses > MTP_LOSSES_MAX))
    return; /* once is enough */
  if (push(u, &(mtp_out){.kind = MTP_OUT_LOST, .channel_id = channel_id}))
    u->losses++;
  else
    u->lost_unsaid = true;
}

static void deliver(mtp_updates *u, mtp_reply *reply, int64_t channel_id) {
  if (reply && push(u, &(mtp_out){.kind = MTP_OUT_DELIVER, .updates = reply}))
    return;
  mtp_reply_free(reply);
  say_lost(u, channel_id);
}

/* ---- updates ---- */

/* Whether all of the box is there, in its own order. */
static bool is_whole(const mtp_gather *g) {
  for (size_t i = 0; i < g->n; i++)
    if (g->items[i] != i)
      return false;
  return g->n == g->box->n;
}

void mtp_out_flush(mtp_updates *u) {
  mtp_gather *g = &u->gather;
  mtp_box *box = g->box;
  if (!box)
    return;
  if (is_whole(g))
    deliver(u, mtp_reply_share(box->reply), g->channel_id);
  else if (g->n)
    deliver(u, mtp_box_view(box, g->items, g->n), g->channel_id);
  mtp_box_release(box);
  g->box = NULL;
  g->n = 0;
}

static bool gather(mtp_gather *g, const tl_allocator *allocator, uint32_t item) {
  if (g->n == g->room) {
    size_t room = g->room ? 2 * g->room : 16;
    uint32_t *grown = tl_realloc(allocator, g->items, g->room * sizeof item, room * sizeof item);
    if (!grown)
      return false;
    g->items = grown;
    g->room = room;
  }
  g->items[g->n++] = item;
  return true;
}

static void add(mtp_updates *u, size_t item, int64_t channel_id) {
  if (!gather(&u->gather, u->allocator, (uint32_t)item))
    say_lost(u, channel_id);
}

void mtp_out_update(mtp_updates *u, mtp_box *box, int32_t item, int64_t channel_id) {
  mtp_gather *g = &u->gather;
  if (!box)
    return;
  if (g->box != box) {
    mtp_out_flush(u);
    g->box = mtp_box_keep(box);
    g->channel_id = channel_id;
  }
  if (g->channel_id != channel_id)
    g->channel_id = MTP_ALL_CHANNELS;
  if (item >= 0) {
    add(u, (size_t)item, channel_id);
    return;
  }
  for (size_t i = 0; i < box->n; i++)
    if (item == MTP_ITEM_WHOLE || mtp_update_info_of(&box->items[i]).kind == MTP_UPDATE_FREE)
      add(u, i, MTP_ALL_CHANNELS);
}

void mtp_out_lost(mtp_updates *u, int64_t channel_id) {
  mtp_out_flush(u);
  say_lost(u, channel_id);
}

void mtp_out_lost_ahead(mtp_updates *u, int64_t channel_id) {
  say_lost(u, channel_id);
}

bool mtp_out_ask(mtp_updates *u, const mtp_out *ask) {
  mtp_out_flush(u);
  return push(u, ask);
}

/* ---- taking ---- */

bool mtp_updates_next(mtp_updates *u, mtp_out *out) {
  mtp_out_node *node = u->first_out;
  if (!node) {
    bool lost = u->lost_unsaid;
    u->lost_unsaid = false;
    *out = (mtp_out){.kind = MTP_OUT_LOST, .channel_id = MTP_ALL_CHANNELS};
    return lost;
  }
  *out = node->out;
  u->losses -= out->kind == MTP_OUT_LOST;
  u->first_out = node->next;
  if (!u->first_out)
    u->last_out = NULL;
  tl_free(u->allocator, node, sizeof *node);
  return true;
}

void mtp_out_clear(mtp_updates *u) {
  mtp_out out;
  mtp_out_flush(u);
  while (mtp_updates_next(u, &out))
    if (out.kind == MTP_OUT_DELIVER)
      mtp_reply_free(out.updates);
  tl_free(u->allocator, u->gather.items, u->gather.room * sizeof *u->gather.items);
  u->gather = (mtp_gather){0};
}
