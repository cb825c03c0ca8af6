/* HTML: tags, their attributes, and references to characters. Not the HTML of browsers but that of
 * the Bot API: a dozen tags, which have to match, and everything else is an error. */
#include "markup.h"

#include <string.h>

enum tag {
  TAG_NONE,
  TAG_A,
  TAG_B,
  TAG_I,
  TAG_S,
  TAG_U,
  TAG_SPOILER,
  TAG_SPAN,
  TAG_EMOJI,
  TAG_TIME,
  TAG_PRE,
  TAG_CODE,
  TAG_QUOTE
};

static const struct {
  const char *name;
  enum tag tag;
} tags[] = {
    {"a", TAG_A},
    {"b", TAG_B},
    {"strong", TAG_B},
    {"i", TAG_I},
    {"em", TAG_I},
    {"s", TAG_S},
    {"strike", TAG_S},
    {"del", TAG_S},
    {"u", TAG_U},
    {"ins", TAG_U},
    {"pre", TAG_PRE},
    {"code", TAG_CODE},
    {"span", TAG_SPAN},
    {"tg-emoji", TAG_EMOJI},
    {"tg-time", TAG_TIME},
    {"tg-spoiler", TAG_SPOILER},
    {"blockquote", TAG_QUOTE},
};

typedef struct open_tag {
  enum tag tag;
  tl_string name, argument; /* name: as tags has it */
  int64_t date;
  int32_t offset; /* of the text inside, UTF-16 */
  size_t begin;   /* the same in m->out */
} open_tag;

typedef struct html {
  markup *m;
  size_t at;
  open_tag *open;
  size_t depth, room;
  bool surrogates; /* a reference was half of a pair */
} html;

static char here(const html *h) {
  return h->m->in[h->at]; /* a NUL stands behind the input */
}

static bool is_name(tl_string text, const char *name) {
  return text.size == strlen(name) && memcmp(text.data, name, text.size) == 0;
}

static bool begins(tl_string text, const char *with) {
  return text.size >= strlen(with) && memcmp(text.data, with, strlen(with)) == 0;
}

/* ---- references ---- */

/* A number of a base, from the input at `at` on, to where its digits end; it may overflow. */
static uint32_t digits(const char *in, size_t *at, uint32_t base) {
  uint32_t value = 0;
  for (;; ++*at) {
    char c = tgkit_lower(in[*at]);
    bool letter = base == 16 && c >= 'a' && c <= 'f';
    if (!letter && !tgkit_is_digit(c))
      return value;
    value = value * base + (uint32_t)(letter ? c - 'a' + 10 : c - '0');
  }
}

static uint32_t named(const char *in, size_t *at) {
  static const struct {
    const char *name;
    char means;
  } names[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}};
  tl_string word = {in + *at, 0};
  while (tgkit_is_alpha(in[*at]))
    ++*at;
  word.size = (size_t)(in + *at - word.data);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (is_name(word, names[i].name))
      return (uint32_t)names[i].means;
  return 0;
}

/* The character that a reference at *at stands for, which is then behind it; 0: it is none. */
static uint32_t reference(const char *in, size_t *at) {
  size_t end = *at + 1;
  uint32_t code;
  if (in[end] != '#') {
    code = named(in, &end);
  } else {
    bool hex = in[++end] == 'x';
    end += hex;
    code = digits(in, &end, hex ? 16 : 10);
    if (code >= 0x10ffff || end - *at >= 10)
      code = 0;
  }
  if (code)
    *at = in[end] == ';' ? end + 1 : end;
  return code;
}

static bool is_surrogate(uint32_t code) {
  return code >= 0xd800 && code <= 0xdfff;
}

/* ---- a start tag ---- */

static tl_status unclosed(html *h, size_t begin, tl_string tag) {
  return tgkit_wrong(h->m, begin, "the start tag %.*s is not closed", (int)tag.size, tag.data);
}

static void skip_blanks(html *h) {
  while (here(h) && tgkit_is_space(here(h)))
    h->at++;
}

