/* Addresses: which ones a message may link to and how they are written, and what the tg:// ones of
 * entities say. Telegram's servers refuse the others; TDLib drops them, and so is done here. */
#include "markup.h"

#include <string.h>

static tl_string from(tl_string text, size_t at) {
  tl_string rest = {text.data + at, text.size - at};
  return rest;
}

/* Whether text begins so, in any case of letters. */
static bool starts(tl_string text, const char *with) {
  size_t n = strlen(with);
  if (text.size < n)
    return false;
  for (size_t i = 0; i < n; i++)
    if (tgkit_lower(text.data[i]) != with[i])
      return false;
  return true;
}

static bool skip(tl_string *text, const char *what) {
  if (!starts(*text, what))
    return false;
  *text = from(*text, strlen(what));
  return true;
}

/* How much of text there is before any of these bytes. */
static size_t until(tl_string text, const char *any) {
  size_t n = 0;
  while (n < text.size && (!text.data[n] || !strchr(any, text.data[n])))
    n++;
  return n;
}

bool tgkit_number(tl_string text, int64_t *out) {
  bool negative = text.size && text.data[0] == '-';
  size_t at = negative;
  uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;
  if (at == text.size || (text.data[at] == '0' && (negative || text.size > 1)))
    return false;
  for (; at < text.size; at++) {
    if (!tgkit_is_digit(text.data[at]))
      return false;
    uint64_t digit = (uint64_t)(text.data[at] - '0');
    if (value > (most - digit) / 10)
      return false;
    value = 10 * value + digit;
  }
  *out = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

/* The parameters of a tg:// link to that host, in any case of letters: false if it is another. */
static bool tg_query(tl_string url, const char *host, tl_string *query) {
  if (!skip(&url, "tg:"))
    return false;
  skip(&url, "//");
  if (!skip(&url, host))
    return false;
  skip(&url, "/");
  if (!skip(&url, "?"))
    return false;
  url.size = until(url, "#");
  *query = url;
  return true;
}

/* The first parameter of that name; false: none. */
static bool parameter(tl_string query, const char *name, tl_string *value) {
  while (query.size) {
    tl_string pair = {query.data, until(query, "&")};
    size_t key = until(pair, "=");
    tl_string found = {pair.data, key};
    if (found.size == strlen(name) && starts(found, name)) {
      *value = from(pair, key < pair.size ? key + 1 : key);
      return true;
    }
    query = from(query, pair.size < query.size ? pair.size + 1 : pair.size);
  }
  return false;
}

/* The number that the first parameter of that name has; 0: none. */
static int64_t number_parameter(tl_string query, const char *name) {
  tl_string text;
  int64_t value;
  return parameter(query, name, &text) && tgkit_number(text, &value) ? value : 0;
}

int64_t tgkit_link_user(tl_string url) {
  static const int64_t most = (INT64_C(1) << 40) - 1; /* of users */
  tl_string query;
  int64_t id = tg_query(url, "user", &query) ? number_parameter(query, "id") : 0;
  return id > 0 && id <= most ? id : 0;
}

int64_t tgkit_link_emoji(tl_string url) {
  tl_string query;
  return tg_query(url, "emoji", &query) ? number_parameter(query, "id") : 0;
}

bool tgkit_link_time(tl_string url, int64_t *date, tl_string *format) {
  tl_string query;
  if (!tg_query(url, "time", &query))
    return false;
  *date = number_parameter(query, "unix");
  format->data = "";
  format->size = 0;
  parameter(query, "format", format);
  return *date > 0 && *date <= INT32_MAX;
}

bool tgkit_date_flags(tl_string format, uint32_t *flags) {
  *flags = 0;
  if (format.size == 1 && (*format.data == 'r' || *format.data == 'R')) {
    *flags = MARK_RELATIVE;
    return true;
  }
  static const char letters[] = "tTdDwW";
  static const uint32_t meaning[] = {MARK_SHORT_TIME, MARK_LONG_TIME,   MARK_SHORT_DATE,
                                     MARK_LONG_DATE,  MARK_DAY_OF_WEEK, MARK_DAY_OF_WEEK};
  for (size_t i = 0; i < format.size; i++) {
    const char *at = memchr(letters, format.data[i], sizeof letters - 1);
    if (!at)
      return false;
    *flags |= meaning[at - letters];
  }
  return true;
}

/* ---- addresses ---- */

/* An address in its parts, as they stand in it. */
typedef struct address {
  bool https, ipv6;
  tl_string user, host, rest; /* rest: path, query and fragment */
  uint32_t port;              /* 0: not said */
} address;

/* The port after the last colon is cut off authority. false: not a port. */
static bool take_port(tl_string *authority, uint32_t *port) {
  size_t colon = authority->size;
  *port = 0;
  while (colon > 1 && !strchr(":]@", authority->data[colon - 1]))
    colon--;
  if (colon <= 1 || authority->data[colon - 1] != ':')
    return true;
  tl_string digits = from(*authority, colon);
  while (digits.size > 1 && digits.data[0] == '0')
    digits = from(digits, 1);
  int64_t value;
  if (!tgkit_number(digits, &value) || value < 1 || value > 65535)
    return false;
  *port = (uint32_t)value;
  authority->size = colon - 1;
  return true;
}

static bool take_protocol(tl_string *url, address *out) {
  tl_string word = {url->data, until(*url, ":/?#@[]")}, after = from(*url, word.size);
  if (!skip(&after, "://"))
    return true;
  out->https = word.size == 5 && starts(word, "https");
  *url = after;
  return out->https || (word.size == 4 && starts(word, "http"));
}

/* Groups of an IPv6 address in brackets: only digits, colons, and dots at its end. */
static bool ipv6_host(tl_string host) {
  size_t colons = 0, doubled = 0, digits = 0;
  for (size_t i = 1; i + 1 < host.size; i++) {
    char c = tgkit_lower(host.data[i]);
    if (c == ':') {
      colons++;
      doubled += host.data[i - 1] == ':';
      digits = 0;
    } else if (!(tgkit_is_digit(c) || (c >= 'a' && c <= 'f') || c == '.') || ++digits > 15) {
      return false;
    }
  }
  return colons >= 2 && colons <= 8 && doubled <= 1 && (colons >= 6 || doubled == 1);
}

static bool is_hex(tl_string text, size_t at) {
  char c = at < text.size ? tgkit_lower(text.data[at]) : 0;
  return tgkit_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* The characters that RFC 3986 has for a name, and everything that is not ASCII. */
static bool name_host(tl_string host) {
  for (size_t i = 0; i < host.size; i++) {
    char c = host.data[i];
    if (c == '%') {
      if (!is_hex(host, i + 1) || !is_hex(host, i + 2))
        return false;
      i += 2;
    } else if (!tgkit_is_alpha(c) && !tgkit_is_digit(c) && (unsigned char)c < 0x80 &&
               (!c || !strchr(".-_!$,~*'();&+=", c))) {
      return false;
    }
  }
  return true;
}

static bool parse_address(tl_string url, address *out) {
  memset(out, 0, sizeof *out);
  if (!take_protocol(&url, out))
    return false;
  tl_string authority = {url.data, until(url, "/?#")};
  out->rest = from(url, authority.size);
  if (!take_port(&authority, &out->port))
    return false;
  size_t at = authority.size;
  while (at && authority.data[at - 1] != '@')
    at--;
  out->user.data = authority.data;
  out->user.size = at ? at - 1 : 0;
  out->host = from(authority, at);
  while (out->rest.size && tgkit_is_space(out->rest.data[out->rest.size - 1]))
    out->rest.size--;
  if (!out->host.size || (out->host.size == 1 && out->host.data[0] == '.'))
    return false;
  out->ipv6 = out->host.data[0] == '[' && out->host.data[out->host.size - 1] == ']';
  return out->ipv6 ? ipv6_host(out->host) : name_host(out->host);
}

/* ---- writing them ---- */

typedef struct writer {
  char *at;
} writer;

static void put(writer *w, tl_string text, bool lower) {
  for (size_t i = 0; i < text.size; i++)
    *w->at++ = lower ? tgkit_lower(text.data[i]) : text.data[i];
}

/* Path, query and fragment; blanks and control characters as %XX. */
static void put_rest(writer *w, tl_string rest) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < rest.size; i++) {
    unsigned char c = (unsigned char)rest.data[i];
    if (c > 0x20) {
      *w->at++ = (char)c;
      continue;
    }
    *w->at++ = '%';
    *w->at++ = hex[c / 16];
    *w->at++ = hex[c % 16];
  }
}

