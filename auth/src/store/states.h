/* The states of updates of a session as rows: "state/updates" and "state/channel/ID", so that what
 * changes with every update is a small row, and not the session with its keys. */
#ifndef TGAUTH_STORE_STATES_H
#define TGAUTH_STORE_STATES_H

#include "rows.h"
#include <mtp/session.h>

/* What the database has. Zero at first. */
typedef struct tgauth_states {
  mtp_update_state updates;
  mtp_channel_state *channels; /* owned */
  size_t count;
  bool is_known; /* whether that was ever read */
} tgauth_states;

/* Puts those of the database into *known, and into a session that was loaded without (NULL: none).
 * A database without rows: nothing. */
mtp_status tgauth_states_load(tgauth_leases *leases, const tgauth_lease *lease,
                              mtp_session *session, tgauth_states *known, mtp_error *error);
/* Whether any differs from *known, so that something would be written. */
bool tgauth_states_differ(const mtp_session *session, const tgauth_states *known);
/* Writes those that differ from *known, which has them then. */
mtp_status tgauth_states_save(tgauth_leases *leases, tgauth_lease *lease,
                              const mtp_session *session, tgauth_states *known, mtp_error *error);
void tgauth_states_free(tgauth_states *known);

#endif
