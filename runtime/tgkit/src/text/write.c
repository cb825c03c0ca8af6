/* The way back: entities opened and closed along the text in a markup that nests. Those that cross
 * are cut in pieces, styles rather than code, links and quotations. */
#include "write.h"

#include <string.h>
#include <tl/visible.h>

static int32_t end_of(const mark *item) {
  return item->offset + item->length;
}

static bool is_style(const mark *item) {
  return item->kind == TG_messageEntityBold || item->kind == TG_messageEntityItalic ||
         item->kind == TG_messageEntityUnderline || item->kind == TG_messageEntityStrike ||
         item->kind == TG_messageEntitySpoiler;
}

static void open_mark(writing *w, const mark *item) {
  w->how->start(w, item);
  if (!tgkit_push(w->arena, &w->open, item))
    w->status = TL_ERR_NOMEM;
}

/* Closes everything from `from` on, the innermost first. Those that go on are put into `again`. */
static void close_from(writing *w, size_t from, marks *again) {
  size_t count = w->open.count;
  for (size_t i = from; i < count; i++)
    if (end_of(&w->open.items[i]) > w->utf16 && !tgkit_push(w->arena, again, &w->open.items[i]))
      w->status = TL_ERR_NOMEM;
  for (size_t i = count; i > from; i--) {
    w->open.count = i - 1;
    w->how->end(w, &w->open.items[i - 1]);
  }
}

static void open_again(writing *w, const marks *list) {
  for (size_t i = 0; i < list->count && w->status == TL_OK; i++)
    open_mark(w, &list->items[i]);
}

/* What ends here, and what stands inside of it. */
static void close_ended(writing *w) {
  marks again = {NULL, 0, 0};
  size_t first = 0;
  while (first < w->open.count && end_of(&w->open.items[first]) > w->utf16)
    first++;
  if (first == w->open.count)
    return;
  if (end_of(&w->open.items[first]) < w->utf16)
    w->status = TL_ERR_RANGE; /* between the halves of a surrogate pair */
  close_from(w, first, &again);
  open_again(w, &again);
}

/* Opens one. A style that ends inside of something else than a style is cut here, to go on in it.
 */
static void open_new(writing *w, const mark *item) {
  marks again = {NULL, 0, 0};
  if (!is_style(item))
    for (size_t i = 0; i < w->open.count; i++)
      if (is_style(&w->open.items[i]) && end_of(&w->open.items[i]) < end_of(item)) {
        close_from(w, i, &again);
        break;
      }
  open_mark(w, item);
  if (!item->length) { /* a quotation of an empty line */
    w->open.count--;
    w->how->end(w, item);
  }
  open_again(w, &again);
}

static size_t character_size(const writing *w) {
  size_t n = 1;
  while (w->at + n < w->in.size && ((unsigned char)w->in.data[w->at + n] & 0xc0) == 0x80)
    n++;
  return n;
}

static void walk(writing *w, const marks *list) {
  size_t next = 0;
  for (;;) {
    close_ended(w);
    for (; next < list->count && list->items[next].offset <= w->utf16; next++) {
      if (list->items[next].offset < w->utf16)
        w->status = TL_ERR_RANGE; /* the same */
      open_new(w, &list->items[next]);
    }
    if (w->status != TL_OK || w->at == w->in.size)
      return;
    size_t n = character_size(w);
    w->how->character(w, n);
    w->last = 0;
    w->utf16 += (int32_t)tgkit_utf16_length(w->in.data + w->at, n);
    w->at += n;
  }
}

static bool fits(const tl_string *text, const marks *list) {
  int64_t units = (int64_t)tgkit_utf16_length(text->data, text->size);
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].offset < 0 || list->items[i].length < 0 ||
        (int64_t)list->items[i].offset + list->items[i].length > units)
      return false;
  return true;
}

/* Marks of the entities that have a markup, the last one first: of two that are alike in range and
 * kind, a reader finds the inner one first. */
static tl_status collect(tl_arena *arena, const tgkit_text *text, marks *list) {
  for (size_t i = text->entities.count; i; i--) {
    mark item;
    if (!text->entities.items[i - 1].kind)
      return TL_ERR_TYPE;
    tgkit_entity_read(&text->entities.items[i - 1], &item);
    switch (item.kind) {
    case TG_messageEntityUnknown:
    case TG_messageEntityMention:
    case TG_messageEntityHashtag:
    case TG_messageEntityBotCommand:
    case TG_messageEntityUrl:
    case TG_messageEntityEmail:
    case TG_messageEntityPhone:
    case TG_messageEntityCashtag:
    case TG_messageEntityBankCard:
      continue;
    case TG_messageEntityDiffInsert:
    case TG_messageEntityDiffReplace:
    case TG_messageEntityDiffDelete:
      return TL_ERR_TYPE;
    default:
      if (item.kind == TG_messageEntityMentionName && item.id <= 0)
        return TL_ERR_TYPE;
      if (item.length && !tgkit_push(arena, list, &item))
        return TL_ERR_NOMEM;
    }
  }
  return fits(&text->text, list) ? TL_OK : TL_ERR_RANGE;
}

static tl_status write_all(tgkit_markup kind, const tgkit_text *text, tl_arena *arena,
                           tl_string *out) {
  marks list = {NULL, 0, 0};
  if (kind != TGKIT_HTML && kind != TGKIT_MARKDOWN_V2)
    return TL_ERR_ARGUMENT;
  if (text->text.size >= INT32_MAX || !tl_utf8_valid(text->text.data, text->text.size))
    return TL_ERR_STRING;
  tl_status status = collect(arena, text, &list);
  if (status == TL_OK && !tgkit_sort(arena, &list))
    status = TL_ERR_NOMEM;
  if (status == TL_OK && kind == TGKIT_MARKDOWN_V2)
    status = tgkit_v2_marks(arena, text->text, &list);
  if (status != TL_OK)
    return status;
  writing w = {.arena = arena, .in = text->text, .room = 2 * text->text.size + 64};
  w.how = kind == TGKIT_HTML ? &tgkit_html_writer : &tgkit_markdown_v2_writer;
  w.out = tl_arena_alloc(arena, w.room);
  if (!w.out)
    return TL_ERR_NOMEM;
  walk(&w, &list);
  tgkit_write(&w, "", 1);
  if (w.status != TL_OK)
    return w.status;
  out->data = w.out;
  out->size = w.n - 1;
  return TL_OK;
}

mtp_status tgkit_text_write(tgkit_markup kind, const tgkit_text *text, tl_arena *arena,
                            tl_string *out, mtp_error *error) {
  static const tl_error fault = {.offset = TGKIT_NOWHERE, .text = "this markup cannot say it"};
  static const tl_error none;
  *out = (tl_string){NULL, 0};
  tl_status status = write_all(kind, text, arena, out);
  return tgkit_text_failed(error, status,
                           status == TL_OK || status == TL_ERR_NOMEM ? &none : &fault);
}
