/* updates.getState and updates.getDifference: where to start, and what was missed. */
#include <string.h>

#include "client/updates.h"

static void try_later(mtp_updates *updates) {
  updates->fetching = false;
  updates->due = true;
  updates->retry_at = mtp_client_now(updates->client).monotonic_ms + MTP_FETCH_RETRY_MS;
}

static bool begin(mtp_updates *updates, const tl_call *what, mtp_call_done done) {
  mtp_client *client = updates->client;
  mtp_call_options options = {.timeout_ms = -1};
  mtp_call_start start = {.options = &options,
                          .done = done,
                          .ctx = updates,
                          .conn = mtp_conn_home(client),
                          .urgent = true};
  mtp_call *call;
  updates->started = true;
  updates->fetching = true;
  updates->due = false;
  updates->gap_at = updates->retry_at = MTP_NEVER;
  if (start.conn && mtp_call_begin(client, what, &start, &call) == MTP_OK)
    return true;
  try_later(updates);
  return false;
}

static void keep_state(mtp_updates *updates, const tg_updates_state *state) {
  updates->client->session.updates = (mtp_update_state){
      .pts = state->pts, .qts = state->qts, .date = state->date, .seq = state->seq};
  updates->known = true;
  mtp_updates_touch(updates);
}

/* ---- getState ---- */

static void state_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_updates *updates = ctx;
  if (error) {
    if (error->status != MTP_ERR_CLOSED && error->status != MTP_ERR_KEY_LOST)
      try_later(updates);
    updates->fetching = false;
  } else {
    keep_state(updates, tg_updates_getState_result(mtp_reply_value(reply)));
    mtp_updates_fetched(updates, false);
  }
  mtp_reply_free(reply);
}

static void fetch_state(mtp_updates *updates) {
  tg_updates_getState request = {0};
  tl_call call = tg_updates_getState_call(&request);
  begin(updates, &call, state_done);
}

/* ---- getDifference ---- */

static void deliver(mtp_updates *updates, mtp_reply *reply, const mtp_difference *from) {
  bool nothing = from->messages->count == 0 && from->secret->count == 0 && from->others->count == 0;
  if (!nothing && mtp_updates_compose(updates, reply, from)) {
    mtp_updates_deliver(updates->client, reply);
    return;
  }
  if (!nothing)
    mtp_updates_lost(updates->client);
  mtp_reply_free(reply);
}

static void take_whole(mtp_updates *updates, mtp_reply *reply, const tg_updates_difference *d) {
  keep_state(updates, d->state);
  deliver(updates, reply,
          &(mtp_difference){.messages = &d->new_messages,
                            .secret = &d->new_encrypted_messages,
                            .others = &d->other_updates,
                            .chats = &d->chats,
                            .users = &d->users,
                            .pts = d->state->pts,
                            .date = d->state->date,
                            .seq = d->state->seq});
  mtp_updates_fetched(updates, false);
}

static void take_slice(mtp_updates *updates, mtp_reply *reply,
                       const tg_updates_differenceSlice *d) {
  mtp_update_state before = updates->client->session.updates;
  keep_state(updates, d->intermediate_state);
  deliver(updates, reply,
          &(mtp_difference){.messages = &d->new_messages,
                            .secret = &d->new_encrypted_messages,
                            .others = &d->other_updates,
                            .chats = &d->chats,
                            .users = &d->users,
                            .pts = d->intermediate_state->pts,
                            .date = d->intermediate_state->date,
                            .seq = d->intermediate_state->seq});
  const mtp_update_state *after = &updates->client->session.updates;
  if (after->pts == before.pts && after->qts == before.qts && after->date == before.date) {
    mtp_updates_fetched(updates, true); /* it would only say the same again */
    return;
  }
  updates->fetching = false;
  mtp_updates_fetch(updates);
}

/* So much was missed that the server does not list it. */
static void take_too_long(mtp_updates *updates, mtp_reply *reply, int32_t pts) {
  bool moves = pts != updates->client->session.updates.pts;
  mtp_updates_lost(updates->client);
  updates->client->session.updates.pts = pts;
  mtp_updates_touch(updates);
  mtp_reply_free(reply);
  updates->fetching = false;
  if (moves)
    mtp_updates_fetch(updates);
  else
    mtp_updates_fetched(updates, true);
}

static void take_empty(mtp_updates *updates, mtp_reply *reply,
                       const tg_updates_differenceEmpty *d) {
  updates->client->session.updates.date = d->date;
  updates->client->session.updates.seq = d->seq;
  mtp_updates_touch(updates);
  mtp_reply_free(reply);
  mtp_updates_fetched(updates, true);
}

/* Nothing can be had from that state on: start from where the server is now. */
static void start_over(mtp_updates *updates) {
  mtp_updates_lost(updates->client);
  updates->known = false;
  updates->fetching = false;
  mtp_updates_fetch(updates);
}

static void difference_failed(mtp_updates *updates, const mtp_error *error) {
  updates->fetching = false;
  bool unreadable = error->status == MTP_ERR_DECODE;
  bool refused = error->status == MTP_ERR_RPC && error->code == 400;
  if (error->status == MTP_ERR_CLOSED || error->status == MTP_ERR_KEY_LOST)
    return;
  if (unreadable || refused)
    start_over(updates);
  else
    try_later(updates);
}

static void difference_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_updates *updates = ctx;
  if (error) {
    mtp_reply_free(reply);
    difference_failed(updates, error);
    return;
  }
  tg_updates_Difference d = tg_updates_getDifference_result(mtp_reply_value(reply));
  switch (d.kind) {
  case TG_updates_difference:
    take_whole(updates, reply, d.updates_difference);
    break;
  case TG_updates_differenceSlice:
    take_slice(updates, reply, d.updates_differenceSlice);
    break;
  case TG_updates_differenceTooLong:
    take_too_long(updates, reply, d.updates_differenceTooLong->pts);
    break;
  case TG_updates_differenceEmpty:
    take_empty(updates, reply, d.updates_differenceEmpty);
    break;
  default:
    mtp_reply_free(reply);
    updates->fetching = false;
    break;
  }
}

void mtp_updates_fetch(mtp_updates *updates) {
  const mtp_update_state *state = &updates->client->session.updates;
  if (updates->fetching) {
    updates->due = true;
    return;
  }
  if (!updates->known) {
    fetch_state(updates);
    return;
  }
  tg_updates_getDifference request = {.pts = state->pts, .date = state->date, .qts = state->qts};
  tl_call call = tg_updates_getDifference_call(&request);
  begin(updates, &call, difference_done);
}
