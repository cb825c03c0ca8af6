/* The messages of the scripted data centre: key exchange, containers, service messages, calls. */
#include "fake_dc_rpc.h"

#include <mt/mt.h>
#include <tg/tg.h>
#include <zlib.h>

#include "bind_open.h"
#include "fake_sessions.h"
#include "support.h"
#include <tl/wire.h>

enum { ID_CONTAINER = 0x73f1f8dc, ID_GZIP = 0x3072cfa1, ID_RPC_RESULT = (int)0xf35c6d01 };

/* ---- out ---- */

int64_t fake_dc_now_ms(const fake_dc *dc) {
  return fake_dc_wall_ms(dc) + dc->skew_ms;
}

/* An id of the server's: time << 32, mod 4 is 1 in an answer, 3 otherwise. */
int64_t fake_next_msg_id(fake_dc *dc, bool answer) {
  int64_t ms = fake_dc_now_ms(dc);
  int64_t id = (ms / 1000) * ((int64_t)1 << 32) + (ms % 1000) * 4294967 / 4 * 4;
  if (id <= dc->last_msg_id)
    id = dc->last_msg_id + 4;
  dc->last_msg_id = id / 4 * 4;
  return dc->last_msg_id + (answer ? 1 : 3);
}

void fake_send_message(fake_dc *dc, fake_conn *conn, const fake_key *key, int64_t session_id,
                       const tl_buffer *body, fake_kind kind) {
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  mtp_message message = {.salt = key->salt,
                         .session_id = session_id,
                         .msg_id = fake_next_msg_id(dc, kind != FAKE_NEWS),
                         .seq_no = kind != FAKE_SERVICE,
                         .body = tl_bytes_of(body->data, body->size)};
  assert_ok(
      mtp_seal(&key->key, MTP_FROM_SERVER, &message, MTP_PADDING_BUCKETS, NULL, &packet, NULL));
  if (dc->spoil_every && ++dc->sent % dc->spoil_every == 0)
    packet.data[dc->sent % packet.size] ^= 0x10;
  fake_send_packet(conn, packet.data, packet.size);
  if (dc->twice)
    fake_send_packet(conn, packet.data, packet.size);
  tl_buffer_free(&packet);
}

static void put32(tl_buffer *out, uint32_t v) {
  uint8_t bytes[4];
  tl_store32(bytes, v);
  assert_int_equal(tl_buffer_append(out, bytes, 4), TL_OK);
}

static void put64(tl_buffer *out, int64_t v) {
  uint8_t bytes[8];
  tl_store64(bytes, (uint64_t)v);
  assert_int_equal(tl_buffer_append(out, bytes, 8), TL_OK);
}

void fake_answer_raw(fake_dc *dc, const fake_call *call, const void *data, size_t size) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put32(&body, (uint32_t)ID_RPC_RESULT);
  put64(&body, call->msg_id);
  assert_int_equal(tl_buffer_append(&body, data, size), TL_OK);
  if (call->conn->fd >= 0)
    fake_send_message(dc, call->conn, call->key, call->session_id, &body, FAKE_ANSWER);
  tl_buffer_free(&body);
}

void fake_answer(fake_dc *dc, const fake_call *call, const tl_object *object) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_encode(object, &body, NULL), TL_OK);
  fake_answer_raw(dc, call, body.data, body.size);
  tl_buffer_free(&body);
}

void fake_error(fake_dc *dc, const fake_call *call, int32_t code, const char *text) {
  mt_rpc_error error = {.error_code = code, .error_message = tl_string_of(text)};
  tl_object object = mt_rpc_error_object(&error);
  fake_answer(dc, call, &object);
}

void fake_push_raw(fake_dc *dc, const fake_call *like, const void *data, size_t size) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_buffer_append(&body, data, size), TL_OK);
  if (like->conn->fd >= 0)
    fake_send_message(dc, like->conn, like->key, like->session_id, &body, FAKE_NEWS);
  tl_buffer_free(&body);
}

void fake_push(fake_dc *dc, const fake_call *like, const tl_object *object) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_encode(object, &body, NULL), TL_OK);
  fake_push_raw(dc, like, body.data, body.size);
  tl_buffer_free(&body);
}

const char *fake_name(const fake_call *call) {
  return tl_def_name(call->object.schema, call->object.def);
}

