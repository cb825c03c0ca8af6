/* A packet's messages: containers and gzip_packed are taken apart before anything is acted on, so
 * that a packet that is malformed anywhere counts for nothing (MS-4, EN-13). */
#include "gzip.h"
#include "internal.h"

#include <tl/wire.h>

#define ID_CONTAINER  0x73f1f8dcu
#define MESSAGE_HEAD  16
#define MAX_NESTING   2
#define MAX_CONTAINER 8192 /* messages in one container of the server */

static mtp_engine_status parse_message(mtp_parse *parse, const mtp_inbound *message,
                                       unsigned nesting, bool contained);

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

static mtp_engine_status add_message(mtp_parse *parse, const mtp_inbound *message) {
  mtp_inbound *messages =
      grow(parse->allocator, parse->messages, sizeof *messages, parse->count, &parse->capacity);
  if (!messages)
    return MTP_ENGINE_NOMEM;
  parse->messages = messages;
  messages[parse->count++] = *message;
  return MTP_ENGINE_OK;
}

/* Takes the next message off a container; false when it does not fit in what is left. */
static bool next_inside(tl_bytes *left, mtp_inbound *inner) {
  if (left->size < MESSAGE_HEAD)
    return false;
  uint32_t size = tl_load32(left->data + 12);
  if (size % 4 || size > left->size - MESSAGE_HEAD)
    return false;
  *inner = (mtp_inbound){.msg_id = (int64_t)tl_load64(left->data),
                         .seq_no = (int32_t)tl_load32(left->data + 8),
                         .body = tl_bytes_of(left->data + MESSAGE_HEAD, size)};
  left->data += MESSAGE_HEAD + size;
  left->size -= MESSAGE_HEAD + size;
  return true;
}

/* msg_container#73f1f8dc messages:vector<%Message> */
static mtp_engine_status parse_container(mtp_parse *parse, const mtp_inbound *message,
                                         unsigned nesting) {
  mtp_inbound wrapper = *message, inner;
  tl_bytes left = message->body;
  if (left.size < 8 || tl_load32(left.data + 4) > MAX_CONTAINER)
    return MTP_ENGINE_REJECTED;
  uint32_t count = tl_load32(left.data + 4);
  left = tl_bytes_of(left.data + 8, left.size - 8);
  wrapper.wrapper = true;
  mtp_engine_status status = add_message(parse, &wrapper);
  for (; count && !status; count--) {
    if (!next_inside(&left, &inner))
      return MTP_ENGINE_REJECTED;
    status = parse_message(parse, &inner, nesting, true);
  }
  return !status && left.size ? MTP_ENGINE_REJECTED : status;
}

static tl_buffer *add_inflated(mtp_parse *parse) {
  tl_buffer *inflated = grow(parse->allocator, parse->inflated, sizeof *inflated, parse->n_inflated,
                             &parse->cap_inflated);
  if (!inflated)
    return NULL;
  parse->inflated = inflated;
  tl_buffer_init(&inflated[parse->n_inflated], parse->allocator, 0);
  return &inflated[parse->n_inflated++];
}

/* Content that cannot be inflated would come again and again if it were refused: it is passed on as
 * unreadable. */
static mtp_engine_status parse_gzip(mtp_parse *parse, const mtp_inbound *message, unsigned nesting,
                                    bool contained) {
  mtp_inbound content = *message;
  tl_bytes data;
  tl_buffer *inflated = add_inflated(parse);
  if (!inflated)
    return MTP_ENGINE_NOMEM;
  mtp_gzip_status status = MTP_GZIP_BAD;
  if (mtp_gzip_data(message->body, &data))
    status = mtp_gzip_inflate(parse->allocator, data, parse->budget, inflated);
  if (status == MTP_GZIP_NOMEM)
    return MTP_ENGINE_NOMEM;
  content.unreadable = status != MTP_GZIP_OK || inflated->size < 4;
  if (content.unreadable)
    return add_message(parse, &content);
  parse->budget -= inflated->size;
  content.body = tl_bytes_of(inflated->data, inflated->size);
  return parse_message(parse, &content, nesting, contained);
}

static mtp_engine_status parse_message(mtp_parse *parse, const mtp_inbound *message,
                                       unsigned nesting, bool contained) {
  if (message->body.size < 4 || message->msg_id % 2 == 0) /* EN-10 */
    return MTP_ENGINE_REJECTED;
  uint32_t id = tl_load32(message->body.data);
  if (id != ID_CONTAINER && id != MTP_ID_GZIP_PACKED)
    return add_message(parse, message);
  if (nesting == MAX_NESTING || (id == ID_CONTAINER && contained))
    return MTP_ENGINE_REJECTED;
  if (id == ID_CONTAINER)
    return parse_container(parse, message, nesting + 1);
  return parse_gzip(parse, message, nesting + 1, contained);
}

mtp_engine_status mtp_parse_packet(mtp_parse *parse, const mtp_engine *engine,
                                   const mtp_message *message) {
  *parse =
      (mtp_parse){.allocator = engine->config.allocator, .budget = engine->config.max_inflated};
  mtp_inbound outer = {.msg_id = message->msg_id, .seq_no = message->seq_no, .body = message->body};
  return parse_message(parse, &outer, 0, false);
}

void mtp_parse_free(mtp_parse *parse) {
  for (size_t i = 0; i < parse->n_inflated; i++)
    tl_buffer_free(&parse->inflated[i]);
  tl_free(parse->allocator, parse->inflated, parse->cap_inflated * sizeof *parse->inflated);
  tl_free(parse->allocator, parse->messages, parse->capacity * sizeof *parse->messages);
}
