/* What the SQLite formats have in common: opening and closing, the state of updates, and channels
 * named by "marked" ids, -1000000000000 - id, as the Bot API has them. */
#ifndef TGAUTH_CONVERT_DB_SESSION_H
#define TGAUTH_CONVERT_DB_SESSION_H

#include "convert.h"
#include "db.h"

typedef mtp_status tgauth_db_reader(tgauth_db *db, mtp_session *session, mtp_error *error);
typedef mtp_status tgauth_db_writer(tgauth_db *db, const mtp_session *session, mtp_error *error);

/* Opens a database, has it read, closes it. What read returns; STORE, NOMEM. */
mtp_status tgauth_db_import(const char *path, tgauth_db_reader *read, mtp_session *session,
                            mtp_error *error);
/* Makes a database of that schema (statements), has it written, closes it. The same. */
mtp_status tgauth_db_export(const char *path, const char *schema, tgauth_db_writer *write,
                            const mtp_session *session, mtp_error *error);
/* Ends rows of which something was made that came to status: what a column is says more than what
 * came of it. */
mtp_status tgauth_rows_end_as(tgauth_rows *rows, mtp_status status, mtp_error *error);

int64_t tgauth_marked_channel(int64_t id);

/* A query for pts, qts, date, seq; at most one row is read, NULL counts as 0. */
mtp_status tgauth_read_state(tgauth_db *db, const char *sql, mtp_session *session,
                             mtp_error *error);
/* An INSERT with places for pts, qts, date, seq; not run when the session has no state. */
mtp_status tgauth_write_state(tgauth_db *db, const char *sql, const mtp_session *session,
                              mtp_error *error);
/* A query for channel (bare or marked), access hash, pts. */
mtp_status tgauth_read_channels(tgauth_db *db, const char *sql, mtp_session *session,
                                mtp_error *error);

#endif
