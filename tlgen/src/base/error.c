/* error.c: messages to whoever runs tlgen. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

void tlgen_error(const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)fputs("tlgen: ", stderr);
  (void)vfprintf(stderr, format, args);
  (void)fputc('\n', stderr);
  va_end(args);
}
