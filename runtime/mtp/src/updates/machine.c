/* The machine's functions: what goes in, and time. */
#include <string.h>

#include "now.h"
#include "updates/internal.h"

/* ---- life ---- */

static void start(mtp_updates *u) {
  u->account = (mtp_feed){
      .gap_at = MTP_NO_TIME, .deadline = MTP_NO_TIME, .wanted = true}; /* what was missed so far */
  u->known = u->session->updates.pts != 0;
  u->quiet_at = MTP_NO_TIME;
}

mtp_updates *mtp_updates_new(mtp_session *session, const mtp_updates_limits *limits) {
  mtp_updates *u = tl_alloc_zero(session->allocator, sizeof *u);
  if (!u)
    return NULL;
  u->session = session;
  u->allocator = session->allocator;
  u->limits = *limits;
  u->random = limits->seed | 1;
  start(u);
  if (mtp_channels_init(&u->channels, session, limits->seed))
    return u;
  mtp_updates_free(u);
  return NULL;
}

static void clear(mtp_updates *u) {
  for (mtp_feed *feed = u->first_queued; feed; feed = feed->next)
    feed->queued = false;
  u->first_queued = u->last_queued = NULL;
  while (u->heap_size)
    mtp_feed_free(u, u->heap[u->heap_size]);
  mtp_feed_clear(u, &u->account);
  mtp_channels_free(&u->channels);
}

void mtp_updates_reset(mtp_updates *u) {
  clear(u);
  start(u);
  if (!mtp_channels_init(&u->channels, u->session, u->limits.seed))
    mtp_out_lost(u, MTP_ALL_CHANNELS);
}

void mtp_updates_free(mtp_updates *u) {
  if (!u)
    return;
  clear(u);
  mtp_out_clear(u);
  tl_free(u->allocator, u->heap, u->heap_room * sizeof(mtp_feed *));
  tl_free(u->allocator, u, sizeof *u);
}

/* ---- in ---- */

/* After everything that goes in. */
static void settle(mtp_updates *u, int64_t now) {
  u->quiet_at = now + MTP_QUIET_MS;
  mtp_updates_tick(u, now);
}

void mtp_updates_take(mtp_updates *u, mtp_reply *reply, int64_t now) {
  mtp_box *box = mtp_box_new(u->allocator, reply);
  u->serial++;
  if (!box) {
    mtp_out_lost(u, MTP_ALL_CHANNELS);
    u->account.wanted = true;
  } else if (box->too_long) {
    u->account.wanted = true;
  } else {
    mtp_apply_box(u, box, NULL, 0, now);
  }
  mtp_out_flush(u);
  mtp_box_release(box);
  settle(u, now);
}

static void own_step(mtp_updates *u, mtp_update_kind kind, int64_t channel_id,
                     const mtp_held *step) {
  if (kind == MTP_UPDATE_COMMON)
    mtp_apply_step(u, &u->account, MTP_LINE_PTS, step);
  else if (kind == MTP_UPDATE_SECRET)
    mtp_apply_step(u, &u->account, MTP_LINE_QTS, step);
  else if (kind == MTP_UPDATE_CHANNEL)
    mtp_apply_channel(u, channel_id, step);
}

/* What its caller sees takes the places that it has; what is to be fetched is, whoever heard of it.
 */
static void own_item(mtp_updates *u, const tg_Update *update, mtp_held *step) {
  mtp_update_info info = mtp_update_info_of(update);
  step->value = info.value;
  step->count = info.count;
  if (info.kind == MTP_UPDATE_CHANNEL_TOO_LONG)
    mtp_apply_too_long(u, info.channel_id, info.value);
  else
    own_step(u, info.kind, info.channel_id, step);
  u->account.wanted = u->account.wanted || mtp_update_resets(update);
}

