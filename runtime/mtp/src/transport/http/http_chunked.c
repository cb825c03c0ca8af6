/* Chunked bodies of HTTP/1.1, read a byte at a time if need be. */
#include <string.h>

#include "http_head.h"

#define SIZE_DIGITS_MAX 8
#define TRAILER_MAX     4096

static void size_byte(mtp_chunked *c, uint8_t byte) {
  int digit = -1;
  if (byte >= '0' && byte <= '9')
    digit = byte - '0';
  else if ((byte | 32) >= 'a' && (byte | 32) <= 'f')
    digit = (byte | 32) - 'a' + 10;
  if (digit >= 0 && c->digits < SIZE_DIGITS_MAX) {
    c->left = c->left << 4 | (uint64_t)digit;
    c->digits++;
  } else if (digit < 0 && c->digits > 0 && (byte == '\r' || byte == ';' || byte == ' ')) {
    c->state = MTP_CHUNK_EXTENSION;
  } else {
    c->state = MTP_CHUNK_BAD;
  }
}

static void skipped_byte(mtp_chunked *c, uint8_t byte) {
  if (++c->trailer > TRAILER_MAX) {
    c->state = MTP_CHUNK_BAD;
  } else if (c->state == MTP_CHUNK_EXTENSION) {
    if (byte == '\n')
      c->state = c->left ? MTP_CHUNK_DATA : MTP_CHUNK_TRAILER;
  } else if (byte == '\n') {
    if (!c->line_started)
      c->state = MTP_CHUNK_DONE;
    c->line_started = false;
  } else if (byte != '\r') {
    c->line_started = true;
  }
}

static void data_end_byte(mtp_chunked *c, uint8_t byte) {
  if (byte == '\n') {
    c->state = MTP_CHUNK_SIZE;
    c->digits = 0;
  } else if (byte != '\r') {
    c->state = MTP_CHUNK_BAD;
  }
}

static size_t take_data(mtp_chunked *c, const uint8_t *in, size_t n, tl_buffer *out, size_t limit) {
  size_t take = c->left < n ? (size_t)c->left : n;
  if (c->left > limit || out->size > limit - (size_t)c->left ||
      tl_buffer_append(out, in, take) != TL_OK) {
    c->state = MTP_CHUNK_TOO_BIG;
    return 0;
  }
  c->left -= take;
  if (c->left == 0)
    c->state = MTP_CHUNK_DATA_END;
  return take;
}

size_t mtp_chunked_read(mtp_chunked *c, const uint8_t *in, size_t n, tl_buffer *out, size_t limit) {
  size_t at = 0;
  while (at < n && c->state < MTP_CHUNK_DONE) {
    if (c->state == MTP_CHUNK_DATA) {
      at += take_data(c, in + at, n - at, out, limit);
      continue;
    }
    uint8_t byte = in[at++];
    if (c->state == MTP_CHUNK_SIZE)
      size_byte(c, byte);
    else if (c->state == MTP_CHUNK_DATA_END)
      data_end_byte(c, byte);
    else
      skipped_byte(c, byte);
  }
  return at;
}
