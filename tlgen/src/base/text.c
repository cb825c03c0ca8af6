/* text.c: text that grows, blocks with named slots, comments. */
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { COLUMNS = 100 };

void text_clear(text *t) {
  t->size = 0;
}

void text_free(text *t) {
  free(t->data);
  *t = (text){0};
}

/* Makes room for `more` bytes and a NUL. */
static void reserve(text *t, size_t more) {
  if (more < t->capacity - t->size)
    return;
  t->capacity = (t->capacity + more) * 2 + 65536;
  t->data = mem_resize(t->data, t->capacity);
}

void text_add_n(text *t, const char *string, size_t length) {
  reserve(t, length);
  memcpy(t->data + t->size, string, length);
  t->size += length;
  t->data[t->size] = 0;
}

void text_add(text *t, const char *string) {
  text_add_n(t, string, strlen(string));
}

void text_printf(text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length < 0)
    return;
  reserve(t, (size_t)length);
  va_start(args, format);
  (void)vsnprintf(t->data + t->size, (size_t)length + 1, format, args);
  va_end(args);
  t->size += (size_t)length;
}

const char *text_number(char buffer[24], uint64_t number) {
  char *at = buffer + 23;
  *at = 0;
  do
    *--at = (char)('0' + number % 10);
  while (number /= 10);
  return at;
}

const char *text_hex8(char buffer[9], unsigned long number) {
  for (int i = 7; i >= 0; i--, number >>= 4)
    buffer[i] = "0123456789abcdef"[number & 15];
  buffer[8] = 0;
  return buffer;
}

const char *text_hex(char buffer[17], uint64_t number) {
  char *at = buffer + 16;
  *at = 0;
  do
    *--at = "0123456789abcdef"[number & 15];
  while (number >>= 4);
  return at;
}

void text_add_number(text *t, uint64_t number) {
  char digits[24];
  text_add(t, text_number(digits, number));
}

/* The value of the slot that starts at `brace`, and in *end where it ends; NULL if it is none. */
static const char *slot_value(const char *brace, const char *const *slots, const char **end) {
  for (; *slots; slots += 2) {
    const char *name = *slots, *at = brace + 1;
    while (*name && *name == *at)
      name++, at++;
    *end = at + 1;
    if (!*name && *at == '}')
      return slots[1];
  }
  return NULL;
}

/* Appends up to the next brace or the end, for which there must be room. Returns where that is. */
static const char *add_literal(text *t, const char *from) {
  char *to = t->data + t->size;
  while (*from && *from != '{')
    *to++ = *from++;
  t->size = (size_t)(to - t->data);
  return from;
}

void text_add_block(text *t, const char *block, const char *const *slots) {
  size_t literals = strlen(block); /* there is always room for all of them */
  reserve(t, literals);
  const char *at = add_literal(t, block);
  while (*at) {
    const char *end, *value = slot_value(at, slots, &end);
    if (value) {
      text_add(t, value);
      reserve(t, literals);
    } else {
      t->data[t->size++] = *at;
    }
    at = add_literal(t, value ? end : at + 1);
  }
  t->data[t->size] = 0;
}

/* The column that the last line has reached, from 0. */
static size_t column(const text *t) {
  size_t at = t->size;
  while (at > 0 && t->data[at - 1] != '\n')
    at--;
  return t->size - at;
}

void comment_open(text *t) {
  text_add(t, "/*");
}

/* A word, which may have spaces of the kind that is not broken at. A comment's own end cannot stand
 * in it. */
static void comment_word(text *t, const char *word, size_t length) {
  reserve(t, 2 * length);
  for (size_t i = 0; i < length; i++) {
    t->data[t->size++] = word[i] == *COMMENT_JOIN ? ' ' : word[i];
    if (word[i] == '*' && i + 1 < length && word[i + 1] == '/')
      t->data[t->size++] = ' ';
  }
  t->data[t->size] = 0;
}

void comment_paragraph(text *t, const char *paragraph) {
  if (t->size < 2 || memcmp(t->data + t->size - 2, "/*", 2) != 0 || column(t) != 2)
    text_add(t, "\n *");
  size_t at = column(t);
  while (*paragraph) {
    const char *space = strchr(paragraph, ' ');
    size_t length = space ? (size_t)(space - paragraph) : strlen(paragraph);
    if (at + 1 + length > COLUMNS - 3 && at > 5) {
      text_add(t, "\n *    ");
      at = 7;
    }
    text_add_n(t, " ", 1);
    comment_word(t, paragraph, length);
    at += 1 + length;
    paragraph += length;
    while (*paragraph == ' ')
      paragraph++;
  }
}

void comment_close(text *t) {
  text_add(t, column(t) + 3 > COLUMNS ? "\n */\n" : " */\n");
}
