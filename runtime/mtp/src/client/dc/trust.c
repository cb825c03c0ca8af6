/* What is kept, and what it takes to change it. Elsewhere a client's session can only be read. */
#include "client/dc/trust.h"

#include <string.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/context.h"
#include "client/events.h"

enum { MAX_TOKEN = 16384 }; /* bytes: with more the session would become too large to be kept */

static mtp_session *kept(const mtp_client *client) {
  return (mtp_session *)&client->session; /* the only place: const for everyone else */
}

mtp_session *mtp_session_of_updates(mtp_client *client) {
  return kept(client);
}

static mtp_dc_key *key_of(const mtp_dc *dc) {
  return dc ? mtp_session_key(kept(dc->client), dc->id, dc->media) : NULL;
}

mtp_status mtp_session_load(mtp_client *client, const mtp_session *session) {
  mtp_session *own = kept(client);
  mtp_status status = MTP_OK;
  mtp_session_init(own, client->allocator);
  mtp_session_init(&client->lost, client->allocator);
  if (session)
    status = mtp_session_copy(own, session);
  if (status != MTP_OK)
    return status;
  if (own->home_dc == 0) {
    own->home_dc = client->options.home_dc;
    own->test = client->options.test;
  }
  client->options.test = own->test;
  if (client->options.api_id == 0)
    client->options.api_id = own->api_id;
  own->api_id = client->options.api_id;
  return MTP_OK;
}

void mtp_session_unload(mtp_client *client) {
  mtp_session_free(&client->lost);
  mtp_session_free(kept(client));
}

/* ---- proofs ---- */

static mtp_proof proof_of(const mtp_conn *conn, mtp_proof_kind kind) {
  return (mtp_proof){.kind = kind,
                     .dc = mtp_dc_keyed(conn->dc),
                     .key_id = mtp_engine_key_id(conn->engine),
                     .home = mtp_conn_has_home_key(conn)};
}

static bool is_opened(mtp_engine_event_type type) {
  switch (type) {
  case MTP_ENGINE_EVENT_RESULT:
  case MTP_ENGINE_EVENT_RPC_ERROR:
  case MTP_ENGINE_EVENT_UPDATE:
  case MTP_ENGINE_EVENT_NEW_SESSION:
  case MTP_ENGINE_EVENT_SALT:
  case MTP_ENGINE_EVENT_TIME:
  case MTP_ENGINE_EVENT_PONG:
  case MTP_ENGINE_EVENT_KEY_DESTROYED:
    return true;
  default:
    return false;
  }
}

mtp_proof mtp_proof_message(const mtp_conn *conn, const mtp_engine_event *event) {
  return proof_of(conn, is_opened(event->type) ? MTP_PROOF_MESSAGE : MTP_PROOF_NONE);
}

mtp_proof mtp_proof_answer(const mtp_conn *conn, const mtp_reply *reply) {
  return proof_of(conn, reply ? MTP_PROOF_MESSAGE : MTP_PROOF_NONE);
}

mtp_proof mtp_proof_exchange(const mtp_conn *conn, const mtp_exchanged *result) {
  mtp_proof proof = proof_of(conn, result ? MTP_PROOF_EXCHANGE : MTP_PROOF_NONE);
  if (result && !result->temporary)
    proof.dc = conn->dc; /* the key that is missing is its own */
  return proof;
}

mtp_proof mtp_proof_owner(const mtp_client *client) {
  (void)client;
  return (mtp_proof){.kind = MTP_PROOF_OWNER};
}

static bool is_of(mtp_proof proof, const mtp_dc *dc) {
  return proof.kind == MTP_PROOF_OWNER || (proof.kind != MTP_PROOF_NONE && proof.dc == dc);
}

static bool is_of_user(mtp_proof proof) {
  return proof.kind == MTP_PROOF_OWNER || (proof.kind == MTP_PROOF_MESSAGE && proof.home);
}

/* ---- one data centre ---- */

mtp_status mtp_trust_key(mtp_dc *dc, mtp_proof proof, const mtp_exchanged *result) {
  mtp_client *client = dc->client;
  if (proof.kind != MTP_PROOF_EXCHANGE || proof.dc != dc || mtp_dc_is_misnamed(dc))
    return MTP_ERR_ARGUMENT;
  mtp_status status =
      mtp_session_set_key(kept(client), dc->id, dc->media, result->key, result->salt);
  if (status != MTP_OK)
    return status;
  key_of(dc)->created = mtp_dc_time(dc);
  if (proof.home)
    kept(client)->servers = client->servers;
  mtp_event_session(client);
  return MTP_OK;
}

void mtp_trust_salt(mtp_proof proof, int64_t salt) {
  mtp_dc_key *key = key_of(proof.dc);
  if (proof.kind != MTP_PROOF_MESSAGE || !key || key->salt == salt)
    return;
  key->salt = salt;
  mtp_event_session(proof.dc->client);
}

