/* Doubt about what was sent: whether the server has it is asked by msgs_state_req (MS-8, MS-14). */
#include "internal.h"

#include <mt/mt.h>

void mtp_query_doubt(mtp_engine *engine, mtp_query *query, mtp_doubt why) {
  query->doubt = why;
  query->asked = false;
  engine->state.due = true;
}

void mtp_doubt_unask(mtp_engine *engine) {
  mtp_ids_free(&engine->state_ids);
  for (mtp_query *query = engine->flight.first; query; query = query->next)
    query->asked = false;
}

/* The doubtful queries, marked as asked for. */
static bool collect_doubtful(mtp_engine *engine) {
  for (mtp_query *query = engine->flight.first; query; query = query->next) {
    if (query->doubt == MTP_DOUBT_NONE || engine->state_ids.count == MTP_IDS_MAX)
      continue;
    if (!mtp_ids_reserve(&engine->state_ids, 1))
      return false;
    mtp_ids_push(&engine->state_ids, query->ids[0]);
    query->asked = true;
  }
  return true;
}

mtp_cause mtp_pack_state(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  if (!engine->state.due || engine->state.msg_id)
    return MTP_OK;
  mtp_doubt_unask(engine);
  if (!collect_doubtful(engine))
    return MTP_ERR_NOMEM;
  if (engine->state_ids.count == 0) {
    engine->state.due = false;
    return MTP_OK;
  }
  mt_msgs_state_req args = {.msg_ids = {engine->state_ids.items, engine->state_ids.count}};
  mtp_cause status = mtp_pack_object(pack, MT_ID_msgs_state_req, &args, &pack->state_id);
  if (status)
    mtp_doubt_unask(engine);
  return status;
}

void mtp_sent_wanted(mtp_engine *engine, mtp_query *query) {
  if (query->options.once)
    mtp_query_fail(engine, query, MTP_ERR_UNCERTAIN, 0);
  else
    mtp_query_requeue(engine, query);
}

/* The server does not say. Received is received; otherwise it is sent again, except `once`. */
static void unanswered(mtp_engine *engine, mtp_query *query) {
  mtp_doubt why = query->doubt;
  query->doubt = MTP_DOUBT_NONE;
  if (why != MTP_DOUBT_LOST || query->acked)
    return;
  mtp_sent_wanted(engine, query);
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

void mtp_sent_state(mtp_engine *engine, int64_t msg_id, uint8_t state, bool asked) {
  mtp_query *query = mtp_query_in_flight(engine, msg_id);
  if (!query)
    return;
  switch (state & 7) {
  case 1: /* nothing is known of it: it may have run before the server forgot it */
    mtp_sent_wanted(engine, query);
    break;
  case 2: /* not received */
  case 3:
    if (asked)
      mtp_query_requeue(engine, query);
    else
      mtp_sent_wanted(engine, query);
    break;
  case 4:
    mtp_query_acked(engine, query, false);
    break;
  default:
    break;
  }
}
