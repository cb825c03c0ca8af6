/* What tgdc says about itself, and where it gets randomness from. */
#include <stdarg.h>

#include "dc.h"

static void log_line(const tgdc *dc, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void log_line(const tgdc *dc, const char *format, va_list args) {
  char line[400];
  vsnprintf(line, sizeof line, format, args);
  dc->options.log(dc->options.log_ctx, line);
}

void dc_log(const tgdc *dc, const char *format, ...) {
  va_list args;
  if (dc->options.log == NULL)
    return;
  va_start(args, format);
  log_line(dc, format, args);
  va_end(args);
}

void dc_debug(const tgdc *dc, const char *format, ...) {
  va_list args;
  if (dc->options.log == NULL || !dc->options.verbose)
    return;
  va_start(args, format);
  log_line(dc, format, args);
  va_end(args);
}

void dc_fail(char *error, size_t error_size, const char *format, ...) {
  va_list args;
  if (error == NULL || error_size == 0)
    return;
  va_start(args, format);
  vsnprintf(error, error_size, format, args);
  va_end(args);
}

bool dc_random(const tgdc *dc, void *out, size_t size) {
  return mtp_rng_fill(&dc->rng, out, size) == 0;
}

bool dc_random_long(const tgdc *dc, int64_t *out) {
  uint8_t bytes[8];
  if (!dc_random(dc, bytes, sizeof bytes))
    return false;
  *out = (int64_t)tl_load64(bytes);
  return true;
}

bool dc_random_hex(const tgdc *dc, char *out, size_t out_size) {
  static const char digits[] = "0123456789abcdef";
  if (!dc_random(dc, out, out_size))
    return false;
  for (size_t i = 0; i + 1 < out_size; i++)
    out[i] = digits[(uint8_t)out[i] & 15];
  out[out_size - 1] = 0;
  return true;
}