void mtp_trust_clock(mtp_proof proof, int64_t offset_ms) {
  int64_t seconds = offset_ms / 1000;
  if (proof.kind == MTP_PROOF_NONE || !proof.dc || seconds < INT32_MIN || seconds > INT32_MAX)
    return;
  mtp_client *client = proof.dc->client;
  proof.dc->time_offset = (int32_t)seconds;
  if (!proof.home || client->session.time_offset == seconds)
    return;
  kept(client)->time_offset = (int32_t)seconds;
  mtp_event_session(client);
}

void mtp_trust_imported(mtp_proof proof, bool imported) {
  mtp_dc_key *key = key_of(proof.dc);
  if (proof.kind != MTP_PROOF_MESSAGE || !key || key->imported == imported)
    return;
  key->imported = imported;
  mtp_event_session(proof.dc->client);
}

void mtp_trust_forget(mtp_client *client, mtp_proof proof, mtp_dc *dc) {
  if (!is_of(proof, dc) || proof.kind == MTP_PROOF_EXCHANGE || !key_of(dc))
    return;
  mtp_session_drop_key(kept(client), dc->id, dc->media);
  mtp_event_session(client);
}

/* ---- the user ---- */

/* His authorization elsewhere was another's. */
static void unauthorize_others(mtp_client *client) {
  mtp_session *session = kept(client);
  for (size_t i = 0; i < session->n_keys; i++)
    if (session->keys[i].dc != session->home_dc || session->keys[i].media)
      session->keys[i].imported = false;
}

void mtp_trust_user(mtp_client *client, mtp_proof proof, int64_t user_id, bool bot) {
  mtp_session *session = kept(client);
  if (!is_of_user(proof))
    return;
  session->signed_in = user_id != 0;
  session->user_id = user_id;
  session->bot = bot && user_id != 0;
  unauthorize_others(client);
  if (user_id) /* nobody goes back any more */
    mtp_session_free(&client->lost);
  mtp_event_session(client);
}

bool mtp_trust_lost(mtp_client *client, mtp_proof proof) {
  mtp_session *session = kept(client);
  if (!is_of_user(proof))
    return false;
  mtp_status copied = MTP_OK;
  if (session->signed_in) /* else what was kept before says more */
    copied = mtp_session_copy(&client->lost, session);
  if (copied != MTP_OK)
    return false; /* without memory: asked again, and lost then */
  mtp_trust_user(client, proof, 0, false);
  while (session->n_keys)
    mtp_session_drop_key(session, session->keys[0].dc, session->keys[0].media);
  mtp_event_session(client);
  return true;
}

bool mtp_trust_home(mtp_client *client, mtp_proof proof, int32_t dc) {
  mtp_session *session = kept(client);
  bool covered = is_of_user(proof) || (proof.kind == MTP_PROOF_MESSAGE && !proof.dc->cdn &&
                                       proof.dc->id == session->home_dc);
  if (!covered || dc < 1 || dc > MTP_DC_MAX)
    return false;
  mtp_dc_key *former = mtp_session_key(session, session->home_dc, false);
  if (former && session->signed_in) /* it goes on to know him */
    former->imported = true;
  session->home_dc = dc;
  mtp_event_session(client);
  return true;
}

mtp_status mtp_trust_token(mtp_client *client, mtp_proof proof, tl_bytes token) {
  if (!is_of_user(proof) || token.size > MAX_TOKEN)
    return MTP_ERR_ARGUMENT;
  mtp_status status = mtp_session_add_token(kept(client), token.data, token.size);
  if (status == MTP_OK)
    mtp_event_session(client);
  return status;
}

mtp_status mtp_trust_addresses(mtp_client *client, mtp_proof proof, const mtp_dc_option *options,
                               size_t n) {
  const mtp_session *session = &client->session;
  bool covered = proof.kind == MTP_PROOF_OWNER ||
                 (proof.kind == MTP_PROOF_MESSAGE && proof.dc && !proof.dc->cdn);
  bool same =
      n == session->n_options && memcmp(options, session->options, n * sizeof *options) == 0;
  if (!covered || same)
    return MTP_OK;
  mtp_status status = mtp_session_set_options(kept(client), options, n);
  if (status == MTP_OK)
    mtp_event_session(client);
  return status;
}

mtp_status mtp_trust_config(mtp_client *client, mtp_proof proof, const char *text, size_t size,
                            const char *phone) {
  if (proof.kind != MTP_PROOF_OWNER)
    return MTP_ERR_ARGUMENT;
  return mtp_session_add_config(kept(client), text, size, phone, client->options.config_key,
                                mtp_client_now(client).wall_ms / 1000);
}

void mtp_trust_servers(mtp_client *client, mtp_proof proof) {
  mtp_session *session = kept(client);
  bool covered = proof.kind == MTP_PROOF_MESSAGE || proof.kind == MTP_PROOF_EXCHANGE;
  if (!covered || !proof.home || session->servers.kind != MTP_SERVERS_UNKNOWN)
    return;
  session->servers = client->servers;
  mtp_event_session(client);
}
