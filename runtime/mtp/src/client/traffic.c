/* Packets between the links of a centre and its engine, or its key exchange. A stream carries both
 * ways at once and is enough; over HTTP a request waits for its answer, so there are two lanes: one
 * may wait for news (http_wait) while the other asks (MS-17). */
#include "client/internal.h"

/* ---- in ---- */

static void failed(mtp_centre *centre, const mtp_lane *lane, mtp_now now) {
  bool hopeless = false;
  mtp_error error = *mtp_link_error(lane->link, &hopeless);
  mtp_centre_failed(centre, &error, hopeless, now);
}

static void close_lane(mtp_centre *centre, mtp_lane *lane, mtp_now now) {
  bool polling = lane->polling;
  mtp_link_close(lane->link);
  *lane = (mtp_lane){0};
  if (polling)
    mtp_engine_long_poll_done(centre->engine, now);
}

/* HTTP servers close connections that are not in use, and some after every answer: nothing was
 * lost, another is made on demand. A key exchange asks again what has not been answered. */
static bool is_harmless(const mtp_centre *centre, const mtp_lane *lane) {
  bool all;
  if (!centre->http || !centre->connected || !lane->open)
    return false;
  uint32_t answers = mtp_link_answers(lane->link, &all);
  return centre->exchange ? answers > 0 : all && (answers > 0 || centre->alive_since);
}

static void lane_failed(mtp_centre *centre, mtp_lane *lane, mtp_now now) {
  if (is_harmless(centre, lane))
    close_lane(centre, lane, now);
  else
    failed(centre, lane, now);
}

static void lane_connected(mtp_centre *centre, mtp_lane *lane, mtp_now now) {
  char how[160];
  mtp_link_describe(lane->link, how, sizeof how);
  mtp_log(centre->client, MTP_LOG_DEBUG, "dc %d: connected (%s)", (int)centre->dc, how);
  lane->open = true;
  if (!centre->connected) {
    centre->connected = true;
    mtp_centre_key_step(centre, now);
  } else if (centre->exchange) {
    mtp_exchange_resume(centre, now);
  }
}

static void take_packet(mtp_centre *centre, tl_bytes packet, mtp_now now) {
  if (centre->exchange)
    mtp_exchange_packet(centre, packet, now);
  else if (mtp_engine_recv(centre->engine, packet.data, packet.size, now) == MTP_ENGINE_OK)
    mtp_centre_alive(centre, now);
  /* REJECTED and NOMEM: the engine raises RECONNECT */
}

static void take_event(mtp_centre *centre, mtp_lane *lane, const mtp_link_event *event,
                       mtp_now now) {
  switch (event->kind) {
  case MTP_LINK_CONNECTED:
    lane_connected(centre, lane, now);
    break;
  case MTP_LINK_PACKET:
    take_packet(centre, event->packet, now);
    break;
  case MTP_LINK_QUICK_ACK:
    mtp_engine_quick_ack(centre->engine, event->token);
    break;
  case MTP_LINK_TRANSPORT_ERROR:
    mtp_centre_transport_error(centre, event->code, now);
    break;
  case MTP_LINK_FAILED:
    lane_failed(centre, lane, now);
    break;
  case MTP_LINK_NONE:
    break;
  }
}

/* Over HTTP: the answer to a request has come, if only an empty one. */
static void check_answered(mtp_centre *centre, mtp_lane *lane, mtp_now now) {
  if (!lane->link || !lane->open || !mtp_link_ready(lane->link))
    return;
  if (lane->polling) {
    lane->polling = false;
    mtp_engine_long_poll_done(centre->engine, now);
  }
}

bool mtp_traffic_receive(mtp_centre *centre, mtp_now now) {
  bool any = false;
  for (size_t i = 0; i < MTP_LANES; i++) {
    mtp_lane *lane = &centre->lanes[i];
    mtp_link_event event;
    while (lane->link && mtp_link_next(lane->link, now.monotonic_ms, &event) != MTP_LINK_NONE) {
      take_event(centre, lane, &event, now);
      any = true;
    }
    if (lane->link && mtp_link_moved(lane->link))
      mtp_engine_moved(centre->engine, now);
    if (centre->http)
      check_answered(centre, lane, now);
  }
  return any;
}

/* ---- out ---- */

/* False: nothing more goes out on this lane for now. */
static bool send_one(mtp_centre *centre, mtp_lane *lane, tl_buffer *packet, mtp_now now) {
  mtp_packet_info info;
  tl_buffer_clear(packet);
  if (!lane->open || !mtp_link_ready(lane->link))
    return false;
  if (mtp_engine_poll_packet(centre->engine, now, packet, &info) != MTP_ENGINE_OK)
    return false;
  lane->polling = info.long_poll;
  return mtp_link_send(lane->link, tl_bytes_of(packet->data, packet->size), info.quick_ack) ==
         TL_OK;
}

/* A second lane as soon as the first one waits for news. */
static void open_second(mtp_centre *centre, mtp_now now) {
  mtp_error error;
  if (!centre->http || centre->lanes[1].link || !centre->lanes[0].polling)
    return;
  if (mtp_connect_open(centre, now, &centre->lanes[1].link, &error) != MTP_OK)
    centre->lanes[1].link = NULL; /* the first one has to do */
}

bool mtp_traffic_send(mtp_centre *centre, mtp_now now) {
  bool any = false;
  tl_buffer packet;
  tl_buffer_init(&packet, centre->client->allocator, 0);
  for (size_t i = 0; i < MTP_LANES && centre->connected && !centre->exchange; i++) {
    mtp_lane *lane = &centre->lanes[i];
    while (lane->link && send_one(centre, lane, &packet, now))
      any = true;
    if (lane->link && lane->open)
      mtp_link_flush(lane->link);
  }
  if (centre->connected && !centre->exchange)
    open_second(centre, now);
  tl_buffer_free(&packet);
  return any;
}

/* ---- waiting ---- */

int64_t mtp_traffic_deadline(const mtp_centre *centre) {
  int64_t first = MTP_NEVER;
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_link *link = centre->lanes[i].link;
    if (link && mtp_link_busy(link))
      return 0;
    if (link && mtp_link_deadline(link) < first)
      first = mtp_link_deadline(link);
  }
  return first;
}

size_t mtp_centre_fds(const mtp_centre *centre, struct pollfd *fds, size_t n) {
  size_t used = 0;
  for (size_t i = 0; i < MTP_LANES; i++) {
    const mtp_link *link = centre->lanes[i].link;
    if (link)
      used += mtp_link_fds(link, used < n ? fds + used : NULL, used < n ? n - used : 0);
  }
  return used;
}
