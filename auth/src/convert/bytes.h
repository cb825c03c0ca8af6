/* Numbers and strings in bytes, read with bounds and written with growth. The first failure stays.
 */
#ifndef TGAUTH_CONVERT_BYTES_H
#define TGAUTH_CONVERT_BYTES_H

#include <tl/buffer.h>

typedef struct tgauth_reader {
  const uint8_t *at;
  size_t left;
  bool failed; /* something was asked for that was not there; what was read then is 0 */
} tgauth_reader;

tgauth_reader tgauth_reader_of(const void *data, size_t size);
/* An unsigned number of `size` bytes, 1 to 8. */
uint64_t tgauth_read_be(tgauth_reader *reader, size_t size);
uint64_t tgauth_read_le(tgauth_reader *reader, size_t size);
int32_t tgauth_read_int_be(tgauth_reader *reader);
int32_t tgauth_read_int_le(tgauth_reader *reader);
/* The next `size` bytes, NULL after a failure. */
const uint8_t *tgauth_read_raw(tgauth_reader *reader, size_t size);
/* A TL string; its padding follows from its own length, wherever it starts. */
tl_bytes tgauth_read_tl(tgauth_reader *reader);
/* Everything was there and nothing is left. */
bool tgauth_read_all(const tgauth_reader *reader);

typedef struct tgauth_writer {
  tl_buffer *out;
  bool failed; /* out of memory */
} tgauth_writer;

void tgauth_write_raw(tgauth_writer *writer, const void *data, size_t size);
void tgauth_write_be(tgauth_writer *writer, uint64_t value, size_t size);
void tgauth_write_le(tgauth_writer *writer, uint64_t value, size_t size);
void tgauth_write_tl(tgauth_writer *writer, const void *data, size_t size);
/* Text, without a NUL. */
void tgauth_write_text(tgauth_writer *writer, const char *text);
/* At most 200 characters. */
void tgauth_write_format(tgauth_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
