/* One feed of updates, the account's or a channel's: what waits on its lines, and when something is
 * due. Those of channels stand in a heap, so that nothing looks through all of them. */
#include "updates/internal.h"

/* ---- the heap ---- */

static void put_at(mtp_updates *u, size_t place, mtp_feed *feed) {
  u->heap[place] = feed;
  feed->heap_place = place;
}

static void sift_up(mtp_updates *u, mtp_feed *feed) {
  size_t at = feed->heap_place;
  for (; at > 1 && u->heap[at / 2]->wake > feed->wake; at /= 2)
    put_at(u, at, u->heap[at / 2]);
  put_at(u, at, feed);
}

static void sift_down(mtp_updates *u, mtp_feed *feed) {
  size_t at = feed->heap_place, n = u->heap_size;
  for (;;) {
    size_t child = 2 * at;
    if (child < n && u->heap[child + 1]->wake < u->heap[child]->wake)
      child++;
    if (child > n || u->heap[child]->wake >= feed->wake)
      break;
    put_at(u, at, u->heap[child]);
    at = child;
  }
  put_at(u, at, feed);
}

static bool reserve(mtp_updates *u) {
  size_t room = u->heap_room ? 2 * u->heap_room : 16;
  if (u->heap_size + 1 < u->heap_room)
    return true;
  mtp_feed **grown = tl_realloc(u->allocator, u->heap, u->heap_room * sizeof(mtp_feed *),
                                room * sizeof(mtp_feed *));
  if (!grown)
    return false;
  u->heap = grown;
  u->heap_room = room;
  return true;
}

static void heap_remove(mtp_updates *u, mtp_feed *feed) {
  mtp_feed *last = u->heap[u->heap_size--];
  if (last == feed)
    return;
  put_at(u, feed->heap_place, last);
  sift_up(u, last);
  sift_down(u, last);
}

/* ---- life ---- */

static void init(mtp_feed *feed, int64_t channel_id) {
  *feed = (mtp_feed){.channel_id = channel_id,
                     .gap_at = MTP_NO_TIME,
                     .deadline = MTP_NO_TIME,
                     .wake = MTP_NO_TIME};
}

mtp_feed *mtp_feed_of(mtp_updates *u, size_t place) {
  mtp_feed **slot = &u->channels.feeds[place];
  if (*slot)
    return *slot;
  mtp_feed *feed = reserve(u) ? tl_alloc(u->allocator, sizeof *feed) : NULL;
  if (!feed)
    return NULL;
  init(feed, u->session->channels[place].channel_id);
  feed->heap_place = ++u->heap_size;
  sift_up(u, feed);
  *slot = feed;
  return feed;
}

void mtp_feed_clear(mtp_updates *u, mtp_feed *feed) {
  for (size_t l = 0; l < MTP_LINES; l++) {
    for (size_t i = 0; i < feed->lines[l].n; i++)
      mtp_feed_release(u, &feed->lines[l].held[i]);
    mtp_line_free(&feed->lines[l], u->allocator);
  }
  size_t place = feed->heap_place;
  init(feed, feed->channel_id);
  feed->heap_place = place;
}

static void unqueue(mtp_updates *u, mtp_feed *feed) {
  mtp_feed *before = NULL, *at = u->first_queued;
  for (; at && at != feed; at = at->next)
    before = at;
  if (!at)
    return;
  if (before)
    before->next = feed->next;
  else
    u->first_queued = feed->next;
  if (u->last_queued == feed)
    u->last_queued = before;
}

void mtp_feed_free(mtp_updates *u, mtp_feed *feed) {
  size_t place = mtp_channels_find(&u->channels, feed->channel_id);
  if (feed->queued)
    unqueue(u, feed);
  if (feed->fetching)
    u->channel_fetches--;
  mtp_feed_clear(u, feed);
  heap_remove(u, feed);
  if (place != SIZE_MAX)
    u->channels.feeds[place] = NULL;
  tl_free(u->allocator, feed, sizeof *feed);
}

