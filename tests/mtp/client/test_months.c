/* A client that runs for two months, through all that happens to a long-lived process: calls are
 * answered, updates come once and soon, and nothing grows, spins, or is done without a reason. */
#include "client_fixture.h"
#include "fake_sessions.h"
#include "instant_net.h"

enum {
  SECOND = 1000,
  MINUTE = 60 * SECOND,
  HOUR = 60 * MINUTE,
  WEEKS = 9,
  DAYS = 7 * WEEKS,
  SEEN_WINDOW = 8192 + 1024, /* bytes: message ids that a long session remembers, and little more */
  MAX_UPDATES = 20000,
  MAX_CALLS = 32,
  SLICE = 50,
  AT_ONCE = 5 * SECOND,
  SOON = 90 * SECOND /* a ping that shows a dead connection, its pong missed, another connection */
};
#define DAY INT64_C(86400000)

/* ---- memory that is counted ---- */

static size_t held;

static void *counting_realloc(void *ctx, void *ptr, size_t old_size, size_t size) {
  (void)ctx;
  held += size;
  held -= ptr ? old_size : 0;
  if (size)
    return realloc(ptr, size);
  free(ptr);
  return NULL;
}

static const tl_allocator counting = {counting_realloc, NULL};

/* ---- the world ---- */

typedef struct pending {
  outcome out;
  bool used, excused; /* excused: the server was away meanwhile */
} pending;

typedef struct world {
  fixture f;
  fake_sessions server;
  fake_rng client_random;
  mtp_rng rng;
  uint64_t seed, random;
  bool pfs, away;
  int64_t drift_ms;     /* of the client's clocks, in an hour */
  int64_t steady_since; /* the last time that anything was disturbed */
  int64_t made_at[MAX_UPDATES];
  uint8_t got[MAX_UPDATES];
  int32_t pts, first_missing;
  pending calls[MAX_CALLS];
  /* What has happened. */
  unsigned made_calls, excused, cuts, outages, sleeps, steps, forgotten;
  unsigned differences, saves, away_minutes, knocks; /* knocks: while it was away */
  int64_t slept_ms;
  size_t weekly[WEEKS];
} world;

static world w;

static uint32_t chance(uint32_t n) { /* below n */
  w.random ^= w.random << 13;
  w.random ^= w.random >> 7;
  w.random ^= w.random << 17;
  return (uint32_t)(w.random >> 32) % n;
}

static int64_t between(int64_t least, int64_t most) {
  return least + (int64_t)chance((uint32_t)((most - least) / 1000 + 1)) * 1000;
}

#define REQUIRE(condition)                                                                         \
  do {                                                                                             \
    if (!(condition))                                                                              \
      fail_msg("%s (seed %llu, pfs %d, day %.4f, update %d)", #condition,                          \
               (unsigned long long)w.seed, w.pfs, (double)w.f.clock_ms / (double)DAY,              \
               (int)w.first_missing);                                                              \
  } while (0)

#define home() fixture_dc(&w.f, 2)

/* ---- what the server tells ---- */

static tg_message message_of(int32_t id, const tg_Peer *peer) {
  return (tg_message){.id = id, .peer_id = *peer, .date = 1000, .message = TL_STR("hi")};
}

static void answer_state(fake_dc *dc, const fake_call *call) {
  tg_updates_state state = {.pts = w.pts, .qts = 1, .date = 1000, .seq = 1};
  tl_object object = tg_updates_state_object(&state);
  fake_answer(dc, call, &object);
}

static void answer_missed(fake_dc *dc, const fake_call *call, int32_t from) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  tg_message messages[SLICE];
  tg_Message items[SLICE];
  static const tg_EncryptedMessage no_secret[1];
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  int32_t n = w.pts - from < SLICE ? w.pts - from : SLICE;
  for (int32_t i = 0; i < n; i++) {
    messages[i] = message_of(from + 1 + i, &peer);
    items[i] = tg_message_box(&messages[i]);
  }
  tg_updates_state state = {.pts = from + n, .qts = 1, .date = 1001, .seq = 1};
  tg_updates_difference whole = {.new_messages = {items, (size_t)n}, .state = &state};
  whole.new_encrypted_messages.items = no_secret;
  whole.other_updates.items = no_update;
  whole.chats.items = no_chat;
  whole.users.items = no_user;
  tg_updates_differenceSlice part = {.new_messages = whole.new_messages,
                                     .new_encrypted_messages = whole.new_encrypted_messages,
                                     .other_updates = whole.other_updates,
                                     .chats = whole.chats,
                                     .users = whole.users,
                                     .intermediate_state = &state};
  tl_object object = state.pts == w.pts ? tg_updates_difference_object(&whole)
                                        : tg_updates_differenceSlice_object(&part);
  fake_answer(dc, call, &object);
}

