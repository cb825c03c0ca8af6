/* An answer: its bytes in the buffer that they came in, and the value decoded from them, strings
 * copied so that they end with a 0. All in one object that its user frees. A view shares the bytes
 * and objects of another reply, which lives until the last one is freed. */
#include "reply.h"

#include <stdatomic.h>
#include <string.h>

struct mtp_reply {
  const tl_allocator *allocator;
  atomic_uint users; /* replies are freed on any thread */
  mtp_reply *base;   /* a view: whose bytes and objects it points to */
  tl_arena arena;
  tl_value value;
  tl_buffer raw;
  size_t read; /* of that, what the value was made of */
};

mtp_reply *mtp_reply_new(const tl_allocator *allocator, tl_buffer *raw) {
  mtp_reply *reply = tl_alloc(allocator, sizeof *reply);
  if (!reply)
    return NULL;
  memset(reply, 0, sizeof *reply);
  reply->allocator = allocator;
  atomic_init(&reply->users, 1);
  reply->raw = *raw;
  tl_buffer_init(raw, raw->allocator, raw->limit);
  tl_arena_init(&reply->arena, allocator, 0);
  return reply;
}

mtp_reply *mtp_reply_share(mtp_reply *reply) {
  atomic_fetch_add_explicit(&reply->users, 1, memory_order_relaxed);
  return reply;
}

mtp_reply *mtp_reply_view(mtp_reply *base) {
  tl_buffer none;
  tl_buffer_init(&none, base->allocator, 0);
  mtp_reply *view = mtp_reply_new(base->allocator, &none);
  if (view)
    view->base = mtp_reply_share(base);
  return view;
}

tl_status mtp_reply_decode(mtp_reply *reply, const tl_schema *schema, uint16_t type,
                           size_t max_memory, tl_error *error) {
  tl_decode_options options = {
      .strings = TL_STRINGS_COPY, .max_memory = max_memory, .keep_before = true};
  return tl_decode(schema, type, reply->raw.data, reply->raw.size, &options, &reply->arena,
                   &reply->value, &reply->read, error);
}

tl_bytes mtp_reply_rest(const mtp_reply *reply) {
  tl_bytes raw = mtp_reply_raw(reply);
  if (reply->base)
    return tl_bytes_of(NULL, 0);
  return tl_bytes_of(raw.data + reply->read, raw.size - reply->read);
}

const tl_value *mtp_reply_value(const mtp_reply *reply) {
  return &reply->value;
}

tl_bytes mtp_reply_raw(const mtp_reply *reply) {
  const mtp_reply *owner = reply->base ? reply->base : reply;
  return tl_bytes_of(owner->raw.data, owner->raw.size);
}

size_t mtp_reply_cost(const mtp_reply *reply) {
  return sizeof *reply + reply->raw.capacity + reply->arena.used +
         (reply->base ? mtp_reply_cost(reply->base) : 0);
}

void mtp_reply_free(mtp_reply *reply) {
  if (!reply || atomic_fetch_sub_explicit(&reply->users, 1, memory_order_acq_rel) != 1)
    return;
  mtp_reply *base = reply->base;
  tl_arena_free(&reply->arena);
  tl_buffer_free(&reply->raw);
  tl_free(reply->allocator, reply, sizeof *reply);
  mtp_reply_free(base); /* which has no base itself */
}

tl_arena *mtp_reply_arena(mtp_reply *reply) {
  return &reply->arena;
}

void mtp_reply_set_value(mtp_reply *reply, const tl_value *value) {
  reply->value = *value;
}
