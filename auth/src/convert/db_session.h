/* What the SQLite formats have in common: opening and closing, the state of updates, and channels
 * named by "marked" ids, -1000000000000 - id, as the Bot API has them. */
#ifndef TGAUTH_CONVERT_DB_SESSION_H
#define TGAUTH_CONVERT_DB_SESSION_H

#include "convert.h"
#include "db.h"

typedef mtp_status tgauth_db_reader(tgauth_db *db, mtp_session *session, mtp_error *error);
typedef mtp_status tgauth_db_writer(tgauth_db *db, const mtp_session *session, mtp_error *error);

/* A format that is a database: what tells it apart, how it is read and written. */
typedef struct tgauth_db_format {
  struct {
    const char *table, *column; /* column NULL: any */
    bool absent;                /* it must not be there */
  } marks[3];                   /* up to the first without a table */
  const char *schema;           /* statements that make it */
  tgauth_db_reader *read;
  tgauth_db_writer *write;
  bool address;             /* it has to hold one */
  tgauth_address_kind kind; /* of that kind */
} tgauth_db_format;

/* Whether the source is a database with those marks. */
bool tgauth_db_looks(const tgauth_db_format *format, const tgauth_source *source);
/* Opens the database, has it read, closes it. What read returns; STORE, NOMEM. */
mtp_status tgauth_db_import(const tgauth_db_format *format, const tgauth_source *source,
                            mtp_session *session, mtp_error *error);
/* Makes the database, has it written, closes it. The same; STORE before there is a file when the
 * session has no address that the format can hold. */
mtp_status tgauth_db_export(const tgauth_db_format *format, const mtp_session *session,
                            const tgauth_target *target, mtp_error *error);
/* Reads the number that a query gives, 0 when it gives none, which has to be `least` or more: "its
 * version is ...". A version newer than is known is no reason to refuse: columns are read by name,
 * and what still has those that are needed can be read. */
mtp_status tgauth_read_version(tgauth_db *db, const char *sql, int64_t least, int64_t *version,
                               mtp_error *error);
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
