/* A session that another process may take over: nothing leaves once that may have happened. */
#ifndef MTP_CLIENT_LEASE_H
#define MTP_CLIENT_LEASE_H

#include <mtp/client.h>

#include "now.h"

#define MTP_LEASE_LOST "the lease is lost: another process has taken the session over"

/* As options.lease_ms says; INT64_MAX without one. */
int64_t mtp_lease_left(const mtp_client *client);
/* For mtp_link_config: ctx is the client. */
bool mtp_lease_may_write(const void *ctx);
/* Ends what may not go on. */
void mtp_lease_check(mtp_client *client);
/* When mtp_lease_check() is due again. */
int64_t mtp_lease_deadline(const mtp_client *client, mtp_now now);

#endif
