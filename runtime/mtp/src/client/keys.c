/* Which key a centre uses: the permanent one of the session, or a temporary one bound to it (PF-1);
 * what is done when one is missing, worn out, or gone for good. */
#include <openssl/crypto.h>
#include <string.h>

#include "client/internal.h"

enum { RENEW_SHARE = 24, MIN_RENEW_S = 30 };

/* A data centre and its media-only addresses are one: the key of either will do there. */
mtp_dc_key *mtp_centre_key(const mtp_centre *centre) {
  mtp_session *session = &centre->client->session;
  mtp_dc_key *key = mtp_session_key(session, centre->dc, centre->media);
  return key || !centre->media ? key : mtp_session_key(session, centre->dc, false);
}

/* Two exchanges would leave one of the connections with a key that nobody keeps. */
bool mtp_centre_key_is_made(const mtp_centre *centre) {
  if (mtp_centre_key(centre))
    return false;
  for (const mtp_centre *other = centre->client->centres; other; other = other->next)
    if (other != centre && other->dc == centre->dc && other->media == centre->media &&
        other->cdn == centre->cdn && other->lanes[0].link)
      return true;
  return false;
}

/* A key is destroyed under itself: then the permanent one is used for once. */
static bool uses_temporary(const mtp_centre *centre) {
  const mtp_client *client = centre->client;
  return client->options.pfs && !centre->cdn && client->destroying != centre;
}

static void give_engine(mtp_centre *centre, const uint8_t *bytes, int64_t salt, mtp_now now) {
  mtp_engine_key key = {
      .salt = salt,
      .time_offset_ms = (int64_t)centre->client->session.time_offset * 1000,
      .synchronised = centre->synchronised,
  };
  memcpy(key.key, bytes, sizeof key.key);
  mtp_engine_status status = mtp_engine_set_key(centre->engine, &key, now);
  OPENSSL_cleanse(&key, sizeof key);
  centre->keyed = status == MTP_ENGINE_OK;
  if (centre->keyed)
    return;
  mtp_error error;
  mtp_error_set(&error, status == MTP_ENGINE_RANDOM ? MTP_ERR_RANDOM : MTP_ERR_NOMEM, NULL);
  mtp_centre_failed(centre, &error, status == MTP_ENGINE_RANDOM, now);
}

static void take_over(mtp_centre *centre, mtp_now now) {
  if (!centre->keyed) {
    const mtp_dc_key *key = mtp_centre_key(centre);
    mtp_gate_reset(centre);
    if (uses_temporary(centre))
      give_engine(centre, centre->temp.key, centre->temp.salt, now);
    else
      give_engine(centre, key->key, key->salt, now);
  }
  if (!centre->keyed)
    return;
  mtp_engine_connected(centre->engine, now);
  mtp_centre_tell(centre, MTP_CONNECTION_READY, NULL);
}

bool mtp_temp_key_expired(const mtp_centre *centre, mtp_now now) {
  int64_t server_s = now.wall_ms / 1000 + centre->client->session.time_offset;
  return centre->temp.valid && server_s >= centre->temp.expires_at;
}

void mtp_centre_key_step(mtp_centre *centre, mtp_now now) {
  if (mtp_temp_key_expired(centre, now)) /* while there was no connection, or asleep */
    mtp_centre_renew_later(centre);
  bool permanent = mtp_centre_key(centre) != NULL;
  if (permanent && (!uses_temporary(centre) || centre->temp.valid)) {
    take_over(centre, now);
    return;
  }
  mtp_centre_tell(centre, MTP_CONNECTION_HANDSHAKE, NULL);
  mtp_exchange_begin(centre, permanent, now);
}

/* A little before the end, not the same for all clients (PF-2). */
static int64_t renewal(const mtp_client *client, mtp_now now) {
  uint32_t lifetime = client->options.temp_key_s, spread = lifetime / RENEW_SHARE, pick = 0;
  (void)mtp_client_random(client, &pick, sizeof pick);
  uint32_t early = MIN_RENEW_S + (spread ? pick % spread : 0);
  return now.monotonic_ms + (int64_t)(lifetime > early ? lifetime - early : lifetime / 2) * 1000;
}

static mtp_status keep_permanent(mtp_centre *centre, const mtp_exchanged *result, mtp_now now) {
  mtp_client *client = centre->client;
  mtp_status status =
      mtp_session_set_key(&client->session, centre->dc, centre->media, result->key, result->salt);
  if (status != MTP_OK)
    return status;
  mtp_centre_key(centre)->created = now.wall_ms / 1000 + client->session.time_offset;
  centre->imported = false;
  centre->keyed = false;
  mtp_event_session(client);
  return MTP_OK;
}

