/* Sessions: finding them, remembering what came in, and the list of what went out. Packing into
 * containers and packets is in outgoing.c. */
#include "session.h"

#include <stdlib.h>

#include "conn.h"
#include "keys.h"

static dc_session **slot_of(tgdc *dc, int64_t id) {
  return &dc->by_session[(uint64_t)id % DC_KEY_SLOTS];
}

static int64_t owner(tgdc *dc, dc_key *key) {
  dc_key *permanent = key == NULL ? NULL : dc_key_permanent(dc, key);
  return permanent == NULL ? (key == NULL ? 0 : key->key.id) : permanent->key.id;
}

static bool same_owner(tgdc *dc, const dc_session *session, dc_key *key) {
  if (session->key_id == key->key.id)
    return true;
  dc_key *other = dc_key_find(dc, session->key_id, key->dc);
  return other != NULL && owner(dc, other) == owner(dc, key);
}

dc_session *dc_session_find(tgdc *dc, dc_key *key, int64_t id) {
  dc_session *session = *slot_of(dc, id);
  while (session != NULL && (session->id != id || !same_owner(dc, session, key)))
    session = session->hash_next;
  return session;
}

static bool announce(tgdc *dc, dc_session *session, const dc_key *key) {
  uint8_t body[28];
  tl_store32(body, 0x9ec20908u); /* new_session_created */
  tl_store64(body + 4, (uint64_t)session->first_msg_id);
  tl_store64(body + 12, (uint64_t)session->unique_id);
  tl_store64(body + 20, (uint64_t)dc_salt(dc, key, 0));
  return dc_session_send(dc, session, body, sizeof body, DC_CONTENT, 0);
}

dc_session *dc_session_add(tgdc *dc, dc_key *key, int64_t id, int64_t first_msg_id) {
  dc_session *session = dc->n_sessions < DC_MAX_SESSIONS ? calloc(1, sizeof *session) : NULL;
  if (session == NULL)
    return NULL;
  session->id = id;
  session->key_id = key->key.id;
  session->dc = key->dc;
  session->first_msg_id = first_msg_id;
  session->last_heard = dc->now;
  tl_buffer_init(&session->acks, NULL, 1 << 16);
  if (!dc_random_long(dc, &session->unique_id) || !announce(dc, session, key)) {
    free(session);
    return NULL;
  }
  session->next = dc->sessions;
  dc->sessions = session;
  session->hash_next = *slot_of(dc, id);
  *slot_of(dc, id) = session;
  dc->n_sessions++;
  return session;
}

static void free_messages(dc_message *message) {
  while (message != NULL) {
    dc_message *next = message->next;
    free(message);
    message = next;
  }
}

static void session_free(dc_session *session) {
  free_messages(session->queue);
  free_messages(session->unacked);
  while (session->deferred != NULL) {
    dc_deferred *next = session->deferred->next;
    free(session->deferred);
    session->deferred = next;
  }
  tl_buffer_free(&session->acks);
  free(session);
}

void dc_session_remove(tgdc *dc, dc_session *session) {
  dc_session **at = &dc->sessions;
  while (*at != session)
    at = &(*at)->next;
  *at = session->next;
  at = slot_of(dc, session->id);
  while (*at != session)
    at = &(*at)->hash_next;
  *at = session->hash_next;
  dc->n_sessions--;
  session_free(session);
}

void dc_sessions_drop_key(tgdc *dc, int64_t key_id) {
  for (dc_session *session = dc->sessions, *next; session != NULL; session = next) {
    next = session->next;
    if (session->key_id == key_id)
      dc_session_remove(dc, session);
  }
}

void dc_sessions_drop_conn(tgdc *dc, const tgdc_conn *conn) {
  for (dc_session *session = dc->sessions; session != NULL; session = session->next)
    if (session->conn == conn)
      session->conn = NULL;
}

void dc_sessions_free(tgdc *dc) {
  while (dc->sessions != NULL) {
    dc_session *next = dc->sessions->next;
    session_free(dc->sessions);
    dc->sessions = next;
  }
}

