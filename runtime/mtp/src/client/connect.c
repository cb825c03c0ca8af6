/* Connecting a centre: when, to which of its addresses, and through what. */
#include <string.h>

#include "client/address.h"
#include "client/internal.h"

void mtp_centre_disconnect(mtp_centre *centre, mtp_now now, const mtp_error *why) {
  mtp_exchange_free(centre);
  for (size_t i = 0; i < MTP_LANES; i++) {
    mtp_link_close(centre->lanes[i].link);
    centre->lanes[i] = (mtp_lane){0};
  }
  centre->connected = false;
  centre->alive_since = 0;
  mtp_engine_disconnected(centre->engine, now);
  mtp_centre_tell(centre, MTP_CONNECTION_CLOSED, why);
}

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

mtp_status mtp_connect_open(mtp_centre *centre, mtp_now now, mtp_link **out, mtp_error *error) {
  mtp_client *client = centre->client;
  const mtp_options *o = &client->options;
  mtp_target targets[MTP_TARGETS_MAX];
  size_t n = mtp_targets_find(o, &client->session, centre->dc, centre->media, centre->cdn, targets);
  if (n)
    rotate(targets, n, centre->turn);
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
      .dc = centre->dc,
      .media = centre->media,
      .unix_time = now.wall_ms / 1000 + client->session.time_offset,
      .timeout_ms = o->connect_timeout_ms,
      .second_way = centre->turn % 2, /* nothing tells which one is right: by turns */
  };
  return mtp_link_open(&config, now.monotonic_ms, out, error);
}

static bool may_connect(const mtp_centre *centre, mtp_now now) {
  return !centre->lanes[0].link && !centre->stopped && !centre->client->closed &&
         mtp_centre_needed(centre) && now.monotonic_ms >= centre->retry_at &&
         !mtp_centre_key_is_made(centre);
}

void mtp_connect_when_due(mtp_centre *centre, mtp_now now) {
  if (!may_connect(centre, now))
    return;
  if (centre->cdn && !mtp_centre_key(centre) && !mtp_cdn_keys_ready(centre->client))
    return;
  mtp_error error;
  centre->connect_deadline = now.monotonic_ms + centre->client->options.connect_timeout_ms;
  if (!centre->connected)
    mtp_centre_tell(centre, MTP_CONNECTION_CONNECTING, NULL);
  if (mtp_connect_open(centre, now, &centre->lanes[0].link, &error) != MTP_OK)
    mtp_centre_failed(centre, &error, error.status == MTP_ERR_ARGUMENT, now);
}

void mtp_connect_timed_out(mtp_centre *centre, mtp_now now) {
  const mtp_link *link = centre->lanes[0].link;
  mtp_error error;
  if (link && mtp_link_at_proxy(link))
    mtp_error_set(&error, MTP_ERR_PROXY, "nothing came through the proxy in time");
  else
    mtp_error_set(&error, MTP_ERR_NETWORK, "connecting took too long");
  mtp_centre_failed(centre, &error, false, now);
}

void mtp_connect_check_time(mtp_centre *centre, mtp_now now) {
  bool ready = centre->connected && !centre->exchange;
  if (!centre->lanes[0].link || ready || now.monotonic_ms < centre->connect_deadline)
    return;
  mtp_connect_timed_out(centre, now);
}

int64_t mtp_connect_deadline(const mtp_centre *centre) {
  const mtp_client *client = centre->client;
  bool keys_due = centre->cdn && client->cdn_asked && client->n_cdn_keys == 0;
  bool waits = !keys_due && may_connect(centre, (mtp_now){.monotonic_ms = MTP_NEVER});
  return waits ? centre->retry_at : MTP_NEVER;
}
