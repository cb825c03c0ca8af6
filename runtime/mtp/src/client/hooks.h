/* The hooks of a loop that keeps descriptors registered. */
#ifndef MTP_CLIENT_HOOKS_H
#define MTP_CLIENT_HOOKS_H

#include <mtp/client.h>

#include "net/fd_hook.h"

typedef struct mtp_hooks {
  mtp_loop_hooks set; /* watch NULL: none */
  struct pollfd *watched;
  size_t n, room;
} mtp_hooks;

bool mtp_hooks_are_set(const mtp_client *client);
/* Tells what differs from what was told. Without memory a descriptor is not watched, and the loop
 * woken often instead. */
void mtp_hooks_tell(mtp_client *client, const struct pollfd *fds, size_t n, int timeout_ms);
/* Something was asked for from outside: there may be work at once. */
void mtp_hooks_poke(mtp_client *client);
/* Unwatches all. */
void mtp_hooks_clear(mtp_client *client);
/* For the links of a client. */
mtp_fd_hook mtp_hooks_of_links(mtp_client *client);

#endif
