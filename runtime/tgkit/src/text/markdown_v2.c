/* MarkdownV2: marks nest, every character that could be one is escaped or an error, and lines of
 * `>` are quotations. */
#include "markup.h"

#include <string.h>

/* An entity that is open: mark.offset is where its text begins. */
typedef struct open_mark {
  mark item;
  size_t begin; /* of its mark in the input */
  size_t text;  /* of its text in m->out */
} open_mark;

typedef struct v2 {
  markup *m;
  size_t at;
  open_mark *open;
  size_t depth, room;
  bool quote;      /* a quotation is open */
  bool line_start; /* a > here begins one */
} v2;

static char peek(const v2 *v, size_t ahead) {
  return v->at + ahead < v->m->size ? v->m->in[v->at + ahead] : 0;
}

static open_mark *top(v2 *v) {
  return v->depth ? &v->open[v->depth - 1] : NULL;
}

static bool is_code(const open_mark *open) {
  return open &&
         (open->item.kind == TG_messageEntityCode || open->item.kind == TG_messageEntityPre);
}

static bool thrice(const v2 *v) {
  return peek(v, 0) == '`' && peek(v, 1) == '`' && peek(v, 2) == '`';
}

static tl_status reserved(v2 *v) {
  return tgkit_wrong(v->m, TGKIT_NOWHERE,
                     "the character %c is reserved and has to be escaped with \\", peek(v, 0));
}

static const char *kind_name(mark_kind kind) {
  switch (kind) {
  case TG_messageEntityBold:
    return "bold";
  case TG_messageEntityItalic:
    return "italic";
  case TG_messageEntityUnderline:
    return "underline";
  case TG_messageEntityStrike:
    return "strikethrough";
  case TG_messageEntitySpoiler:
    return "spoiler";
  case TG_messageEntityCode:
    return "code";
  case TG_messageEntityPre:
    return "pre";
  case TG_messageEntityTextUrl:
    return "link";
  case TG_messageEntityCustomEmoji:
    return "custom emoji";
  default:
    return "quotation";
  }
}

static tl_status not_closed(v2 *v) {
  return tgkit_wrong(v->m, top(v)->begin, "%s is not closed", kind_name(top(v)->item.kind));
}

static tl_status open_entity(v2 *v, mark_kind kind, size_t begin, tl_string argument) {
  if (v->depth == v->room) {
    size_t room = v->room ? 2 * v->room : 16;
    open_mark *items = tl_arena_alloc(v->m->arena, room * sizeof *items);
    if (!items)
      return TL_ERR_NOMEM;
    if (v->depth)
      memcpy(items, v->open, v->depth * sizeof *items);
    v->open = items;
    v->room = room;
  }
  open_mark *open = &v->open[v->depth++];
  *open = (open_mark){.begin = begin, .text = v->m->n};
  open->item.kind = kind;
  open->item.offset = v->m->utf16;
  open->item.argument = argument;
  return TL_OK;
}

/* ---- what opens ---- */

/* Behind ```: a word is the language unless a backtick follows at once; then one line break. */
static tl_string open_pre(v2 *v) {
  tl_string language = {v->m->in + v->at, 0};
  while (!tgkit_is_space(peek(v, language.size)) && peek(v, language.size) != '`')
    language.size++;
  size_t end = v->at + language.size;
  if (end < v->m->size && v->m->in[end] != '`')
    v->at = end;
  else
    language.size = 0;
  char first = peek(v, 0), second = peek(v, 1);
  if (first == '\n' || first == '\r')
    v->at += (second == '\n' || second == '\r') && first != second ? 2 : 1;
  return language;
}

static tl_status open_backtick(v2 *v) {
  size_t begin = v->at;
  tl_string language = {"", 0};
  bool pre = thrice(v);
  v->at += pre ? 3 : 1;
  if (pre)
    language = open_pre(v);
  return open_entity(v, pre ? TG_messageEntityPre : TG_messageEntityCode, begin, language);
}

