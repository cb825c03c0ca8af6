/* The messages of MTProto itself that a client may send, one function each
 * (https://core.telegram.org/mtproto/service_messages). */
#include "conn.h"
#include "incoming.h"
#include "keys.h"
#include "reader.h"
#include "rpc.h"
#include "session.h"

static void respond(dc_incoming *in, const void *body, size_t size) {
  if (!dc_session_send(in->dc, in->session, body, size, DC_RESPONSE, 0))
    dc_conn_fail(in->conn);
}

static void respond_result(dc_incoming *in, const uint8_t *result, size_t size) {
  uint8_t body[64];
  tl_store32(body, 0xf35c6d01u); /* rpc_result */
  tl_store64(body + 4, (uint64_t)in->msg_id);
  memcpy(body + 12, result, size);
  if (!dc_session_send(in->dc, in->session, body, 12 + size, DC_RESPONSE | DC_CONTENT, in->msg_id))
    dc_conn_fail(in->conn);
}

static void acks(dc_incoming *in, dc_reader *reader) {
  for (uint32_t n = dc_take_longs(reader); n > 0; n--)
    dc_session_acked(in->session, dc_take64(reader));
}

static void pong(dc_incoming *in, dc_reader *reader) {
  uint8_t body[20];
  tl_store32(body, 0x347773c5u);
  tl_store64(body + 4, (uint64_t)in->msg_id);
  tl_store64(body + 12, (uint64_t)dc_take64(reader));
  if (!reader->bad)
    respond(in, body, sizeof body);
}

static void pong_and_delay(dc_incoming *in, dc_reader *reader) {
  pong(in, reader);
  int32_t delay = (int32_t)dc_take32(reader);
  if (!reader->bad)
    dc_conn_disconnect_in(in->conn, delay);
}

static void future_salts(dc_incoming *in, dc_reader *reader) {
  uint8_t body[20 + 64 * 16];
  int32_t num = (int32_t)dc_take32(reader);
  if (reader->bad)
    return;
  int count = num < 1 ? 1 : num > 64 ? 64 : num;
  tl_store32(body, 0xae500895u);
  tl_store64(body + 4, (uint64_t)in->msg_id);
  tl_store32(body + 12, (uint32_t)dc_unix(in->dc));
  tl_store32(body + 16, (uint32_t)count);
  for (int i = 0; i < count; i++) {
    uint8_t *at = body + 20 + 16 * i;
    tl_store32(at, (uint32_t)dc_salt_since(in->dc, in->key, i));
    tl_store32(at + 4, (uint32_t)dc_salt_since(in->dc, in->key, i + 2));
    tl_store64(at + 8, (uint64_t)dc_salt(in->dc, in->key, i));
  }
  respond(in, body, 20 + 16 * (size_t)count);
}

static void destroy_session(dc_incoming *in, dc_reader *reader) {
  uint8_t body[12];
  int64_t id = dc_take64(reader);
  dc_session *other = dc_session_find(in->dc, in->key, id);
  bool found = other != NULL && other != in->session;
  tl_store32(body, found ? 0xe22045fcu : 0x62d350c9u);
  tl_store64(body + 4, (uint64_t)id);
  if (reader->bad)
    return;
  if (found)
    dc_session_remove(in->dc, other);
  respond(in, body, sizeof body);
}

/* Answers under the key that is about to go, then lets it go with everything under it. */
static void destroy_auth_key(dc_incoming *in, dc_reader *reader) {
  uint8_t body[4];
  (void)reader;
  dc_key *permanent = dc_key_permanent(in->dc, in->key);
  tl_store32(body, permanent == NULL ? 0x0a9f2259u : 0xf660e1d4u);
  respond(in, body, sizeof body);
  if (permanent == NULL)
    return;
  dc_session_flush(in->dc, in->session);
  if (permanent != in->key)
    dc_key_destroy(in->dc, in->key);
  dc_key_destroy(in->dc, permanent);
  in->session = NULL;
}

/* MS-14. */
static uint8_t state_of(dc_session *session, int64_t msg_id) {
  const dc_received *entry = dc_session_received(session, msg_id);
  if (entry == NULL)
    return dc_session_forgot(session, msg_id) ? 1 : 2;
  if (entry->state == DC_STATE_RUNNING)
    return 4 + 8 + 32;
  return entry->state == DC_STATE_RECEIVED ? 4 + 8 : 4 + 8 + 64;
}

