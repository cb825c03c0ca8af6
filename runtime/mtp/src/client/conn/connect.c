/* Opening a connection: when, to which of the addresses of its data centre, and through what. */
#include "client/conn/connect.h"

#include <string.h>

#include "client/address.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/disconnect.h"
#include "client/conn/outcome.h"
#include "client/conn/wanted.h"
#include "client/context.h"
#include "client/dc/cdn_keys.h"
#include "client/dc/dc.h"
#include "client/lease.h"
#include "client/stats/stats.h"

/* Puts the targets in front that have not been tried for longest. */
static void rotate(mtp_target *targets, size_t n, unsigned turn) {
  mtp_target rotated[MTP_TARGETS_MAX];
  for (size_t i = 0; i < n; i++)
    rotated[i] = targets[(i + turn) % n];
  memcpy(targets, rotated, n * sizeof *targets);
}

static bool needs_tls(const mtp_options *o) {
  return mtp_options_traits(o).tls || (o->proxy && o->proxy->kind == MTP_PROXY_HTTPS);
}

static mtp_status prepare_tls(mtp_client *client, mtp_error *error) {
  const mtp_options *o = &client->options;
  if (client->tls || !needs_tls(o))
    return MTP_OK;
  return mtp_link_tls_new(o->tls_ca_file, o->tls_insecure, &client->tls, error);
}

static const char *web_path(const mtp_options *o) {
  bool websocket = mtp_options_traits(o).websocket;
  const char *path = websocket ? o->ws_path : o->http_path;
  bool standard = !path || strcmp(path, websocket ? "/apiws" : "/api") == 0;
  return standard && (o->test || !path) ? NULL : path;
}

/* A proxy of fake TLS refuses who does not know what time it is. Where the server's is a hint that
 * was kept, and leads nowhere, it is the system's by turns: a clock that was wrong may have been
 * set right since (TB-5). */
static int64_t time_for_proxy(const mtp_conn *conn) {
  bool in_vain = conn->turn / 2 % 2 != 0;
  return in_vain ? mtp_client_now(conn->client).wall_ms / 1000
                 : mtp_dc_time(mtp_dc_keyed(conn->dc));
}

mtp_status mtp_connect_open(mtp_conn *conn, mtp_now now, mtp_link **out, mtp_error *error) {
  mtp_client *client = conn->client;
  const mtp_options *o = &client->options;
  mtp_target targets[MTP_TARGETS_MAX];
  size_t n =
      mtp_targets_find(o, &client->session, conn->dc->id, conn->dc->media, conn->dc->cdn, targets);
  if (n)
    rotate(targets, n, conn->turn);
  mtp_status status = prepare_tls(client, error);
  if (status != MTP_OK)
    return status;
  mtp_link_config config = {
      .allocator = client->allocator,
      .rng = &client->rng,
      .transport = mtp_options_traits(o).name,
      .path = web_path(o),
      .test = o->test,
      .proxy = o->proxy,
      .tls = client->tls,
      .targets = targets,
      .n_targets = n,
      .dc = conn->dc->id,
      .hook = mtp_hooks_of_links(client),
      .meter = {.moved = mtp_stats_bytes, .ctx = conn->dc},
      .media = conn->dc->media,
      .unix_time = time_for_proxy(conn),
      .timeout_ms = o->connect_timeout_ms,
      .may_write = o->lease_ms ? mtp_lease_may_write : NULL,
      .may_write_ctx = client,
      .second_way = conn->turn % 2, /* nothing tells which one is right: by turns */
  };
  return mtp_link_open(&config, now.monotonic_ms, out, error);
}

static bool may_connect(const mtp_conn *conn, mtp_now now) {
  return !conn->lanes[0].link && !conn->stopped && !conn->client->closed && mtp_conn_needed(conn) &&
         now.monotonic_ms >= conn->retry_at && !mtp_conn_is_over(conn) &&
         mtp_lease_left(conn->client) > 0 &&
         (mtp_conn_key(conn) || !conn->dc->making || conn->dc->making == conn);
}

void mtp_connect_when_due(mtp_conn *conn, mtp_now now) {
  if (!may_connect(conn, now))
    return;
  if (mtp_dc_is_misnamed(conn->dc)) {
    mtp_conn_fail_text(conn, MTP_ERR_PROTOCOL, "a CDN with the number of a data centre", true);
    return;
  }
  if (mtp_cdn_exchange_due(conn) && !mtp_cdn_keys_ready(conn->client))
    return;
  mtp_error error;
  (void)mtp_dc_begin_key(conn);
  conn->connect_deadline = now.monotonic_ms + conn->client->options.connect_timeout_ms;
  if (!conn->connected)
    mtp_conn_tell(conn, MTP_CONNECTION_CONNECTING, NULL);
  if (mtp_connect_open(conn, now, &conn->lanes[0].link, &error) != MTP_OK)
    mtp_conn_fail(conn, &error, error.status == MTP_ERR_ARGUMENT);
}

void mtp_connect_check_time(mtp_conn *conn, mtp_now now) {
  bool ready = conn->connected && !conn->exchange;
  if (!conn->lanes[0].link || ready || now.monotonic_ms < conn->connect_deadline)
    return;
  mtp_conn_fail_late(conn);
}

int64_t mtp_connect_deadline(const mtp_conn *conn) {
  const mtp_client *client = conn->client;
  bool keys_due = mtp_cdn_exchange_due(conn) && client->cdn_asked && client->n_cdn_keys == 0;
  bool waits = !keys_due && may_connect(conn, (mtp_now){.monotonic_ms = MTP_NEVER});
  return waits ? conn->retry_at : MTP_NEVER;
}
