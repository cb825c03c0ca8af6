/* Opening and closing, saving, and the calls that everything else is made of. */
#include "internal.h"
#include "store/session_format.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <tl/wiping.h>

void tgauth_options_init(tgauth_options *options) {
  memset(options, 0, sizeof *options);
  mtp_options_init(&options->client);
}

/* SHA-256 of what a store would hold. */
static mtp_status digest_of(const tgauth *auth, const mtp_session *session, uint8_t digest[32],
                            mtp_error *error) {
  tl_allocator wiping = tl_wiping(auth->allocator);
  tl_buffer bytes;
  tl_buffer_init(&bytes, &wiping, 0);
  mtp_status status = tgauth_session_encode(session, &bytes, error);
  tl_bytes part = tl_bytes_of(bytes.data, bytes.size);
  if (status == MTP_OK && (status = mtp_sha256(&part, 1, digest)) != MTP_OK)
    (void)tgauth_fail_crypto(error, status);
  tl_buffer_free(&bytes);
  return status;
}

/* What was loaded is saved already: somebody who only looks rewrites nothing. */
static mtp_status load(tgauth *auth, mtp_session *session, mtp_error *error) {
  if (!auth->store)
    return MTP_OK;
  mtp_status status = auth->store->ops->lock(auth->store, error);
  if (status == MTP_OK)
    status = auth->store->ops->load(auth->store, session, error);
  return status == MTP_OK ? digest_of(auth, session, auth->saved, error) : status;
}

static int64_t lease_of(void *ctx) {
  tgauth_store *store = ctx;
  return store->ops->lease_ms(store);
}

static mtp_status make_client(tgauth *auth, const tgauth_options *options,
                              const mtp_session *session, mtp_error *error) {
  mtp_options client = options->client;
  if (auth->store && auth->store->ops->lease_ms) {
    client.lease_ms = lease_of;
    client.lease_ctx = auth->store;
  }
  return mtp_client_new(&client, session, &auth->client, error);
}

static mtp_status check(const tgauth_options *options, mtp_error *error) {
  if (options->client.api_id <= 0)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "api_id is missing: get one at my.telegram.org");
  if (!options->api_hash || !*options->api_hash)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "api_hash is missing: get one at my.telegram.org");
  return MTP_OK;
}

mtp_status tgauth_open(const tgauth_options *options, tgauth **out, mtp_error *error) {
  const tl_allocator *allocator = options->client.allocator;
  mtp_session session;
  *out = NULL;
  mtp_session_init(&session, allocator);
  tgauth *auth = tl_alloc_zero(allocator, sizeof *auth);
  if (!auth) {
    if (options->store)
      options->store->ops->free(options->store);
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  auth->allocator = allocator;
  if (options->client.rng)
    auth->rng = *options->client.rng;
  auth->store = options->store;
  auth->api_id = options->client.api_id;
  tl_arena_init(&auth->terms_arena, allocator, 0);
  mtp_status status = check(options, error);
  if (status == MTP_OK)
    status = load(auth, &session, error);
  if (status == MTP_OK) {
    auth->api_hash = tgauth_strdup(tl_string_of(options->api_hash));
    status = auth->api_hash ? make_client(auth, options, &session, error)
                            : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  auth->signed_out = !session.signed_in;
  mtp_session_free(&session);
  if (status != MTP_OK)
    tgauth_close(auth);
  else
    *out = auth;
  return status;
}

void tgauth_discard(tgauth *auth) {
  if (!auth)
    return;
  mtp_client_free(auth->client);
  if (auth->store)
    auth->store->ops->free(auth->store);
  if (auth->api_hash)
    OPENSSL_cleanse(auth->api_hash, strlen(auth->api_hash));
  free(auth->api_hash);
  tl_arena_free(&auth->terms_arena);
  tl_free(auth->allocator, auth, sizeof *auth);
}

void tgauth_close(tgauth *auth) {
  if (auth && auth->client)
    (void)!tgauth_save(auth, NULL); /* nobody left to tell */
  tgauth_discard(auth);
}

mtp_client *tgauth_client(const tgauth *auth) {
  return auth->client;
}

int64_t tgauth_lease_ms(const tgauth *auth) {
  tgauth_store *store = auth->store;
  return store && store->ops->lease_ms ? store->ops->lease_ms(store) : INT64_MAX;
}

tgauth_store *tgauth_store_of(tgauth *auth) {
  return auth->store;
}

/* What the server has given up stands beside the session before that is written without it, and
 * goes when somebody has signed in. */
static mtp_status set_aside(tgauth *auth, mtp_error *error) {
  const mtp_session *lost = mtp_client_lost_session(auth->client);
  bool signed_in = mtp_client_session(auth->client)->signed_in;
  bool begins = lost && !auth->set_aside, ends = !lost && signed_in && auth->signed_out;
  if (!auth->store->ops->set_aside || !(begins || ends))
    return MTP_OK;
  mtp_status status = auth->store->ops->set_aside(auth->store, lost, error);
  if (status == MTP_OK)
    auth->set_aside = auth->signed_out = begins;
  return status;
}

/* Saves when the bytes differ from the last ones saved: salts and addresses change seldom. */
mtp_status tgauth_save(tgauth *auth, mtp_error *error) {
  uint8_t digest[32];
  if (!auth->store)
    return MTP_OK;
  const mtp_session *session = mtp_client_session(auth->client);
  mtp_status status = set_aside(auth, error);
  if (status == MTP_OK)
    status = digest_of(auth, session, digest, error);
  if (status != MTP_OK || memcmp(digest, auth->saved, sizeof digest) == 0)
    return status;
  status = auth->store->ops->save(auth->store, session, error);
  if (status == MTP_OK)
    memcpy(auth->saved, digest, sizeof digest);
  return status;
}

mtp_status tgauth_try_store(tgauth *auth, mtp_error *error) {
  memset(auth->saved, 0, sizeof auth->saved);
  return tgauth_save(auth, error);
}

mtp_status tgauth_call(tgauth *auth, const tl_call *call, mtp_reply **reply, mtp_error *error) {
  mtp_call_options options;
  mtp_error local;
  memset(&options, 0, sizeof options);
  options.no_sleep = options.no_retry = true;
  *reply = NULL;
  error = error ? error : &local;
  mtp_status status = mtp_call_sync(auth->client, call, &options, reply, error);
  if (status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED)
    auth->half_signed_in = true;
  return status;
}

mtp_status tgauth_call_void(tgauth *auth, const tl_call *call, mtp_error *error) {
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, call, &reply, error);
  mtp_reply_free(reply);
  return status == MTP_OK ? tgauth_save(auth, error) : status;
}
