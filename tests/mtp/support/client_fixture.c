/* The fixture of the client's tests. */
#include "client_fixture.h"

#include <poll.h>
#include <time.h>

/* What one side has sent reaches the other soon, not at once: so long nothing must come. */
enum { QUIET_MS = 25, IDLE_ROUNDS = 2, MAX_ROUNDS = 20000 };

static int64_t fixture_monotonic(void *ctx) {
  const fixture *f = ctx;
  struct timespec at = {0, 0};
  if (f->real_time)
    clock_gettime(CLOCK_MONOTONIC, &at);
  return f->clock_ms + (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int64_t fixture_wall(void *ctx) {
  const fixture *f = ctx;
  return fake_dc_wall_ms(&f->dcs[0]) + f->wall_ms;
}

static void set_clock(fixture *f, int64_t ms) {
  f->clock_ms = ms;
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    f->dcs[i].clock_ms = ms;
}

void fixture_open(fixture *f) {
  memset(f, 0, sizeof *f);
  for (int32_t i = 0; i < FIXTURE_DCS; i++) {
    fake_dc_open(&f->dcs[i], i + 1);
    f->addresses[i] = fake_dc_address(&f->dcs[i]);
    f->dcs[i].options = f->addresses;
    f->dcs[i].n_options = FIXTURE_DCS;
    f->dcs[i].on_call = answer_nearest;
  }
  mtp_options_init(&f->options);
  f->options.api_id = 1;
  f->options.dcs = f->addresses;
  f->options.n_dcs = FIXTURE_DCS;
  f->options.public_keys = fake_public_keys;
  f->options.n_public_keys = 1;
  f->options.monotonic_ms = fixture_monotonic;
  f->options.wall_ms = fixture_wall;
  f->options.clock_ctx = f;
}

void fixture_start(fixture *f, const mtp_session *session) {
  mtp_error error;
  if (mtp_client_new(&f->options, session, &f->client, &error) != MTP_OK)
    fail_msg("%s", error.text);
}

void fixture_close(fixture *f) {
  mtp_client_free(f->client);
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    fake_dc_close(&f->dcs[i]);
}

fake_dc *fixture_dc(fixture *f, int32_t id) {
  return &f->dcs[id - 1];
}

static void step(fixture *f) {
  for (size_t i = 0; i < FIXTURE_DCS; i++) {
    f->dcs[i].real_time = f->real_time;
    fake_dc_step(&f->dcs[i]);
  }
  f->turns++;
  struct pollfd fds[64]; /* as any loop does */
  size_t n = mtp_client_fds(f->client, fds, 64);
  assert_true(n <= 64 && poll(fds, (nfds_t)n, 0) >= 0);
  mtp_client_process(f->client, fds, n);
}

/* Whether anything is readable or writable that someone waits for. */
static bool is_quiet(fixture *f) {
  struct pollfd fds[64];
  size_t n = mtp_client_fds(f->client, fds, 64);
  assert_true(n <= 64);
  for (size_t i = 0; i < FIXTURE_DCS; i++) {
    fds[n++] = (struct pollfd){.fd = f->dcs[i].listen_fd, .events = POLLIN};
    for (size_t c = 0; c < FAKE_CONNS && n < 64; c++) {
      const fake_conn *conn = &f->dcs[i].conns[c];
      if (conn->fd < 0 || conn->deaf)
        continue;
      short events = fake_dc_may_write(&f->dcs[i], conn) ? POLLIN | POLLOUT : POLLIN;
      fds[n++] = (struct pollfd){.fd = conn->fd, .events = events};
    }
  }
  return poll(fds, (nfds_t)n, f->instant ? 0 : QUIET_MS) == 0 && mtp_client_timeout(f->client) != 0;
}

/* Steps until nothing moves, or *flag (may be NULL) is set. */
static void settle(fixture *f, const unsigned *flag) {
  for (int quiet = 0, i = 0; quiet < IDLE_ROUNDS && i < MAX_ROUNDS && !(flag && *flag); i++) {
    step(f);
    if (flag && *flag)
      break;
    quiet = is_quiet(f) ? quiet + 1 : 0;
  }
}

void fixture_settle(fixture *f) {
  settle(f, NULL);
}

/* Lets the clock jump to what is due next, at most to `until`. */
static void jump(fixture *f, int64_t until) {
  int wait = mtp_client_timeout(f->client);
  int64_t at = wait < 0 ? until : f->clock_ms + wait;
  f->jumps++;
  set_clock(f, at < until ? at : until);
}

void fixture_run_for(fixture *f, int64_t ms) {
  int64_t until = f->clock_ms + ms;
  for (int i = 0; i < MAX_ROUNDS && f->clock_ms < until; i++) {
    fixture_settle(f);
    jump(f, until);
  }
  fixture_settle(f);
}

void fixture_run_until(fixture *f, const unsigned *flag) {
  int64_t until = f->clock_ms + 3600000;
  for (int i = 0; i < MAX_ROUNDS && !*flag; i++) {
    settle(f, flag);
    if (*flag)
      break;
    assert_true(f->clock_ms < until);
    jump(f, until);
  }
  assert_true(*flag);
}

/* ---- calls ---- */

void outcome_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  outcome *out = ctx;
  out->ended++;
  mtp_reply_free(out->reply);
  out->reply = reply;
  if (error)
    out->error = *error;
}

void outcome_free(outcome *out) {
  mtp_reply_free(out->reply);
  memset(out, 0, sizeof *out);
}

mtp_call_id fixture_call_of(fixture *f, const tl_call *call, const mtp_call_options *options,
                            outcome *out) {
  mtp_call_id id = 0;
  mtp_error error;
  memset(out, 0, sizeof *out);
  mtp_status status = mtp_client_call(f->client, call, options, outcome_done, out, &id, &error);
  if (status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(status), error.text);
  return id;
}

mtp_call_id fixture_call(fixture *f, const mtp_call_options *options, outcome *out) {
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  return fixture_call_of(f, &call, options, out);
}

void fixture_wait(fixture *f, outcome *out) {
  fixture_run_until(f, &out->ended);
}

static const tg_nearestDc *answer_of(const outcome *out) {
  assert_int_equal(out->ended, 1);
  if (out->error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(out->error.status), out->error.text);
  const tg_nearestDc *nearest = tg_help_getNearestDc_result(mtp_reply_value(out->reply));
  assert_non_null(nearest);
  return nearest;
}

void assert_answered_by(outcome *out, int32_t dc) {
  assert_int_equal(answer_of(out)->this_dc, dc);
  outcome_free(out);
}

void assert_answered(outcome *out) {
  (void)answer_of(out);
  outcome_free(out);
}

void fixture_ask(fixture *f) {
  outcome out;
  fixture_call(f, NULL, &out);
  fixture_wait(f, &out);
  assert_answered_by(&out, 2);
}

void send_nearest(fake_dc *dc, const fake_call *call) {
  tg_nearestDc nearest = {.country = TL_STR("XX"), .this_dc = dc->id, .nearest_dc = 2};
  tl_object object = tg_nearestDc_object(&nearest);
  fake_answer(dc, call, &object);
}

bool answer_nearest(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  send_nearest(dc, call);
  return true;
}

void fixture_signed_in(const fixture *f, mtp_session *session) {
  mtp_session_init(session, NULL);
  if (f->client)
    assert_int_equal(mtp_session_copy(session, mtp_client_session(f->client)), MTP_OK);
  session->home_dc = 2;
  session->signed_in = true;
  session->user_id = 42;
}

bool fixture_event(fixture *f, mtp_event_type type, mtp_event *out) {
  while (mtp_client_next_event(f->client, out)) {
    if (out->type == type)
      return true;
    mtp_reply_free(out->updates);
  }
  return false;
}
