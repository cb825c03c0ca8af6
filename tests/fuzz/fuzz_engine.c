/* A script for the engine of a session: queries, time, lost connections, and packets that are
 * sealed as they should be and hold what the input says. Each query ends once, and what waits stays
 * within its bounds. */
#include "fuzz.h"

#include <mt/mt.h>
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "rig.h"

enum { QUERIES = 64, IDS = 16, STEPS = 400, BUDGET = 200000 };

enum { QUERY, CANCEL, PASS, BREAK, MESSAGE, CONTAINER, PACKED, RAW, KINDS };

typedef struct run {
  rig rig;
  mtp_token tokens[QUERIES];
  uint8_t ended[QUERIES];
  size_t n_queries, n_ended;
  int64_t ids[IDS]; /* of what the engine sent last: an input names them by number */
  size_t n_ids;
} run;

static void take_events(run *r) {
  mtp_engine_event event;
  while (mtp_engine_next_event(r->rig.engine, &event)) {
    FUZZ_CHECK(event.type != MTP_ENGINE_EVENT_FATAL);
    bool end = event.type == MTP_ENGINE_EVENT_RESULT || event.type == MTP_ENGINE_EVENT_RPC_ERROR ||
               event.type == MTP_ENGINE_EVENT_FAILED;
    if (end && event.token) {
      FUZZ_CHECK(++*(uint8_t *)event.user == 1);
      r->n_ended++;
    }
    bool again = event.type == MTP_ENGINE_EVENT_RECONNECT;
    tl_buffer_free(&event.body);
    if (again) {
      rig_disconnect(&r->rig);
      rig_connect(&r->rig);
    }
  }
}

static void send(run *r) {
  peer *p = &r->rig.peer;
  rig_flush(&r->rig);
  for (size_t i = 0; i < p->n_got; i++) {
    r->ids[r->n_ids++ % IDS] = p->got[i].msg_id;
    if (p->got[i].container)
      r->ids[r->n_ids++ % IDS] = p->got[i].container;
  }
  peer_forget(p);
}

static void query(run *r, uint8_t how) {
  if (r->n_queries == QUERIES)
    return;
  mtp_query_options options = {.user = &r->ended[r->n_queries],
                               .once = how & 1,
                               .idempotent = (how & 3) == 2,
                               .urgent = how & 4,
                               .quick_ack = how & 8,
                               .progress = how & 16};
  if (how & 32 && r->n_queries)
    options.after = r->tokens[how % r->n_queries];
  r->tokens[r->n_queries] = rig_query(&r->rig, (uint32_t)r->n_queries, &options);
  r->n_queries++;
}

/* Eight bytes of which seven are 0xfe are the id of a message of the engine. */
static void put_body(const run *r, tl_bytes from, tl_buffer *out) {
  size_t at = out->size;
  FUZZ_CHECK(tl_buffer_append(out, from.data, from.size / 4 * 4) == TL_OK);
  for (; at + 8 <= out->size; at += 4)
    if (tl_load32(out->data + at) == 0xfefefefe && tl_load32(out->data + at + 4) >> 8 == 0xfefefe)
      tl_store64(out->data + at, (uint64_t)r->ids[out->data[at + 4] % IDS]);
}

/* flags: an answer's id, content-related, an old id, another session, no id of a server. */
static void deliver(run *r, uint8_t flags) {
  peer *p = &r->rig.peer;
  int64_t id = peer_id(p, flags & 1), session = p->session_id ^ (flags & 8 ? 1 : 0);
  if (flags & 4)
    id -= INT64_C(1) << 40;
  peer_seal(p, session, flags & 16 ? id & ~INT64_C(3) : id, peer_seq(p, flags & 2), &r->rig.body);
  if (flags & 32) /* seen before */
    (void)rig_deliver(&r->rig);
  (void)rig_deliver(&r->rig);
}

static void contain(run *r, fuzz_input *in) {
  uint32_t count = input_u8(in) % 8;
  tl_buffer one;
  tl_buffer_init(&one, NULL, 0);
  put32(&r->rig.body, ID_CONTAINER);
  put32(&r->rig.body, count);
  for (; count; count--) {
    uint8_t flags = input_u8(in);
    tl_buffer_clear(&one);
    put_body(r, input_piece(in), &one);
    put_message(&r->rig.body, peer_id(&r->rig.peer, flags & 1), peer_seq(&r->rig.peer, flags & 2),
                &one);
  }
  tl_buffer_free(&one);
}

