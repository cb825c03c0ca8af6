/* What the writers of markups share. */
#ifndef TGKIT_WRITE_H
#define TGKIT_WRITE_H

#include "markup.h"

/* Markup that is being written. What is open stands in `open`, the outermost first. */
typedef struct writing {
  tl_arena *arena;
  tl_string in;
  size_t at;     /* in it, bytes */
  int32_t utf16; /* the same */
  char *out;
  size_t n, room;
  marks open;
  tl_status status;
  /* the markup's own */
  const struct writer *how;
  size_t after_quote; /* where in `in` a quotation ended with a line, and one more; 0: none did */
  char last; /* the single character that the mark before was, if nothing came after it; or 0 */
} writing;

/* One markup. Each function appends with tgkit_write(), and may set w->status. */
typedef struct writer {
  void (*start)(writing *w, const mark *item);
  void (*end)(writing *w, const mark *item);
  void (*character)(writing *w, size_t size); /* w->in.data[w->at], that many bytes of UTF-8 */
} writer;

extern const writer tgkit_html_writer, tgkit_markdown_v2_writer;

void tgkit_write(writing *w, const char *text, size_t size);
void tgkit_write_text(writing *w, const char *text);
void tgkit_write_number(writing *w, int64_t value);
/* The letters of a date's format, at most 6. */
size_t tgkit_date_letters(uint32_t flags, char out[6]);
/* The innermost open entity that is code or pre; NULL: none. */
const mark *tgkit_in_code(const writing *w);
bool tgkit_is_open(const writing *w, mark_kind kind);

/* Makes sorted marks of text such that MarkdownV2 can nest them: drops what it has no place for,
 * cuts around code and at the ends of quotations. NOMEM. */
tl_status tgkit_v2_marks(tl_arena *arena, tl_string text, marks *list);

#endif
