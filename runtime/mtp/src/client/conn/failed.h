/* The end of a connection, carried out; and back-off. */
#ifndef MTP_CLIENT_CONN_FAILED_H
#define MTP_CLIENT_CONN_FAILED_H

#include "client/conn/conn.h"
#include "now.h"

/* The one place where a connection ends as was noted (outcome.h), once the packet that led to it
 * has been dealt with. Returns whether it did. */
bool mtp_conn_settle(mtp_conn *conn, mtp_now now);
/* All of them, of a client that is closed. */
void mtp_conns_settle(mtp_client *client, mtp_now now);
/* Something that only the right server can send has come. */
void mtp_conn_alive(mtp_conn *conn, mtp_now now);

#endif
