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
  wake->read_fd = fds[0];
  wake->write_fd = fds[1];
  return true;
}

void mtp_wake_close(mtp_wake *wake) {
  close(wake->read_fd);
  close(wake->write_fd);
}

/* A full pipe is fine: the other side has a byte to read already. */
void mtp_wake_signal(const mtp_wake *wake) {
  ssize_t n;
  do
    n = write(wake->write_fd, "", 1);
  while (n < 0 && errno == EINTR);
}

void mtp_wake_drain(const mtp_wake *wake) {
  char bytes[64];
  ssize_t n;
  do
    n = read(wake->read_fd, bytes, sizeof bytes);
  while (n > 0 || (n < 0 && errno == EINTR));
}
