/* emit_text.c: text that grows, blocks with named slots, comments. */
#include "emit_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_mem.h"

enum { COLUMNS = 100 };

void text_free(text *t) {
  free(t->data);
  *t = (text){0};
}

void text_add_n(text *t, const char *string, size_t length) {
  if (length >= t->capacity - t->size) {
    t->capacity = (t->capacity + length) * 2 + 4096;
    t->data = mem_resize(t->data, t->capacity);
  }
  memcpy(t->data + t->size, string, length);
  t->size += length;
  t->data[t->size] = 0;
}

void text_add(text *t, const char *string) {
  text_add_n(t, string, strlen(string));
}

const char *text_number(char buffer[24], unsigned long number) {
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

void text_add_number(text *t, unsigned long number) {
  text_add(t, NUMBER(number));
}

/* The value of the slot that starts at `brace`, and in *end where it ends; NULL if it is none. */
static const char *slot_value(const char *brace, const char *const *slots, const char **end) {
  size_t length = strspn(brace + 1, "abcdefghijklmnopqrstuvwxyz_");
  if (!length || brace[1 + length] != '}')
    return NULL;
  *end = brace + length + 2;
  for (; *slots; slots += 2)
    if (strncmp(slots[0], brace + 1, length) == 0 && slots[0][length] == 0)
      return slots[1];
  return NULL;
}

void text_add_block(text *t, const char *block, const char *const *slots) {
  const char *from = block;
  for (const char *brace = strchr(block, '{'); brace;) {
    const char *end, *value = slot_value(brace, slots, &end);
    if (value) {
      text_add_n(t, from, (size_t)(brace - from));
      text_add(t, value);
      from = end;
    }
    brace = strchr(value ? end : brace + 1, '{');
  }
  text_add(t, from);
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

/* Words up to the next space; a comment's own end cannot stand in one. */
static void comment_word(text *t, const char *word, size_t length) {
  for (size_t i = 0; i < length; i++) {
    text_add_n(t, word + i, 1);
    if (i + 1 < length && word[i] == '*' && word[i + 1] == '/')
      text_add(t, " ");
  }
}

void comment_paragraph(text *t, const char *paragraph) {
  if (t->size < 2 || memcmp(t->data + t->size - 2, "/*", 2) != 0 || column(t) != 2)
    text_add(t, "\n *");
  size_t at = column(t);
  while (*paragraph) {
    size_t length = strcspn(paragraph, " ");
    if (at + 1 + length > COLUMNS - 3 && at > 5) {
      text_add(t, "\n *    ");
      at = 7;
    }
    text_add(t, " ");
    comment_word(t, paragraph, length);
    at += 1 + length;
    paragraph += length + strspn(paragraph + length, " ");
  }
}

void comment_close(text *t) {
  text_add(t, " */\n");
}
