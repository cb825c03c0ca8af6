/* The simulation's clock, wire and judge. */
#include "update_sim.h"

#include <stdio.h>
#include <tg/tg.h>

enum { CHANNEL_BASE = 1000, START = 10, ROOM = 24 << 10, CALM_MS = 4000000 };

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
  mtp_reply *reply = mtp_reply_new(NULL, tl_bytes_of(parcel->body.data, parcel->body.size));
  assert_non_null(reply);
  assert_int_equal(
      mtp_reply_decode(reply, &tg_schema, tl_find_type(&tg_schema, type, strlen(type)), 0, NULL),
      TL_OK);
  return reply;
}

/* ---- what comes out ---- */

static void count(sim *s, const tg_Update *update) {
  int64_t i = -1;
  switch (update->kind) {
  case TG_updateNewMessage:
    i = update->updateNewMessage->message.message->id;
    break;
  case TG_updateNewChannelMessage:
    i = update->updateNewChannelMessage->message.message->id;
    break;
  case TG_updateBotStopped:
    i = update->updateBotStopped->user_id;
    break;
  case TG_updateUserPhone:
    i = update->updateUserPhone->user_id;
    break;
  case TG_updateUserTyping:
    i = update->updateUserTyping->user_id;
    break;
  default: /* how the dialog of a channel stands */
    break;
  }
  if (i < 0)
    return;
  s->log[i].delivered++;
  sim_say(s, "  update %d: kind %d, channel %d, value %d", (int)i, (int)s->log[i].kind,
          s->log[i].channel, (int)s->log[i].value);
}

static void deliver(sim *s, mtp_reply *reply) {
  const tl_value *value = mtp_reply_value(reply);
  const tg_Updates *u = tl_value_slot(value, &tg_schema, value->type);
  if (u->kind == TG_updateShort)
    count(s, &u->updateShort->update);
  for (size_t i = 0; u->kind == TG_updates && i < u->updates->updates.count; i++)
    count(s, &u->updates->updates.items[i]);
  mtp_reply_free(reply);
}

/* Whatever was made until now and did not come may be what was lost. */
static void lose(sim *s, int64_t channel_id) {
  s->losses++;
  sim_say(s, "lost: %d", (int)channel_id);
  for (size_t i = 0; i < s->n; i++) {
    sim_update *u = &s->log[i];
    bool of_channel = u->kind == SIM_CHANNEL;
    if (channel_id ? of_channel && CHANNEL_BASE + u->channel == channel_id : !of_channel)
      u->lost = true;
  }
}

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
      deliver(s, out.updates);
    else if (out.kind == MTP_OUT_LOST)
      lose(s, out.channel_id);
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

static void blame(const sim *s, size_t i, const char *what) {
  static const char *const kinds[] = {"pts", "qts", "seq", "none", "channel"};
  const sim_update *u = &s->log[i];
  fail_msg("seed %llu: update %zu (%s %d, channel %d) %s", (unsigned long long)s->seed, i,
           kinds[u->kind], (int)u->value, u->channel, what);
}

static void judge(const sim *s) {
  for (size_t i = 0; i < s->n; i++) {
    const sim_update *u = &s->log[i];
    if (u->kind == SIM_CHANNEL && s->gone[u->channel])
      continue;
    if (u->delivered > 1)
      blame(s, i, "came twice");
    if (u->kind == SIM_FREE ? u->sent && !u->delivered : !u->own && !u->delivered && !u->lost)
      blame(s, i, "never came, and nothing said so");
  }
  if (!s->faults && s->losses)
    fail_msg("seed %llu: %u losses where nothing was lost", (unsigned long long)s->seed, s->losses);
  const mtp_update_state *state = &s->session.updates;
  if (state->pts != s->pts || state->qts != s->qts || state->seq != s->seq)
    fail_msg("seed %llu: the state is not the server's", (unsigned long long)s->seed);
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
  s->pts = s->qts = START;
  s->seq = START;
  mtp_session_init(&s->session, NULL);
  s->session.updates =
      (mtp_update_state){.pts = START, .qts = START, .date = 100000 + START, .seq = START};
  s->session.channels = tl_alloc(NULL, SIM_CHANNELS * sizeof *s->session.channels);
  assert_non_null(s->session.channels);
  s->session.n_channels = SIM_CHANNELS;
  for (int c = 0; c < SIM_CHANNELS; c++) {
    s->channel_pts[c] = START;
    s->session.channels[c] = (mtp_channel_state){CHANNEL_BASE + c, 99 + c, START};
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
