/* The loop: descriptors and time out, process in; and the built-in one for those who want to wait.
 */
#include <errno.h>

#include "client/call/deliver.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/failed.h"
#include "client/conn/traffic.h"
#include "client/conn/turn.h"
#include "client/context.h"
#include "client/lease.h"
#include "client/network.h"
#include "client/updates_ask.h"

enum { MAX_ROUNDS = 16, UNWATCHED_MS = 50 };

/* All that there are, in memory of the allocator; NULL without memory. */
static struct pollfd *list_fds(const mtp_client *client, size_t *n) {
  *n = mtp_client_fds(client, NULL, 0);
  struct pollfd *fds = tl_alloc(client->allocator, *n * sizeof *fds);
  if (fds)
    (void)mtp_client_fds(client, fds, *n);
  return fds;
}

/* What is wanted has changed, or may have. */
static void tell_hooks(mtp_client *client) {
  size_t n;
  if (!mtp_hooks_are_set(client))
    return;
  struct pollfd *fds = list_fds(client, &n);
  if (fds)
    mtp_hooks_tell(client, fds, n, mtp_client_timeout(client));
  else
    client->hooks.set.wake(client->hooks.set.ctx, UNWATCHED_MS); /* what is watched may be old */
  tl_free(client->allocator, fds, n * sizeof *fds);
}

mtp_status mtp_client_set_hooks(mtp_client *client, const mtp_loop_hooks *hooks) {
  size_t n;
  if (mtp_hooks_are_set(client))
    mtp_hooks_clear(client);
  if (!hooks)
    return MTP_OK;
  struct pollfd *fds = list_fds(client, &n);
  if (!fds)
    return MTP_ERR_NOMEM;
  client->hooks.set = *hooks;
  mtp_hooks_tell(client, fds, n, mtp_client_timeout(client));
  tl_free(client->allocator, fds, n * sizeof *fds);
  return MTP_OK;
}

static bool process_once(mtp_client *client) {
  mtp_now now = mtp_client_now(client);
  mtp_client_notice_sleep(client, now);
  bool did = mtp_inbox_drain(client);
  mtp_lease_check(client);
  for (mtp_conn *conn = client->conns; conn && !client->closed; conn = conn->next)
    did = mtp_conn_process(conn, now) || did;
  did = mtp_updates_process(client, now) || did;
  return mtp_calls_deliver(client) || did;
}

/* Callbacks start calls, and answers open gates: go on until nothing moves, but let others of the
 * program have their turn. */
void mtp_client_process(mtp_client *client, const struct pollfd *fds, size_t n) {
  if (client->delivering)
    return;
  client->ready = fds;
  client->n_ready = n;
  mtp_turn_begin(client);
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    mtp_traffic_look(conn);
  for (int i = 0; i < MAX_ROUNDS; i++) {
    client->dirty = false;
    bool did = process_once(client);
    client->ready = NULL; /* looked at; what has come of it may be anywhere */
    if ((!did && !client->dirty) || mtp_turn_over(client))
      break;
  }
  if (client->closed) /* from inside a callback */
    mtp_conns_settle(client, mtp_client_now(client));
  tell_hooks(client);
}

void mtp_client_poll(mtp_client *client, int timeout_ms) {
  size_t n;
  if (client->delivering)
    return;
  struct pollfd *fds = list_fds(client, &n);
  int wait = mtp_client_timeout(client);
  if (!fds && (wait < 0 || wait > UNWATCHED_MS)) /* nothing can be watched: look often */
    wait = UNWATCHED_MS;
  if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
    wait = timeout_ms;
  int ready;
  do
    ready = poll(fds, fds ? (nfds_t)n : 0, wait);
  while (ready < 0 && errno == EINTR && wait < 0);
  mtp_client_process(client, ready < 0 ? NULL : fds, n);
  tl_free(client->allocator, fds, n * sizeof *fds);
}
