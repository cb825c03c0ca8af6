/* The server's half of the simulation: its history, what it pushes of it, and its differences. */
#include <stdio.h>
#include <tg/tg.h>

#include "update_sim.h"

enum { AT_A_TIME = 5, SLICE = 6 };

/* ---- updates as objects; one at a time lives in a room ---- */

typedef struct room {
  tg_message message;
  tg_peerChannel channel;
  tg_peerUser user;
  tg_updateNewMessage common;
  tg_updateNewChannelMessage of_channel;
  tg_updateBotStopped secret;
  tg_updateUserPhone of_seq;
  tg_updateUserTyping unordered;
  tg_sendMessageTypingAction typing;
} room;

static tg_Message message_of(const sim *s, size_t i, room *r) {
  const sim_update *u = &s->log[i];
  r->user = (tg_peerUser){.user_id = 7};
  r->channel = (tg_peerChannel){.channel_id = SIM_CHANNEL_BASE + u->channel};
  r->message = (tg_message){.id = (int32_t)i, .date = 1000, .message = TL_STR("hi")};
  r->message.peer_id =
      u->kind == SIM_CHANNEL ? tg_peerChannel_box(&r->channel) : tg_peerUser_box(&r->user);
  return tg_message_box(&r->message);
}

static tg_Update update_of(const sim *s, size_t i, room *r) {
  const sim_update *u = &s->log[i];
  switch (u->kind) {
  case SIM_PTS:
    r->common = (tg_updateNewMessage){
        .message = message_of(s, i, r), .pts = u->value, .pts_count = u->count};
    return tg_updateNewMessage_box(&r->common);
  case SIM_CHANNEL:
    r->of_channel = (tg_updateNewChannelMessage){
        .message = message_of(s, i, r), .pts = u->value, .pts_count = u->count};
    return tg_updateNewChannelMessage_box(&r->of_channel);
  case SIM_QTS:
    r->secret = (tg_updateBotStopped){.user_id = (int64_t)i, .date = 1, .qts = u->value};
    return tg_updateBotStopped_box(&r->secret);
  case SIM_SEQ:
    r->of_seq = (tg_updateUserPhone){.user_id = (int64_t)i, .phone = TL_STR("1")};
    return tg_updateUserPhone_box(&r->of_seq);
  case SIM_FREE:
    break;
  }
  r->typing = (tg_sendMessageTypingAction){0};
  r->unordered = (tg_updateUserTyping){.user_id = (int64_t)i,
                                       .action = tg_sendMessageTypingAction_box(&r->typing)};
  return tg_updateUserTyping_box(&r->unordered);
}

static void chats_of(tg_channel *channels, tg_Chat *chats) {
  static const tg_chatPhotoEmpty no_photo = {0};
  for (int c = 0; c < SIM_CHANNELS; c++) {
    channels[c] = (tg_channel){.id = SIM_CHANNEL_BASE + c,
                               .has_access_hash = true,
                               .access_hash = 99 + c,
                               .title = TL_STR("c"),
                               .photo = tg_chatPhotoEmpty_box(&no_photo)};
    chats[c] = tg_channel_box(&channels[c]);
  }
}

/* ---- what happens ---- */

static size_t append_to(sim *s, sim_kind kind, int channel) {
  sim_update *u = &s->log[s->n];
  if (kind == SIM_CHANNEL && s->gone[channel])
    kind = SIM_PTS;
  *u = (sim_update){.kind = kind, .channel = channel, .count = 1};
  if (kind == SIM_PTS || kind == SIM_CHANNEL)
    u->count = 1 + (int32_t)sim_random(s, 3);
  if (kind == SIM_PTS)
    u->value = s->pts += u->count;
  else if (kind == SIM_CHANNEL)
    u->value = s->channel_pts[u->channel] += u->count;
  else if (kind == SIM_QTS)
    u->value = ++s->qts;
  return s->n++;
}

static size_t append(sim *s, sim_kind kind) {
  return append_to(s, kind, (int)sim_random(s, SIM_CHANNELS));
}

static tl_value updates_value(const tg_Updates *value) {
  return (tl_value){&tg_schema, value, tl_find_type(&tg_schema, "Updates", 7)};
}

