/* The simulation's clock, wire and judge. */
#include "update_sim.h"

#include <stdio.h>
#include <tg/tg.h>

enum { ROOM = 24 << 10, CALM_MS = 4000000 };

uint64_t sim_random(sim *s, uint64_t below) {
  s->random ^= s->random << 13;
  s->random ^= s->random >> 7;
  s->random ^= s->random << 17;
  return (s->random >> 11) % below;
}

bool sim_chance(sim *s, unsigned percent) {
  return sim_random(s, 100) < percent;
}

void sim_say(const sim *s, const char *format, ...) {
  va_list args;
  if (!s->talks)
    return;
  printf("%8lld  ", (long long)s->now);
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  putchar('\n');
}

/* ---- the wire ---- */

sim_parcel *sim_send(sim *s, const tl_value *value, int64_t delay) {
  sim_parcel *parcel = s->wire;
  while (parcel->used)
    parcel++;
  assert_true(parcel < s->wire + SIM_WIRE);
  *parcel = (sim_parcel){.used = true, .at = s->now + delay, .serial = sim_random(s, 1u << 30)};
  tl_buffer_init(&parcel->body, NULL, 0);
  if (value->schema)
    assert_int_equal(tl_encode_value(value, &parcel->body, NULL), TL_OK);
  return parcel;
}

static const char *type_of(const sim_parcel *parcel) {
  if (!parcel->answer)
    return "Updates";
  return parcel->ask == MTP_ASK_STATE        ? "updates.State"
         : parcel->ask == MTP_ASK_DIFFERENCE ? "updates.Difference"
                                             : "updates.ChannelDifference";
}

static mtp_reply *reply_of(const sim_parcel *parcel) {
  const char *type = type_of(parcel);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_buffer_append(&body, parcel->body.data, parcel->body.size), TL_OK);
  mtp_reply *reply = mtp_reply_new(NULL, &body);
  assert_non_null(reply);
  assert_int_equal(
      mtp_reply_decode(reply, &tg_schema, tl_find_type(&tg_schema, type, strlen(type)), 0, NULL),
      TL_OK);
  return reply;
}

/* ---- what comes out ---- */

static void ask(sim *s, const mtp_out *out) {
  sim_question *q = s->asked;
  while (q->used)
    q++;
  assert_true(q < s->asked + 64);
  *q = (sim_question){.used = true, .at = s->now + (int64_t)sim_random(s, 100), .out = *out};
  s->fetches++;
  sim_say(s, "question %d: kind %d, channel %d, pts %d, qts %d, date %d", (int)out->id,
          (int)out->ask, (int)out->channel_id, (int)out->pts, (int)out->qts, (int)out->date);
}

static void take_out(sim *s) {
  mtp_out out;
  while (mtp_updates_next(s->updates, &out)) {
    if (out.kind == MTP_OUT_DELIVER)
      sim_delivered(s, out.updates);
    else if (out.kind == MTP_OUT_LOST)
      sim_lost(s, out.channel_id);
    else
      ask(s, &out);
  }
}

/* ---- time ---- */

static void arrive(sim *s, sim_parcel *parcel) {
  sim_parcel here = *parcel;
  parcel->used = false;
  sim_say(s, here.answer ? "answer %d, error %d" : "container", (int)here.id, (int)here.error.code);
  if (here.is_error)
    mtp_updates_answer(s->updates, here.id, here.channel_id, &here.error, NULL, s->now);
  else if (here.answer)
    mtp_updates_answer(s->updates, here.id, here.channel_id, NULL, reply_of(&here), s->now);
  else
    mtp_updates_take(s->updates, reply_of(&here), s->now);
  tl_buffer_free(&here.body);
  take_out(s);
}

