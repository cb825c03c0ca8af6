/* The Bot API's first Markdown: marks do not nest, and only they can be escaped. */
#include "markup.h"

#include <string.h>

typedef struct v1 {
  markup *m;
  size_t at;
} v1;

static char peek(const v1 *v, size_t ahead) {
  return v->at + ahead < v->m->size ? v->m->in[v->at + ahead] : 0;
}

static bool is_mark(char c) {
  return c && strchr("_*`[", c);
}

static bool at_end(const v1 *v, char end, bool pre) {
  return peek(v, 0) == end && (!pre || (peek(v, 1) == '`' && peek(v, 2) == '`'));
}

/* Behind ```, as in MarkdownV2. */
static tl_string language(v1 *v) {
  tl_string word = {v->m->in + v->at, 0};
  while (!tgkit_is_space(peek(v, word.size)) && peek(v, word.size) != '`')
    word.size++;
  if (v->at + word.size < v->m->size && peek(v, word.size) != '`')
    v->at += word.size;
  else
    word.size = 0;
  char first = peek(v, 0), second = peek(v, 1);
  if (first == '\n' || first == '\r')
    v->at += (second == '\n' || second == '\r') && first != second ? 2 : 1;
  return word;
}

/* The address behind a ], or the text itself; a ) that is missing is not missed. */
static tl_string address(v1 *v, size_t text) {
  tl_string url = {v->m->in + text, v->at - text};
  if (peek(v, 1) != '(')
    return url;
  v->at += 2;
  url.data = v->m->in + v->at;
  while (v->at < v->m->size && peek(v, 0) != ')')
    v->at++;
  url.size = (size_t)(v->m->in + v->at - url.data);
  return url;
}

static tl_status add(v1 *v, char c, size_t text, mark *item) {
  if (c == '[') {
    tl_string url = address(v, text);
    return tgkit_add_link(v->m, item, url);
  }
  if (c == '_')
    item->kind = TG_messageEntityItalic;
  else if (c == '*')
    item->kind = TG_messageEntityBold;
  return tgkit_push(v->m->arena, &v->m->found, item) ? TL_OK : TL_ERR_NOMEM;
}

static tl_status entity(v1 *v) {
  char c = peek(v, 0);
  size_t begin = v->at++;
  bool pre = c == '`' && peek(v, 0) == '`' && peek(v, 1) == '`';
  mark item = {.kind = pre ? TG_messageEntityPre : TG_messageEntityCode,
               .offset = v->m->utf16,
               .argument = {"", 0}};
  if (pre) {
    v->at += 2;
    item.argument = language(v);
  }
  while (v->at < v->m->size && !at_end(v, c == '[' ? ']' : c, pre))
    tgkit_keep(v->m, v->at++);
  if (v->at == v->m->size)
    return tgkit_wrong(v->m, begin, "the entity is not closed");
  item.length = v->m->utf16 - item.offset;
  tl_status status = item.length ? add(v, c, begin + 1, &item) : TL_OK;
  v->at += pre ? 3 : 1;
  return status;
}

tl_status tgkit_read_markdown(markup *m) {
  v1 v = {.m = m};
  tl_status status = TL_OK;
  while (status == TL_OK && v.at < m->size) {
    if (is_mark(peek(&v, 0))) {
      status = entity(&v);
      continue;
    }
    if (peek(&v, 0) == '\\' && is_mark(peek(&v, 1)))
      v.at++;
    tgkit_keep(m, v.at++);
  }
  return status;
}
