/* An answer: its bytes as they came, and the value decoded from a second copy of them, in which
 * strings are terminated in place. All in one object that its user frees. */
#include "client/reply.h"

#include <string.h>

struct mtp_reply {
  const tl_allocator *allocator;
  tl_arena arena;
  tl_value value;
  size_t size;
  size_t allocated;
  uint8_t *work; /* the second copy; NULL once it is not needed */
  uint8_t raw[];
};

mtp_reply *mtp_reply_new(const tl_allocator *allocator, tl_bytes raw) {
  if (raw.size > (SIZE_MAX - sizeof(mtp_reply)) / 2)
    return NULL;
  size_t allocated = sizeof(mtp_reply) + 2 * raw.size;
  mtp_reply *reply = tl_alloc(allocator, allocated);
  if (!reply)
    return NULL;
  memset(reply, 0, sizeof *reply);
  reply->allocator = allocator;
  reply->size = raw.size;
  reply->allocated = allocated;
  reply->work = reply->raw + raw.size;
  if (raw.size) {
    memcpy(reply->raw, raw.data, raw.size);
    memcpy(reply->work, raw.data, raw.size);
  }
  tl_arena_init(&reply->arena, allocator, 0);
  return reply;
}

tl_status mtp_reply_decode(mtp_reply *reply, const tl_schema *schema, uint16_t type,
                           tl_error *error) {
  tl_decode_options options = {.strings = TL_STRINGS_IN_PLACE};
  return tl_decode(schema, type, reply->work, reply->size, &options, &reply->arena, &reply->value,
                   NULL, error);
}

const tl_value *mtp_reply_value(const mtp_reply *reply) {
  return &reply->value;
}

tl_bytes mtp_reply_raw(const mtp_reply *reply) {
  return tl_bytes_of(reply->raw, reply->size);
}

void mtp_reply_free(mtp_reply *reply) {
  if (!reply)
    return;
  tl_arena_free(&reply->arena);
  tl_free(reply->allocator, reply, reply->allocated);
}

tl_arena *mtp_reply_arena(mtp_reply *reply) {
  return &reply->arena;
}

void mtp_reply_set_value(mtp_reply *reply, const tl_value *value) {
  reply->value = *value;
}
