/* Updates against the lines that they have a place on: what is next goes out, what was seen is
 * dropped, what is ahead of its time waits (UP-1, UP-2). */
#include "updates/internal.h"

/* ---- one line ---- */

static bool is_known(const mtp_updates *u, const mtp_feed *feed, int32_t value) {
  return feed->channel_id ? value != 0 : u->known;
}

/* Where nobody says what came before, everything that was not seen is next. */
static mtp_place place_on(mtp_updates *u, const mtp_feed *feed, mtp_line_id line,
                          const mtp_held *step) {
  int32_t value = *mtp_feed_value(u, feed, line);
  mtp_place place = value ? mtp_order_place(value, step->value, step->count) : MTP_PLACE_NEXT;
  if (is_known(u, feed, value))
    return mtp_order_place(value, step->value, step->count);
  return place == MTP_PLACE_AHEAD ? MTP_PLACE_NEXT : place;
}

static void move(mtp_updates *u, const mtp_feed *feed, mtp_line_id line, const mtp_held *step) {
  *mtp_feed_value(u, feed, line) = step->value;
  u->changed = true;
  if (line == MTP_LINE_SEQ && step->box)
    u->session->updates.date = step->box->date;
}

static void pass(mtp_updates *u, const mtp_feed *feed, mtp_line_id line, const mtp_held *step) {
  move(u, feed, line, step);
  mtp_out_update(u, step->box, step->item, feed->channel_id);
}

/* Returns whether anything is lost. */
static bool drain_line(mtp_updates *u, mtp_feed *feed, mtp_line_id id, uint64_t forced) {
  mtp_line *line = &feed->lines[id];
  bool lost = false;
  size_t n = 0;
  for (; n < line->n; n++) {
    const mtp_held *held = &line->held[n];
    mtp_place place = place_on(u, feed, id, held);
    if (place == MTP_PLACE_AHEAD && held->serial > forced)
      break;
    if (place == MTP_PLACE_AHEAD && !lost)
      mtp_out_lost(u, feed->channel_id);
    lost = lost || place == MTP_PLACE_AHEAD;
    if (place != MTP_PLACE_SEEN)
      pass(u, feed, id, held);
    mtp_feed_release(u, held);
  }
  mtp_line_drop(line, n);
  return lost;
}

void mtp_apply_drain(mtp_updates *u, mtp_feed *feed, uint64_t forced) {
  feed->gap_at = MTP_NO_TIME;
  for (int id = 0; id < MTP_LINES; id++) {
    const mtp_line *line = &feed->lines[id];
    (void)drain_line(u, feed, (mtp_line_id)id, forced);
    if (line->n && line->held[0].since + MTP_GAP_MS < feed->gap_at)
      feed->gap_at = line->held[0].since + MTP_GAP_MS;
  }
}

void mtp_apply_step(mtp_updates *u, mtp_feed *feed, mtp_line_id line, const mtp_held *step) {
  if (mtp_feed_waits(u, feed)) {
    mtp_feed_hold(u, feed, line, step);
    return;
  }
  switch (place_on(u, feed, line, step)) {
  case MTP_PLACE_NEXT:
    pass(u, feed, line, step);
    if (feed->lines[line].n)
      mtp_apply_drain(u, feed, 0);
    break;
  case MTP_PLACE_AHEAD:
    mtp_feed_hold(u, feed, line, step);
    break;
  case MTP_PLACE_SEEN:
    break;
  }
}

/* ---- channels ---- */

/* One without a feed: nothing of it waits, and nothing is under way. */
static void step_idle(mtp_updates *u, size_t place, const mtp_held *step) {
  mtp_channel_state *channel = &u->session->channels[place];
  mtp_place at =
      channel->pts ? mtp_order_place(channel->pts, step->value, step->count) : MTP_PLACE_NEXT;
  if (at == MTP_PLACE_SEEN)
    return;
  mtp_feed *feed = at == MTP_PLACE_AHEAD ? mtp_feed_of(u, place) : NULL;
  if (feed) {
    mtp_feed_hold(u, feed, MTP_LINE_PTS, step);
    mtp_feed_settle(u, feed);
    return;
  }
  if (at == MTP_PLACE_AHEAD) /* no memory to have it wait */
    mtp_out_lost(u, channel->channel_id);
  channel->pts = step->value;
  u->changed = true;
  mtp_out_update(u, step->box, step->item, channel->channel_id);
}

