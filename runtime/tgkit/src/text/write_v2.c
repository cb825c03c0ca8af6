/* Entities as MarkdownV2. */
#include "write.h"

#include <string.h>

/* Something that means nothing, between marks that would be read as another one. */
static void put_separator(writing *w) {
  tgkit_write_text(w, tgkit_is_open(w, TG_messageEntityBold) ? "[]()" : "**");
}

static void put_escaped(writing *w, const char *text, size_t size, const char *special) {
  for (size_t i = 0; i < size; i++) {
    if (text[i] && strchr(special, text[i]))
      tgkit_write_text(w, "\\");
    tgkit_write(w, text + i, 1);
  }
}

static void put_mark(writing *w, const char *text) {
  bool single = text[0] == '_' && !text[1];
  if (w->last == '_' && text[0] == '_')
    put_separator(w);
  tgkit_write_text(w, text);
  w->last = single ? '_' : 0;
}

static const char *style(mark_kind kind) {
  switch (kind) {
  case TG_messageEntityBold:
    return "*";
  case TG_messageEntityItalic:
    return "_";
  case TG_messageEntityUnderline:
    return "__";
  case TG_messageEntityStrike:
    return "~";
  case TG_messageEntitySpoiler:
    return "||";
  case TG_messageEntityCode:
    return "`";
  default:
    return NULL;
  }
}

static void start_pre(writing *w, tl_string language) {
  for (size_t i = 0; i < language.size; i++)
    if (tgkit_is_space(language.data[i]) || language.data[i] == '`')
      w->status = TL_ERR_RANGE;
  put_mark(w, "```");
  tgkit_write(w, language.data, language.size);
  tgkit_write_text(w, "\n");
}

static void start_quote(writing *w) {
  if (w->at && w->in.data[w->at - 1] != '\n')
    w->status = TL_ERR_RANGE;
  if (w->at && w->after_quote == w->at)
    put_separator(w);
  put_mark(w, ">");
}

static void start(writing *w, const mark *item) {
  switch (item->kind) {
  case TG_messageEntityPre:
    start_pre(w, item->argument);
    break;
  case TG_messageEntityBlockquote:
    start_quote(w);
    break;
  case TG_messageEntityCustomEmoji:
  case TG_messageEntityFormattedDate:
    put_mark(w, "![");
    break;
  default:
    put_mark(w, style(item->kind) ? style(item->kind) : "[");
  }
}

static void end_date(writing *w, const mark *item) {
  char letters[6];
  put_mark(w, "](tg://time?unix=");
  tgkit_write_number(w, item->id);
  if (item->flags)
    tgkit_write_text(w, "&format=");
  tgkit_write(w, letters, tgkit_date_letters(item->flags, letters));
  tgkit_write_text(w, ")");
}

static void end_numbered(writing *w, const char *address, int64_t id) {
  put_mark(w, address);
  tgkit_write_number(w, id);
  tgkit_write_text(w, ")");
}

/* The quotation's line break is the next character. */
static void end_quote(writing *w, const mark *item) {
  if (w->at < w->in.size && w->in.data[w->at] != '\n')
    w->status = TL_ERR_RANGE;
  if (item->flags)
    put_mark(w, "||");
  w->after_quote = w->at + 1;
}

static void end(writing *w, const mark *item) {
  switch (item->kind) {
  case TG_messageEntityPre:
    put_mark(w, "```");
    break;
  case TG_messageEntityBlockquote:
    end_quote(w, item);
    break;
  case TG_messageEntityCustomEmoji:
    end_numbered(w, "](tg://emoji?id=", item->id);
    break;
  case TG_messageEntityMentionName:
    end_numbered(w, "](tg://user?id=", item->id);
    break;
  case TG_messageEntityFormattedDate:
    end_date(w, item);
    break;
  case TG_messageEntityTextUrl:
    put_mark(w, "](");
    put_escaped(w, item->argument.data, item->argument.size, ")\\");
    tgkit_write_text(w, ")");
    break;
  default:
    put_mark(w, style(item->kind));
  }
}

static void character(writing *w, size_t size) {
  const char *text = w->in.data + w->at;
  const mark *code = tgkit_in_code(w);
  if (code) /* a line break at its beginning would be taken for the mark's */
    put_escaped(w, text, size, code->offset == w->utf16 ? "`\\\r" : "`\\");
  else
    put_escaped(w, text, size, "_*[]()~`>#+-=|{}.!\\");
  if (*text == '\n' && !code && tgkit_is_open(w, TG_messageEntityBlockquote))
    tgkit_write_text(w, ">");
}

const writer tgkit_markdown_v2_writer = {start, end, character};
