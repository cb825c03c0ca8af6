/* Queries from submit to end: their message ids, and that each ends once. */
#include "gzip.h"
#include "internal.h"

#include <mt/mt.h>
#include <tl/wire.h>

#define BUILD_SIZE 4096 /* of what build() makes, by default */
#define WRAP_SIZE  12   /* invokeAfterMsg in front */
#define HEAD_SIZE  24   /* container and message headers around a lone query */

static mtp_query_list *queue_of(mtp_engine *engine, const mtp_query *query) {
  return &engine->queue[query->options.urgent ? 0 : 1];
}

/* ---- life ---- */

static mtp_query *query_new(mtp_engine *engine, const mtp_query_options *options) {
  const tl_allocator *allocator = engine->config.allocator;
  if (!mtp_idmap_reserve(&engine->by_token, 1))
    return NULL;
  mtp_query *query = tl_alloc_zero(allocator, sizeof *query);
  if (!query)
    return NULL;
  if (options)
    query->options = *options;
  tl_buffer_init(&query->body, &engine->wiping, 0);
  return query;
}

static void enqueue(mtp_engine *engine, mtp_query *query) {
  query->token = ++engine->last_token;
  query->state = MTP_QUERY_QUEUED;
  mtp_idmap_put(&engine->by_token, query->token, query);
  mtp_queries_push_back(queue_of(engine, query), query);
  if (query->kind == MTP_QUERY_USER)
    engine->pending++;
}

/* What the packed form saves is worth it; what it costs in memory must not fail the query. */
static tl_status take_body(mtp_engine *engine, mtp_query *query, tl_bytes body) {
  const mtp_query_options *options = &query->options;
  bool packable = !engine->config.no_gzip && !options->no_gzip && !options->after &&
                  body.size >= MTP_GZIP_LEAST;
  if (packable && mtp_gzip_pack(&engine->wiping, body, &query->body) == MTP_OK)
    return TL_OK;
  return tl_buffer_append(&query->body, body.data, body.size);
}

static mtp_cause check_query(const mtp_engine *engine, const mtp_query_options *options,
                             const void *body, size_t size) {
  if (engine->closed)
    return MTP_ERR_CLOSED;
  if (options && options->build)
    return size ? MTP_ERR_ARGUMENT : MTP_OK;
  return !body || size < 4 || size % 4 ? MTP_ERR_ARGUMENT : MTP_OK;
}

mtp_cause mtp_engine_submit(mtp_engine *engine, const void *body, size_t size,
                            const mtp_query_options *options, mtp_token *token) {
  if (token)
    *token = 0;
  mtp_cause status = check_query(engine, options, body, size);
  if (status)
    return status;
  mtp_query *query = query_new(engine, options);
  if (!query)
    return MTP_ERR_NOMEM;
  if (query->options.max_size == 0)
    query->options.max_size = BUILD_SIZE;
  if (!query->options.build && take_body(engine, query, tl_bytes_of(body, size)) != TL_OK)
    status = MTP_ERR_NOMEM;
  else if (query->body.size > engine->config.max_container - HEAD_SIZE - WRAP_SIZE)
    status = MTP_ENGINE_TOO_LARGE;
  if (status) {
    mtp_query_free(engine, query);
    return status;
  }
  enqueue(engine, query);
  if (token)
    *token = query->token;
  return MTP_OK;
}

bool mtp_query_errand(mtp_engine *engine, mtp_query_kind kind, uint32_t id, int64_t param) {
  mtp_query_options options = {.urgent = true, .unheld = true};
  mtp_query *query = query_new(engine, &options);
  uint8_t body[12];
  tl_store32(body, id);
  tl_store64(body + 4, (uint64_t)param);
  size_t size = kind == MTP_QUERY_DESTROY_KEY ? 4 : 12;
  if (!query || tl_buffer_append(&query->body, body, size) != TL_OK) {
    mtp_query_free(engine, query);
    return false;
  }
  query->kind = kind;
  query->param = param;
  enqueue(engine, query);
  if (kind != MTP_QUERY_DROP) {
    query->next_destroy = engine->destroys;
    engine->destroys = query;
  }
  return true;
}

