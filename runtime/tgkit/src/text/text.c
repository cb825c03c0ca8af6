/* Formatted text as the API takes it: checks the input, lets the reader of its markup read it, and
 * makes constructors of the marks found. */
#include "markup.h"

#include <stdio.h>
#include <string.h>
#include <tl/visible.h>

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
      return tgkit_wrong(m, TGKIT_NOWHERE, "HTML must not contain a NUL");
    return tgkit_read_html(m);
  case TGKIT_MARKDOWN_V2:
    return tgkit_read_markdown_v2(m);
  default:
    return tgkit_read_markdown(m);
  }
}

mtp_status tgkit_text_failed(mtp_error *error, tl_status status, const tl_error *fault) {
  mtp_status how = mtp_status_of_tl(status, MTP_ERR_ARGUMENT);
  if (!error)
    return how;
  memset(error, 0, sizeof *error);
  error->status = how;
  error->method = TL_NONE;
  error->tl = *fault;
  error->tl.status = status;
  snprintf(error->text, sizeof error->text, "%s", fault->text);
  return how;
}

static tl_status parse(markup *m, tgkit_markup kind, const char *input, tgkit_text *out) {
  if (m->size >= INT32_MAX || !tl_utf8_valid(input, m->size)) {
    tgkit_wrong(m, TGKIT_NOWHERE, "not UTF-8, or too long");
    return TL_ERR_STRING;
  }
  m->in = tl_arena_copy(m->arena, input, m->size);
  m->out = tl_arena_alloc(m->arena, m->size + 4);
  if (!m->in || !m->out)
    return TL_ERR_NOMEM;
  tl_status status = read(m, kind);
  return status == TL_OK ? finish(m, out) : status;
}

mtp_status tgkit_text_parse(tgkit_markup markup_kind, const char *input, size_t size,
                            tl_arena *arena, tgkit_text *out, mtp_error *error) {
  markup m = {.arena = arena, .size = size};
  memset(out, 0, sizeof *out);
  return tgkit_text_failed(error, parse(&m, markup_kind, input, out), &m.error);
}