/* ---- key exchange ---- */

static bool is_over(const fake_dc *dc, const fake_key *key) {
  return key->temporary && key->expires_at <= fake_dc_now_ms(dc) / 1000;
}

/* A place for a key: that of one that has ended, or another. */
static fake_key *free_key(fake_dc *dc) {
  for (size_t i = 0; i < dc->n_keys; i++)
    if (is_over(dc, &dc->keys[i]))
      return &dc->keys[i];
  assert_true(dc->n_keys < FAKE_KEYS);
  return &dc->keys[dc->n_keys++];
}

static void keep_key(fake_dc *dc, const kx_server_grant *grant) {
  *free_key(dc) = (fake_key){.key = grant->key,
                             .salt = grant->salt,
                             .dc = grant->dc,
                             .temporary = grant->temporary,
                             .expires_at = fake_dc_now_ms(dc) / 1000 + grant->expires_in};
  dc->exchanges++;
}

void fake_take_plain(fake_dc *dc, fake_conn *conn, uint8_t *packet, size_t size) {
  int64_t msg_id = 0;
  tl_bytes body;
  tl_buffer reply, out;
  tl_buffer_init(&reply, NULL, 0);
  tl_buffer_init(&out, NULL, 0);
  assert_ok(mtp_plain_read(packet, size, true, &msg_id, &body));
  kx_server_grant grant = {0};
  if (kx_server_recv(dc->kx, body, fake_dc_now_ms(dc) / 1000, &reply, &grant) != MTP_OK) {
    fake_send_transport_error(conn, -404);
  } else {
    if (grant.granted)
      keep_key(dc, &grant);
    assert_ok(
        mtp_plain_write(fake_next_msg_id(dc, true), tl_bytes_of(reply.data, reply.size), &out));
    fake_send_packet(conn, out.data, out.size);
  }
  tl_buffer_free(&reply);
  tl_buffer_free(&out);
}

/* ---- calls ---- */

static void answer_config(fake_dc *dc, const fake_call *call) {
  mtp_dc_option self = fake_dc_address(dc);
  const mtp_dc_option *from = dc->options ? dc->options : &self;
  size_t n = dc->options ? dc->n_options : 1;
  tg_dcOption options[MTP_MAX_OPTIONS];
  const tg_dcOption *items[MTP_MAX_OPTIONS];
  memset(options, 0, sizeof options);
  for (size_t i = 0; i < n; i++) {
    options[i].id = from[i].dc;
    options[i].ip_address = tl_string_of(from[i].host);
    options[i].port = from[i].port;
    options[i].cdn = from[i].flags & MTP_DC_CDN;
    options[i].media_only = from[i].flags & MTP_DC_MEDIA;
    items[i] = &options[i];
  }
  tg_config config = {.date = (int32_t)(fake_dc_now_ms(dc) / 1000), .this_dc = dc->id};
  config.dc_options.items = items;
  config.dc_options.count = n;
  config.dc_txt_domain_name = TL_STR("");
  config.me_url_prefix = TL_STR("");
  tl_object object = tg_config_object(&config);
  fake_answer(dc, call, &object);
}

static void answer_bind(fake_dc *dc, const fake_call *call) {
  const tg_auth_bindTempAuthKey *request = call->object.args;
  for (size_t i = 0; i < dc->n_keys; i++) {
    fake_key *permanent = &dc->keys[i];
    if (permanent->key.id != request->perm_auth_key_id)
      continue;
    mtp_bind bind;
    int64_t msg_id = 0;
    mtp_status status = bind_open(&permanent->key, request->encrypted_message.data,
                                  request->encrypted_message.size, &bind, &msg_id);
    bool good = status == MTP_OK && msg_id == call->msg_id && bind.nonce == request->nonce &&
                bind.temp_auth_key_id == call->key->key.id &&
                bind.temp_session_id == call->session_id &&
                bind.expires_at == request->expires_at &&
                llabs(bind.expires_at - call->key->expires_at) <= 2; /* two steps of the exchange */
    if (!good)
      break;
    call->key->bound_to = permanent->key.id;
    static const uint8_t yes[4] = {0xb5, 0x75, 0x72, 0x99};
    fake_answer_raw(dc, call, yes, sizeof yes);
    return;
  }
  fake_error(dc, call, 400, "ENCRYPTED_MESSAGE_INVALID");
}

