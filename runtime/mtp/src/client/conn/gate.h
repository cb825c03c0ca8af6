/* The gate of a connection. */
#ifndef MTP_CLIENT_CONN_GATE_H
#define MTP_CLIENT_CONN_GATE_H

#include "client/conn/conn.h"
#include "now.h"

/* Starts the next step, or opens. */
void mtp_gate_advance(mtp_conn *conn, mtp_now now);

#endif