/* ---- lines ---- */

int32_t *mtp_feed_value(mtp_updates *u, const mtp_feed *feed, mtp_line_id line) {
  mtp_update_state *state = &u->session->updates;
  if (feed->channel_id)
    return &u->session->channels[mtp_channels_find(&u->channels, feed->channel_id)].pts;
  return line == MTP_LINE_PTS ? &state->pts : line == MTP_LINE_QTS ? &state->qts : &state->seq;
}

bool mtp_feed_waits(const mtp_updates *u, const mtp_feed *feed) {
  return feed->fetching || (!feed->channel_id && !u->known && feed->tries < MTP_FETCH_TRIES);
}

/* A box counts once, and as a whole, while anything of it waits. */
static bool has_room(const mtp_updates *u, const mtp_box *box) {
  if (u->held >= MTP_HELD_MAX)
    return false;
  if (!box || box->held)
    return true;
  size_t cost = mtp_reply_cost(box->reply);
  return cost <= u->limits.bytes && u->held_bytes <= u->limits.bytes - cost;
}

/* What is dropped comes with the difference, but for what has no place in one. */
static void leave_to_difference(mtp_updates *u, mtp_feed *feed, mtp_line_id line,
                                const mtp_held *held) {
  if (held->item == MTP_ITEM_REST && held->box)
    mtp_out_lost(u, feed->channel_id);
  if (feed->behind[line] < held->value)
    feed->behind[line] = held->value;
  feed->behind_serial = held->serial;
  feed->wanted = true;
}

void mtp_feed_hold(mtp_updates *u, mtp_feed *feed, mtp_line_id line, const mtp_held *held) {
  if (!has_room(u, held->box) || !mtp_line_add(&feed->lines[line], u->allocator, held)) {
    leave_to_difference(u, feed, line, held);
    return;
  }
  u->held++;
  if (held->box && mtp_box_keep(held->box)->held++ == 0)
    u->held_bytes += mtp_reply_cost(held->box->reply);
  if (feed->gap_at == MTP_NO_TIME)
    feed->gap_at = held->since + MTP_GAP_MS;
}

void mtp_feed_release(mtp_updates *u, const mtp_held *held) {
  u->held--;
  if (held->box && --held->box->held == 0)
    u->held_bytes -= mtp_reply_cost(held->box->reply);
  mtp_box_release(held->box);
}

/* ---- when ---- */

/* Nothing to do and nothing to remember. */
static bool is_idle(const mtp_feed *feed) {
  return feed->channel_id && !feed->wanted && !feed->fetching && !feed->queued &&
         !feed->lines[0].n && !feed->tries && !feed->empties;
}

static int64_t wake_of(const mtp_feed *feed) {
  if (feed->fetching)
    return feed->deadline;
  if (feed->queued)
    return MTP_NO_TIME;
  if (feed->wanted)
    return feed->not_before;
  bool remembers = feed->channel_id && (feed->tries || feed->empties);
  return remembers && feed->gap_at == MTP_NO_TIME ? feed->rested_at : feed->gap_at;
}

void mtp_feed_settle(mtp_updates *u, mtp_feed *feed) {
  if (is_idle(feed)) {
    mtp_feed_free(u, feed);
    return;
  }
  feed->wake = wake_of(feed);
  if (!feed->channel_id)
    return;
  sift_up(u, feed);
  sift_down(u, feed);
}

int64_t mtp_feed_back_off(mtp_updates *u, unsigned times) {
  int64_t delay = MTP_BACK_OFF_MS;
  for (; times > 1 && delay < MTP_BACK_OFF_MAX; times--)
    delay *= 2;
  delay = delay < MTP_BACK_OFF_MAX ? delay : MTP_BACK_OFF_MAX;
  u->random ^= u->random << 13;
  u->random ^= u->random >> 7;
  u->random ^= u->random << 17;
  return delay + (int64_t)(u->random % (uint64_t)(delay / 2 + 1));
}
