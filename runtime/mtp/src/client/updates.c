/* Updates as they come: decoded, and put into order by the machine of updates/ if that is wanted.
 * What that says is told in updates_ask.c, a little later in the turn. */
#include "client/updates.h"

#include <string.h>
#include <tg/core.h>

#include "client/call/notice.h"
#include "client/client.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/trust.h"
#include "client/log.h"
#include "client/show.h"
#include "client/updates_keeper.h"
#include "client/updates_tell.h"

enum {
  HELD_PART = 4,    /* of the bytes that may wait: for their turn */
  MAX_ITEMS = 32768 /* updates, users or chats of one container: no server has so many to tell */
};

/* Each costs more than the bytes that it came in: what has too many is not looked through. */
static bool has_too_many(const tg_Updates *updates) {
  const tg_updates *all = updates->kind == TG_updates ? updates->updates : NULL;
  const tg_updatesCombined *both =
      updates->kind == TG_updatesCombined ? updates->updatesCombined : NULL;
  if (all)
    return all->updates.count > MAX_ITEMS || all->users.count > MAX_ITEMS ||
           all->chats.count > MAX_ITEMS;
  return both && (both->updates.count > MAX_ITEMS || both->users.count > MAX_ITEMS ||
                  both->chats.count > MAX_ITEMS);
}

/* A container, which with its objects takes no more than may wait; NULL: it cannot be read. */
static mtp_reply *read_updates(const mtp_client *client, tl_buffer *body) {
  size_t budget = client->options.queue_bytes;
  tl_error error = {.status = TL_ERR_NOMEM};
  mtp_reply *reply = NULL;
  if (body->size <= budget / 2)
    reply = mtp_reply_new(client->allocator, body);
  if (reply &&
      mtp_reply_decode(reply, &tg_schema, client->updates_type, budget / 2, &error) == TL_OK) {
    if (!has_too_many(mtp_reply_value(reply)->slot))
      return reply;
    error.status = TL_ERR_NOMEM;
  }
  mtp_reply_free(reply);
  mtp_log(client, MTP_LOG_WARNING, "a message that answers no call cannot be read: %s (id %08x)",
          tl_status_name(error.status), (unsigned)error.id);
  return NULL;
}

void mtp_updates_take_body(mtp_conn *conn, tl_buffer *body) {
  mtp_client *client = conn->client;
  if (!mtp_conn_has_home_key(conn))
    return; /* nobody else has updates to tell (TB-4, TB-6) */
  mtp_reply *reply = read_updates(client, body);
  if (reply) {
    mtp_notice_take(client, mtp_reply_value(reply));
    mtp_client_show(client, mtp_reply_value(reply));
  }
  if (!reply) {
    mtp_updates_gap(conn);
  } else if (client->updates && client->session.signed_in) {
    mtp_updates_take(client->updates->machine, reply, mtp_client_now(client).monotonic_ms);
  } else {
    mtp_updates_deliver(client, reply);
  }
}

void mtp_updates_gap(mtp_conn *conn) {
  mtp_client *client = conn->client;
  if (!mtp_conn_is_home(conn) || client->options.no_updates)
    return;
  mtp_updates_show(client, NULL);
  if (!client->session.signed_in)
    return;
  if (!client->updates) {
    mtp_updates_tell_lost(client, MTP_ALL_CHANNELS);
    return;
  }
  mtp_updates_missed(client->updates->machine, mtp_client_now(client).monotonic_ms);
}

void mtp_updates_slept(mtp_client *client) {
  if (!client->updates || !client->session.signed_in)
    return;
  mtp_updates_missed(client->updates->machine, mtp_client_now(client).monotonic_ms);
}

/* Over HTTP connections come and go, and take nothing with them. */
void mtp_updates_connected(mtp_conn *conn) {
  mtp_client *client = conn->client;
  if (!client->updates || conn->http || !mtp_conn_is_home(conn))
    return;
  if (client->updates->connected)
    mtp_updates_slept(client);
  client->updates->connected = true;
}

void mtp_updates_account(mtp_client *client, const tl_value *value, uint16_t method,
                         int64_t channel_id) {
  if (!client->updates || !client->session.signed_in)
    return;
  mtp_updates_own(client->updates->machine, value, method, channel_id,
                  mtp_client_now(client).monotonic_ms);
}

/* ---- life ---- */

mtp_status mtp_updates_start(mtp_client *client) {
  mtp_updates_limits limits = {.bytes = client->options.queue_bytes / HELD_PART};
  if (!client->options.keep_updates)
    return MTP_OK;
  if (!mtp_client_random(client, &limits.seed, sizeof limits.seed))
    return MTP_ERR_RANDOM;
  mtp_keeper *keeper = tl_alloc(client->allocator, sizeof *keeper);
  if (!keeper)
    return MTP_ERR_NOMEM;
  *keeper = (mtp_keeper){.client = client,
                         .machine = mtp_updates_new(mtp_session_of_updates(client), &limits),
                         .save_at = MTP_NEVER};
  client->updates = keeper;
  return keeper->machine ? MTP_OK : MTP_ERR_NOMEM;
}

void mtp_updates_forget(mtp_client *client) {
  mtp_session *session = mtp_session_of_updates(client);
  memset(&session->updates, 0, sizeof session->updates);
  if (session->channels_room < session->n_channels)
    session->channels_room = session->n_channels;
  session->n_channels = 0; /* access hashes belong to a user */
  if (client->updates) {
    mtp_updates_reset(client->updates->machine);
    client->updates->save_at = MTP_NEVER;
  }
}

void mtp_updates_stop(mtp_client *client) {
  if (!client->updates)
    return;
  mtp_updates_free(client->updates->machine);
  tl_free(client->allocator, client->updates, sizeof *client->updates);
  client->updates = NULL;
}
