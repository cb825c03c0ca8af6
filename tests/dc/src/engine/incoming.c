/* Checks of message ids, sequence numbers and salts (MS-1, MS-2, MS-9, MS-10), containers and
 * compressed messages (MS-4, MS-5), duplicates, and requests that have to wait. */
#include "incoming.h"

#include <stdlib.h>

#include "conn.h"
#include "duplicate.h"
#include "keys.h"
#include "packed.h"
#include "reader.h"
#include "rpc.h"
#include "session.h"

#define MOST_DEPTH    3
#define MOST_MESSAGES 1024

enum { ID_CONTAINER = 0x73f1f8dc, ID_GZIP = 0x3072cfa1 };

/* Service messages that are not to be acknowledged, so that an odd number on them is wrong. */
/* msgs_ack is none either (MS-2), but mtcute numbers it like content, and real servers take that.
 */
static bool never_content(uint32_t id) {
  return id == ID_CONTAINER || id == 0x9299359fu /* http_wait */;
}

static int32_t check_id(const dc_incoming *in) {
  int64_t time = in->msg_id >> 32, now = in->dc->now / DC_SECOND;
  if ((in->msg_id & 3) != 0)
    return 18;
  if (time < now - 300)
    return 16;
  return time > now + 30 ? 17 : 0;
}

static int32_t check_seqno(const dc_incoming *in, uint32_t id) {
  bool odd = (in->seqno & 1) != 0;
  if (never_content(id))
    return odd ? 34 : 0;
  for (size_t i = 0; i < DC_RECEIVED && i < in->session->n_received; i++) {
    const dc_received *other = &in->session->received[i];
    if (!odd || (other->seqno & 1) == 0 || other->msg_id == in->msg_id)
      continue;
    if (other->msg_id < in->msg_id && other->seqno >= in->seqno)
      return 32;
    if (other->msg_id > in->msg_id && other->seqno <= in->seqno)
      return 33;
  }
  return 0;
}

static void container(dc_incoming *outer, const uint8_t *body, size_t size) {
  dc_reader reader = {body, size, false};
  uint32_t count = dc_take32(&reader);
  if (count > MOST_MESSAGES || outer->depth > 0) {
    dc_notify(outer, 64);
    return;
  }
  for (uint32_t i = 0; i < count && outer->session != NULL; i++) {
    dc_incoming in = *outer;
    in.depth++;
    in.msg_id = dc_take64(&reader);
    in.seqno = (int32_t)dc_take32(&reader);
    size_t bytes = dc_take32(&reader);
    const uint8_t *message = dc_take(&reader, bytes);
    if (message == NULL || bytes % 4 != 0 || in.msg_id >= outer->msg_id) {
      dc_notify(outer, 64);
      return;
    }
    dc_incoming_body(&in, message, bytes);
    outer->session = in.session;
  }
}

static void unpack(dc_incoming *in, const uint8_t *body, size_t size) {
  dc_reader reader = {body, size, false};
  tl_bytes packed = dc_take_bytes(&reader);
  tl_buffer plain;
  tl_buffer_init(&plain, NULL, DC_GUNZIP_MOST);
  if (!reader.bad && dc_gunzip(packed.data, packed.size, &plain) && plain.size >= 4 &&
      in->depth < MOST_DEPTH && tl_load32(plain.data) != ID_CONTAINER) {
    in->depth++;
    dc_rpc(in, plain.data, plain.size);
  } else {
    dc_notify(in, 64);
  }
  tl_buffer_free(&plain);
}

/* Seen before: the answer goes again if it was not acknowledged, else only the acknowledgement. */
static void duplicate(dc_incoming *in) {
  if (!dc_session_repeat_answer(in->session, in->msg_id) && (in->seqno & 1) != 0 &&
      !dc_session_send_ack(in->session, in->msg_id))
    dc_conn_fail(in->conn);
}

void dc_incoming_body(dc_incoming *in, const uint8_t *body, size_t size) {
  uint32_t id = size < 4 ? 0 : tl_load32(body);
  int32_t bad = check_id(in);
  if (bad == 0 && dc_session_received(in->session, in->msg_id) != NULL) {
    duplicate(in);
    return;
  }
  if (bad == 0 && in->msg_id >= in->session->first_msg_id &&
      dc_session_forgot(in->session, in->msg_id))
    bad = 20; /* it may have come before */
  if (bad == 0)
    bad = check_seqno(in, id);
  if (bad != 0) {
    dc_notify(in, bad);
    return;
  }
  dc_session_remember(in->session, in->msg_id, in->seqno);
  if (id == ID_CONTAINER)
    container(in, body + 4, size - 4);
  else if (id == ID_GZIP)
    unpack(in, body + 4, size - 4);
  else if (!dc_service(in, id, body, size))
    dc_rpc(in, body, size);
}

static dc_session *session_for(tgdc *dc, tgdc_conn *conn, dc_key *key, const mtp_message *message) {
  dc_session *session = dc_session_find(dc, key, message->session_id);
  if (session == NULL)
    session = dc_session_add(dc, key, message->session_id, message->msg_id);
  if (session == NULL)
    return NULL;
  session->key_id = key->key.id;
  session->last_heard = dc->now;
  dc_session_attach(dc, session, conn);
  return session;
}

/* Message ids of a container's contents are lower than its own: the lowest begins the session. */
static int64_t first_id(const mtp_message *message) {
  const tl_bytes *body = &message->body;
  if (body->size < 16 || tl_load32(body->data) != ID_CONTAINER)
    return message->msg_id;
  int64_t inner = (int64_t)tl_load64(body->data + 8);
  return inner < message->msg_id ? inner : message->msg_id;
}

void dc_incoming_packet(tgdc *dc, tgdc_conn *conn, dc_key *key, const mtp_message *message) {
  mtp_message named = *message;
  named.msg_id = first_id(message);
  dc_session *session = session_for(dc, conn, key, &named);
  if (session == NULL) {
    dc_conn_fail(conn);
    return;
  }
  dc_duplicate_packet(dc, key, session);
  dc_incoming in = {.dc = dc,
                    .conn = conn,
                    .key = key,
                    .session = session,
                    .msg_id = message->msg_id,
                    .seqno = message->seq_no};
  int32_t bad = check_id(&in);
  if (bad != 0)
    dc_notify(&in, bad);
  else if (!dc_salt_valid(dc, key, message->salt))
    dc_notify(&in, 48);
  else
    dc_incoming_body(&in, message->body.data, message->body.size);
  if (in.session != NULL)
    in.session = dc_incoming_deferred(dc, in.session);
  if (in.session != NULL)
    dc_session_flush(dc, in.session);
}
