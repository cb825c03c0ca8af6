/* The clock and the descriptors of a loop. */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "loop.h"

int64_t tgdc_now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_REALTIME, &time) != 0)
    return 0;
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

int64_t dc_loop_now(tgdc_loop *loop) {
  int64_t now = tgdc_now();
  loop->now = now > loop->now ? now : loop->now;
  return loop->now;
}

bool dc_unblock(int fd) {
  int flags = fcntl(fd, F_GETFL, 0);
  return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
         fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

bool dc_add_fd(tgdc_loop *loop, int fd, short events) {
  if (loop->n_fds == loop->most_fds) {
    size_t most = loop->most_fds == 0 ? 64 : loop->most_fds * 2;
    struct pollfd *grown = realloc(loop->fds, most * sizeof *grown);
    if (grown == NULL)
      return false;
    loop->fds = grown;
    loop->most_fds = most;
  }
  loop->fds[loop->n_fds++] = (struct pollfd){.fd = fd, .events = events};
  return true;
}
