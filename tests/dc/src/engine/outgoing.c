/* The way out: queued messages get their ids and numbers, go together in a container where there
 * are several (MS-3), and leave in one packet. */
#include <stdlib.h>

#include "conn.h"
#include "keys.h"
#include "session.h"

#define MOST_MESSAGES 100
#define MOST_BYTES    ((size_t)512 * 1024)

int64_t dc_next_msg_id(tgdc *dc, bool response) {
  uint64_t seconds = (uint64_t)(dc->now / DC_SECOND);
  uint64_t fraction = ((uint64_t)(dc->now % DC_SECOND) << 32) / (uint64_t)DC_SECOND;
  int64_t id = (int64_t)(seconds << 32 | fraction) & ~(int64_t)3;
  if (id <= (dc->last_msg_id & ~(int64_t)3))
    id = (dc->last_msg_id & ~(int64_t)3) + 4;
  dc->last_msg_id = id;
  return id | (response ? 1 : 3);
}

static void number(tgdc *dc, dc_session *session, dc_message *message) {
  if (message->msg_id != 0)
    return; /* goes again, as it was */
  message->msg_id = dc_next_msg_id(dc, message->response);
  message->seqno = session->sent * 2 + (message->content ? 1 : 0);
  session->sent += message->content ? 1 : 0;
}

/* Turns the acknowledgements into a message at the head of the queue. */
static void queue_acks(dc_session *session) {
  size_t bytes = session->acks.size;
  if (bytes == 0)
    return;
  dc_message *message = calloc(1, sizeof *message + 12 + bytes);
  if (message == NULL)
    return;
  message->size = 12 + bytes;
  tl_store32(message->body, 0x62d6b459u); /* msgs_ack */
  tl_store32(message->body + 4, 0x1cb5c415u);
  tl_store32(message->body + 8, (uint32_t)(bytes / 8));
  memcpy(message->body + 12, session->acks.data, bytes);
  tl_buffer_clear(&session->acks);
  message->next = session->queue;
  session->queue = message;
}

/* How many messages of the queue go into the next packet. */
static size_t batch(const dc_session *session) {
  size_t count = 0, bytes = 0;
  for (const dc_message *m = session->queue; m != NULL && count < MOST_MESSAGES; m = m->next) {
    bytes += m->size + 16;
    if (count > 0 && bytes > MOST_BYTES)
      break;
    count++;
  }
  return count;
}

static bool append(tl_buffer *out, const dc_message *message) {
  uint8_t *at = tl_buffer_extend(out, 16 + message->size);
  if (at == NULL)
    return false;
  tl_store64(at, (uint64_t)message->msg_id);
  tl_store32(at + 8, (uint32_t)message->seqno);
  tl_store32(at + 12, (uint32_t)message->size);
  memcpy(at + 16, message->body, message->size);
  return true;
}

static bool pack(tgdc *dc, dc_session *session, size_t count, tl_buffer *body) {
  uint8_t *head = tl_buffer_extend(body, 8);
  if (head == NULL)
    return false;
  tl_store32(head, 0x73f1f8dcu); /* msg_container */
  tl_store32(head + 4, (uint32_t)count);
  dc_message *message = session->queue;
  for (size_t i = 0; i < count; i++, message = message->next) {
    number(dc, session, message);
    if (!append(body, message))
      return false;
  }
  return true;
}

/* The first `count` messages are out: the ones to be acknowledged are kept, but the oldest of too
 * many. */
static void sent(dc_session *session, size_t count) {
  dc_message **end = &session->unacked;
  size_t kept = 0, bytes = 0;
  for (; *end != NULL; end = &(*end)->next, kept++)
    bytes += (*end)->size;
  for (size_t i = 0; i < count; i++) {
    dc_message *message = session->queue;
    session->queue = message->next;
    message->next = NULL;
    if (!message->content) {
      free(message);
      continue;
    }
    *end = message;
    end = &message->next;
    kept++;
    bytes += message->size;
  }
  for (; kept > DC_MAX_QUEUE || bytes > DC_MAX_UNACKED; kept--) {
    dc_message *oldest = session->unacked;
    session->unacked = oldest->next;
    bytes -= oldest->size;
    free(oldest);
  }
}

static bool send_batch(tgdc *dc, dc_session *session, dc_key *key, size_t count) {
  mtp_message outer = {.salt = dc_salt(dc, key, 0), .session_id = session->id};
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  bool ok;
  if (count == 1) {
    number(dc, session, session->queue);
    outer.msg_id = session->queue->msg_id;
    outer.seq_no = session->queue->seqno;
    outer.body = tl_bytes_of(session->queue->body, session->queue->size);
    ok = dc_conn_send(session->conn, key, &outer);
  } else {
    ok = pack(dc, session, count, &body);
    outer.msg_id = dc_next_msg_id(dc, true);
    outer.seq_no = session->sent * 2;
    outer.body = tl_bytes_of(body.data, body.size);
    ok = ok && dc_conn_send(session->conn, key, &outer);
  }
  tl_buffer_free(&body);
  return ok;
}

/* A client that stays away does not make its queue grow for ever. */
static void trim(dc_session *session) {
  size_t count = 0;
  for (const dc_message *m = session->queue; m != NULL; m = m->next)
    count++;
  while (count-- > DC_MAX_QUEUE) {
    dc_message *oldest = session->queue;
    session->queue = oldest->next;
    free(oldest);
  }
}

void dc_session_flush(tgdc *dc, dc_session *session) {
  dc_key *key = session->conn == NULL ? NULL : dc_key_find(dc, session->key_id, session->dc);
  if (key == NULL) {
    trim(session);
    return;
  }
  if (dc_conn_ready(session->conn))
    queue_acks(session);
  for (size_t count = batch(session); count > 0 && dc_conn_ready(session->conn);
       count = batch(session)) {
    if (!send_batch(dc, session, key, count)) {
      dc_conn_fail(session->conn);
      return;
    }
    sent(session, count);
  }
}