/* What is due next: of the wire, of the questions, of the machine. */
static int64_t next_at(const sim *s, sim_parcel **parcel, sim_question **question) {
  int64_t at = mtp_updates_deadline(s->updates);
  *parcel = NULL;
  *question = NULL;
  for (size_t i = 0; i < SIM_WIRE; i++) {
    const sim_parcel *each = &s->wire[i];
    if (each->used && each->at < at) {
      at = each->at;
      *parcel = (sim_parcel *)each;
    }
  }
  for (size_t i = 0; i < 64; i++) {
    if (s->asked[i].used && s->asked[i].at < at) {
      at = s->asked[i].at;
      *parcel = NULL;
      *question = (sim_question *)&s->asked[i];
    }
  }
  return at;
}

static void run_until(sim *s, int64_t until) {
  sim_parcel *parcel;
  sim_question *question;
  for (;;) {
    int64_t at = next_at(s, &parcel, &question);
    if (at > until)
      break;
    s->now = at > s->now ? at : s->now;
    if (parcel) {
      arrive(s, parcel);
    } else if (question) {
      question->used = false;
      sim_answer(s, &question->out);
    } else {
      mtp_updates_tick(s->updates, s->now);
      take_out(s);
    }
  }
  s->now = until;
}

/* ---- the judge ---- */

static void judge(const sim *s) {
  static const char *const kinds[] = {"pts", "qts", "seq", "none", "channel"};
  size_t i = 0;
  const char *fault = sim_fault(s, &s->session.updates, &i);
  if (fault && i == s->n)
    fail_msg("seed %llu: %s", (unsigned long long)s->seed, fault);
  const sim_update *u = &s->log[i];
  if (fault)
    fail_msg("seed %llu: update %zu (%s %d, channel %d) %s", (unsigned long long)s->seed, i,
             kinds[u->kind], (int)u->value, u->channel, fault);
}

/* ---- all of it ---- */

static void open(sim *s, uint64_t seed) {
  bool talks = s->talks;
  memset(s, 0, sizeof *s);
  s->talks = talks;
  s->seed = seed;
  s->random = (seed + 1) * 0x9e3779b97f4a7c15u | 1;
  for (int i = 0; i < 4; i++)
    sim_random(s, 2);
  s->faults = (unsigned)sim_random(s, SIM_MAYHEM + 1);
  s->pts = s->qts = SIM_START;
  s->seq = SIM_START;
  mtp_session_init(&s->session, NULL);
  s->session.updates = (mtp_update_state){
      .pts = SIM_START, .qts = SIM_START, .date = SIM_DATE_BASE + SIM_START, .seq = SIM_START};
  s->session.channels = tl_alloc(NULL, SIM_CHANNELS * sizeof *s->session.channels);
  assert_non_null(s->session.channels);
  s->session.n_channels = SIM_CHANNELS;
  for (int c = 0; c < SIM_CHANNELS; c++) {
    s->channel_pts[c] = SIM_START;
    s->session.channels[c] = (mtp_channel_state){SIM_CHANNEL_BASE + c, 99 + c, SIM_START};
  }
  mtp_updates_limits limits = {.bytes = s->faults & SIM_NO_ROOM ? ROOM : 16 << 20, .seed = seed};
  s->updates = mtp_updates_new(&s->session, &limits);
  assert_non_null(s->updates);
}

void sim_run(sim *s, uint64_t seed, unsigned steps) {
  open(s, seed);
  for (unsigned i = 0; i < steps; i++) {
    uint64_t dice = sim_random(s, 20);
    if (dice < 15)
      sim_happen(s);
    else if (dice < 17)
      sim_own_call(s);
    else if (dice < 18)
      mtp_updates_missed(s->updates, s->now);
    take_out(s);
    run_until(s, s->now + (int64_t)sim_random(s, sim_chance(s, 80) ? 200 : 20000));
  }
  s->calm = true;
  sim_happen_everywhere(s);
  run_until(s, s->now + CALM_MS);
  judge(s);
  for (size_t i = 0; i < SIM_WIRE; i++)
    if (s->wire[i].used)
      tl_buffer_free(&s->wire[i].body);
  mtp_updates_free(s->updates);
  mtp_session_free(&s->session);
}
