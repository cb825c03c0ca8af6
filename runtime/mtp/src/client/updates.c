/* Updates as they come: decoded, put into order if that is wanted, shown to the watcher, and queued
 * as events. */
#include "client/updates.h"

#include <string.h>

/* ---- out ---- */

void mtp_updates_lost(mtp_client *client) {
  mtp_event event = {.type = MTP_EVENT_UPDATES_LOST, .dc = client->session.home_dc};
  mtp_event_push(client, &event);
}

/* updates: NULL after a gap. */
static void show(mtp_client *client, const tl_value *updates) {
  bool outer = client->delivering;
  if (!client->watch)
    return;
  client->delivering = true;
  client->watch(client->watch_ctx, updates);
  client->delivering = outer;
}

void mtp_updates_deliver(mtp_client *client, mtp_reply *reply) {
  mtp_event event = {.type = MTP_EVENT_UPDATES, .dc = client->session.home_dc, .updates = reply};
  show(client, mtp_reply_value(reply));
  mtp_event_push(client, &event);
}

void mtp_updates_touch(mtp_updates *updates) {
  int64_t now = mtp_client_now(updates->client).monotonic_ms;
  updates->quiet_at = now + MTP_QUIET_MS;
  if (updates->save_at == MTP_NEVER)
    updates->save_at = now + MTP_SAVE_MS;
}

/* ---- in ---- */

static void hold(mtp_updates *updates, mtp_reply *reply, bool gap) {
  if (updates->n_held == MTP_HELD_MAX) { /* a difference brings them all */
    mtp_reply_free(reply);
    updates->due = true;
    return;
  }
  updates->held[updates->n_held++] = reply;
  if (gap && updates->gap_at == MTP_NEVER)
    updates->gap_at = mtp_client_now(updates->client).monotonic_ms + MTP_GAP_MS;
}

/* Tries what is held until nothing more fits. */
static void retry_held(mtp_updates *updates, bool forced) {
  for (size_t i = 0; i < updates->n_held;) {
    mtp_apply result = mtp_updates_apply(updates, updates->held[i], forced);
    if (result == MTP_APPLY_GAP) {
      i++;
      continue;
    }
    updates->n_held--;
    for (size_t j = i; j < updates->n_held; j++)
      updates->held[j] = updates->held[j + 1];
    if (result == MTP_APPLY_RELOAD)
      updates->due = true;
    i = 0;
  }
  if (updates->n_held == 0)
    updates->gap_at = MTP_NEVER;
}

static void take_in_order(mtp_updates *updates, mtp_reply *reply) {
  if (updates->fetching || !updates->known) {
    hold(updates, reply, false);
    return;
  }
  switch (mtp_updates_apply(updates, reply, false)) {
  case MTP_APPLY_DONE:
    retry_held(updates, false);
    break;
  case MTP_APPLY_GAP:
    hold(updates, reply, true);
    break;
  case MTP_APPLY_RELOAD:
    updates->due = true;
    break;
  }
}

void mtp_updates_fetched(mtp_updates *updates, bool empty) {
  updates->fetching = false;
  /* What does not follow although the server says that nothing is missing will never follow. */
  retry_held(updates, empty);
  if (updates->n_held)
    updates->gap_at = mtp_client_now(updates->client).monotonic_ms + MTP_GAP_MS;
}

void mtp_updates_take(mtp_conn *conn, const tl_buffer *body) {
  mtp_client *client = conn->client;
  mtp_reply *reply = mtp_reply_new(client->allocator, tl_bytes_of(body->data, body->size));
  tl_error error = {.status = TL_ERR_NOMEM};
  if (reply && mtp_reply_decode(reply, &tg_schema, client->updates_type, &error) == TL_OK) {
    if (client->updates && client->session.signed_in && mtp_conn_has_home_key(conn))
      take_in_order(client->updates, reply);
    else
      mtp_updates_deliver(client, reply);
    return;
  }
  mtp_log(client, MTP_LOG_WARNING, "a message that answers no call cannot be read: %s (id %08x)",
          tl_status_name(error.status), (unsigned)error.id);
  mtp_reply_free(reply);
  mtp_updates_gap(conn);
}

