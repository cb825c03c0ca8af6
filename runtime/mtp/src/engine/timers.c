/* What time alone brings about: acknowledgements, pings and missing pongs, salts, states that
 * nobody tells. All of it by the monotonic clock (MS-18, RB-5). */
#include "internal.h"

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* A pong is missing when neither it nor anything else came for pong_ms, or when it is still out
 * when the server would have hung up; but not while a large packet makes its way over a slow line,
 * since the pong stands in line behind it. */
static int64_t pong_deadline(const mtp_engine *engine) {
  const mtp_errand *ping = &engine->ping;
  if (!ping->msg_id)
    return MTP_NEVER;
  int64_t silent = most(ping->sent_ms, engine->heard_ms) + engine->config.pong_ms;
  int64_t hung_up = ping->sent_ms + (int64_t)engine->config.ping_delay_s * 1000;
  return most(least(silent, hung_up), engine->moved_ms + engine->config.pong_ms);
}

static int64_t ping_deadline(const mtp_engine *engine) {
  if (engine->ping.msg_id || engine->ping.due || engine->config.http)
    return MTP_NEVER;
  int64_t probe = MTP_NEVER;
  if (engine->waiting_ms != MTP_NEVER)
    probe = engine->waiting_ms + engine->config.probe_ms;
  return least(least(probe, engine->hello_at), engine->ping_at);
}

/* Salts are asked for once the server has shown that it takes ours, at most once a minute. */
static int64_t salts_deadline(const mtp_engine *engine, mtp_now now) {
  if (engine->config.no_future_salts || !engine->heard || engine->salts_request.due)
    return MTP_NEVER;
  int64_t wait = mtp_salts_next_s(&engine->salts) * 1000 - mtp_clock_ms(&engine->clock, now);
  return most(engine->salts_at, now.monotonic_ms + most(wait, 0));
}

static void advance_salts(mtp_engine *engine, mtp_now now) {
  int64_t server_s = mtp_clock_s(&engine->clock, now);
  if (mtp_salts_advance(&engine->salts, server_s))
    mtp_tell(engine, MTP_ENGINE_EVENT_SALT);
  if (salts_deadline(engine, now) > now.monotonic_ms || !mtp_salts_short(&engine->salts, server_s))
    return;
  engine->salts_request.due = true;
  engine->salts_at = now.monotonic_ms + MTP_SALTS_MS;
}

void mtp_engine_tick(mtp_engine *engine, mtp_now now) {
  mtp_sent_give_up(engine, now);
  if (engine->closed || !engine->has_key || !engine->connected || engine->broken)
    return;
  mtp_renew_due(engine, now);
  if (now.monotonic_ms >= pong_deadline(engine)) {
    mtp_engine_break(engine, MTP_RECONNECT_PONG);
    return;
  }
  if (now.monotonic_ms >= ping_deadline(engine))
    engine->ping.due = true;
  if (engine->state.msg_id && now.monotonic_ms >= engine->state_until)
    mtp_state_overdue(engine);
  if (now.monotonic_ms >= engine->late_at) {
    mtp_sent_check_late(engine, now);
    engine->late_at = now.monotonic_ms + MTP_LATE_MS / 2;
  }
  advance_salts(engine, now);
}

void mtp_engine_moved(mtp_engine *engine, mtp_now now) {
  engine->moved_ms = now.monotonic_ms;
}

void mtp_engine_probe(mtp_engine *engine) {
  if (engine->has_key && engine->connected && !engine->broken && !engine->config.http)
    engine->ping.due = engine->ping.msg_id == 0;
}

int64_t mtp_engine_deadline(const mtp_engine *engine, mtp_now now) {
  if (engine->closed || !engine->has_key || !engine->connected || engine->broken)
    return engine->give_up_at;
  if (engine->renew)
    return least(engine->renew_until, engine->give_up_at);
  int64_t first = least(pong_deadline(engine), ping_deadline(engine));
  first = least(first, engine->give_up_at);
  first = least(first, salts_deadline(engine, now));
  if (mtp_acks_waiting(engine))
    first = least(first, engine->ack_at);
  if (engine->state.msg_id)
    first = least(first, engine->state_until);
  if (engine->flight.count)
    first = least(first, engine->late_at);
  return first;
}
