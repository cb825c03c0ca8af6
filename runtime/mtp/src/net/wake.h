/* An eventfd, or a pipe, by which one thread makes poll() return in another. */
#ifndef MTP_NET_WAKE_H
#define MTP_NET_WAKE_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct mtp_wake {
  int read_fd;           /* readable while a signal has not been drained */
  int write_fd;          /* maybe the same; both are non-blocking, and closed by exec() */
  atomic_bool signalled; /* set behind each signal: there is nothing to read while it is not */
} mtp_wake;

/* False when the process has no descriptors left; then there is nothing to close. */
bool mtp_wake_open(mtp_wake *wake);
void mtp_wake_close(mtp_wake *wake);
/* From any thread, and from a signal handler. */
void mtp_wake_signal(mtp_wake *wake);
/* False: there was no signal since the last time. */
bool mtp_wake_drain(mtp_wake *wake);

#endif
