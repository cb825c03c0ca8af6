/* "me", "@name", "+phone", links of t.me and tg://, marked ids. */
#include "peers/whom.h"

#include <stdlib.h>
#include <string.h>

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Behind a prefix in any case of letters; NULL: text begins otherwise. */
static const char *after(const char *text, const char *prefix) {
  for (; *prefix; prefix++, text++)
    if (lower(*text) != *prefix)
      return NULL;
  return text;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_name_char(char c) {
  c = lower(c);
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
}

/* A public name up to the end of text, or of a part of a link. */
static whom by_name(const char *text) {
  whom w = {.by = WHOM_NOBODY};
  size_t n = 0;
  while (is_name_char(text[n]))
    n++;
  if (n < 2 || n >= sizeof w.text - 1 || is_digit(*text) || (text[n] && !strchr("/?#", text[n])))
    return w;
  memcpy(w.text, text, n);
  w.by = WHOM_NAME;
  return w;
}

/* Digits, with the blanks, brackets and hyphens that people write between them. */
static whom by_phone(const char *text) {
  whom w = {.by = WHOM_NOBODY};
  size_t n = 0;
  for (; *text && !strchr("/?#&", *text); text++) {
    if (strchr(" ()-.", *text))
      continue;
    if (!is_digit(*text) || n == 20)
      return (whom){.by = WHOM_NOBODY};
    w.text[n++] = *text;
  }
  w.by = n >= 5 ? WHOM_PHONE : WHOM_NOBODY;
  return w;
}

static whom by_id(tgkit_kind kind, const char *digits) {
  whom w = {.by = WHOM_NOBODY, .kind = kind};
  char *end;
  w.id = is_digit(*digits) ? strtoll(digits, &end, 10) : 0;
  if (w.id > 0 && w.id < INT64_C(4000000000000) && (!*end || strchr("/?#&", *end)))
    w.by = WHOM_ID;
  return w;
}

static whom by_channel(const char *digits) {
  return by_id(TGKIT_CHANNEL, digits);
}

static whom by_marked(const char *text) {
  whom w = {.by = WHOM_NOBODY};
  char *end;
  long long marked = strtoll(text, &end, 10);
  if (*end)
    return w;
  w.kind = tgkit_unmark(marked, &w.id);
  w.by = w.kind == TGKIT_NOBODY ? WHOM_NOBODY : WHOM_ID;
  return w;
}

/* The value of a parameter of a query; NULL: it has none. */
static const char *parameter(const char *query, const char *name) {
  while (query) {
    const char *value = after(query, name);
    if (value && *value == '=')
      return value + 1;
    query = strchr(query, '&');
    query = query ? query + 1 : NULL;
  }
  return NULL;
}

/* A copy of a value up to its end, as another reader wants it. */
static whom of_value(const char *value, whom (*read)(const char *text)) {
  char copy[64];
  size_t n = value ? strcspn(value, "&#") : 0;
  if (!n || n >= sizeof copy)
    return (whom){.by = WHOM_NOBODY};
  memcpy(copy, value, n);
  copy[n] = 0;
  return read(copy);
}

static whom of_tg(const char *link) {
  const char *query = after(link, "resolve?");
  if (query && parameter(query, "domain"))
    return of_value(parameter(query, "domain"), by_name);
  if (query)
    return of_value(parameter(query, "phone"), by_phone);
  query = after(link, "privatepost?");
  if (query)
    return of_value(parameter(query, "channel"), by_channel);
  query = after(link, "user?");
  const char *id = query ? parameter(query, "id") : NULL;
  return id ? by_id(TGKIT_USER, id) : (whom){.by = WHOM_NOBODY};
}

/* The path of a t.me link. */
static whom of_path(const char *path) {
  const char *rest;
  if ((rest = after(path, "c/")))
    return by_channel(rest);
  if ((rest = after(path, "s/")))
    return by_name(rest);
  if (*path == '+')
    return by_phone(path + 1);
  static const char *const words[] = {"joinchat", "addstickers", "addemoji", "addlist", "proxy",
                                      "socks",    "share",       "login",    "iv",      "bg"};
  whom w = by_name(path);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (w.by == WHOM_NAME && !strcmp(w.text, words[i]))
      w.by = WHOM_NOBODY;
  return w;
}

/* name.t.me */
static whom of_subdomain(const char *link) {
  whom w = {.by = WHOM_NOBODY};
  size_t n = strcspn(link, "./");
  const char *rest = after(link + n, ".t.me");
  if (n < 2 || n >= sizeof w.text || !rest || (*rest && !strchr("/?#", *rest)))
    return w;
  memcpy(w.text, link, n);
  return by_name(w.text);
}

/* Whether text is a link; *out says whose. */
static bool is_link(const char *text, whom *out) {
  static const char *const hosts[] = {"t.me/", "telegram.me/", "telegram.dog/"};
  const char *rest = after(text, "tg:");
  if (rest) {
    *out = of_tg(after(rest, "//") ? rest + 2 : rest);
    return true;
  }
  const char *web =
      (rest = after(text, "https://")) || (rest = after(text, "http://")) ? rest : text;
  const char *www = after(web, "www.");
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
    if ((rest = after(www ? www : web, hosts[i]))) {
      *out = of_path(rest);
      return true;
    }
  *out = of_subdomain(web);
  return web != text || out->by != WHOM_NOBODY;
}

whom tgkit_whom(const char *text) {
  whom w = {.by = WHOM_NOBODY};
  while (*text == ' ')
    text++;
  if (!strcmp(text, "me") || !strcmp(text, "self")) {
    w.by = WHOM_SELF;
    return w;
  }
  if (*text == '@')
    return by_name(text + 1);
  if (*text == '+')
    return by_phone(text + 1);
  if (*text == '-' || is_digit(*text))
    return by_marked(text);
  return is_link(text, &w) ? w : by_name(text);
}

/* ---- messages ---- */

/* The digits from text up to end as a number; 0: it is none. */
static int32_t message_number(const char *text, const char *end) {
  int64_t n = 0;
  for (; text < end && is_digit(*text) && n <= INT32_MAX; text++)
    n = n * 10 + (*text - '0');
  return text == end && n <= INT32_MAX ? (int32_t)n : 0;
}

int32_t tgkit_whom_message(const char *text, whom *out) {
  char chat[128];
  const char *query = strchr(text, '?'), *end = text + strcspn(text, "?#"), *slash = end;
  *out = (whom){.by = WHOM_NOBODY};
  if (query && parameter(query + 1, "comment"))
    return 0; /* of the group that belongs to the channel */
  if (after(text, "tg:")) {
    const char *post = query ? parameter(query + 1, "post") : NULL;
    *out = tgkit_whom(text);
    return post ? message_number(post, post + strcspn(post, "&#")) : 0;
  }
  if (end > text && end[-1] == '/')
    end = --slash;
  while (slash > text && slash[-1] != '/')
    slash--;
  if (slash == text || (size_t)(slash - text) > sizeof chat)
    return 0;
  memcpy(chat, text, (size_t)(slash - text) - 1);
  chat[slash - text - 1] = 0;
  *out = tgkit_whom(chat);
  return message_number(slash, end);
}
