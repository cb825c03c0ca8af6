/* The time and chance of a client. */
#ifndef MTP_CLIENT_CONTEXT_H
#define MTP_CLIENT_CONTEXT_H

#include <mtp/client.h>

#include "now.h"

#define MTP_NEVER INT64_MAX

/* The system's clocks and random bytes where the options inject none. */
void mtp_context_init(mtp_client *client);
mtp_now mtp_client_now(const mtp_client *client);
/* One process() does a bounded piece of work (LV-5): begins it, asks whether it is done, ends it.
 */
void mtp_turn_begin(mtp_client *client);
bool mtp_turn_over(mtp_client *client);
void mtp_turn_end(mtp_client *client);
/* Random bytes for jitter and nonces; false when there are none. */
bool mtp_client_random(const mtp_client *client, void *out, size_t size);

#endif