void dc_session_attach(tgdc *dc, dc_session *session, tgdc_conn *conn) {
  (void)dc;
  if (session->conn == conn)
    return;
  bool again = session->conn == NULL || !dc_conn_http(conn);
  session->conn = conn;
  if (!again)
    return;
  dc_message **end = &session->unacked;
  while (*end != NULL)
    end = &(*end)->next;
  *end = session->queue;
  session->queue = session->unacked;
  session->unacked = NULL;
}

bool dc_session_send(tgdc *dc, dc_session *session, const void *body, size_t size, int flags,
                     int64_t answers) {
  (void)dc;
  dc_message *message = malloc(sizeof *message + size);
  if (message == NULL)
    return false;
  memset(message, 0, sizeof *message);
  message->content = (flags & DC_CONTENT) != 0;
  message->response = (flags & DC_RESPONSE) != 0;
  message->answers = answers;
  message->size = size;
  memcpy(message->body, body, size);
  dc_message **end = &session->queue;
  while (*end != NULL)
    end = &(*end)->next;
  *end = message;
  return true;
}

bool dc_session_send_ack(dc_session *session, int64_t msg_id) {
  uint8_t id[8];
  tl_store64(id, (uint64_t)msg_id);
  return tl_buffer_append(&session->acks, id, sizeof id) == TL_OK;
}

static dc_message **find_sent(dc_session *session, int64_t msg_id) {
  dc_message **at = &session->unacked;
  while (*at != NULL && (*at)->msg_id != msg_id)
    at = &(*at)->next;
  return at;
}

static dc_message **find_answer(dc_session *session, int64_t request) {
  dc_message **at = &session->unacked;
  while (*at != NULL && (*at)->answers != request)
    at = &(*at)->next;
  return at;
}

static void requeue(dc_session *session, dc_message **at) {
  dc_message *message = *at;
  *at = message->next;
  message->next = session->queue;
  session->queue = message;
}

void dc_session_acked(dc_session *session, int64_t msg_id) {
  dc_message **at = find_sent(session, msg_id);
  if (*at == NULL)
    return;
  dc_message *message = *at;
  *at = message->next;
  free(message);
}

bool dc_session_resend(dc_session *session, int64_t msg_id) {
  dc_message **at = find_sent(session, msg_id);
  if (*at == NULL)
    return false;
  requeue(session, at);
  return true;
}

bool dc_session_drop_answer(dc_session *session, int64_t request, dc_message *out) {
  dc_message **at = find_answer(session, request);
  if (*at == NULL)
    return false;
  dc_message *message = *at;
  *out = (dc_message){.msg_id = message->msg_id, .seqno = message->seqno, .size = message->size};
  *at = message->next;
  free(message);
  return true;
}

bool dc_session_repeat_answer(dc_session *session, int64_t request) {
  dc_message **at = find_answer(session, request);
  if (*at == NULL)
    return false;
  requeue(session, at);
  return true;
}

dc_received *dc_session_received(dc_session *session, int64_t msg_id) {
  size_t count = session->n_received < DC_RECEIVED ? session->n_received : DC_RECEIVED;
  for (size_t i = 0; i < count; i++)
    if (session->received[i].msg_id == msg_id)
      return &session->received[i];
  return NULL;
}

bool dc_session_forgot(const dc_session *session, int64_t msg_id) {
  if (msg_id < session->first_msg_id)
    return true;
  if (session->n_received <= DC_RECEIVED)
    return false;
  for (size_t i = 0; i < DC_RECEIVED; i++)
    if (session->received[i].msg_id <= msg_id)
      return false;
  return true;
}

dc_received *dc_session_remember(dc_session *session, int64_t msg_id, int32_t seqno) {
  dc_received *entry = &session->received[session->n_received++ % DC_RECEIVED];
  *entry = (dc_received){msg_id, seqno, DC_STATE_RECEIVED};
  return entry;
}

void dc_sessions_of_user(tgdc *dc, int64_t user_id, const dc_session *except, dc_session_fn *fn,
                         void *ctx) {
  for (dc_session *session = dc->sessions, *next; session != NULL; session = next) {
    next = session->next;
    dc_key *key = dc_key_find(dc, session->key_id, session->dc);
    key = key == NULL ? NULL : dc_key_permanent(dc, key);
    if (key != NULL && key->login.user_id == user_id && session != except && !session->no_updates)
      fn(dc, session, ctx);
  }
}
