/* A TCP connection to the first of several addresses that answers: each next one is tried when the
 * one before fails, or has not answered for a moment (RFC 8305 in small). */
#ifndef MTP_NET_DIAL_H
#define MTP_NET_DIAL_H

#include <poll.h>

#include "net/fd_hook.h"
#include "net/resolve.h"

#define MTP_DIAL_MAX        4   /* sockets at a time */
#define MTP_DIAL_STAGGER_MS 300 /* before the next address is tried beside it */

typedef struct mtp_dial {
  const mtp_address *addresses; /* borrowed */
  size_t count, next;
  mtp_fd_hook hook;
  int fds[MTP_DIAL_MAX];      /* -1: free */
  size_t which[MTP_DIAL_MAX]; /* index of its address */
  int64_t stagger_at;
  bool failed;
  int error;        /* errno of the first failure */
  size_t failed_at; /* and its address */
} mtp_dial;

/* Starts with the first address. `now` is monotonic milliseconds. */
void mtp_dial_start(mtp_dial *dial, const mtp_address *addresses, size_t count,
                    const mtp_fd_hook *hook, int64_t now);

typedef enum mtp_dial_result { MTP_DIAL_BUSY, MTP_DIAL_OPEN, MTP_DIAL_FAILED } mtp_dial_result;

/* Looks what became of the sockets, starts the next when due. MTP_DIAL_OPEN: *fd is the caller's,
 * *index its address, the others are closed. MTP_DIAL_FAILED: dial->error says why. */
mtp_dial_result mtp_dial_step(mtp_dial *dial, int64_t now, int *fd, size_t *index);

/* When mtp_dial_step() is due without a descriptor; INT64_MAX never. */
int64_t mtp_dial_deadline(const mtp_dial *dial);
/* As mtp_client_fds(). */
size_t mtp_dial_fds(const mtp_dial *dial, struct pollfd *fds, size_t n);
/* Closes what is open. A zeroed dial with count 0 is fine. */
void mtp_dial_stop(mtp_dial *dial);

#endif
