/* Between the history and the session of the client. */
#include "news.h"

#include "keys.h"
#include "rpc.h"
#include "session.h"
#include "world.h"

/* ---- what the history asks for ---- */

uint64_t sim_random(sim *s, uint64_t below) {
  dice d = {s->random};
  uint64_t drawn = dice_next(&d);
  s->random = d.state;
  return (drawn >> 11) % below;
}

bool sim_chance(sim *s, unsigned percent) {
  return sim_random(s, 100) < percent;
}

void sim_say(const sim *s, const char *format, ...) {
  (void)s;
  (void)format;
}

sim_parcel *sim_send(sim *s, const tl_value *value, int64_t delay) {
  sim_parcel *parcel = s->wire;
  while (parcel->used)
    parcel++;
  *parcel = (sim_parcel){.used = true, .at = s->now + delay};
  tl_buffer_init(&parcel->body, NULL, 0);
  if (value->schema && tl_encode_value(value, &parcel->body, NULL) != TL_OK)
    abort();
  return parcel;
}

/* ---- pushing ---- */

/* That the client spoke in last, under a key of the account. */
static dc_session *newest_session(world *w) {
  tgdc *dc = w->server.dc;
  dc_session *newest = NULL;
  for (dc_session *s = dc->sessions; s; s = s->next) {
    dc_key *key = s->dc == WORLD_HOME && !s->no_updates ? dc_key_find(dc, s->key_id, s->dc) : NULL;
    dc_key *permanent = key ? dc_key_permanent(dc, key) : NULL;
    if (permanent && permanent->login.user_id && (!newest || s->last_heard > newest->last_heard))
      newest = s;
  }
  return newest;
}

static void push(world *w, sim_parcel *parcel) {
  dc_session *session = newest_session(w);
  parcel->used = false;
  record_note(&w->record,
              session ? "updates of %lld bytes leave" : "updates of %lld bytes are lost",
              (int64_t)parcel->body.size, 0);
  if (session) {
    w->news.pushed++;
    (void)dc_session_send(w->server.dc, session, parcel->body.data, parcel->body.size, DC_CONTENT,
                          0);
    dc_session_flush(w->server.dc, session);
    simnet_conn *conn = session->conn ? simnet_of(&w->net, session->conn) : NULL;
    if (conn)
      simnet_take_output(&w->net, conn);
  }
  tl_buffer_free(&parcel->body);
}

static sim_parcel *first(const world *w) {
  sim_parcel *first = NULL;
  for (size_t i = 0; i < SIM_WIRE; i++) {
    const sim_parcel *each = &w->news.sim.wire[i];
    if (each->used && (!first || each->at < first->at))
      first = (sim_parcel *)each;
  }
  return first;
}

int64_t news_due(const world *w) {
  const sim_parcel *parcel = w->news.on ? first(w) : NULL;
  return parcel ? parcel->at * 1000 : INT64_MAX;
}

void news_push(world *w) {
  for (sim_parcel *parcel = first(w); parcel && parcel->at * 1000 <= w->now_us; parcel = first(w))
    push(w, parcel);
}

/* What has left may still never arrive: no difference has what is in no order. */
static void expect_nothing_of_the_free(sim *s) {
  for (size_t i = 0; i < s->n; i++)
    s->log[i].sent = s->log[i].sent && s->log[i].kind != SIM_FREE;
}

static sim *now(world *w) {
  w->news.sim.now = w->now_us / 1000;
  w->news.sim.calm = w->calm;
  return &w->news.sim;
}

void news_last(world *w) {
  sim_happen_everywhere(now(w));
}

/* ---- own calls ---- */

static void own_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  world *w = ctx;
  record_note(&w->record, "an own call ends with %lld", error ? error->status : MTP_OK, 0);
  w->news.open--;
  mtp_reply_free(reply);
}