static void send_container(sim *s, size_t from, size_t n, int32_t seq) {
  room rooms[AT_A_TIME];
  tg_Update items[AT_A_TIME] = {0};
  tg_channel channels[SIM_CHANNELS];
  tg_Chat chats[SIM_CHANNELS];
  static const tg_User no_user[1];
  chats_of(channels, chats);
  for (size_t i = 0; i < n; i++)
    items[i] = update_of(s, from + i, &rooms[i]);
  tg_updates whole = {.updates = {items, n}, .date = SIM_DATE_BASE + seq, .seq = seq};
  whole.users.items = no_user;
  whole.chats = (tg_vector_Chat){chats, SIM_CHANNELS};
  tg_updateShort one = {.update = items[0], .date = 1};
  bool alone = n == 1 && seq == 0 && s->log[from].kind != SIM_CHANNEL && sim_chance(s, 50);
  tg_Updates boxed = alone ? tg_updateShort_box(&one) : tg_updates_box(&whole);
  tl_value value = updates_value(&boxed);
  if (sim_chance(s, 12) && !s->calm)
    return; /* lost on the way */
  int64_t delay = sim_chance(s, 70) ? (int64_t)sim_random(s, 30) : (int64_t)sim_random(s, 450);
  if (sim_chance(s, 3))
    delay = (int64_t)sim_random(s, 30000);
  sim_send(s, &value, delay);
  bool again = seq == 0;
  for (size_t i = 0; i < n; i++) {
    again = again && s->log[from + i].kind != SIM_FREE;
    s->log[from + i].sent = true;
  }
  if (again && sim_chance(s, 10))
    sim_send(s, &value, delay + (int64_t)sim_random(s, 5000));
}

void sim_happen(sim *s) {
  size_t n = 1 + (size_t)sim_random(s, AT_A_TIME), from = s->n;
  bool ordered = sim_chance(s, 15);
  if (s->n + n + SIM_CHANNELS + 3 > SIM_MAX)
    return;
  int32_t seq = ordered ? ++s->seq : 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t dice = sim_random(s, 10);
    sim_kind kind = dice < 4 ? SIM_PTS : dice < 5 ? SIM_QTS : dice < 9 ? SIM_CHANNEL : SIM_FREE;
    if (kind == SIM_FREE && ordered)
      kind = SIM_SEQ;
    size_t made = append(s, kind);
    if (kind == SIM_SEQ)
      s->log[made].value = seq;
  }
  send_container(s, from, n, seq);
}

void sim_happen_everywhere(sim *s) {
  for (int c = 0; c < SIM_CHANNELS; c++) {
    if (s->gone[c])
      continue;
    s->log[s->n] =
        (sim_update){.kind = SIM_CHANNEL, .channel = c, .count = 1, .value = ++s->channel_pts[c]};
    send_container(s, s->n++, 1, 0);
  }
  send_container(s, append(s, SIM_PTS), 1, 0);
  send_container(s, append(s, SIM_QTS), 1, 0);
  size_t last = append(s, SIM_SEQ);
  s->log[last].value = ++s->seq;
  send_container(s, last, 1, s->seq);
}

const sim_update *sim_own(sim *s, int channel) {
  if (s->n + SIM_CHANNELS + 3 >= SIM_MAX)
    return NULL;
  sim_update *u = &s->log[append_to(s, channel < 0 ? SIM_PTS : SIM_CHANNEL, channel)];
  u->own = true;
  return u;
}

const tg_Updates *sim_own_updates(const sim *s, const sim_update *u) {
  static room r;
  static tg_updateShort one;
  static tg_Updates boxed;
  one = (tg_updateShort){.update = update_of(s, (size_t)(u - s->log), &r), .date = 1};
  boxed = tg_updateShort_box(&one);
  return &boxed;
}

void sim_own_call(sim *s) {
  const sim_update *u = sim_own(s, (int)sim_random(s, 2 * SIM_CHANNELS) - SIM_CHANNELS);
  if (!u)
    return;
  if (sim_chance(s, 50)) {
    tg_messages_affectedMessages affected = {.pts = u->value, .pts_count = u->count};
    const tg_messages_affectedMessages *boxed = &affected;
    tl_value value = {&tg_schema, &boxed,
                      tl_find_type(&tg_schema, "messages.AffectedMessages", 25)};
    mtp_updates_own(s->updates, &value, tg_messages_readMentions_call(NULL).def,
                    u->kind == SIM_CHANNEL ? SIM_CHANNEL_BASE + u->channel : 0, s->now);
    return;
  }
  tl_value value = updates_value(sim_own_updates(s, u));
  mtp_updates_own(s->updates, &value, tg_messages_sendMessage_call(NULL).def, 0, s->now);
}

