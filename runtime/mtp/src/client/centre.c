/* One data centre: its engine, its connection, and the packets between the two. */
#include "client/internal.h"

#include <string.h>

#include <openssl/crypto.h>

#include "client/address.h"

static const char *const transport_names[] = {"abridged", "intermediate", "padded", "full",
                                              "ws",       "wss",          "http",   "https"};
static const char *const obfuscated_names[] = {"obfuscated-abridged", "obfuscated-intermediate",
                                               "obfuscated-padded"};

enum { IDLE_MS = 60000, PING_SLACK_S = 15, DRAIN_CHECK_MS = 1000 };

const char *mtp_centre_transport(const mtp_client *client) {
  const mtp_options *o = &client->options;
  if (o->obfuscated && o->transport <= MTP_TRANSPORT_PADDED)
    return obfuscated_names[o->transport];
  return transport_names[o->transport];
}

/* ---- making ---- */

static bool make_engine(mtp_centre *centre) {
  const mtp_client *client = centre->client;
  mtp_engine_config config;
  mtp_engine_config_init(&config);
  config.allocator = client->allocator;
  config.rng = &client->rng;
  config.ping_ms = client->options.ping_s * 1000;
  config.ping_delay_s = client->options.ping_s + PING_SLACK_S;
  mtp_link_traits(mtp_centre_transport(client), client->options.proxy, &config.padded,
                  &config.http);
  if (mtp_engine_new(&config, &centre->engine) != MTP_ENGINE_OK)
    return false;
  mtp_engine_hold(centre->engine, !centre->cdn);
  return true;
}

static mtp_centre *make(mtp_client *client, int32_t dc, bool media, bool cdn) {
  mtp_centre *centre = tl_alloc_zero(client->allocator, sizeof *centre);
  if (!centre)
    return NULL;
  centre->client = client;
  centre->dc = dc;
  centre->media = media;
  centre->cdn = cdn;
  centre->idle_since = MTP_NEVER;
  if (!make_engine(centre)) {
    tl_free(client->allocator, centre, sizeof *centre);
    return NULL;
  }
  const mtp_dc_key *key = mtp_centre_key(centre);
  centre->imported = key && key->imported;
  centre->next = client->centres;
  client->centres = centre;
  return centre;
}

mtp_centre *mtp_centre_get(mtp_client *client, int32_t dc, bool media, bool cdn) {
  for (mtp_centre *centre = client->centres; centre; centre = centre->next)
    if (centre->dc == dc && centre->media == media && centre->cdn == cdn)
      return centre;
  return make(client, dc, media, cdn);
}

mtp_centre *mtp_centre_home(mtp_client *client) {
  return mtp_centre_get(client, client->session.home_dc, false, false);
}

mtp_centre *mtp_centre_for(mtp_client *client, const mtp_call_options *options) {
  int32_t dc = options->dc ? options->dc : client->session.home_dc;
  return mtp_centre_get(client, dc, options->media, options->cdn);
}

bool mtp_centre_is_home(const mtp_centre *centre) {
  return centre->dc == centre->client->session.home_dc && !centre->media && !centre->cdn;
}

void mtp_centre_free(mtp_centre *centre) {
  mtp_exchange_free(centre);
  mtp_link_close(centre->link);
  mtp_engine_free(centre->engine);
  const tl_allocator *allocator = centre->client->allocator;
  OPENSSL_cleanse(centre, sizeof *centre);
  tl_free(allocator, centre, sizeof *centre);
}

void mtp_centre_fail_calls(mtp_centre *centre, const mtp_error *error) {
  while (centre->calls.first)
    mtp_call_end(centre->calls.first, error, NULL);
}

/* ---- connecting ---- */

void mtp_centre_tell(mtp_centre *centre, mtp_connection_state state, const mtp_error *error) {
  if (centre->told == state)
    return;
  centre->told = state;
  mtp_event_connection(centre->client, centre->dc, state, error);
}

