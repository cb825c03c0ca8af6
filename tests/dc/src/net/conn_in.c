/* A connection from its first byte on: bytes to packets by its transport, packets to messages by
 * their key. */
#include <stdlib.h>

#include "conn_internal.h"
#include "crypto/secret.h"
#include "incoming.h"
#include "keys.h"
#include "kx_server.h"
#include "packet_key.h"
#include "session.h"
#include "store.h"

#define FIRST_PACKET (60 * DC_SECOND) /* has to be whole by then */

tgdc_conn *tgdc_conn_open(tgdc *dc, int id, const char *peer, int64_t now) {
  dc->now = now;
  tgdc_conn *conn = dc_center_find(dc, id) == NULL ? NULL : calloc(1, sizeof *conn);
  if (conn == NULL)
    return NULL;
  conn->dc = dc;
  conn->dc_id = id;
  conn->disconnect_at = now + FIRST_PACKET;
  conn->http_until = INT64_MAX;
  DC_COPYZ(conn->peer, peer == NULL ? "" : peer);
  tl_buffer_init(&conn->out, NULL, 0);
  tl_buffer_init(&conn->packet, NULL, 0);
  dc_wire_options options = {.rng = &dc->rng, .max_packet = DC_MAX_PACKET};
  if (dc_wire_create(&options, &conn->wire) != TL_OK) {
    free(conn);
    return NULL;
  }
  conn->next = dc->conns;
  dc->conns = conn;
  return conn;
}

void tgdc_conn_close(tgdc_conn *conn) {
  tgdc_conn **at = &conn->dc->conns;
  while (*at != conn)
    at = &(*at)->next;
  *at = conn->next;
  dc_sessions_drop_conn(conn->dc, conn);
  dc_wire_destroy(conn->wire);
  tl_buffer_free(&conn->out);
  tl_buffer_free(&conn->packet);
  free(conn);
}

/* The number that a client gives for a data centre: 10000 more on test ones, negative for media. */
static bool names_dc(const tgdc_conn *conn, int32_t number) {
  int64_t id = number < 0 ? -(int64_t)number : number;
  return number == 0 || conn->dc->any_dc || id % 10000 == conn->dc_id;
}

/* False: the client asked for another data centre (TR-6, KX-3). */
static bool take_grant(tgdc_conn *conn, const kx_server_grant *grant) {
  tgdc *dc = conn->dc;
  if (!names_dc(conn, grant->dc)) {
    dc_log(dc, "a key for dc %d was asked of dc %d", (int)grant->dc, conn->dc_id);
    return false;
  }
  dc_key *key = dc_key_add(dc, grant->key.bytes, conn->dc_id, grant->salt,
                           grant->temporary ? grant->expires_in : 0);
  if (key == NULL)
    return false;
  key->asked = (grant->dc < 0 ? -grant->dc : grant->dc) % 10000;
  dc_debug(dc, "dc %d: a new %s key%s", conn->dc_id, grant->temporary ? "temporary" : "permanent",
           grant->old_padding ? " (older RSA padding)" : "");
  if (!grant->temporary)
    dc_store_key(dc, key);
  return true;
}

static bool send_plain(tgdc_conn *conn, const tl_buffer *reply) {
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  bool ok = mtp_plain_write(dc_next_msg_id(conn->dc, true), tl_bytes_of(reply->data, reply->size),
                            &packet) == MTP_OK &&
            dc_conn_put(conn, &packet);
  tl_buffer_free(&packet);
  return ok;
}

static void key_exchange(tgdc_conn *conn, const uint8_t *packet, size_t size) {
  kx_server_grant grant = {0};
  tl_buffer reply;
  int64_t msg_id;
  tl_bytes body;
  tl_buffer_init(&reply, NULL, 0);
  if (mtp_plain_read(packet, size, true, &msg_id, &body) != MTP_OK ||
      kx_server_recv(conn->dc->kx, body, dc_unix(conn->dc), &reply, &grant) != MTP_OK)
    dc_conn_error(conn, -404);
  else if (grant.granted && !take_grant(conn, &grant))
    dc_conn_error(conn, -444);
  else if (!send_plain(conn, &reply))
    conn->finished = true;
  mtp_wipe(&grant, sizeof grant);
  tl_buffer_free(&reply);
}

static void encrypted(tgdc_conn *conn, int64_t key_id, uint8_t *packet, size_t size, bool ack) {
  mtp_message message;
  uint32_t token = 0;
  dc_key *key = dc_key_find(conn->dc, key_id, conn->dc_id);
  if (key == NULL ||
      mtp_open(&key->key, MTP_FROM_CLIENT, false, packet, size, &message, &token) != MTP_OK) {
    dc_conn_error(conn, -404);
    return;
  }
  if (ack && dc_wire_send_quick_ack(conn->wire, token) != TL_OK)
    conn->finished = true;
  dc_incoming_packet(conn->dc, conn, key, &message);
}

static void take_packet(tgdc_conn *conn, const dc_wire_event *event) {
  int64_t key_id;
  bool ack = event->quick_ack;
  if (!conn->spoken)
    conn->disconnect_at = INT64_MAX;
  conn->spoken = true;
  tl_buffer_clear(&conn->packet);
  if (tl_buffer_append(&conn->packet, event->packet.data, event->packet.size) != TL_OK) {
    conn->finished = true;
    return;
  }
  const dc_hooks *hooks = &conn->dc->hooks;
  int32_t refused = hooks->refuse == NULL ? 0 : hooks->refuse(hooks->ctx, conn);
  if (refused != 0)
    dc_conn_error(conn, refused);
  else if (!packet_key_id(conn->packet.data, conn->packet.size, &key_id))
    dc_conn_error(conn, -404);
  else if (key_id == 0)
    key_exchange(conn, conn->packet.data, conn->packet.size);
  else
    encrypted(conn, key_id, conn->packet.data, conn->packet.size, ack);
  if (dc_conn_http(conn) && dc_conn_ready(conn) && conn->http_until == INT64_MAX &&
      dc_wire_send(conn->wire, tl_bytes_of(NULL, 0)) != TL_OK)
    conn->finished = true; /* nothing to say: an empty answer */
}

void tgdc_conn_recv(tgdc_conn *conn, const void *data, size_t size, int64_t now) {
  dc_wire_event event;
  conn->dc->now = now;
  if (conn->finished)
    return;
  dc_wire_recv(conn->wire, data, size);
  while (!conn->finished && dc_wire_next(conn->wire, &event) != DC_WIRE_NONE) {
    if (event.kind == DC_WIRE_FAILED) {
      dc_debug(conn->dc, "the transport failed: %s", event.failure->text);
      conn->finished = true;
    } else {
      take_packet(conn, &event);
    }
  }
}
