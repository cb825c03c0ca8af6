/* Connecting and asking, by libpq's functions that do not wait: what waits here does so on the
 * socket and no longer than it may, also for a server that has vanished from the network. */
#include "link.h"
#include <openssl/crypto.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>
#include <time.h>

enum { CONNECT_MS = 5000, MAX_VALUES = 8 };

/* ---- failing ---- */

/* libpq's words in one line, without what is secret in conninfo. */
static mtp_status failed(pg_link *link, const char *why, mtp_error *error) {
  char text[2048];
  size_t n = strlen(why);
  if (n >= sizeof text)
    n = sizeof text - 1;
  memcpy(text, why, n);
  text[n] = 0;
  PQconninfoOption *options = PQconninfoParse(link->conninfo, NULL);
  for (PQconninfoOption *o = options; o && o->keyword; o++)
    if (strstr(o->keyword, "password"))
      tgauth_table_hide(text, o->val);
  PQconninfoFree(options);
  while (n && text[n - 1] == '\n')
    text[--n] = 0;
  for (char *at = text; (at = strchr(at, '\n'));)
    *at = ' ';
  return tgauth_table_fail(error, MTP_ERR_STORE, "PostgreSQL: %s", text);
}

static void hang_up(pg_link *link) {
  PQfinish(link->conn);
  link->conn = NULL;
}

/* The connection is of no use any more. */
static mtp_status lost(pg_link *link, const char *why, mtp_error *error) {
  (void)failed(link, *why ? why : "the connection was lost", error);
  hang_up(link);
  return MTP_ERR_STORE;
}

/* ---- waiting ---- */

static int64_t now_ms(void) {
  struct timespec at = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &at);
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* False when it has become too late. A signal only has the caller look again. */
static bool wait_for(const pg_link *link, short events, int64_t until) {
  struct pollfd fd = {.fd = PQsocket(link->conn), .events = events};
  int64_t left = until - now_ms();
  return left > 0 && fd.fd >= 0 && poll(&fd, 1, (int)left) != 0;
}

/* ---- connecting ---- */

static void say_nothing(void *ctx, const char *message) {
  (void)ctx;
  (void)message;
}

/* Whether a password with what is special in a URL would be taken for other parts of it, which
 * errors name: there is one @, before the path. */
static bool is_odd(const char *conninfo) {
  const char *at = strstr(conninfo, "://"), *mark = at ? strchr(at, '@') : NULL;
  return mark && (mark > at + 3 + strcspn(at + 3, "/?#") || strchr(mark + 1, '@'));
}

/* Without options' own errors, which quote the text that they are about. */
static PGconn *begin(pg_link *link, mtp_error *error) {
  const char *names[64], *values[64];
  size_t n = 0;
  PQconninfoOption *options = PQconninfoParse(link->conninfo, NULL);
  if (!options || is_odd(link->conninfo)) {
    PQconninfoFree(options);
    (void)tgauth_table_fail(error, MTP_ERR_STORE,
                            "PostgreSQL: it cannot be made out where the database is: what is "
                            "special in a part of a URL is written %%XX");
    return NULL;
  }
  for (PQconninfoOption *o = options; o->keyword && n < 62; o++)
    if (o->val) {
      names[n] = o->keyword;
      values[n++] = o->val;
    }
  names[n] = "fallback_application_name";
  values[n++] = "tlgen";
  names[n] = values[n] = NULL;
  PGconn *conn = PQconnectStartParams(names, values, 0);
  PQconninfoFree(options);
  if (!conn)
    (void)tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  return conn;
}

static mtp_status hand_shake(pg_link *link, mtp_error *error) {
  int64_t until = now_ms() + CONNECT_MS;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(link->conn) == CONNECTION_BAD)
    return lost(link, PQerrorMessage(link->conn), error);
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    if (!wait_for(link, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
      return lost(link, "the server does not answer", error);
    next = PQconnectPoll(link->conn);
  }
  if (next != PGRES_POLLING_OK)
    return lost(link, PQerrorMessage(link->conn), error);
  (void)PQsetNoticeProcessor(link->conn, say_nothing, NULL);
  return PQsetnonblocking(link->conn, 1) == 0 ? MTP_OK
                                              : lost(link, PQerrorMessage(link->conn), error);
}

/* ---- asking ---- */

static mtp_status flush(pg_link *link, int64_t until, mtp_error *error) {
  int left = 0;
  while ((left = PQflush(link->conn)) > 0) {
    if (!wait_for(link, POLLIN | POLLOUT, until))
      return lost(link, "the server does not answer", error);
    if (!PQconsumeInput(link->conn))
      return lost(link, PQerrorMessage(link->conn), error);
  }
  return left == 0 ? MTP_OK : lost(link, PQerrorMessage(link->conn), error);
}

/* The last result of several; *out is NULL where it failed. */
static mtp_status collect(pg_link *link, int64_t until, PGresult **out, mtp_error *error) {
  *out = NULL;
  for (;;) {
    while (PQisBusy(link->conn)) {
      if (!wait_for(link, POLLIN, until))
        return lost(link, "the server does not answer", error);
      if (!PQconsumeInput(link->conn))
        return lost(link, PQerrorMessage(link->conn), error);
    }
    PGresult *result = PQgetResult(link->conn);
    if (!result)
      return MTP_OK;
    PQclear(*out);
    *out = result;
  }
}

