/* Packets in: opened, checked as a whole (EN-7 to EN-13), then handled message by message, each
 * remembered and acknowledged once it has been. */
#include "handlers.h"
#include "internal.h"
#include "service.h"

#include <mt/mt.h>
#include <tl/arena.h>
#include <tl/wire.h>

#define MESSAGE_COST 256 /* of work, beside its bytes */

/* ---- one message ---- */

/* An answer that a query still waits for cannot be a replay, however old its id is. */
static bool is_wanted_answer(const mtp_engine *engine, const mtp_inbound *in) {
  return in->body.size >= 12 && mtp_service_id(in->body) == MT_ID_rpc_result &&
         mtp_query_of(engine, (int64_t)tl_load64(in->body.data + 4));
}

/* What was inflated for this message alone changes hands; the rest is copied. */
static void tell_update(mtp_engine *engine, mtp_parsed *parsed, const mtp_inbound *in) {
  mtp_tell_update(engine, in->body, in->inflated ? &parsed->inflated[in->inflated - 1] : NULL);
}

static mtp_cause handle(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  uint32_t id = mtp_service_id(in->body);
  rx->msg_id = in->msg_id;
  if (in->wrapper)
    return MTP_OK;
  if (id != MT_ID_bad_server_salt)
    engine->salt_changes = 0;
  if (id != MT_ID_msgs_ack && id != MT_ID_pong)
    engine->news++;
  if (in->unreadable)
    mtp_tell(engine, MTP_ENGINE_EVENT_UPDATES_GAP);
  else if (id == MT_ID_rpc_result)
    return mtp_result_take(rx, in);
  else if (mtp_service_known(id))
    return mtp_dispatch(rx, in->body, NULL);
  else
    tell_update(engine, rx->parsed, in);
  return MTP_OK;
}

/* Odd sequence numbers are acknowledged, again too: the first time may have been lost. An
 * acknowledgement never is (MS-6). */
static void acknowledge(mtp_engine *engine, const mtp_rx *rx, const mtp_inbound *in) {
  if (in->seq_no & 1 && mtp_service_id(in->body) != MT_ID_msgs_ack)
    mtp_ack_add(engine, in->msg_id, rx->now);
}

static void take_message(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  mtp_seen_status seen = mtp_seen_check(&engine->seen, in->msg_id);
  if (seen == MTP_SEEN_OLD && !is_wanted_answer(engine, in)) {
    if (!in->wrapper && !mtp_service_known(mtp_service_id(in->body)))
      mtp_tell(engine, MTP_ENGINE_EVENT_UPDATES_GAP);
    seen = MTP_SEEN_DUPLICATE;
  }
  if (seen != MTP_SEEN_DUPLICATE && handle(engine, rx, in) != MTP_OK) {
    mtp_engine_break(engine, MTP_RECONNECT_MEMORY); /* unacknowledged, it comes again */
    return;
  }
  mtp_seen_add(&engine->seen, in->msg_id);
  acknowledge(engine, rx, in);
}

/* ---- one packet ---- */

/* A ping is out, or about to leave, that asks what time it is. */
static bool time_is_asked(const mtp_engine *engine) {
  return (engine->ping.msg_id || engine->ping.due) && mtp_clock_doubted(&engine->clock);
}

/* What may be looked at although its time looks wrong: that our own is, or what it is (EN-12). */
static bool is_about_time(const mtp_engine *engine, const mtp_inbound *in) {
  if (in->unreadable || in->body.size < 12)
    return false;
  uint32_t id = mtp_service_id(in->body);
  int64_t ours = (int64_t)tl_load64(in->body.data + 4);
  if (id == MT_ID_pong)
    return time_is_asked(engine) && ours == engine->ping.msg_id;
  return (id == MT_ID_bad_msg_notification || id == MT_ID_bad_server_salt) &&
         mtp_sent_recently(engine, ours);
}

/* The newest message of ours that something in the packet answers; 0: none. */
static int64_t answered(const mtp_parsed *parsed) {
  int64_t newest = 0;
  for (size_t i = 0; i < parsed->count; i++) {
    const mtp_inbound *in = &parsed->messages[i];
    uint32_t id = in->unreadable || in->body.size < 12 ? 0 : mtp_service_id(in->body);
    if (id != MT_ID_rpc_result && id != MT_ID_pong && id != MT_ID_future_salts &&
        id != MT_ID_msgs_state_info && id != MT_ID_new_session_created)
      continue;
    int64_t ours = (int64_t)tl_load64(in->body.data + 4);
    newest = !newest || mtp_id_before(newest, ours) ? ours : newest;
  }
  return newest;
}

static bool keep_about_time(const mtp_engine *engine, mtp_parsed *parsed) {
  size_t kept = 0;
  for (size_t i = 0; i < parsed->count; i++)
    if (is_about_time(engine, &parsed->messages[i]))
      parsed->messages[kept++] = parsed->messages[i];
  parsed->count = kept;
  return kept > 0;
}

static mtp_cause reject(mtp_engine *engine) {
  mtp_engine_break(engine, MTP_RECONNECT_PACKET);
  return MTP_ERR_REJECTED;
}

/* Tells the time offset if it has moved by more than a second. */
static void tell_time(mtp_engine *engine, mtp_now now) {
  int64_t offset = mtp_clock_offset(&engine->clock, now);
  int64_t moved = offset - engine->reported_offset_ms;
  if (moved <= 1000 && moved >= -1000)
    return;
  engine->reported_offset_ms = engine->events.time_ms = offset;
  mtp_tell(engine, MTP_ENGINE_EVENT_TIME);
}

