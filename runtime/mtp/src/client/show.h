/* What a helper sees of all that is decoded. */
#ifndef MTP_CLIENT_SHOW_H
#define MTP_CLIENT_SHOW_H

#include "client/client.h"

void mtp_client_show(mtp_client *client, const tl_value *value);

#endif
