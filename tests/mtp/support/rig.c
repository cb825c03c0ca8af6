/* The engine, its peer and the clock of the session tests. */
#include "rig.h"

#include <mt/mt.h>
#include <tl/wire.h>

#include "engine/internal.h"
#include "engine/query.h"

void rig_init(rig *r) {
  memset(r, 0, sizeof *r);
  mtp_engine_config_init(&r->config);
  r->config.no_future_salts = true;
  r->config.ping_ms = 0;
  r->random = fake_rng_of(NULL, 0);
  r->rng = fake_rng_view(&r->random);
  r->config.rng = &r->rng;
  r->now = (mtp_now){WALL_START, MONO_START};
  peer_init(&r->peer);
  r->peer.clock_ms = WALL_START;
  memcpy(r->key.key, r->peer.key.bytes, sizeof r->key.key);
  r->key.salt = r->peer.salt;
  r->key.synchronised = true;
  tl_buffer_init(&r->packet, NULL, 0);
  tl_buffer_init(&r->body, NULL, 0);
}

void rig_open(rig *r) {
  assert_int_equal(mtp_engine_new(&r->config, &r->engine), MTP_OK);
  assert_int_equal(mtp_engine_set_key(r->engine, &r->key, r->now), MTP_OK);
  r->peer.padded = r->config.padded;
  r->peer.session_id = rig_session_id(r);
  mtp_engine_connected(r->engine, r->now);
}

void rig_start(rig *r) {
  rig_init(r);
  rig_open(r);
}

void rig_forget(rig *r) {
  mtp_engine_event event;
  while (r->engine && mtp_engine_next_event(r->engine, &event))
    tl_buffer_free(&event.body);
  for (size_t i = 0; i < r->n_events; i++)
    tl_buffer_free(&r->events[i].body);
  r->n_events = 0;
}

void rig_end(rig *r) {
  rig_forget(r);
  tl_buffer_free(&r->taken.body);
  mtp_engine_free(r->engine);
  peer_free(&r->peer);
  tl_buffer_free(&r->packet);
  tl_buffer_free(&r->body);
}

void rig_pass(rig *r, int64_t ms) {
  r->now.wall_ms += ms;
  r->now.monotonic_ms += ms;
  r->peer.clock_ms += ms;
  if (mtp_engine_deadline(r->engine, r->now) <= r->now.monotonic_ms)
    mtp_engine_tick(r->engine, r->now);
}

void rig_disconnect(rig *r) {
  mtp_engine_disconnected(r->engine, r->now);
}

void rig_connect(rig *r) {
  mtp_engine_connected(r->engine, r->now);
}

static size_t drain(rig *r, bool keep) {
  for (size_t count = 0;; count++) {
    assert_true(count < 10000);
    tl_buffer_clear(&r->packet);
    mtp_packet_info info;
    mtp_cause status = mtp_engine_poll_packet(r->engine, r->now, &r->packet, &info);
    if (status == MTP_ENGINE_NOTHING || status == MTP_ERR_CLOSED ||
        (r->tolerant && status == MTP_ERR_NOMEM))
      return count;
    assert_int_equal(status, MTP_OK);
    r->info = info;
    r->packet_size = r->packet.size;
    if (keep)
      peer_receive(&r->peer, r->packet.data, r->packet.size);
  }
}

int64_t rig_salt(const rig *r) {
  mtp_salts salts = r->engine->salts;
  mtp_salts_advance(&salts, mtp_clock_s(&r->engine->clock, r->now));
  return salts.current;
}

int64_t rig_session_id(const rig *r) {
  return r->engine->session_id;
}

int64_t rig_server_ms(const rig *r) {
  return mtp_clock_ms(&r->engine->clock, r->now);
}

void rig_destroy_session(rig *r, int64_t session_id) {
  assert_true(
      mtp_query_errand(r->engine, MTP_QUERY_DESTROY_SESSION, MT_ID_destroy_session, session_id));
}

size_t rig_flush(rig *r) {
  return drain(r, true);
}

size_t rig_lose(rig *r) {
  r->peer.lossy = true;
  return drain(r, false);
}

mtp_cause rig_deliver(rig *r) {
  mtp_cause status = mtp_engine_recv(r->engine, r->peer.out.data, r->peer.out.size, r->now);
  while (mtp_engine_busy(r->engine))
    mtp_engine_resume(r->engine, r->now);
  return status;
}

mtp_token rig_query(rig *r, uint32_t value, const mtp_query_options *options) {
  uint8_t body[8];
  mtp_token token = 0;
  tl_store32(body, ID_QUERY);
  tl_store32(body + 4, value);
  mtp_cause status = mtp_engine_submit(r->engine, body, sizeof body, options, &token);
  assert_true(status == MTP_OK || (r->tolerant && status == MTP_ERR_NOMEM));
  assert_int_equal(token != 0, status == MTP_OK);
  return token;
}

/* ---- events ---- */

