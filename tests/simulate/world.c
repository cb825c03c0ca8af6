/* The world's clock: from one thing that is due to the next. */
#include "world.h"

#include <string.h>
#include <tg/tg.h>

enum { MOST_FDS = 64, MOST_IDLE = 100, MOST_MEMORY = 8 << 20 };

void world_trouble(world *w, const char *what, int64_t a, int64_t b) {
  record_note(&w->record, what, a, b);
  w->trouble_us = w->now_us - w->unslept_us;
}

/* ---- the client's turn ---- */

/* What process() has cost until now, in microseconds: one for an allocation, ten for a kilobyte. */
static int64_t work_us(const world *w) {
  return (int64_t)(w->memory.allocations + w->net.received / 100 - w->worked);
}

int64_t world_monotonic_ms(void *ctx) {
  const world *w = ctx;
  return (w->now_us - w->unslept_us + work_us(w)) / 1000;
}

int64_t world_wall_ms(void *ctx) {
  const world *w = ctx;
  return (w->now_us + work_us(w)) / 1000 + w->wall_off_ms;
}

static void take_event(world *w, const mtp_event *event) {
  record_note(&w->record, "event %lld of data centre %lld", event->type, event->dc);
  w->events++;
  world_require(w, event->type != MTP_EVENT_KEY_LOST, event->dc, event->error.code);
  if (w->news.on)
    news_take(w, event);
  else
    mtp_reply_free(event->updates);
}

void world_take_events(world *w) {
  mtp_event event;
  while (mtp_client_next_event(w->client, &event))
    take_event(w, &event);
}

void world_process(world *w, struct pollfd *fds, size_t n) {
  enum {
    SLACK_US = 25000
  }; /* the packet that is begun is gone through in pieces of process_bytes */
  w->worked = w->memory.allocations + w->net.received / 100;
  mtp_client_process(w->client, fds, n);
  int64_t cost = work_us(w);
  world_require(w, cost <= w->options.process_ms * 1000 + SLACK_US, cost, 0);
  w->now_us += cost;
  w->worked = w->memory.allocations + w->net.received / 100;
  w->turns++;
  world_take_events(w);
  world_require(w, w->memory.held <= MOST_MEMORY, w->memory.held, 0);
}

/* True when the client did something. */
static bool turn(world *w) {
  struct pollfd fds[MOST_FDS];
  size_t n = mtp_client_fds(w->client, fds, MOST_FDS);
  world_require(w, n <= MOST_FDS, n, 0);
  int timeout = mtp_client_timeout(w->client);
  bool ready = simnet_poll(&w->net, fds, n) > 0;
  if (!ready && timeout != 0) {
    w->idle_turns = 0;
    return false;
  }
  int64_t before = w->now_us;
  world_process(w, fds, n);
  w->idle_turns = ready || w->now_us > before ? 0 : w->idle_turns + 1;
  world_require(w, w->idle_turns < MOST_IDLE, timeout, n);
  return true;
}

/* When the client wants its turn. */
static int64_t client_next(const world *w) {
  int timeout = mtp_client_timeout(w->client);
  if (timeout < 0)
    return INT64_MAX;
  int64_t off = w->now_us - w->unslept_us;
  return w->now_us + ((off / 1000 + timeout) * 1000 - off);
}

/* Lets the world turn until then. */
static void run_until(world *w, int64_t until) {
  while (w->now_us < until) {
    w->record.now_us = w->now_us;
    news_push(w);
    simnet_run(&w->net, w->now_us);
    if (turn(w))
      continue;
    int64_t net = simnet_next(&w->net), client = client_next(w), pushed = news_due(w);
    int64_t next = net < client ? net : client;
    next = next < pushed ? next : pushed;
    next = next < until ? next : until;
    w->now_us = next > w->now_us ? next : w->now_us + 1;
  }
  w->record.now_us = w->now_us;
}

/* ---- trouble ---- */

static void change_weather(world *w, bool calm) {
  dice *d = &w->dice;
  simnet_weather *weather = &w->net.weather;
  *weather = (simnet_weather){.least_us = 200, .most_us = 40000};
  if (calm)
    return;
  if (dice_is(d, 5000)) {
    weather->cut = dice_below(d, 3000);
    weather->cut_within = dice_is(d, 5000) ? 600 : 100000;
  }
  if (dice_is(d, 3000))
    weather->dribbled = dice_below(d, 3000);
  if (dice_is(d, 3000))
    weather->slow = dice_below(d, 500);
  if (dice_is(d, 2000))
    weather->silent = dice_below(d, 1500);
  if (dice_is(d, 2000))
    weather->refused = dice_below(d, 5000);
  if (dice_is(d, 2000))
    weather->unheard = dice_below(d, 3000);
  weather->down = dice_is(d, 300);
  weather->foul = weather->down || weather->cut || weather->dribbled || weather->slow ||
                  weather->silent || weather->refused || weather->unheard;
}

