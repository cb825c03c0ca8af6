/* A hash map from 64-bit ids (message ids, tokens) to pointers. */
#ifndef MTP_ENGINE_IDMAP_H
#define MTP_ENGINE_IDMAP_H

#include <tl/base.h>

typedef struct mtp_idmap_slot {
  uint64_t key;
  void *value; /* NULL: free */
} mtp_idmap_slot;

/* Zero-initialise it and set the allocator. */
typedef struct mtp_idmap {
  mtp_idmap_slot *slots; /* open addressing, linear probing; at most three quarters used */
  size_t count;
  unsigned bits; /* log2 of the number of slots */
  const tl_allocator *allocator;
} mtp_idmap;

/* Room for `more` ids, which mtp_idmap_put() then cannot fail to take; false when out of memory. */
TL_MUST_USE bool mtp_idmap_reserve(mtp_idmap *map, size_t more);
/* Sets or replaces; value is not NULL; there must be room. */
void mtp_idmap_put(mtp_idmap *map, uint64_t key, void *value);
void *mtp_idmap_get(const mtp_idmap *map, uint64_t key); /* NULL: not there */
/* Removes if it is there; gives the memory back with the last one. */
void mtp_idmap_remove(mtp_idmap *map, uint64_t key);
/* Halves a map that is almost empty; what was reserved and is not there yet is no longer sure of
 * its room. */
void mtp_idmap_trim(mtp_idmap *map);
void mtp_idmap_free(mtp_idmap *map);

#endif