static tl_status open_quote(v2 *v) {
  if (!v->line_start)
    return reserved(v);
  size_t begin = v->at++;
  if (v->quote)
    return TL_OK;
  v->quote = true;
  tl_string none = {"", 0};
  return open_entity(v, TG_messageEntityBlockquote, begin, none);
}

/* A mark of one character, or of two where `second` has to follow. */
static tl_status open_plain(v2 *v, mark_kind kind, size_t length) {
  tl_string none = {"", 0};
  size_t begin = v->at;
  v->at += length;
  return open_entity(v, kind, begin, none);
}

static tl_status open_any(v2 *v) {
  char next = peek(v, 1);
  switch (peek(v, 0)) {
  case '_':
    return next == '_' ? open_plain(v, TG_messageEntityUnderline, 2)
                       : open_plain(v, TG_messageEntityItalic, 1);
  case '*':
    return open_plain(v, TG_messageEntityBold, 1);
  case '~':
    return open_plain(v, TG_messageEntityStrike, 1);
  case '|':
    return next == '|' ? open_plain(v, TG_messageEntitySpoiler, 2) : reserved(v);
  case '[':
    return open_plain(v, TG_messageEntityTextUrl, 1);
  case '!':
    return next == '[' ? open_plain(v, TG_messageEntityCustomEmoji, 2) : reserved(v);
  case '`':
    return open_backtick(v);
  case '>':
    return open_quote(v);
  case '\n':
    tgkit_keep(v->m, v->at++);
    v->line_start = true;
    return TL_OK;
  default:
    return reserved(v);
  }
}

/* ---- what closes ---- */

/* Bytes of the mark that closes the innermost entity here; 0: none does. A line break does it for
 * a quotation whose next line has no >. */
static size_t closing(v2 *v) {
  char c = peek(v, 0), next = peek(v, 1);
  if (!v->depth)
    return 0;
  if (v->quote && c == '\n' && next != '>')
    return 1;
  switch (top(v)->item.kind) {
  case TG_messageEntityBold:
    return c == '*';
  case TG_messageEntityItalic:
    return c == '_' && next != '_';
  case TG_messageEntityUnderline:
    return c == '_' && next == '_' ? 2 : 0;
  case TG_messageEntityStrike:
    return c == '~';
  case TG_messageEntitySpoiler:
    return c == '|' && next == '|' ? 2 : 0;
  case TG_messageEntityCode:
    return c == '`';
  case TG_messageEntityPre:
    return thrice(v) ? 3 : 0;
  case TG_messageEntityTextUrl:
  case TG_messageEntityCustomEmoji:
    return c == ']';
  default:
    return 0;
  }
}

/* Whether the innermost entity is a || that began so many bytes before this place. */
static bool is_bar(v2 *v, size_t before) {
  return v->depth && top(v)->item.kind == TG_messageEntitySpoiler &&
         top(v)->begin + before == v->at;
}

/* Reads (...) behind a ]; the address is unescaped. */
static tl_status read_address(v2 *v, tl_string *url) {
  size_t begin = ++v->at, n = 0;
  char *copy = tl_arena_alloc(v->m->arena, v->m->size - begin + 1);
  if (!copy)
    return TL_ERR_NOMEM;
  while (v->at < v->m->size && peek(v, 0) != ')') {
    if (peek(v, 0) == '\\' && peek(v, 1) > 0 && peek(v, 1) <= 126)
      v->at++;
    copy[n++] = v->m->in[v->at++];
  }
  if (peek(v, 0) != ')')
    return tgkit_wrong(v->m, begin, "the address has no ) at its end");
  v->at++;
  copy[n] = 0;
  url->data = copy;
  url->size = n;
  return TL_OK;
}

static tl_status close_link(v2 *v, const open_mark *open, mark *item) {
  tl_string url = {v->m->out + open->text, v->m->n - open->text};
  tl_status status = peek(v, 0) == '(' ? read_address(v, &url) : TL_OK;
  if (status != TL_OK || !item->length)
    return status;
  return tgkit_add_link(v->m, item, url);
}

