/* Packets in and out. Receiving and sending return whether there was anything. */
#ifndef MTP_CLIENT_CONN_TRAFFIC_H
#define MTP_CLIENT_CONN_TRAFFIC_H

#include "client/conn/conn.h"
#include "now.h"

/* Whether a packet could leave now: over HTTP only on a lane that waits for no answer. */
bool mtp_traffic_can_send(const mtp_conn *conn);
/* A new turn of the loop: sockets are to be read again. */
void mtp_traffic_look(mtp_conn *conn);
bool mtp_traffic_receive(mtp_conn *conn, mtp_now now);
bool mtp_traffic_send(mtp_conn *conn, mtp_now now);
int64_t mtp_traffic_deadline(const mtp_conn *conn);
size_t mtp_conn_fds(const mtp_conn *conn, struct pollfd *fds, size_t n);

#endif
