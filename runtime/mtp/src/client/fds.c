/* What a loop has to wait for: descriptors and time. */
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/traffic.h"
#include "client/conn/turn.h"
#include "client/context.h"
#include "client/lease.h"
#include "client/updates_ask.h"

enum { MAX_WAIT_MS = 3600000 };

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
  int64_t lease = mtp_lease_deadline(client, now);
  if (lease < first)
    first = lease;
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
