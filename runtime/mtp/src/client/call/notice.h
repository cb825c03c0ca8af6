/* What the server tells a person about a call that it did not accept. */
#ifndef MTP_CLIENT_CALL_NOTICE_H
#define MTP_CLIENT_CALL_NOTICE_H

#include "client/call/call.h"

/* Whether the words that belong to the error are still to come: then the call ends with it later.
 */
bool mtp_notice_await(mtp_call *call, const mtp_error *error);
/* Looks for such words in a container of updates. */
void mtp_notice_take(mtp_client *client, const tl_value *updates);

#endif
