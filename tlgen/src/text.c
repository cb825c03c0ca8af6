/* text.c: a text that grows, and files read into one. */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

/* Makes room for `more` bytes and a NUL. */
static bool reserve(tlgen_text *text, size_t more) {
  if (text->failed || more >= SIZE_MAX / 4 - text->length) {
    text->failed = true;
    return false;
  }
  if (text->capacity > text->length + more)
    return true;
  size_t capacity = text->capacity ? text->capacity : 256;
  while (capacity <= text->length + more)
    capacity *= 2;
  char *data = realloc(text->data, capacity);
  text->failed = !data;
  if (!data)
    return false;
  text->data = data;
  text->capacity = capacity;
  return true;
}

void tlgen_text_add(tlgen_text *text, const void *data, size_t length) {
  if (!reserve(text, length))
    return;
  if (length)
    memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
}

void tlgen_text_puts(tlgen_text *text, const char *string) {
  tlgen_text_add(text, string, strlen(string));
}

void tlgen_text_printf(tlgen_text *text, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length < 0)
    text->failed = true;
  else if (reserve(text, (size_t)length)) {
    (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
}

void tlgen_text_free(tlgen_text *text) {
  free(text->data);
  *text = (tlgen_text){0};
}

bool tlgen_text_read(tlgen_text *text, const char *path) {
  char block[16384];
  FILE *file = fopen(path, "rb");
  if (!file) {
    tlgen_error("%s: %s", path, strerror(errno));
    return false;
  }
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0)
    tlgen_text_add(text, block, got);
  bool ok = !ferror(file) && !text->failed;
  (void)fclose(file);
  if (!ok)
    tlgen_error("%s: cannot be read", path);
  return ok;
}
