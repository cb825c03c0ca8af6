/* What was sent and did not arrive, or may not have: refusals, doubt after a lost connection,
 * sessions that the server forgot, and new sessions of ours (MS-8, MS-9, MS-14). */
#include "internal.h"

bool mtp_sent_recently(const mtp_engine *engine, int64_t msg_id) {
  if (mtp_query_in_flight(engine, msg_id) || mtp_errands_have(engine, msg_id))
    return true;
  unsigned count = engine->n_recent < MTP_SENT_RECENT ? engine->n_recent : MTP_SENT_RECENT;
  for (unsigned i = 0; i < count; i++)
    if (engine->recent[i] == msg_id)
      return true;
  return false;
}

/* ---- refusals ---- */

static void doubt(mtp_engine *engine, mtp_query *query, mtp_doubt why) {
  query->doubt = why;
  query->asked = false;
  engine->state.due = true;
}

static void query_refused(mtp_engine *engine, mtp_query *query, mtp_refusal how, int32_t code) {
  query->code = code;
  if (++query->tries > engine->config.max_tries) {
    mtp_query_fail(engine, query, MTP_ENGINE_FAIL_REFUSED, code);
  } else if (how == MTP_REFUSED_ASK) {
    doubt(engine, query, MTP_DOUBT_LOST);
  } else {
    if (how == MTP_REFUSED_ALONE)
      query->options.alone = true;
    mtp_query_requeue(engine, query);
  }
}

void mtp_sent_refused(mtp_engine *engine, int64_t msg_id, mtp_refusal how, int32_t code) {
  mtp_errands_refused(engine, msg_id);
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

/* ---- new sessions ---- */

void mtp_session_renew_soon(mtp_engine *engine, mtp_now now) {
  if (engine->renew)
    return;
  engine->renew = true;
  engine->renew_until = now.monotonic_ms + engine->config.drain_ms;
}

void mtp_session_renew_due(mtp_engine *engine, mtp_now now) {
  if (!engine->renew || (engine->flight.count && now.monotonic_ms < engine->renew_until))
    return;
  int64_t old = engine->session_id;
  if (mtp_session_start(engine) != MTP_ENGINE_OK)
    mtp_session_fatal(engine);
  else
    mtp_query_errand(engine, MTP_QUERY_DESTROY_SESSION, 0xe7512126u, old); /* a courtesy */
}

/* The smallest message id that the server meant: a container's id is larger than those inside. */
static int64_t first_inside(const mtp_engine *engine, int64_t first_id) {
  int64_t first = first_id;
  for (const mtp_query *query = engine->flight.first; query; query = query->next)
    if (query->container == first_id && query->ids[0] < first)
      first = query->ids[0];
  return first;
}

void mtp_sent_forgotten(mtp_engine *engine, int64_t first_id) {
  int64_t first = first_inside(engine, first_id);
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    if (query->ids[0] >= first)
      continue;
    if (query->options.once)
      mtp_query_fail(engine, query, MTP_ENGINE_FAIL_UNKNOWN, 0);
    else
      mtp_query_requeue(engine, query);
  }
}

/* ---- states ---- */

void mtp_sent_doubt_all(mtp_engine *engine) {
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    if (query->options.idempotent && !query->acked)
      mtp_query_requeue(engine, query);
    else
      doubt(engine, query, MTP_DOUBT_LOST);
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
      mtp_query_fail(engine, query, MTP_ENGINE_FAIL_UNKNOWN, 0);
    else if (!query->acked && query->doubt == MTP_DOUBT_NONE)
      doubt(engine, query, MTP_DOUBT_LATE);
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
      mtp_query_fail(engine, query, MTP_ENGINE_FAIL_UNKNOWN, 0);
    else if (query->give_up_at < engine->give_up_at)
      engine->give_up_at = query->give_up_at;
  }
}

void mtp_sent_state(mtp_engine *engine, int64_t msg_id, uint8_t state) {
  mtp_query *query = mtp_query_in_flight(engine, msg_id);
  if (!query)
    return;
  switch (state & 7) {
  case 1: /* nothing is known of it: it may have run before the server forgot it */
    if (query->options.once)
      mtp_query_fail(engine, query, MTP_ENGINE_FAIL_UNKNOWN, 0);
    else
      mtp_query_requeue(engine, query);
    break;
  case 2: /* not received */
  case 3:
    mtp_query_requeue(engine, query);
    break;
  case 4:
    mtp_query_acked(engine, query, false);
    break;
  default:
    break;
  }
}

/* The server does not say. Received is received; otherwise it is sent again, except `once`. */
static void unanswered(mtp_engine *engine, mtp_query *query) {
  mtp_doubt why = query->doubt;
  query->doubt = MTP_DOUBT_NONE;
  if (why != MTP_DOUBT_LOST || query->acked)
    return;
  if (query->options.once)
    mtp_query_fail(engine, query, MTP_ENGINE_FAIL_UNKNOWN, 0);
  else
    mtp_query_requeue(engine, query);
}

void mtp_state_done(mtp_engine *engine, bool answered) {
  engine->state.msg_id = 0;
  engine->state.due = false;
  engine->state_tries = 0;
  mtp_ids_free(&engine->state_ids);
  for (mtp_query *query = engine->flight.last, *before; query; query = before) {
    before = query->prev;
    bool asked = query->asked;
    query->asked = false;
    if (asked && answered)
      query->doubt = MTP_DOUBT_NONE;
    else if (asked)
      unanswered(engine, query);
    else if (query->doubt != MTP_DOUBT_NONE)
      engine->state.due = true;
  }
}

void mtp_state_overdue(mtp_engine *engine) {
  if (++engine->state_tries == MTP_STATE_TRIES)
    mtp_state_done(engine, false);
  else
    engine->state = (mtp_errand){.due = true};
}
