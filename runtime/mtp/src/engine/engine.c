/* The engine's life: configuration, key, session, connection. */
#include "internal.h"

#include "../crypto/secret.h"
#include <mt/mt.h>

void mtp_engine_config_init(mtp_engine_config *config) {
  *config = (mtp_engine_config){
      .ping_ms = 60000,
      .ping_delay_s = 75,
      .pong_ms = 15000,
      .probe_ms = 10000,
      .ack_ms = 15000,
      .ack_count = 16,
      .state_ms = 8000,
      .once_ms = 10000,
      .drain_ms = 5000,
      .http_max_wait = 25000,
      .max_tries = 6,
      .max_sends = 8,
      .resend_ms = 500,
      .max_inflated = (size_t)16 << 20,
      .max_queued = (size_t)16 << 20,
      .max_work = (size_t)1 << 20,
      .max_container = 1044448,
      .max_messages = 1000,
  };
}

static bool config_makes_sense(const mtp_engine_config *config) {
  return config->max_container >= 1024 && config->max_container <= 1044448 &&
         config->max_messages >= 1 && config->max_messages <= 1000;
}

mtp_cause mtp_engine_new(const mtp_engine_config *config, mtp_engine **out) {
  *out = NULL;
  if (!config_makes_sense(config))
    return MTP_ERR_ARGUMENT;
  const tl_allocator *allocator = config->allocator;
  mtp_engine *engine = tl_alloc_zero(allocator, sizeof *engine);
  if (!engine)
    return MTP_ERR_NOMEM;
  engine->config = *config;
  engine->seen.allocator = allocator;
  engine->acks.allocator = engine->wanted.allocator = engine->state_ids.allocator = allocator;
  engine->by_id.allocator = engine->by_token.allocator = allocator;
  engine->wiping = tl_wiping(allocator);
  tl_buffer_init(&engine->scratch, &engine->wiping, 0);
  tl_buffer_init(&engine->part, &engine->wiping, 0);
  mtp_errands_reset(engine);
  engine->give_up_at = engine->resend_at = MTP_NEVER;
  *out = engine;
  return MTP_OK;
}

void mtp_engine_free(mtp_engine *engine) {
  if (!engine)
    return;
  mtp_query_fail_all(engine, MTP_ERR_CLOSED);
  mtp_told_free(engine);
  mtp_engine_intake_drop(engine);
  mtp_notes_free(engine, engine->n_notes);
  mtp_ids_free(&engine->acks);
  mtp_ids_free(&engine->wanted);
  mtp_ids_free(&engine->state_ids);
  mtp_seen_free(&engine->seen);
  mtp_idmap_free(&engine->by_id);
  mtp_idmap_free(&engine->by_token);
  mtp_engine_trim(engine);
  const tl_allocator *allocator = engine->config.allocator;
  mtp_wipe(engine, sizeof *engine);
  tl_free(allocator, engine, sizeof *engine);
}

void mtp_engine_trim(mtp_engine *engine) {
  tl_buffer_wipe(&engine->scratch);
  tl_buffer_free(&engine->scratch);
  tl_buffer_free(&engine->part);
}

/* ---- key and session ---- */

mtp_cause mtp_engine_set_key(mtp_engine *engine, const mtp_engine_key *key, mtp_now now) {
  mtp_auth_key prepared;
  if (engine->closed)
    return MTP_ERR_CLOSED;
  if (mtp_auth_key_init(&prepared, key->key) != MTP_OK)
    return MTP_ERR_NOMEM;
  mtp_cause status = mtp_engine_begin(engine);
  if (!status) {
    engine->key = prepared;
    engine->has_key = true;
    engine->old_sessions[0] = engine->old_sessions[1] = 0; /* they were of another key */
    mtp_salts_set(&engine->salts, key->salt);
    engine->salts_at = 0;
    mtp_clock_start(&engine->clock, key->time_offset_ms, key->synchronised, now);
    engine->reported_offset_ms = key->time_offset_ms;
  }
  mtp_auth_key_wipe(&prepared);
  return status;
}

