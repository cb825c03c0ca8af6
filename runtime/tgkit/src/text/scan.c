/* What every reader of markup does: characters, the list of marks, and their order. */
#include "markup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

tl_status tgkit_wrong(markup *m, size_t offset, const char *format, ...) {
  va_list args;
  va_start(args, format);
  m->error.offset = offset;
  vsnprintf(m->error.text, sizeof m->error.text, format, args);
  va_end(args);
  return TL_ERR_SYNTAX;
}

/* UTF-16 code units that a character takes whose UTF-8 begins with this byte; 0: it does not begin
 * one. */
static int32_t units(unsigned char first) {
  return (first & 0xc0) == 0x80 ? 0 : first >= 0xf0 ? 2 : 1;
}

size_t tgkit_utf16_length(const char *text, size_t size) {
  size_t n = 0;
  for (size_t i = 0; i < size; i++)
    n += (size_t)units((unsigned char)text[i]);
  return n;
}

void tgkit_keep(markup *m, size_t at) {
  m->utf16 += units((unsigned char)m->in[at]);
  m->out[m->n++] = m->in[at];
}

size_t tgkit_put_code(uint32_t code, char *out) {
  size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = n; i > 1; i--) {
    out[i - 1] = (char)(0x80 | (code & 0x3f));
    code >>= 6;
  }
  out[0] = (char)(lead[n] | code);
  return n;
}

void tgkit_keep_code(markup *m, uint32_t code) {
  m->n += tgkit_put_code(code, m->out + m->n);
  m->utf16 += code > 0xffff ? 2 : 1;
}

bool tgkit_is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == 0;
}

bool tgkit_is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool tgkit_is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char tgkit_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool tgkit_push(tl_arena *arena, marks *list, const mark *item) {
  if (list->count == list->room) {
    size_t room = list->room ? 2 * list->room : 16;
    mark *items = tl_arena_alloc(arena, room * sizeof *items);
    if (!items)
      return false;
    if (list->count)
      memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->room = room;
  }
  list->items[list->count++] = *item;
  return true;
}

/* Which of two with the same range stands first, as TDLib orders them. */
static int rank(const mark *item) {
  switch (item->kind) {
  case TG_messageEntityBlockquote:
    return 0;
  case TG_messageEntityPre:
    return item->argument.size ? 10 : 11;
  case TG_messageEntityCode:
    return 20;
  case TG_messageEntityFormattedDate:
    return 30;
  case TG_messageEntityTextUrl:
  case TG_messageEntityMentionName:
    return 49;
  case TG_messageEntityBold:
    return 90;
  case TG_messageEntityItalic:
    return 91;
  case TG_messageEntityUnderline:
    return 92;
  case TG_messageEntityStrike:
    return 93;
  case TG_messageEntitySpoiler:
    return 94;
  case TG_messageEntityCustomEmoji:
    return 99;
  default:
    return 50;
  }
}

static bool before(const mark *a, const mark *b) {
  if (a->offset != b->offset)
    return a->offset < b->offset;
  if (a->length != b->length)
    return a->length > b->length;
  return rank(a) < rank(b);
}

/* Merges two sorted neighbours, `from` to `to`; equal ones keep their order. */
static void merge(mark *out, const mark *from, size_t n, size_t total) {
  size_t a = 0, b = n;
  for (size_t i = 0; i < total; i++)
    out[i] = a < n && (b == total || !before(&from[b], &from[a])) ? from[a++] : from[b++];
}

static void sort_into(mark *items, mark *room, size_t n) {
  if (n < 2)
    return;
  size_t half = n / 2;
  sort_into(items, room, half);
  sort_into(items + half, room, n - half);
  merge(room, items, half, n);
  memcpy(items, room, n * sizeof *items);
}

bool tgkit_sort(tl_arena *arena, marks *list) {
  if (list->count < 2)
    return true;
  mark *room = tl_arena_alloc(arena, list->count * sizeof *room);
  if (!room)
    return false;
  sort_into(list->items, room, list->count);
  return true;
}
