/* Making and ending a client, and its session as its user sees it. */
#include <openssl/crypto.h>
#include <string.h>

#include "client/call/deliver.h"
#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/conn/failed.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/dc/cdn_keys.h"
#include "client/dc/dc.h"
#include "client/dc/server_keys.h"
#include "client/dc/servers.h"
#include "client/dc/trust.h"
#include "client/dc/user.h"
#include "client/options.h"
#include "client/page.h"
#include "client/policy/rpc_error.h"
#include "client/stats/stats.h"
#include "client/updates.h"

/* ---- making ---- */

static mtp_status load_keys(mtp_client *client, const mtp_options *options, mtp_error *error) {
  mtp_status status = mtp_server_keys_load(client, options);
  if (status == MTP_ERR_REJECTED)
    return mtp_error_set(error, MTP_ERR_ARGUMENT,
                         "options.public_keys holds a text that is no RSA key of 2048 bits");
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  return MTP_OK;
}

static mtp_status set_up(mtp_client *client, const mtp_options *options, const mtp_session *session,
                         mtp_error *error) {
  mtp_status status =
      mtp_options_keep(options, &client->options, &client->kept, &client->kept_size);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  mtp_context_init(client);
  client->updates_type = tl_find_type(&tg_schema, "Updates", 7);
  status = mtp_inbox_init(client);
  if (status != MTP_OK)
    return mtp_error_set(error, status, "no pipe");
  status = mtp_session_load(client, session);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  status = mtp_updates_start(client);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  status = load_keys(client, options, error);
  if (status == MTP_OK) {
    mtp_servers_of(client, options, &client->servers);
    status = mtp_servers_check(client, options, error);
  }
  if (status == MTP_OK && !mtp_conn_home(client))
    status = mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  return status;
}

mtp_status mtp_client_new(const mtp_options *options, const mtp_session *session, mtp_client **out,
                          mtp_error *error) {
  *out = NULL;
  const char *why = mtp_options_complaint(options);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  mtp_client *client = tl_alloc_zero(options->allocator, sizeof *client);
  if (!client)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  client->allocator = options->allocator;
  client->wiping = tl_wiping(options->allocator);
  client->calls.allocator = options->allocator;
  mtp_status status = set_up(client, options, session, error);
  if (status == MTP_OK)
    *out = client;
  else
    mtp_client_free(client);
  return status;
}

/* ---- ending ---- */

void mtp_client_close(mtp_client *client) {
  if (!client->closed) {
    mtp_error error;
    mtp_error_set(&error, MTP_ERR_CLOSED, NULL);
    client->closed = true;
    mtp_inbox_close(client);
    for (mtp_conn *conn = client->conns; conn; conn = conn->next) {
      mtp_conn_fail_calls(conn, &error);
      mtp_conn_drop(conn);
    }
  }
  if (client->delivering)
    return; /* whoever delivers goes on with these */
  mtp_conns_settle(client, mtp_client_now(client));
  mtp_calls_deliver(client);
}

void mtp_client_free(mtp_client *client) {
  if (!client)
    return;
  if (client->inbox.ready)
    mtp_client_close(client);
  if (mtp_hooks_are_set(client))
    mtp_hooks_clear(client);
  while (client->conns) {
    mtp_conn *conn = client->conns;
    client->conns = conn->next;
    mtp_conn_free(conn);
  }
  mtp_dcs_free(client);
  mtp_stats_free(client);
  mtp_updates_stop(client);
  mtp_events_free(client);
  mtp_inbox_free(client);
  mtp_server_keys_free(client);
  mtp_cdn_keys_free(client);
  mtp_link_tls_free(client->tls);
  mtp_session_unload(client);
  if (client->kept)
    OPENSSL_cleanse(client->kept, client->kept_size); /* a proxy's password is in it */
  tl_free(client->allocator, client->kept, client->kept_size);
  mtp_page_free(client->stock, sizeof *client->stock);
  const tl_allocator *allocator = client->allocator;
  OPENSSL_cleanse(client, sizeof *client);
  tl_free(allocator, client, sizeof *client);
}

/* ---- looked at from outside ---- */

const mtp_session *mtp_client_session(const mtp_client *client) {
  return &client->session;
}

const mtp_session *mtp_client_lost_session(const mtp_client *client) {
  return client->lost.n_keys ? &client->lost : NULL;
}

void mtp_client_set_user(mtp_client *client, int64_t user_id, bool bot) {
  const mtp_session *session = &client->session;
  bool known = session->user_id == user_id && session->signed_in == (user_id != 0) &&
               session->bot == (bot && user_id != 0);
  if (!known)
    mtp_user_changed(client, mtp_proof_owner(client), user_id, bot);
}

void mtp_client_watch(mtp_client *client, void (*watch)(void *ctx, const tl_value *updates),
                      void *ctx) {
  client->watch = watch;
  client->watch_ctx = ctx;
}

bool mtp_client_in_callback(const mtp_client *client) {
  return client->delivering;
}

uint32_t mtp_client_file_connections(const mtp_client *client) {
  return client->options.file_connections;
}
