/* A script for a whole client on a virtual clock: calls, time, what the network does, and what its
 * data centres say under the right key. Each call ends once; whatever comes, nobody is signed out
 * but by an answer under the key, and no work is done without a pause. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_fixture.h"
#include "input.h"
#include "known_rng.h"

enum { CALLS = 24, SAID = 8, STEPS = 60, START_MS = 1000000, TURNS = 20000 };

enum { CALL, CANCEL, PASS, ANSWER, ERROR, PUSH, NETWORK, CHANGE, KINDS };

/* What a data centre answers to the next call. */
typedef struct said {
  int32_t code; /* 0: a result */
  tl_bytes bytes;
} said;

typedef struct run {
  outcome calls[CALLS];
  mtp_call_id ids[CALLS];
  size_t n_calls;
  said said[SAID];
  size_t n_said;
  bool lied; /* under a key that is right: then anything may follow */
} run;

/* Lives as long as the program: its data centres know the key that a first client has made. */
static fixture f;
static mtp_session signed_in;
static size_t n_keys[FIXTURE_DCS];
static fake_call last[FIXTURE_DCS]; /* where a push goes */
static unsigned last_serial[FIXTURE_DCS];
static run r;

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  last[dc->id - 1] = *call;
  last_serial[dc->id - 1] = call->conn->serial;
  if (!r.n_said)
    return answer_nearest(NULL, dc, call);
  said next = r.said[--r.n_said];
  char text[65] = {0};
  if (next.code) {
    memcpy(text, next.bytes.data, next.bytes.size < 64 ? next.bytes.size : 64);
    fake_error(dc, call, next.code, text);
  } else {
    fake_answer_raw(dc, call, next.bytes.data, next.bytes.size);
  }
  return true;
}

/* A first client makes the key. */
static void make_session(void) {
  outcome out;
  fixture_open(&f);
  f.instant = true;
  f.clock_ms = START_MS;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  outcome_free(&out);
  fixture_signed_in(&f, &signed_in);
  mtp_client_free(f.client);
  f.client = NULL;
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    n_keys[i] = f.dcs[i].n_keys;
}

/* The data centres as they were then. */
static void reset_dcs(void) {
  f.clock_ms = START_MS;
  f.wall_ms = 0;
  for (size_t i = 0; i < FIXTURE_DCS; i++) {
    fake_dc *dc = &f.dcs[i];
    fake_dc_step(dc); /* what is left of the run before */
    fake_dc_hang_up(dc);
    dc->n_keys = n_keys[i];
    dc->clock_ms = START_MS;
    dc->last_msg_id = 0;
    dc->on_call = serve;
    dc->spoil_every = dc->sent = 0;
    dc->twice = dc->garbage = dc->refuse = dc->silent = dc->forget_keys = false;
    dc->transport_error = 0;
    dc->skew_ms = 0;
    dc->cut_in = dc->cut_out = 0;
    last[i] = (fake_call){0};
  }
}

static void open_client(uint8_t how, mtp_rng *rng) {
  f.options.rng = rng;
  f.options.keep_updates = how & 1;
  f.options.pfs = how & 2;
  f.options.temp_key_s = 3600;
  f.options.queue_bytes = 1 << 16;
  fixture_start(&f, &signed_in);
}

static void make_call(uint8_t how) {
  mtp_call_options options = {.timeout_ms = how & 1 ? 5000 : 60000,
                              .once = how & 2,
                              .no_retry = how & 4,
                              .dc = how & 8 ? 1 + how % 3 : 0};
  tg_users_getUsers users = {.id = {NULL, 0}};
  tg_auth_logOut out = {0};
  tg_updates_getState state = {0};
  tg_help_getNearestDc nearest = {0};
  const tl_call choices[] = {tg_help_getNearestDc_call(&nearest), tg_users_getUsers_call(&users),
                             tg_updates_getState_call(&state), tg_auth_logOut_call(&out)};
  outcome *to = &r.calls[r.n_calls];
  if (r.n_calls == CALLS)
    return;
  mtp_status status = mtp_client_call(f.client, &choices[how >> 4 & 3], &options, outcome_done, to,
                                      &r.ids[r.n_calls], NULL);
  FUZZ_CHECK(status == MTP_OK);
  r.n_calls++;
}

