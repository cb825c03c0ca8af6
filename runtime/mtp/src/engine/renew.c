/* A new session of ours: its id, and what is left of the one before (MS-9). */
#include "internal.h"

#include <mt/mt.h>

static void forget_session(mtp_engine *engine) {
  engine->content_count = 0;
  engine->clock.last_id = 0;
  engine->unique_id = 0;
  engine->created = engine->heard = engine->renew = engine->renew_gently = false;
  engine->n_recent = 0;
  mtp_engine_intake_drop(engine);
  mtp_seen_free(&engine->seen);
  mtp_ids_free(&engine->acks);
  mtp_ids_free(&engine->wanted);
  mtp_notes_free(engine, engine->n_notes);
  engine->acks_kept = engine->wanted_kept = engine->notes_kept = (mtp_kept){0};
  mtp_errands_reset(engine);
}

/* From the newest to the oldest, so that they keep their order. */
static void take_back_flight(mtp_engine *engine) {
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    mtp_query_forget_ids(engine, query);
    if (query->options.once)
      mtp_query_fail(engine, query, MTP_ERR_UNCERTAIN, 0);
    else
      mtp_query_requeue(engine, query);
  }
  for (size_t i = 0; i < 2; i++)
    for (mtp_query *query = engine->queue[i].first; query; query = query->next)
      mtp_query_forget_ids(engine, query);
}

mtp_cause mtp_engine_begin(mtp_engine *engine) {
  uint64_t id = 0;
  if (mtp_rng_fill(engine->config.rng, (uint8_t *)&id, sizeof id))
    return MTP_ERR_RANDOM;
  take_back_flight(engine);
  forget_session(engine);
  engine->old_sessions[1] = engine->old_sessions[0];
  engine->old_sessions[0] = engine->session_id;
  engine->session_id = (int64_t)(id ? id : 1); /* 0 stands for none */
  mtp_tell(engine, MTP_ENGINE_EVENT_SESSION_ID);
  return MTP_OK;
}

void mtp_renew_soon(mtp_engine *engine, mtp_now now) {
  engine->renew_gently = false;
  if (engine->renew)
    return;
  engine->renew = true;
  engine->renew_until = now.monotonic_ms + engine->config.drain_ms;
}

/* What others wait for is not put at risk for queries that left too often: those end. */
static void end_repeated(mtp_engine *engine) {
  engine->renew = engine->renew_gently = false;
  for (size_t i = 0; i < 2; i++)
    for (mtp_query *query = engine->queue[i].first, *after; query; query = after) {
      after = query->next;
      if (query->sends >= engine->config.max_sends)
        mtp_query_fail(engine, query, MTP_ENGINE_REPEATED, query->code);
    }
}

static void renew(mtp_engine *engine) {
  int64_t old = engine->session_id;
  if (mtp_engine_begin(engine) != MTP_OK)
    mtp_engine_fatal(engine);
  else
    mtp_query_errand(engine, MTP_QUERY_DESTROY_SESSION, MT_ID_destroy_session,
                     old); /* a courtesy */
}

void mtp_renew_due(mtp_engine *engine, mtp_now now) {
  if (!engine->renew || engine->intake.busy ||
      (engine->flight.count && now.monotonic_ms < engine->renew_until))
    return;
  if (engine->renew_gently && engine->flight.count)
    end_repeated(engine);
  else
    renew(engine);
}
