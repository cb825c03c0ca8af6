/* Text that a person gives: answers beforehand, in an option or the environment, and whether it is
 * text at all. */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>

/* The length of the character there, 0: there is none. */
static size_t character(const char *text, size_t size) {
  for (size_t n = 1; n <= 4 && n <= size; n++)
    if (tl_utf8_valid(text, n))
      return n;
  return 0;
}

bool check_text(const char *what, const char *text, size_t size) {
  size_t at = 0, n;
  while (at < size && (n = character(text + at, size - at)))
    at += n;
  if (at < size)
    usage_error("%s is not UTF-8: byte %zu is 0x%02x", what, at + 1, (unsigned char)text[at]);
  return at == size;
}

bool give_text(const char *text, char *out, size_t size) {
  size_t n = strlen(text);
  if (n >= size) {
    fprintf(stderr, "tgcall: an answer has at most %zu bytes, not %zu\n", size - 1, n);
    return false;
  }
  memcpy(out, text, n + 1);
  return true;
}

bool get_secret(const char *given, const char *variable, const char *prompt, char *out,
                size_t size) {
  const char *from_environment = getenv(variable);
  if (!given)
    given = from_environment;
  return given ? give_text(given, out, size) : tgauth_ask_hidden(prompt, out, size);
}
