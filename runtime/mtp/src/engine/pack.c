/* What goes into a packet: messages one after another, in a container when there are several
 * (MS-2, MS-3). */
#include "internal.h"

#include <mt/mt.h>
#include <string.h>
#include <tl/wire.h>

#define ID_INVOKE_AFTER 0xcb9f372du
#define CONTAINER_HEAD  8

/* ---- queries ---- */

/* The message id that `after` asks for: 0 when it has ended. false: the query has to wait. */
static bool order_of(const mtp_engine *engine, const mtp_query *query, int64_t *after) {
  *after = 0;
  if (!query->options.after)
    return true;
  const mtp_query *first = mtp_idmap_get(&engine->by_token, query->options.after);
  if (!first)
    return true;
  if (query->wait_end || first->state == MTP_QUERY_QUEUED)
    return false;
  *after = first->state == MTP_QUERY_PACKING ? first->new_id : first->ids[0];
  return true;
}

static bool build(mtp_pack *pack, mtp_query *query) {
  mtp_engine *engine = pack->engine;
  const mtp_query_options *options = &query->options;
  tl_buffer *part = &engine->part;
  tl_buffer_clear(part);
  query->new_id = mtp_clock_next_id(&engine->clock, pack->now);
  tl_status status = options->build(options->build_ctx, query->new_id, engine->session_id, part);
  return status == TL_OK && part->size >= 4 && part->size % 4 == 0 &&
         part->size <= options->max_size;
}

static mtp_cause add_query(mtp_pack *pack, mtp_query *query, int64_t after) {
  uint8_t wrap[12];
  tl_store32(wrap, ID_INVOKE_AFTER);
  tl_store64(wrap + 4, (uint64_t)after);
  const tl_buffer *body = query->options.build ? &pack->engine->part : &query->body;
  return mtp_pack_add(pack, true, tl_bytes_of(wrap, after ? sizeof wrap : 0),
                      tl_bytes_of(body->data, body->size), &query->new_id);
}

/* It is in the packet. */
static void take(mtp_pack *pack, mtp_query_list *queue, mtp_query *query) {
  mtp_queries_remove(queue, query);
  query->state = MTP_QUERY_PACKING;
  mtp_queries_push_back(&pack->queries, query);
  pack->quick_ack = pack->quick_ack || query->options.quick_ack;
  pack->full = query->options.alone;
}

/* OK also when it stays in the queue or ends here. */
static mtp_cause pack_query(mtp_pack *pack, mtp_query_list *queue, mtp_query *query) {
  mtp_engine *engine = pack->engine;
  int64_t after;
  if ((engine->held && !query->options.unheld) || query->not_before > pack->now.monotonic_ms ||
      !order_of(engine, query, &after))
    return MTP_OK;
  if (query->options.alone && pack->count) {
    pack->full = true;
    return MTP_OK;
  }
  query->new_id = 0;
  bool built = !query->options.build || build(pack, query);
  mtp_cause status = built ? add_query(pack, query, after) : MTP_ENGINE_TOO_LARGE;
  if (!built || (status == MTP_ENGINE_TOO_LARGE && pack->count == 0)) { /* fits nowhere */
    pack->full = false;
    mtp_query_fail(engine, query, MTP_ENGINE_BUILD, 0);
    return MTP_OK;
  }
  if (!status)
    take(pack, queue, query);
  return status;
}

static mtp_cause pack_queries(mtp_pack *pack) {
  for (size_t i = 0; i < 2; i++) {
    mtp_query_list *queue = &pack->engine->queue[i];
    for (mtp_query *query = queue->first, *after; query && !pack->full; query = after) {
      after = query->next;
      mtp_cause status = pack_query(pack, queue, query);
      if (status)
        return status == MTP_ENGINE_TOO_LARGE ? MTP_OK : status;
    }
  }
  return MTP_OK;
}

/* ---- the whole ---- */

/* One message goes as it is; several get a container whose id is larger than theirs. */
static void finish(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  const tl_buffer *out = &engine->scratch;
  mtp_message *message = &pack->message;
  message->session_id = engine->session_id;
  message->salt = engine->salts.current;
  if (pack->count == 1) {
    const uint8_t *at = out->data + CONTAINER_HEAD;
    size_t head = CONTAINER_HEAD + MTP_MESSAGE_HEAD;
    message->msg_id = (int64_t)tl_load64(at);
    message->seq_no = (int32_t)tl_load32(at + 8);
    message->body = tl_bytes_of(out->data + head, out->size - head);
    return;
  }
  tl_store32(out->data, MT_ID_msg_container);
  tl_store32(out->data + 4, pack->count);
  pack->container = mtp_clock_next_id(&engine->clock, pack->now);
  message->msg_id = pack->container;
  message->seq_no = (int32_t)mtp_pack_seq_no(engine, false);
  message->body = tl_bytes_of(out->data, out->size);
}

static mtp_cause fill(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  tl_buffer_clear(&engine->scratch);
  if (!tl_buffer_extend(&engine->scratch, CONTAINER_HEAD))
    return MTP_ERR_NOMEM;
  mtp_cause status = mtp_pack_errands(pack);
  if (!status)
    status = pack_queries(pack);
  if (!status && pack->count) /* they ride along */
    status = mtp_pack_acks(pack);
  if (status && status != MTP_ENGINE_TOO_LARGE)
    return status;
  if (pack->count == 0)
    return MTP_ENGINE_NOTHING;
  bool room = mtp_idmap_reserve(&engine->by_id, pack->queries.count);
  return room ? MTP_OK : MTP_ERR_NOMEM;
}

mtp_cause mtp_pack_make(mtp_pack *pack, mtp_engine *engine, mtp_now now) {
  memset(pack, 0, sizeof *pack);
  pack->engine = engine;
  pack->now = now;
  pack->last_id = engine->clock.last_id;
  pack->content_count = engine->content_count;
  mtp_cause status = fill(pack);
  if (status)
    mtp_pack_rollback(pack);
  else
    finish(pack);
  return status;
}

void mtp_pack_rollback(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  engine->clock.last_id = pack->last_id;
  engine->content_count = pack->content_count;
  while (pack->queries.last) {
    mtp_query *query = pack->queries.last;
    mtp_queries_remove(&pack->queries, query);
    query->state = MTP_QUERY_QUEUED;
    mtp_queries_push_front(&engine->queue[query->options.urgent ? 0 : 1], query);
  }
  mtp_errands_rollback(pack);
}

void mtp_pack_commit(mtp_pack *pack, uint32_t quick_token) {
  mtp_engine *engine = pack->engine;
  if (pack->queries.count && engine->waiting_ms == MTP_NEVER)
    engine->waiting_ms = pack->now.monotonic_ms;
  while (pack->queries.first) {
    mtp_query *query = pack->queries.first;
    mtp_queries_remove(&pack->queries, query);
    query->quick_token = quick_token;
    mtp_query_sent(engine, query, pack->container, pack->now);
  }
  mtp_errands_commit(pack);
  engine->hello_at = MTP_NEVER;
  engine->recent[engine->n_recent % MTP_SENT_RECENT] = pack->message.msg_id;
  engine->n_recent++;
}
