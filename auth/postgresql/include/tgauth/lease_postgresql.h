/* Accounts in a PostgreSQL database, for processes on any number of machines (libtgauth-postgresql,
 * by libpq). */
#ifndef TGAUTH_LEASE_POSTGRESQL_H
#define TGAUTH_LEASE_POSTGRESQL_H

#include <tgauth/lease.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows in the tables tlgen_sessions and tlgen_rows, which are made if they are not there. conninfo
 * is libpq's (https://www.postgresql.org/docs/current/libpq-connect.html): a URL
 * "postgresql://user@host/db?sslmode=verify-full", or "host=... dbname=..."; it is copied. A
 * password stands better in PGPASSWORD or ~/.pgpass, and in no error.
 *
 * There is one connection, made at the first call, and again at the next call after it was lost. To
 * connect takes at most 5 seconds, anything else 5 or, under a lease, a third of its time (1 at the
 * least); then the connection is given up. (How long the system looks a name up is its own
 * matter; hostaddr= has none.) Commits wait for the disk, whatever the server is set
 * to. NULL when out of memory; what is wrong with conninfo is told by the first call. */
MTP_API tgauth_table *tgauth_table_postgresql(const char *conninfo);

#ifdef __cplusplus
}
#endif
#endif
