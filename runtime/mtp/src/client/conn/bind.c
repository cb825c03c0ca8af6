/* auth.bindTempAuthKey: ties a temporary key to the permanent one, which never encrypts anything
 * else (PF-1 to PF-5). */
#include "client/conn/bind.h"

#include <stdio.h>
#include <string.h>
#include <tg/auth.h>

#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/outcome.h"
#include "client/conn/step.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/keys.h"
#include "client/dc/servers.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "crypto/bind.h"

enum { MAX_TRIES = 3, MAX_PASSING = 5, YOUNG_S = 60 };

static const uint8_t bool_true[4] = {0xb5, 0x75, 0x72, 0x99};

static mtp_status seal(const mtp_conn *conn, int64_t msg_id, mtp_bind *bind,
                       uint8_t out[MTP_BIND_SIZE]) {
  mtp_auth_key permanent, temporary;
  const mtp_dc_key *key = mtp_conn_key(conn);
  if (!key)
    return MTP_ERR_ARGUMENT;
  mtp_status status = mtp_auth_key_init(&permanent, key->key);
  if (status == MTP_OK)
    status = mtp_auth_key_init(&temporary, conn->temp.key);
  if (status == MTP_OK) {
    bind->perm_auth_key_id = permanent.id;
    bind->temp_auth_key_id = temporary.id;
    status = mtp_bind_seal(&permanent, bind, msg_id, &conn->client->rng, out);
    mtp_auth_key_wipe(&temporary);
  }
  mtp_auth_key_wipe(&permanent);
  return status;
}

/* The message id stands inside what is sealed, so that each (re)sending is made anew (PF-3). */
static tl_status build(void *ctx, int64_t msg_id, int64_t session_id, tl_buffer *out) {
  const mtp_conn *conn = ctx;
  uint8_t message[MTP_BIND_SIZE];
  mtp_bind bind = {.nonce = conn->bind_nonce,
                   .temp_session_id = session_id,
                   .expires_at = (int32_t)(uint32_t)conn->temp.expires_at};
  if (seal(conn, msg_id, &bind, message) != MTP_OK)
    return TL_ERR_ARGUMENT;
  tg_auth_bindTempAuthKey request = {
      .perm_auth_key_id = bind.perm_auth_key_id,
      .nonce = bind.nonce,
      .expires_at = bind.expires_at,
      .encrypted_message = {message, sizeof message},
  };
  tl_call call = tg_auth_bindTempAuthKey_call(&request);
  return tl_encode(&call, out, NULL);
}

void mtp_conn_bind(mtp_conn *conn) {
  if (!mtp_client_random(conn->client, &conn->bind_nonce, sizeof conn->bind_nonce)) {
    mtp_conn_fail_text(conn, MTP_ERR_RANDOM, NULL, true);
    return;
  }
  mtp_query_options options = {.urgent = true,
                               .unheld = true,
                               .alone = true,
                               .idempotent = true,
                               .build = build,
                               .build_ctx = conn};
  conn->bind_until = mtp_client_now(conn->client).monotonic_ms + MTP_STEP_MS;
  mtp_cause status = mtp_engine_submit(conn->engine, NULL, 0, &options, &conn->bind);
  if (status != MTP_OK) {
    conn->bind = 0;
    mtp_conn_fail_cause(conn, status, false);
  }
}

bool mtp_bind_is_out(const mtp_conn *conn) {
  return conn->bind && conn->connected && !conn->exchange && conn->keyed && !mtp_conn_is_over(conn);
}

void mtp_conn_bind_check(mtp_conn *conn, mtp_now now) {
  mtp_error error;
  if (!mtp_bind_is_out(conn) || now.monotonic_ms < conn->bind_until)
    return;
  mtp_engine_cancel(conn->engine, conn->bind);
  conn->bind = 0;
  mtp_error_set(&error, MTP_ERR_TIMEOUT, "no answer in time");
  error.method = tg_auth_bindTempAuthKey_call(NULL).def;
  mtp_step_failed(conn, &error);
}

static void bound(mtp_conn *conn) {
  mtp_log(conn->client, MTP_LOG_DEBUG, "dc %d: temporary key bound", (int)conn->dc->id);
  conn->bound = true;
  mtp_dc_keyed(conn->dc)->doubted = false; /* it knows the key */
  conn->bind_tries = 0;
}

/* Busy, or a wait: it says nothing of the keys, which stay (ER-2). Calls wait, but not for ever. */
static void failed_for_now(mtp_conn *conn, const mtp_error *error) {
  if (++conn->bind_tries >= MAX_PASSING) {
    conn->bind_tries = 0;
    mtp_conn_fail_hasty(conn, error);
  }
  mtp_conn_fail(conn, error, false);
}

static const char anothers[] =
    "the server does not know this key, which is, or may be, of other servers";

/* The server does not take what the permanent key made. A key made just now may not have reached
 * all of its machines; an older one is gone (PF-5): the temporary key, which a known RSA key has
 * vouched for, is the proof (TB-2). */
static void refused(mtp_conn *conn, mtp_proof proof, const mtp_error *error) {
  if (mtp_error_passes(error)) {
    failed_for_now(conn, error);
    return;
  }
  const mtp_dc_key *key = mtp_conn_key(conn);
  const mtp_dc *dc = mtp_dc_keyed(conn->dc);
  bool young = key && key->created && mtp_dc_time(dc) - key->created <= YOUNG_S;
  if (dc->doubted && !conn->client->session.signed_in)
    young = false; /* nobody has anything to lose */
  if (mtp_error_is(error, "ENCRYPTED_MESSAGE_INVALID") && !mtp_servers_may_judge(conn->client)) {
    mtp_conn_fail_text(conn, MTP_ERR_NETWORK, anothers, true);
    mtp_conn_renew_later(conn);
    return;
  }
  if (mtp_error_is(error, "ENCRYPTED_MESSAGE_INVALID") && !young) {
    if (conn->client->session.signed_in && mtp_conn_has_home_key(conn))
      mtp_key_lost(conn, proof, error);
    else
      mtp_conn_forget_key(conn, proof);
    return;
  }
  mtp_error told = *error;
  if (mtp_error_is(error, "ENCRYPTED_MESSAGE_INVALID"))
    mtp_error_set(&told, MTP_ERR_NETWORK,
                  "the server does not know this key, which is new; in a minute it is found out");
  bool hopeless = ++conn->bind_tries >= MAX_TRIES;
  if (hopeless)
    conn->bind_tries = 0;
  mtp_conn_fail(conn, &told, hopeless);
  mtp_conn_renew_later(conn);
}

void mtp_conn_bound(mtp_conn *conn, const mtp_engine_event *event) {
  mtp_error error;
  tl_string text = {(const char *)event->body.data, event->body.size};
  conn->bind = 0;
  switch (event->type) {
  case MTP_ENGINE_EVENT_RESULT:
    if (text.size == sizeof bool_true && memcmp(text.data, bool_true, sizeof bool_true) == 0) {
      bound(conn);
      return;
    }
    mtp_error_set(&error, MTP_ERR_PROTOCOL, "auth.bindTempAuthKey answered no");
    refused(conn, mtp_proof_message(conn, event), &error);
    break;
  case MTP_ENGINE_EVENT_RPC_ERROR:
    mtp_error_from_rpc(&error, event->code, text, tg_auth_bindTempAuthKey_call(NULL).def);
    refused(conn, mtp_proof_message(conn, event), &error);
    break;
  default:
    if (event->fail != MTP_ERR_CANCELLED && event->fail != MTP_ERR_CLOSED)
      mtp_conn_fail_cause(conn, event->fail, false);
    break;
  }
}
