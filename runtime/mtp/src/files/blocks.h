/* The blocks of a file on a CDN with their hashes, in order of their offsets. */
#ifndef MTP_FILES_BLOCKS_H
#define MTP_FILES_BLOCKS_H

#include <mtp/status.h>
#include <tg/core.h>
#include <tg/upload.h>
#include <tl/base.h>

/* One block of a file on a CDN and its SHA-256. */
typedef struct mtp_block {
  int64_t offset;
  int32_t size;
  uint8_t hash[32];
} mtp_block;

/* Zero-initialise. */
typedef struct mtp_blocks {
  mtp_block *blocks;
  size_t n, room;
} mtp_blocks;

typedef enum mtp_checked {
  MTP_CHECKED_GOOD,
  MTP_CHECKED_BAD,     /* some block has another hash, or another size than was asked for */
  MTP_CHECKED_UNKNOWN, /* some block has no hash yet */
  MTP_CHECKED_FAILED   /* no hash could be taken */
} mtp_checked;

/* Adds those that are not there. REJECTED: one makes no sense, or contradicts what is known; NOMEM.
 * Those before it are there then. */
TL_MUST_USE mtp_status mtp_blocks_add(mtp_blocks *blocks, const tl_allocator *allocator,
                                      const tg_vector_FileHash *hashes);
/* Every byte from offset on must lie in a block that is there as a whole. asked: how many bytes
 * were wanted; less is the end of the file, and no block goes on behind it. */
mtp_checked mtp_blocks_check(const mtp_blocks *blocks, int64_t offset, tl_bytes bytes,
                             size_t asked);
void mtp_blocks_free(mtp_blocks *blocks, const tl_allocator *allocator);

#endif
