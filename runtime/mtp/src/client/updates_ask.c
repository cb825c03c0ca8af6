/* What the machine of updates says is told, and what it wants to know is asked. */
#include "client/updates_ask.h"

#include <tg/core.h>
#include <tg/updates.h>

#include "client/call/begin.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/context.h"
#include "client/events.h"
#include "client/policy/rpc_error.h"
#include "client/updates_keeper.h"
#include "client/updates_tell.h"

enum { SAVE_MS = 10000 }; /* the state changes with every update; told no more often than this */

/* ---- asking ---- */

typedef struct question {
  mtp_client *client;
  uint64_t id;
  int64_t channel_id;
  bool state; /* the first word on where the account is */
} question;

static void answered(void *ctx, const mtp_error *error, mtp_reply *reply) {
  question *q = ctx;
  mtp_client *client = q->client;
  int64_t now = mtp_client_now(client).monotonic_ms;
  mtp_updates_answer(client->updates->machine, q->id, q->channel_id, error, reply, now);
  if (q->state && !error) /* without it all that comes while the program is away would be missed */
    client->updates->save_at = now;
  tl_free(client->allocator, q, sizeof *q);
}

static mtp_status call(question *q, const tl_call *what, const mtp_out *out) {
  mtp_call_options options = {.timeout_ms = out->timeout_ms, .no_sleep = true};
  mtp_call_start start = {.options = &options,
                          .done = answered,
                          .ctx = q,
                          .conn = mtp_conn_home(q->client),
                          .urgent = out->ask != MTP_ASK_CHANNEL,
                          .unasked = true};
  mtp_call *made;
  return start.conn ? mtp_call_begin(q->client, what, &start, &made) : MTP_ERR_NOMEM;
}

static mtp_status call_channel(question *q, const mtp_out *out) {
  tg_inputChannel input = {.channel_id = out->channel_id, .access_hash = out->access_hash};
  tg_channelMessagesFilterEmpty everything = {0};
  tg_updates_getChannelDifference request = {
      .channel = tg_inputChannel_box(&input),
      .filter = tg_channelMessagesFilterEmpty_box(&everything),
      .pts = out->pts,
      .limit = out->limit,
  };
  tl_call what = tg_updates_getChannelDifference_call(&request);
  return call(q, &what, out);
}

static mtp_status call_account(question *q, const mtp_out *out) {
  tg_updates_getState state = {0};
  tg_updates_getDifference difference = {.pts = out->pts, .date = out->date, .qts = out->qts};
  tl_call what = out->ask == MTP_ASK_STATE ? tg_updates_getState_call(&state)
                                           : tg_updates_getDifference_call(&difference);
  return call(q, &what, out);
}

static void ask(mtp_client *client, const mtp_out *out) {
  question *q = tl_alloc(client->allocator, sizeof *q);
  mtp_status status = MTP_ERR_NOMEM;
  if (q) {
    *q = (question){client, out->id, out->channel_id, out->ask == MTP_ASK_STATE};
    status = out->ask == MTP_ASK_CHANNEL ? call_channel(q, out) : call_account(q, out);
  }
  if (status == MTP_OK)
    return;
  mtp_error error;
  mtp_error_set(&error, status, NULL);
  tl_free(client->allocator, q, sizeof *q);
  mtp_updates_answer(client->updates->machine, out->id, out->channel_id, &error, NULL,
                     mtp_client_now(client).monotonic_ms);
}

/* Whether anything came out. */
static bool pump(mtp_keeper *keeper) {
  bool any = false;
  mtp_client *client = keeper->client;
  mtp_out out;
  while (mtp_updates_next(keeper->machine, &out)) {
    any = true;
    if (out.kind == MTP_OUT_DELIVER)
      mtp_updates_deliver(client, out.updates);
    else if (out.kind == MTP_OUT_LOST)
      mtp_updates_tell_lost(client, out.channel_id);
    else
      ask(client, &out);
  }
  if (mtp_updates_changed(keeper->machine) && keeper->save_at == MTP_NEVER)
    keeper->save_at = mtp_client_now(client).monotonic_ms + SAVE_MS;
  return any;
}

/* ---- time ---- */

static bool is_on(const mtp_client *client) {
  return client->updates && !client->closed && client->session.signed_in;
}

bool mtp_updates_process(mtp_client *client, mtp_now now) {
  mtp_keeper *keeper = client->updates;
  if (!is_on(client))
    return false;
  if (now.monotonic_ms >= keeper->save_at) {
    keeper->save_at = MTP_NEVER;
    mtp_event_session(client);
  }
  bool due = now.monotonic_ms >= mtp_updates_deadline(keeper->machine);
  if (due)
    mtp_updates_tick(keeper->machine, now.monotonic_ms);
  return pump(keeper) || due;
}

int64_t mtp_updates_due(const mtp_client *client) {
  if (!is_on(client))
    return MTP_NEVER;
  int64_t due = mtp_updates_deadline(client->updates->machine);
  return due < client->updates->save_at ? due : client->updates->save_at;
}
