/* The turn of a connection in the loop. */
#ifndef MTP_CLIENT_CONN_TURN_H
#define MTP_CLIENT_CONN_TURN_H

#include "client/conn/conn.h"
#include "now.h"

/* Does all that can be done now. Returns whether it did anything. */
bool mtp_conn_process(mtp_conn *conn, mtp_now now);
int64_t mtp_conn_deadline(const mtp_conn *conn, mtp_now now);

#endif
