/* Binding a temporary key. */
#ifndef MTP_CLIENT_CONN_BIND_H
#define MTP_CLIENT_CONN_BIND_H

#include "client/conn/conn.h"

/* Whether one is on its way, on a connection that could bring its answer. */
bool mtp_bind_is_out(const mtp_conn *conn);
/* Ends one that was not answered in time. */
void mtp_conn_bind_check(mtp_conn *conn, mtp_now now);
void mtp_conn_bind(mtp_conn *conn);
void mtp_conn_bound(mtp_conn *conn, const mtp_engine_event *event);

#endif
