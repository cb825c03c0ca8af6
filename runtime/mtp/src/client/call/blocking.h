/* The timers of calls. */
#ifndef MTP_CLIENT_CALL_BLOCKING_H
#define MTP_CLIENT_CALL_BLOCKING_H

#include "client/call/call.h"

/* Ends what has run out of time, wakes sleepers and those BLOCKED. */
void mtp_calls_tick(struct mtp_conn *conn, int64_t now);
int64_t mtp_calls_deadline(const struct mtp_conn *conn);

#endif
