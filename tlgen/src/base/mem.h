/* mem.h: the memory of one run of `tlgen generate`. What the model is made of is never freed
 * piece by piece: it lives in one pool until the run ends. */
#ifndef TLGEN_MODEL_MEM_H
#define TLGEN_MODEL_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mem_block mem_block;

typedef struct mem {
  mem_block *blocks;
  char *at;
  size_t left;
} mem;

/* All of these end the program with a message when memory runs out: at that point nothing has been
 * written that would have to be undone. Nothing returned is ever NULL. */
void *mem_alloc(mem *pool, size_t size); /* zero-filled, aligned for anything */
char *mem_copy(mem *pool, const char *text, size_t length);
char *mem_join(mem *pool, ...);            /* of strings, NULL after the last */
void *mem_resize(void *heap, size_t size); /* of the heap, to be freed with free() */
void mem_free(mem *pool);

/* A list of pointers, in the pool. */
typedef struct list {
  void **items;
  size_t count, capacity;
} list;

void list_push(mem *pool, list *l, void *item);

/* A set of strings with a value each, in the pool. Keys are not copied. */
typedef struct dict_entry {
  const char *key;
  size_t hash;
  void *value;
} dict_entry;

typedef struct dict {
  dict_entry *entries;
  size_t count, capacity; /* a power of two */
} dict;

/* The value slot of the key, made (NULL) when it is not there. Valid until the next call. */
void **dict_put(mem *pool, dict *d, const char *key);
void *dict_get(const dict *d, const char *key); /* NULL when it is not there */

#endif