static tl_status close_emoji(v2 *v, mark *item) {
  tl_string url = {"", 0}, format;
  if (peek(v, 0) != '(')
    return tgkit_wrong(v->m, TGKIT_NOWHERE, "![...] needs a tg://emoji or tg://time address");
  tl_status status = read_address(v, &url);
  if (status != TL_OK)
    return status;
  item->id = tgkit_link_emoji(url);
  if (!item->id) {
    item->kind = TG_messageEntityFormattedDate;
    if (!tgkit_link_time(url, &item->id, &format))
      return tgkit_wrong(v->m, TGKIT_NOWHERE, "![...] needs a tg://emoji or tg://time address");
    if (!tgkit_date_flags(format, &item->flags))
      return tgkit_wrong(v->m, TGKIT_NOWHERE, "a date's format is r or some of w d D t T");
  }
  return !item->length || tgkit_push(v->m->arena, &v->m->found, item) ? TL_OK : TL_ERR_NOMEM;
}

static tl_status close_plain(v2 *v) {
  open_mark open = *top(v);
  mark item = open.item;
  v->depth--;
  item.length = v->m->utf16 - item.offset;
  if (item.kind == TG_messageEntityTextUrl)
    return close_link(v, &open, &item);
  if (item.kind == TG_messageEntityCustomEmoji)
    return close_emoji(v, &item);
  return !item.length || tgkit_push(v->m->arena, &v->m->found, &item) ? TL_OK : TL_ERR_NOMEM;
}

/* Closes the quotation, which has to be the innermost entity, but for a || that makes it
 * expandable.
 */
static tl_status close_quote(v2 *v, bool expandable, bool line_break) {
  if (expandable)
    v->depth--;
  if (top(v)->item.kind != TG_messageEntityBlockquote)
    return not_closed(v);
  top(v)->item.flags = expandable ? MARK_COLLAPSED : 0;
  v->quote = false;
  v->line_start = true;
  if (line_break)
    tgkit_keep(v->m, v->at++);
  return close_plain(v);
}

static tl_status close_line(v2 *v) {
  bool carriage_return = v->m->n && v->m->out[v->m->n - 1] == '\r';
  return close_quote(v, is_bar(v, 2) || (carriage_return && is_bar(v, 3)), true);
}

/* ---- the text ---- */

/* A character that is none of the marks. */
static void keep_plain(v2 *v) {
  unsigned char c = (unsigned char)peek(v, 0);
  if ((c & 0xc0) != 0x80 && c != '\r')
    v->line_start = false;
  tgkit_keep(v->m, v->at++);
}

static tl_status step(v2 *v) {
  char c = peek(v, 0);
  if (c == '\\' && peek(v, 1) > 0 && peek(v, 1) <= 126) {
    v->at++;
    if (peek(v, 0) != '\r')
      v->line_start = peek(v, 0) == '\n';
    tgkit_keep(v->m, v->at++);
    return TL_OK;
  }
  if (!c || !strchr(is_code(top(v)) ? "`" : "_*[]()~`>#+-=|{}.!\n", c)) {
    keep_plain(v);
    return TL_OK;
  }
  size_t close = closing(v);
  if (!close)
    return open_any(v);
  if (c == '\n')
    return close_line(v);
  v->at += close;
  return close_plain(v);
}

tl_status tgkit_read_markdown_v2(markup *m) {
  v2 v = {.m = m, .line_start = true};
  tl_status status = TL_OK;
  while (status == TL_OK && v.at < m->size)
    status = step(&v);
  if (status != TL_OK)
    return status;
  if (v.quote)
    status = close_quote(&v, is_bar(&v, 2), false);
  else if (v.depth)
    status = not_closed(&v);
  if (status == TL_OK && v.depth)
    status = not_closed(&v);
  if (status != TL_OK)
    return status;
  return tgkit_sort(m->arena, &m->found) ? TL_OK : TL_ERR_NOMEM;
}
