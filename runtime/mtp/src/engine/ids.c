/* The growing list of message ids: what is to be acknowledged, asked for, or sent again. */
#include "ids.h"

#include <string.h>

bool mtp_ids_reserve(mtp_ids *ids, size_t more) {
  if (ids->capacity - ids->count >= more)
    return true;
  if (more > SIZE_MAX / 16 - ids->count)
    return false;
  size_t capacity = ids->capacity ? ids->capacity * 2 : 16;
  while (capacity < ids->count + more)
    capacity *= 2;
  int64_t *items = tl_realloc(ids->allocator, ids->items, ids->capacity * sizeof *items,
                              capacity * sizeof *items);
  if (!items)
    return false;
  ids->items = items;
  ids->capacity = capacity;
  return true;
}

void mtp_ids_push(mtp_ids *ids, int64_t id) {
  if (ids->count < ids->capacity)
    ids->items[ids->count++] = id;
}

void mtp_ids_drop(mtp_ids *ids, size_t n) {
  if (n >= ids->count) {
    mtp_ids_free(ids);
    return;
  }
  memmove(ids->items, ids->items + n, (ids->count - n) * sizeof *ids->items);
  ids->count -= n;
}

void mtp_ids_free(mtp_ids *ids) {
  tl_free(ids->allocator, ids->items, ids->capacity * sizeof *ids->items);
  ids->items = NULL;
  ids->count = ids->capacity = 0;
}
