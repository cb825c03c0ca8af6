/* The callbacks of calls. */
#ifndef MTP_CLIENT_CALL_DELIVER_H
#define MTP_CLIENT_CALL_DELIVER_H

#include <mtp/client.h>

/* Runs those of what has ended. Returns whether there were any. */
bool mtp_calls_deliver(mtp_client *client);

#endif
