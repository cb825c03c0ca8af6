/* Reading service messages: a cursor that never passes its end and remembers that it would have. */
#ifndef TGDC_READER_H
#define TGDC_READER_H

#include <tl/wire.h>

typedef struct dc_reader {
  const uint8_t *at;
  size_t left;
  bool bad;
} dc_reader;

static inline const uint8_t *dc_take(dc_reader *reader, size_t size) {
  const uint8_t *at = reader->at;
  if (reader->bad || reader->left < size) {
    reader->bad = true;
    return NULL;
  }
  reader->at += size;
  reader->left -= size;
  return at;
}

static inline uint32_t dc_take32(dc_reader *reader) {
  const uint8_t *at = dc_take(reader, 4);
  return at == NULL ? 0 : tl_load32(at);
}

static inline int64_t dc_take64(dc_reader *reader) {
  const uint8_t *at = dc_take(reader, 8);
  return at == NULL ? 0 : (int64_t)tl_load64(at);
}

/* A TL string. */
static inline tl_bytes dc_take_bytes(dc_reader *reader) {
  tl_bytes none = {NULL, 0};
  const uint8_t *head = dc_take(reader, 4);
  if (head == NULL)
    return none;
  size_t size = head[0], start = 1;
  if (size == 254) {
    size = (size_t)head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16;
    start = 4;
  }
  size_t total = (start + size + 3) & ~(size_t)3;
  if (head[0] == 255 || (total > 4 && dc_take(reader, total - 4) == NULL)) {
    reader->bad = true;
    return none;
  }
  return (tl_bytes){head + start, size};
}

/* The count of a Vector<long>; its elements follow. Every element is known to be there. */
static inline uint32_t dc_take_longs(dc_reader *reader) {
  bool vector = dc_take32(reader) == 0x1cb5c415u;
  uint32_t count = dc_take32(reader);
  if (!vector || count > reader->left / 8)
    reader->bad = true;
  return reader->bad ? 0 : count;
}

#endif
