/* The beginning of a call. */
#ifndef MTP_CLIENT_CALL_BEGIN_H
#define MTP_CLIENT_CALL_BEGIN_H

#include "client/call/make.h"

/* Gives it an id and a connection and sends it on its way. From here on it ends by done. */
void mtp_call_admit(mtp_call *call, struct mtp_conn *conn);
/* Made and admitted in one, for calls of our own. */
TL_MUST_USE mtp_status mtp_call_begin(mtp_client *client, const tl_call *what,
                                      const mtp_call_start *start, mtp_call **out);

#endif
