/* The client in a libuv loop, by hooks: the client says which descriptors it wants watched, one
 * uv_poll_t each, and when it is to be woken. */
#include <uv.h>

#include "example.h"

typedef struct watch {
  struct watch *next;
  uv_poll_t poll; /* on the heap: closing one takes until the loop's next turn */
  int fd;
} watch;

typedef struct app {
  mtp_client *client;
  uv_loop_t *loop;
  uv_timer_t timer;
  watch *watches;
  int left;
} app;

static void work(app *a) {
  mtp_client_process(a->client, NULL, 0);
  if (a->left <= 0)
    uv_stop(a->loop);
}

static void on_timer(uv_timer_t *timer) {
  work(timer->data);
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  work(poll->data);
}

static void free_watch(uv_handle_t *poll) {
  free((char *)poll - offsetof(watch, poll));
}

static watch *find(app *a, int fd) {
  watch *w = a->watches;
  while (w && w->fd != fd)
    w = w->next;
  return w;
}

static watch *add(app *a, int fd) {
  watch *w = calloc(1, sizeof *w);
  if (!w || uv_poll_init(a->loop, &w->poll, fd) != 0)
    abort();
  w->fd = fd;
  w->poll.data = a;
  w->next = a->watches;
  return a->watches = w;
}

static void take_out(app *a, int fd) {
  watch **at = &a->watches;
  while (*at && (*at)->fd != fd)
    at = &(*at)->next;
  watch *w = *at;
  if (!w)
    return;
  *at = w->next;
  uv_poll_stop(&w->poll);
  uv_close((uv_handle_t *)&w->poll, free_watch);
}

static void on_watch(void *ctx, int fd, short events) {
  app *a = ctx;
  int wanted = (events & POLLIN ? UV_READABLE : 0) | (events & POLLOUT ? UV_WRITABLE : 0);
  if (!wanted) {
    take_out(a, fd);
    return;
  }
  watch *w = find(a, fd);
  uv_poll_start(w ? &w->poll : &add(a, fd)->poll, wanted, on_ready);
}

static void on_wake(void *ctx, int timeout_ms) {
  app *a = ctx;
  if (timeout_ms < 0)
    uv_timer_stop(&a->timer);
  else
    uv_timer_start(&a->timer, on_timer, (uint64_t)timeout_ms, 0);
}

int main(int argc, char **argv) {
  app a = {.client = example_client(argc, argv), .loop = uv_default_loop(), .left = 3};
  mtp_loop_hooks hooks = {.watch = on_watch, .wake = on_wake, .ctx = &a};
  uv_timer_init(a.loop, &a.timer);
  a.timer.data = &a;
  if (mtp_client_set_hooks(a.client, &hooks) != MTP_OK)
    return 1;
  for (int i = 0; i < 3; i++)
    if (!example_call(a.client, &a.left))
      a.left--;
  if (a.left > 0)
    uv_run(a.loop, UV_RUN_DEFAULT);
  mtp_client_free(a.client); /* takes back what is watched */
  uv_close((uv_handle_t *)&a.timer, NULL);
  uv_run(a.loop, UV_RUN_DEFAULT);
  return 0;
}
