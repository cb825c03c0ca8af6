/* gzip_packed#3072cfa1 packed_data:string = Object, both ways (MS-5). */
#ifndef MTP_ENGINE_GZIP_H
#define MTP_ENGINE_GZIP_H

#include <tl/buffer.h>

#include "cause.h"

#define MTP_GZIP_COST 1024 /* bytes: what making ready to inflate costs beside them */

/* gzip or zlib data on its way out, a piece at a time (LV-5). */
typedef struct mtp_inflater mtp_inflater;

/* At most `most` bytes are to come out of packed, which stays where it is until the end. All memory
 * comes from the allocator. MTP_GZIP_LARGE (most is 0), MTP_GZIP_BAD, NOMEM: *out is NULL. */
TL_MUST_USE mtp_cause mtp_inflate_begin(const tl_allocator *allocator, tl_bytes packed, size_t most,
                                        mtp_inflater **out);
/* Goes on for up to `most` bytes (1 or more) that go in or come out. *work: how many did, in vain
 * or not; never 0. *done: that was all, and it was sound. MTP_GZIP_BAD, MTP_GZIP_LARGE, NOMEM: it
 * has failed. */
TL_MUST_USE mtp_cause mtp_inflate_step(mtp_inflater *self, size_t most, size_t *work, bool *done);
/* Bytes that have come out so far. */
size_t mtp_inflate_made(const mtp_inflater *self);
/* What has come out, the caller's from now on. */
tl_buffer mtp_inflate_take(mtp_inflater *self);
/* NULL: nothing. What was not taken is wiped. */
void mtp_inflate_free(mtp_inflater *self);

/* The data of a gzip_packed object that fills `object` but for padding; false when it is malformed.
 */
TL_MUST_USE bool mtp_gzip_data(tl_bytes object, tl_bytes *data);

/* Makes a gzip_packed object of a query if that is smaller; out is initialised here.
 * MTP_GZIP_LARGE: it is not; MTP_ERR_NOMEM. out is then empty. */
TL_MUST_USE mtp_cause mtp_gzip_pack(const tl_allocator *allocator, tl_bytes query, tl_buffer *out);

#endif
