/* Moves bytes between a client, the sans-IO proxy and a data centre. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_READ 16384
#define MOST_HELD ((size_t)1 << 20) /* unsent bytes for one side, above which the other waits */

bool socket_prepare(int fd) {
  int flags = fcntl(fd, F_GETFL), on = 1;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
         fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

relay *relay_open(mtproxy *proxy, const serve_options *options, int fd) {
  relay *self = calloc(1, sizeof *self);
  if (!self || !socket_prepare(fd) || mtproxy_accept(proxy, &self->link) != TL_OK) {
    close(fd);
    free(self);
    return NULL;
  }
  self->options = options;
  self->fd[MTPROXY_CLIENT] = fd;
  self->fd[MTPROXY_UPSTREAM] = -1;
  return self;
}

void relay_close(relay *self) {
  for (int side = 0; side < 2; side++)
    if (self->fd[side] >= 0)
      close(self->fd[side]);
  mtproxy_link_destroy(self->link);
  free(self);
}

static size_t held(const relay *self, int side) {
  return mtproxy_link_output(self->link, (mtproxy_side)side).size;
}

void relay_wants(const relay *self, struct pollfd fds[2]) {
  for (int side = 0; side < 2; side++) {
    bool connecting = side == MTPROXY_UPSTREAM && self->connecting;
    bool reads = !self->ended[side] && !connecting && held(self, !side) < MOST_HELD;
    bool writes = connecting || held(self, side) > 0;
    fds[side].fd = reads || writes ? self->fd[side] : -1;
    fds[side].events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    fds[side].revents = 0;
  }
}

/* ---- the data centre ---- */

/* Data centres of the test servers and those for media have the address of their number. */
static const serve_target *target_for(const serve_options *options, int dc) {
  const serve_target *any = NULL;
  int number = abs(dc) % 10000;
  for (size_t i = 0; i < options->n_targets; i++) {
    if (options->targets[i].dc == number)
      return &options->targets[i];
    if (options->targets[i].dc == 0 && !any)
      any = &options->targets[i];
  }
  return any;
}

static bool give_up(relay *self, const char *why) {
  fprintf(stderr, "tgproxy: %s\n", why);
  self->dead = true;
  return false;
}

static bool dial(relay *self) {
  const serve_target *target = target_for(self->options, mtproxy_link_dc(self->link));
  fprintf(stderr, "tgproxy: accepted: %s, data centre %d\n", mtproxy_link_mode(self->link),
          mtproxy_link_dc(self->link));
  if (!target)
    return give_up(self, "no such data centre");
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0)
    return give_up(self, strerror(errno));
  self->fd[MTPROXY_UPSTREAM] = fd;
  self->connecting = true;
  const struct sockaddr *address = (const struct sockaddr *)(const void *)&target->address;
  if (!socket_prepare(fd) ||
      (connect(fd, address, sizeof target->address) != 0 && errno != EINPROGRESS))
    return give_up(self, strerror(errno));
  return true;
}

static bool connected(relay *self) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(self->fd[MTPROXY_UPSTREAM], SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error)
    return give_up(self, strerror(error ? error : errno));
  self->connecting = false;
  return true;
}

/* ---- bytes ---- */

static void refused(relay *self) {
  fprintf(stderr, "tgproxy: refused: %s\n", mtproxy_link_reason(self->link));
  self->dead = !self->options->silent || self->fd[MTPROXY_UPSTREAM] >= 0;
}

static void received(relay *self, int side, const uint8_t *data, size_t n) {
  if (mtproxy_link_state(self->link) == MTPROXY_REFUSED)
    return;
  mtproxy_link_recv(self->link, (mtproxy_side)side, (int64_t)time(NULL), data, n);
  mtproxy_state state = mtproxy_link_state(self->link);
  if (state == MTPROXY_REFUSED)
    refused(self);
  else if (state == MTPROXY_DIALLING && self->fd[MTPROXY_UPSTREAM] < 0)
    dial(self);
}

static void take(relay *self, int side) {
  uint8_t data[MOST_READ];
  ssize_t got = recv(self->fd[side], data, sizeof data, 0);
  if (got > 0)
    received(self, side, data, (size_t)got);
  else if (got == 0 || (errno != EAGAIN && errno != EINTR))
    self->ended[side] = true;
}

static void give(relay *self, int side) {
  tl_bytes out = mtproxy_link_output(self->link, (mtproxy_side)side);
  if (out.size == 0 || self->fd[side] < 0)
    return;
  ssize_t sent = send(self->fd[side], out.data, out.size, MSG_NOSIGNAL);
  if (sent > 0)
    mtproxy_link_written(self->link, (mtproxy_side)side, (size_t)sent);
  else if (sent < 0 && errno != EAGAIN && errno != EINTR)
    self->dead = true;
}

void relay_ready(relay *self, const struct pollfd fds[2]) {
  if (self->connecting && (fds[MTPROXY_UPSTREAM].revents == 0 || !connected(self)))
    self->dead = self->dead || self->ended[MTPROXY_CLIENT];
  for (int side = 0; side < 2 && !self->dead; side++)
    if (fds[side].fd >= 0 && !self->ended[side] && (fds[side].revents & ~POLLOUT))
      take(self, side);
  for (int side = 0; side < 2 && !self->dead; side++)
    if (side == MTPROXY_CLIENT || !self->connecting)
      give(self, side);
  /* one side gone: the other gets what is left for it, then it is over */
  for (int side = 0; side < 2; side++)
    if (self->ended[side] && (self->fd[!side] < 0 || held(self, !side) == 0))
      self->dead = true;
}
