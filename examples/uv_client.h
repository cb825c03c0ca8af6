/* A client in a libuv loop, by hooks: the client says which descriptors it wants watched, one
 * uv_poll_t each, and when it is to be woken. */
#ifndef UV_CLIENT_H
#define UV_CLIENT_H

#include <mtp/client.h>
#include <stddef.h>
#include <stdlib.h>
#include <uv.h>

typedef struct uv_watch {
  struct uv_watch *next;
  uv_poll_t poll; /* on the heap: closing one takes until the loop's next turn */
  int fd;
} uv_watch;

typedef struct uv_client {
  mtp_client *client;
  uv_loop_t *loop;
  uv_timer_t timer;
  uv_watch *watches;
  void (*worked)(void *ctx); /* after each turn; NULL */
  void *ctx;
} uv_client;

static inline void uv_client_work(uv_client *u) {
  mtp_client_process(u->client, NULL, 0);
  if (u->worked)
    u->worked(u->ctx);
}

static inline void uv_client_on_timer(uv_timer_t *timer) {
  uv_client_work((uv_client *)timer->data);
}

static inline void uv_client_on_ready(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  uv_client_work((uv_client *)poll->data);
}

static inline void uv_client_free_watch(uv_handle_t *poll) {
  free((char *)poll - offsetof(uv_watch, poll));
}

static inline uv_watch *uv_client_find(uv_client *u, int fd) {
  uv_watch *w = u->watches;
  while (w && w->fd != fd)
    w = w->next;
  return w;
}

static inline uv_watch *uv_client_add(uv_client *u, int fd) {
  uv_watch *w = (uv_watch *)calloc(1, sizeof *w);
  if (!w || uv_poll_init(u->loop, &w->poll, fd) != 0)
    abort();
  w->fd = fd;
  w->poll.data = u;
  w->next = u->watches;
  return u->watches = w;
}

static inline void uv_client_take_out(uv_client *u, int fd) {
  uv_watch **at = &u->watches;
  while (*at && (*at)->fd != fd)
    at = &(*at)->next;
  uv_watch *w = *at;
  if (!w)
    return;
  *at = w->next;
  uv_poll_stop(&w->poll);
  uv_close((uv_handle_t *)&w->poll, uv_client_free_watch);
}

static inline void uv_client_on_watch(void *ctx, int fd, short events) {
  uv_client *u = (uv_client *)ctx;
  int wanted = (events & POLLIN ? UV_READABLE : 0) | (events & POLLOUT ? UV_WRITABLE : 0);
  if (!wanted) {
    uv_client_take_out(u, fd);
    return;
  }
  uv_watch *w = uv_client_find(u, fd);
  uv_poll_start(w ? &w->poll : &uv_client_add(u, fd)->poll, wanted, uv_client_on_ready);
}

static inline void uv_client_on_wake(void *ctx, int timeout_ms) {
  uv_client *u = (uv_client *)ctx;
  if (timeout_ms < 0)
    uv_timer_stop(&u->timer);
  else
    uv_timer_start(&u->timer, uv_client_on_timer, (uint64_t)timeout_ms, 0);
}

/* From here on the loop turns the client. u must not move, and outlives the client. */
static inline mtp_status uv_client_begin(uv_client *u, uv_loop_t *loop, mtp_client *client) {
  mtp_loop_hooks hooks = {uv_client_on_watch, uv_client_on_wake, u};
  u->client = client;
  u->loop = loop;
  u->watches = NULL;
  uv_timer_init(loop, &u->timer);
  u->timer.data = u;
  return mtp_client_set_hooks(client, &hooks);
}

/* After the client was freed, which takes back what is watched. */
static inline void uv_client_end(uv_client *u) {
  uv_close((uv_handle_t *)&u->timer, NULL);
  uv_run(u->loop, UV_RUN_DEFAULT);
}

#endif