void mtp_centre_disconnect(mtp_centre *centre, mtp_now now, const mtp_error *why) {
  mtp_exchange_free(centre);
  mtp_link_close(centre->link);
  centre->link = NULL;
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
  return o->transport == MTP_TRANSPORT_WSS || o->transport == MTP_TRANSPORT_HTTPS ||
         (o->proxy && o->proxy->kind == MTP_PROXY_HTTPS);
}

static mtp_status prepare_tls(mtp_client *client, mtp_error *error) {
  const mtp_options *o = &client->options;
  if (client->tls || !needs_tls(o))
    return MTP_OK;
  return mtp_link_tls_new(o->tls_ca_file, o->tls_insecure, &client->tls, error);
}

static const char *web_path(const mtp_options *o) {
  bool websocket = o->transport == MTP_TRANSPORT_WS || o->transport == MTP_TRANSPORT_WSS;
  const char *path = websocket ? o->ws_path : o->http_path;
  bool standard = !path || strcmp(path, websocket ? "/apiws" : "/api") == 0;
  return standard && (o->test || !path) ? NULL : path;
}

static mtp_status open_link(mtp_centre *centre, mtp_now now, mtp_error *error) {
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
      .transport = mtp_centre_transport(client),
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
  };
  return mtp_link_open(&config, now.monotonic_ms, &centre->link, error);
}

static bool is_needed(const mtp_centre *centre) {
  return centre->calls.first || mtp_engine_pending(centre->engine) ||
         (centre->wanted && mtp_centre_is_home(centre));
}

static bool may_connect(const mtp_centre *centre, mtp_now now) {
  return !centre->link && !centre->stopped && !centre->client->closed && is_needed(centre) &&
         now.monotonic_ms >= centre->retry_at;
}

static void connect_when_due(mtp_centre *centre, mtp_now now) {
  if (!may_connect(centre, now))
    return;
  if (centre->cdn && !mtp_centre_key(centre) && !mtp_cdn_keys_ready(centre->client))
    return;
  mtp_error error;
  centre->connect_deadline = now.monotonic_ms + centre->client->options.connect_timeout_ms;
  mtp_centre_tell(centre, MTP_CONNECTION_CONNECTING, NULL);
  if (open_link(centre, now, &error) != MTP_OK)
    mtp_centre_failed(centre, &error, error.status == MTP_ERR_ARGUMENT, now);
}

static void check_connect_time(mtp_centre *centre, mtp_now now) {
  bool ready = centre->connected && !centre->exchange;
  if (!centre->link || ready || now.monotonic_ms < centre->connect_deadline)
    return;
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_NETWORK, "connecting took too long");
  mtp_centre_failed(centre, &error, false, now);
}

/* ---- packets in ---- */

static void link_failed(mtp_centre *centre, mtp_now now) {
  bool hopeless = false;
  mtp_error error = *mtp_link_error(centre->link, &hopeless);
  mtp_centre_failed(centre, &error, hopeless, now);
}

static void link_connected(mtp_centre *centre, mtp_now now) {
  char how[160];
  mtp_link_describe(centre->link, how, sizeof how);
  mtp_log(centre->client, MTP_LOG_DEBUG, "dc %d: connected (%s)", (int)centre->dc, how);
  centre->connected = true;
  mtp_centre_key_step(centre, now);
}

static void take_packet(mtp_centre *centre, tl_bytes packet, mtp_now now) {
  if (centre->exchange)
    mtp_exchange_packet(centre, packet, now);
  else if (mtp_engine_recv(centre->engine, packet.data, packet.size, now) == MTP_ENGINE_OK)
    mtp_centre_alive(centre, now);
  /* REJECTED and NOMEM: the engine raises RECONNECT */
}

