/* Phone numbers, codes, tokens and links as people paste them: with the blanks, hyphens and marks
 * of the page that they were copied from. */
#include "internal.h"
#include <string.h>

/* Bytes at the start that nobody sees: blanks, and marks of width zero or of direction; 0: none. */
static size_t blank_at(const char *text, size_t size) {
  static const char *const blanks[] = {
      "\xc2\xa0",     "\xc2\xad",                                     /* no-break, soft hyphen */
      "\xd8\x9c",     "\xe1\x9a\x80", "\xe2\x81\x9f", "\xe2\x81\xa0", /* marks, math, joiner */
      "\xe3\x80\x80", "\xef\xbb\xbf",                                 /* ideographic, BOM */
  };
  if (size && (*text == ' ' || (*text >= '\t' && *text <= '\r')))
    return 1;
  for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
    size_t n = strlen(blanks[i]);
    if (size >= n && memcmp(text, blanks[i], n) == 0)
      return n;
  }
  if (size < 3 || (unsigned char)text[0] != 0xe2)
    return 0;
  unsigned second = (unsigned char)text[1], third = (unsigned char)text[2];
  bool general = second == 0x80 && (third <= 0x8f || (third >= 0xa8 && third <= 0xaf));
  bool isolate = second == 0x81 && third >= 0xa6 && third <= 0xa9;
  return general || isolate ? 3 : 0; /* U+2000 to U+200F, U+2028 to U+202F, U+2066 to U+2069 */
}

tl_string tgauth_trimmed(const char *text) {
  size_t size = strlen(text), n;
  while ((n = blank_at(text, size))) {
    text += n;
    size -= n;
  }
  for (size_t i = 0, end = size; i < size; i += n ? n : 1) {
    n = blank_at(text + i, size - i);
    if (!n)
      end = i + 1;
    if (i + (n ? n : 1) >= size)
      size = end;
  }
  return (tl_string){text, size};
}

mtp_status tgauth_phone_digits(const char *phone, char out[32], mtp_error *error) {
  size_t n = 0;
  for (const char *p = phone; *p; p++) {
    if (*p >= '0' && *p <= '9') {
      if (n == 31)
        return tgauth_fail(error, MTP_ERR_ARGUMENT, "the phone number has too many digits");
      out[n++] = *p;
    } else if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '@' || *p == ':') {
      return tgauth_fail(error, MTP_ERR_ARGUMENT, "a phone number has no '%c' in it", *p);
    }
  }
  out[n] = '\0';
  return n ? MTP_OK : tgauth_fail(error, MTP_ERR_ARGUMENT, "the phone number has no digits");
}

/* What stands between the digits of a code in the message that brings it; 0: something else. */
static size_t gap_at(const char *text, size_t size) {
  size_t n = blank_at(text, size);
  bool dash = size >= 3 && (unsigned char)text[0] == 0xe2 && (unsigned char)text[1] == 0x80 &&
              (unsigned char)text[2] >= 0x90 && (unsigned char)text[2] <= 0x95;
  return n ? n : dash ? 3 : size && *text == '-';
}

tl_string tgauth_code_text(const char *text, char *room, size_t capacity) {
  tl_string trimmed = tgauth_trimmed(text);
  size_t n = 0;
  bool digit_before = false;
  for (size_t i = 0; i < trimmed.size;) {
    char c = trimmed.data[i];
    size_t gap = digit_before ? gap_at(trimmed.data + i, trimmed.size - i) : 0;
    if (!gap && (c < '0' || c > '9' || n == capacity))
      return trimmed; /* a word, or nothing that we know better */
    if (!gap) {
      room[n++] = c;
      digit_before = true;
    }
    i += gap ? gap : 1;
  }
  return (tl_string){room, n};
}
