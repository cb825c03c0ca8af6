/* A growing list of message ids. */
#ifndef MTP_ENGINE_IDS_H
#define MTP_ENGINE_IDS_H

#include <tl/base.h>

/* Zero-initialise it and set the allocator. Read items and count directly. */
typedef struct mtp_ids {
  int64_t *items;
  size_t count, capacity;
  const tl_allocator *allocator;
} mtp_ids;

/* Room for `more` ids, which mtp_ids_push() then cannot fail to take; false when out of memory. */
TL_MUST_USE bool mtp_ids_reserve(mtp_ids *ids, size_t more);
/* Appends; there must be room. */
void mtp_ids_push(mtp_ids *ids, int64_t id);
/* Takes the first n away (at most all); gives the memory back when none is left. */
void mtp_ids_drop(mtp_ids *ids, size_t n);
void mtp_ids_free(mtp_ids *ids);

#endif
