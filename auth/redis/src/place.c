/* URLs of Redis servers: redis://[[user]:password@]host[:port][/database]. */
#include "link.h"
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>

enum { PORT = 6379, MAX_DATABASE = 65535 };

typedef struct part {
  const char *at;
  size_t size;
} part;

static int hex(char c) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  const char *at = c ? strchr(digits, c) : NULL;
  return !at ? -1 : at < digits + 16 ? (int)(at - digits) : (int)(at - digits) - 16;
}

/* Copies a part, %XX decoded; there is no NUL in it. */
static bool decode(part from, char *out, size_t room) {
  size_t used = 0;
  for (size_t i = 0; i < from.size; i++) {
    int c = (unsigned char)from.at[i];
    if (c == '%') {
      int high = from.size - i > 2 ? hex(from.at[i + 1]) : -1;
      int low = high < 0 ? -1 : hex(from.at[i + 2]);
      c = low < 0 ? 0 : high << 4 | low;
      i += 2;
    }
    if (c == 0 || used + 1 >= room)
      return false;
    out[used++] = (char)c;
  }
  out[used] = 0;
  return true;
}

/* Digits alone; an empty part is what is said otherwise. */
static bool number(part from, int otherwise, int most, int *out) {
  long n = 0;
  for (size_t i = 0; i < from.size; i++) {
    if (from.at[i] < '0' || from.at[i] > '9')
      return false;
    n = n * 10 + (from.at[i] - '0');
    if (n > most)
      return false;
  }
  *out = from.size ? (int)n : otherwise;
  return true;
}

/* The part before the character goes to *head, and *from begins behind it; false: it is not there.
 */
static bool cut(part *from, char at, part *head) {
  const char *found = from->size ? memchr(from->at, at, from->size) : NULL;
  if (!found)
    return false;
  *head = (part){from->at, (size_t)(found - from->at)};
  *from = (part){found + 1, from->size - head->size - 1};
  return true;
}

static bool read_user(part from, redis_place *out) {
  part user = {NULL, 0};
  return cut(&from, ':', &user) && decode(user, out->user, sizeof out->user) &&
         decode(from, out->password, sizeof out->password);
}

static bool read_host(part from, redis_place *out) {
  part host = {NULL, 0}, port = {NULL, 0};
  if (from.size && *from.at == '[') {
    from = (part){from.at + 1, from.size - 1};
    if (!cut(&from, ']', &host) || (from.size && *from.at != ':'))
      return false;
    port = from.size ? (part){from.at + 1, from.size - 1} : port;
  } else {
    host = from;
    port = cut(&from, ':', &host) ? from : port;
  }
  return host.size && decode(host, out->host, sizeof out->host) &&
         number(port, PORT, 65535, &out->port) && out->port > 0;
}

static bool read_place(const char *url, redis_place *out) {
  size_t scheme = strncmp(url, "redis://", 8) == 0 ? 8 : strncmp(url, "valkey://", 9) == 0 ? 9 : 0;
  part rest = {url + scheme, strlen(url + scheme)}, place, user;
  if (!scheme)
    return false;
  if (!cut(&rest, '/', &place)) {
    place = rest;
    rest = (part){NULL, 0};
  }
  *out = (redis_place){.port = PORT};
  if (cut(&place, '@', &user) && !read_user(user, out))
    return false;
  return !(place.size && memchr(place.at, '@', place.size)) && read_host(place, out) &&
         number(rest, 0, MAX_DATABASE, &out->database);
}

mtp_status redis_place_read(const char *url, redis_place *out, mtp_error *error) {
  if (strncmp(url, "rediss://", 9) == 0 || strncmp(url, "valkeys://", 10) == 0)
    return tgauth_table_fail(error, MTP_ERR_STORE,
                             "Redis: TLS (rediss://) is not spoken; a tunnel on this machine is, "
                             "and redis:// to it");
  if (!read_place(url, out))
    return tgauth_table_fail(error, MTP_ERR_STORE,
                             "Redis: no redis://[[user]:password@]host[:port][/database]; what is "
                             "special in a part of it is written %%XX");
  const char *password = getenv("REDISCLI_AUTH");
  if (!*out->password && password && strlen(password) < sizeof out->password)
    memcpy(out->password, password, strlen(password) + 1);
  return MTP_OK;
}
