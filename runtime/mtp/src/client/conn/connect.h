/* Opening a connection. */
#ifndef MTP_CLIENT_CONN_CONNECT_H
#define MTP_CLIENT_CONN_CONNECT_H

#include "client/conn/conn.h"
#include "now.h"

void mtp_connect_when_due(mtp_conn *conn, mtp_now now);
void mtp_connect_check_time(mtp_conn *conn, mtp_now now);
int64_t mtp_connect_deadline(const mtp_conn *conn);
TL_MUST_USE mtp_status mtp_connect_open(mtp_conn *conn, mtp_now now, mtp_link **out,
                                        mtp_error *error);

#endif
