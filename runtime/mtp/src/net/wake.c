#include "net/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

bool mtp_wake_open(mtp_wake *wake) {
  int fds[2];
  if (pipe(fds) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
  }
  atomic_init(&wake->signalled, false);
  wake->read_fd = fds[0];
  wake->write_fd = fds[1];
  return true;
}

void mtp_wake_close(mtp_wake *wake) {
  close(wake->read_fd);
  close(wake->write_fd);
}

/* A full pipe is fine: the other side has a byte to read already. */
void mtp_wake_signal(mtp_wake *wake) {
  ssize_t n;
  do
    n = write(wake->write_fd, "", 1);
  while (n < 0 && errno == EINTR);
  atomic_store(&wake->signalled, true); /* not before there is something to read */
}

bool mtp_wake_drain(mtp_wake *wake) {
  char bytes[64];
  ssize_t n;
  if (!atomic_exchange(&wake->signalled, false))
    return false;
  do
    n = read(wake->read_fd, bytes, sizeof bytes);
  while (n == (ssize_t)sizeof bytes || (n < 0 && errno == EINTR));
  return true;
}