static void take_link_event(mtp_centre *centre, const mtp_link_event *event, mtp_now now) {
  switch (event->kind) {
  case MTP_LINK_CONNECTED:
    link_connected(centre, now);
    break;
  case MTP_LINK_PACKET:
    take_packet(centre, event->packet, now);
    break;
  case MTP_LINK_QUICK_ACK:
    mtp_engine_quick_ack(centre->engine, event->token);
    break;
  case MTP_LINK_TRANSPORT_ERROR:
    mtp_centre_transport_error(centre, event->code, now);
    break;
  case MTP_LINK_FAILED:
    link_failed(centre, now);
    break;
  case MTP_LINK_NONE:
    break;
  }
}

/* ---- what the engine says ---- */

static void keep_salt(mtp_centre *centre, int64_t salt) {
  mtp_dc_key *key = mtp_centre_key(centre);
  if (centre->temp.valid) {
    centre->temp.salt = salt;
  } else if (key && key->salt != salt) {
    key->salt = salt;
    mtp_event_session(centre->client);
  }
}

static void keep_time(mtp_client *client, int64_t offset_ms) {
  int64_t seconds = offset_ms / 1000;
  if (seconds < INT32_MIN || seconds > INT32_MAX || client->session.time_offset == seconds)
    return;
  client->session.time_offset = (int32_t)seconds;
  mtp_event_session(client);
}

static void engine_reconnect(mtp_centre *centre, mtp_reconnect_reason reason, mtp_now now) {
  mtp_error error;
  mtp_error_set(&error, reason == MTP_RECONNECT_PONG ? MTP_ERR_NETWORK : MTP_ERR_PROTOCOL,
                mtp_reconnect_name(reason));
  mtp_centre_failed(centre, &error, false, now);
}

static void engine_fatal(mtp_centre *centre, mtp_now now) {
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_RANDOM, NULL);
  centre->spent = true;
  mtp_centre_failed(centre, &error, true, now);
}

static void key_destroyed(mtp_centre *centre, bool destroyed, mtp_now now) {
  mtp_client *client = centre->client;
  if (client->destroying == centre)
    client->destroying = NULL;
  client->destroyed = destroyed;
  if (!destroyed)
    return;
  centre->spent = true;
  mtp_centre_forget_key(centre, now);
}

/* A closed engine takes nothing any more. */
static void replace_engine(mtp_centre *centre) {
  mtp_engine *closed = centre->engine;
  if (!make_engine(centre)) {
    centre->engine = closed; /* out of memory: calls end, the next turn tries again */
    return;
  }
  mtp_engine_free(closed);
  centre->spent = false;
  centre->keyed = false;
  mtp_gate_reset(centre);
}

static void take_engine_event(mtp_centre *centre, mtp_engine_event *event, mtp_now now) {
  switch (event->type) {
  case MTP_ENGINE_EVENT_RESULT:
  case MTP_ENGINE_EVENT_RPC_ERROR:
  case MTP_ENGINE_EVENT_FAILED:
    if (centre->bind && event->token == centre->bind)
      mtp_bind_answer(centre, event, now);
    else
      mtp_answer(centre, event);
    break;
  case MTP_ENGINE_EVENT_UPDATE:
    mtp_updates_take(centre, &event->body);
    break;
  case MTP_ENGINE_EVENT_UPDATES_GAP:
    mtp_updates_gap(centre);
    break;
  case MTP_ENGINE_EVENT_NEW_SESSION:
    if (!event->first)
      mtp_updates_gap(centre);
    break;
  case MTP_ENGINE_EVENT_SALT:
    keep_salt(centre, event->value);
    break;
  case MTP_ENGINE_EVENT_TIME:
    keep_time(centre->client, event->value);
    break;
  case MTP_ENGINE_EVENT_RECONNECT:
    if (centre->link)
      engine_reconnect(centre, event->reason, now);
    break;
  case MTP_ENGINE_EVENT_KEY_DESTROYED:
    key_destroyed(centre, event->destroyed, now);
    break;
  case MTP_ENGINE_EVENT_FATAL:
    engine_fatal(centre, now);
    break;
  default:
    break;
  }
}