static void pack(run *r, fuzz_input *in) {
  tl_buffer plain;
  uint8_t what = input_u8(in), to = input_u8(in);
  tl_buffer_init(&plain, NULL, 0);
  put_body(r, input_piece(in), &plain);
  size_t wanted = plain.size + (size_t)(what >> 2) * 8192; /* a bomb, if a small one */
  while (plain.size < wanted)
    put64(&plain, 0);
  if (what & 1) {
    put32(&r->rig.body, MT_ID_rpc_result);
    put64(&r->rig.body, r->ids[to % IDS]);
  }
  put_gzip(&r->rig.body, plain.data, plain.size, what & 2 ? 15 : 31);
  tl_buffer_free(&plain);
}

static void say_something(run *r, int kind, fuzz_input *in) {
  uint8_t flags = input_u8(in);
  tl_buffer_clear(&r->rig.body);
  if (kind == MESSAGE)
    put_body(r, input_piece(in), &r->rig.body);
  else if (kind == CONTAINER)
    contain(r, in);
  else
    pack(r, in);
  deliver(r, flags);
}

/* Noise is no packet. */
static void hear_noise(run *r, fuzz_input *in) {
  tl_bytes piece = input_piece(in);
  FUZZ_CHECK(mtp_engine_recv(r->rig.engine, piece.data, piece.size, r->rig.now) != MTP_OK);
}

static void step(run *r, fuzz_input *in) {
  int kind = input_u8(in) % KINDS;
  if (kind == QUERY)
    query(r, input_u8(in));
  else if (kind == CANCEL)
    mtp_engine_cancel(r->rig.engine, r->tokens[input_u8(in) % QUERIES]);
  else if (kind == PASS)
    rig_pass(&r->rig, input_u16(in) * 4);
  else if (kind == RAW)
    hear_noise(r, in);
  else if (kind != BREAK)
    say_something(r, kind, in);
  if (kind == BREAK) {
    rig_disconnect(&r->rig);
    rig_pass(&r->rig, input_u8(in));
    rig_connect(&r->rig);
  }
  take_events(r);
  send(r);
  take_events(r);
}

static void open_run(run *r, uint8_t how) {
  rig_init(&r->rig);
  r->rig.peer.lossy = true;
  r->rig.config.ping_ms = how & 1 ? 60000 : 0;
  r->rig.config.no_future_salts = how & 2;
  r->rig.config.padded = how & 4;
  r->rig.config.max_inflated = r->rig.config.max_queued = BUDGET;
  r->rig.config.max_work = 20000;
  rig_open(&r->rig);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static run r;
  fuzz_input in = {data, size};
  memset(&r, 0, sizeof r);
  open_run(&r, input_u8(&in));
  for (int i = 0; in.left && i < STEPS; i++)
    step(&r, &in);
  FUZZ_CHECK(r.n_ended + mtp_engine_pending(r.rig.engine) == r.n_queries);
  mtp_engine_close(r.rig.engine);
  take_events(&r);
  FUZZ_CHECK(r.n_ended == r.n_queries && mtp_engine_pending(r.rig.engine) == 0);
  rig_end(&r.rig);
  return 0;
}

/* ---- examples: each service message about what was sent, in each way that it may come ---- */

static void example_body(fuzz_output *out, uint64_t seed, uint32_t id) {
  uint8_t body[64];
  tl_store32(body, id);
  memset(body + 4, 0xfe, 8); /* the id of a message */
  body[8] = (uint8_t)(seed & 15);
  for (size_t i = 12; i < sizeof body; i += 4)
    tl_store32(body + i, seed >> i % 40 & 1 ? 0x1cb5c415 : (uint32_t)(seed >> i % 32) & 63);
  output_piece(out, body, 12 + (size_t)(seed >> 20 & 7) * 4);
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const uint32_t ids[] = {0xf35c6d01, 0x62d6b459, 0xa7eff811, 0xedab447b,
                                 0x9ec20908, 0x347773c5, 0xae500895, 0xda69fb52,
                                 0x04deb57d, 0x8cc0d131, 0x276d3ec6, 0x809db6df,
                                 0x7d861a08, 0xe22045fc, 0xea109b13, 0x51ab0003};
  fuzz_output o = {out, 0, room};
  output_u8(&o, (unsigned)seed & 7);
  for (int i = 0; i < 12; i++) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    unsigned kind = (unsigned)(seed >> 60) % KINDS;
    output_u8(&o, kind);
    output_u8(&o, (unsigned)(seed >> 32 & 3));
    if (kind == PASS)
      output_u8(&o, (unsigned)(seed >> 36 & 15));
    if (kind == CONTAINER)
      output_u8(&o, 1);
    if (kind == CONTAINER || kind == PACKED)
      output_u8(&o, (unsigned)(seed >> 40 & 3));
    if (kind == PACKED)
      output_u8(&o, (unsigned)(seed >> 44 & 15));
    if (kind >= MESSAGE)
      example_body(&o, seed, ids[seed >> 50 & 15]);
  }
  return o.size;
}
