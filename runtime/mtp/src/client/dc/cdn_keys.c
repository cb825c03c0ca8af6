/* The public keys of CDNs: the home data centre vouches for them (help.getCdnConfig, AP-6). */
#include "client/dc/cdn_keys.h"

#include <tg/core.h>
#include <tg/help.h>

#include "client/call/begin.h"
#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/dc/dc.h"
#include "client/policy/rpc_error.h"

enum { MAX_KEYS = 64, MAX_ASKED = 5, ANSWER_MS = 30000, FIRST_PAUSE_MS = 500 };

void mtp_cdn_keys_free(mtp_client *client) {
  for (size_t i = 0; i < client->n_cdn_keys; i++)
    mtp_rsa_key_free(client->cdn_keys[i]);
  tl_free(client->allocator, client->cdn_keys, MAX_KEYS * sizeof *client->cdn_keys);
  client->cdn_keys = NULL;
  client->n_cdn_keys = 0;
}

/* Those that can be used. HANDSHAKE: none can; NOMEM: nor could all be looked at. */
static mtp_status take(mtp_client *client, const tg_cdnConfig *config) {
  mtp_status failure = MTP_ERR_HANDSHAKE;
  if (!client->cdn_keys)
    client->cdn_keys = tl_alloc_zero(client->allocator, MAX_KEYS * sizeof *client->cdn_keys);
  if (!client->cdn_keys)
    return MTP_ERR_NOMEM;
  for (size_t i = 0; i < config->public_keys.count && client->n_cdn_keys < MAX_KEYS; i++) {
    const tl_string *pem = &config->public_keys.items[i]->public_key;
    mtp_rsa_key **slot = &client->cdn_keys[client->n_cdn_keys];
    mtp_status status = mtp_rsa_key_from_pem(pem->data, pem->size, client->allocator, slot);
    if (status == MTP_OK)
      client->n_cdn_keys++;
    else if (status == MTP_ERR_NOMEM)
      failure = status;
  }
  return client->n_cdn_keys ? MTP_OK : failure;
}

bool mtp_cdn_exchange_due(const mtp_conn *conn) {
  return conn->dc->cdn && (!mtp_conn_key(conn) || conn->dc->doubted);
}

/* Without keys nothing can be had from a CDN. */
static void fail_waiting(mtp_client *client, const mtp_error *error) {
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    if (mtp_cdn_exchange_due(conn))
      mtp_conn_fail_calls(conn, error);
}

static bool ask(mtp_client *client, uint32_t delay_ms);

/* Asked again when it does not come, a while later each time, and not for ever (LV-3). */
static bool ask_again(mtp_client *client, const mtp_error *error) {
  if (!error || error->status != MTP_ERR_TIMEOUT || ++client->cdn_unanswered >= MAX_ASKED)
    return false;
  return ask(client, (uint32_t)FIRST_PAUSE_MS << client->cdn_unanswered);
}

static void config_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_client *client = ctx;
  mtp_error none;
  mtp_status status = MTP_OK;
  client->cdn_asked = false;
  if (ask_again(client, error))
    return;
  client->cdn_unanswered = 0;
  if (!error)
    status = take(client, tg_help_getCdnConfig_result(mtp_reply_value(reply)));
  mtp_reply_free(reply);
  mtp_error_set(&none, status,
                status == MTP_ERR_HANDSHAKE ? "no public key of a CDN is known" : NULL);
  if (client->n_cdn_keys == 0)
    fail_waiting(client, error ? error : &none);
}

static bool ask(mtp_client *client, uint32_t delay_ms) {
  tg_help_getCdnConfig request = {0};
  tl_call what = tg_help_getCdnConfig_call(&request);
  mtp_call_options options = {.timeout_ms = ANSWER_MS, .delay_ms = delay_ms};
  mtp_call_start start = {.options = &options,
                          .done = config_done,
                          .ctx = client,
                          .conn = mtp_conn_home(client),
                          .urgent = true};
  mtp_call *call;
  client->cdn_asked = start.conn && mtp_call_begin(client, &what, &start, &call) == MTP_OK;
  return client->cdn_asked;
}

bool mtp_cdn_keys_ready(mtp_client *client) {
  mtp_error error;
  if (client->n_cdn_keys || client->cdn_asked)
    return client->n_cdn_keys != 0;
  if (ask(client, 0))
    return false;
  mtp_error_set(&error, MTP_ERR_NOMEM, NULL);
  fail_waiting(client, &error);
  return false;
}
