/* The public keys of CDNs. */
#ifndef MTP_CLIENT_DC_CDN_KEYS_H
#define MTP_CLIENT_DC_CDN_KEYS_H

#include <mtp/client.h>

typedef struct mtp_conn mtp_conn;

/* Whether it is to a CDN of which no key is there, or one that the CDN does not know any more. */
bool mtp_cdn_exchange_due(const mtp_conn *conn);
/* Whether there are any; otherwise asks for them, and the answer wakes or ends what waits. */
bool mtp_cdn_keys_ready(mtp_client *client);
void mtp_cdn_keys_free(mtp_client *client);

#endif
