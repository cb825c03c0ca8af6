/* What a loop has been told to watch, and what to tell it next. A descriptor is taken back before
 * it is closed: another one may get its number at once. */
#include "client/hooks.h"

#include "client/client.h"

enum { UNWATCHED_MS = 50 };

bool mtp_hooks_are_set(const mtp_client *client) {
  return client->hooks.set.watch != NULL;
}

static struct pollfd *find(mtp_hooks *hooks, int fd) {
  for (size_t i = 0; i < hooks->n; i++)
    if (hooks->watched[i].fd == fd)
      return &hooks->watched[i];
  return NULL;
}

static void tell(const mtp_hooks *hooks, int fd, short events) {
  hooks->set.watch(hooks->set.ctx, fd, events);
}

static void unwatch(mtp_hooks *hooks, struct pollfd *watched) {
  tell(hooks, watched->fd, 0);
  *watched = hooks->watched[--hooks->n];
}

static void closing(void *ctx, int fd) {
  mtp_client *client = ctx;
  struct pollfd *watched = mtp_hooks_are_set(client) ? find(&client->hooks, fd) : NULL;
  if (watched)
    unwatch(&client->hooks, watched);
}

mtp_fd_hook mtp_hooks_of_links(mtp_client *client) {
  return (mtp_fd_hook){.closing = closing, .ctx = client};
}

static bool make_room(mtp_client *client, size_t n) {
  mtp_hooks *hooks = &client->hooks;
  if (n <= hooks->room)
    return true;
  struct pollfd *grown = tl_realloc(client->allocator, hooks->watched, hooks->room * sizeof *grown,
                                    2 * n * sizeof *grown);
  if (!grown)
    return false;
  hooks->watched = grown;
  hooks->room = 2 * n;
  return true;
}

static bool is_wanted(const struct pollfd *fds, size_t n, int fd) {
  for (size_t i = 0; i < n; i++)
    if (fds[i].fd == fd)
      return true;
  return false;
}

/* False: it cannot be watched. */
static bool watch(mtp_client *client, const struct pollfd *wanted) {
  mtp_hooks *hooks = &client->hooks;
  struct pollfd *watched = find(hooks, wanted->fd);
  if (watched && watched->events == wanted->events)
    return true;
  if (!watched && !make_room(client, hooks->n + 1))
    return false;
  if (!watched)
    watched = &hooks->watched[hooks->n++];
  *watched = *wanted;
  tell(hooks, wanted->fd, wanted->events);
  return true;
}

void mtp_hooks_tell(mtp_client *client, const struct pollfd *fds, size_t n, int timeout_ms) {
  mtp_hooks *hooks = &client->hooks;
  bool all = true;
  for (size_t i = hooks->n; i > 0; i--)
    if (!is_wanted(fds, n, hooks->watched[i - 1].fd))
      unwatch(hooks, &hooks->watched[i - 1]);
  for (size_t i = 0; i < n; i++)
    all = watch(client, &fds[i]) && all;
  if (!all && (timeout_ms < 0 || timeout_ms > UNWATCHED_MS))
    timeout_ms = UNWATCHED_MS;
  hooks->set.wake(hooks->set.ctx, timeout_ms);
}

void mtp_hooks_poke(mtp_client *client) {
  if (mtp_hooks_are_set(client) && !client->delivering)
    client->hooks.set.wake(client->hooks.set.ctx, 0);
}

void mtp_hooks_clear(mtp_client *client) {
  mtp_hooks *hooks = &client->hooks;
  while (hooks->n)
    unwatch(hooks, &hooks->watched[hooks->n - 1]);
  tl_free(client->allocator, hooks->watched, hooks->room * sizeof *hooks->watched);
  *hooks = (mtp_hooks){0};
}
