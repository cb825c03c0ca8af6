/* Which key a connection uses: the permanent one of the session, or a temporary one bound to it
 * (PF-1); what is done when one is missing, worn out, or gone for good. */
#include "client/dc/keys.h"

#include <openssl/crypto.h>
#include <string.h>

#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/disconnect.h"
#include "client/conn/exchange.h"
#include "client/conn/gate_shut.h"
#include "client/conn/outcome.h"
#include "client/conn/step.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/trust.h"
#include "client/events.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "client/updates.h"

enum { RENEW_SHARE = 24, MIN_RENEW_S = 30 };

/* A key is destroyed under itself: then the permanent one is used for once. One that the server
 * says not to know is tried by binding to it (TB-2). */
static bool uses_temporary(const mtp_conn *conn) {
  const mtp_client *client = conn->client;
  bool wanted = client->options.pfs || mtp_dc_keyed(conn->dc)->doubted;
  return wanted && !conn->dc->cdn && client->destroying != conn;
}

static void give_engine(mtp_conn *conn, const uint8_t *bytes, int64_t salt, mtp_now now) {
  mtp_engine_key key = {
      .salt = salt,
      .time_offset_ms = (int64_t)mtp_dc_keyed(conn->dc)->time_offset * 1000,
      .synchronised = conn->synchronised,
  };
  memcpy(key.key, bytes, sizeof key.key);
  mtp_cause status = mtp_engine_set_key(conn->engine, &key, now);
  OPENSSL_cleanse(&key, sizeof key);
  conn->keyed = status == MTP_OK;
  if (conn->keyed)
    return;
  mtp_conn_fail_cause(conn, status, status == MTP_ERR_RANDOM);
}

static void take_over(mtp_conn *conn, mtp_now now) {
  if (!conn->keyed) {
    const mtp_dc_key *key = mtp_conn_key(conn);
    mtp_gate_reset(conn);
    if (uses_temporary(conn))
      give_engine(conn, conn->temp.key, conn->temp.salt, now);
    else
      give_engine(conn, key->key, key->salt, now);
  }
  if (!conn->keyed)
    return;
  mtp_engine_connected(conn->engine, now);
  conn->bind_until = now.monotonic_ms + MTP_STEP_MS; /* one that is out is sent again */
  mtp_conn_tell(conn, MTP_CONNECTION_READY, NULL);
  mtp_updates_connected(conn);
}

bool mtp_temp_key_expired(const mtp_conn *conn) {
  return conn->temp.valid && mtp_dc_time(mtp_dc_keyed(conn->dc)) >= conn->temp.expires_at;
}

void mtp_conn_key_step(mtp_conn *conn, mtp_now now) {
  if (mtp_temp_key_expired(conn)) /* while there was no connection, or asleep */
    mtp_conn_renew_later(conn);
  /* A CDN's key is worth no more than another one; nothing is bound to it. */
  bool permanent = mtp_conn_key(conn) && !(conn->dc->cdn && conn->dc->doubted);
  if (permanent && (!uses_temporary(conn) || conn->temp.valid)) {
    take_over(conn, now);
    return;
  }
  mtp_conn_tell(conn, MTP_CONNECTION_HANDSHAKE, NULL);
  mtp_exchange_begin(conn, permanent, now);
}

/* A little before the end, not the same for all clients (PF-2). */
static int64_t renewal(const mtp_client *client, mtp_now now) {
  uint32_t lifetime = client->options.temp_key_s, spread = lifetime / RENEW_SHARE, pick = 0;
  (void)mtp_client_random(client, &pick, sizeof pick);
  uint32_t early = MIN_RENEW_S + (spread ? pick % spread : 0);
  return now.monotonic_ms + (int64_t)(lifetime > early ? lifetime - early : lifetime / 2) * 1000;
}

static mtp_status keep_permanent(mtp_conn *conn, const mtp_exchanged *result) {
  mtp_status status = mtp_trust_key(conn->dc, mtp_proof_exchange(conn, result), result);
  conn->keyed = conn->keyed && status != MTP_OK;
  conn->dc->doubted = conn->dc->doubted && status != MTP_OK;
  if (status == MTP_OK)
    mtp_dc_end_work(conn); /* it is made */
  return status;
}