void mtp_apply_channel(mtp_updates *u, int64_t channel_id, const mtp_held *step) {
  size_t place = step->box ? mtp_channels_add(&u->channels, channel_id)
                           : mtp_channels_find(&u->channels, channel_id);
  if (place == SIZE_MAX) { /* one more than can be kept in order */
    mtp_out_update(u, step->box, step->item, channel_id);
    return;
  }
  mtp_feed *feed = u->channels.feeds[place];
  if (!feed) {
    step_idle(u, place, step);
    return;
  }
  mtp_apply_step(u, feed, MTP_LINE_PTS, step);
  mtp_feed_settle(u, feed);
}

void mtp_apply_too_long(mtp_updates *u, int64_t channel_id, int32_t pts) {
  size_t place = mtp_channels_find(&u->channels, channel_id);
  if (place != SIZE_MAX && pts > 0 && pts <= u->session->channels[place].pts)
    return;
  mtp_feed *feed = place != SIZE_MAX ? mtp_feed_of(u, place) : NULL;
  if (!feed) {
    mtp_out_lost_ahead(u, channel_id);
    return;
  }
  feed->wanted = true;
  mtp_feed_settle(u, feed);
}

/* ---- containers ---- */

static bool is_of(const mtp_update_info *info, const mtp_feed *feed) {
  if (!feed)
    return false;
  if (feed->channel_id)
    return info->kind == MTP_UPDATE_CHANNEL && info->channel_id == feed->channel_id;
  return info->kind == MTP_UPDATE_COMMON || info->kind == MTP_UPDATE_SECRET;
}

/* One update of a box; false: its place is that of the box as a whole. */
static bool apply_item(mtp_updates *u, mtp_held *step, const mtp_feed *trusted, size_t own) {
  mtp_box *box = step->box;
  mtp_update_info info = mtp_update_info_of(&box->items[step->item]);
  step->value = info.value;
  step->count = info.count;
  if ((trusted && (size_t)step->item < own) || is_of(&info, trusted)) {
    mtp_out_update(u, box, step->item, trusted->channel_id);
    return true;
  }
  switch (info.kind) {
  case MTP_UPDATE_COMMON:
    mtp_apply_step(u, &u->account, MTP_LINE_PTS, step);
    return true;
  case MTP_UPDATE_SECRET:
    mtp_apply_step(u, &u->account, MTP_LINE_QTS, step);
    return true;
  case MTP_UPDATE_CHANNEL:
    mtp_apply_channel(u, info.channel_id, step);
    return true;
  case MTP_UPDATE_CHANNEL_TOO_LONG:
    mtp_apply_too_long(u, info.channel_id, info.value);
    mtp_out_update(u, box, step->item, info.channel_id);
    return true;
  case MTP_UPDATE_FREE:
    u->account.wanted = u->account.wanted || mtp_update_resets(&box->items[step->item]);
    break;
  }
  if (!trusted && box->seq > 0)
    return false;
  mtp_out_update(u, box, step->item, 0);
  return true;
}

static void apply_short(mtp_updates *u, mtp_held *step) {
  mtp_box *box = step->box;
  step->item = MTP_ITEM_WHOLE;
  step->value = box->pts;
  step->count = box->pts_count;
  if (box->pts)
    mtp_apply_step(u, &u->account, MTP_LINE_PTS, step);
  else
    mtp_out_update(u, box, MTP_ITEM_WHOLE, 0);
}

/* Where the box as a whole has its place, with those of its updates that have none. */
static void apply_seq(mtp_updates *u, const mtp_box *box, mtp_held *step, bool rest) {
  step->item = rest ? MTP_ITEM_REST : MTP_ITEM_WHOLE;
  step->value = box->seq;
  step->count = box->seq - box->seq_start + 1;
  if (!rest && box->n)
    step->box = NULL;
  mtp_apply_step(u, &u->account, MTP_LINE_SEQ, step);
}

void mtp_apply_box(mtp_updates *u, mtp_box *box, const mtp_feed *trusted, size_t own, int64_t now) {
  mtp_held step = {.box = box, .since = now, .serial = u->serial};
  bool rest = false;
  mtp_channels_learn(&u->channels, box->chats);
  if (box->seq_start <= 0 || box->seq < box->seq_start)
    box->seq = 0;
  if (!box->items && box->n) {
    apply_short(u, &step);
    return;
  }
  for (size_t i = 0; i < box->n && i < INT32_MAX; i++) {
    step.item = (int32_t)i;
    rest = !apply_item(u, &step, trusted, own) || rest;
  }
  if (trusted)
    return;
  if (box->seq)
    apply_seq(u, box, &step, rest);
  else if (box->n == 0)
    mtp_out_update(u, box, MTP_ITEM_WHOLE, 0);
}
