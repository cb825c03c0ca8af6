/* What the machine of updates says and wants: told and asked once a turn. */
#ifndef MTP_CLIENT_UPDATES_ASK_H
#define MTP_CLIENT_UPDATES_ASK_H

#include <mtp/client.h>

#include "now.h"

/* Whether there was anything to do. */
bool mtp_updates_process(mtp_client *client, mtp_now now);
int64_t mtp_updates_due(const mtp_client *client); /* MTP_NEVER: nothing is */

#endif
