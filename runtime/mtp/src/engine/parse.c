/* A packet's messages: containers and gzip_packed are taken apart before anything is acted on, so
 * that a packet that is malformed anywhere counts for nothing (MS-4, EN-13). */
#include "parse.h"

#include "internal.h"
#include <mt/mt.h>
#include <tl/wire.h>

#define MAX_NESTING   2
#define MESSAGE_COST  256  /* of work, beside its bytes */
#define MAX_CONTAINER 8192 /* messages in one container of the server */

/* Room for one more element in an array; NULL when out of memory. */
static void *grow(const tl_allocator *allocator, void *items, size_t item_size, size_t count,
                  size_t *capacity) {
  if (count < *capacity)
    return items;
  size_t wanted = *capacity ? *capacity * 2 : 8;
  void *grown = tl_realloc(allocator, items, *capacity * item_size, wanted * item_size);
  if (grown)
    *capacity = wanted;
  return grown;
}

static mtp_cause add_message(mtp_parsed *parsed, const mtp_inbound *message) {
  mtp_inbound *messages =
      grow(parsed->allocator, parsed->messages, sizeof *messages, parsed->count, &parsed->capacity);
  if (!messages)
    return MTP_ERR_NOMEM;
  parsed->messages = messages;
  messages[parsed->count++] = *message;
  return MTP_OK;
}

/* Takes the next message off a container; false when it does not fit in what is left. */
static bool next_inside(tl_bytes *left, mtp_inbound *inner) {
  if (left->size < MTP_MESSAGE_HEAD)
    return false;
  uint32_t size = tl_load32(left->data + 12);
  if (size % 4 || size > left->size - MTP_MESSAGE_HEAD)
    return false;
  *inner = (mtp_inbound){.msg_id = (int64_t)tl_load64(left->data),
                         .seq_no = (int32_t)tl_load32(left->data + 8),
                         .body = tl_bytes_of(left->data + MTP_MESSAGE_HEAD, size)};
  left->data += MTP_MESSAGE_HEAD + size;
  left->size -= MTP_MESSAGE_HEAD + size;
  return true;
}

/* msg_container#73f1f8dc messages:vector<%Message> */
static mtp_cause open_container(mtp_parsed *parsed, const mtp_inbound *message, unsigned nesting) {
  mtp_inbound wrapper = *message;
  tl_bytes left = message->body;
  if (left.size < 8 || tl_load32(left.data + 4) > MAX_CONTAINER)
    return MTP_ERR_REJECTED;
  parsed->left = tl_bytes_of(left.data + 8, left.size - 8);
  parsed->left_count = tl_load32(left.data + 4);
  parsed->nesting = nesting;
  wrapper.wrapper = true;
  return add_message(parsed, &wrapper);
}

static tl_buffer *add_inflated(mtp_parsed *parsed) {
  tl_buffer *inflated = grow(parsed->allocator, parsed->inflated, sizeof *inflated,
                             parsed->n_inflated, &parsed->cap_inflated);
  if (!inflated)
    return NULL;
  parsed->inflated = inflated;
  tl_buffer_init(&inflated[parsed->n_inflated], parsed->allocator, 0);
  return &inflated[parsed->n_inflated++];
}

/* ---- gzip_packed, a piece at a time ---- */

static tl_bytes *looked_at(mtp_opening *opening) {
  return opening->is_result ? &opening->message.result : &opening->message.body;
}

static bool is_packed(mtp_opening *opening) {
  tl_bytes body = *looked_at(opening);
  return body.size >= 4 && tl_load32(body.data) == MT_ID_gzip_packed;
}

static void keep_inflated(mtp_parsed *parsed, mtp_inflater *inflater) {
  tl_buffer *kept = &parsed->inflated[parsed->n_inflated - 1];
  *kept = mtp_inflate_take(inflater);
  *looked_at(&parsed->opening) = tl_bytes_of(kept->data, kept->size);
  parsed->opening.message.inflated = parsed->n_inflated;
}

/* What cannot be inflated would come again and again if it were refused: it becomes unreadable. A
 * result ends its call in any case. */
static mtp_cause fail(mtp_parsed *parsed, mtp_cause status) {
  mtp_opening *opening = &parsed->opening;
  if (opening->is_result)
    opening->message.result_fail = status;
  else if (status == MTP_ERR_NOMEM)
    return status;
  else
    opening->message.unreadable = true;
  opening->done = true;
  return MTP_OK;
}

/* What it cost is paid whether it succeeds or not: what came out, and a price for the attempt. */
static mtp_cause end_inflating(mtp_parsed *parsed, mtp_cause status) {
  mtp_opening *opening = &parsed->opening;
  mtp_inflater *inflater = opening->inflater;
  size_t cost = (inflater ? mtp_inflate_made(inflater) : 0) + MTP_GZIP_COST;
  parsed->budget -= cost < parsed->budget ? cost : parsed->budget;
  parsed->work += MTP_GZIP_COST;
  if (!status)
    keep_inflated(parsed, inflater);
  mtp_inflate_free(inflater);
  opening->inflater = NULL;
  if (!status && !opening->is_result && opening->message.body.size < 4)
    status = MTP_GZIP_BAD;
  return status ? fail(parsed, status) : MTP_OK;
}

