/* Whether anyone has use for a connection. */
#include "client/conn/wanted.h"

#include "client/client.h"
#include "client/dc/dc.h"

void mtp_conn_want(mtp_conn *conn) {
  conn->wanted = true;
  conn->stopped = false;
}

void mtp_conn_hasten(mtp_conn *conn) {
  int64_t least = conn->failed_at + conn->client->options.reconnect_min_ms;
  if (conn->failures && conn->outcome.end == MTP_END_NONE && conn->retry_at > least &&
      !conn->flooded)
    conn->retry_at = least;
}

bool mtp_conn_needed(const mtp_conn *conn) {
  return conn->calls.first || mtp_engine_pending(conn->engine) ||
         (conn->wanted && mtp_conn_is_home(conn));
}