static void keep_answer(int kind, fuzz_input *in) {
  static const int16_t codes[] = {303, 400, 401, 403, 404, 406, 420, 500, -503, -1, 9999, 1};
  said next = {.code = 0};
  if (kind == ERROR)
    next.code = codes[input_u8(in) % (sizeof codes / sizeof *codes)];
  next.bytes = input_piece(in);
  next.bytes.size = kind == ERROR ? next.bytes.size : next.bytes.size / 4 * 4;
  if (r.n_said < SAID && (kind == ERROR || next.bytes.size))
    r.said[r.n_said++] = next;
  r.lied = true;
}

static void push(fuzz_input *in) {
  size_t dc = input_u8(in) % FIXTURE_DCS;
  tl_bytes body = input_piece(in);
  const fake_conn *conn = last[dc].conn;
  if (!conn || conn->fd < 0 || conn->serial != last_serial[dc] || body.size < 4)
    return;
  fake_push_raw(&f.dcs[dc], &last[dc], body.data, body.size / 4 * 4);
  r.lied = true;
}

static void change(fuzz_input *in) {
  static const int32_t errors[] = {-404, -429, -444, -500, 0};
  uint8_t what = input_u8(in), value = input_u8(in);
  fake_dc *dc = &f.dcs[what >> 4 & 1 ? value % FIXTURE_DCS : 1];
  switch (what % 10) {
  case 0:
    dc->silent = !dc->silent;
    break;
  case 1:
    dc->transport_error = errors[value % 5];
    break;
  case 2:
    dc->garbage = !dc->garbage;
    break;
  case 3:
    dc->refuse = !dc->refuse;
    break;
  case 4:
    dc->twice = !dc->twice;
    break;
  case 5:
    dc->cut_out = 1 + value * 4u;
    break;
  case 6:
    dc->cut_in = 1 + value * 4u;
    break;
  case 7:
    dc->spoil_every = value % 8;
    break;
  case 8:
    dc->skew_ms = (int64_t)value * value * 1000;
    break;
  default:
    fake_dc_hang_up(dc);
    break;
  }
}

static void network(uint8_t how) {
  if (how & 1)
    mtp_client_network_changed(f.client);
  if (how & 2)
    f.wall_ms += INT64_C(86400000) * (how >> 2);
}

/* Not more turns than so many a second of the clock, with some to spare for what comes at once. */
static void pass(int64_t ms) {
  uint64_t before = f.turns;
  fixture_run_for(&f, ms);
  FUZZ_CHECK(f.turns - before < TURNS + (uint64_t)ms);
}

static void step(fuzz_input *in) {
  int kind = input_u8(in) % KINDS;
  if (kind == CALL)
    make_call(input_u8(in));
  else if (kind == CANCEL)
    mtp_client_cancel(f.client, r.ids[input_u8(in) % CALLS]);
  else if (kind == PASS)
    pass(input_u16(in) * INT64_C(2));
  else if (kind == ANSWER || kind == ERROR)
    keep_answer(kind, in);
  else if (kind == PUSH)
    push(in);
  else if (kind == NETWORK)
    network(input_u8(in));
  else
    change(in);
  fixture_settle(&f);
}

static void drain_events(void) {
  mtp_event event;
  while (mtp_client_next_event(f.client, &event))
    mtp_reply_free(event.updates);
}

