/* pool.h: the strings of a schema's tables as one blob. */
#ifndef TLGEN_POOL_H
#define TLGEN_POOL_H

#include "base/mem.h"

/* Strings that share one blob of NUL-terminated ones. A string is known by its address: names of a
 * schema are one pointer each. */
typedef struct pool_entry {
  const char *name;
  size_t offset;
} pool_entry;

typedef struct name_pool {
  pool_entry *entries;
  size_t count, capacity; /* a power of two */
  list pending;           /* const char *: added, and without an offset so far */
  list placed;            /* const char *: what the blob consists of, in order */
  size_t size;            /* of the blob */
} name_pool;

/* Adds a string, unless it is there. It is not copied. */
void pool_add(mem *pool, name_pool *names, const char *name);

/* Gives all that were added since the last time an offset; with `share` those that another one ends
 * with lie inside that one. */
void pool_place(mem *pool, name_pool *names, bool share);

size_t pool_offset(const name_pool *names, const char *name);

#endif
