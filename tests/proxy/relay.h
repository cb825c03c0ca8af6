/* One client of the proxy and its connection to a data centre. */
#ifndef TGPROXY_RELAY_H
#define TGPROXY_RELAY_H

#include <poll.h>

#include "mtproxy.h"
#include "serve.h"

typedef struct relay {
  struct relay *next;
  const serve_options *options;
  mtproxy_link *link;
  int fd[2];     /* by mtproxy_side; -1: not there */
  bool ended[2]; /* says nothing more */
  bool connecting, dead;
} relay;

/* Takes the socket over, also when it fails (NULL: no memory). */
relay *relay_open(mtproxy *proxy, const serve_options *options, int fd);
void relay_close(relay *self);

/* What to wait for; poll() skips what there is not. */
void relay_wants(const relay *self, struct pollfd fds[2]);
/* What poll() said. Afterwards `dead` tells whether the relay is to be closed. */
void relay_ready(relay *self, const struct pollfd fds[2]);

/* For sockets of all kinds here. */
bool socket_prepare(int fd);

#endif