static void answer_by_default(fake_dc *dc, const fake_call *call) {
  const char *name = fake_name(call);
  if (strcmp(name, "help.getConfig") == 0)
    answer_config(dc, call);
  else if (strcmp(name, "auth.bindTempAuthKey") == 0)
    answer_bind(dc, call);
  else
    fake_error(dc, call, 400, "METHOD_INVALID");
}

/* Takes one wrapper off; false when there is none. */
static bool unwrap(fake_call *call) {
  const char *name = fake_name(call);
  const void *args = call->object.args;
  if (strcmp(name, "invokeWithLayer") == 0) {
    call->layer = ((const tg_invokeWithLayer *)args)->layer;
    call->object = ((const tg_invokeWithLayer *)args)->query;
  } else if (strcmp(name, "initConnection") == 0) {
    call->inited = true;
    call->object = ((const tg_initConnection *)args)->query;
  } else if (strcmp(name, "invokeAfterMsg") == 0) {
    call->after = ((const tg_invokeAfterMsg *)args)->msg_id;
    call->object = ((const tg_invokeAfterMsg *)args)->query;
  } else if (strcmp(name, "invokeWithoutUpdates") == 0) {
    call->without_updates = true;
    call->object = ((const tg_invokeWithoutUpdates *)args)->query;
  } else if (strcmp(name, "invokeWithTakeout") == 0) {
    call->takeout = ((const tg_invokeWithTakeout *)args)->takeout_id;
    call->object = ((const tg_invokeWithTakeout *)args)->query;
  } else {
    return false;
  }
  return true;
}

static void take_call(fake_dc *dc, fake_call *call, tl_bytes body) {
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  tl_error error;
  assert_int_equal(
      tl_decode_object(&tg_schema, body.data, body.size, NULL, &arena, &call->object, NULL, &error),
      TL_OK);
  while (unwrap(call)) {
  }
  dc->calls++;
  dc->inits += call->inited;
  if (!dc->on_call || !dc->on_call(dc->ctx, dc, call))
    answer_by_default(dc, call);
  tl_arena_free(&arena);
}

/* ---- service messages ---- */

void fake_send_service(fake_dc *dc, const fake_call *call, const tl_object *object) {
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_encode(object, &body, NULL), TL_OK);
  fake_send_message(dc, call->conn, call->key, call->session_id, &body, FAKE_SERVICE);
  tl_buffer_free(&body);
}

/* Nothing is remembered of calls: the client sends again what was not answered. */
static void answer_state(fake_dc *dc, const fake_call *call, const mt_msgs_state_req *request) {
  uint8_t info[1024];
  assert_true(request->msg_ids.count <= sizeof info);
  memset(info, 1, sizeof info);
  mt_msgs_state_info state = {.req_msg_id = call->msg_id, .info = {info, request->msg_ids.count}};
  tl_object object = mt_msgs_state_info_object(&state);
  fake_send_service(dc, call, &object);
}

