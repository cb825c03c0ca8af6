/* Writing text into a buffer, shared by JSON and printing: the first failure sticks, so that only
 * the end has to look. Also the two text forms of bytes. */
#ifndef TL_SRC_TEXT_H
#define TL_SRC_TEXT_H

#include <tl/buffer.h>
#include <tl/codec.h>
#include <tl/visible.h>

#include "trace.h"

struct tl_text_form;

typedef struct tl_text {
  tl_buffer *out;
  const struct tl_text_form *form; /* how values look; text_value.h */
  size_t before;                   /* size of the buffer at the start */
  uint32_t depth;                  /* objects that may still be entered */
  unsigned level;                  /* of indentation */
  bool lines;                      /* one field a line */
  bool full;                       /* the buffer could not grow */
  tl_trace trace;
} tl_text;

TL_INTERNAL void tl_text_init(tl_text *text, tl_buffer *out, bool lines);
TL_INTERNAL void tl_text_put(tl_text *text, const char *string);
TL_INTERNAL void tl_text_put_bytes(tl_text *text, const void *data, size_t size);
TL_INTERNAL void tl_text_format(tl_text *text, const char *format, ...) TL_PRINTF(2, 3);
/* A line break and the indentation; nothing when not in lines. */
TL_INTERNAL void tl_text_break(tl_text *text);
TL_INTERNAL void tl_text_hex(tl_text *text, const uint8_t *data, size_t size);
TL_INTERNAL void tl_text_base64(tl_text *text, const uint8_t *data, size_t size);
/* In double quotes, with \" \\ \n \r \t and \u00xx; it must be UTF-8. */
TL_INTERNAL void tl_text_quote(tl_text *text, const char *data, size_t size);
/* The shortest decimal form that reads back as the same number; `value` is finite. */
TL_INTERNAL void tl_text_double(tl_text *text, double value);
TL_INTERNAL void tl_text_float(tl_text *text, float value);

/* Sets the trace and returns false. */
TL_INTERNAL bool tl_text_fail(tl_text *text, tl_status status, const char *what);
/* The end: what went wrong, if anything; then the buffer is as it was. */
TL_INTERNAL tl_status tl_text_finish(tl_text *text, bool ok, const char *root, tl_error *error);

/* Bytes that `size` characters of base64 stand for, SIZE_MAX when they are none. The standard
 * alphabet or that of base64url, padded or not. */
TL_INTERNAL size_t tl_base64_size(const char *text, size_t size);
/* Writes them; the text was checked by tl_base64_size(). */
TL_INTERNAL void tl_base64_read(const char *text, size_t size, uint8_t *out);
/* Reads 2 * size hexadecimal digits; false when there is another character. */
TL_INTERNAL bool tl_hex_read(const char *text, size_t size, uint8_t *out);

#endif