/* ---- answers ---- */

typedef struct parts {
  tg_Message messages[SIM_MAX];
  tg_Update others[SIM_MAX];
  room rooms[SIM_MAX];
  size_t n_messages, n_others;
} parts;

static parts p; /* too large for a stack */

static void put(const sim *s, size_t i) {
  room *r = &p.rooms[p.n_messages + p.n_others];
  if (s->log[i].kind == SIM_PTS || s->log[i].kind == SIM_CHANNEL)
    p.messages[p.n_messages++] = message_of(s, i, r);
  else
    p.others[p.n_others++] = update_of(s, i, r);
}

static void say(sim *s, const mtp_out *q, uint16_t type, const void *boxed) {
  tl_value value = {&tg_schema, boxed, type};
  int64_t delay = (int64_t)sim_random(s, sim_chance(s, 80) ? 100 : 8000);
  if (s->calm)
    delay = 1;
  for (int twice = 0; twice < (sim_chance(s, 10) ? 2 : 1); twice++) {
    sim_parcel *parcel = sim_send(s, &value, delay + twice * 50);
    parcel->answer = true;
    parcel->id = q->id;
    parcel->channel_id = q->channel_id;
    parcel->ask = q->ask;
  }
}

static void refuse(sim *s, const mtp_out *q, int32_t code, const char *text, int64_t arg) {
  tl_value nothing = {0};
  sim_parcel *parcel = sim_send(s, &nothing, 20);
  parcel->answer = parcel->is_error = true;
  parcel->id = q->id;
  parcel->channel_id = q->channel_id;
  parcel->error = (mtp_error){.status = MTP_ERR_RPC, .code = code, .arg = arg};
  snprintf(parcel->error.text, sizeof parcel->error.text, "%s", text);
}

static uint16_t type_named(const char *name) {
  return tl_find_type(&tg_schema, name, strlen(name));
}

static void answer_state(sim *s, const mtp_out *q) {
  tg_updates_state state = {
      .pts = s->pts, .qts = s->qts, .date = SIM_DATE_BASE + s->seq, .seq = s->seq};
  const tg_updates_state *boxed = &state;
  say(s, q, type_named("updates.State"), &boxed);
}

/* What has come since, of one kind; a part of it when that is allowed. Returns where it ends. */
static int32_t collect(const sim *s, sim_kind kind, int channel, int32_t after, size_t most) {
  int32_t end = after;
  for (size_t i = 0; i < s->n && most; i++) {
    const sim_update *u = &s->log[i];
    if (u->kind != kind || u->value <= after || (kind == SIM_CHANNEL && u->channel != channel))
      continue;
    put(s, i);
    end = u->value;
    most--;
  }
  return end;
}

