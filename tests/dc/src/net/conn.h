/* A connection: its transport, the key exchange that may run on it, and packets in and out. */
#ifndef TGDC_CONN_H
#define TGDC_CONN_H

#include "crypto/seal.h"
#include "dc.h"

/* Seals a message under the key and puts it into the output. False when that failed. */
bool dc_conn_send(tgdc_conn *conn, const dc_key *key, const mtp_message *message);
/* Whether something can be sent now: over HTTP only while a request waits. */
bool dc_conn_ready(const tgdc_conn *conn);
bool dc_conn_http(const tgdc_conn *conn); /* NULL is fine */
/* http_wait: the request that waits now may wait so long, in milliseconds. */
void dc_conn_http_wait(tgdc_conn *conn, int32_t max_wait);
/* A transport error (TR-6); the connection is finished. */
void dc_conn_error(tgdc_conn *conn, int32_t code);
/* The connection is finished, without a word. */
void dc_conn_fail(tgdc_conn *conn);
int dc_conn_dc(const tgdc_conn *conn);
const char *dc_conn_peer(const tgdc_conn *conn);
/* ping_delay_disconnect: closes after so many seconds, unless called again. */
void dc_conn_disconnect_in(tgdc_conn *conn, int32_t seconds);
/* The earliest time at which a connection is to be closed; and closing those whose time has come.
 */
int64_t dc_conns_deadline(const tgdc *dc);
void dc_conns_tick(tgdc *dc);

#endif
