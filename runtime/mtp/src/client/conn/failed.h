/* Failures of a connection, and back-off. */
#ifndef MTP_CLIENT_CONN_FAILED_H
#define MTP_CLIENT_CONN_FAILED_H

#include "client/conn/conn.h"
#include "now.h"

/* hopeless: trying again cannot help. */
void mtp_conn_failed(mtp_conn *conn, const mtp_error *error, bool hopeless, mtp_now now);
void mtp_conn_transport_error(mtp_conn *conn, int32_t code, mtp_now now);
/* Something that only the right server can send has come. */
void mtp_conn_alive(mtp_conn *conn, mtp_now now);

#endif
