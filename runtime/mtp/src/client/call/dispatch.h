/* The way of a call to its engine. */
#ifndef MTP_CLIENT_CALL_DISPATCH_H
#define MTP_CLIENT_CALL_DISPATCH_H

#include "client/call/call.h"

/* Hands it (again) to the engine of its connection, or waits for the call that it comes after. */
void mtp_call_dispatch(mtp_call *call);
/* Puts it to another connection, not yet dispatched. */
void mtp_call_move(mtp_call *call, struct mtp_conn *conn);
void mtp_call_sleep(mtp_call *call, uint32_t delay_ms);

#endif
