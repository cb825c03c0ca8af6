/* text.h: a text that grows. The first failure to grow is remembered, so that a caller may write on
 * and look once, at the end. */
#ifndef TLGEN_TEXT_H
#define TLGEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "tl-parser/tl-parser.h"

typedef struct tlgen_text {
  char *data; /* NUL-terminated once something was written; NULL before */
  size_t length;
  size_t capacity;
  bool failed; /* out of memory: what was written last is missing */
} tlgen_text;

void tlgen_text_add(tlgen_text *text, const void *data, size_t length);
void tlgen_text_puts(tlgen_text *text, const char *string);
void tlgen_text_printf(tlgen_text *text, const char *format, ...) TLP_PRINTF(2, 3);

/* Frees the text, which is empty afterwards and may be written to again. */
void tlgen_text_free(tlgen_text *text);

/* Appends all of a file. False, and a message printed, when it cannot be read or there is no
 * memory. */
bool tlgen_text_read(tlgen_text *text, const char *path);

#endif
