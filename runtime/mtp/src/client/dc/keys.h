/* The keys of a connection. */
#ifndef MTP_CLIENT_DC_KEYS_H
#define MTP_CLIENT_DC_KEYS_H

#include "client/conn/conn.h"
#include "client/dc/trust.h"
#include "now.h"

/* The link is connected, or an exchange is done: the next exchange, or the engine takes over. */
void mtp_conn_key_step(mtp_conn *conn, mtp_now now);
/* A packet of a key exchange. */
void mtp_conn_key_packet(mtp_conn *conn, tl_bytes packet, mtp_now now);
/* The permanent key is gone, as the proof says: another is made. */
void mtp_conn_forget_key(mtp_conn *conn, mtp_proof proof);
/* Whether the server does not take it any more, as far as the clock can tell. */
bool mtp_temp_key_expired(const mtp_conn *conn);
/* A new temporary key, on a new connection. */
void mtp_conn_renew(mtp_conn *conn);
/* The same with the connection that comes next anyway. */
void mtp_conn_renew_later(mtp_conn *conn);
/* Terminal: key wiped, user gone, pending calls end, KEY_LOST raised (ER-2). */
void mtp_key_lost(mtp_conn *conn, mtp_proof proof, const mtp_error *error);

#endif
