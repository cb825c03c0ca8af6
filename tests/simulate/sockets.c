/* In the place of the system's socket functions (tlgen_wrap): sockets of the simulated network,
 * whose numbers no file has. Everything else goes to the system. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simnet.h"

int __wrap_socket(int family, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *out, size_t size, int flags);
int __wrap_close(int fd);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
int __real_close(int fd);
int __real_fcntl(int fd, int command, ...);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);

static bool is_simulated(int fd) {
  return fd >= SIMNET_FIRST_FD;
}

int __wrap_socket(int family, int type, int protocol) {
  (void)family;
  (void)type;
  (void)protocol;
  return simnet_socket(simnet_current());
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size) {
  (void)size;
  const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
  return simnet_connect(simnet_current(), fd, ntohs(in->sin_port));
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags) {
  (void)flags;
  return simnet_send(simnet_current(), fd, data, size);
}

ssize_t __wrap_recv(int fd, void *out, size_t size, int flags) {
  (void)flags;
  return simnet_recv(simnet_current(), fd, out, size);
}

int __wrap_close(int fd) {
  if (!is_simulated(fd))
    return __real_close(fd);
  simnet_shut(simnet_current(), fd);
  return 0;
}

int __wrap_fcntl(int fd, int command, ...) {
  va_list args;
  va_start(args, command);
  void *argument = va_arg(args, void *);
  va_end(args);
  return is_simulated(fd) ? 0 : __real_fcntl(fd, command, argument);
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
  (void)level;
  (void)name;
  (void)size;
  *(int *)value = simnet_error(simnet_current(), fd);
  return 0;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  (void)fd;
  (void)level;
  (void)name;
  (void)value;
  (void)size;
  return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout) {
  if (n == 0 || !is_simulated(fds[0].fd))
    return __real_poll(fds, n, timeout);
  return simnet_poll(simnet_current(), fds, n);
}
