/* Whether the network, or time itself, has made a leap. */
#ifndef MTP_CLIENT_NETWORK_H
#define MTP_CLIENT_NETWORK_H

#include <mtp/client.h>

#include "now.h"

/* Looks at the clocks, for whether time has passed in which nothing ran. */
void mtp_client_notice_sleep(mtp_client *client, mtp_now now);

#endif