/* ---- message ids ---- */

void mtp_query_forget_ids(mtp_engine *engine, mtp_query *query) {
  query->sends = 0;
  query->not_before = 0;
  for (unsigned i = 0; i < query->n_ids; i++)
    mtp_idmap_remove(&engine->by_id, (uint64_t)query->ids[i]);
  query->n_ids = 0;
}

mtp_query *mtp_query_of(const mtp_engine *engine, int64_t msg_id) {
  return mtp_idmap_get(&engine->by_id, (uint64_t)msg_id);
}

mtp_query *mtp_query_in_flight(const mtp_engine *engine, int64_t msg_id) {
  mtp_query *query = mtp_query_of(engine, msg_id);
  return query && query->state == MTP_QUERY_FLIGHT && query->ids[0] == msg_id ? query : NULL;
}

mtp_query *mtp_query_find_destroy(const mtp_engine *engine, mtp_query_kind kind, int64_t param) {
  for (mtp_query *query = engine->destroys; query; query = query->next_destroy)
    if (query->kind == kind && query->param == param)
      return query;
  return NULL;
}

static void leave_destroys(mtp_engine *engine, const mtp_query *query) {
  mtp_query **at = &engine->destroys;
  while (*at && *at != query)
    at = &(*at)->next_destroy;
  if (*at)
    *at = query->next_destroy;
}

void mtp_query_sent(mtp_engine *engine, mtp_query *query, int64_t container, mtp_now now) {
  if (query->n_ids == MTP_QUERY_IDS)
    mtp_idmap_remove(&engine->by_id, (uint64_t)query->ids[--query->n_ids]);
  for (unsigned i = query->n_ids++; i > 0; i--)
    query->ids[i] = query->ids[i - 1];
  query->ids[0] = query->new_id;
  query->container = container;
  query->sent_ms = now.monotonic_ms;
  query->sends++;
  query->give_up_at = MTP_NEVER;
  query->state = MTP_QUERY_FLIGHT;
  query->acked = query->asked = false;
  query->doubt = MTP_DOUBT_NONE;
  mtp_idmap_put(&engine->by_id, (uint64_t)query->new_id, query);
  mtp_queries_push_back(&engine->flight, query);
  engine->quick += query->options.quick_ack;
  mtp_tell_progress(engine, query, MTP_TOLD_SENT);
}

void mtp_query_acked(mtp_engine *engine, mtp_query *query, bool quick) {
  if (!quick) {
    query->doubt = MTP_DOUBT_NONE;
    if (query->acked)
      return;
    query->acked = true;
  }
  mtp_tell_progress(engine, query, quick ? MTP_TOLD_QUICK : MTP_TOLD_ACKED);
}

/* How long a query waits before it leaves once more: not at all the first two times, which a new
 * salt and a lost connection may cost, then longer and longer. */
static int64_t pause_of(const mtp_engine *engine, const mtp_query *query) {
  if (query->sends < 3)
    return 0;
  unsigned doublings = query->sends - 3 < 8 ? query->sends - 3 : 8;
  return (int64_t)engine->config.resend_ms << doublings;
}

static void leave_flight(mtp_engine *engine, mtp_query *query) {
  mtp_queries_remove(&engine->flight, query);
  engine->quick -= query->options.quick_ack;
}

static void back_to_queue(mtp_engine *engine, mtp_query *query) {
  leave_flight(engine, query);
  query->state = MTP_QUERY_QUEUED;
  query->container = 0;
  query->doubt = MTP_DOUBT_NONE;
  query->acked = query->asked = false;
  mtp_queries_push_front(queue_of(engine, query), query);
}

