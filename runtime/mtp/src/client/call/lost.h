/* Calls that were on their way when their connection broke. */
#ifndef MTP_CLIENT_CALL_LOST_H
#define MTP_CLIENT_CALL_LOST_H

#include "client/conn/conn.h"
#include "now.h"

/* A connection with this one in flight has failed, and is made again at conn->retry_at: a call to
 * which that has happened too often ends with why. */
void mtp_calls_lost(mtp_conn *conn, const mtp_error *why, mtp_now now);

#endif
