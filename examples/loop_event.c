/* The client in a libevent loop: after each turn, one-shot events for what it waits for next. */
#include <event2/event.h>

#include "example.h"

enum { MAX_FDS = 16 };

typedef struct app {
  mtp_client *client;
  struct event_base *base;
  struct event *events[MAX_FDS];
  size_t n;
  int left;
} app;

static void on_event(evutil_socket_t fd, short what, void *ctx);

static void wait_for_more(app *a) {
  struct pollfd fds[MAX_FDS];
  int timeout = mtp_client_timeout(a->client);
  struct timeval time = {timeout / 1000, timeout % 1000 * 1000};
  a->n = mtp_client_fds(a->client, fds, MAX_FDS);
  if (a->n > MAX_FDS)
    a->n = MAX_FDS;
  for (size_t i = 0; i < a->n; i++) {
    int what = (fds[i].events & POLLIN ? EV_READ : 0) | (fds[i].events & POLLOUT ? EV_WRITE : 0);
    a->events[i] = event_new(a->base, fds[i].fd, (short)what, on_event, a);
    event_add(a->events[i], timeout < 0 ? NULL : &time);
  }
}

static void on_event(evutil_socket_t fd, short what, void *ctx) {
  app *a = ctx;
  (void)fd;
  (void)what;
  for (size_t i = 0; i < a->n; i++) /* descriptors may be closed in what follows */
    event_free(a->events[i]);
  a->n = 0;
  mtp_client_process(a->client, NULL, 0);
  if (a->left > 0)
    wait_for_more(a);
}

int main(int argc, char **argv) {
  app a = {.client = example_client(argc, argv), .base = event_base_new(), .left = 3};
  for (int i = 0; i < 3; i++)
    if (!example_call(a.client, &a.left))
      a.left--;
  if (a.left > 0)
    wait_for_more(&a);
  event_base_dispatch(a.base);
  event_base_free(a.base);
  mtp_client_free(a.client);
  return 0;
}