static void keep_temporary(mtp_centre *centre, const mtp_exchanged *result, mtp_now now) {
  mtp_temp_key *temp = &centre->temp;
  memcpy(temp->key, result->key, sizeof temp->key);
  temp->salt = result->salt;
  temp->expires_at = result->expires_at;
  temp->renew_at = renewal(centre->client, now);
  temp->valid = true;
  centre->keyed = false;
  centre->bound = false;
}

void mtp_exchange_done(mtp_centre *centre, const mtp_exchanged *result, mtp_now now) {
  mtp_status status = MTP_OK;
  centre->client->session.time_offset = (int32_t)(result->time_offset_ms / 1000);
  centre->synchronised = true;
  if (result->temporary)
    keep_temporary(centre, result, now);
  else
    status = keep_permanent(centre, result, now);
  if (status == MTP_OK) {
    mtp_centre_key_step(centre, now);
    return;
  }
  mtp_error error;
  mtp_error_set(&error, status,
                status == MTP_ERR_ARGUMENT ? "the session holds too many keys" : NULL);
  mtp_centre_failed(centre, &error, true, now);
}

static void drop_temporary(mtp_centre *centre) {
  if (centre->temp.valid)
    centre->keyed = false;
  OPENSSL_cleanse(&centre->temp, sizeof centre->temp);
  centre->bound = false;
}

void mtp_centre_renew_later(mtp_centre *centre) {
  drop_temporary(centre);
  mtp_gate_reset(centre);
}

void mtp_centre_renew(mtp_centre *centre, mtp_now now) {
  mtp_centre_renew_later(centre);
  mtp_centre_disconnect(centre, now, NULL);
  centre->retry_at = now.monotonic_ms;
}

static void be_without_key(mtp_centre *centre, mtp_now now) {
  drop_temporary(centre);
  centre->keyed = false;
  centre->imported = false;
  centre->unknown_key = 0;
  mtp_gate_reset(centre);
  mtp_centre_disconnect(centre, now, NULL);
}

/* All connections that are under it. */
void mtp_centre_forget_key(mtp_centre *centre, mtp_now now) {
  mtp_client *client = centre->client;
  const mtp_dc_key *key = mtp_centre_key(centre);
  bool media = key ? key->media : centre->media;
  for (mtp_centre *each = client->centres; each; each = each->next)
    if (each == centre || (key && each->dc == centre->dc && mtp_centre_key(each) == key))
      be_without_key(each, now);
  mtp_session_drop_key(&client->session, centre->dc, media);
  mtp_event_session(client);
}

void mtp_centre_unauthorize(mtp_centre *centre) {
  mtp_dc_key *key = mtp_centre_key(centre);
  centre->imported = false;
  if (key)
    key->imported = false;
}

/* ---- the end of a session ---- */

static void sign_out(mtp_client *client) {
  mtp_session *session = &client->session;
  session->signed_in = false;
  session->bot = false;
  session->user_id = 0;
  memset(&session->updates, 0, sizeof session->updates);
  mtp_updates_reset(client);
  for (mtp_centre *centre = client->centres; centre; centre = centre->next)
    mtp_centre_unauthorize(centre);
}

/* Nothing connects until someone calls again. */
static void give_up(mtp_centre *centre, const mtp_error *why) {
  mtp_centre_fail_calls(centre, why);
  centre->stopped = true;
  centre->wanted = false;
}

static void forget_all_keys(mtp_client *client, const mtp_error *why) {
  mtp_now now = mtp_client_now(client);
  sign_out(client);
  for (mtp_centre *each = client->centres; each; each = each->next) {
    mtp_centre_forget_key(each, now);
    give_up(each, why);
  }
}

void mtp_key_lost(mtp_centre *centre, const mtp_error *error) {
  mtp_client *client = centre->client;
  mtp_error lost = *error;
  lost.status = MTP_ERR_KEY_LOST;
  mtp_log(client, MTP_LOG_ERROR, "dc %d: the authorization is gone (%s)", (int)centre->dc,
          error->text);
  mtp_event event = {.type = MTP_EVENT_KEY_LOST, .dc = centre->dc, .error = lost};
  mtp_event_push(client, &event);
  if (client->options.keep_lost_keys)
    give_up(centre, &lost);
  else
    forget_all_keys(client, &lost);
}
