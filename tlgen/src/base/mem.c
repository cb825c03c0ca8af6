/* mem.c: a pool, lists and dictionaries for the generator. */
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { BLOCK = 256 * 1024 };

struct mem_block {
  mem_block *next;
  alignas(max_align_t) char data[];
};

static void out_of_memory(void) {
  tlgen_error("out of memory");
  exit(EXIT_FAILURE);
}

void *mem_resize(void *heap, size_t size) {
  void *p = realloc(heap, size ? size : 1);
  if (!p)
    out_of_memory();
  return p;
}

static void add_block(mem *pool, size_t size) {
  mem_block *block = calloc(1, sizeof *block + size);
  if (!block)
    out_of_memory();
  block->next = pool->blocks;
  pool->blocks = block;
  pool->at = block->data;
  pool->left = size;
}

void *mem_alloc(mem *pool, size_t size) {
  if (size > SIZE_MAX / 2)
    out_of_memory();
  size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
  if (size > pool->left)
    add_block(pool, size > BLOCK ? size : BLOCK);
  void *p = pool->at;
  pool->at += size;
  pool->left -= size;
  return p;
}

char *mem_copy(mem *pool, const char *text, size_t length) {
  char *p = mem_alloc(pool, length + 1);
  memcpy(p, text, length);
  return p;
}

static size_t total_length(va_list parts) {
  size_t length = 0;
  for (const char *s; (s = va_arg(parts, const char *));)
    length += strlen(s);
  return length;
}

char *mem_join(mem *pool, ...) {
  va_list parts;
  va_start(parts, pool);
  size_t length = total_length(parts);
  va_end(parts);
  char *joined = mem_alloc(pool, length + 1), *at = joined;
  va_start(parts, pool);
  for (const char *s; (s = va_arg(parts, const char *));) {
    size_t n = strlen(s);
    memcpy(at, s, n);
    at += n;
  }
  va_end(parts);
  return joined;
}

void mem_free(mem *pool) {
  for (mem_block *block = pool->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  *pool = (mem){0};
}

void list_push(mem *pool, list *l, void *item) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity ? l->capacity * 2 : 4;
    void **items = mem_alloc(pool, capacity * sizeof *items);
    if (l->count)
      memcpy(items, l->items, l->count * sizeof *items);
    l->items = items;
    l->capacity = capacity;
  }
  l->items[l->count++] = item;
}

/* FNV-1a, 32 bits. */
static size_t hash_of(const char *key) {
  uint32_t h = 2166136261u;
  for (; *key; key++)
    h = (h ^ (unsigned char)*key) * 16777619u;
  return h;
}

static bool is_entry(const dict_entry *entry, const char *key, size_t hash) {
  return entry->hash == hash && (entry->key == key || strcmp(entry->key, key) == 0);
}

/* The key's entry, or the free one where it would go. */
static dict_entry *find(const dict *d, const char *key, size_t hash) {
  size_t i = hash & (d->capacity - 1);
  while (d->entries[i].key && !is_entry(&d->entries[i], key, hash))
    i = (i + 1) & (d->capacity - 1);
  return &d->entries[i];
}

static void grow(mem *pool, dict *d) {
  dict bigger = {.count = d->count, .capacity = d->capacity ? d->capacity * 4 : 32};
  bigger.entries = mem_alloc(pool, bigger.capacity * sizeof *bigger.entries);
  for (size_t i = 0; i < d->capacity; i++)
    if (d->entries[i].key)
      *find(&bigger, d->entries[i].key, d->entries[i].hash) = d->entries[i];
  *d = bigger;
}

void **dict_put(mem *pool, dict *d, const char *key) {
  if (d->count * 4 >= d->capacity * 3)
    grow(pool, d);
  size_t hash = hash_of(key);
  dict_entry *entry = find(d, key, hash);
  if (!entry->key) {
    entry->key = key;
    entry->hash = hash;
    d->count++;
  }
  return &entry->value;
}

void *dict_get(const dict *d, const char *key) {
  return d->capacity ? find(d, key, hash_of(key))->value : NULL;
}
