/* Sockets and poll() around a tgdc. Everything of the protocol is elsewhere. */
#include "loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mtp/rng.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int listen_on(const char *host, uint16_t port) {
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  char service[8];
  int one = 1;
  snprintf(service, sizeof service, "%u", (unsigned)port);
  if (getaddrinfo(host, service, &hints, &found) != 0) {
    errno = EINVAL;
    return -1;
  }
  int fd = socket(found->ai_family, SOCK_STREAM, 0);
  if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
                  bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 512) != 0 ||
                  !dc_unblock(fd))) {
    int saved = errno;
    close(fd);
    fd = -1;
    errno = saved;
  }
  freeaddrinfo(found);
  return fd;
}

/* A free port that clients can keep which read it as a signed number of 16 bits; any free one when
 * there is no such left. */
static int listen_anywhere(const char *host) {
  enum { LOWEST = 20000, HIGHEST = 32767, TRIES = 64 };
  int fd = -1;
  errno = EADDRINUSE;
  for (int i = 0; i < TRIES && fd < 0 && errno == EADDRINUSE; i++) {
    uint16_t chance = 0;
    if (mtp_rng_fill(NULL, (uint8_t *)&chance, sizeof chance) != 0)
      break;
    fd = listen_on(host, (uint16_t)(LOWEST + chance % (HIGHEST - LOWEST + 1)));
  }
  return fd < 0 && errno == EADDRINUSE ? listen_on(host, 0) : fd;
}

static uint16_t port_of(int fd) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
    return 0;
  if (address.ss_family == AF_INET6) {
    memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  memcpy(&v4, &address, sizeof v4);
  return ntohs(v4.sin_port);
}

static bool open_listeners(tgdc_loop *loop, const char *host, uint16_t port) {
  for (int i = 0; tgdc_dc_id(loop->dc, i) != 0; i++) {
    uint16_t wanted = port == 0 ? 0 : (uint16_t)(port + i);
    dc_listener *listener = &loop->listeners[loop->n_listeners];
    listener->dc = tgdc_dc_id(loop->dc, i);
    listener->fd = wanted ? listen_on(host, wanted) : listen_anywhere(host);
    if (listener->fd < 0)
      return false;
    listener->port = port_of(listener->fd);
    loop->n_listeners++;
    if (!tgdc_set_address(loop->dc, listener->dc, host, listener->port))
      return false;
  }
  return true;
}

tgdc_loop *tgdc_loop_new(tgdc *dc, const char *host, uint16_t port, char *error,
                         size_t error_size) {
  tgdc_loop *loop = calloc(1, sizeof *loop);
  if (loop == NULL)
    return NULL;
  loop->dc = dc;
  loop->control = loop->end_with = loop->wake[0] = loop->wake[1] = -1;
  if (pipe(loop->wake) == 0 && dc_unblock(loop->wake[0]) && dc_unblock(loop->wake[1]) &&
      open_listeners(loop, host, port))
    return loop;
  dc_fail(error, error_size, "cannot listen on %s port %u: %s", host, (unsigned)port,
          strerror(errno));
  tgdc_loop_free(loop);
  return NULL;
}

void tgdc_loop_free(tgdc_loop *loop) {
  if (loop == NULL)
    return;
  dc_sockets_close(loop);
  for (int i = 0; i < loop->n_listeners; i++)
    close(loop->listeners[i].fd);
  for (int i = 0; i < 2; i++)
    if (loop->wake[i] >= 0)
      close(loop->wake[i]);
  dc_control_close(loop);
  free(loop->fds);
  free(loop);
}

uint16_t tgdc_loop_port(const tgdc_loop *loop, int id) {
  for (int i = 0; i < loop->n_listeners; i++)
    if (loop->listeners[i].dc == id)
      return loop->listeners[i].port;
  return 0;
}

void tgdc_loop_stop(tgdc_loop *loop) {
  int saved = errno;
  loop->stopped = 1;
  if (write(loop->wake[1], "", 1) < 0)
    errno = saved; /* the pipe is full: it will wake up all the same */
  errno = saved;
}

static bool gather(tgdc_loop *loop) {
  loop->n_fds = 0;
  bool ok = dc_add_fd(loop, loop->wake[0], POLLIN);
  for (int i = 0; i < loop->n_listeners; i++)
    ok = ok && dc_add_fd(loop, loop->listeners[i].fd, loop->full ? 0 : POLLIN);
  loop->end_slot = loop->n_fds;
  if (loop->end_with >= 0)
    ok = ok && dc_add_fd(loop, loop->end_with, POLLIN);
  return ok && dc_sockets_gather(loop) && dc_control_gather(loop);
}

void tgdc_loop_end_with(tgdc_loop *loop, int fd) {
  loop->end_with = fd;
}

/* Throws away what is there to read; true: nothing more will come. */
static bool at_end(const tgdc_loop *loop) {
  char chunk[256];
  if (loop->end_with < 0 || loop->fds[loop->end_slot].revents == 0)
    return false;
  ssize_t n = read(loop->end_with, chunk, sizeof chunk);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

#define FULL_MS 100

static int wait_ms(tgdc_loop *loop, int timeout_ms) {
  if (loop->full && (timeout_ms < 0 || timeout_ms > FULL_MS))
    timeout_ms = FULL_MS;
  int64_t deadline = tgdc_deadline(loop->dc), now = dc_loop_now(loop);
  if (deadline == INT64_MAX)
    return timeout_ms;
  int64_t left = deadline <= now ? 0 : (deadline - now) / 1000 + 1;
  if (timeout_ms >= 0 && left > timeout_ms)
    return timeout_ms;
  return left > 60000 ? 60000 : (int)left;
}

bool tgdc_loop_step(tgdc_loop *loop, int timeout_ms) {
  if (loop->stopped || !gather(loop))
    return false;
  size_t polled = loop->n_fds;
  int ready = poll(loop->fds, (nfds_t)polled, wait_ms(loop, timeout_ms));
  loop->full = false;
  if (loop->stopped || (ready < 0 && errno != EINTR) || (ready > 0 && at_end(loop)))
    return false;
  for (int i = 0; ready > 0 && i < loop->n_listeners; i++)
    if ((loop->fds[1 + i].revents & POLLIN) != 0)
      dc_socket_accept(loop, &loop->listeners[i]);
  tgdc_tick(loop->dc, dc_loop_now(loop));
  if (ready > 0)
    dc_control_serve(loop);
  dc_sockets_serve(loop, ready > 0 ? polled : 0);
  return true;
}

void tgdc_loop_run(tgdc_loop *loop) {
  while (tgdc_loop_step(loop, -1))
    ;
}
