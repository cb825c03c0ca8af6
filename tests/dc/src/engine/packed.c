/* Compressed messages: both headers that clients use are understood, gzip is what leaves (MS-5). */
#include "packed.h"

#include <zlib.h>

bool dc_gunzip(const uint8_t *data, size_t size, tl_buffer *out) {
  z_stream stream = {0};
  uint8_t chunk[16384];
  int state = Z_OK;
  bool fits = true;
  if (size > UINT32_MAX || inflateInit2(&stream, 15 + 32) != Z_OK)
    return false;
  stream.next_in = (Bytef *)(uintptr_t)data;
  stream.avail_in = (uInt)size;
  while (state == Z_OK && fits) {
    stream.next_out = chunk;
    stream.avail_out = sizeof chunk;
    state = inflate(&stream, Z_NO_FLUSH);
    if (state == Z_OK || state == Z_STREAM_END)
      fits = tl_buffer_append(out, chunk, sizeof chunk - stream.avail_out) == TL_OK;
  }
  inflateEnd(&stream);
  return fits && state == Z_STREAM_END;
}

bool dc_gzip(const uint8_t *data, size_t size, tl_buffer *out) {
  z_stream stream = {0};
  size_t start = out->size;
  if (size > UINT32_MAX / 2 ||
      deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  uint8_t *room = tl_buffer_extend(out, size);
  stream.next_in = (Bytef *)(uintptr_t)data;
  stream.avail_in = (uInt)size;
  stream.next_out = room;
  stream.avail_out = (uInt)size;
  bool done = room != NULL && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  size_t packed = size - stream.avail_out;
  deflateEnd(&stream);
  out->size = start + (done ? packed : 0);
  return done;
}
