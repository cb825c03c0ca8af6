/* Whether anyone has use for a connection. */
#include "client/conn/wanted.h"

#include "client/dc/dc.h"

void mtp_conn_want(mtp_conn *conn) {
  conn->wanted = true;
  conn->stopped = false;
}

bool mtp_conn_needed(const mtp_conn *conn) {
  return conn->calls.first || mtp_engine_pending(conn->engine) ||
         (conn->wanted && mtp_conn_is_home(conn));
}
