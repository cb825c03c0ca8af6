/* The turn of one connection in the loop. connect.c opens it, traffic.c moves packets,
 * engine_events.c acts on what the engine says. */
#include "client/conn/turn.h"

#include "client/call/blocking.h"
#include "client/client.h"
#include "client/conn/bind.h"
#include "client/conn/connect.h"
#include "client/conn/conns.h"
#include "client/conn/disconnect.h"
#include "client/conn/engine_events.h"
#include "client/conn/exchange.h"
#include "client/conn/failed.h"
#include "client/conn/gate.h"
#include "client/conn/outcome.h"
#include "client/conn/traffic.h"
#include "client/conn/wanted.h"
#include "client/context.h"

enum { IDLE_MS = 60000, DRAIN_CHECK_MS = 1000 };

static void close_when_idle(mtp_conn *conn, mtp_now now) {
  if (!conn->lanes[0].link || mtp_conn_needed(conn)) {
    conn->idle_since = MTP_NEVER;
    return;
  }
  if (conn->idle_since == MTP_NEVER)
    conn->idle_since = now.monotonic_ms;
  else if (now.monotonic_ms - conn->idle_since >= IDLE_MS)
    mtp_conn_disconnect(conn, now, NULL);
}

/* Between calls the buffers that they needed go back. */
static void trim_when_idle(mtp_conn *conn) {
  if (conn->calls.first || mtp_engine_pending(conn->engine) || conn->exchange)
    return;
  mtp_engine_trim(conn->engine);
  for (size_t i = 0; i < MTP_LANES; i++)
    if (conn->lanes[i].link)
      mtp_link_trim(conn->lanes[i].link);
}

/* What ends a connection is carried out between the steps, when none of them stands on it. */
bool mtp_conn_process(mtp_conn *conn, mtp_now now) {
  bool did = mtp_conn_settle(conn, now);
  mtp_calls_tick(conn, now.monotonic_ms);
  mtp_connect_when_due(conn, now);
  did = mtp_traffic_receive(conn, now) || did;
  if (!mtp_conn_is_over(conn)) {
    mtp_exchange_tick(conn, now);
    mtp_connect_check_time(conn, now);
  }
  if (now.monotonic_ms >= mtp_engine_deadline(conn->engine, now))
    mtp_engine_tick(conn->engine, now);
  did = mtp_engine_events(conn) || did;
  did = mtp_conn_settle(conn, now) || did;
  mtp_gate_advance(conn, now);
  did = mtp_traffic_send(conn, now) || did;
  did = mtp_engine_events(conn) || did;
  did = mtp_conn_settle(conn, now) || did;
  close_when_idle(conn, now);
  trim_when_idle(conn);
  return did;
}

/* The next time at which its connection needs a turn. */
static int64_t link_deadline(const mtp_conn *conn, mtp_now now) {
  int64_t first = mtp_exchange_deadline(conn);
  if (!conn->connected || conn->exchange)
    first = mtp_earlier(first, conn->connect_deadline);
  if (conn->temp.valid && conn->temp.renew_at > now.monotonic_ms)
    first = mtp_earlier(first, conn->temp.renew_at);
  else if (conn->temp.valid) /* it is being drained: answers wake us, or its end */
    first = mtp_earlier(first, now.monotonic_ms + DRAIN_CHECK_MS);
  if (mtp_bind_is_out(conn))
    first = mtp_earlier(first, conn->bind_until);
  return mtp_earlier(first, mtp_traffic_deadline(conn));
}

int64_t mtp_conn_deadline(const mtp_conn *conn, mtp_now now) {
  int64_t engine = mtp_traffic_can_send(conn) ? mtp_engine_deadline(conn->engine, now)
                                              : mtp_engine_timers_deadline(conn->engine, now);
  int64_t first = mtp_earlier(mtp_calls_deadline(conn), engine);
  if (conn->idle_since != MTP_NEVER)
    first = mtp_earlier(first, conn->idle_since + IDLE_MS);
  if (conn->lanes[0].link)
    return mtp_earlier(first, link_deadline(conn, now));
  return mtp_earlier(first, mtp_connect_deadline(conn));
}