static void answer_difference(sim *s, const mtp_out *q) {
  bool slice = sim_chance(s, 20);
  p.n_messages = p.n_others = 0;
  if (!s->calm && (s->faults & SIM_TOO_LONG) && sim_chance(s, 5)) {
    tg_updates_differenceTooLong too_long = {.pts = s->pts};
    tg_updates_Difference boxed = tg_updates_differenceTooLong_box(&too_long);
    say(s, q, type_named("updates.Difference"), &boxed);
    return;
  }
  tg_updates_state state = {.pts = s->pts, .qts = q->qts, .date = q->date, .seq = 0};
  state.pts = collect(s, SIM_PTS, 0, q->pts, slice ? SLICE : SIM_MAX);
  state.seq = q->date - SIM_DATE_BASE;
  if (slice && state.pts == s->pts)
    slice = false;
  if (!slice) {
    state.qts = collect(s, SIM_QTS, 0, q->qts, SIM_MAX);
    collect(s, SIM_SEQ, 0, q->date - SIM_DATE_BASE, SIM_MAX);
    state.pts = s->pts;
    state.qts = s->qts;
    state.seq = s->seq;
    state.date = SIM_DATE_BASE + s->seq;
  }
  static const tg_EncryptedMessage none[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  tg_updates_difference whole = {.new_messages = {p.messages, p.n_messages},
                                 .other_updates = {p.others, p.n_others},
                                 .state = &state};
  tg_updates_differenceSlice part = {.new_messages = {p.messages, p.n_messages},
                                     .other_updates = {p.others, p.n_others},
                                     .intermediate_state = &state};
  tg_updates_differenceEmpty empty = {.date = SIM_DATE_BASE + s->seq, .seq = s->seq};
  whole.new_encrypted_messages.items = part.new_encrypted_messages.items = none;
  whole.chats.items = part.chats.items = no_chat;
  whole.users.items = part.users.items = no_user;
  bool nothing = q->pts == s->pts && q->qts == s->qts && q->date == SIM_DATE_BASE + s->seq;
  tg_updates_Difference boxed = nothing ? tg_updates_differenceEmpty_box(&empty)
                                : slice ? tg_updates_differenceSlice_box(&part)
                                        : tg_updates_difference_box(&whole);
  say(s, q, type_named("updates.Difference"), &boxed);
}

static void answer_channel_too_long(sim *s, const mtp_out *q, int c) {
  static const tg_User no_user[1];
  tg_channel channels[SIM_CHANNELS];
  tg_Chat chats[SIM_CHANNELS];
  tg_peerChannel peer = {.channel_id = SIM_CHANNEL_BASE + c};
  tg_peerNotifySettings notify = {0};
  tg_dialog dialog = {.peer = tg_peerChannel_box(&peer),
                      .notify_settings = &notify,
                      .has_pts = true,
                      .pts = s->channel_pts[c]};
  chats_of(channels, chats);
  for (size_t i = s->n; i-- > 0 && p.n_messages < 2;)
    if (s->log[i].kind == SIM_CHANNEL && s->log[i].channel == c && s->log[i].value > q->pts)
      put(s, i);
  tg_updates_channelDifferenceTooLong d = {.final = true,
                                           .dialog = tg_dialog_box(&dialog),
                                           .messages = {p.messages, p.n_messages},
                                           .chats = {chats, SIM_CHANNELS}};
  d.users.items = no_user;
  tg_updates_ChannelDifference boxed = tg_updates_channelDifferenceTooLong_box(&d);
  say(s, q, type_named("updates.ChannelDifference"), &boxed);
}

static void answer_channel(sim *s, const mtp_out *q) {
  int c = (int)(q->channel_id - SIM_CHANNEL_BASE);
  p.n_messages = p.n_others = 0;
  if (!s->calm && (s->faults & SIM_TOO_LONG) && sim_chance(s, 10)) {
    answer_channel_too_long(s, q, c);
    return;
  }
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  int32_t end = collect(s, SIM_CHANNEL, c, q->pts, sim_chance(s, 20) ? SLICE : SIM_MAX);
  tg_updates_channelDifferenceEmpty empty = {.final = true, .pts = q->pts};
  tg_updates_channelDifference whole = {
      .final = end == s->channel_pts[c], .pts = end, .new_messages = {p.messages, p.n_messages}};
  whole.other_updates.items = no_update;
  whole.chats.items = no_chat;
  whole.users.items = no_user;
  tg_updates_ChannelDifference boxed = p.n_messages ? tg_updates_channelDifference_box(&whole)
                                                    : tg_updates_channelDifferenceEmpty_box(&empty);
  say(s, q, type_named("updates.ChannelDifference"), &boxed);
}

void sim_answer(sim *s, const mtp_out *q) {
  bool errors = !s->calm && (s->faults & SIM_ERRORS);
  if (errors && sim_chance(s, 10))
    return; /* never answered */
  if (errors && sim_chance(s, 20)) {
    static const int32_t codes[] = {500, -503, 420, -500};
    size_t i = (size_t)sim_random(s, 4);
    refuse(s, q, codes[i], codes[i] == 420 ? "FLOOD_WAIT_7" : "Timeout", codes[i] == 420 ? 7 : 0);
  } else if (!s->calm && (s->faults & SIM_TOO_LONG) && q->ask != MTP_ASK_STATE &&
             sim_chance(s, 4)) {
    if (q->channel_id)
      s->gone[q->channel_id - SIM_CHANNEL_BASE] = true;
    refuse(s, q, 400, q->channel_id ? "CHANNEL_PRIVATE" : "PERSISTENT_TIMESTAMP_INVALID", 0);
  } else if (q->ask == MTP_ASK_STATE) {
    answer_state(s, q);
  } else if (q->ask == MTP_ASK_DIFFERENCE) {
    answer_difference(s, q);
  } else {
    answer_channel(s, q);
  }
}
