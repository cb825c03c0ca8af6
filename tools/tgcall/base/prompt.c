/* Answers that may be given beforehand, in an option or the environment. */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