static void sleep_for(world *w, int64_t us) {
  world_trouble(w, "the machine sleeps for %lld s", us / WORLD_SECOND, 0);
  for (int i = 0; i < 2; i++) {
    w->now_us += us / 2;
    w->record.now_us = w->now_us;
    simnet_run(&w->net, w->now_us);
  }
  w->unslept_us += us / 2 * 2;
}

static void make_trouble(world *w) {
  dice *d = &w->dice;
  w->memory.failing = 0;
  switch (dice_below(d, 14)) {
  case 0:
  case 1:
    world_trouble(w, "another weather", 0, 0);
    change_weather(w, dice_is(d, 3000));
    break;
  case 2:
  case 3:
    world_trouble(w, "another mood", 0, 0);
    server_change_mood(w, dice_is(d, 3000));
    break;
  case 4:
    world_trouble(w, "a connection breaks", 0, 0);
    simnet_hang_up(&w->net, dice_is(d, 5000));
    break;
  case 5:
    world_trouble(w, "a connection falls silent", 0, 0);
    simnet_silence(&w->net);
    break;
  case 6:
    server_restart(w, dice_is(d, 5000));
    break;
  case 7:
    server_rotate_salts(w);
    break;
  case 8:
    server_forget_temporary(w);
    break;
  case 9:
    sleep_for(w, dice_between(d, 1, dice_is(d, 5000) ? 100 : 20000) * WORLD_SECOND);
    break;
  case 10:
    w->wall_off_ms += dice_between(d, -600000, 600000);
    world_trouble(w, "the client's clock is %lld ms off", w->wall_off_ms, 0);
    break;
  case 11:
  case 12:
    w->memory.failing = dice_below(d, dice_is(d, 1000) ? 5000 : 300);
    world_trouble(w, "of 10,000 allocations %lld fail", w->memory.failing, 0);
    break;
  default:
    world_trouble(w, "the network is another one", 0, 0);
    mtp_client_network_changed(w->client);
    break;
  }
}

/* ---- lives ---- */

static void choose_options(world *w) {
  enum { TCP = 4 }; /* so many of them are streams, which can be obfuscated */
  static const char *const transports[] = {"abridged", "intermediate", "padded",
                                           "full",     "ws",           "http"};
  dice *d = &w->dice;
  mtp_options *o = &w->options;
  mtp_options_init(o);
  o->api_id = 1;
  o->dcs = w->addresses;
  o->n_dcs = WORLD_DCS;
  o->public_keys = w->server.public_keys;
  o->n_public_keys = 1;
  o->allocator = &w->memory.allocator;
  o->rng = &w->client_rng;
  o->wall_ms = world_wall_ms;
  o->monotonic_ms = world_monotonic_ms;
  o->clock_ctx = w;
  w->transport = dice_below(d, 6);
  o->transport = transports[w->transport];
  o->obfuscated = dice_is(d, 3000) && w->transport < TCP;
  o->pfs = dice_is(d, 4000);
  o->keep_updates = w->news.on = w->saved.signed_in && dice_is(d, 6000);
}

static void begin(world *w) {
  mtp_error error;
  choose_options(w);
  if (w->news.on)
    news_begin(w);
  record_note(&w->record, "a life begins: transport %lld, PFS %lld", w->transport, w->options.pfs);
  mtp_status status = mtp_client_new(&w->options, &w->saved, &w->client, &error);
  world_require(w, status == MTP_OK, status, 0);
  w->lives++;
}

static void signed_in(void *ctx, const mtp_error *error, mtp_reply *reply) {
  *(int *)ctx = error ? -1 : 1;
  mtp_reply_free(reply);
}

static void sign_in(world *w) {
  int ended = 0;
  tg_auth_importBotAuthorization request = {
      .api_id = 1, .api_hash = TL_STR("hash"), .bot_auth_token = TL_STR("42:token")};
  tl_call call = tg_auth_importBotAuthorization_call(&request);
  mtp_status status = mtp_client_call(w->client, &call, NULL, signed_in, &ended, NULL, NULL);
  world_require(w, status == MTP_OK, status, 0);
  run_until(w, w->now_us + 5 * WORLD_SECOND);
  world_require(w, ended == 1, ended, 0);
  world_require(w, mtp_client_session(w->client)->signed_in, 0, 0);
}

