/* A preload for the TDLib test: every TCP connection that is not to loopback goes to 127.0.0.1, to
 * the port in TGDC_PORT. So nothing can leave the machine, and TDLib, whose addresses are built in,
 * meets the local data centre. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int is_loopback(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    return (ntohl(in.sin_addr.s_addr) >> 24) == 127;
  }
  struct sockaddr_in6 in6;
  memcpy(&in6, address, sizeof in6);
  return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

__attribute__((visibility("default"))) int connect(int fd, const struct sockaddr *address,
                                                   socklen_t size) {
  static int (*real)(int, const struct sockaddr *, socklen_t);
  const char *port = getenv("TGDC_PORT");
  if (!real)
    real = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect");
  if ((address->sa_family != AF_INET && address->sa_family != AF_INET6) || is_loopback(address))
    return real(fd, address, size);
  if (address->sa_family == AF_INET6 || !port) {
    errno = ENETUNREACH;
    return -1;
  }
  struct sockaddr_in to;
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)atoi(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return real(fd, (const struct sockaddr *)&to, sizeof to);
}
