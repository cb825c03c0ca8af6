/* The wake-up of a poll(): one descriptor where there is eventfd(), else the two of a pipe. */
#include "net/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/eventfd.h>

static bool open_both(int fds[2]) {
  fds[0] = fds[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fds[0] >= 0;
}

#else

static bool open_both(int fds[2]) {
  if (pipe(fds) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

#endif

bool mtp_wake_open(mtp_wake *wake) {
  int fds[2];
  if (!open_both(fds))
    return false;
  atomic_init(&wake->signalled, false);
  wake->read_fd = fds[0];
  wake->write_fd = fds[1];
  return true;
}

void mtp_wake_close(mtp_wake *wake) {
  close(wake->read_fd);
  if (wake->write_fd != wake->read_fd)
    close(wake->write_fd);
}

/* What has no room is fine: the other side has something to read already. */
void mtp_wake_signal(mtp_wake *wake) {
  const uint64_t one = 1; /* what an eventfd takes; a pipe takes anything */
  ssize_t n;
  do
    n = write(wake->write_fd, &one, sizeof one);
  while (n < 0 && errno == EINTR);
  atomic_store(&wake->signalled, true); /* not before there is something to read */
}

bool mtp_wake_drain(mtp_wake *wake) {
  uint64_t counts[8];
  ssize_t n;
  if (!atomic_exchange(&wake->signalled, false))
    return false;
  do
    n = read(wake->read_fd, counts, sizeof counts);
  while (n == (ssize_t)sizeof counts || (n < 0 && errno == EINTR));
  return true;
}
