/* The loop: accepts, waits, lets relays work. */
#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

#define BACKLOG     256
#define MOST_RELAYS 512

enum { LISTENER, WAKE, INPUT, FIRST_RELAY };

typedef struct server {
  const serve_options *options;
  mtproxy *proxy;
  int listener;
  relay *relays;
  size_t n_relays;
  bool stopped;
  struct pollfd fds[FIRST_RELAY + 2 * MOST_RELAYS];
} server;

static int wake_ends[2] = {-1, -1};

void serve_stop(void) {
  int saved = errno;
  ssize_t ignored = write(wake_ends[1], "", 1);
  (void)ignored; /* a full pipe wakes as well */
  errno = saved;
}

static bool complain(const char *what) {
  fprintf(stderr, "tgproxy: %s: %s\n", what, strerror(errno));
  return false;
}

/* ---- starting ---- */

static bool make_proxy(server *self) {
  static const unsigned modes[] = {[MTP_SECRET_NONE] = MTPROXY_PLAIN,
                                   [MTP_SECRET_PLAIN] = MTPROXY_PLAIN,
                                   [MTP_SECRET_PADDED] = MTPROXY_PADDED,
                                   [MTP_SECRET_TLS] = MTPROXY_TLS};
  mtproxy_options options = {.secret = self->options->secret,
                             .modes = modes[self->options->secret.kind]};
  errno = ENOMEM;
  return mtproxy_create(&options, &self->proxy) == TL_OK || complain("starting");
}

static bool start_listening(server *self) {
  const struct sockaddr *address = (const struct sockaddr *)(const void *)&self->options->listen;
  int on = 1;
  self->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (self->listener < 0 || !socket_prepare(self->listener) ||
      setsockopt(self->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(self->listener, address, sizeof self->options->listen) != 0 ||
      listen(self->listener, BACKLOG) != 0)
    return complain("listening");
  return true;
}

static bool announce(const server *self) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  char text[INET_ADDRSTRLEN];
  if (getsockname(self->listener, (struct sockaddr *)(void *)&address, &size) != 0 ||
      !inet_ntop(AF_INET, &address.sin_addr, text, sizeof text))
    return complain("listening");
  printf("{\"address\": \"%s:%u\"}\n", text, (unsigned)ntohs(address.sin_port));
  return fflush(stdout) == 0 || complain("stdout");
}

/* ---- serving ---- */

static void accept_client(server *self) {
  int fd = accept(self->listener, NULL, NULL);
  relay *added = fd >= 0 ? relay_open(self->proxy, self->options, fd) : NULL;
  if (!added)
    return;
  added->next = self->relays;
  self->relays = added;
  self->n_relays++;
}

static void close_dead(server *self, bool all) {
  relay **at = &self->relays;
  while (*at) {
    relay *each = *at;
    if (!each->dead && !all) {
      at = &each->next;
      continue;
    }
    *at = each->next;
    self->n_relays--;
    relay_close(each);
  }
}

static void read_input(server *self) {
  char data[256];
  ssize_t got = read(STDIN_FILENO, data, sizeof data);
  self->stopped = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

static nfds_t fill(server *self) {
  struct pollfd *fds = self->fds;
  bool room = self->n_relays < MOST_RELAYS;
  fds[LISTENER] = (struct pollfd){.fd = room ? self->listener : -1, .events = POLLIN};
  fds[WAKE] = (struct pollfd){.fd = wake_ends[0], .events = POLLIN};
  fds[INPUT] =
      (struct pollfd){.fd = self->options->exit_with_stdin ? STDIN_FILENO : -1, .events = POLLIN};
  nfds_t n = FIRST_RELAY;
  for (const relay *each = self->relays; each; each = each->next, n += 2)
    relay_wants(each, &fds[n]);
  return n;
}

static bool step(server *self) {
  nfds_t n = fill(self);
  if (poll(self->fds, n, -1) < 0)
    return errno == EINTR || complain("poll");
  n = FIRST_RELAY;
  for (relay *each = self->relays; each; each = each->next, n += 2)
    relay_ready(each, &self->fds[n]);
  close_dead(self, false);
  if (self->fds[LISTENER].revents)
    accept_client(self);
  if (self->fds[INPUT].revents)
    read_input(self);
  self->stopped = self->stopped || self->fds[WAKE].revents;
  return true;
}

static void clean_up(server *self) {
  close_dead(self, true);
  if (self->listener >= 0)
    close(self->listener);
  mtproxy_destroy(self->proxy);
  free(self);
  close(wake_ends[0]);
  close(wake_ends[1]);
}

bool serve(const serve_options *options) {
  server *self = calloc(1, sizeof *self);
  if (!self || pipe(wake_ends) != 0) {
    free(self);
    return complain("starting");
  }
  self->options = options;
  self->listener = -1;
  bool ok = make_proxy(self) && start_listening(self) && announce(self);
  while (ok && !self->stopped)
    ok = step(self);
  clean_up(self);
  return ok;
}
