/* The end of the links of a connection. */
#ifndef MTP_CLIENT_CONN_DISCONNECT_H
#define MTP_CLIENT_CONN_DISCONNECT_H

#include "client/conn/conn.h"
#include "now.h"

void mtp_conn_disconnect(mtp_conn *conn, mtp_now now, const mtp_error *why);
/* Raises MTP_EVENT_CONNECTION, if that is another state. */
void mtp_conn_tell(mtp_conn *conn, mtp_connection_state state, const mtp_error *error);

#endif
