/* Shutting the gate of a connection. */
#ifndef MTP_CLIENT_CONN_GATE_SHUT_H
#define MTP_CLIENT_CONN_GATE_SHUT_H

#include "client/conn/conn.h"

void mtp_gate_shut(mtp_conn *conn);
/* The steps under the former key mean nothing any more. */
void mtp_gate_reset(mtp_conn *conn);

#endif
