/* What a writer of markup appends with, and what is open around the place where it is. */
#include "write.h"

#include <stdio.h>
#include <string.h>

void tgkit_write(writing *w, const char *text, size_t size) {
  if (size > w->room - w->n) {
    size_t room = 2 * (w->room + size);
    char *out = tl_arena_alloc(w->arena, room);
    if (!out) {
      w->status = TL_ERR_NOMEM;
      return;
    }
    memcpy(out, w->out, w->n);
    w->out = out;
    w->room = room;
  }
  memcpy(w->out + w->n, text, size);
  w->n += size;
}

void tgkit_write_text(writing *w, const char *text) {
  tgkit_write(w, text, strlen(text));
}

void tgkit_write_number(writing *w, int64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)value);
  tgkit_write_text(w, text);
}

size_t tgkit_date_letters(uint32_t flags, char out[6]) {
  static const struct {
    uint32_t flag;
    char letter;
  } letters[] = {{MARK_RELATIVE, 'r'},  {MARK_DAY_OF_WEEK, 'w'}, {MARK_SHORT_DATE, 'd'},
                 {MARK_LONG_DATE, 'D'}, {MARK_SHORT_TIME, 't'},  {MARK_LONG_TIME, 'T'}};
  size_t n = 0;
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
    if (flags & letters[i].flag)
      out[n++] = letters[i].letter;
  return n;
}

bool tgkit_is_open(const writing *w, mark_kind kind) {
  for (size_t i = 0; i < w->open.count; i++)
    if (w->open.items[i].kind == kind)
      return true;
  return false;
}

const mark *tgkit_in_code(const writing *w) {
  for (size_t i = w->open.count; i; i--)
    if (w->open.items[i - 1].kind == TG_messageEntityCode ||
        w->open.items[i - 1].kind == TG_messageEntityPre)
      return &w->open.items[i - 1];
  return NULL;
}