static mtp_cause begin_inflating(mtp_parsed *parsed) {
  mtp_opening *opening = &parsed->opening;
  tl_bytes data;
  mtp_cause status = MTP_GZIP_BAD;
  if (!add_inflated(parsed))
    return fail(parsed, MTP_ERR_NOMEM);
  if (mtp_gzip_data(*looked_at(opening), &data))
    status = mtp_inflate_begin(parsed->allocator, data, parsed->budget, &opening->inflater);
  return status ? end_inflating(parsed, status) : MTP_OK;
}

static mtp_cause go_on_inflating(mtp_parsed *parsed, size_t most) {
  size_t work;
  bool done;
  mtp_cause status = mtp_inflate_step(parsed->opening.inflater, most, &work, &done);
  parsed->work += work;
  return status || done ? end_inflating(parsed, status) : MTP_OK;
}

/* ---- a message ---- */

/* A result that a call waits for may be packed, also twice. */
static bool look_into_result(mtp_opening *opening, const mtp_engine *engine) {
  mtp_inbound *message = &opening->message;
  if (message->body.size < MTP_RESULT_HEAD || tl_load32(message->body.data) != MT_ID_rpc_result)
    return false;
  const mtp_query *query = mtp_query_of(engine, (int64_t)tl_load64(message->body.data + 4));
  if (!query || query->kind != MTP_QUERY_USER)
    return false;
  message->result =
      tl_bytes_of(message->body.data + MTP_RESULT_HEAD, message->body.size - MTP_RESULT_HEAD);
  message->inflated = 0; /* of the body: there may be more in it than the result */
  opening->is_result = true;
  opening->nesting = 0;
  return true;
}

/* Nothing around it any more. */
static mtp_cause settle(mtp_parsed *parsed) {
  mtp_opening *opening = &parsed->opening;
  opening->busy = false;
  if (opening->is_result || opening->message.unreadable ||
      tl_load32(opening->message.body.data) != MT_ID_msg_container)
    return add_message(parsed, &opening->message);
  if (opening->nesting == MAX_NESTING || opening->contained)
    return MTP_ERR_REJECTED;
  return open_container(parsed, &opening->message, opening->nesting + 1);
}

static mtp_cause go_on(mtp_parsed *parsed, const mtp_engine *engine, size_t work) {
  mtp_opening *opening = &parsed->opening;
  if (opening->inflater)
    return go_on_inflating(parsed, work - parsed->work);
  if (opening->done)
    return settle(parsed);
  if (is_packed(opening) && opening->nesting < MAX_NESTING) {
    opening->nesting++;
    return begin_inflating(parsed);
  }
  if (is_packed(opening))
    return opening->is_result ? fail(parsed, MTP_GZIP_BAD) : MTP_ERR_REJECTED;
  opening->done = opening->is_result || !look_into_result(opening, engine);
  return MTP_OK;
}

static mtp_cause look_at(mtp_parsed *parsed, const mtp_inbound *message, unsigned nesting,
                         bool contained) {
  if (message->body.size < 4 || message->msg_id % 2 == 0) /* EN-10 */
    return MTP_ERR_REJECTED;
  parsed->work += message->body.size + MESSAGE_COST;
  parsed->opening =
      (mtp_opening){.busy = true, .contained = contained, .message = *message, .nesting = nesting};
  return MTP_OK;
}

/* ---- a packet ---- */

mtp_cause mtp_packet_parse(mtp_parsed *parsed, const mtp_engine *engine,
                           const mtp_message *message) {
  *parsed =
      (mtp_parsed){.allocator = engine->config.allocator, .budget = engine->config.max_inflated};
  mtp_inbound outer = {.msg_id = message->msg_id, .seq_no = message->seq_no, .body = message->body};
  return look_at(parsed, &outer, 0, false);
}

static mtp_cause next_message(mtp_parsed *parsed) {
  mtp_inbound inner;
  parsed->left_count--;
  if (!next_inside(&parsed->left, &inner))
    return MTP_ERR_REJECTED;
  return look_at(parsed, &inner, parsed->nesting, true);
}

mtp_cause mtp_packet_continue(mtp_parsed *parsed, const mtp_engine *engine, size_t work,
                              bool *done) {
  mtp_cause status = MTP_OK;
  while ((parsed->opening.busy || parsed->left_count) && parsed->work < work && !status)
    status = parsed->opening.busy ? go_on(parsed, engine, work) : next_message(parsed);
  *done = !parsed->opening.busy && parsed->left_count == 0;
  return !status && *done && parsed->left.size ? MTP_ERR_REJECTED : status;
}

void mtp_packet_free(mtp_parsed *parsed) {
  mtp_inflate_free(parsed->opening.inflater);
  for (size_t i = 0; i < parsed->n_inflated; i++) {
    tl_buffer_wipe(&parsed->inflated[i]);
    tl_buffer_free(&parsed->inflated[i]);
  }
  tl_free(parsed->allocator, parsed->inflated, parsed->cap_inflated * sizeof *parsed->inflated);
  tl_free(parsed->allocator, parsed->messages, parsed->capacity * sizeof *parsed->messages);
  *parsed = (mtp_parsed){.allocator = parsed->allocator};
}