static void answer_difference(fake_dc *dc, const fake_call *call) {
  const tg_updates_getDifference *request = call->object.args;
  w.differences++;
  if (request->pts != w.pts) {
    answer_missed(dc, call, request->pts);
    return;
  }
  tg_updates_differenceEmpty empty = {.date = 1001, .seq = 1};
  tl_object object = tg_updates_differenceEmpty_object(&empty);
  fake_answer(dc, call, &object);
}

static bool tell(void *ctx, fake_dc *dc, const fake_call *call) {
  const char *name = fake_name(call);
  if (strcmp(name, "updates.getState") == 0)
    answer_state(dc, call);
  else if (strcmp(name, "updates.getDifference") == 0)
    answer_difference(dc, call);
  else
    return answer_nearest(ctx, dc, call);
  return true;
}

/* An update, and whether it leaves at once. What has no session is found by a difference only. */
static void make_update(bool now) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  assert_true(w.pts + 1 < MAX_UPDATES);
  w.made_at[++w.pts] = w.f.clock_ms;
  tg_message message = message_of(w.pts, &peer);
  tg_updateNewMessage update = {.message = tg_message_box(&message), .pts = w.pts, .pts_count = 1};
  tg_updateShort shorter = {.update = tg_updateNewMessage_box(&update), .date = 1000};
  tl_object object = tg_updateShort_object(&shorter);
  if (!w.away && !fake_sessions_push(&w.server, &object, now) && w.server.known)
    fake_sessions_forget(&w.server); /* too much waits for someone who does not come */
}

/* ---- what the client did ---- */

static void take_ids(const mtp_event *event) {
  const tg_Updates *u = tl_value_slot(mtp_reply_value(event->updates), &tg_schema,
                                      tl_find_type(&tg_schema, "Updates", 7));
  bool one = u->kind == TG_updateShort;
  const tg_Update *items = one ? &u->updateShort->update : u->updates->updates.items;
  for (size_t i = 0; i < (one ? 1 : u->updates->updates.count); i++) {
    int32_t id = items[i].updateNewMessage->message.message->id;
    REQUIRE(id > 0 && id <= w.pts);
    REQUIRE(w.got[id]++ == 0);
  }
}

static void look_at_events(void) {
  mtp_event event;
  while (mtp_client_next_event(w.f.client, &event)) {
    REQUIRE(event.type != MTP_EVENT_KEY_LOST);
    REQUIRE(event.type != MTP_EVENT_UPDATES_LOST);
    if (event.type == MTP_EVENT_UPDATES)
      take_ids(&event);
    w.saves += event.type == MTP_EVENT_SESSION;
    mtp_reply_free(event.updates);
  }
  while (w.first_missing <= w.pts && w.got[w.first_missing])
    w.first_missing++;
}

static void look_at_calls(void) {
  for (size_t i = 0; i < MAX_CALLS; i++) {
    pending *call = &w.calls[i];
    if (!call->used || !call->out.ended)
      continue;
    REQUIRE(call->out.ended == 1);
    REQUIRE(call->excused || call->out.error.status == MTP_OK);
    outcome_free(&call->out);
    w.excused += call->excused;
    call->used = false;
  }
}

static void look(void) {
  look_at_events();
  look_at_calls();
  REQUIRE(mtp_client_timeout(w.f.client) != 0); /* it would spin */
  if (w.away)
    w.steady_since = w.f.clock_ms;
  if (w.first_missing > w.pts)
    return;
  int64_t made = w.made_at[w.first_missing], calm = w.steady_since + SOON;
  REQUIRE(w.f.clock_ms <= (made > calm             ? made + AT_ONCE
                           : made > w.steady_since ? made + SOON
                                                   : calm));
}

static void pass(int64_t ms) {
  int64_t until = w.f.clock_ms + ms;
  while (w.f.clock_ms < until) {
    int64_t left = until - w.f.clock_ms, part = w.first_missing > w.pts ? HOUR : 5 * SECOND;
    fixture_run_for(&w.f, left < part ? left : part);
    look();
  }
}

/* ---- what happens ---- */

static void disturbed(void) {
  w.steady_since = w.f.clock_ms;
}

static void start_call(void) {
  size_t i = 0;
  while (i < MAX_CALLS && w.calls[i].used)
    i++;
  REQUIRE(i < MAX_CALLS);
  w.calls[i].used = true;
  w.calls[i].excused = w.away;
  fixture_call(&w.f, NULL, &w.calls[i].out);
  w.made_calls++;
}

