/* What was sent and did not arrive, or may not have: refusals, doubt after a lost connection,
 * sessions that the server forgot (MS-8, MS-9). */
#include "internal.h"

bool mtp_sent_recently(const mtp_engine *engine, int64_t msg_id) {
  if (!msg_id) /* what is in no container has 0 for it (LV-8) */
    return false;
  if (mtp_query_in_flight(engine, msg_id) || mtp_errands_have(engine, msg_id))
    return true;
  unsigned count = engine->n_recent < MTP_SENT_RECENT ? engine->n_recent : MTP_SENT_RECENT;
  for (unsigned i = 0; i < count; i++)
    if (engine->recent[i] == msg_id)
      return true;
  return false;
}

/* ---- refusals ---- */

static void query_refused(mtp_engine *engine, mtp_query *query, mtp_refusal how, int32_t code) {
  query->code = code;
  if (++query->tries > engine->config.max_tries) {
    mtp_query_fail(engine, query, MTP_ENGINE_REFUSED, code);
  } else if (how == MTP_REFUSED_ASK) {
    mtp_query_doubt(engine, query, MTP_DOUBT_LOST);
  } else {
    if (how == MTP_REFUSED_ALONE)
      query->options.alone = true;
    mtp_query_requeue(engine, query);
  }
}

/* Refused once more, it is nobody's any longer: all that was in it has gone back. */
static void forget_packet(mtp_engine *engine, int64_t msg_id) {
  for (size_t i = 0; i < MTP_SENT_RECENT; i++)
    if (engine->recent[i] == msg_id)
      engine->recent[i] = 0;
}

void mtp_sent_refused(mtp_engine *engine, int64_t msg_id, mtp_refusal how, int32_t code) {
  mtp_errands_refused(engine, msg_id);
  forget_packet(engine, msg_id);
  mtp_query *lone = mtp_query_in_flight(engine, msg_id);
  if (lone) {
    query_refused(engine, lone, how, code);
    return;
  }
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    if (query->container == msg_id)
      query_refused(engine, query, how, code);
  }
}

/* ---- sessions that the server forgot ---- */

/* The oldest query that the server has not forgotten; NULL: none. Those in flight stand in the
 * order of their ids. A container's id is larger than those inside, which it stands for. */
static mtp_query *oldest_kept(const mtp_engine *engine, int64_t first_id) {
  mtp_query *query = engine->flight.first;
  while (query && mtp_id_before(query->ids[0], first_id) && query->container != first_id)
    query = query->next;
  return query;
}

void mtp_sent_forgotten(mtp_engine *engine, int64_t first_id) {
  const mtp_query *kept = oldest_kept(engine, first_id);
  mtp_query *query = kept ? kept->prev : engine->flight.last;
  for (mtp_query *before; query; query = before) {
    before = query->prev;
    mtp_sent_wanted(engine, query);
  }
}

/* ---- after a lost connection ---- */

void mtp_sent_doubt_all(mtp_engine *engine) {
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    if (query->options.idempotent && !query->acked)
      mtp_query_requeue(engine, query);
    else
      mtp_query_doubt(engine, query, MTP_DOUBT_LOST);
  }
}

void mtp_sent_check_late(mtp_engine *engine, mtp_now now) {
  for (mtp_query *query = engine->flight.first, *after; query; query = after) {
    after = query->next;
    int64_t age = now.monotonic_ms - query->sent_ms;
    if (age < MTP_LATE_MS)
      break;
    if (query->kind != MTP_QUERY_USER && query->kind != MTP_QUERY_DESTROY_KEY &&
        age >= MTP_ERRAND_MS)
      mtp_query_fail(engine, query, MTP_ERR_UNCERTAIN, 0);
    else if (!query->acked && query->doubt == MTP_DOUBT_NONE)
      mtp_query_doubt(engine, query, MTP_DOUBT_LATE);
  }
}

/* Late answers come soon after another connection is there, or not at all. */
void mtp_sent_count_down(mtp_engine *engine, mtp_now now) {
  int64_t until = now.monotonic_ms + engine->config.once_ms;
  for (mtp_query *query = engine->flight.first; query; query = query->next) {
    if (!query->options.once || query->give_up_at != MTP_NEVER)
      continue;
    query->give_up_at = until;
    if (until < engine->give_up_at)
      engine->give_up_at = until;
  }
}

void mtp_sent_give_up(mtp_engine *engine, mtp_now now) {
  if (now.monotonic_ms < engine->give_up_at)
    return;
  engine->give_up_at = MTP_NEVER;
  for (mtp_query *query = engine->flight.first, *after; query; query = after) {
    after = query->next;
    if (query->give_up_at <= now.monotonic_ms)
      mtp_query_fail(engine, query, MTP_ERR_UNCERTAIN, 0);
    else if (query->give_up_at < engine->give_up_at)
      engine->give_up_at = query->give_up_at;
  }
}
