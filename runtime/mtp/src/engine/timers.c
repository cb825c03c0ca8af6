/* What time alone brings about: acknowledgements, pings and missing pongs, salts, states that
 * nobody tells. All of it by the monotonic clock (MS-18, RB-5). */
#include "internal.h"

static int64_t most(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* Bytes of a packet that is not whole yet buy it time, but no more than a ping's period and the
 * time for its pong: they are no sign of life (LV-1). */
static int64_t patience_ends(const mtp_engine *engine) {
  int64_t since = engine->heard_ms;
  if (engine->waiting_ms != MTP_NEVER)
    since = most(since, engine->waiting_ms);
  uint32_t period = engine->config.ping_ms ? engine->config.ping_ms : MTP_PING_MS;
  return since + 5 * (int64_t)period + engine->config.pong_ms;
}

int64_t mtp_engine_patience(const mtp_engine *engine, int64_t missing) {
  int64_t moving = engine->moved_ms + engine->config.pong_ms;
  return moving > missing ? mtp_earlier(moving, most(missing, patience_ends(engine))) : missing;
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
  return mtp_engine_patience(engine, mtp_earlier(silent, hung_up));
}

static int64_t ping_deadline(const mtp_engine *engine) {
  if (engine->ping.msg_id || engine->ping.due || engine->config.http)
    return MTP_NEVER;
  int64_t probe = MTP_NEVER;
  if (engine->waiting_ms != MTP_NEVER)
    probe = engine->waiting_ms + engine->config.probe_ms;
  return mtp_earlier(mtp_earlier(probe, engine->hello_at), engine->ping_at);
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

/* When the next query that waits before it leaves once more may do so. */
static void find_resend(mtp_engine *engine, mtp_now now) {
  engine->resend_at = MTP_NEVER;
  for (size_t i = 0; i < 2; i++)
    for (const mtp_query *query = engine->queue[i].first; query; query = query->next)
      if (query->not_before > now.monotonic_ms)
        engine->resend_at = mtp_earlier(engine->resend_at, query->not_before);
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
  if (now.monotonic_ms >= engine->resend_at)
    find_resend(engine, now);
  advance_salts(engine, now);
}

void mtp_engine_moved(mtp_engine *engine, size_t bytes, mtp_now now) {
  engine->moved_bytes += bytes;
  if (engine->moved_bytes < engine->config.pong_ms) /* a kilobyte a second */
    return;
  engine->moved_bytes = 0;
  engine->moved_ms = now.monotonic_ms;
}

void mtp_engine_probe(mtp_engine *engine) {
  if (engine->has_key && engine->connected && !engine->broken && !engine->config.http)
    engine->ping.due = engine->ping.msg_id == 0;
}

void mtp_engine_slept(mtp_engine *engine) {
  mtp_clock_slept(&engine->clock);
}

/* What can do nothing but send is in mtp_engine_deadline() only. */
int64_t mtp_engine_timers_deadline(const mtp_engine *engine, mtp_now now) {
  if (engine->intake.busy)
    return now.monotonic_ms;
  if (engine->closed || !engine->has_key || !engine->connected || engine->broken)
    return engine->give_up_at;
  if (engine->renew)
    return mtp_earlier(engine->renew_until, engine->give_up_at);
  int64_t first = mtp_earlier(pong_deadline(engine), ping_deadline(engine));
  first = mtp_earlier(first, mtp_earlier(engine->give_up_at, engine->resend_at));
  first = mtp_earlier(first, salts_deadline(engine, now));
  if (engine->state.msg_id)
    first = mtp_earlier(first, engine->state_until);
  if (engine->flight.count)
    first = mtp_earlier(first, engine->late_at);
  return first;
}

int64_t mtp_engine_deadline(const mtp_engine *engine, mtp_now now) {
  int64_t first = mtp_engine_timers_deadline(engine, now);
  if (engine->closed || !engine->has_key || !engine->connected || engine->broken || engine->renew)
    return first;
  if (engine->poll.due && engine->poll_at)
    first = mtp_earlier(first, engine->poll_at);
  if (mtp_acks_waiting(engine))
    first = mtp_earlier(first, engine->ack_at);
  return first;
}
