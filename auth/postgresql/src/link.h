/* A connection to a PostgreSQL server on which nothing takes longer than it may. */
#ifndef TGAUTH_POSTGRESQL_LINK_H
#define TGAUTH_POSTGRESQL_LINK_H

#include <libpq-fe.h>
#include <mtp/error.h>
#include <stdbool.h>
#include <tl/buffer.h>

typedef struct pg_link {
  char *conninfo;   /* owned; wiped */
  PGconn *conn;     /* NULL: there is none now */
  int64_t bound_ms; /* for one question */
  bool makes;       /* the tables, where they are not there */
} pg_link;

/* What stands for $1, $2 ... : text, or, if it is NULL, bytes (of size 0: NULL). */
typedef struct pg_value {
  const char *text;
  tl_bytes bytes;
} pg_value;

/* Connects if need be and asks one statement; its columns come in binary, so that bytea are bytes
 * and text is text. *out is PQclear()'s. STORE: whatever is wrong, without a password, with
 * TGAUTH_NO_ACCOUNT where the tables are not there and are not made. */
mtp_status pg_ask(pg_link *link, const char *sql, const pg_value *values, int count, PGresult **out,
                  mtp_error *error);
/* Ends the connection and frees what the link has. */
void pg_close(pg_link *link);

#endif