static void end_run(void) {
  const mtp_session *session = mtp_client_session(f.client);
  if (!r.lied) { /* nothing that proved anything (TB-1) */
    FUZZ_CHECK(session->signed_in && session->user_id == 42 && session->home_dc == 2);
    FUZZ_CHECK(session->n_keys >= signed_in.n_keys);
  }
  mtp_client_free(f.client);
  f.client = NULL;
  for (size_t i = 0; i < r.n_calls; i++) {
    FUZZ_CHECK(r.calls[i].ended == 1);
    outcome_free(&r.calls[i]);
  }
}

/* proves RB-7, TB-1 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint64_t state = 7;
  mtp_rng rng = known_rng(&state);
  if (!signed_in.signed_in)
    make_session();
  memset(&r, 0, sizeof r);
  reset_dcs();
  open_client(input_u8(&in), &rng);
  for (int i = 0; in.left && i < STEPS; i++) {
    step(&in);
    drain_events();
  }
  end_run();
  return 0;
}

/* ---- examples ---- */

static void example_push(fuzz_output *o, uint64_t seed) {
  tg_peerUser user = {.user_id = 7};
  tg_message message = {
      .id = 5, .peer_id = tg_peerUser_box(&user), .message = TL_STR("hello"), .date = 1800000000};
  tg_updateNewMessage update = {
      .message = tg_message_box(&message), .pts = (int32_t)(seed & 7), .pts_count = 1};
  tg_updateShort brief = {.update = tg_updateNewMessage_box(&update), .date = 1800000000};
  tg_updatesTooLong too_long = {0};
  tl_object object = seed & 8 ? tg_updatesTooLong_object(&too_long) : tg_updateShort_object(&brief);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  FUZZ_CHECK(tl_encode(&object, &body, NULL) == TL_OK);
  output_u8(o, PUSH);
  output_u8(o, 1);
  output_piece(o, body.data, body.size);
  tl_buffer_free(&body);
}

static void example_answer(fuzz_output *o, uint64_t seed) {
  tg_updates_state state = {
      .pts = (int32_t)(seed & 7), .qts = 1, .date = 1800000000, .seq = 1, .unread_count = 0};
  tl_object object = tg_updates_state_object(&state);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  FUZZ_CHECK(tl_encode(&object, &body, NULL) == TL_OK);
  output_u8(o, ANSWER);
  output_piece(o, body.data, body.size);
  tl_buffer_free(&body);
}

static void example_error(fuzz_output *o, uint64_t seed) {
  static const struct {
    uint8_t code;
    const char *text;
  } errors[] = {{0, "USER_MIGRATE_1"},
                {2, "AUTH_KEY_UNREGISTERED"},
                {5, "AUTH_KEY_DUPLICATED"},
                {6, "FLOOD_WAIT_3"},
                {8, "Timeout"},
                {1, "CONNECTION_NOT_INITED"},
                {1, "MSG_WAIT_FAILED"},
                {2, "AUTH_KEY_PERM_EMPTY"},
                {7, "WORKER_BUSY_TOO_LONG"},
                {1, "ENCRYPTED_MESSAGE_INVALID"}};
  size_t which = (size_t)(seed % (sizeof errors / sizeof *errors));
  output_u8(o, ERROR);
  output_u8(o, errors[which].code);
  output_piece(o, errors[which].text, strlen(errors[which].text));
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  fuzz_output o = {out, 0, room};
  output_u8(&o, (unsigned)seed & 3);
  for (int i = 0; i < 8; i++) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    unsigned kind = (unsigned)(seed >> 60) % KINDS;
    if (kind == PUSH) {
      example_push(&o, seed >> 20);
    } else if (kind == ANSWER) {
      example_answer(&o, seed >> 20);
    } else if (kind == ERROR) {
      example_error(&o, seed >> 20);
    } else {
      output_u8(&o, kind);
      output_u8(&o, (unsigned)(seed >> 30));
      if (kind == PASS || kind == CHANGE)
        output_u8(&o, (unsigned)(seed >> 38) & 31);
    }
  }
  return o.size;
}
