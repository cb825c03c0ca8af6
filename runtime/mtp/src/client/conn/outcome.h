/* How a connection is to end: failures travel upward as this, and nothing closes what a caller
 * still stands on. */
#ifndef MTP_CLIENT_CONN_OUTCOME_H
#define MTP_CLIENT_CONN_OUTCOME_H

#include "client/conn/conn.h"

/* Notes a failure; the first one counts. hopeless: trying again cannot help. */
void mtp_conn_fail(mtp_conn *conn, const mtp_error *error, bool hopeless);
/* text may be NULL. */
void mtp_conn_fail_text(mtp_conn *conn, mtp_status status, const char *text, bool hopeless);
void mtp_conn_fail_cause(mtp_conn *conn, mtp_cause cause, bool hopeless);
/* The server sent a transport error (TR-6). */
void mtp_conn_fail_transport(mtp_conn *conn, int32_t code);
/* It has not come about in time. */
void mtp_conn_fail_late(mtp_conn *conn);
/* Notes that it is to be closed without having failed. */
void mtp_conn_drop(mtp_conn *conn);
/* Whether something was noted: nothing more is taken or sent. */
bool mtp_conn_is_over(const mtp_conn *conn);

#endif
