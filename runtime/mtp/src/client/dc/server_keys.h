/* The public keys that servers may have: those of the options, or the built-in ones. */
#ifndef MTP_CLIENT_DC_SERVER_KEYS_H
#define MTP_CLIENT_DC_SERVER_KEYS_H

#include "client/client.h"
#include "crypto/rsa.h"

/* Those of the options, if there are any: at the start, so that a text which is no key is told.
 * REJECTED, NOMEM. */
TL_MUST_USE mtp_status mtp_server_keys_load(mtp_client *client, const mtp_options *options);
/* The built-in ones if there are no others, once: only a key exchange needs them, and most programs
 * start with a key. */
TL_MUST_USE mtp_status mtp_server_keys_need(mtp_client *client);
void mtp_server_keys_free(mtp_client *client);

#endif
