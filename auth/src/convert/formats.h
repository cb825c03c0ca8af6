/* The table of formats, inside the library. */
#ifndef TGAUTH_CONVERT_FORMATS_H
#define TGAUTH_CONVERT_FORMATS_H

#include "convert.h"

/* NULL after the last. */
const tgauth_row *tgauth_row_at(size_t index);
/* NULL when the pointer is none that tgauth_format_at() gives. */
const tgauth_row *tgauth_row_of(const tgauth_format *format);

#endif