/* Letters, digits, dots and hyphens, in lower case. */
static tl_status bare_value(html *h, tl_string *value) {
  size_t begin = h->at;
  while (tgkit_is_alpha(here(h)) || tgkit_is_digit(here(h)) || here(h) == '.' || here(h) == '-')
    h->at++;
  if (!tgkit_is_space(here(h)) && here(h) != '>')
    return tgkit_wrong(h->m, begin,
                       "a value without quotes holds letters, digits, dots and hyphens");
  char *copy = tl_arena_copy(h->m->arena, h->m->in + begin, h->at - begin);
  if (!copy)
    return TL_ERR_NOMEM;
  value->data = copy;
  value->size = h->at - begin;
  for (size_t i = 0; i < value->size; i++)
    copy[i] = tgkit_lower(copy[i]);
  return TL_OK;
}

static tl_status quoted_value(html *h, tl_string *value) {
  char quote = here(h);
  size_t begin = ++h->at, n = 0;
  while (here(h) && here(h) != quote)
    h->at++;
  char *copy = tl_arena_alloc(h->m->arena, h->at - begin + 1);
  if (!copy)
    return TL_ERR_NOMEM;
  for (h->at = begin; here(h) && here(h) != quote;) {
    uint32_t code = here(h) == '&' ? reference(h->m->in, &h->at) : 0;
    h->surrogates |= is_surrogate(code);
    if (code)
      n += tgkit_put_code(code, copy + n);
    else
      copy[n++] = h->m->in[h->at++];
  }
  if (here(h) == quote)
    h->at++;
  copy[n] = 0;
  value->data = copy;
  value->size = n;
  return TL_OK;
}

/* The number at the start of text, as far as it goes; what is too large is none. */
static int64_t leading_number(tl_string text) {
  size_t zeros = 0, n = 0;
  while (zeros < text.size && text.data[zeros] == '0')
    zeros++;
  while (zeros + n < text.size && tgkit_is_digit(text.data[zeros + n]))
    n++;
  tl_string number = {text.data + zeros, n};
  int64_t value;
  return tgkit_number(number, &value) && value <= INT32_MAX ? value : 0;
}

static void take_attribute(open_tag *tag, tl_string name, tl_string value) {
  static const struct {
    enum tag tag;
    const char *name, *prefix;
  } known[] = {
      {TAG_A, "href", ""},         {TAG_CODE, "class", "language-"}, {TAG_SPAN, "class", "tg-"},
      {TAG_EMOJI, "emoji-id", ""}, {TAG_TIME, "format", ""},
  };
  if (tag->tag == TAG_TIME && is_name(name, "unix"))
    tag->date = leading_number(value);
  if (tag->tag == TAG_QUOTE && is_name(name, "expandable"))
    tag->argument = TL_STR("1");
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].tag == tag->tag && is_name(name, known[i].name) &&
        begins(value, known[i].prefix)) {
      tag->argument.data = value.data + strlen(known[i].prefix);
      tag->argument.size = value.size - strlen(known[i].prefix);
    }
}

/* One attribute, the blanks before it included, or only those. */
static tl_status attribute(html *h, size_t begin, open_tag *tag) {
  tl_string name, value = {"", 0};
  skip_blanks(h);
  if (here(h) == '>')
    return TL_OK;
  name.data = h->m->in + h->at;
  while (!tgkit_is_space(here(h)) && !strchr("=>/\"'", here(h)))
    h->at++;
  name.size = (size_t)(h->m->in + h->at - name.data);
  if (!name.size)
    return tgkit_wrong(h->m, begin, "an attribute without a name in the tag %.*s",
                       (int)tag->name.size, tag->name.data);
  skip_blanks(h);
  if (here(h) == '=') {
    h->at++;
    skip_blanks(h);
    if (!here(h))
      return unclosed(h, begin, tag->name);
    bool quotes = here(h) == '"' || here(h) == '\'';
    tl_status status = quotes ? quoted_value(h, &value) : bare_value(h, &value);
    if (status != TL_OK)
      return status;
  }
  if (!here(h))
    return unclosed(h, begin, tag->name);
  take_attribute(tag, name, value);
  return TL_OK;
}