/* The clocks of the world go on; of the client's, the wall clock if it notices (a machine that was
 * stopped from outside does not). */
static void sleep_for(int64_t ms, bool noticed) {
  w.slept_ms += ms;
  w.f.wall_ms += noticed ? ms : 0;
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    w.f.dcs[i].skew_ms += ms;
}

/* Nothing comes through any more, and nobody says so. */
static void go_deaf(void) {
  if (fake_sessions_connected(&w.server))
    w.server.conn->deaf = true;
}

static void cut(void) {
  bool is_open = fake_sessions_connected(&w.server);
  switch (chance(6)) {
  case 0:
    fake_dc_hang_up(home());
    break;
  case 1: /* an update is on its way and gets lost */
    make_update(true);
    fake_dc_hang_up(home());
    break;
  case 2: /* it has arrived, but nobody knows */
    make_update(true);
    fake_dc_step(home());
    fake_dc_hang_up(home());
    break;
  case 3:
    go_deaf();
    make_update(true);
    break;
  case 4: /* in the middle of a packet */
    if (is_open)
      home()->cut_out = w.server.conn->bytes_out + 1 + chance(300);
    start_call();
    make_update(true);
    break;
  default:
    start_call();
    go_deaf();
    break;
  }
  w.cuts++;
  disturbed();
}

static void forget(void) {
  fake_sessions_forget(&w.server);
  if (chance(2))
    make_update(true);
  w.forgotten++;
  disturbed();
}

static void outage(void) {
  int64_t ms = between(5 * MINUTE, 5 * HOUR);
  unsigned before = home()->accepted;
  bool restart = chance(3) > 0; /* otherwise only the network is gone */
  w.away = home()->refuse = true;
  instant_net_switch(restart);
  fake_dc_hang_up(home());
  for (size_t i = 0; i < MAX_CALLS; i++)
    w.calls[i].excused = true;
  if (restart)
    fake_sessions_forget(&w.server);
  w.server.era += restart;
  for (int64_t until = w.f.clock_ms + ms; w.f.clock_ms < until;) {
    pass(between(MINUTE, 30 * MINUTE));
    make_update(false);
    if (chance(4) == 0)
      start_call();
  }
  w.away_minutes += (unsigned)(ms / MINUTE) + 30;
  w.knocks += home()->accepted - before;
  w.away = home()->refuse = false;
  instant_net_switch(true);
  w.outages++;
  disturbed();
}

static void fall_asleep(void) {
  int64_t ms = chance(3) ? between(20 * SECOND, 10 * MINUTE) : between(10 * MINUTE, 9 * HOUR);
  bool noticed = chance(4) > 0;
  sleep_for(ms / 2, noticed);
  make_update(ms < HOUR);
  if (ms < HOUR)
    fake_dc_step(home());
  sleep_for(ms - ms / 2, noticed);
  if (ms > 2 * MINUTE && chance(2))
    fake_dc_hang_up(home());
  else if (ms > 2 * MINUTE)
    go_deaf();
  if (ms > 2 * HOUR)
    fake_sessions_forget(&w.server);
  if (chance(2))
    start_call();
  w.sleeps++;
  disturbed();
}

static void step_clock(void) {
  w.f.wall_ms += chance(2) ? between(20 * SECOND, 10 * MINUTE) : -between(MINUTE, 10 * MINUTE);
  w.steps++;
  disturbed();
}

static void let_an_hour_pass(void) {
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    w.f.dcs[i].skew_ms += w.drift_ms;
  for (size_t i = 0; i < FAKE_CONNS; i++) /* deaf ones do not stay for ever */
    if (home()->conns[i].fd >= 0 && home()->conns[i].deaf)
      fake_dc_drop(&home()->conns[i]);
}

static void update(void) {
  for (uint32_t n = chance(8) ? 1 : 1 + chance(20); n > 0; n--)
    make_update(true);
}

typedef struct habit {
  void (*happens)(void);
  int64_t least, most; /* time until it happens again */
  int64_t at;
} habit;