static void state_req(dc_incoming *in, dc_reader *reader) {
  uint8_t body[20 + 8192];
  uint32_t count = dc_take_longs(reader);
  if (reader->bad || count > 8192)
    return;
  size_t head = count < 254 ? 1 : 4, total = (12 + head + count + 3) & ~(size_t)3;
  memset(body, 0, total);
  tl_store32(body, 0x04deb57du); /* msgs_state_info */
  tl_store64(body + 4, (uint64_t)in->msg_id);
  tl_store32(body + 12, count < 254 ? count : 254u | count << 8);
  for (uint32_t i = 0; i < count; i++)
    body[12 + head + i] = state_of(in->session, dc_take64(reader));
  respond(in, body, total);
}

/* What is still there goes again; for the rest the states are told. */
static void resend_req(dc_incoming *in, dc_reader *reader) {
  dc_reader again = *reader;
  bool all = true;
  for (uint32_t n = dc_take_longs(reader); n > 0; n--)
    all = dc_session_resend(in->session, dc_take64(reader)) && all;
  if (!all)
    state_req(in, &again);
}

static void drop_answer(dc_incoming *in, dc_reader *reader) {
  uint8_t result[20];
  int64_t request = dc_take64(reader);
  dc_message dropped = {0};
  size_t size = 4;
  if (reader->bad)
    return;
  if (dc_undefer(in->session, request)) {
    tl_store32(result, 0xcd78e586u); /* rpc_answer_dropped_running */
    dc_incoming original = *in;
    original.msg_id = request;
    respond_result(&original, result, 4);
  } else if (dc_session_drop_answer(in->session, request, &dropped)) {
    tl_store32(result, 0xa43ad8b7u); /* rpc_answer_dropped */
    tl_store64(result + 4, (uint64_t)dropped.msg_id);
    tl_store32(result + 12, (uint32_t)dropped.seqno);
    tl_store32(result + 16, (uint32_t)dropped.size);
    size = 20;
  } else {
    tl_store32(result, 0x5e2ad36eu); /* rpc_answer_unknown */
  }
  respond_result(in, result, size);
}

static void http_wait(dc_incoming *in, dc_reader *reader) {
  int32_t max_delay = (int32_t)dc_take32(reader), wait_after = (int32_t)dc_take32(reader);
  int32_t max_wait = (int32_t)dc_take32(reader);
  (void)max_delay; /* answers leave at once */
  (void)wait_after;
  if (!reader->bad)
    dc_conn_http_wait(in->conn, max_wait);
}

static void nothing(dc_incoming *in, dc_reader *reader) {
  (void)in;
  (void)reader;
}

typedef struct service {
  uint32_t id;
  void (*handle)(dc_incoming *in, dc_reader *reader);
  bool answers; /* its answer says that it arrived */
} service;

static const service services[] = {
    {0x62d6b459u, acks, true},
    {0x7abe77ecu, pong, true},
    {0xf3427b8cu, pong_and_delay, true},
    {0xb921bd04u, future_salts, true},
    {0xe7512126u, destroy_session, true},
    {0xd1435160u, destroy_auth_key, true},
    {0xda69fb52u, state_req, true},
    {0x7d861a08u, resend_req, false}, /* msg_resend_req */
    {0x8610baebu, resend_req, false}, /* msg_resend_ans_req */
    {0x58e4a740u, drop_answer, true},
    {0x9299359fu, http_wait, true},
    {0x8cc0d131u, nothing, false}, /* msgs_all_info */
    {0x04deb57du, nothing, false}, /* msgs_state_info */
};

bool dc_service(dc_incoming *in, uint32_t id, const uint8_t *body, size_t size) {
  for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
    if (services[i].id != id)
      continue;
    dc_reader reader = {body + 4, size - 4, false};
    services[i].handle(in, &reader);
    if (in->session != NULL && (in->seqno & 1) != 0 && !services[i].answers &&
        !dc_session_send_ack(in->session, in->msg_id))
      dc_conn_fail(in->conn);
    return true;
  }
  return false;
}
