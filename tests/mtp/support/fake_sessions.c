/* Sessions, salts and message ids of the scripted data centre. */
#include "fake_sessions.h"

#include <mt/mt.h>

#include "fake_dc_rpc.h"
#include "support.h"
#include <tl/wire.h>

enum { PAST_S = 300, FUTURE_S = 30, ID_TOO_LOW = 16, ID_TOO_HIGH = 17, BAD_SALT = 48 };

void fake_sessions_init(fake_sessions *s, fake_dc *dc) {
  memset(s, 0, sizeof *s);
  s->dc = dc;
  dc->sessions = s;
}

static void drop_unacked(fake_sessions *s, size_t i) {
  tl_buffer_free(&s->unacked[i].body);
  s->n_unacked--;
  memmove(s->unacked + i, s->unacked + i + 1, (s->n_unacked - i) * sizeof *s->unacked);
}

void fake_sessions_forget(fake_sessions *s) {
  while (s->n_unacked)
    drop_unacked(s, 0);
  s->known = false;
  s->conn = NULL;
}

void fake_sessions_acked(fake_sessions *s, int64_t msg_id) {
  for (size_t i = 0; i < s->n_unacked; i++)
    if (s->unacked[i].msg_id == msg_id) {
      drop_unacked(s, i);
      return;
    }
}

bool fake_sessions_connected(const fake_sessions *s) {
  return s->known && s->conn && s->conn->fd >= 0 && s->conn->serial == s->serial;
}

/* ---- salts ---- */

static int64_t salt_of(const fake_sessions *s, int64_t window) {
  uint64_t mixed = (uint64_t)(window + s->era * 1000003) * 0x9e3779b97f4a7c15u;
  return (int64_t)(mixed ^ mixed >> 29);
}

static int64_t window_of(const fake_sessions *s) {
  return fake_dc_now_ms(s->dc) / 1000 / FAKE_SALT_S;
}

/* That of the window before holds for as long again. */
static bool is_good_salt(const fake_sessions *s, int64_t salt) {
  int64_t window = window_of(s);
  return salt == salt_of(s, window) || salt == salt_of(s, window - 1);
}

void fake_sessions_send_salts(fake_sessions *s, const fake_call *call, int32_t num) {
  mt_future_salt salts[64];
  const mt_future_salt *items[64];
  assert_in_range(num, 1, 64);
  for (int32_t i = 0; i < num; i++) {
    int64_t window = window_of(s) + i;
    salts[i] = (mt_future_salt){.valid_since = (int32_t)(window * FAKE_SALT_S),
                                .valid_until = (int32_t)((window + 2) * FAKE_SALT_S),
                                .salt = salt_of(s, window)};
    items[i] = &salts[i];
  }
  mt_future_salts answer = {.req_msg_id = call->msg_id,
                            .now = (int32_t)(fake_dc_now_ms(s->dc) / 1000),
                            .salts = {items, (size_t)num}};
  tl_object object = mt_future_salts_object(&answer);
  s->salts_asked++;
  fake_send_service(s->dc, call, &object);
}

/* ---- out ---- */

static bool keep(fake_sessions *s, const tl_object *object) {
  if (s->n_unacked == FAKE_UNACKED)
    return false;
  fake_unacked *kept = &s->unacked[s->n_unacked++];
  kept->msg_id = fake_next_msg_id(s->dc, false);
  tl_buffer_init(&kept->body, NULL, 0);
  assert_int_equal(tl_encode(object, &kept->body, NULL), TL_OK);
  return true;
}

/* In a container: the packet is new, although what it holds may be old. */
static void send_kept(fake_sessions *s, size_t from) {
  static const uint8_t head[4] = {0xdc, 0xf8, 0xf1, 0x73};
  tl_buffer body;
  uint8_t number[16];
  if (from == s->n_unacked)
    return;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_buffer_append(&body, head, 4), TL_OK);
  tl_store32(number, (uint32_t)(s->n_unacked - from));
  assert_int_equal(tl_buffer_append(&body, number, 4), TL_OK);
  for (size_t i = from; i < s->n_unacked; i++) {
    tl_store64(number, (uint64_t)s->unacked[i].msg_id);
    tl_store32(number + 8, 1);
    tl_store32(number + 12, (uint32_t)s->unacked[i].body.size);
    assert_int_equal(tl_buffer_append(&body, number, 16), TL_OK);
    assert_int_equal(tl_buffer_append(&body, s->unacked[i].body.data, s->unacked[i].body.size),
                     TL_OK);
  }
  fake_send_message(s->dc, s->conn, s->key, s->id, &body, FAKE_NEWS);
  tl_buffer_free(&body);
}

bool fake_sessions_push(fake_sessions *s, const tl_object *object, bool now) {
  if (!s->known || !keep(s, object))
    return false;
  if (now && fake_sessions_connected(s))
    send_kept(s, s->n_unacked - 1);
  return true;
}

/* ---- in ---- */

static void refuse_salt(fake_sessions *s, const fake_call *from, int32_t seq_no) {
  mt_bad_server_salt bad = {.bad_msg_id = from->msg_id,
                            .bad_msg_seqno = seq_no,
                            .error_code = BAD_SALT,
                            .new_server_salt = salt_of(s, window_of(s))};
  tl_object object = mt_bad_server_salt_object(&bad);
  s->bad_salts++;
  fake_send_service(s->dc, from, &object);
}

static void refuse_time(fake_sessions *s, const fake_call *from, int32_t seq_no, int32_t code) {
  mt_bad_msg_notification bad = {
      .bad_msg_id = from->msg_id, .bad_msg_seqno = seq_no, .error_code = code};
  tl_object object = mt_bad_msg_notification_object(&bad);
  s->bad_times++;
  fake_send_service(s->dc, from, &object);
}

static void create(fake_sessions *s, const fake_call *from) {
  fake_sessions_forget(s);
  s->known = true;
  s->id = from->session_id;
  s->unique_id = s->dc->last_msg_id + ++s->created;
  mt_new_session_created created = {.first_msg_id = from->msg_id,
                                    .unique_id = s->unique_id,
                                    .server_salt = salt_of(s, window_of(s))};
  tl_object object = mt_new_session_created_object(&created);
  assert_true(keep(s, &object));
}

bool fake_sessions_admit(fake_sessions *s, const fake_call *from, const mtp_message *message) {
  int64_t ahead = (message->msg_id >> 32) - fake_dc_now_ms(s->dc) / 1000;
  s->packets++;
  if (!is_good_salt(s, message->salt)) {
    refuse_salt(s, from, message->seq_no);
    return false;
  }
  if (ahead < -PAST_S || ahead > FUTURE_S) {
    refuse_time(s, from, message->seq_no, ahead < 0 ? ID_TOO_LOW : ID_TOO_HIGH);
    return false;
  }
  bool moved = !fake_sessions_connected(s) || s->conn != from->conn;
  if (!s->known || s->id != from->session_id)
    create(s, from);
  else if (!moved)
    return true;
  s->key = from->key;
  s->conn = from->conn;
  s->serial = from->conn->serial;
  s->repeated += s->n_unacked > 0;
  send_kept(s, 0);
  return true;
}
