/* Compressed data (MS-5). */
#ifndef TGDC_GZIP_H
#define TGDC_GZIP_H

#include <tl/buffer.h>

#define DC_GUNZIP_MOST ((size_t)1 << 24) /* what a request may unpack to */

/* Appends the unpacked `size` bytes of gzip or zlib data; false when it is neither, is cut off, or
 * would unpack to more than out's limit. */
bool dc_gunzip(const uint8_t *data, size_t size, tl_buffer *out);
/* Appends gzip data; false when it would not be smaller. */
bool dc_gzip(const uint8_t *data, size_t size, tl_buffer *out);

#endif
