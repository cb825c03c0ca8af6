/* Formatted text as the API takes it: checks the input, lets the reader of its markup read it, and
 * makes constructors of the marks found. */
#include "markup.h"

#include <string.h>

static tl_status finish(markup *m, tgkit_text *out) {
  tg_MessageEntity *items = NULL;
  if (m->found.count) {
    items = tl_arena_alloc(m->arena, m->found.count * sizeof *items);
    if (!items)
      return TL_ERR_NOMEM;
  }
  for (size_t i = 0; i < m->found.count; i++) {
    if (!tgkit_entity_make(m->arena, &m->found.items[i], &items[i]))
      return TL_ERR_NOMEM;
  }
  m->out[m->n] = 0;
  out->text.data = m->out;
  out->text.size = m->n;
  out->entities.items = items;
  out->entities.count = m->found.count;
  return TL_OK;
}

static tl_status read(markup *m, tgkit_markup kind) {
  switch (kind) {
  case TGKIT_HTML:
    if (memchr(m->in, 0, m->size))
      return tgkit_wrong(m, -1, "HTML must not contain a NUL");
    return tgkit_read_html(m);
  case TGKIT_MARKDOWN_V2:
    return tgkit_read_markdown_v2(m);
  default:
    return tgkit_read_markdown(m);
  }
}

tl_status tgkit_text_parse(tgkit_markup markup_kind, const char *input, size_t size,
                           tl_arena *arena, tgkit_text *out, tgkit_text_error *error) {
  tgkit_text_error ignored;
  markup m = {.arena = arena, .size = size, .error = error ? error : &ignored};
  memset(out, 0, sizeof *out);
  *m.error = (tgkit_text_error){.offset = -1};
  if (size >= INT32_MAX || !tgkit_is_utf8(input, size))
    return TL_ERR_STRING;
  m.in = tl_arena_copy(arena, input, size);
  m.out = tl_arena_alloc(arena, size + 4);
  if (!m.in || !m.out)
    return TL_ERR_NOMEM;
  tl_status status = read(&m, markup_kind);
  return status == TL_OK ? finish(&m, out) : status;
}
