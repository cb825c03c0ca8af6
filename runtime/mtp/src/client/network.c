/* The network is another one, or the machine has slept: connections are asked whether they live,
 * waits lose their reason. */
#include "client/network.h"

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/log.h"
#include "client/updates.h"

/* What was under way may lead nowhere, and waits have lost their reason. */
static void start_afresh(mtp_conn *conn, mtp_now now) {
  conn->penalty = conn->failures = 0;
  conn->retry_at = now.monotonic_ms;
  if (conn->connected && !conn->exchange)
    mtp_engine_probe(conn->engine);
  else if (conn->lanes[0].link)
    mtp_conn_drop(conn);
}

void mtp_client_network_changed(mtp_client *client) {
  mtp_now now = mtp_client_now(client);
  for (mtp_conn *conn = client->conns; conn && !client->closed; conn = conn->next)
    start_afresh(conn, now);
  client->dirty = true;
  mtp_hooks_poke(client);
}

/* A clock that was set back may hide a sleep: what is known of the server's time is in doubt either
 * way. */
void mtp_client_notice_sleep(mtp_client *client, mtp_now now) {
  enum { SLEPT_MS = 10000 };
  int64_t apart = now.wall_ms - now.monotonic_ms;
  int64_t moved = client->clocks_known ? apart - client->clocks_apart : 0;
  client->clocks_known = true;
  client->clocks_apart = apart;
  if (moved >= -SLEPT_MS && moved <= SLEPT_MS)
    return;
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    mtp_engine_slept(conn->engine);
  if (moved < 0)
    return;
  mtp_log(client, MTP_LOG_INFO, "the clock has gone on: the machine has slept");
  mtp_client_network_changed(client);
  mtp_updates_slept(client);
}