static void put_port(writer *w, uint32_t port) {
  char digits[8];
  size_t n = 0;
  for (; port; port /= 10)
    digits[n++] = (char)('0' + port % 10);
  if (n)
    *w->at++ = ':';
  while (n)
    *w->at++ = digits[--n];
}

static void put_web(writer *w, const address *parts) {
  put(w, parts->https ? TL_STR("https://") : TL_STR("http://"), false);
  if (parts->user.size) {
    put(w, parts->user, false);
    *w->at++ = '@';
  }
  put(w, parts->host, true);
  put_port(w, parts->port);
  if (!parts->rest.size || parts->rest.data[0] != '/')
    *w->at++ = '/';
  put_rest(w, parts->rest);
}

/* Telegram's own schemes have a word and what follows it. */
static bool put_own(writer *w, tl_string scheme, tl_string link, const address *parts) {
  bool dots = scheme.size == strlen("tonsite");
  if (starts(link, "http://") || parts->https || parts->user.size || parts->port || parts->ipv6)
    return false;
  for (size_t i = 0; i < parts->host.size; i++) {
    char c = parts->host.data[i];
    if (!tgkit_is_alpha(c) && !tgkit_is_digit(c) && c != '-' && c != '_' && !(dots && c == '.'))
      return false;
  }
  put(w, scheme, false);
  put(w, TL_STR("://"), false);
  put(w, parts->host, true);
  tl_string rest = parts->rest;
  if (rest.size > 1 && rest.data[0] == '/' && rest.data[1] == '?')
    rest = from(rest, 1);
  if (!rest.size || (rest.data[0] != '/' && rest.data[0] != '?'))
    *w->at++ = '/';
  put_rest(w, rest);
  return true;
}

