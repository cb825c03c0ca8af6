/* Which message ids of the server have come already (EN-11). */
#ifndef MTP_ENGINE_SEEN_H
#define MTP_ENGINE_SEEN_H

#include <tl/base.h>

#define MTP_SEEN_MAX 1024

typedef enum mtp_seen_status {
  MTP_SEEN_NEW,
  MTP_SEEN_DUPLICATE,
  MTP_SEEN_OLD /* below everything remembered: it may or may not have come */
} mtp_seen_status;

/* Zero-initialise it and set the allocator. */
typedef struct mtp_seen {
  int64_t *ids; /* sorted; the largest MTP_SEEN_MAX that came */
  size_t count, capacity;
  int64_t floor; /* ids up to this were forgotten; 0: none */
  const tl_allocator *allocator;
} mtp_seen;

mtp_seen_status mtp_seen_check(const mtp_seen *seen, int64_t id);
/* Room for `more` ids, which mtp_seen_add() then cannot fail to take; false when out of memory. */
TL_MUST_USE bool mtp_seen_reserve(mtp_seen *seen, size_t more);
void mtp_seen_add(mtp_seen *seen, int64_t id); /* a NEW one; others are ignored */
int64_t mtp_seen_newest(const mtp_seen *seen); /* 0: none yet */
void mtp_seen_free(mtp_seen *seen);            /* forgets all, for a new session */

#endif
