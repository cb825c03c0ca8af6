/* Text into a buffer; base64, hex, UTF-8. */
#include "text.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>

void tl_text_init(tl_text *text, tl_buffer *out, bool lines) {
  text->out = out;
  text->before = out->size;
  text->depth = TL_DEPTH_LIMIT;
  text->level = 0;
  text->lines = lines;
  text->full = false;
}

void tl_text_put_bytes(tl_text *text, const void *data, size_t size) {
  if (!text->full && tl_buffer_append(text->out, data, size) != TL_OK)
    text->full = true;
}

void tl_text_put(tl_text *text, const char *string) {
  tl_text_put_bytes(text, string, strlen(string));
}

void tl_text_format(tl_text *text, const char *format, ...) {
  char line[160];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (size > 0)
    tl_text_put(text, line);
}

void tl_text_break(tl_text *text) {
  if (!text->lines)
    return;
  tl_text_put(text, "\n");
  for (unsigned i = 0; i < text->level; i++)
    tl_text_put(text, "  ");
}

void tl_text_hex(tl_text *text, const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    char pair[2] = {digits[data[i] >> 4], digits[data[i] & 15]};
    tl_text_put_bytes(text, pair, 2);
  }
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void tl_text_base64(tl_text *text, const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i += 3) {
    size_t n = size - i < 3 ? size - i : 3;
    uint32_t v = (uint32_t)data[i] << 16;
    v |= n > 1 ? (uint32_t)data[i + 1] << 8 : 0;
    v |= n > 2 ? data[i + 2] : 0;
    char quad[4] = {base64_digits[v >> 18], base64_digits[v >> 12 & 63],
                    n > 1 ? base64_digits[v >> 6 & 63] : '=', n > 2 ? base64_digits[v & 63] : '='};
    tl_text_put_bytes(text, quad, 4);
  }
}

static void put_escaped(tl_text *text, uint32_t code) {
  static const char plain[] = "\"\\\n\r\t", letters[] = "\"\\nrt";
  const char *found = code && code < 0x80 ? strchr(plain, (int)code) : NULL;
  if (found)
    tl_text_format(text, "\\%c", letters[found - plain]);
  else
    tl_text_format(text, "\\u%04x", (unsigned)code);
}

/* Bytes at the start that are written as an escape, 0 when what is there can stand as it is; that
 * is told by the first byte for nearly all that people write. */
static size_t to_escape(const char *data, size_t size, uint32_t *code) {
  unsigned char c = (unsigned char)*data;
  *code = c;
  if (c < 0x80)
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
  if (c != 0xc2 && c != 0xd8 && c != 0xe2)
    return 0;
  size_t n = tl_utf8_next(data, size, code);
  return n && tl_is_control(*code) ? n : 0;
}

void tl_text_quote(tl_text *text, const char *data, size_t size) {
  size_t done = 0;
  tl_text_put(text, "\"");
  for (size_t i = 0; i < size;) {
    uint32_t code;
    size_t n = to_escape(data + i, size - i, &code);
    if (n) {
      tl_text_put_bytes(text, data + done, i - done);
      put_escaped(text, code);
      done = i + n;
    }
    i += n ? n : 1;
  }
  tl_text_put_bytes(text, data + done, size - done);
  tl_text_put(text, "\"");
}

/* As short as reads back to the same number. */
static void put_real(tl_text *text, double value, int digits, bool narrow) {
  char line[40];
  bool whole = true;
  for (int most = digits + 2 + narrow; digits <= most; digits++) {
    snprintf(line, sizeof line, "%.*g", digits, value);
    if ((narrow ? (double)strtof(line, NULL) : strtod(line, NULL)) == value)
      break;
  }
  for (char *p = line; *p; p++) {
    if (!strchr("0123456789+-e", *p))
      *p = '.'; /* whatever the locale has */
    whole = whole && *p != '.' && *p != 'e';
  }
  tl_text_put(text, line);
  if (whole)
    tl_text_put(text, ".0");
}

void tl_text_double(tl_text *text, double value) {
  put_real(text, value, 15, false);
}

void tl_text_float(tl_text *text, float value) {
  put_real(text, value, 6, true);
}

bool tl_text_fail(tl_text *text, tl_status status, const char *what) {
  tl_trace_fail(&text->trace, status, 0, text->out->size - text->before, "%s", what);
  return false;
}

tl_status tl_text_finish(tl_text *text, bool ok, const char *root, tl_error *error) {
  if (ok && text->full)
    ok = tl_text_fail(text, TL_ERR_NOMEM, "no room in the buffer");
  if (ok)
    return TL_OK;
  text->out->size = text->before;
  return tl_trace_finish(&text->trace, root, error);
}

/* Both alphabets: that of base64url has - and _ in the places of + and /. */
static int base64_value(char c) {
  c = c == '-' ? '+' : c == '_' ? '/' : c;
  const char *found = c ? strchr(base64_digits, c) : NULL;
  return found ? (int)(found - base64_digits) : -1;
}

size_t tl_base64_size(const char *text, size_t size) {
  size_t padding = 0;
  while (padding < 2 && padding < size && text[size - 1 - padding] == '=')
    padding++;
  size_t digits = size - padding;
  if ((padding && size % 4) || digits % 4 == 1)
    return SIZE_MAX;
  for (size_t i = 0; i < digits; i++)
    if (base64_value(text[i]) < 0)
      return SIZE_MAX;
  return digits / 4 * 3 + digits % 4 * 3 / 4;
}

void tl_base64_read(const char *text, size_t size, uint8_t *out) {
  uint32_t bits = 0;
  int have = 0;
  for (size_t i = 0; i < size && text[i] != '='; i++) {
    bits = bits << 6 | (uint32_t)base64_value(text[i]);
    have += 6;
    if (have < 8)
      continue;
    have -= 8;
    *out++ = (uint8_t)(bits >> have);
  }
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool tl_hex_read(const char *text, size_t size, uint8_t *out) {
  for (size_t i = 0; i < size; i++) {
    int high = hex_value(text[2 * i]), low = high < 0 ? -1 : hex_value(text[2 * i + 1]);
    if (low < 0)
      return false;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}