/* tg:, ton: or tonsite: is taken off; size 0: another scheme. */
static tl_string own_scheme(tl_string *link) {
  tl_string none = {"", 0};
  tl_string scheme = skip(link, "tg:")        ? TL_STR("tg")
                     : skip(link, "ton:")     ? TL_STR("ton")
                     : skip(link, "tonsite:") ? TL_STR("tonsite")
                                              : none;
  if (scheme.size)
    skip(link, "//");
  return scheme;
}

tl_status tgkit_link_check(tl_arena *arena, tl_string url, tl_string *out) {
  address parts;
  tl_string scheme = own_scheme(&url);
  out->data = "";
  out->size = 0;
  if (!parse_address(url, &parts))
    return TL_OK;
  if (!scheme.size && !parts.ipv6 && !memchr(parts.host.data, '.', parts.host.size))
    return TL_OK;
  char *text = tl_arena_alloc(arena, 3 * url.size + 32);
  if (!text)
    return TL_ERR_NOMEM;
  writer w = {text};
  if (!scheme.size)
    put_web(&w, &parts);
  else if (!put_own(&w, scheme, url, &parts))
    return TL_OK;
  *w.at = 0;
  out->data = text;
  out->size = (size_t)(w.at - text);
  return TL_OK;
}

tl_status tgkit_add_link(markup *m, mark *item, tl_string url) {
  item->id = tgkit_link_user(url);
  if (item->id) {
    item->kind = TG_messageEntityMentionName;
  } else {
    item->kind = TG_messageEntityTextUrl;
    tl_status status = tgkit_link_check(m->arena, url, &item->argument);
    if (status != TL_OK || !item->argument.size)
      return status;
  }
  return tgkit_push(m->arena, &m->found, item) ? TL_OK : TL_ERR_NOMEM;
}