/* The whole packet is there and well-formed; that it is in time is all that is left to check. */
static mtp_cause begin_packet(mtp_engine *engine, mtp_now now) {
  mtp_intake *intake = &engine->intake;
  bool in_time = mtp_clock_fits(&engine->clock, intake->msg_id, now);
  if (!in_time && !keep_about_time(engine, &intake->parsed)) {
    mtp_clock_refused(&engine->clock, intake->msg_id, now);
    intake->handling = time_is_asked(engine); /* nothing is left of it, but the pong may follow */
    return intake->handling ? MTP_OK : reject(engine);
  }
  engine->heard_ms = now.monotonic_ms;
  engine->heard = true;
  engine->waiting_ms = MTP_NEVER;
  intake->repeated = in_time && mtp_seen_check(&engine->seen, intake->msg_id) == MTP_SEEN_DUPLICATE;
  if (in_time && !intake->repeated)
    mtp_clock_learn(&engine->clock, intake->msg_id, answered(&intake->parsed), now);
  intake->handling = true;
  return MTP_OK;
}

/* A packet that came before is not looked into, but acknowledged again. */
static void take_next(mtp_engine *engine, mtp_rx *rx) {
  mtp_intake *intake = &engine->intake;
  const mtp_inbound *in = &intake->parsed.messages[intake->handled++];
  intake->parsed.work += in->body.size + MESSAGE_COST;
  if (intake->repeated)
    acknowledge(engine, rx, in);
  else
    take_message(engine, rx, in);
}

static mtp_cause take_some(mtp_engine *engine, size_t work, mtp_now now) {
  mtp_intake *intake = &engine->intake;
  size_t left = intake->parsed.count - intake->handled;
  if (!mtp_ids_reserve(&engine->acks, left) || !mtp_seen_reserve(&engine->seen, left))
    return MTP_ERR_NOMEM;
  tl_arena arena;
  tl_arena_init(&arena, engine->config.allocator, 0);
  mtp_rx rx = {.engine = engine, .now = now, .parsed = &intake->parsed, .arena = &arena};
  while (intake->handled < intake->parsed.count && !engine->closed && intake->parsed.work < work)
    take_next(engine, &rx);
  tl_arena_free(&arena);
  return MTP_OK;
}

/* A bounded piece of the packet that is being taken in. */
static mtp_cause take_piece(mtp_engine *engine, size_t work, mtp_now now) {
  mtp_intake *intake = &engine->intake;
  mtp_cause status = MTP_OK;
  bool done = true;
  if (!intake->handling)
    status = mtp_packet_continue(&intake->parsed, engine, work, &done);
  if (status == MTP_ERR_REJECTED)
    reject(engine);
  if (!status && done && !intake->handling)
    status = begin_packet(engine, now);
  if (!status && intake->handling)
    status = take_some(engine, work, now);
  if (status == MTP_ERR_NOMEM)
    mtp_engine_break(engine, MTP_RECONNECT_MEMORY);
  if (!status && !engine->closed && !(intake->handling && intake->handled == intake->parsed.count))
    return MTP_OK;
  if (!status && !engine->closed) {
    tell_time(engine, now);
    mtp_engine_intake_drop(engine);
    mtp_renew_due(engine, now);
  } else {
    mtp_engine_intake_drop(engine);
  }
  return status;
}

void mtp_engine_resume(mtp_engine *engine, mtp_now now) {
  mtp_intake *intake = &engine->intake;
  if (intake->busy)
    (void)take_piece(engine, intake->parsed.work + engine->config.max_work, now);
}

bool mtp_engine_busy(const mtp_engine *engine) {
  return engine->intake.busy;
}

static mtp_cause check_session(const mtp_engine *engine, int64_t session_id, bool *old) {
  *old = session_id &&
         (session_id == engine->old_sessions[0] || session_id == engine->old_sessions[1]);
  return session_id == engine->session_id || *old ? MTP_OK : MTP_ERR_REJECTED;
}

static mtp_cause open_packet(mtp_engine *engine, mtp_now now) {
  mtp_intake *intake = &engine->intake;
  mtp_message message;
  bool old;
  mtp_status opened = mtp_open(&engine->key, MTP_FROM_SERVER, engine->config.padded,
                               intake->packet.data, intake->packet.size, &message, NULL);
  if (opened != MTP_OK)
    return opened == MTP_ERR_REJECTED ? reject(engine) : MTP_ERR_NOMEM;
  if (check_session(engine, message.session_id, &old) != MTP_OK)
    return reject(engine);
  if (old) /* it was under way when we left that session */
    return MTP_OK;
  intake->busy = true;
  intake->msg_id = message.msg_id;
  mtp_cause status = mtp_packet_parse(&intake->parsed, engine, &message);
  if (status)
    return status == MTP_ERR_REJECTED ? reject(engine) : status;
  intake->parsed.work += intake->packet.size; /* it was opened */
  return take_piece(engine, engine->config.max_work, now);
}

mtp_cause mtp_engine_recv(mtp_engine *engine, const uint8_t *packet, size_t size, mtp_now now) {
  while (engine->intake.busy) /* who does not wait gets all of it at once */
    mtp_engine_resume(engine, now);
  if (engine->closed)
    return MTP_ERR_CLOSED;
  if (!engine->has_key)
    return MTP_ERR_ARGUMENT;
  if (engine->broken)
    return MTP_ERR_REJECTED;
  mtp_cause status = MTP_ERR_NOMEM;
  tl_buffer_init(&engine->intake.packet, engine->config.allocator, 0);
  if (tl_buffer_append(&engine->intake.packet, packet, size) == TL_OK)
    status = open_packet(engine, now);
  if (status == MTP_ERR_NOMEM)
    mtp_engine_break(engine, MTP_RECONNECT_MEMORY);
  if (status || !engine->intake.busy)
    mtp_engine_intake_drop(engine);
  return status;
}