static tl_status push_open(html *h, const open_tag *tag) {
  if (h->depth == h->room) {
    size_t room = h->room ? 2 * h->room : 16;
    open_tag *items = tl_arena_alloc(h->m->arena, room * sizeof *items);
    if (!items)
      return TL_ERR_NOMEM;
    if (h->depth)
      memcpy(items, h->open, h->depth * sizeof *items);
    h->open = items;
    h->room = room;
  }
  h->open[h->depth++] = *tag;
  return TL_OK;
}

/* A word in lower case, up to a blank or the tag's end; nothing: out of memory. */
static tl_string tag_word(html *h) {
  tl_string word = {NULL, 0};
  size_t begin = h->at;
  while (!tgkit_is_space(here(h)) && here(h) != '>')
    h->at++;
  char *copy = tl_arena_copy(h->m->arena, h->m->in + begin, h->at - begin);
  for (size_t i = 0; copy && i < h->at - begin; i++)
    copy[i] = tgkit_lower(copy[i]);
  word.data = copy;
  word.size = h->at - begin;
  return word;
}

static tl_status start_tag(html *h, size_t begin) {
  open_tag tag = {
      .name = tag_word(h), .argument = {"", 0}, .offset = h->m->utf16, .begin = h->m->n};
  tl_status status = tag.name.data ? TL_OK : TL_ERR_NOMEM;
  if (status != TL_OK)
    return status;
  if (!here(h))
    return unclosed(h, begin, tag.name);
  for (size_t i = 0; i < sizeof tags / sizeof *tags && !tag.tag; i++)
    if (is_name(tag.name, tags[i].name))
      tag.tag = tags[i].tag;
  if (!tag.tag)
    return tgkit_wrong(h->m, begin, "no such tag: %.*s", (int)tag.name.size, tag.name.data);
  while (status == TL_OK && here(h) != '>')
    status = attribute(h, begin, &tag);
  if (status != TL_OK)
    return status;
  if (tag.tag == TAG_SPAN && !is_name(tag.argument, "spoiler"))
    return tgkit_wrong(h->m, begin, "span is for the class tg-spoiler only");
  return push_open(h, &tag);
}

/* ---- an end tag ---- */

static bool same_range(const mark *a, const mark *b) {
  return a->offset == b->offset && a->length == b->length;
}

/* pre around code with a language, or code around pre, over the same text, is one entity. */
static tl_status add_code(html *h, const open_tag *tag, mark *item) {
  marks *found = &h->m->found;
  mark *last = found->count ? &found->items[found->count - 1] : NULL;
  bool pre = tag->tag == TAG_PRE;
  mark_kind other = pre ? TG_messageEntityCode : TG_messageEntityPre;
  if (last && last->kind == other && same_range(last, item) &&
      (pre ? last->argument.size : !last->argument.size && tag->argument.size)) {
    last->kind = TG_messageEntityPre;
    if (!pre)
      last->argument = tag->argument;
    return TL_OK;
  }
  item->kind = pre ? TG_messageEntityPre : TG_messageEntityCode;
  item->argument = tag->argument;
  return tgkit_push(h->m->arena, found, item) ? TL_OK : TL_ERR_NOMEM;
}

static tl_status add_emoji(html *h, const open_tag *tag, mark *item) {
  item->kind = TG_messageEntityCustomEmoji;
  if (!tgkit_number(tag->argument, &item->id) || !item->id)
    return tgkit_wrong(h->m, TGKIT_NOWHERE, "a custom emoji without a valid emoji-id");
  return tgkit_push(h->m->arena, &h->m->found, item) ? TL_OK : TL_ERR_NOMEM;
}

static tl_status add_time(html *h, const open_tag *tag, mark *item) {
  item->kind = TG_messageEntityFormattedDate;
  item->id = tag->date;
  if (!tgkit_date_flags(tag->argument, &item->flags))
    return tgkit_wrong(h->m, TGKIT_NOWHERE, "a date's format is r or some of w d D t T");
  return !item->id || tgkit_push(h->m->arena, &h->m->found, item) ? TL_OK : TL_ERR_NOMEM;
}

