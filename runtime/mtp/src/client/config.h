/* What the server tells about its data centres. */
#ifndef MTP_CLIENT_CONFIG_H
#define MTP_CLIENT_CONFIG_H

#include "client/dc/trust.h"

/* Takes data centre addresses from an answer to help.getConfig. */
void mtp_config_take(mtp_client *client, mtp_proof proof, const tl_value *config);

#endif
