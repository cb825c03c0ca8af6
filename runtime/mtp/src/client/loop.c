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
#include "client/network.h"
#include "client/updates_ask.h"

enum { MAX_ROUNDS = 16, MAX_FDS = 64, UNWATCHED_MS = 50, MAX_WAIT_MS = 3600000 };

size_t mtp_client_fds(const mtp_client *client, struct pollfd *fds, size_t n) {
  size_t used = 0;
  if (n > 0)
    fds[0] = (struct pollfd){.fd = client->inbox.wake.read_fd, .events = POLLIN};
  used++;
  for (const mtp_conn *conn = client->conns; conn; conn = conn->next)
    used += mtp_conn_fds(conn, used < n ? fds + used : NULL, used < n ? n - used : 0);
  return used;
}

int mtp_client_timeout(const mtp_client *client) {
  if (client->ended.first || client->dirty || client->turn_over)
    return 0;
  if (client->closed)
    return -1;
  mtp_now now = mtp_client_now(client);
  int64_t first = MTP_NEVER;
  for (const mtp_conn *conn = client->conns; conn; conn = conn->next) {
    int64_t at = mtp_conn_deadline(conn, now);
    if (at < first)
      first = at;
  }
  int64_t updates = mtp_updates_due(client);
  if (updates < first)
    first = updates;
  if (first == MTP_NEVER)
    return -1;
  if (first <= now.monotonic_ms)
    return 0;
  int64_t left = first - now.monotonic_ms;
  return left < MAX_WAIT_MS ? (int)left : MAX_WAIT_MS;
}

static bool process_once(mtp_client *client) {
  mtp_now now = mtp_client_now(client);
  mtp_client_notice_sleep(client, now);
  bool did = mtp_inbox_drain(client);
  for (mtp_conn *conn = client->conns; conn && !client->closed; conn = conn->next)
    did = mtp_conn_process(conn, now) || did;
  did = mtp_updates_process(client, now) || did;
  return mtp_calls_deliver(client) || did;
}

/* Callbacks start calls, and answers open gates: go on until nothing moves, but let others of the
 * program have their turn. */
void mtp_client_process(mtp_client *client, const struct pollfd *fds, size_t n) {
  (void)fds; /* sockets do not block: trying each costs less than looking it up */
  (void)n;
  if (client->delivering)
    return;
  mtp_turn_begin(client);
  for (int i = 0; i < MAX_ROUNDS; i++) {
    client->dirty = false;
    if ((!process_once(client) && !client->dirty) || mtp_turn_over(client))
      break;
  }
  if (client->closed) /* from inside a callback */
    mtp_conns_settle(client, mtp_client_now(client));
}

void mtp_client_poll(mtp_client *client, int timeout_ms) {
  struct pollfd fds[MAX_FDS];
  if (client->delivering)
    return;
  size_t n = mtp_client_fds(client, fds, MAX_FDS);
  int wait = mtp_client_timeout(client);
  if (n > MAX_FDS) { /* those that are not watched are looked at often */
    n = MAX_FDS;
    wait = wait < 0 || wait > UNWATCHED_MS ? UNWATCHED_MS : wait;
  }
  if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
    wait = timeout_ms;
  int ready;
  do
    ready = poll(fds, (nfds_t)n, wait);
  while (ready < 0 && errno == EINTR && wait < 0);
  mtp_client_process(client, fds, n);
}
