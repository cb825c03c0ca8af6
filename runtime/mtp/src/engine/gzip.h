/* gzip_packed#3072cfa1 packed_data:string = Object, both ways (MS-5). */
#ifndef MTP_ENGINE_GZIP_H
#define MTP_ENGINE_GZIP_H

#include <tl/buffer.h>

#define MTP_GZIP_COST 1024 /* bytes: what making ready to inflate costs beside them */

typedef enum mtp_gzip_status {
  MTP_GZIP_OK = 0,
  MTP_GZIP_BAD,   /* not gzip or zlib data, or it ends too soon, or something follows it */
  MTP_GZIP_LARGE, /* would inflate beyond the cap */
  MTP_GZIP_NOMEM
} mtp_gzip_status;

/* Inflates gzip or zlib data into out, which is initialised here and holds at most *budget bytes;
 * empty on failure. What it cost is taken off the budget whether it succeeds or not: the bytes that
 * came out, and MTP_GZIP_COST for the attempt. All memory comes from the allocator. */
TL_MUST_USE mtp_gzip_status mtp_gzip_inflate(const tl_allocator *allocator, tl_bytes packed,
                                             size_t *budget, tl_buffer *out);

/* The data of a gzip_packed object that fills `object` but for padding; false when it is malformed.
 */
TL_MUST_USE bool mtp_gzip_data(tl_bytes object, tl_bytes *data);

/* Makes a gzip_packed object of a query if that is smaller; out is initialised here.
 * MTP_GZIP_LARGE: it is not; MTP_GZIP_NOMEM. out is then empty. */
TL_MUST_USE mtp_gzip_status mtp_gzip_pack(const tl_allocator *allocator, tl_bytes query,
                                          tl_buffer *out);

#endif
