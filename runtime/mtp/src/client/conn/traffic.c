/* Packets between the links of a connection and its engine, or its key exchange. A stream carries
 * both ways at once and is enough; over HTTP a request waits for its answer, so there are two
 * lanes: one may wait for news (http_wait) while the other asks (MS-17). */
#include "client/conn/traffic.h"

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/connect.h"
#include "client/conn/exchange.h"
#include "client/conn/failed.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/dc/keys.h"
#include "client/log.h"

/* ---- in ---- */

static void failed(mtp_conn *conn, const mtp_lane *lane) {
  bool hopeless = false;
  const mtp_error *error = mtp_link_error(lane->link, &hopeless);
  mtp_conn_fail(conn, error, hopeless);
}

static void close_lane(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  bool polling = lane->polling;
  mtp_link_close(lane->link);
  *lane = (mtp_lane){0};
  if (polling)
    mtp_engine_long_poll_done(conn->engine, now);
}

/* HTTP servers close connections that are not in use, and some after every answer: nothing was
 * lost, another is made on demand. A key exchange asks again what has not been answered. */
static bool is_harmless(const mtp_conn *conn, const mtp_lane *lane) {
  bool all;
  if (!conn->http || !conn->connected || !lane->open)
    return false;
  uint32_t answers = mtp_link_answers(lane->link, &all);
  return conn->exchange ? answers > 0 : all && (answers > 0 || conn->alive_since);
}

static void lane_failed(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  if (is_harmless(conn, lane))
    close_lane(conn, lane, now);
  else
    failed(conn, lane);
}

static void lane_connected(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  char how[160];
  mtp_link_describe(lane->link, how, sizeof how);
  mtp_log(conn->client, MTP_LOG_DEBUG, "dc %d: connected (%s)", (int)conn->dc->id, how);
  lane->open = true;
  if (!conn->connected) {
    conn->connected = true;
    mtp_conn_key_step(conn, now);
  } else if (conn->exchange) {
    mtp_exchange_resume(conn);
  }
}

static void take_packet(mtp_conn *conn, tl_bytes packet, mtp_now now) {
  if (conn->exchange)
    mtp_conn_key_packet(conn, packet, now);
  else if (mtp_engine_recv(conn->engine, packet.data, packet.size, now) == MTP_ENGINE_OK)
    mtp_conn_alive(conn, now);
  /* REJECTED and NOMEM: the engine raises RECONNECT */
}

static void take_event(mtp_conn *conn, mtp_lane *lane, const mtp_link_event *event, mtp_now now) {
  switch (event->kind) {
  case MTP_LINK_CONNECTED:
    lane_connected(conn, lane, now);
    break;
  case MTP_LINK_PACKET:
    take_packet(conn, event->packet, now);
    break;
  case MTP_LINK_QUICK_ACK:
    mtp_engine_quick_ack(conn->engine, event->token);
    break;
  case MTP_LINK_TRANSPORT_ERROR:
    mtp_conn_fail_transport(conn, event->code);
    break;
  case MTP_LINK_FAILED:
  case MTP_LINK_NONE:
    break;
  }
}

/* Over HTTP: the answer to a request has come, if only an empty one. */
static void check_answered(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  if (!lane->open || !mtp_link_ready(lane->link))
    return;
  if (lane->polling) {
    lane->polling = false;
    mtp_engine_long_poll_done(conn->engine, now);
  }
}

static bool receive(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  bool any = false;
  mtp_link_event event;
  while (!mtp_conn_is_over(conn) &&
         mtp_link_next(lane->link, now.monotonic_ms, &event) != MTP_LINK_NONE) {
    any = true;
    if (event.kind == MTP_LINK_FAILED) {
      lane_failed(conn, lane, now);
      return true;
    }
    take_event(conn, lane, &event, now);
  }
  if (mtp_link_moved(lane->link))
    mtp_engine_moved(conn->engine, now);
  if (conn->http)
    check_answered(conn, lane, now);
  return any;
}

bool mtp_traffic_receive(mtp_conn *conn, mtp_now now) {
  bool any = false;
  for (size_t i = 0; i < MTP_LANES; i++)
    if (conn->lanes[i].link)
      any = receive(conn, &conn->lanes[i], now) || any;
  return any;
}

/* ---- out ---- */

/* False: nothing more goes out on this lane for now. */
static bool send_one(mtp_conn *conn, mtp_lane *lane, tl_buffer *packet, mtp_now now) {
  mtp_packet_info info;
  tl_buffer_clear(packet);
  if (!lane->open || !mtp_link_ready(lane->link))
    return false;
  if (mtp_engine_poll_packet(conn->engine, now, packet, &info) != MTP_ENGINE_OK)
    return false;
  lane->polling = info.long_poll;
  return mtp_link_send(lane->link, tl_bytes_of(packet->data, packet->size), info.quick_ack) ==
         TL_OK;
}

/* A second lane as soon as the first one waits for news. */
static void open_second(mtp_conn *conn, mtp_now now) {
  mtp_error error;
  if (!conn->http || conn->lanes[1].link || !conn->lanes[0].polling)
    return;
  if (mtp_connect_open(conn, now, &conn->lanes[1].link, &error) != MTP_OK)
    conn->lanes[1].link = NULL; /* the first one has to do */
}

bool mtp_traffic_send(mtp_conn *conn, mtp_now now) {
  bool any = false;
  tl_buffer packet;
  if (!conn->connected || conn->exchange || mtp_conn_is_over(conn))
    return false;
  tl_buffer_init(&packet, conn->client->allocator, 0);
  for (size_t i = 0; i < MTP_LANES; i++) {
    mtp_lane *lane = &conn->lanes[i];
    while (lane->link && send_one(conn, lane, &packet, now))
      any = true;
    if (lane->link && lane->open)
      mtp_link_flush(lane->link);
  }
  open_second(conn, now);
  tl_buffer_free(&packet);
  return any;
}

/* ---- waiting ---- */

int64_t mtp_traffic_deadline(const mtp_conn *conn) {
  int64_t first = MTP_NEVER;
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_link *link = conn->lanes[i].link;
    if (link && mtp_link_busy(link))
      return 0;
    if (link && mtp_link_deadline(link) < first)
      first = mtp_link_deadline(link);
  }
  return first;
}

size_t mtp_conn_fds(const mtp_conn *conn, struct pollfd *fds, size_t n) {
  size_t used = 0;
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_link *link = conn->lanes[i].link;
    if (link)
      used += mtp_link_fds(link, used < n ? fds + used : NULL, used < n ? n - used : 0);
  }
  return used;
}
