/* A session that another process may take over. A connection is closed when the lease runs out;
 * what would be written in the same turn, after a pause of the whole process even, is not (link.h
 * asks before each write). */
#include "client/lease.h"

#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/events.h"
#include "client/policy/rpc_error.h"

enum { ASK_AGAIN_MS = 250 };

int64_t mtp_lease_left(const mtp_client *client) {
  const mtp_options *o = &client->options;
  return o->lease_ms ? o->lease_ms(o->lease_ctx) : MTP_NEVER;
}

bool mtp_lease_may_write(const void *ctx) {
  return mtp_lease_left(ctx) > 0;
}

static void taken_over(mtp_client *client) {
  mtp_event event = {.type = MTP_EVENT_TAKEN_OVER, .dc = client->session.home_dc};
  mtp_error_set(&event.error, MTP_ERR_STORE, MTP_LEASE_LOST);
  if (!client->taken_over)
    mtp_event_push(client, &event);
  client->taken_over = true;
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    if (conn->lanes[0].link)
      mtp_conn_fail(conn, &event.error, true);
    else
      mtp_conn_fail_calls(conn, &event.error);
}

void mtp_lease_check(mtp_client *client) {
  int64_t left = mtp_lease_left(client);
  if (left < 0)
    taken_over(client);
  for (mtp_conn *conn = client->conns; conn && left == 0; conn = conn->next)
    if (conn->lanes[0].link)
      mtp_conn_fail_text(conn, MTP_ERR_NETWORK, "the lease on the session has run out", false);
}

int64_t mtp_lease_deadline(const mtp_client *client, mtp_now now) {
  int64_t left = mtp_lease_left(client);
  if (left == MTP_NEVER)
    return MTP_NEVER;
  return now.monotonic_ms + (left > 0 ? left : ASK_AGAIN_MS);
}
