/* The table that a URL names: a row here for each kind of database. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <tgauth/lease_url.h>
#include <tl/wiping.h>
#ifdef TGAUTH_HAVE_POSTGRESQL
#include <tgauth/lease_postgresql.h>
#else
#define tgauth_table_postgresql NULL
#endif
#ifdef TGAUTH_HAVE_REDIS
#include <tgauth/lease_redis.h>
#else
#define tgauth_table_redis NULL
#endif

enum { MAX_URL = 8192 };

/* What a scheme stands for. */
typedef struct scheme {
  const char *prefix;
  const char *lacks; /* what a build without it has not */
  tgauth_table *(*make)(const char *url);
  bool is_path; /* what is behind the prefix alone is what make takes */
} scheme;

static const scheme schemes[] = {
    {"sqlite:", "", tgauth_table_sqlite, true},
    {"postgresql://", "PostgreSQL (libpq)", tgauth_table_postgresql, false},
    {"postgres://", "PostgreSQL (libpq)", tgauth_table_postgresql, false},
    {"redis://", "Redis (hiredis)", tgauth_table_redis, false},
    {"rediss://", "Redis (hiredis)", tgauth_table_redis, false},
    {"valkey://", "Redis (hiredis)", tgauth_table_redis, false},
    {"valkeys://", "Redis (hiredis)", tgauth_table_redis, false},
};

static const scheme *scheme_of(const char *url) {
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (strncasecmp(url, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
      return &schemes[i];
  return NULL;
}

bool tgauth_url_is_table(const char *url) {
  return scheme_of(url) != NULL;
}

/* Where the URL ends and the account begins. */
static mtp_status split(const char *url, size_t *size, char account[TGAUTH_ACCOUNT_MAX + 1],
                        mtp_error *error) {
  const char *mark = strrchr(url, '#');
  size_t n = mark ? strlen(mark + 1) : 0;
  *size = mark ? (size_t)(mark - url) : strlen(url);
  *account = 0;
  mtp_status status = n ? tgauth_table_name("an account's name", mark + 1, error) : MTP_OK;
  if (status != MTP_OK)
    return status;
  if (n && strchr(mark, '/'))
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT,
                             "a session in a database is URL#ACCOUNT, and ACCOUNT has no /");
  if (n)
    memcpy(account, mark + 1, n + 1);
  return MTP_OK;
}

mtp_status tgauth_table_url(const char *url, tgauth_table **out,
                            char account[TGAUTH_ACCOUNT_MAX + 1], mtp_error *error) {
  const scheme *kind = scheme_of(url);
  tl_allocator wiping = tl_wiping(NULL);
  size_t size = 0;
  *out = NULL;
  if (!kind)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "that is no URL of a database of sessions");
  mtp_status status = split(url, &size, account, error);
  size_t skipped = kind->is_path ? strlen(kind->prefix) : 0;
  if (status != MTP_OK)
    return status;
  if (size > MAX_URL || size <= skipped)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "that URL says no place, or is too long");
  if (!kind->make)
    return tgauth_table_fail(error, MTP_ERR_STORE, "this build has no %s", kind->lacks);
  char *copy = tl_alloc(&wiping, size + 1);
  if (copy) {
    memcpy(copy, url, size);
    copy[size] = 0;
    /* Schemes have no case, but libraries want theirs as they write it. */
    memcpy(copy, kind->prefix, strlen(kind->prefix));
    *out = kind->make(copy + skipped);
    tl_free(&wiping, copy, size + 1);
  }
  return *out ? MTP_OK : tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
}

/* ---- shown ---- */

typedef struct shown {
  char *at;
  size_t left;
} shown;

static void put(shown *to, const char *text, size_t size) {
  size_t n = size < to->left ? size : to->left;
  memcpy(to->at, text, n);
  to->at += n;
  to->left -= n;
}

/* The last @ before the account: what is wrong with a URL must not show a part of its password. */
static const char *end_of_user(const char *from, const char *end) {
  while (end > from && *end != '@')
    end--;
  return *end == '@' ? end : NULL;
}

/* A password may be a parameter, too. */
static void put_rest(shown *to, const char *rest) {
  static const char word[] = "password=";
  for (const char *at; (at = strstr(rest, word)); rest = at + strcspn(at, "&#")) {
    put(to, rest, (size_t)(at - rest) + sizeof word - 1);
    put(to, "***", 3);
  }
  put(to, rest, strlen(rest));
}

char *tgauth_table_url_shown(const char *url, char *out, size_t size) {
  const scheme *kind = scheme_of(url);
  shown to = {out, size ? size - 1 : 0};
  const char *mark = strrchr(url, '#'), *end = mark ? mark : url + strlen(url);
  const char *slashes = kind ? NULL : strstr(url, "://"); /* of whatever: it may have a password */
  bool is_url = kind ? !kind->is_path : slashes != NULL;
  const char *from = kind ? url + strlen(kind->prefix) : slashes ? slashes + 3 : url;
  const char *user = is_url ? end_of_user(from, end) : NULL;
  const char *colon = user ? memchr(from, ':', (size_t)(user - from)) : NULL;
  if (colon) {
    put(&to, url, (size_t)(colon - url));
    put(&to, ":***", 4);
    put_rest(&to, user);
  } else if (is_url) {
    put_rest(&to, url);
  } else {
    put(&to, url, strlen(url));
  }
  if (size)
    *to.at = 0;
  return out;
}