static void own_call(world *w) {
  static const int32_t ids[] = {1};
  int channel = (int)dice_below(&w->dice, SIM_CHANNELS);
  tg_inputPeerSelf self = {0};
  tg_inputChannel input = {.channel_id = SIM_CHANNEL_BASE + channel, .access_hash = 99 + channel};
  tg_messages_deleteMessages of_account = {.id = {ids, 1}};
  tg_channels_deleteMessages of_channel = {.channel = tg_inputChannel_box(&input), .id = {ids, 1}};
  tg_messages_sendMessage sent = {.peer = tg_inputPeerSelf_box(&self),
                                  .message = TL_STR("hi"),
                                  .random_id = (int64_t)dice_next(&w->dice)};
  const tl_call ways[] = {tg_messages_deleteMessages_call(&of_account),
                          tg_channels_deleteMessages_call(&of_channel),
                          tg_messages_sendMessage_call(&sent)};
  record_note(&w->record, "an own call", 0, 0);
  if (mtp_client_call(w->client, &ways[dice_below(&w->dice, 3)], NULL, own_done, w, NULL, NULL) ==
      MTP_OK)
    w->news.open++;
}

void news_happen(world *w) {
  sim *s = now(w);
  if (dice_is(&w->dice, 2000) && w->news.open < 8)
    own_call(w);
  else
    sim_happen(s);
  expect_nothing_of_the_free(s);
}

/* ---- answers ---- */

static bool answer_own(world *w, dc_call *call, int channel) {
  sim *s = now(w);
  const sim_update *u = channel >= 0 && s->gone[channel] ? NULL : sim_own(s, channel);
  if (!u) {
    dc_error(call, 400, "MESSAGE_ID_INVALID");
    return true;
  }
  if (strcmp(call->name, "messages.sendMessage") == 0) {
    dc_answer(call, sim_own_updates(s, u));
  } else {
    tg_messages_affectedMessages affected = {.pts = u->value, .pts_count = u->count};
    const tg_messages_affectedMessages *out = &affected;
    dc_answer(call, &out);
  }
  return true;
}

/* What the history answers, now and once: lateness is the network's. */
static bool answer(world *w, dc_call *call, const mtp_out *question) {
  uint8_t head[12];
  tl_buffer body;
  sim *s = now(w);
  sim_answer(s, question);
  tl_store32(head, 0xf35c6d01u); /* rpc_result */
  tl_store64(head + 4, (uint64_t)call->in->msg_id);
  for (size_t i = 0; i < SIM_WIRE; i++) {
    sim_parcel *parcel = &s->wire[i];
    if (!parcel->used || !parcel->answer)
      continue;
    parcel->used = false;
    tl_buffer_init(&body, NULL, 0);
    if (call->answered) {
      record_note(&w->record, "the same again", 0, 0);
    } else if (parcel->is_error) {
      dc_error(call, parcel->error.code, parcel->error.text);
    } else if (tl_buffer_append(&body, head, sizeof head) == TL_OK &&
               tl_buffer_append(&body, parcel->body.data, parcel->body.size) == TL_OK) {
      call->answered = dc_session_send(call->dc, call->session, body.data, body.size,
                                       DC_CONTENT | DC_RESPONSE, call->in->msg_id);
    }
    tl_buffer_free(&body);
    tl_buffer_free(&parcel->body);
  }
  if (!call->answered)
    world_trouble(w, "a question about updates is not answered", 0, 0);
  record_note(&w->record, "question %lld about %lld", question->ask, question->channel_id);
  w->news.fetched++;
  return call->answered = true;
}

