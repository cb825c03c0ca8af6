/* Entities as HTML, which has no way to say a NUL. */
#include "write.h"

static const char *tag_of(mark_kind kind) {
  switch (kind) {
  case TG_messageEntityBold:
    return "b";
  case TG_messageEntityItalic:
    return "i";
  case TG_messageEntityUnderline:
    return "u";
  case TG_messageEntityStrike:
    return "s";
  case TG_messageEntitySpoiler:
    return "tg-spoiler";
  case TG_messageEntityCode:
    return "code";
  case TG_messageEntityPre:
    return "pre";
  case TG_messageEntityBlockquote:
    return "blockquote";
  case TG_messageEntityCustomEmoji:
    return "tg-emoji";
  case TG_messageEntityFormattedDate:
    return "tg-time";
  default:
    return "a";
  }
}

static void put_escaped(writing *w, const char *text, size_t size) {
  for (size_t i = 0; i < size; i++) {
    switch (text[i]) {
    case 0:
      w->status = TL_ERR_RANGE;
      break;
    case '<':
      tgkit_write_text(w, "&lt;");
      break;
    case '>':
      tgkit_write_text(w, "&gt;");
      break;
    case '&':
      tgkit_write_text(w, "&amp;");
      break;
    case '"':
      tgkit_write_text(w, "&quot;");
      break;
    default:
      tgkit_write(w, text + i, 1);
    }
  }
}

static void put_attributes(writing *w, const mark *item) {
  char letters[6];
  switch (item->kind) {
  case TG_messageEntityTextUrl:
    tgkit_write_text(w, " href=\"");
    put_escaped(w, item->argument.data, item->argument.size);
    break;
  case TG_messageEntityMentionName:
    tgkit_write_text(w, " href=\"tg://user?id=");
    tgkit_write_number(w, item->id);
    break;
  case TG_messageEntityCustomEmoji:
    tgkit_write_text(w, " emoji-id=\"");
    tgkit_write_number(w, item->id);
    break;
  case TG_messageEntityFormattedDate:
    tgkit_write_text(w, " unix=\"");
    tgkit_write_number(w, item->id);
    if (item->flags)
      tgkit_write_text(w, "\" format=\"");
    tgkit_write(w, letters, tgkit_date_letters(item->flags, letters));
    break;
  case TG_messageEntityBlockquote:
    tgkit_write_text(w, item->flags ? " expandable" : "");
    return;
  default:
    return;
  }
  tgkit_write_text(w, "\"");
}

static bool has_language(const mark *item) {
  return item->kind == TG_messageEntityPre && item->argument.size;
}

static void start(writing *w, const mark *item) {
  tgkit_write_text(w, "<");
  tgkit_write_text(w, tag_of(item->kind));
  put_attributes(w, item);
  tgkit_write_text(w, ">");
  if (has_language(item)) {
    tgkit_write_text(w, "<code class=\"language-");
    put_escaped(w, item->argument.data, item->argument.size);
    tgkit_write_text(w, "\">");
  }
}

static void end(writing *w, const mark *item) {
  tgkit_write_text(w, has_language(item) ? "</code></" : "</");
  tgkit_write_text(w, tag_of(item->kind));
  tgkit_write_text(w, ">");
}

/* A quotation mark needs no escape outside of attributes. */
static void character(writing *w, size_t size) {
  const char *text = w->in.data + w->at;
  if (*text == '"')
    tgkit_write(w, text, 1);
  else
    put_escaped(w, text, size);
}

const writer tgkit_html_writer = {start, end, character};