static void own_box(mtp_updates *u, const mtp_box *box, mtp_held *step) {
  u->account.wanted = u->account.wanted || box->too_long;
  mtp_channels_learn(&u->channels, box->chats);
  if (box->pts) {
    step->value = box->pts;
    step->count = box->pts_count;
    own_step(u, MTP_UPDATE_COMMON, 0, step);
  }
  for (size_t i = 0; box->items && i < box->n; i++)
    own_item(u, &box->items[i], step);
  if (box->seq_start > 0 && box->seq >= box->seq_start) {
    step->value = box->seq;
    step->count = box->seq - box->seq_start + 1;
    mtp_apply_step(u, &u->account, MTP_LINE_SEQ, step);
  }
}

/* messages.affectedMessages and the like; those of a channel have the channel's order. */
static void own_affected(mtp_updates *u, const tl_value *result, uint16_t method,
                         int64_t channel_id, mtp_held *step) {
  static const char messages[] = "messages.";
  tl_object object = tl_value_object(result);
  if (method == TL_NONE || !object.schema || !mtp_object_pts(&object, &step->value, &step->count) ||
      step->value <= 0 || step->count < 0)
    return;
  if (channel_id)
    own_step(u, MTP_UPDATE_CHANNEL, channel_id, step);
  else if (strncmp(tl_def_name(&tg_schema, method), messages, strlen(messages)) == 0)
    own_step(u, MTP_UPDATE_COMMON, 0, step);
}

void mtp_updates_own(mtp_updates *u, const tl_value *result, uint16_t method, int64_t channel_id,
                     int64_t now) {
  mtp_held step = {.since = now, .serial = ++u->serial};
  if (result->schema != &tg_schema)
    return;
  if (result->type == tl_find_type(&tg_schema, "Updates", 7)) {
    mtp_box box;
    mtp_box_read(&box, tl_value_slot(result, &tg_schema, result->type));
    own_box(u, &box, &step);
  } else {
    own_affected(u, result, method, channel_id, &step);
  }
  mtp_updates_tick(u, now);
}

void mtp_updates_missed(mtp_updates *u, int64_t now) {
  u->account.wanted = true;
  mtp_updates_tick(u, now);
}

static mtp_feed *asker(mtp_updates *u, uint64_t id, int64_t channel_id) {
  size_t place = channel_id ? mtp_channels_find(&u->channels, channel_id) : SIZE_MAX;
  mtp_feed *feed = place != SIZE_MAX ? u->channels.feeds[place] : NULL;
  if (!channel_id)
    feed = &u->account;
  return feed && feed->fetching && feed->fetch == id ? feed : NULL;
}

void mtp_updates_answer(mtp_updates *u, uint64_t id, int64_t channel_id, const mtp_error *error,
                        mtp_reply *reply, int64_t now) {
  mtp_feed *feed = asker(u, id, channel_id);
  u->serial++;
  if (!feed) {
    mtp_reply_free(reply);
    return;
  }
  if (error)
    mtp_reply_free(reply);
  if (error && channel_id)
    mtp_channel_failed(u, feed, error, now);
  else if (error)
    mtp_difference_failed(u, error, now);
  else if (channel_id)
    mtp_channel_take(u, feed, reply, now);
  else
    mtp_difference_take(u, reply, now);
  settle(u, now);
}

/* ---- time ---- */

void mtp_updates_tick(mtp_updates *u, int64_t now) {
  if (now >= u->quiet_at) {
    u->quiet_at = now + MTP_QUIET_MS;
    u->account.wanted = true;
  }
  mtp_feed_settle(u, &u->account);
  if (now >= u->account.wake)
    mtp_fetch_when_due(u, &u->account, now);
  while (u->heap_size && now >= u->heap[1]->wake)
    mtp_fetch_when_due(u, u->heap[1], now);
  mtp_fetch_queued(u, now);
  mtp_out_flush(u);
}

int64_t mtp_updates_deadline(const mtp_updates *u) {
  if (u->first_out || u->lost_unsaid)
    return 0; /* something to take */
  int64_t channels = u->heap_size ? u->heap[1]->wake : MTP_NO_TIME;
  return mtp_earlier(mtp_earlier(u->account.wake, u->quiet_at), channels);
}

bool mtp_updates_changed(mtp_updates *u) {
  bool changed = u->changed;
  u->changed = false;
  return changed;
}
