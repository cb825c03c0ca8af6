/* UTF-8, a code point at a time. */
#ifndef TL_UTF8_H
#define TL_UTF8_H

#include <tl/base.h>

/* The code point at the start of `size` bytes, size at least 1: its length, or 0 when there is no
 * whole and valid one (overlong forms, surrogates and what is above U+10FFFF are none). */
size_t tl_utf8_next(const char *data, size_t size, uint32_t *code);

#endif
