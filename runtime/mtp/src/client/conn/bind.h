/* Binding a temporary key. */
#ifndef MTP_CLIENT_CONN_BIND_H
#define MTP_CLIENT_CONN_BIND_H

#include "client/conn/conn.h"

/* Ends one that was not answered in time. */
void mtp_conn_bind_check(mtp_conn *conn, mtp_now now);
void mtp_conn_bind(mtp_conn *conn);
void mtp_conn_bound(mtp_conn *conn, const mtp_engine_event *event);

#endif