void mtp_query_requeue(mtp_engine *engine, mtp_query *query) {
  if (query->state != MTP_QUERY_FLIGHT)
    return;
  if (query->sends >= engine->config.max_sends && query->moved) {
    mtp_query_fail(engine, query, MTP_ENGINE_REPEATED, query->code);
    return;
  }
  back_to_queue(engine, query);
  int64_t pause = pause_of(engine, query);
  query->not_before = pause ? query->sent_ms + pause : 0;
  if (pause && query->not_before < engine->resend_at)
    engine->resend_at = query->not_before;
  if (query->sends < engine->config.max_sends)
    return;
  query->moved = true; /* to be tried in another session */
  if (engine->renew)
    return;
  engine->renew = engine->renew_gently = true;
  engine->renew_until = query->sent_ms + (int64_t)engine->config.drain_ms;
}

/* ---- the end ---- */

static void leave_list(mtp_engine *engine, mtp_query *query) {
  if (query->kind == MTP_QUERY_DESTROY_SESSION || query->kind == MTP_QUERY_DESTROY_KEY)
    leave_destroys(engine, query);
  if (query->state == MTP_QUERY_FLIGHT)
    leave_flight(engine, query);
  else if (query->state == MTP_QUERY_QUEUED)
    mtp_queries_remove(queue_of(engine, query), query);
}

void mtp_query_end(mtp_engine *engine, mtp_query *query, const mtp_engine_event *end) {
  leave_list(engine, query);
  mtp_query_forget_ids(engine, query);
  mtp_idmap_remove(&engine->by_token, query->token);
  mtp_idmap_trim(&engine->by_id);
  mtp_idmap_trim(&engine->by_token);
  mtp_query_drop_body(&query->body);
  query->state = MTP_QUERY_ENDED;
  query->end = *end;
  query->end.token = query->kind == MTP_QUERY_USER ? query->token : 0;
  query->end.user = query->options.user;
  if (query->kind == MTP_QUERY_USER)
    engine->pending--;
  if (query->kind == MTP_QUERY_USER || query->kind == MTP_QUERY_DESTROY_SESSION)
    mtp_tell_ended(engine, query);
  else
    mtp_query_free(engine, query);
}

void mtp_query_fail(mtp_engine *engine, mtp_query *query, mtp_cause fail, int32_t code) {
  mtp_engine_event end = {.type = MTP_ENGINE_EVENT_FAILED, .fail = fail, .code = code};
  tl_buffer_init(&end.body, engine->config.allocator, 0);
  if (query->kind == MTP_QUERY_DESTROY_SESSION) {
    end.type = MTP_ENGINE_EVENT_SESSION_DESTROYED;
    end.value = query->param;
  } else if (query->kind == MTP_QUERY_DESTROY_KEY) {
    engine->events.key_destroyed = false;
    mtp_tell(engine, MTP_ENGINE_EVENT_KEY_DESTROYED);
  }
  mtp_query_end(engine, query, &end);
}

void mtp_query_fail_all(mtp_engine *engine, mtp_cause fail) {
  mtp_query_list *lists[] = {&engine->flight, &engine->queue[0], &engine->queue[1]};
  for (size_t i = 0; i < 3; i++)
    while (lists[i]->first)
      mtp_query_fail(engine, lists[i]->first, fail, 0);
}

void mtp_engine_cancel(mtp_engine *engine, mtp_token token) {
  mtp_query *query = mtp_idmap_get(&engine->by_token, token);
  if (!query || query->kind != MTP_QUERY_USER || query->state == MTP_QUERY_PACKING)
    return;
  int64_t msg_id = query->state == MTP_QUERY_FLIGHT ? query->ids[0] : 0;
  mtp_query_fail(engine, query, MTP_ERR_CANCELLED, 0);
  if (msg_id) /* without memory the server just goes on with it */
    mtp_query_errand(engine, MTP_QUERY_DROP, MT_ID_rpc_drop_answer, msg_id);
}

int64_t mtp_engine_msg_id(const mtp_engine *engine, mtp_token token) {
  const mtp_query *query = mtp_idmap_get(&engine->by_token, token);
  return query && query->state == MTP_QUERY_FLIGHT ? query->ids[0] : 0;
}

size_t mtp_engine_pending(const mtp_engine *engine) {
  return engine->pending;
}