static bool take_engine_events(mtp_centre *centre, mtp_now now) {
  mtp_engine_event event;
  bool any = false;
  while (mtp_engine_next_event(centre->engine, &event)) {
    take_engine_event(centre, &event, now);
    tl_buffer_free(&event.body);
    any = true;
  }
  if (centre->spent)
    replace_engine(centre);
  return any;
}

static bool receive(mtp_centre *centre, mtp_now now) {
  mtp_link_event event;
  bool any = false;
  while (centre->link && mtp_link_next(centre->link, now.monotonic_ms, &event) != MTP_LINK_NONE) {
    take_link_event(centre, &event, now);
    any = true;
  }
  return any;
}

/* ---- packets out ---- */

static bool send_packets(mtp_centre *centre, mtp_now now) {
  bool any = false;
  tl_buffer packet;
  tl_buffer_init(&packet, centre->client->allocator, 0);
  while (centre->connected && !centre->exchange && mtp_link_ready(centre->link)) {
    mtp_packet_info info;
    tl_buffer_clear(&packet);
    if (mtp_engine_poll_packet(centre->engine, now, &packet, &info) != MTP_ENGINE_OK)
      break;
    if (mtp_link_send(centre->link, tl_bytes_of(packet.data, packet.size), info.quick_ack) != TL_OK)
      break;
    any = true;
  }
  if (centre->connected)
    mtp_link_flush(centre->link);
  tl_buffer_free(&packet);
  return any;
}

/* ---- the turn of one centre ---- */

static void close_when_idle(mtp_centre *centre, mtp_now now) {
  if (!centre->link || is_needed(centre)) {
    centre->idle_since = MTP_NEVER;
    return;
  }
  if (centre->idle_since == MTP_NEVER)
    centre->idle_since = now.monotonic_ms;
  else if (now.monotonic_ms - centre->idle_since >= IDLE_MS)
    mtp_centre_disconnect(centre, now, NULL);
}

bool mtp_centre_process(mtp_centre *centre, mtp_now now) {
  mtp_calls_tick(centre, now.monotonic_ms);
  connect_when_due(centre, now);
  bool did = receive(centre, now);
  mtp_exchange_tick(centre, now);
  check_connect_time(centre, now);
  if (now.monotonic_ms >= mtp_engine_deadline(centre->engine, now))
    mtp_engine_tick(centre->engine, now);
  did = take_engine_events(centre, now) || did;
  mtp_gate_advance(centre, now);
  did = send_packets(centre, now) || did;
  did = take_engine_events(centre, now) || did;
  close_when_idle(centre, now);
  return did;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Whether time alone keeps it from connecting. */
static bool waits_to_connect(const mtp_centre *centre) {
  const mtp_client *client = centre->client;
  bool keys_due = centre->cdn && client->cdn_asked && client->n_cdn_keys == 0;
  return !keys_due && may_connect(centre, (mtp_now){.monotonic_ms = MTP_NEVER});
}

int64_t mtp_centre_deadline(const mtp_centre *centre, mtp_now now) {
  int64_t first = least(mtp_calls_deadline(centre), mtp_engine_deadline(centre->engine, now));
  if (centre->idle_since != MTP_NEVER)
    first = least(first, centre->idle_since + IDLE_MS);
  if (!centre->link)
    return waits_to_connect(centre) ? least(first, centre->retry_at) : first;
  if (mtp_link_busy(centre->link))
    return 0;
  if (!centre->connected || centre->exchange)
    first = least(first, centre->connect_deadline);
  if (centre->temp.valid && centre->temp.renew_at > now.monotonic_ms)
    first = least(first, centre->temp.renew_at);
  else if (centre->temp.valid) /* it is being drained: answers wake us, or its end */
    first = least(first, now.monotonic_ms + DRAIN_CHECK_MS);
  first = least(first, mtp_exchange_deadline(centre));
  return least(first, mtp_link_deadline(centre->link));
}

size_t mtp_centre_fds(const mtp_centre *centre, struct pollfd *fds, size_t n) {
  return centre->link ? mtp_link_fds(centre->link, fds, n) : 0;
}
