/* What a connection is asked for by those above it: to send, to wait, to end. */
#include "conn_internal.h"

tgdc_conn *tgdc_next_conn(tgdc *dc, tgdc_conn *conn) {
  return conn == NULL ? dc->conns : conn->next;
}

int dc_conn_dc(const tgdc_conn *conn) {
  return conn->dc_id;
}

const char *dc_conn_peer(const tgdc_conn *conn) {
  return conn == NULL ? "" : conn->peer;
}

void dc_conn_fail(tgdc_conn *conn) {
  if (conn != NULL)
    conn->finished = true;
}

bool tgdc_conn_finished(const tgdc_conn *conn) {
  return conn->finished || dc_wire_finished(conn->wire);
}

/* Moves what the transport has ready to where the caller takes it. */
tl_buffer *tgdc_conn_output(tgdc_conn *conn) {
  tl_bytes ready = dc_wire_output(conn->wire);
  if (ready.size > 0) {
    if (tl_buffer_append(&conn->out, ready.data, ready.size) != TL_OK)
      conn->finished = true;
    dc_wire_written(conn->wire, ready.size);
  }
  return &conn->out;
}

void dc_conn_error(tgdc_conn *conn, int32_t code) {
  dc_debug(conn->dc, "transport error %d", (int)code);
  if (dc_wire_can_send(conn->wire) && dc_wire_send_error(conn->wire, code) != TL_OK)
    dc_log(conn->dc, "the transport error cannot be sent");
  conn->finished = true;
}

bool dc_conn_ready(const tgdc_conn *conn) {
  return !conn->finished && dc_wire_can_send(conn->wire);
}

bool dc_conn_http(const tgdc_conn *conn) {
  return conn != NULL && dc_wire_is_http(conn->wire);
}

bool dc_conn_put(tgdc_conn *conn, const tl_buffer *packet) {
  conn->http_until = INT64_MAX;
  return dc_wire_send(conn->wire, tl_bytes_of(packet->data, packet->size)) == TL_OK;
}

bool dc_conn_send(tgdc_conn *conn, const dc_key *key, const mtp_message *message) {
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  bool ok = mtp_seal(&key->key, MTP_FROM_SERVER, message, MTP_PADDING_BUCKETS, &conn->dc->rng,
                     &packet, NULL) == MTP_OK &&
            dc_conn_put(conn, &packet);
  tl_buffer_free(&packet);
  return ok;
}

void dc_conn_disconnect_in(tgdc_conn *conn, int32_t seconds) {
  if (conn != NULL && !dc_conn_http(conn))
    conn->disconnect_at = conn->dc->now + (seconds < 0 ? 0 : seconds) * DC_SECOND;
}

void dc_conn_http_wait(tgdc_conn *conn, int32_t max_wait) {
  int64_t wait = max_wait < 0 ? 0 : max_wait > 60000 ? 60000 : max_wait;
  if (dc_conn_http(conn))
    conn->http_until = conn->dc->now + wait * 1000;
}

int64_t dc_conns_deadline(const tgdc *dc) {
  int64_t first = INT64_MAX;
  for (const tgdc_conn *conn = dc->conns; conn != NULL; conn = conn->next) {
    first = conn->disconnect_at < first ? conn->disconnect_at : first;
    first = conn->http_until < first ? conn->http_until : first;
  }
  return first;
}

void dc_conns_tick(tgdc *dc) {
  for (tgdc_conn *conn = dc->conns; conn != NULL; conn = conn->next) {
    if (conn->disconnect_at <= dc->now) {
      conn->finished = true;
      conn->disconnect_at = INT64_MAX;
    }
    if (conn->http_until > dc->now)
      continue;
    conn->http_until = INT64_MAX;
    if (dc_conn_ready(conn) && dc_wire_send(conn->wire, tl_bytes_of(NULL, 0)) != TL_OK)
      conn->finished = true;
  }
}
