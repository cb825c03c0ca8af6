/* model_pool.c: the strings of a schema's tables as one blob. */
#include <stdlib.h>
#include <string.h>

#include "model_mem.h"

void pool_add(mem *pool, name_pool *names, const char *name) {
  size_t known = names->offsets.count;
  dict_put(pool, &names->offsets, name);
  if (names->offsets.count > known)
    list_push(pool, &names->pending, (void *)(uintptr_t)name);
}

/* Orders strings by their ends, so that one stands right before those that end with it. */
static int by_end(const void *left, const void *right) {
  const char *a = *(const char *const *)left, *b = *(const char *const *)right;
  size_t i = strlen(a), k = strlen(b);
  while (i && k) {
    int difference = (unsigned char)a[--i] - (unsigned char)b[--k];
    if (difference)
      return difference;
  }
  return (i > 0) - (k > 0);
}

static bool ends_with(const char *name, const char *end) {
  size_t n = strlen(name), k = strlen(end);
  return n >= k && memcmp(name + n - k, end, k) == 0;
}

static void set_offset(mem *pool, name_pool *names, const char *name, size_t offset) {
  *dict_put(pool, &names->offsets, name) = (void *)(uintptr_t)(offset + 1);
}

void pool_place(mem *pool, name_pool *names, bool share) {
  list *pending = &names->pending;
  if (share && pending->count)
    qsort(pending->items, pending->count, sizeof *pending->items, by_end);
  const char *last = NULL; /* the last one placed; it ends where the blob does */
  for (size_t i = pending->count; i-- > 0;) {
    const char *name = pending->items[i];
    size_t length = strlen(name);
    if (share && last && ends_with(last, name)) {
      set_offset(pool, names, name, names->size - 1 - length);
      continue;
    }
    set_offset(pool, names, name, names->size);
    list_push(pool, &names->placed, (void *)(uintptr_t)name);
    names->size += length + 1;
    last = name;
  }
  pending->count = 0;
}

size_t pool_offset(const name_pool *names, const char *name) {
  return (size_t)(uintptr_t)dict_get(&names->offsets, name) - 1;
}
