/* gzip_packed#3072cfa1 packed_data:string = Object, both ways (MS-5). */
#ifndef MTP_ENGINE_GZIP_H
#define MTP_ENGINE_GZIP_H

#include <tl/buffer.h>

#include "cause.h"

#define MTP_GZIP_COST 1024 /* bytes: what making ready to inflate costs beside them */

/* Inflates gzip or zlib data into out, which is initialised here and holds at most *budget bytes;
 * empty on failure: MTP_GZIP_BAD, MTP_GZIP_LARGE, MTP_ERR_NOMEM. What it cost is taken off the
 * budget whether it succeeds or not: the bytes that came out, and MTP_GZIP_COST for the attempt.
 * All memory comes from the allocator. */
TL_MUST_USE mtp_cause mtp_gzip_inflate(const tl_allocator *allocator, tl_bytes packed,
                                       size_t *budget, tl_buffer *out);

/* The data of a gzip_packed object that fills `object` but for padding; false when it is malformed.
 */
TL_MUST_USE bool mtp_gzip_data(tl_bytes object, tl_bytes *data);

/* Makes a gzip_packed object of a query if that is smaller; out is initialised here.
 * MTP_GZIP_LARGE: it is not; MTP_ERR_NOMEM. out is then empty. */
TL_MUST_USE mtp_cause mtp_gzip_pack(const tl_allocator *allocator, tl_bytes query, tl_buffer *out);

#endif
