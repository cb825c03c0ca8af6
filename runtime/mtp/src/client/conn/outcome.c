/* Notes how a connection is to end. */
#include "client/conn/outcome.h"

#include "client/client.h"
#include "client/dc/dc.h"
#include "client/policy/rpc_error.h"

void mtp_conn_fail(mtp_conn *conn, const mtp_error *error, bool hopeless) {
  if (conn->outcome.end == MTP_END_FAILED)
    return;
  conn->outcome = (mtp_outcome){.end = MTP_END_FAILED, .hopeless = hopeless, .error = *error};
  conn->client->dirty = true;
}

void mtp_conn_fail_text(mtp_conn *conn, mtp_status status, const char *text, bool hopeless) {
  mtp_error error;
  mtp_error_set(&error, status, text);
  mtp_conn_fail(conn, &error, hopeless);
}

void mtp_conn_fail_cause(mtp_conn *conn, mtp_cause cause, bool hopeless) {
  mtp_error error;
  mtp_error_of(&error, cause);
  mtp_conn_fail(conn, &error, hopeless);
}

static const char *meaning(int32_t code) {
  switch (code) {
  case -404:
    return "the server does not know the key";
  case -429:
    return "too many connections or messages";
  case -444:
    return "not this data centre, or test and production mixed";
  default:
    return NULL;
  }
}

void mtp_conn_fail_transport(mtp_conn *conn, int32_t code) {
  mtp_error error;
  if (conn->outcome.end == MTP_END_FAILED)
    return;
  mtp_error_set(&error, MTP_ERR_TRANSPORT, meaning(code));
  error.code = code;
  mtp_conn_fail(conn, &error, code == -444 && !mtp_conn_key(conn)); /* with one it was right */
  conn->outcome.unknown_key = code == -404 && !conn->exchange && conn->keyed;
}

void mtp_conn_fail_late(mtp_conn *conn) {
  const mtp_link *link = conn->lanes[0].link;
  if (link && mtp_link_at_proxy(link))
    mtp_conn_fail_text(conn, MTP_ERR_PROXY, "nothing came through the proxy in time", false);
  else
    mtp_conn_fail_text(conn, MTP_ERR_NETWORK, "connecting took too long", false);
}

void mtp_conn_drop(mtp_conn *conn) {
  if (conn->outcome.end == MTP_END_NONE)
    conn->outcome.end = MTP_END_DROPPED;
  conn->client->dirty = true;
}

bool mtp_conn_is_over(const mtp_conn *conn) {
  return conn->outcome.end != MTP_END_NONE;
}
