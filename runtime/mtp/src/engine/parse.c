/* A packet's messages: containers and gzip_packed are taken apart before anything is acted on, so
 * that a packet that is malformed anywhere counts for nothing (MS-4, EN-13). */
#include "parse.h"

#include "gzip.h"
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
  parsed->open = true;
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

/* Replaces gzip_packed by its content. What cannot be inflated would come again and again if it
 * were refused: it becomes unreadable. */
static mtp_cause unpack(mtp_parsed *parsed, mtp_inbound *message) {
  tl_bytes data;
  tl_buffer *inflated = add_inflated(parsed);
  if (!inflated)
    return MTP_ERR_NOMEM;
  mtp_cause status = MTP_GZIP_BAD;
  size_t before = parsed->budget;
  if (mtp_gzip_data(message->body, &data))
    status = mtp_gzip_inflate(parsed->allocator, data, &parsed->budget, inflated);
  parsed->work += before - parsed->budget;
  if (status == MTP_ERR_NOMEM)
    return MTP_ERR_NOMEM;
  message->unreadable = status != MTP_OK || inflated->size < 4;
  if (!message->unreadable) {
    message->body = tl_bytes_of(inflated->data, inflated->size);
    message->inflated = parsed->n_inflated;
  }
  return MTP_OK;
}

static bool is_packed(const mtp_inbound *message) {
  return tl_load32(message->body.data) == MT_ID_gzip_packed && !message->unreadable;
}

/* contained: in a container, where another may stand only inside gzip_packed. */
static mtp_cause take_message(mtp_parsed *parsed, mtp_inbound message, unsigned nesting,
                              bool contained) {
  if (message.body.size < 4 || message.msg_id % 2 == 0) /* EN-10 */
    return MTP_ERR_REJECTED;
  parsed->work += message.body.size + MESSAGE_COST;
  for (; is_packed(&message); nesting++) {
    mtp_cause status = nesting == MAX_NESTING ? MTP_ERR_REJECTED : unpack(parsed, &message);
    if (status)
      return status;
  }
  if (message.unreadable || tl_load32(message.body.data) != MT_ID_msg_container)
    return add_message(parsed, &message);
  if (nesting == MAX_NESTING || contained)
    return MTP_ERR_REJECTED;
  return open_container(parsed, &message, nesting + 1);
}

mtp_cause mtp_packet_parse(mtp_parsed *parsed, const mtp_engine *engine,
                           const mtp_message *message) {
  *parsed =
      (mtp_parsed){.allocator = engine->config.allocator, .budget = engine->config.max_inflated};
  mtp_inbound outer = {.msg_id = message->msg_id, .seq_no = message->seq_no, .body = message->body};
  return take_message(parsed, outer, 0, false);
}

mtp_cause mtp_packet_continue(mtp_parsed *parsed, size_t work, bool *done) {
  mtp_cause status = MTP_OK;
  while (parsed->open && parsed->left_count && parsed->work < work && !status) {
    mtp_inbound inner;
    parsed->left_count--;
    if (!next_inside(&parsed->left, &inner))
      return MTP_ERR_REJECTED;
    status = take_message(parsed, inner, parsed->nesting, true);
  }
  *done = !parsed->open || parsed->left_count == 0;
  return !status && *done && parsed->left.size ? MTP_ERR_REJECTED : status;
}

void mtp_packet_free(mtp_parsed *parsed) {
  for (size_t i = 0; i < parsed->n_inflated; i++) {
    tl_buffer_wipe(&parsed->inflated[i]);
    tl_buffer_free(&parsed->inflated[i]);
  }
  tl_free(parsed->allocator, parsed->inflated, parsed->cap_inflated * sizeof *parsed->inflated);
  tl_free(parsed->allocator, parsed->messages, parsed->capacity * sizeof *parsed->messages);
  *parsed = (mtp_parsed){.allocator = parsed->allocator};
}
