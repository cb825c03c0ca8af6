/* The answers to updates.getState and updates.getDifference. */
#include "updates/internal.h"

#include <tg/updates.h>

static void set_state(mtp_updates *u, const tg_updates_state *state) {
  u->session->updates = (mtp_update_state){
      .pts = state->pts, .qts = state->qts, .date = state->date, .seq = state->seq};
  u->known = true;
  u->changed = true;
}

/* Delivers what came; false: there was nothing. Takes the reply. */
static bool deliver(mtp_updates *u, mtp_reply *reply, const mtp_parcel *parcel, int64_t now) {
  size_t own = mtp_parcel_own(parcel);
  if (own + parcel->others->count == 0) {
    mtp_channels_learn(&u->channels, parcel->chats);
    mtp_reply_free(reply);
    return false;
  }
  mtp_box *box = mtp_box_pack(u->allocator, reply, parcel);
  if (box)
    mtp_apply_box(u, box, &u->account, own, now);
  else
    mtp_out_lost(u, MTP_ALL_CHANNELS); /* channels may have been in it */
  mtp_out_flush(u);
  mtp_box_release(box);
  return true;
}

/* ---- getState ---- */

/* No difference will bring what came while nothing was known: it goes out, whatever the state. */
static void let_go_known(mtp_updates *u, mtp_line_id id, int32_t value) {
  mtp_line *line = &u->account.lines[id];
  int32_t at = *mtp_feed_value(u, &u->account, id);
  size_t n = 0;
  for (; n < line->n && line->held[n].value <= value; n++) {
    const mtp_held *held = &line->held[n];
    if (!at || mtp_order_place(at, held->value, held->count) != MTP_PLACE_SEEN) {
      mtp_out_update(u, held->box, held->item, 0);
      at = held->value;
    }
    mtp_feed_release(u, held);
  }
  mtp_line_drop(line, n);
}

static void take_state(mtp_updates *u, mtp_reply *reply, int64_t now) {
  const tg_updates_state *state = tg_updates_getState_result(mtp_reply_value(reply));
  if (u->session->updates.pts)
    mtp_out_lost(u, 0); /* there was a state before: what lies between is not told by this one */
  let_go_known(u, MTP_LINE_PTS, state->pts);
  let_go_known(u, MTP_LINE_QTS, state->qts);
  let_go_known(u, MTP_LINE_SEQ, state->seq);
  set_state(u, state);
  mtp_reply_free(reply);
  mtp_fetch_finish(u, &u->account, false, now);
}

/* ---- getDifference ---- */

static mtp_parcel parcel_of(const tg_vector_Message *messages,
                            const tg_vector_EncryptedMessage *secret,
                            const tg_vector_Update *others, const tg_updates_state *state) {
  return (mtp_parcel){.messages = messages,
                      .secret = secret,
                      .others = others,
                      .pts = state->pts,
                      .date = state->date,
                      .seq = state->seq};
}

static void take_whole(mtp_updates *u, mtp_reply *reply, const tg_updates_difference *d,
                       int64_t now) {
  mtp_parcel parcel =
      parcel_of(&d->new_messages, &d->new_encrypted_messages, &d->other_updates, d->state);
  parcel.chats = &d->chats;
  parcel.users = &d->users;
  set_state(u, d->state);
  mtp_fetch_finish(u, &u->account, deliver(u, reply, &parcel, now), now);
}

static bool is_same(const mtp_update_state *a, const mtp_update_state *b) {
  return a->pts == b->pts && a->qts == b->qts && a->date == b->date;
}

static void take_slice(mtp_updates *u, mtp_reply *reply, const tg_updates_differenceSlice *d,
                       int64_t now) {
  mtp_update_state before = u->session->updates;
  mtp_parcel parcel = parcel_of(&d->new_messages, &d->new_encrypted_messages, &d->other_updates,
                                d->intermediate_state);
  parcel.chats = &d->chats;
  parcel.users = &d->users;
  set_state(u, d->intermediate_state);
  bool gained = deliver(u, reply, &parcel, now);
  if (is_same(&before, &u->session->updates)) { /* it would only say the same again */
    mtp_fetch_finish(u, &u->account, false, now);
  } else if (gained) {
    mtp_fetch_go_on(u, &u->account, now);
  } else {
    mtp_fetch_finish(u, &u->account, false, now);
    u->account.wanted = true;
  }
}

/* So much was missed that the server does not list it. */
static void take_too_long(mtp_updates *u, int32_t pts, int64_t now) {
  bool moves = pts != u->session->updates.pts;
  mtp_out_lost(u, 0);
  u->session->updates.pts = pts;
  u->changed = true;
  mtp_fetch_finish(u, &u->account, false, now);
  u->account.wanted = u->account.wanted || moves;
}

static void take_empty(mtp_updates *u, const tg_updates_differenceEmpty *d, int64_t now) {
  u->session->updates.date = d->date;
  u->session->updates.seq = d->seq;
  u->changed = true;
  mtp_fetch_finish(u, &u->account, false, now);
}

void mtp_difference_take(mtp_updates *u, mtp_reply *reply, int64_t now) {
  if (!u->known) {
    take_state(u, reply, now);
    return;
  }
  tg_updates_Difference d = tg_updates_getDifference_result(mtp_reply_value(reply));
  switch (d.kind) {
  case TG_updates_difference:
    take_whole(u, reply, d.updates_difference, now);
    return;
  case TG_updates_differenceSlice:
    take_slice(u, reply, d.updates_differenceSlice, now);
    return;
  case TG_updates_differenceTooLong:
    take_too_long(u, d.updates_differenceTooLong->pts, now);
    break;
  case TG_updates_differenceEmpty:
    take_empty(u, d.updates_differenceEmpty, now);
    break;
  default:
    mtp_fetch_again(u, &u->account, NULL, now);
    break;
  }
  mtp_reply_free(reply);
}

void mtp_difference_failed(mtp_updates *u, const mtp_error *error, int64_t now) {
  bool refused = error->status == MTP_ERR_RPC && error->code == 400;
  bool ended = error->status == MTP_ERR_CLOSED || error->status == MTP_ERR_KEY_LOST;
  if (ended) {
    mtp_fetch_stop(u, &u->account);
    return;
  }
  if (u->known && (refused || error->status == MTP_ERR_DECODE)) {
    mtp_out_lost(u, 0); /* nothing can be had from that state on: from where the server is now */
    u->known = false;
    mtp_fetch_finish(u, &u->account, false, now);
    u->account.wanted = true;
    return;
  }
  mtp_fetch_again(u, &u->account, error, now);
}
