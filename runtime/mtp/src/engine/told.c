/* What is told: the ends of queries and updates in their order, the rest as it stands when asked.
 */
#include "internal.h"

#include <string.h>

void mtp_tell(mtp_engine *engine, mtp_engine_event_type type) {
  engine->events.raised |= 1u << type;
}

void mtp_tell_ended(mtp_engine *engine, mtp_query *query) {
  mtp_told *events = &engine->events;
  query->next_end = NULL;
  if (events->last_end)
    events->last_end->next_end = query;
  else
    events->first_end = query;
  events->last_end = query;
}

void mtp_tell_progress(mtp_engine *engine, mtp_query *query, unsigned what) {
  mtp_told *events = &engine->events;
  if (!query->options.progress)
    return;
  bool listed = query->told != 0;
  query->told |= what;
  if (listed)
    return;
  query->next_told = NULL;
  if (events->last_told)
    events->last_told->next_told = query;
  else
    events->first_told = query;
  events->last_told = query;
}

/* The bytes of body in a buffer of their own: whole's, if it holds just that. */
static bool take_bytes(tl_buffer *out, tl_bytes body, tl_buffer *whole) {
  if (!whole)
    return tl_buffer_append(out, body.data, body.size) == TL_OK;
  const tl_allocator *allocator = out->allocator;
  *out = *whole;
  tl_buffer_init(whole, allocator, 0);
  return true;
}

void mtp_tell_update(mtp_engine *engine, tl_bytes body, tl_buffer *whole) {
  mtp_told *events = &engine->events;
  const tl_allocator *allocator = engine->config.allocator;
  bool fits = events->updates_size < engine->config.max_queued &&
              body.size <= engine->config.max_queued - events->updates_size;
  mtp_update *update = fits ? tl_alloc_zero(allocator, sizeof *update) : NULL;
  if (update)
    tl_buffer_init(&update->body, allocator, 0);
  if (!update || !take_bytes(&update->body, body, whole)) {
    tl_free(allocator, update, sizeof *update);
    mtp_tell(engine, MTP_ENGINE_EVENT_UPDATES_GAP);
    return;
  }
  events->updates_size += body.size;
  if (events->last_update)
    events->last_update->next = update;
  else
    events->first_update = update;
  events->last_update = update;
}

/* ---- taking them ---- */

static void fill_raised(const mtp_engine *engine, mtp_engine_event *out) {
  const mtp_told *events = &engine->events;
  switch (out->type) {
  case MTP_ENGINE_EVENT_RECONNECT:
    out->reason = events->reason;
    break;
  case MTP_ENGINE_EVENT_NEW_SESSION:
    out->value = events->unique_id;
    out->first = events->first_session;
    break;
  case MTP_ENGINE_EVENT_SALT:
    out->value = engine->salts.current;
    break;
  case MTP_ENGINE_EVENT_TIME:
    out->value = events->time_ms;
    break;
  case MTP_ENGINE_EVENT_SESSION_ID:
    out->value = engine->session_id;
    break;
  case MTP_ENGINE_EVENT_PONG:
    out->value = events->rtt_ms;
    break;
  case MTP_ENGINE_EVENT_KEY_DESTROYED:
    out->destroyed = events->key_destroyed;
    break;
  default:
    break;
  }
}

static bool take_raised(mtp_engine *engine, mtp_engine_event *out) {
  for (unsigned type = 0; engine->events.raised >> type; type++) {
    if (!(engine->events.raised >> type & 1))
      continue;
    engine->events.raised &= ~(1u << type);
    out->type = (mtp_engine_event_type)type;
    fill_raised(engine, out);
    return true;
  }
  return false;
}

static void fill_told(mtp_query *query, mtp_engine_event *out) {
  out->token = query->token;
  out->user = query->options.user;
  out->msg_id = query->n_ids ? query->ids[0] : 0;
  if (query->told & MTP_TOLD_SENT) {
    out->type = MTP_ENGINE_EVENT_SENT;
    query->told &= ~(unsigned)MTP_TOLD_SENT;
    return;
  }
  out->type = MTP_ENGINE_EVENT_ACKED;
  out->quick = query->told & MTP_TOLD_QUICK;
  query->told &= ~(unsigned)(out->quick ? MTP_TOLD_QUICK : MTP_TOLD_ACKED);
}

static bool take_told(mtp_engine *engine, mtp_engine_event *out) {
  mtp_told *events = &engine->events;
  mtp_query *query = events->first_told;
  if (!query)
    return false;
  fill_told(query, out);
  if (query->told)
    return true;
  events->first_told = query->next_told;
  if (!events->first_told)
    events->last_told = NULL;
  return true;
}

static bool take_update(mtp_engine *engine, mtp_engine_event *out) {
  mtp_told *events = &engine->events;
  mtp_update *update = events->first_update;
  if (!update)
    return false;
  out->type = MTP_ENGINE_EVENT_UPDATE;
  out->body = update->body;
  events->updates_size -= update->body.size;
  events->first_update = update->next;
  if (!events->first_update)
    events->last_update = NULL;
  tl_free(engine->config.allocator, update, sizeof *update);
  return true;
}

static bool take_end(mtp_engine *engine, mtp_engine_event *out) {
  mtp_told *events = &engine->events;
  mtp_query *query = events->first_end;
  if (!query)
    return false;
  events->first_end = query->next_end;
  if (!events->first_end)
    events->last_end = NULL;
  *out = query->end;
  tl_buffer_init(&query->end.body, engine->config.allocator, 0);
  mtp_query_free(engine, query);
  return true;
}

/* Progress comes before ends: a query that has ended is freed when that is told. */
bool mtp_engine_next_event(mtp_engine *engine, mtp_engine_event *out) {
  memset(out, 0, sizeof *out);
  tl_buffer_init(&out->body, engine->config.allocator, 0);
  return take_raised(engine, out) || take_told(engine, out) || take_update(engine, out) ||
         take_end(engine, out);
}

void mtp_told_free(mtp_engine *engine) {
  mtp_engine_event event;
  while (mtp_engine_next_event(engine, &event))
    tl_buffer_free(&event.body);
}