/* Trouble until so many calls were made. */
static void live(world *w, uint64_t until) {
  dice *d = &w->dice;
  static const int64_t gaps[] = {10000, 50000, 200000, WORLD_SECOND};
  int64_t gap = gaps[dice_below(d, 4)], pause = dice_is(d, 7000) ? 4000 : 40000;
  w->next_call_us = w->now_us;
  w->next_trouble_us = w->now_us + dice_between(d, 0, 60) * WORLD_SECOND;
  while (w->calls.made < until) {
    int64_t next = w->next_call_us < w->next_trouble_us ? w->next_call_us : w->next_trouble_us;
    run_until(w, next);
    if (w->now_us >= w->next_trouble_us) {
      make_trouble(w);
      w->next_trouble_us =
          w->now_us + dice_between(d, 1, dice_is(d, 3000) ? 100 : pause) * WORLD_SECOND / 1000;
    }
    if (w->now_us >= w->next_call_us) {
      for (uint32_t n = dice_is(d, 200) ? dice_below(d, 40) : 1; n > 0; n--)
        (void)calls_start(w);
      w->next_call_us = w->now_us + dice_between(d, 0, 2 * gap);
    }
    if (w->news.on && w->now_us >= w->news.next_us) {
      news_happen(w);
      w->news.next_us = w->now_us + dice_between(d, 0, 4 * gap);
    }
    if (dice_is(d, 50))
      calls_cancel(w);
    if (dice_is(d, 150))
      files_start(w);
    if (dice_is(d, 3))
      files_cancel(w);
    calls_check(w);
    files_check(w);
  }
}

/* Nothing is disturbed: everything ends, and what is asked now is answered. */
static void rest(world *w) {
  enum { AFTERMATH_S = 2000 };
  w->calm = true;
  w->memory.failing = 0;
  change_weather(w, true);
  server_change_mood(w, true);
  world_trouble(w, "calm", 0, 0);
  run_until(w, w->now_us + AFTERMATH_S * WORLD_SECOND);
  if (w->news.on)
    news_last(w); /* to who is there: what a session that is gone had is known by the next only */
  run_until(w, w->now_us + AFTERMATH_S * WORLD_SECOND);
  calls_check(w);
  world_require(w, w->calls.open == 0 && w->files.open == 0, w->calls.open, w->files.open);
  uint64_t answered = w->calls.answered, made = w->calls.made;
  while (w->calls.made < made + 3 && calls_start(w))
    continue;
  run_until(w, w->now_us + 30 * WORLD_SECOND);
  world_require(w, w->calls.answered - answered == w->calls.made - made, w->calls.made, answered);
  w->calm = false;
}

static void end(world *w) {
  const mtp_session *now = mtp_client_session(w->client);
  size_t saved = w->memory.held;
  world_require(w, now->signed_in, 0, 0);
  if (w->news.on)
    news_end(w);
  mtp_status status = mtp_session_copy(&w->saved, now);
  world_require(w, status == MTP_OK, status, saved);
  mtp_client_free(w->client);
  w->client = NULL;
  w->news.on = false;
  server_restart(w, false);
  world_require(w, w->memory.held == 0, w->memory.held, 0);
}

void world_open(world *w, uint64_t seed, uint64_t count) {
  memset(w, 0, sizeof *w);
  record_open(&w->record, seed, count);
  w->dice.state = seed * 3 + 1;
  w->client_dice.state = seed * 5 + 2;
  w->server_dice.state = seed * 7 + 3;
  w->client_rng = (mtp_rng){dice_fill, &w->client_dice};
  mtp_session_init(&w->saved, NULL);
  memory_open(&w->memory, &w->dice);
  server_open(w);
  simnet_open(&w->net, &w->record, &w->dice, w->server.dc);
}

void world_run(world *w) {
  change_weather(w, true);
  server_change_mood(w, true);
  begin(w);
  sign_in(w);
  end(w);
  news_open(w);
  while (w->calls.made < w->record.count) {
    uint64_t left = w->record.count - w->calls.made;
    uint64_t part = 200 + dice_below(&w->dice, 3000);
    begin(w);
    live(w, w->calls.made + (part < left ? part : left));
    rest(w);
    end(w);
  }
}

void world_close(world *w) {
  simnet_close(&w->net);
  server_close(w);
  mtp_session_free(&w->saved);
}