bool news_serve(world *w, dc_call *call) {
  mtp_out question = {.kind = MTP_OUT_FETCH};
  if (strcmp(call->name, "updates.getState") == 0) {
    question.ask = MTP_ASK_STATE;
    return answer(w, call, &question);
  }
  if (strcmp(call->name, "updates.getDifference") == 0) {
    const tg_updates_getDifference *asked = call->args;
    question.ask = MTP_ASK_DIFFERENCE;
    question.pts = asked->pts;
    question.qts = asked->qts;
    question.date = asked->date;
    return answer(w, call, &question);
  }
  if (strcmp(call->name, "updates.getChannelDifference") == 0) {
    const tg_updates_getChannelDifference *asked = call->args;
    question.ask = MTP_ASK_CHANNEL;
    question.pts = asked->pts;
    question.channel_id = asked->channel.inputChannel->channel_id;
    return answer(w, call, &question);
  }
  if (strcmp(call->name, "channels.deleteMessages") == 0) {
    const tg_channels_deleteMessages *asked = call->args;
    return answer_own(w, call, (int)(asked->channel.inputChannel->channel_id - SIM_CHANNEL_BASE));
  }
  if (strcmp(call->name, "messages.deleteMessages") == 0 ||
      strcmp(call->name, "messages.sendMessage") == 0)
    return answer_own(w, call, -1);
  return false;
}

/* ---- the client's side ---- */

void news_take(world *w, const mtp_event *event) {
  if (event->type == MTP_EVENT_UPDATES) {
    w->news.delivered++;
    sim_delivered(&w->news.sim, event->updates);
  } else if (event->type == MTP_EVENT_UPDATES_LOST) {
    record_note(&w->record, "updates of %lld are lost", event->channel_id, 0);
    w->news.losses++;
    sim_lost(&w->news.sim, event->channel_id);
  }
}

void news_open(world *w) {
  sim *s = &w->news.sim;
  s->random = dice_next(&w->dice);
  s->pts = s->qts = s->seq = SIM_START;
  w->saved.updates = (mtp_update_state){
      .pts = SIM_START, .qts = SIM_START, .date = SIM_DATE_BASE + SIM_START, .seq = SIM_START};
  for (int c = 0; c < SIM_CHANNELS; c++) {
    s->channel_pts[c] = SIM_START;
    s->gone[c] = true;
  }
}

/* Channels that were forgotten are known anew. */
static void know_channels(world *w) {
  sim *s = &w->news.sim;
  tl_free(w->saved.allocator, w->saved.channels,
          (w->saved.channels_room ? w->saved.channels_room : w->saved.n_channels) *
              sizeof *w->saved.channels);
  w->saved.channels = tl_alloc(w->saved.allocator, SIM_CHANNELS * sizeof *w->saved.channels);
  w->saved.n_channels = w->saved.channels_room = SIM_CHANNELS;
  for (int c = 0; c < SIM_CHANNELS; c++) {
    w->saved.channels[c] = (mtp_channel_state){SIM_CHANNEL_BASE + c, 99 + c, s->channel_pts[c]};
    s->gone[c] = false;
  }
}

void news_begin(world *w) {
  sim *s = &w->news.sim;
  s->n = 0;
  s->losses = 0;
  s->faults = (unsigned)dice_below(&w->dice, 4); /* SIM_ERRORS, SIM_TOO_LONG */
  know_channels(w);
}

void news_end(world *w) {
  sim *s = &w->news.sim;
  size_t i = 0;
  world_require(w, w->news.open == 0, w->news.open, 0);
  s->faults |= SIM_ERRORS; /* a world without losses is another test's */
  const char *fault = sim_fault(s, &mtp_client_session(w->client)->updates, &i);
  for (size_t k = 0; k < SIM_WIRE; k++) {
    if (s->wire[k].used)
      tl_buffer_free(&s->wire[k].body);
    s->wire[k].used = false;
  }
  if (!fault)
    return;
  const sim_update *u = &s->log[i];
  fprintf(stderr, "update %zu of %zu: %s; kind %d, channel %d, value %d, own %d, came %u\n", i,
          s->n, fault, (int)u->kind, u->channel, (int)u->value, u->own, u->delivered);
  record_fail(&w->record, "update %lld of %lld", (int64_t)i, (int64_t)s->n);
}
