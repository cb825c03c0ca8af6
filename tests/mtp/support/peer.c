/* The scripted other side of a session. */
#include "peer.h"

#include "support.h"
#include <tl/wire.h>
#include <zlib.h>

void peer_init(peer *p) {
  uint8_t bytes[256];
  memset(p, 0, sizeof *p);
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 7 + 3);
  assert_ok(mtp_auth_key_init(&p->key, bytes));
  p->salt = 0x5a17;
  tl_buffer_init(&p->out, NULL, 0);
}

void peer_forget(peer *p) {
  for (size_t i = 0; i < p->n_got; i++)
    tl_buffer_free(&p->got[i].body);
  p->n_got = 0;
}

void peer_free(peer *p) {
  peer_forget(p);
  free(p->got);
  tl_buffer_free(&p->out);
}

/* ---- what comes ---- */

static bool is_uncounted(uint32_t id) {
  static const int ids[] = {ID_CONTAINER, ID_ACK,        ID_PING,       ID_PING_DELAY, ID_HTTP_WAIT,
                            ID_STATE_REQ, ID_STATE_INFO, ID_RESEND_REQ, ID_GET_SALTS};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    if ((uint32_t)ids[i] == id)
      return true;
  return false;
}

/* MS-1 and MS-2, of every message. */
static void check_message(peer *p, int64_t msg_id, int32_t seq_no, uint32_t id) {
  bool content = !is_uncounted(id);
  assert_int_equal(msg_id % 4, 0);
  assert_true((msg_id & 0xffffffff) != 0);
  assert_true(!p->last_client_id || mtp_id_before(p->last_client_id, msg_id));
  p->last_client_id = msg_id;
  assert_int_equal(seq_no & 1, content);
  if (!p->lossy)
    assert_int_equal((uint32_t)seq_no, p->client_content * 2 + content);
  p->client_content += content;
}

static void add(peer *p, int64_t msg_id, int32_t seq_no, tl_bytes body, int64_t container,
                int64_t salt) {
  if (p->n_got == p->cap_got) {
    p->cap_got = p->cap_got ? p->cap_got * 2 : 64;
    p->got = realloc(p->got, p->cap_got * sizeof *p->got);
    assert_non_null(p->got);
  }
  peer_message *message = &p->got[p->n_got++];
  assert_true(body.size >= 4 && body.size % 4 == 0);
  *message = (peer_message){.msg_id = msg_id,
                            .seq_no = seq_no,
                            .container = container,
                            .salt = salt,
                            .id = tl_load32(body.data)};
  tl_buffer_init(&message->body, NULL, 0);
  assert_int_equal(tl_buffer_append(&message->body, body.data, body.size), TL_OK);
  check_message(p, msg_id, seq_no, message->id);
}

static void take_container(peer *p, const mtp_message *message) {
  const uint8_t *at = message->body.data + 8;
  size_t left = message->body.size - 8;
  uint32_t count = tl_load32(message->body.data + 4);
  assert_true(count > 1 && count <= 1000);    /* MS-3 */
  assert_true(message->body.size <= 1044448); /* MS-3 */
  p->most_messages = count > p->most_messages ? count : p->most_messages;
  for (uint32_t i = 0; i < count; i++) {
    assert_true(left >= 16);
    uint32_t size = tl_load32(at + 12);
    assert_true(size % 4 == 0 && size <= left - 16);
    int32_t seq_no = (int32_t)tl_load32(at + 8);
    assert_true(seq_no <= message->seq_no); /* MS-3 */
    add(p, (int64_t)tl_load64(at), seq_no, tl_bytes_of(at + 16, size), message->msg_id,
        message->salt);
    assert_true(tl_load32(at + 16) != ID_CONTAINER);
    at += 16 + size;
    left -= 16 + size;
  }
  assert_int_equal(left, 0);
  check_message(p, message->msg_id, message->seq_no, ID_CONTAINER);
}

void peer_receive(peer *p, const uint8_t *packet, size_t size) {
  mtp_message message;
  uint8_t *copy = malloc(size);
  assert_non_null(copy);
  memcpy(copy, packet, size);
  assert_ok(mtp_open(&p->key, MTP_FROM_CLIENT, p->padded, copy, size, &message, NULL));
  if (message.session_id != p->session_id) { /* a new session begins from nothing */
    p->session_id = message.session_id;
    p->last_client_id = 0;
    p->client_content = 0;
    p->content = 0;
  }
  p->packets++;
  p->largest_packet = size > p->largest_packet ? size : p->largest_packet;
  if (tl_load32(message.body.data) == ID_CONTAINER)
    take_container(p, &message);
  else
    add(p, message.msg_id, message.seq_no, message.body, 0, message.salt);
  free(copy);
}

