/* Pairs of sockets instead of TCP over loopback. */
#include "instant_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAITING_MAX = 16 };

static struct {
  int fd;
  in_port_t port;
} waiting[WAITING_MAX]; /* connected, not accepted yet */
static int n_waiting;
static bool is_off;

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_accept(int fd, struct sockaddr *address, socklen_t *size);
int __wrap_clock_gettime(clockid_t which, struct timespec *at);

void instant_net_switch(bool on) {
  is_off = !on;
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size) {
  int pair[2], flags = fcntl(fd, F_GETFL);
  (void)size;
  if (is_off || n_waiting == WAITING_MAX) {
    errno = ENETUNREACH;
    return -1;
  }
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    return -1;
  dup2(pair[0], fd);
  close(pair[0]);
  fcntl(fd, F_SETFL, flags);
  waiting[n_waiting].fd = pair[1];
  waiting[n_waiting++].port = ((const struct sockaddr_in *)(const void *)address)->sin_port;
  return 0;
}

int __wrap_accept(int fd, struct sockaddr *address, socklen_t *size) {
  struct sockaddr_in self;
  socklen_t self_size = sizeof self;
  (void)address;
  (void)size;
  if (getsockname(fd, (struct sockaddr *)&self, &self_size) != 0)
    return -1;
  for (int i = 0; i < n_waiting; i++) {
    if (waiting[i].port != self.sin_port)
      continue;
    int accepted = waiting[i].fd;
    waiting[i] = waiting[--n_waiting];
    return accepted;
  }
  errno = EAGAIN;
  return -1;
}

int __wrap_clock_gettime(clockid_t which, struct timespec *at) {
  *at = (struct timespec){.tv_sec = which == CLOCK_REALTIME ? 1800000000 : 1000};
  return 0;
}