static void collect(rig *r) {
  mtp_engine_event event;
  while (mtp_engine_next_event(r->engine, &event)) {
    assert_true(r->n_events < RIG_EVENTS);
    r->events[r->n_events++] = event;
  }
}

const mtp_engine_event *rig_event(rig *r, mtp_engine_event_type type) {
  collect(r);
  tl_buffer_free(&r->taken.body);
  for (size_t i = 0; i < r->n_events; i++) {
    if (r->events[i].type != type)
      continue;
    r->taken = r->events[i];
    r->n_events--;
    memmove(r->events + i, r->events + i + 1, (r->n_events - i) * sizeof *r->events);
    return &r->taken;
  }
  return NULL;
}

const mtp_engine_event *rig_expect(rig *r, mtp_engine_event_type type, mtp_token token) {
  const mtp_engine_event *event = rig_event(r, type);
  assert_non_null(event);
  if (token)
    assert_int_equal(event->token, token);
  return event;
}

size_t rig_count(rig *r, mtp_engine_event_type type) {
  size_t count = 0;
  collect(r);
  for (size_t i = 0; i < r->n_events; i++)
    count += r->events[i].type == type;
  return count;
}

/* ---- what the peer says ---- */

void say_begin(rig *r, uint32_t id) {
  tl_buffer_clear(&r->body);
  put32(&r->body, id);
}

mtp_cause say(rig *r, bool content) {
  peer_say(&r->peer, content, &r->body);
  return rig_deliver(r);
}

/* rpc_result, whose result has been appended. */
static mtp_cause say_result(rig *r) {
  peer *p = &r->peer;
  peer_seal(p, p->session_id, peer_id(p, true), peer_seq(p, true), &r->body);
  return rig_deliver(r);
}

mtp_cause say_answer(rig *r, int64_t msg_id, uint32_t value) {
  say_begin(r, 0xf35c6d01);
  put64(&r->body, msg_id);
  put32(&r->body, ID_ANSWER);
  put32(&r->body, value);
  return say_result(r);
}

mtp_cause say_error(rig *r, int64_t msg_id, int32_t code, const char *text) {
  say_begin(r, 0xf35c6d01);
  put64(&r->body, msg_id);
  put32(&r->body, ID_RPC_ERROR);
  put32(&r->body, (uint32_t)code);
  put_string(&r->body, text, strlen(text));
  return say_result(r);
}

mtp_cause say_update(rig *r, uint32_t value) {
  say_begin(r, ID_UPDATE);
  put32(&r->body, value);
  return say(r, true);
}

mtp_cause say_ack(rig *r, int64_t msg_id) {
  say_begin(r, ID_ACK);
  put_longs(&r->body, &msg_id, 1);
  return say(r, false);
}

mtp_cause say_bad_msg(rig *r, int64_t msg_id, int32_t code) {
  say_begin(r, 0xa7eff811);
  put64(&r->body, msg_id);
  put32(&r->body, 0);
  put32(&r->body, (uint32_t)code);
  return say(r, false);
}

mtp_cause say_bad_salt(rig *r, int64_t msg_id, int64_t salt) {
  say_begin(r, 0xedab447b);
  put64(&r->body, msg_id);
  put32(&r->body, 0);
  put32(&r->body, 48);
  put64(&r->body, salt);
  return say(r, false);
}

mtp_cause say_new_session(rig *r, int64_t first_id, int64_t unique_id, int64_t salt) {
  say_begin(r, 0x9ec20908);
  put64(&r->body, first_id);
  put64(&r->body, unique_id);
  put64(&r->body, salt);
  return say(r, true);
}

mtp_cause say_pong(rig *r, const peer_message *ping) {
  int64_t ping_id = (int64_t)tl_load64(ping->body.data + 4);
  say_begin(r, 0x347773c5);
  put64(&r->body, ping->msg_id);
  put64(&r->body, ping_id);
  return say(r, false);
}

mtp_cause say_state(rig *r, int64_t req_id, const void *info, size_t size) {
  say_begin(r, ID_STATE_INFO);
  put64(&r->body, req_id);
  put_string(&r->body, info, size);
  return say(r, false);
}

uint32_t value_of(const tl_buffer *body) {
  assert_int_equal(body->size, 8);
  return tl_load32(body->data + 4);
}

size_t longs_in(const tl_buffer *body) {
  assert_true(body->size >= 12);
  return tl_load32(body->data + 8);
}

int64_t long_of(const tl_buffer *body, size_t index) {
  assert_true(index < longs_in(body));
  return (int64_t)tl_load64(body->data + 12 + index * 8);
}

asked rig_ask(rig *r, uint32_t value, const mtp_query_options *options) {
  asked a = {.token = rig_query(r, value, options)};
  rig_flush(r);
  const peer_message *query = peer_next(&r->peer, ID_QUERY);
  assert_non_null(query);
  assert_int_equal(value_of(&query->body), value);
  a.msg_id = query->msg_id;
  return a;
}

void say_result_begin(rig *r, int64_t msg_id) {
  say_begin(r, 0xf35c6d01);
  put64(&r->body, msg_id);
}
