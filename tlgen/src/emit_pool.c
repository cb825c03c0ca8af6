/* emit_pool.c: the strings of a schema's tables as one blob. */
#include <stdlib.h>
#include <string.h>

#include "emit.h"

void pool_add(model *m, name_pool *pool, const char *name) {
  size_t known = pool->offsets.count;
  dict_put(&m->pool, &pool->offsets, name);
  if (pool->offsets.count > known)
    list_push(&m->pool, &pool->pending, (void *)(uintptr_t)name);
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

static void set_offset(model *m, name_pool *pool, const char *name, size_t offset) {
  *dict_put(&m->pool, &pool->offsets, name) = (void *)(uintptr_t)(offset + 1);
}

void pool_place(model *m, name_pool *pool, bool share) {
  list *names = &pool->pending;
  if (share && names->count)
    qsort(names->items, names->count, sizeof *names->items, by_end);
  const char *last = NULL; /* the last one stored; it ends at pool->size */
  for (size_t i = names->count; i-- > 0;) {
    const char *name = names->items[i];
    if (share && last && ends_with(last, name)) {
      set_offset(m, pool, name, pool->size - 1 - strlen(name));
      continue;
    }
    TEXT_BLOCK(&pool->blob, "    \"{name}\\0\"\n", "name", name);
    set_offset(m, pool, name, pool->size);
    pool->size += strlen(name) + 1;
    last = name;
  }
  names->count = 0;
}

size_t pool_offset(const name_pool *pool, const char *name) {
  return (size_t)(uintptr_t)dict_get(&pool->offsets, name) - 1;
}

void pool_free(name_pool *pool) {
  text_free(&pool->blob);
}