int64_t mtp_engine_key_id(const mtp_engine *engine) {
  return engine->has_key ? engine->key.id : 0;
}

void mtp_engine_hold(mtp_engine *engine, bool held) {
  engine->held = held;
}

mtp_cause mtp_engine_destroy_key(mtp_engine *engine) {
  if (engine->closed)
    return MTP_ERR_CLOSED;
  bool queued = mtp_query_find_destroy(engine, MTP_QUERY_DESTROY_KEY, 0) ||
                mtp_query_errand(engine, MTP_QUERY_DESTROY_KEY, MT_ID_destroy_auth_key, 0);
  return queued ? MTP_OK : MTP_ERR_NOMEM;
}

/* ---- the connection ---- */

void mtp_engine_connected(mtp_engine *engine, mtp_now now) {
  engine->connected = true;
  engine->broken = false;
  engine->salt_changes = engine->refusals = 0;
  engine->events.raised &= ~(1u << MTP_ENGINE_EVENT_RECONNECT);
  if (engine->has_key)
    mtp_clock_resume(&engine->clock, now);
  mtp_errands_reset(engine);
  engine->ping.due = mtp_clock_doubted(&engine->clock);
  mtp_sent_check_late(engine, now); /* old errands are given up, even if no connection lasts */
  mtp_sent_doubt_all(engine);
  engine->ping_at = engine->config.ping_ms ? now.monotonic_ms + engine->config.ping_ms : MTP_NEVER;
  engine->hello_at = engine->config.ping_ms ? now.monotonic_ms + MTP_HELLO_MS : MTP_NEVER;
  engine->late_at = now.monotonic_ms + MTP_LATE_MS;
  engine->heard_ms = now.monotonic_ms;
  engine->moved_ms = now.monotonic_ms - engine->config.pong_ms;
}

void mtp_engine_disconnected(mtp_engine *engine, mtp_now now) {
  engine->connected = false;
  mtp_sent_count_down(engine, now);
  mtp_errands_reset(engine);
}

void mtp_engine_quick_ack(mtp_engine *engine, uint32_t token) {
  mtp_query *query = engine->quick ? engine->flight.first : NULL; /* else nobody asked for one */
  for (; query; query = query->next)
    if (query->options.quick_ack && query->quick_token == token)
      mtp_query_acked(engine, query, true);
}

/* 1 s, doubling to a minute, and up to a quarter more by chance. */
static int64_t poll_pause(const mtp_engine *engine) {
  unsigned doublings = engine->early_polls - MTP_EARLY_POLLS - 1;
  int64_t pause = doublings < 6 ? (int64_t)MTP_POLL_PAUSE_MS << doublings : MTP_POLL_PAUSE_MOST_MS;
  uint8_t chance = 0;
  if (pause > MTP_POLL_PAUSE_MOST_MS)
    pause = MTP_POLL_PAUSE_MOST_MS;
  return mtp_rng_fill(engine->config.rng, &chance, 1) ? pause : pause + pause * chance / 1024;
}

void mtp_engine_long_poll_done(mtp_engine *engine, mtp_now now) {
  bool early = engine->poll.msg_id && engine->news == engine->poll_news &&
               now.monotonic_ms - engine->poll.sent_ms < MTP_POLL_EARLY_MS;
  engine->early_polls = early ? engine->early_polls + 1 : 0;
  engine->poll_at = 0;
  if (engine->early_polls > MTP_EARLY_POLLS)
    engine->poll_at = now.monotonic_ms + poll_pause(engine);
  engine->poll.msg_id = 0;
  engine->poll.due = engine->config.http;
}

/* ---- names ---- */

const char *mtp_reconnect_name(mtp_reconnect_reason reason) {
  static const char *const names[] = {
      "none", "bad packet", "no pong", "salt keeps changing", "out of memory", "requests refused"};
  return (size_t)reason < sizeof names / sizeof *names ? names[reason] : "unknown reason";
}