static void keep_temporary(mtp_conn *conn, const mtp_exchanged *result, mtp_now now) {
  mtp_temp_key *temp = &conn->temp;
  memcpy(temp->key, result->key, sizeof temp->key);
  temp->salt = result->salt;
  temp->expires_at = result->expires_at;
  temp->renew_at = renewal(conn->client, now);
  temp->valid = true;
  conn->keyed = false;
  conn->bound = false;
}

static void keep(mtp_conn *conn, const mtp_exchanged *result, mtp_now now) {
  mtp_status status = MTP_OK;
  mtp_trust_clock(mtp_proof_exchange(conn, result), result->time_offset_ms);
  conn->synchronised = true;
  if (result->temporary)
    keep_temporary(conn, result, now);
  else
    status = keep_permanent(conn, result);
  if (status == MTP_OK)
    mtp_conn_key_step(conn, now);
  else
    mtp_conn_fail_text(conn, status,
                       status == MTP_ERR_ARGUMENT ? "the session holds too many keys" : NULL, true);
}

void mtp_conn_key_packet(mtp_conn *conn, tl_bytes packet, mtp_now now) {
  if (!mtp_exchange_packet(conn, packet, now))
    return;
  mtp_exchanged result;
  mtp_exchange *exchange = mtp_exchange_take(conn, &result);
  keep(conn, &result, now);
  mtp_exchange_destroy(conn->client, exchange);
}

static void drop_temporary(mtp_conn *conn) {
  if (conn->temp.valid)
    conn->keyed = false;
  OPENSSL_cleanse(&conn->temp, sizeof conn->temp);
  conn->bound = false;
}

void mtp_conn_renew_later(mtp_conn *conn) {
  drop_temporary(conn);
  mtp_gate_reset(conn);
}

void mtp_conn_renew(mtp_conn *conn) {
  mtp_conn_renew_later(conn);
  mtp_conn_drop(conn);
}

static void be_without_key(mtp_conn *conn) {
  drop_temporary(conn);
  conn->keyed = false;
  mtp_gate_reset(conn);
  mtp_conn_drop(conn);
}

/* All connections that are under it. */
void mtp_conn_forget_key(mtp_conn *conn, mtp_proof proof) {
  mtp_dc *dc = mtp_dc_keyed(conn->dc);
  for (mtp_conn *each = conn->client->conns; each; each = each->next)
    if (mtp_dc_keyed(each->dc) == dc)
      be_without_key(each);
  dc->doubted = false;
  mtp_trust_forget(conn->client, proof, dc);
}

/* ---- the end of a session ---- */

/* Nothing connects until someone calls again. */
static void give_up(mtp_conn *conn, const mtp_error *why) {
  mtp_conn_fail_calls(conn, why);
  conn->outcome.error = *why; /* how it ends is another matter */
  conn->stopped = true;
  conn->wanted = false;
}

static void forget_all_keys(mtp_client *client, const mtp_error *why) {
  mtp_updates_forget(client);
  for (mtp_conn *each = client->conns; each; each = each->next) {
    be_without_key(each);
    mtp_dc_keyed(each->dc)->doubted = false;
    give_up(each, why);
  }
}

void mtp_key_lost(mtp_conn *conn, mtp_proof proof, const mtp_error *error) {
  mtp_client *client = conn->client;
  mtp_error lost = *error;
  lost.status = MTP_ERR_KEY_LOST;
  bool all = !client->options.keep_lost_keys && mtp_trust_lost(client, proof);
  mtp_log(client, MTP_LOG_ERROR, "dc %d: the authorization is gone (%s)", (int)conn->dc->id,
          error->text);
  mtp_event event = {.type = MTP_EVENT_KEY_LOST, .dc = conn->dc->id, .error = lost};
  mtp_event_push(client, &event);
  if (all)
    forget_all_keys(client, &lost);
  else
    give_up(conn, &lost);
}