void mtp_updates_gap(mtp_conn *conn) {
  mtp_client *client = conn->client;
  if (!mtp_conn_is_home(conn) || client->options.no_updates)
    return;
  show(client, NULL);
  if (!client->session.signed_in)
    return;
  if (client->updates)
    client->updates->due = true;
  else
    mtp_updates_lost(client);
}

/* messages.affectedMessages and the like; those of channels have the channel's order. */
static void account_affected(mtp_updates *updates, const tl_value *value, uint16_t method) {
  static const char messages[] = "messages.";
  mtp_update_state *state = &updates->client->session.updates;
  int32_t pts, count;
  tl_object object = tl_value_object(value);
  if (method == TL_NONE ||
      strncmp(tl_def_name(&tg_schema, method), messages, strlen(messages)) != 0)
    return;
  if (object.schema && mtp_object_pts(&object, &pts, &count) && (int64_t)state->pts + count == pts)
    state->pts = pts;
}

void mtp_updates_account(mtp_client *client, const tl_value *value, uint16_t method) {
  mtp_updates *updates = client->updates;
  if (!updates || !updates->known || value->schema != &tg_schema)
    return;
  if (value->type == client->updates_type)
    mtp_updates_absorb(updates, tl_value_slot(value, &tg_schema, client->updates_type));
  else
    account_affected(updates, value, method);
}

/* ---- time ---- */

static bool is_due(const mtp_updates *updates, int64_t now) {
  if (updates->fetching)
    return false;
  if (updates->retry_at != MTP_NEVER)
    return now >= updates->retry_at;
  return !updates->started || updates->due || now >= updates->gap_at || now >= updates->quiet_at;
}

bool mtp_updates_tick(mtp_client *client, mtp_now now) {
  mtp_updates *updates = client->updates;
  if (!updates || client->closed || !client->session.signed_in)
    return false;
  if (now.monotonic_ms >= updates->save_at) {
    updates->save_at = MTP_NEVER;
    mtp_event_session(client);
  }
  if (!is_due(updates, now.monotonic_ms))
    return false;
  updates->retry_at = MTP_NEVER;
  updates->quiet_at = now.monotonic_ms + MTP_QUIET_MS;
  mtp_updates_fetch(updates);
  return true;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

int64_t mtp_updates_deadline(const mtp_client *client) {
  const mtp_updates *updates = client->updates;
  if (!updates || client->closed || !client->session.signed_in)
    return MTP_NEVER;
  if (updates->fetching)
    return updates->save_at;
  if (updates->retry_at != MTP_NEVER)
    return least(updates->retry_at, updates->save_at);
  if (!updates->started || updates->due)
    return 0;
  return least(least(updates->gap_at, updates->quiet_at), updates->save_at);
}

/* ---- life ---- */

static void clear(mtp_updates *updates) {
  for (size_t i = 0; i < updates->n_held; i++)
    mtp_reply_free(updates->held[i]);
  mtp_channels_forget_jobs(updates);
  mtp_client *client = updates->client;
  *updates = (mtp_updates){.client = client,
                           .known = client->session.updates.pts != 0,
                           .gap_at = MTP_NEVER,
                           .retry_at = MTP_NEVER,
                           .quiet_at = MTP_NEVER,
                           .save_at = MTP_NEVER};
}

mtp_status mtp_updates_new(mtp_client *client) {
  if (!client->options.keep_updates)
    return MTP_OK;
  client->updates = tl_alloc_zero(client->allocator, sizeof *client->updates);
  if (!client->updates)
    return MTP_ERR_NOMEM;
  client->updates->client = client;
  clear(client->updates);
  return MTP_OK;
}

void mtp_updates_reset(mtp_client *client) {
  if (client->updates) {
    bool fetching = client->updates->fetching; /* its answer is still to come */
    clear(client->updates);
    client->updates->fetching = fetching;
  }
}

void mtp_updates_free(mtp_client *client) {
  if (!client->updates)
    return;
  clear(client->updates);
  tl_free(client->allocator, client->updates, sizeof *client->updates);
  client->updates = NULL;
}