peer_message *peer_next(peer *p, int id) {
  for (size_t i = 0; i < p->n_got; i++)
    if (!p->got[i].taken && p->got[i].id == (uint32_t)id) {
      p->got[i].taken = true;
      return &p->got[i];
    }
  return NULL;
}

size_t peer_count(const peer *p, int id) {
  size_t count = 0;
  for (size_t i = 0; i < p->n_got; i++)
    count += !p->got[i].taken && p->got[i].id == (uint32_t)id;
  return count;
}

/* ---- what is said ---- */

int64_t peer_id(peer *p, bool answer) {
  uint64_t ms = (uint64_t)p->clock_ms;
  int64_t id = (int64_t)(ms / 1000 << 32 | (ms % 1000 << 32) / 1000 / 4 * 4);
  if (p->last_id && !mtp_id_before(p->last_id, id))
    id = (int64_t)(((uint64_t)p->last_id / 4 + 1) * 4);
  id += answer ? 1 : 3;
  p->last_id = id;
  return id;
}

int32_t peer_seq(peer *p, bool content) {
  uint32_t seq_no = p->content * 2;
  p->content += content;
  return (int32_t)(seq_no + content);
}

void peer_seal(peer *p, int64_t session_id, int64_t msg_id, int32_t seq_no, const tl_buffer *body) {
  mtp_message message = {.salt = p->salt,
                         .session_id = session_id,
                         .msg_id = msg_id,
                         .seq_no = seq_no,
                         .body = tl_bytes_of(body->data, body->size)};
  tl_buffer_clear(&p->out);
  assert_ok(mtp_seal(&p->key, MTP_FROM_SERVER, &message, MTP_PADDING_BUCKETS, NULL, &p->out, NULL));
}

int64_t peer_say(peer *p, bool content, const tl_buffer *body) {
  int64_t id = peer_id(p, false);
  peer_seal(p, p->session_id, id, peer_seq(p, content), body);
  return id;
}

/* ---- bodies ---- */

static uint8_t *extend(tl_buffer *out, size_t size) {
  uint8_t *at = tl_buffer_extend(out, size);
  assert_non_null(at);
  return at;
}

void put32(tl_buffer *out, uint32_t value) {
  tl_store32(extend(out, 4), value);
}

void put64(tl_buffer *out, int64_t value) {
  tl_store64(extend(out, 8), (uint64_t)value);
}

void put_string(tl_buffer *out, const void *data, size_t size) {
  size_t head = size < 254 ? 1 : 4, pad = (4 - (head + size) % 4) % 4;
  uint8_t *at = extend(out, head + size + pad);
  if (head == 1)
    at[0] = (uint8_t)size;
  else
    tl_store32(at, (uint32_t)size << 8 | 254);
  if (size)
    memcpy(at + head, data, size);
  memset(at + head + size, 0, pad);
}

void put_longs(tl_buffer *out, const int64_t *values, size_t count) {
  put32(out, 0x1cb5c415);
  put32(out, (uint32_t)count);
  for (size_t i = 0; i < count; i++)
    put64(out, values[i]);
}

void put_message(tl_buffer *out, int64_t msg_id, int32_t seq_no, const tl_buffer *body) {
  put64(out, msg_id);
  put32(out, (uint32_t)seq_no);
  put32(out, (uint32_t)body->size);
  if (body->size)
    memcpy(extend(out, body->size), body->data, body->size);
}

void put_gzip(tl_buffer *out, const void *data, size_t size, int format) {
  z_stream z = {0};
  size_t room = size + 1024;
  uint8_t *packed = malloc(room);
  assert_non_null(packed);
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, format, 9, Z_DEFAULT_STRATEGY), Z_OK);
  z.next_in = (Bytef *)(uintptr_t)data;
  z.avail_in = (uInt)size;
  z.next_out = packed;
  z.avail_out = (uInt)room;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  put32(out, ID_GZIP);
  put_string(out, packed, z.total_out);
  deflateEnd(&z);
  free(packed);
}
