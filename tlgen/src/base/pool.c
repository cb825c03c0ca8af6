/* pool.c: the strings of a schema's tables as one blob. */
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

/* The entry of the string, or the free one where it would go. */
static pool_entry *find(const name_pool *names, const char *name) {
  size_t i = (uintptr_t)name / 8 * 0x9e3779b1u >> 4 & (names->capacity - 1);
  while (names->entries[i].name && names->entries[i].name != name)
    i = (i + 1) & (names->capacity - 1);
  return &names->entries[i];
}

static void grow(mem *pool, name_pool *names) {
  name_pool bigger = *names;
  bigger.capacity = names->capacity ? names->capacity * 4 : 64;
  bigger.entries = mem_alloc(pool, bigger.capacity * sizeof *bigger.entries);
  for (size_t i = 0; i < names->capacity; i++)
    if (names->entries[i].name)
      *find(&bigger, names->entries[i].name) = names->entries[i];
  *names = bigger;
}

void pool_add(mem *pool, name_pool *names, const char *name) {
  if (names->count * 4 >= names->capacity * 3)
    grow(pool, names);
  pool_entry *entry = find(names, name);
  if (entry->name)
    return;
  entry->name = name;
  names->count++;
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

void pool_place(mem *pool, name_pool *names, bool share) {
  list *pending = &names->pending;
  if (share && pending->count)
    qsort(pending->items, pending->count, sizeof *pending->items, by_end);
  const char *last = NULL; /* the last one placed; it ends where the blob does */
  for (size_t i = pending->count; i-- > 0;) {
    const char *name = pending->items[i];
    size_t length = strlen(name);
    if (share && last && ends_with(last, name)) {
      find(names, name)->offset = names->size - 1 - length;
      continue;
    }
    find(names, name)->offset = names->size;
    list_push(pool, &names->placed, (void *)(uintptr_t)name);
    names->size += length + 1;
    last = name;
  }
  pending->count = 0;
}

size_t pool_offset(const name_pool *names, const char *name) {
  return find(names, name)->offset;
}
