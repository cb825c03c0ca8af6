/* What the SQLite formats have in common: the state of updates, and channels named by "marked" ids,
 * -1000000000000 - id, as the Bot API has them. */
#ifndef TGAUTH_CONVERT_MARKED_H
#define TGAUTH_CONVERT_MARKED_H

#include "convert.h"
#include "db.h"

int64_t tgauth_marked_channel(int64_t id);

bool tgauth_has_state(const mtp_session *session);

/* A query for pts, qts, date, seq; at most one row is read, NULL counts as 0. */
mtp_status tgauth_read_state(tgauth_db *db, const char *sql, mtp_session *session,
                             mtp_error *error);
/* A query for channel (bare or marked), access hash, pts. */
mtp_status tgauth_read_channels(tgauth_db *db, const char *sql, mtp_session *session,
                                mtp_error *error);

#endif