static tl_status add_anchor(html *h, const open_tag *tag, mark *item) {
  tl_string url = tag->argument;
  if (!url.size) {
    url.data = h->m->out + tag->begin;
    url.size = h->m->n - tag->begin;
  }
  return tgkit_add_link(h->m, item, url);
}

static tl_status add_entity(html *h, const open_tag *tag) {
  static const mark_kind plain[] = {
      [TAG_B] = TG_messageEntityBold,          [TAG_I] = TG_messageEntityItalic,
      [TAG_S] = TG_messageEntityStrike,        [TAG_U] = TG_messageEntityUnderline,
      [TAG_SPOILER] = TG_messageEntitySpoiler, [TAG_SPAN] = TG_messageEntitySpoiler,
      [TAG_QUOTE] = TG_messageEntityBlockquote};
  mark item = {.offset = tag->offset, .length = h->m->utf16 - tag->offset, .argument = {"", 0}};
  switch (tag->tag) {
  case TAG_A:
    return add_anchor(h, tag, &item);
  case TAG_EMOJI:
    return add_emoji(h, tag, &item);
  case TAG_TIME:
    return add_time(h, tag, &item);
  case TAG_PRE:
  case TAG_CODE:
    return add_code(h, tag, &item);
  default:
    item.kind = plain[tag->tag];
    item.flags = tag->tag == TAG_QUOTE && tag->argument.size ? MARK_COLLAPSED : 0;
    return tgkit_push(h->m->arena, &h->m->found, &item) ? TL_OK : TL_ERR_NOMEM;
  }
}

static tl_status end_tag(html *h, size_t begin) {
  if (!h->depth)
    return tgkit_wrong(h->m, begin, "an end tag, and nothing is open");
  h->at++;
  tl_string word = tag_word(h);
  if (!word.data)
    return TL_ERR_NOMEM;
  skip_blanks(h);
  if (here(h) != '>')
    return tgkit_wrong(h->m, begin, "the text ends inside an end tag");
  const open_tag *tag = &h->open[h->depth - 1];
  if (word.size && !(word.size == tag->name.size && !memcmp(word.data, tag->name.data, word.size)))
    return tgkit_wrong(h->m, begin, "the end tag of %.*s while %.*s is open", (int)word.size,
                       word.data, (int)tag->name.size, tag->name.data);
  tl_status status = h->m->utf16 > tag->offset ? add_entity(h, tag) : TL_OK;
  h->depth--;
  return status;
}

/* ---- the text ---- */

static tl_status step(html *h) {
  if (here(h) == '&') {
    uint32_t code = reference(h->m->in, &h->at);
    if (code) {
      h->surrogates |= is_surrogate(code);
      tgkit_keep_code(h->m, code);
      return TL_OK;
    }
  }
  if (here(h) != '<') {
    tgkit_keep(h->m, h->at++);
    return TL_OK;
  }
  size_t begin = h->at++;
  tl_status status = here(h) == '/' ? end_tag(h, begin) : start_tag(h, begin);
  h->at++; /* > */
  return status;
}

tl_status tgkit_read_html(markup *m) {
  html h = {.m = m};
  tl_status status = TL_OK;
  while (status == TL_OK && h.at < m->size)
    status = step(&h);
  if (status != TL_OK)
    return status;
  if (h.depth)
    return tgkit_wrong(m, TGKIT_NOWHERE, "the tag %.*s is not closed",
                       (int)h.open[h.depth - 1].name.size, h.open[h.depth - 1].name.data);
  if (h.surrogates)
    return tgkit_wrong(m, TGKIT_NOWHERE, "a reference is half of a surrogate pair");
  for (size_t i = 0; i < m->found.count; i++)
    if (m->found.items[i].kind == TG_messageEntityCode)
      m->found.items[i].argument.size = 0;
  return tgkit_sort(m->arena, &m->found) ? TL_OK : TL_ERR_NOMEM;
}
