/* How the connection of calls to the home data centre is, as its user sees it; and to have one
 * without a call. */
#include <mtp/state.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/conns.h"
#include "client/conn/wanted.h"
#include "client/context.h"
#include "client/lease.h"
#include "client/policy/rpc_error.h"

/* ---- names ---- */

static const char *name_of(const char *const *names, size_t n, size_t i) {
  return i < n ? names[i] : "unknown";
}
#define NAME_OF(names, i) name_of(names, sizeof(names) / sizeof *(names), (size_t)(i))

const char *mtp_connectivity_name(mtp_connectivity is) {
  static const char *const names[] = {"idle", "connecting", "connected", "waiting", "stopped"};
  return NAME_OF(names, is);
}

const char *mtp_connection_state_name(mtp_connection_state state) {
  static const char *const names[] = {"closed", "connecting", "handshake", "ready"};
  return NAME_OF(names, state);
}

const char *mtp_event_type_name(mtp_event_type type) {
  static const char *const names[] = {"updates",  "connection", "session",      "wait",
                                      "key lost", "taken over", "updates lost", "unreachable"};
  return NAME_OF(names, type);
}

const char *mtp_log_level_name(mtp_log_level level) {
  static const char *const names[] = {"error", "warning", "info", "debug", "trace"};
  return NAME_OF(names, level);
}

/* ---- asking for one ---- */

mtp_status mtp_client_connect(mtp_client *client, mtp_error *error) {
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  if (client->options.api_id == 0)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "options.api_id is needed to connect");
  if (mtp_lease_left(client) < 0)
    return mtp_error_set(error, MTP_ERR_STORE, MTP_LEASE_LOST);
  mtp_conn *conn = mtp_conn_home(client);
  if (!conn)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  mtp_conn_want(conn);
  mtp_conn_hasten(conn);
  client->dirty = true;
  mtp_hooks_poke(client);
  return MTP_OK;
}

/* ---- looking ---- */

static const mtp_conn *find_home(const mtp_client *client) {
  for (const mtp_conn *conn = client->conns; conn; conn = conn->next)
    if (mtp_conn_is_home(conn))
      return conn;
  return NULL;
}

/* There is no link. */
static void look_without(const mtp_conn *conn, mtp_now now, mtp_state *out) {
  bool leased = mtp_lease_left(conn->client) > 0;
  if (conn->stopped)
    out->is = MTP_STOPPED;
  else if (!mtp_conn_needed(conn))
    out->is = MTP_IDLE;
  else if (leased && conn->retry_at <= now.monotonic_ms)
    out->is = MTP_CONNECTING;
  else
    out->is = MTP_WAITING;
  if (out->is == MTP_WAITING)
    out->retry_ms = leased ? conn->retry_at - now.monotonic_ms : -1;
}

static void look(const mtp_conn *conn, mtp_state *out) {
  bool through = conn->connected && !conn->exchange && conn->keyed && conn->inited &&
                 conn->outcome.end == MTP_END_NONE;
  out->failures = conn->failures;
  if (conn->lanes[0].link)
    out->is = through ? MTP_CONNECTED : MTP_CONNECTING;
  else
    look_without(conn, mtp_client_now(conn->client), out);
  bool failed = out->is == MTP_STOPPED || conn->failures > 0;
  if (failed && out->is != MTP_CONNECTED && conn->outcome.error.status != MTP_OK)
    out->error = &conn->outcome.error;
}

/* Why it is closed, or has no session any more; NULL: neither. */
static const mtp_error *end_of(const mtp_client *client) {
  static const mtp_error closed = {
      .status = MTP_ERR_CLOSED, .method = TL_NONE, .text = "the client was closed"};
  static const mtp_error taken = {
      .status = MTP_ERR_STORE, .method = TL_NONE, .text = MTP_LEASE_LOST};
  return client->closed ? &closed : client->taken_over ? &taken : NULL;
}

void mtp_client_state(const mtp_client *client, mtp_state *out) {
  const mtp_conn *home = find_home(client);
  *out = (mtp_state){.is = MTP_IDLE, .dc = client->session.home_dc, .error = end_of(client)};
  if (out->error)
    out->is = MTP_STOPPED;
  else if (home)
    look(home, out);
}
