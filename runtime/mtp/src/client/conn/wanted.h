/* The use of a connection. */
#ifndef MTP_CLIENT_CONN_WANTED_H
#define MTP_CLIENT_CONN_WANTED_H

#include "client/conn/conn.h"

/* Someone has use for it again. */
void mtp_conn_want(mtp_conn *conn);
/* A new call does not wait out a long back-off, but the shortest one since the last failure, unless
 * the server has asked for patience (-429). */
void mtp_conn_hasten(mtp_conn *conn);
/* Whether there is a reason to be connected. */
bool mtp_conn_needed(const mtp_conn *conn);

#endif
