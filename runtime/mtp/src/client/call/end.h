/* The end of a call. */
#ifndef MTP_CLIENT_CALL_END_H
#define MTP_CLIENT_CALL_END_H

#include "client/call/call.h"

/* Status and text, a whole error, or a reply (its own from then on). */
void mtp_call_fail(mtp_call *call, mtp_status status, const char *text);
void mtp_call_end(mtp_call *call, const mtp_error *error, mtp_reply *reply);
/* How it ended: NULL, or what went wrong; it lives as long as the call and `room`, in which it is
 * put together without its text where there was no memory to keep it. */
const mtp_error *mtp_call_error(const mtp_call *call, mtp_error *room);
/* Notes the error that it is to end with. Without memory for all of it, what a program decides by
 * is kept. */
void mtp_call_keep_error(mtp_call *call, const mtp_error *error);
/* With the error that was noted. */
void mtp_call_end_refused(mtp_call *call);
/* Before it had a connection. */
void mtp_call_end_unadmitted(mtp_call *call, mtp_status status);
void mtp_call_fail_uncertain(mtp_call *call);
/* Ends every call of a connection; one that must not be run twice and has left with UNCERTAIN. */
void mtp_conn_fail_calls(struct mtp_conn *conn, const mtp_error *error);
/* The same but for those that are patient. */
void mtp_conn_fail_hasty(struct mtp_conn *conn, const mtp_error *error);
/* The engine has it no longer; its event about that finds no call. */
void mtp_call_withdraw(mtp_call *call);

#endif