/* True when it was one. */
static bool take_service(fake_dc *dc, const fake_call *call, tl_bytes body) {
  uint16_t def = tl_find_id(&mt_schema, tl_load32(body.data));
  if (def == TL_NONE)
    return false;
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  tl_object object;
  assert_int_equal(
      tl_decode_object(&mt_schema, body.data, body.size, NULL, &arena, &object, NULL, NULL), TL_OK);
  const char *name = tl_def_name(&mt_schema, def);
  if (strcmp(name, "ping") == 0 || strcmp(name, "ping_delay_disconnect") == 0) {
    mt_pong pong = {.msg_id = call->msg_id, .ping_id = (int64_t)tl_load64(body.data + 4)};
    tl_object answer = mt_pong_object(&pong);
    fake_send_service(dc, call, &answer);
  } else if (strcmp(name, "msgs_state_req") == 0) {
    answer_state(dc, call, object.args);
  } else if (strcmp(name, "rpc_drop_answer") == 0) {
    dc->drops++;
    mt_rpc_answer_unknown unknown = {0};
    tl_object answer = mt_rpc_answer_unknown_object(&unknown);
    fake_answer(dc, call, &answer);
  } else if (strcmp(name, "http_wait") == 0) {
    call->conn->long_poll = true;
  } else if (strcmp(name, "msgs_ack") == 0 && dc->sessions) {
    const mt_msgs_ack *ack = object.args;
    for (size_t i = 0; i < ack->msg_ids.count; i++)
      fake_sessions_acked(dc->sessions, ack->msg_ids.items[i]);
  } else if (strcmp(name, "get_future_salts") == 0 && dc->sessions) {
    fake_sessions_send_salts(dc->sessions, call, ((const mt_get_future_salts *)object.args)->num);
  } else if (strcmp(name, "destroy_session") == 0 && dc->sessions) {
    mt_destroy_session_ok ok = {.session_id =
                                    ((const mt_destroy_session *)object.args)->session_id};
    tl_object answer = mt_destroy_session_ok_object(&ok);
    dc->sessions->destroyed++;
    fake_send_service(dc, call, &answer);
  } else if (strcmp(name, "destroy_auth_key") == 0) {
    dc->destroyed++;
    dc->destroyed_temporary = call->key->temporary;
    mt_destroy_auth_key_ok ok = {0};
    tl_object answer = mt_destroy_auth_key_ok_object(&ok);
    fake_send_service(dc, call, &answer);
  }
  tl_arena_free(&arena);
  return true;
}

/* ---- in ---- */

static void take_message(fake_dc *dc, const fake_call *from, int64_t msg_id, tl_bytes body);

static void take_container(fake_dc *dc, const fake_call *from, tl_bytes body) {
  assert_true(body.size >= 8);
  uint32_t count = tl_load32(body.data + 4);
  size_t at = 8;
  for (uint32_t i = 0; i < count && from->conn->fd >= 0; i++) {
    assert_true(body.size - at >= 16);
    int64_t msg_id = (int64_t)tl_load64(body.data + at);
    size_t size = tl_load32(body.data + at + 12);
    assert_true(body.size - at - 16 >= size);
    take_message(dc, from, msg_id, tl_bytes_of(body.data + at + 16, size));
    at += 16 + size;
  }
}

static void take_gzip(fake_dc *dc, const fake_call *from, int64_t msg_id, tl_bytes body) {
  static uint8_t plain[1 << 20];
  size_t head = body.data[4] == 254 ? 8 : 5;
  size_t size = head == 5 ? body.data[4] : tl_load32(body.data + 4) >> 8;
  z_stream stream = {0};
  assert_int_equal(inflateInit2(&stream, 15 + 32), Z_OK);
  stream.next_in = (Bytef *)(body.data + head);
  stream.avail_in = (uInt)size;
  stream.next_out = plain;
  stream.avail_out = sizeof plain;
  assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
  size_t inflated = sizeof plain - stream.avail_out;
  inflateEnd(&stream);
  take_message(dc, from, msg_id, tl_bytes_of(plain, inflated));
}

static void take_message(fake_dc *dc, const fake_call *from, int64_t msg_id, tl_bytes body) {
  fake_call call = *from;
  call.msg_id = msg_id;
  assert_true(body.size >= 4);
  uint32_t id = tl_load32(body.data);
  if (id == ID_CONTAINER)
    take_container(dc, from, body);
  else if (id == ID_GZIP)
    take_gzip(dc, from, msg_id, body);
  else if (!take_service(dc, &call, body))
    take_call(dc, &call, body);
}

void fake_take_sealed(fake_dc *dc, fake_conn *conn, int64_t key_id, uint8_t *packet, size_t size) {
  fake_key *key = NULL;
  for (size_t i = 0; i < dc->n_keys; i++)
    if (dc->keys[i].key.id == key_id && !is_over(dc, &dc->keys[i]))
      key = &dc->keys[i];
  if (!key || dc->forget_keys) {
    dc->unknown_keys++;
    fake_send_transport_error(conn, -404);
    conn->closing = true;
    return;
  }
  mtp_message message;
  assert_ok(mtp_open(&key->key, MTP_FROM_CLIENT, true, packet, size, &message, NULL));
  fake_call from = {
      .conn = conn, .key = key, .session_id = message.session_id, .msg_id = message.msg_id};
  if (!dc->sessions || fake_sessions_admit(dc->sessions, &from, &message))
    take_message(dc, &from, message.msg_id, message.body);
}
