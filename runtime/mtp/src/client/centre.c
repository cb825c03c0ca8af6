/* One data centre: made when it is first needed, and given its turn by the loop. connect.c makes
 * its connections, traffic.c moves packets, engine_events.c acts on what the engine says. */
#include "client/address.h"
#include "client/internal.h"

#include <openssl/crypto.h>

enum { IDLE_MS = 60000, PING_SLACK_S = 15, DRAIN_CHECK_MS = 1000 };

/* ---- making ---- */

bool mtp_centre_make_engine(mtp_centre *centre) {
  const mtp_client *client = centre->client;
  mtp_engine_config config;
  mtp_engine_config_init(&config);
  config.allocator = client->allocator;
  config.rng = &client->rng;
  config.ping_ms = client->options.ping_s * 1000;
  config.ping_delay_s = client->options.ping_s + PING_SLACK_S;
  mtp_link_traits traits = mtp_options_traits(&client->options);
  config.padded = traits.padded;
  config.http = traits.http_way;
  centre->http = config.http;
  if (mtp_engine_new(&config, &centre->engine) != MTP_ENGINE_OK)
    return false;
  mtp_engine_hold(centre->engine, !centre->cdn);
  return true;
}

static mtp_centre *make(mtp_client *client, int32_t dc, const mtp_call_options *options) {
  mtp_centre *centre = tl_alloc_zero(client->allocator, sizeof *centre);
  if (!centre)
    return NULL;
  centre->client = client;
  centre->dc = dc;
  centre->media = options->media;
  centre->cdn = options->cdn;
  centre->connection = options->connection;
  centre->idle_since = MTP_NEVER;
  if (!mtp_centre_make_engine(centre)) {
    tl_free(client->allocator, centre, sizeof *centre);
    return NULL;
  }
  const mtp_dc_key *key = mtp_centre_key(centre);
  centre->imported = key && key->imported;
  centre->next = client->centres;
  client->centres = centre;
  return centre;
}

mtp_centre *mtp_centre_get(mtp_client *client, int32_t dc, const mtp_call_options *options) {
  for (mtp_centre *centre = client->centres; centre; centre = centre->next)
    if (centre->dc == dc && centre->media == options->media && centre->cdn == options->cdn &&
        centre->connection == options->connection)
      return centre;
  return make(client, dc, options);
}

mtp_centre *mtp_centre_home(mtp_client *client) {
  static const mtp_call_options main_connection;
  return mtp_centre_get(client, client->session.home_dc, &main_connection);
}

mtp_centre *mtp_centre_for(mtp_client *client, const mtp_call_options *options) {
  return mtp_centre_get(client, options->dc ? options->dc : client->session.home_dc, options);
}

bool mtp_centre_is_home(const mtp_centre *centre) {
  return mtp_centre_has_home_key(centre) && !centre->media && centre->connection == 0;
}

bool mtp_centre_has_home_key(const mtp_centre *centre) {
  const mtp_dc_key *key = mtp_centre_key(centre);
  bool own_key = centre->media && (!key || key->media);
  return centre->dc == centre->client->session.home_dc && !centre->cdn && !own_key;
}

void mtp_centre_free(mtp_centre *centre) {
  mtp_exchange_free(centre);
  for (size_t i = 0; i < MTP_LANES; i++)
    mtp_link_close(centre->lanes[i].link);
  mtp_engine_free(centre->engine);
  const tl_allocator *allocator = centre->client->allocator;
  OPENSSL_cleanse(centre, sizeof *centre);
  tl_free(allocator, centre, sizeof *centre);
}

void mtp_centre_fail_calls(mtp_centre *centre, const mtp_error *error) {
  for (mtp_call *call; (call = centre->calls.first);) {
    if (mtp_call_is_uncertain(call))
      mtp_call_fail_uncertain(call);
    else
      mtp_call_end(call, error, NULL);
  }
}

void mtp_centre_tell(mtp_centre *centre, mtp_connection_state state, const mtp_error *error) {
  if (centre->told == state)
    return;
  centre->told = state;
  if (centre->connection == 0)
    mtp_event_connection(centre->client, centre->dc, state, error);
}

/* ---- the turn of one centre ---- */

bool mtp_centre_needed(const mtp_centre *centre) {
  return centre->calls.first || mtp_engine_pending(centre->engine) ||
         (centre->wanted && mtp_centre_is_home(centre));
}

static void close_when_idle(mtp_centre *centre, mtp_now now) {
  if (!centre->lanes[0].link || mtp_centre_needed(centre)) {
    centre->idle_since = MTP_NEVER;
    return;
  }
  if (centre->idle_since == MTP_NEVER)
    centre->idle_since = now.monotonic_ms;
  else if (now.monotonic_ms - centre->idle_since >= IDLE_MS)
    mtp_centre_disconnect(centre, now, NULL);
}

/* Between calls the buffers that they needed go back. */
static void trim_when_idle(mtp_centre *centre) {
  if (centre->calls.first || mtp_engine_pending(centre->engine) || centre->exchange)
    return;
  mtp_engine_trim(centre->engine);
  for (size_t i = 0; i < MTP_LANES; i++)
    if (centre->lanes[i].link)
      mtp_link_trim(centre->lanes[i].link);
}

bool mtp_centre_process(mtp_centre *centre, mtp_now now) {
  mtp_calls_tick(centre, now.monotonic_ms);
  mtp_connect_when_due(centre, now);
  bool did = mtp_traffic_receive(centre, now);
  mtp_exchange_tick(centre, now);
  mtp_connect_check_time(centre, now);
  if (now.monotonic_ms >= mtp_engine_deadline(centre->engine, now))
    mtp_engine_tick(centre->engine, now);
  did = mtp_engine_events(centre, now) || did;
  mtp_gate_advance(centre, now);
  did = mtp_traffic_send(centre, now) || did;
  did = mtp_engine_events(centre, now) || did;
  close_when_idle(centre, now);
  trim_when_idle(centre);
  return did;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* The next time at which its connection needs a turn. */
static int64_t link_deadline(const mtp_centre *centre, mtp_now now) {
  int64_t first = mtp_exchange_deadline(centre);
  if (!centre->connected || centre->exchange)
    first = least(first, centre->connect_deadline);
  if (centre->temp.valid && centre->temp.renew_at > now.monotonic_ms)
    first = least(first, centre->temp.renew_at);
  else if (centre->temp.valid) /* it is being drained: answers wake us, or its end */
    first = least(first, now.monotonic_ms + DRAIN_CHECK_MS);
  return least(first, mtp_traffic_deadline(centre));
}

int64_t mtp_centre_deadline(const mtp_centre *centre, mtp_now now) {
  int64_t first = least(mtp_calls_deadline(centre), mtp_engine_deadline(centre->engine, now));
  if (centre->idle_since != MTP_NEVER)
    first = least(first, centre->idle_since + IDLE_MS);
  if (centre->lanes[0].link)
    return least(first, link_deadline(centre, now));
  return least(first, mtp_connect_deadline(centre));
}
