/* UTF-8, a code point at a time, and what of it a terminal would obey. */
#include "utf8.h"

#include <stdio.h>
#include <string.h>
#include <tl/visible.h>

size_t tl_utf8_next(const char *data, size_t size, uint32_t *code) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *p = (const unsigned char *)data;
  size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
  if (n < 2 || n > size) {
    *code = p[0];
    return n == 1;
  }
  uint32_t value = p[0] & (0xffu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if (p[i] >> 6 != 2)
      return 0;
    value = value << 6 | (p[i] & 0x3fu);
  }
  *code = value;
  bool surrogate = value >= 0xd800 && value < 0xe000;
  return value < least[n] || value > 0x10ffff || surrogate ? 0 : n;
}

bool tl_utf8_valid(const char *data, size_t size) {
  uint32_t code;
  for (size_t i = 0, n; i < size; i += n) {
    n = tl_utf8_next(data + i, size - i, &code);
    if (n == 0)
      return false;
  }
  return true;
}

bool tl_is_control(uint32_t code) {
  if (code < 0x80)
    return (code < 0x20 && code != '\n' && code != '\t') || code == 0x7f;
  return code < 0xa0 || code == 0x61c || code == 0x200e || code == 0x200f ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

size_t tl_visible(char *out, size_t room, const char *text, size_t size) {
  size_t whole = 0, used = 0;
  for (size_t i = 0; i < size;) {
    char escape[16];
    uint32_t code;
    size_t n = tl_utf8_next(text + i, size - i, &code), take = n;
    const char *from = text + i;
    if (n == 0 || tl_is_control(code)) {
      take = (size_t)snprintf(escape, sizeof escape, n ? "\\u%04x" : "\\x%02x",
                              n ? (unsigned)code : (unsigned)(unsigned char)text[i]);
      from = escape;
    }
    if (used == whole && used + take < room) {
      memcpy(out + used, from, take);
      used += take;
    }
    whole += take;
    i += n ? n : 1;
  }
  if (room)
    out[used] = '\0';
  return whole;
}
