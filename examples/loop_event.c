/* The client in a libevent loop, by hooks: an event for each descriptor that it wants watched, and
 * one for the time at which it is to be woken. */
#include <event2/event.h>

#include "example.h"

typedef struct watch {
  struct watch *next;
  struct event *event;
  int fd;
} watch;

typedef struct app {
  mtp_client *client;
  struct event_base *base;
  struct event *timer;
  watch *watches;
  int left;
} app;

static void on_event(evutil_socket_t fd, short what, void *ctx) {
  app *a = (app *)ctx;
  (void)fd;
  (void)what;
  mtp_client_process(a->client, NULL, 0);
  if (a->left <= 0)
    event_base_loopbreak(a->base);
}

static void take_out(app *a, int fd) {
  watch **at = &a->watches;
  while (*at && (*at)->fd != fd)
    at = &(*at)->next;
  watch *w = *at;
  if (!w)
    return;
  *at = w->next;
  event_free(w->event);
  free(w);
}

static void on_watch(void *ctx, int fd, short events) {
  app *a = (app *)ctx;
  int what = (events & POLLIN ? EV_READ : 0) | (events & POLLOUT ? EV_WRITE : 0);
  take_out(a, fd);
  if (!what)
    return;
  watch *w = (watch *)calloc(1, sizeof *w);
  if (!w)
    abort();
  w->fd = fd;
  w->event = event_new(a->base, fd, (short)(what | EV_PERSIST), on_event, a);
  w->next = a->watches;
  a->watches = w;
  event_add(w->event, NULL);
}

static void on_wake(void *ctx, int timeout_ms) {
  app *a = (app *)ctx;
  struct timeval time = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
  if (timeout_ms < 0)
    evtimer_del(a->timer);
  else
    evtimer_add(a->timer, &time);
}

int main(int argc, char **argv) {
  app a = {.client = example_client(argc, argv), .base = event_base_new(), .left = 3};
  mtp_loop_hooks hooks = {.watch = on_watch, .wake = on_wake, .ctx = &a};
  a.timer = evtimer_new(a.base, on_event, &a);
  if (mtp_client_set_hooks(a.client, &hooks) != MTP_OK)
    return 1;
  for (int i = 0; i < 3; i++)
    if (!example_call(a.client, &a.left))
      a.left--;
  if (a.left > 0)
    event_base_dispatch(a.base);
  mtp_client_free(a.client); /* takes back what is watched */
  event_free(a.timer);
  event_base_free(a.base);
  return 0;
}
