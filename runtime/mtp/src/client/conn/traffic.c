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
#include "client/lease.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "client/stats/stats.h"

enum { QUICK_MS = 1000 };

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
 * lost, another is made on demand. A key exchange asks again what has not been answered. One that
 * answers with nothing and closes at once has failed. */
static bool is_harmless(const mtp_conn *conn, const mtp_lane *lane, mtp_now now) {
  bool all;
  if (!conn->http || !conn->connected || !lane->open || lane->lost)
    return false;
  uint32_t answers = mtp_link_answers(lane->link, &all);
  if (answers && !lane->useful && now.monotonic_ms - lane->opened_ms < QUICK_MS)
    return false; /* it would go on like that without a pause (LV-7) */
  return conn->exchange ? answers > 0 : all && (answers > 0 || conn->alive_since);
}

static void lane_failed(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  if (is_harmless(conn, lane, now))
    close_lane(conn, lane, now);
  else
    failed(conn, lane);
}

static void lane_connected(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  char how[160];
  mtp_link_describe(lane->link, how, sizeof how);
  mtp_log(conn->client, MTP_LOG_DEBUG, "dc %d: connected (%s)", (int)conn->dc->id, how);
  lane->open = true;
  lane->opened_ms = now.monotonic_ms;
  if (!conn->connected) {
    conn->connected = true;
    mtp_stats_connected(conn);
    mtp_conn_key_step(conn, now);
  } else if (conn->exchange) {
    mtp_exchange_resume(conn);
  }
}

static void take_packet(mtp_conn *conn, mtp_lane *lane, tl_bytes packet, mtp_now now) {
  if (conn->exchange) {
    lane->useful = true;
    mtp_conn_key_packet(conn, packet, now);
  } else if (mtp_engine_recv(conn->engine, packet.data, packet.size, now) == MTP_OK) {
    lane->useful = true;
    mtp_conn_alive(conn, now);
  }
  /* REJECTED and NOMEM: the engine raises RECONNECT */
}

static void take_event(mtp_conn *conn, mtp_lane *lane, const mtp_link_event *event, mtp_now now) {
  switch (event->kind) {
  case MTP_LINK_CONNECTED:
    lane_connected(conn, lane, now);
    break;
  case MTP_LINK_PACKET:
    take_packet(conn, lane, event->packet, now);
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

/* Over HTTP a request has its time (LV-2), and as much as a missing pong has while its answer comes
 * fast enough (LV-1). */
static int64_t answer_deadline(const mtp_conn *conn, const mtp_lane *lane) {
  if (!conn->http || !lane->link || !lane->open || !lane->answer_by || mtp_link_ready(lane->link))
    return MTP_NEVER;
  return mtp_engine_patience(conn->engine, lane->answer_by);
}

static bool is_overdue(mtp_conn *conn, const mtp_lane *lane, mtp_now now) {
  mtp_error error;
  if (mtp_conn_is_over(conn) || now.monotonic_ms < answer_deadline(conn, lane))
    return false;
  mtp_error_set(&error, MTP_ERR_NETWORK, "the server did not answer over HTTP in time");
  mtp_conn_fail(conn, &error, false);
  return true;
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

/* Whether there is one more event. What the link has read and this turn does not take is noted: no
 * socket tells of it again. */
static bool next_event(mtp_conn *conn, mtp_lane *lane, bool first, mtp_link_event *event,
                       mtp_now now) {
  if (mtp_conn_is_over(conn))
    return false;
  lane->unread = !first && mtp_turn_over(conn->client);
  return !lane->unread && mtp_link_next(lane->link, now.monotonic_ms, event) != MTP_LINK_NONE;
}

static bool receive(mtp_conn *conn, mtp_lane *lane, mtp_now now) {
  bool any = false;
  mtp_link_event event;
  while (next_event(conn, lane, !any, &event, now)) {
    any = true;
    if (event.kind == MTP_LINK_FAILED) {
      lane_failed(conn, lane, now);
      return true;
    }
    take_event(conn, lane, &event, now);
    if (mtp_engine_busy(conn->engine))
      mtp_turn_end(conn->client);
  }
  size_t moved = mtp_link_moved(lane->link);
  if (moved)
    mtp_engine_moved(conn->engine, moved, now);
  if (conn->http && !is_overdue(conn, lane, now))
    check_answered(conn, lane, now);
  return any;
}

void mtp_traffic_look(mtp_conn *conn) {
  for (size_t i = 0; i < MTP_LANES; i++)
    if (conn->lanes[i].link)
      mtp_link_look(conn->lanes[i].link);
}

static bool is_ready(const mtp_client *client, const struct pollfd *fd) {
  for (size_t i = 0; i < client->n_ready; i++)
    if (client->ready[i].fd == fd->fd)
      return client->ready[i].revents != 0;
  return true; /* nobody has looked */
}

/* Whether there may be something to do: a descriptor is ready, or time has come. */
static bool may_move(const mtp_conn *conn, const mtp_lane *lane, mtp_now now) {
  enum { MOST = 8 };
  struct pollfd fds[MOST];
  const mtp_link *link = lane->link;
  if (!conn->client->ready || conn->http || lane->unread || mtp_link_busy(link) ||
      mtp_link_deadline(link) <= now.monotonic_ms)
    return true;
  size_t n = mtp_link_fds(link, fds, MOST);
  for (size_t i = 0; i < n && i < MOST; i++)
    if (is_ready(conn->client, &fds[i]))
      return true;
  return n > MOST;
}

/* A packet that is taken in in pieces comes before the next one. */
bool mtp_traffic_receive(mtp_conn *conn, mtp_now now) {
  bool any = mtp_engine_busy(conn->engine);
  if (any)
    mtp_engine_resume(conn->engine, now);
  if (mtp_engine_busy(conn->engine)) {
    mtp_turn_end(conn->client);
    return true;
  }
  for (size_t i = 0; i < MTP_LANES; i++)
    if (conn->lanes[i].link && may_move(conn, &conn->lanes[i], now))
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
  if (mtp_engine_poll_packet(conn->engine, now, packet, &info) != MTP_OK)
    return false;
  lane->polling = info.long_poll;
  lane->answer_by =
      now.monotonic_ms + (int64_t)conn->client->options.http_answer_ms + info.max_wait_ms;
  lane->lost =
      mtp_link_send(lane->link, tl_bytes_of(packet->data, packet->size), info.quick_ack) != MTP_OK;
  return !lane->lost;
}

/* A second lane as soon as the first one waits for news. */
static void open_second(mtp_conn *conn, mtp_now now) {
  mtp_error error;
  if (!conn->http || conn->lanes[1].link || !conn->lanes[0].polling ||
      mtp_lease_left(conn->client) <= 0)
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

bool mtp_traffic_can_send(const mtp_conn *conn) {
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_lane *lane = &conn->lanes[i];
    if (lane->link && (!conn->http || (lane->open && mtp_link_ready(lane->link))))
      return true;
  }
  return false;
}

int64_t mtp_traffic_deadline(const mtp_conn *conn) {
  int64_t first = MTP_NEVER;
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_link *link = conn->lanes[i].link;
    if (link && (conn->lanes[i].unread || mtp_link_busy(link)))
      return 0;
    if (link && mtp_link_deadline(link) < first)
      first = mtp_link_deadline(link);
    if (answer_deadline(conn, &conn->lanes[i]) < first)
      first = answer_deadline(conn, &conn->lanes[i]);
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