static mtp_status answer(pg_link *link, int64_t until, PGresult **out, mtp_error *error) {
  mtp_status status = flush(link, until, error);
  if (status == MTP_OK)
    status = collect(link, until, out, error);
  ExecStatusType how = status == MTP_OK ? PQresultStatus(*out) : PGRES_COMMAND_OK;
  if (status == MTP_OK && how != PGRES_COMMAND_OK && how != PGRES_TUPLES_OK)
    status = failed(link, PQresultErrorMessage(*out), error);
  if (link->conn && PQstatus(link->conn) == CONNECTION_BAD)
    hang_up(link);
  if (status == MTP_OK)
    return MTP_OK;
  PQclear(*out);
  *out = NULL;
  return status;
}

/* Statements without values. */
static mtp_status tell(pg_link *link, const char *sql, PGresult **out, mtp_error *error) {
  if (!PQsendQuery(link->conn, sql))
    return lost(link, PQerrorMessage(link->conn), error);
  return answer(link, now_ms() + CONNECT_MS, out, error);
}

/* ---- the tables ---- */

/* A commit that was answered has to outlive the server. */
static const char settings[] =
    "SET synchronous_commit = on; SET statement_timeout = 5000; SET client_encoding = 'UTF8'; "
    "SELECT to_regclass('tlgen_sessions') IS NOT NULL AND to_regclass('tlgen_rows') IS NOT NULL";

/* One process at a time: CREATE ... IF NOT EXISTS fails where two do it. */
static const char layout[] =
    "SELECT pg_advisory_xact_lock(7811887164); "
    "CREATE TABLE IF NOT EXISTS tlgen_sessions (account text COLLATE \"C\" PRIMARY KEY, fence "
    "bigint NOT NULL, owner text, until_at timestamptz NOT NULL, session bytea, lost bytea); "
    "CREATE TABLE IF NOT EXISTS tlgen_rows (account text COLLATE \"C\" NOT NULL REFERENCES "
    "tlgen_sessions ON DELETE CASCADE, key text COLLATE \"C\" NOT NULL, data bytea NOT NULL, "
    "PRIMARY KEY (account, key))";

static mtp_status set_up(pg_link *link, mtp_error *error) {
  PGresult *result = NULL;
  mtp_status status = tell(link, settings, &result, error);
  if (status != MTP_OK)
    return status;
  bool there = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';
  PQclear(result);
  if (there)
    return MTP_OK;
  if (!link->makes) {
    status = tgauth_table_fail(error, MTP_ERR_STORE, "PostgreSQL: no accounts are kept there");
    error->code = TGAUTH_NO_ACCOUNT;
    return status;
  }
  status = tell(link, layout, &result, error);
  PQclear(status == MTP_OK ? result : NULL);
  return status;
}

/* A connection that the server has ended meanwhile is known by what it left to read. */
static void look_for_an_end(pg_link *link) {
  struct pollfd fd = {.fd = PQsocket(link->conn), .events = POLLIN};
  bool over = PQstatus(link->conn) == CONNECTION_BAD;
  for (int i = 0; i < 16 && !over && poll(&fd, 1, 0) > 0; i++)
    over = !PQconsumeInput(link->conn) || PQstatus(link->conn) == CONNECTION_BAD;
  if (over)
    hang_up(link);
}

static mtp_status connect_again(pg_link *link, mtp_error *error) {
  if (link->conn)
    look_for_an_end(link);
  if (link->conn)
    return MTP_OK;
  link->conn = begin(link, error);
  if (!link->conn)
    return MTP_ERR_STORE;
  mtp_status status = hand_shake(link, error);
  if (status == MTP_OK && (status = set_up(link, error)) != MTP_OK && link->conn)
    hang_up(link);
  return status;
}

mtp_status pg_ask(pg_link *link, const char *sql, const pg_value *values, int count, PGresult **out,
                  mtp_error *error) {
  const char *texts[MAX_VALUES];
  int sizes[MAX_VALUES], binary[MAX_VALUES];
  *out = NULL;
  mtp_status status = connect_again(link, error);
  if (status != MTP_OK)
    return status;
  for (int i = 0; i < count; i++) {
    binary[i] = values[i].text == NULL;
    sizes[i] = (int)values[i].bytes.size;
    texts[i] = values[i].text         ? values[i].text
               : values[i].bytes.size ? (const char *)values[i].bytes.data
                                      : NULL;
  }
  if (!PQsendQueryParams(link->conn, sql, count, NULL, texts, sizes, binary, 1))
    return lost(link, PQerrorMessage(link->conn), error);
  return answer(link, now_ms() + link->bound_ms, out, error);
}

void pg_close(pg_link *link) {
  PQfinish(link->conn);
  OPENSSL_cleanse(link->conninfo, strlen(link->conninfo));
  free(link->conninfo);
}
