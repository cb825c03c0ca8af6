/* Differences: when one is asked for, how long it may take, and what follows when it comes, brings
 * nothing, or does not come (LV-3, LV-7). */
#include "updates/internal.h"

enum { FLOOD_MAX_S = 3600, CHANNEL_LIMIT = 100 };

/* ---- asking ---- */

static void begin(mtp_updates *u, mtp_feed *feed, mtp_out *ask, int64_t now) {
  ask->kind = MTP_OUT_FETCH;
  ask->id = ++u->last_fetch;
  ask->timeout_ms = MTP_FETCH_MS;
  ask->channel_id = feed->channel_id;
  if (!mtp_out_ask(u, ask)) {
    feed->not_before = now + MTP_BACK_OFF_MS;
    return;
  }
  feed->wanted = false;
  feed->fetching = true;
  feed->fetch = ask->id;
  feed->asked = u->serial;
  feed->deadline = now + MTP_FETCH_MS;
  feed->gap_at = MTP_NO_TIME;
  if (feed->channel_id)
    u->channel_fetches++;
}

static void ask_account(mtp_updates *u, int64_t now) {
  const mtp_update_state *state = &u->session->updates;
  mtp_out ask = {.ask = MTP_ASK_STATE};
  if (u->known)
    ask = (mtp_out){
        .ask = MTP_ASK_DIFFERENCE, .pts = state->pts, .qts = state->qts, .date = state->date};
  begin(u, &u->account, &ask, now);
}

static void ask_channel(mtp_updates *u, mtp_feed *feed, int64_t now) {
  const mtp_channel_state *channel =
      &u->session->channels[mtp_channels_find(&u->channels, feed->channel_id)];
  mtp_out ask = {.ask = MTP_ASK_CHANNEL,
                 .access_hash = channel->access_hash,
                 .pts = channel->pts,
                 .limit = CHANNEL_LIMIT};
  if (!channel->access_hash || !channel->pts)
    mtp_fetch_give_up(u, feed, now); /* it cannot be asked for */
  else
    begin(u, feed, &ask, now);
}

static void enqueue(mtp_updates *u, mtp_feed *feed) {
  feed->queued = true;
  feed->next = NULL;
  if (u->last_queued)
    u->last_queued->next = feed;
  else
    u->first_queued = feed;
  u->last_queued = feed;
}

void mtp_fetch_queued(mtp_updates *u, int64_t now) {
  while (u->first_queued && u->channel_fetches < MTP_CHANNEL_FETCHES) {
    mtp_feed *feed = u->first_queued;
    u->first_queued = feed->next;
    if (!u->first_queued)
      u->last_queued = NULL;
    feed->queued = false;
    ask_channel(u, feed, now);
    mtp_feed_settle(u, feed);
  }
}

/* ---- ends ---- */

static void end(mtp_updates *u, mtp_feed *feed) {
  if (feed->channel_id && feed->fetching)
    u->channel_fetches--;
  feed->fetching = false;
  feed->deadline = MTP_NO_TIME;
}

/* Whether what was dropped for want of room has come. */
static void look_behind(mtp_updates *u, mtp_feed *feed) {
  bool lacks = false;
  if (!feed->behind_serial)
    return;
  if (feed->behind_serial > feed->asked) { /* it was dropped later: this one could not have it */
    feed->wanted = true;
    return;
  }
  for (int line = 0; line < MTP_LINES; line++) {
    lacks = lacks || (feed->behind[line] &&
                      *mtp_feed_value(u, feed, (mtp_line_id)line) < feed->behind[line]);
    feed->behind[line] = 0;
  }
  feed->behind_serial = 0;
  if (lacks)
    mtp_out_lost(u, feed->channel_id);
}

void mtp_fetch_finish(mtp_updates *u, mtp_feed *feed, bool gained, int64_t now) {
  end(u, feed);
  if (gained || now >= feed->rested_at)
    feed->empties = 0;
  feed->empties += !gained;
  feed->tries = 0;
  feed->slices = 0;
  feed->not_before = now;
  if (feed->empties > MTP_FREE_EMPTIES)
    feed->not_before += mtp_feed_back_off(u, feed->empties - MTP_FREE_EMPTIES);
  feed->rested_at = feed->not_before + MTP_BACK_OFF_MAX;
  mtp_apply_drain(u, feed, feed->asked);
  look_behind(u, feed);
}

void mtp_fetch_go_on(mtp_updates *u, mtp_feed *feed, int64_t now) {
  end(u, feed);
  feed->tries = 0;
  feed->wanted = true;
  feed->not_before = ++feed->slices > MTP_FREE_SLICES ? now + MTP_SLICE_MS : now;
}

void mtp_fetch_again(mtp_updates *u, mtp_feed *feed, const mtp_error *error, int64_t now) {
  int64_t wait = error && error->code == 420 && error->arg > 0 ? error->arg : 0;
  end(u, feed);
  feed->tries++;
  feed->wanted = true;
  feed->not_before = wait ? now + (wait < FLOOD_MAX_S ? wait : FLOOD_MAX_S) * 1000
                          : now + mtp_feed_back_off(u, feed->tries);
  feed->rested_at = feed->not_before + MTP_BACK_OFF_MAX;
  if (feed->tries < MTP_FETCH_TRIES)
    mtp_apply_drain(u, feed, 0); /* what is next need not wait for another try */
  else if (feed->channel_id)
    mtp_fetch_give_up(u, feed, now);
  else
    mtp_apply_drain(u, feed, UINT64_MAX);
}

void mtp_fetch_stop(mtp_updates *u, mtp_feed *feed) {
  end(u, feed);
  feed->wanted = false;
  mtp_apply_drain(u, feed, 0);
}

void mtp_fetch_give_up(mtp_updates *u, mtp_feed *feed, int64_t now) {
  end(u, feed);
  feed->wanted = false;
  feed->tries = 0;
  feed->empties++; /* the next one may not follow at once */
  feed->not_before = now + mtp_feed_back_off(u, feed->empties);
  feed->rested_at = feed->not_before + MTP_BACK_OFF_MAX;
  feed->behind_serial = 0;
  for (int line = 0; line < MTP_LINES; line++)
    feed->behind[line] = 0;
  mtp_out_lost(u, feed->channel_id);
  mtp_apply_drain(u, feed, UINT64_MAX);
}

/* ---- time ---- */

static void overdue(mtp_updates *u, mtp_feed *feed, int64_t now) {
  mtp_fetch_again(u, feed, NULL, now);
}

void mtp_fetch_when_due(mtp_updates *u, mtp_feed *feed, int64_t now) {
  if (feed->fetching && now >= feed->deadline)
    overdue(u, feed, now);
  else if (!feed->fetching && !feed->wanted && now >= feed->gap_at)
    feed->wanted = true;
  else if (!feed->wanted && now >= feed->rested_at)
    feed->empties = feed->tries = 0;
  if (feed->wanted && !feed->fetching && !feed->queued && now >= feed->not_before) {
    if (!feed->channel_id)
      ask_account(u, now);
    else if (u->channel_fetches < MTP_CHANNEL_FETCHES)
      ask_channel(u, feed, now);
    else
      enqueue(u, feed);
  }
  mtp_feed_settle(u, feed);
}
