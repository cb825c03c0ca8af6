/* What MarkdownV2 can nest: nothing in code but code in pre, nothing in its own kind, and
 * everything that begins in a quotation ends in it. */
#include "write.h"

#include <string.h>

static int32_t end_of(const mark *item) {
  return item->offset + item->length;
}

static bool is_code(const mark *item) {
  return item->kind == TG_messageEntityCode || item->kind == TG_messageEntityPre;
}

static bool nests_in_itself(mark_kind kind) {
  return kind != TG_messageEntityBold && kind != TG_messageEntityItalic &&
         kind != TG_messageEntityUnderline && kind != TG_messageEntityStrike &&
         kind != TG_messageEntitySpoiler && kind != TG_messageEntityCode &&
         kind != TG_messageEntityPre && kind != TG_messageEntityBlockquote;
}

/* Two of a kind that overlap become one. Sorted before and after. */
static void join_kinds(marks *list) {
  size_t last[64], n = 0; /* of each kind, where it stands and one more */
  memset(last, 0, sizeof last);
  for (size_t i = 0; i < list->count; i++) {
    mark *item = &list->items[i];
    size_t kind = (size_t)item->kind % 64;
    mark *before = last[kind] ? &list->items[last[kind] - 1] : NULL;
    if (before && !nests_in_itself(item->kind) && item->offset < end_of(before)) {
      if (end_of(item) > end_of(before))
        before->length = end_of(item) - before->offset;
      continue;
    }
    list->items[n++] = *item;
    last[kind] = n;
  }
  list->count = n;
}

/* Leaves of item what is not in code; nothing is left of what is inside of it. Text that is both is
 * code. */
static void cut_at_code(mark *item, const mark *code) {
  int32_t begin = item->offset, end = end_of(item);
  bool code_in_pre = item->kind == TG_messageEntityCode && code->kind == TG_messageEntityPre;
  if (item == code || end <= code->offset || begin >= end_of(code) || code_in_pre ||
      (begin <= code->offset && end >= end_of(code)))
    return;
  if (begin < code->offset)
    item->length = code->offset - begin;
  else if (end > end_of(code))
    item->offset = end_of(code), item->length = end - end_of(code);
  else
    item->length = 0;
}

static void drop_empty(marks *list) {
  size_t n = 0;
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].length)
      list->items[n++] = list->items[i];
  list->count = n;
}

static void cut_all_at_code(marks *list) {
  for (size_t c = 0; c < list->count; c++)
    if (is_code(&list->items[c]) && list->items[c].length)
      for (size_t i = 0; i < list->count; i++)
        cut_at_code(&list->items[i], &list->items[c]);
  drop_empty(list);
}

/* The byte of text where so many UTF-16 units end. */
static size_t byte_at(tl_string text, int32_t units) {
  size_t at = 0;
  for (int32_t n = 0; at < text.size; at++) {
    n += (int32_t)tgkit_utf16_length(text.data + at, 1);
    if (n > units)
      break;
  }
  return at;
}

/* Lets other marks end before the line break of a quotation, and go on behind it. */
static bool cut_at_end(tl_arena *arena, marks *list, const mark *quote) {
  int32_t line_end = end_of(quote);
  size_t count = list->count;
  for (size_t i = 0; i < count; i++) {
    mark rest = list->items[i];
    bool outer = rest.offset <= quote->offset && end_of(&rest) > line_end;
    if (rest.kind == TG_messageEntityBlockquote || outer || is_code(&rest) ||
        rest.offset < quote->offset || rest.offset > line_end || end_of(&rest) <= line_end)
      continue;
    rest.length = end_of(&rest) - line_end - 1;
    rest.offset = line_end + 1;
    list->items[i].length = line_end - list->items[i].offset;
    if (rest.length && !tgkit_push(arena, list, &rest))
      return false;
  }
  return true;
}

/* The line break at a quotation's end is taken out of it. */
static bool cut_at_quotes(tl_arena *arena, tl_string text, marks *list) {
  size_t count = list->count;
  for (size_t i = 0; i < count; i++) {
    mark *item = &list->items[i];
    if (item->kind != TG_messageEntityBlockquote)
      continue;
    size_t end = byte_at(text, end_of(item));
    if (text.data[end - 1] == '\n')
      item->length--;
    mark quote = *item;
    if (!cut_at_end(arena, list, &quote))
      return false;
  }
  return true;
}

/* Among those of one range, code last: it can be in everything and hold nothing. */
static void put_code_last(marks *list) {
  for (size_t i = 0; i + 1 < list->count; i++) {
    mark *a = &list->items[i], *b = a + 1;
    if (is_code(a) && !is_code(b) && a->offset == b->offset && a->length == b->length) {
      mark code = *a;
      *a = *b;
      *b = code;
      if (i)
        i -= 2; /* a Pre before it moves on as well; SIZE_MAX wraps to 0 */
    }
  }
}

tl_status tgkit_v2_marks(tl_arena *arena, tl_string text, marks *list) {
  join_kinds(list);
  cut_all_at_code(list);
  if (!cut_at_quotes(arena, text, list) || !tgkit_sort(arena, list))
    return TL_ERR_NOMEM;
  size_t n = 0; /* what a cut left empty; an empty line of a quotation stays */
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].length || list->items[i].kind == TG_messageEntityBlockquote)
      list->items[n++] = list->items[i];
  list->count = n;
  put_code_last(list);
  return TL_OK;
}
