/* Numbers and strings in bytes, in both byte orders. */
#include "bytes.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

tgauth_reader tgauth_reader_of(const void *data, size_t size) {
  return (tgauth_reader){data, size, false};
}

const uint8_t *tgauth_read_raw(tgauth_reader *reader, size_t size) {
  if (reader->failed || size > reader->left) {
    reader->failed = true;
    return NULL;
  }
  const uint8_t *at = reader->at;
  reader->at += size;
  reader->left -= size;
  return at;
}

uint64_t tgauth_read_be(tgauth_reader *reader, size_t size) {
  const uint8_t *at = tgauth_read_raw(reader, size);
  uint64_t value = 0;
  for (size_t i = 0; at && i < size; i++)
    value = value << 8 | at[i];
  return value;
}

uint64_t tgauth_read_le(tgauth_reader *reader, size_t size) {
  const uint8_t *at = tgauth_read_raw(reader, size);
  uint64_t value = 0;
  for (size_t i = size; at && i > 0; i--)
    value = value << 8 | at[i - 1];
  return value;
}

static int32_t to_int(uint64_t value) {
  return value < 0x80000000u ? (int32_t)value : (int32_t)((int64_t)value - INT64_C(0x100000000));
}

int32_t tgauth_read_int_be(tgauth_reader *reader) {
  return to_int(tgauth_read_be(reader, 4));
}

int32_t tgauth_read_int_le(tgauth_reader *reader) {
  return to_int(tgauth_read_le(reader, 4));
}

tl_bytes tgauth_read_tl(tgauth_reader *reader) {
  size_t size = (size_t)tgauth_read_le(reader, 1), head = 1;
  if (size == 255)
    reader->failed = true;
  if (size == 254) {
    size = (size_t)tgauth_read_le(reader, 3);
    head = 4;
  }
  const uint8_t *at = tgauth_read_raw(reader, size);
  tgauth_read_raw(reader, (4 - (head + size) % 4) % 4);
  return reader->failed ? (tl_bytes){NULL, 0} : (tl_bytes){at, size};
}

bool tgauth_read_all(const tgauth_reader *reader) {
  return !reader->failed && reader->left == 0;
}

void tgauth_write_raw(tgauth_writer *writer, const void *data, size_t size) {
  if (!writer->failed && tl_buffer_append(writer->out, data, size) != TL_OK)
    writer->failed = true;
}

void tgauth_write_be(tgauth_writer *writer, uint64_t value, size_t size) {
  for (size_t i = size; i > 0; i--) {
    uint8_t byte = (uint8_t)(value >> 8 * (i - 1));
    tgauth_write_raw(writer, &byte, 1);
  }
}

void tgauth_write_le(tgauth_writer *writer, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; i++) {
    uint8_t byte = (uint8_t)(value >> 8 * i);
    tgauth_write_raw(writer, &byte, 1);
  }
}

void tgauth_write_tl(tgauth_writer *writer, const void *data, size_t size) {
  size_t head = size < 254 ? 1 : 4;
  if (head == 4)
    tgauth_write_le(writer, 254, 1);
  tgauth_write_le(writer, size, head == 4 ? 3 : 1);
  tgauth_write_raw(writer, data, size);
  tgauth_write_raw(writer, "\0\0\0", (4 - (head + size) % 4) % 4);
}

void tgauth_write_text(tgauth_writer *writer, const char *text) {
  tgauth_write_raw(writer, text, strlen(text));
}

void tgauth_write_format(tgauth_writer *writer, const char *format, ...) {
  char text[201];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= sizeof text)
    writer->failed = true;
  else
    tgauth_write_raw(writer, text, (size_t)n);
}
