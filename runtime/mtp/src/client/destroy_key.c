/* Destroying the home key on the server (destroy_auth_key, MS-16): asks, and waits for what it
 * says. */
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/conn/wanted.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/keys.h"
#include "client/dc/trust.h"
#include "client/policy/rpc_error.h"

/* Polls until done() or the time is over. */
static bool poll_until(mtp_client *client, int64_t until, bool (*done)(const mtp_client *client)) {
  int64_t left;
  while (!done(client) && (left = until - mtp_client_now(client).monotonic_ms) > 0)
    mtp_client_poll(client, left < INT32_MAX ? (int)left : INT32_MAX);
  return done(client);
}

static bool is_keyed(const mtp_client *client) {
  const mtp_conn *conn = client->destroying;
  return !conn || (conn->connected && conn->keyed) || !mtp_conn_key(conn);
}

static bool is_destroyed(const mtp_client *client) {
  return !client->destroying;
}

/* Asks the server, and waits for what it says. */
static mtp_status destroy_there(mtp_client *client, mtp_conn *conn, uint32_t timeout_ms) {
  int64_t until = mtp_client_now(client).monotonic_ms + timeout_ms;
  client->destroying = conn;
  client->destroyed = false;
  mtp_conn_want(conn);
  if (conn->temp.valid)
    mtp_conn_renew(conn);
  mtp_status status = MTP_ERR_TIMEOUT;
  if (poll_until(client, until, is_keyed) && mtp_conn_key(conn) &&
      mtp_engine_destroy_key(conn->engine) == MTP_OK) {
    client->dirty = true;
    status = poll_until(client, until, is_destroyed) ? MTP_OK : MTP_ERR_TIMEOUT;
  }
  client->destroying = NULL;
  return status;
}

mtp_status mtp_client_destroy_key(mtp_client *client, uint32_t timeout_ms, mtp_error *error) {
  mtp_conn *conn = mtp_conn_home(client);
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  if (client->delivering)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "not from inside a callback");
  if (!conn)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  if (!mtp_conn_key(conn))
    return MTP_OK;
  mtp_status status = destroy_there(client, conn, timeout_ms);
  if (mtp_conn_key(conn))
    mtp_conn_forget_key(conn, mtp_proof_owner(client)); /* as its user wants */
  return status == MTP_OK ? MTP_OK : mtp_error_set(error, status, NULL);
}