static void live(int64_t ms) {
  habit habits[] = {
      {update, SECOND, 100 * MINUTE, 0},   {start_call, MINUTE, 4 * HOUR, 0},
      {cut, 10 * SECOND, 16 * HOUR, 0},    {forget, HOUR, 40 * HOUR, 0},
      {outage, 3 * DAY, 9 * DAY, 0},       {fall_asleep, HOUR, 2 * DAY, 0},
      {step_clock, 12 * HOUR, 4 * DAY, 0}, {let_an_hour_pass, HOUR, HOUR, 0},
  };
  size_t n = sizeof habits / sizeof *habits;
  int64_t begin = w.f.clock_ms, end = begin + ms;
  for (size_t i = 0; i < n; i++)
    habits[i].at = begin + between(habits[i].least, habits[i].most);
  while (w.f.clock_ms < end) {
    habit *next = &habits[0];
    for (size_t i = 1; i < n; i++)
      if (habits[i].at < next->at)
        next = &habits[i];
    if (next->at > w.f.clock_ms)
      pass(next->at - w.f.clock_ms);
    next->happens();
    next->at = w.f.clock_ms + between(next->least, next->most);
  }
}

/* ---- the run ---- */

static void begin(uint64_t seed, bool pfs) {
  mtp_session session;
  outcome out;
  memset(&w, 0, sizeof w);
  held = 0;
  w.seed = w.random = seed;
  w.pfs = pfs;
  w.drift_ms = pfs ? 70 : -70; /* 20 millionths */
  w.first_missing = 11;
  w.pts = 10;
  w.client_random = fake_rng_of(NULL, 0);
  w.client_random.state ^= seed;
  w.rng = fake_rng_view(&w.client_random);
  fixture_open(&w.f);
  w.f.instant = true;
  w.f.options.pfs = pfs;
  w.f.options.rng = &w.rng;
  w.f.options.allocator = &counting;
  fake_sessions_init(&w.server, home());
  home()->on_call = tell;
  fixture_start(&w.f, NULL);
  fixture_call(&w.f, NULL, &out);
  fixture_wait(&w.f, &out);
  assert_answered(&out);
  fixture_signed_in(&w.f, &session);
  mtp_client_free(w.f.client);
  w.f.options.keep_updates = true;
  fixture_start(&w.f, &session);
  mtp_session_free(&session);
}

static void end(void) {
  fake_sessions_forget(&w.server);
  fixture_close(&w.f);
  assert_int_equal(held, 0);
}

/* Two hours without any disturbance, so that what is held is what is needed. */
static void rest(size_t week) {
  pass(2 * HOUR);
  for (size_t i = 0; i < MAX_CALLS; i++)
    REQUIRE(!w.calls[i].used);
  REQUIRE(w.first_missing > w.pts);
  w.weekly[week] = held;
}

static unsigned disturbances(void) {
  return w.cuts + w.outages + w.sleeps + w.steps + w.forgotten;
}

/* Nothing was done more often than what has happened explains. */
static void look_back(void) {
  uint64_t minutes = (uint64_t)w.f.clock_ms / MINUTE, days = minutes / 1440 + 1;
  uint64_t lived_days = (uint64_t)(w.f.clock_ms + w.slept_ms) / DAY + 1;
  uint64_t news = (uint64_t)w.pts + w.differences + w.made_calls + days * 48; /* salts */
  REQUIRE(w.made_calls > 5 * DAYS && w.pts > 50 * DAYS && w.excused * 10 < w.made_calls);
  REQUIRE(w.knocks <= w.away_minutes * 3 / 2 + 10 * w.outages); /* 40 s and more, in the end */
  REQUIRE(home()->accepted - w.knocks <= 2 * disturbances() + home()->exchanges);
  REQUIRE(home()->exchanges <= (w.pfs ? 2 + lived_days * 24 / 22 : 1));
  REQUIRE(w.server.packets <= minutes + 3 * news + 10 * disturbances()); /* pings and the rest */
  REQUIRE(w.differences <= days * 96 + w.server.created + 2 * disturbances());
  REQUIRE(w.saves <= news);
  REQUIRE(w.f.jumps <= minutes + 5 * news + 10 * disturbances() + 5 * w.away_minutes);
  REQUIRE(w.f.turns <= 4 * w.f.jumps);
  for (size_t i = 1; i < WEEKS; i++)
    REQUIRE(w.weekly[i] <= w.weekly[0] + SEEN_WINDOW);
}

static void live_for_months(uint64_t seed, bool pfs) {
  begin(seed, pfs);
  for (size_t week = 0; week < WEEKS; week++) {
    live(7 * DAY);
    rest(week);
  }
  look_back();
  end();
}

/* proves MS-8, MS-11, MS-12, MS-18, RB-5 */
static void test_two_months_under_one_key(void **state) {
  (void)state;
  live_for_months(9, false);
}

/* proves MS-8, MS-11, MS-12, MS-18, PF-2, RB-5 */
static void test_two_months_with_forward_secrecy(void **state) {
  (void)state;
  live_for_months(1, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_months_under_one_key),
      cmocka_unit_test(test_two_months_with_forward_secrecy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
