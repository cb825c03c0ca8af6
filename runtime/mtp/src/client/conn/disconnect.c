/* Closes what a connection consists of, and tells its state. */
#include "client/conn/disconnect.h"

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/exchange.h"
#include "client/dc/dc.h"
#include "client/events.h"

void mtp_conn_tell(mtp_conn *conn, mtp_connection_state state, const mtp_error *error) {
  if (conn->told == state)
    return;
  conn->told = state;
  if (conn->connection == 0)
    mtp_event_connection(conn->client, conn->dc->id, state, error);
}

void mtp_conn_disconnect(mtp_conn *conn, mtp_now now, const mtp_error *why) {
  mtp_exchange_free(conn);
  mtp_dc_end_work(conn);
  for (size_t i = 0; i < MTP_LANES; i++) {
    mtp_link_close(conn->lanes[i].link);
    conn->lanes[i] = (mtp_lane){0};
  }
  conn->connected = conn->synchronised = false; /* the wall clock may be set until the next one */
  conn->alive_since = 0;
  mtp_engine_disconnected(conn->engine, now);
  mtp_conn_tell(conn, MTP_CONNECTION_CLOSED, why);
}
