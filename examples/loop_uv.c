/* The client in a libuv loop. Before the loop waits, a uv_prepare_t asks the client which
 * descriptors it wants watched and until when; whatever wakes the loop, the client then does what
 * it can. */
#include <uv.h>

#include "example.h"

enum { MAX_FDS = 16 };

typedef struct app {
  mtp_client *client;
  uv_prepare_t prepare;
  uv_timer_t timer;
  uv_poll_t *watches[MAX_FDS]; /* each on the heap: closing one takes until the loop's next turn */
  int fds[MAX_FDS];
  int left;
} app;

static void work(app *a) {
  mtp_client_process(a->client, NULL, 0);
  if (a->left <= 0)
    uv_stop(a->prepare.loop);
}

static void on_timer(uv_timer_t *timer) {
  work(timer->data);
}

static void on_ready(uv_poll_t *watch, int status, int events) {
  (void)status;
  (void)events;
  work(watch->data);
}

static void free_watch(uv_handle_t *handle) {
  free(handle);
}

static void unwatch(app *a, size_t i) {
  if (a->watches[i])
    uv_close((uv_handle_t *)a->watches[i], free_watch);
  a->watches[i] = NULL;
}

static void watch_fd(app *a, size_t i, const struct pollfd *fd) {
  int events = (fd->events & POLLIN ? UV_READABLE : 0) | (fd->events & POLLOUT ? UV_WRITABLE : 0);
  if (a->watches[i] && a->fds[i] != fd->fd)
    unwatch(a, i);
  if (!a->watches[i]) {
    a->watches[i] = malloc(sizeof *a->watches[i]);
    if (!a->watches[i])
      return;
    uv_poll_init(a->prepare.loop, a->watches[i], fd->fd);
    a->watches[i]->data = a;
    a->fds[i] = fd->fd;
  }
  uv_poll_start(a->watches[i], events, on_ready);
}

static void on_prepare(uv_prepare_t *prepare) {
  app *a = prepare->data;
  struct pollfd fds[MAX_FDS];
  size_t n = mtp_client_fds(a->client, fds, MAX_FDS);
  int timeout = mtp_client_timeout(a->client);
  for (size_t i = 0; i < MAX_FDS; i++) {
    if (i < n)
      watch_fd(a, i, &fds[i]);
    else
      unwatch(a, i);
  }
  if (timeout < 0)
    uv_timer_stop(&a->timer);
  else
    uv_timer_start(&a->timer, on_timer, (uint64_t)timeout, 0);
}

int main(int argc, char **argv) {
  app a = {.client = example_client(argc, argv), .left = 3};
  uv_loop_t *loop = uv_default_loop();
  uv_prepare_init(loop, &a.prepare);
  uv_timer_init(loop, &a.timer);
  a.prepare.data = a.timer.data = &a;
  uv_prepare_start(&a.prepare, on_prepare);
  for (int i = 0; i < 3; i++)
    if (!example_call(a.client, &a.left))
      a.left--;
  if (a.left > 0)
    uv_run(loop, UV_RUN_DEFAULT);
  for (size_t i = 0; i < MAX_FDS; i++)
    unwatch(&a, i);
  uv_close((uv_handle_t *)&a.prepare, NULL);
  uv_close((uv_handle_t *)&a.timer, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  mtp_client_free(a.client);
  return 0;
}
