/* Making and ending a client, and what can be asked of it as a whole. */
#include <openssl/crypto.h>
#include <string.h>
#include <time.h>

#include "client/builtin.h"
#include "client/internal.h"

/* ---- time and chance ---- */

static int64_t clock_ms(clockid_t which) {
  struct timespec at;
  if (clock_gettime(which, &at) != 0)
    return 0;
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx) {
  (void)ctx;
  return clock_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *ctx) {
  (void)ctx;
  return clock_ms(CLOCK_MONOTONIC);
}

mtp_now mtp_client_now(const mtp_client *client) {
  const mtp_options *o = &client->options;
  return (mtp_now){.wall_ms = o->wall_ms(o->clock_ctx),
                   .monotonic_ms = o->monotonic_ms(o->clock_ctx)};
}

bool mtp_client_random(const mtp_client *client, void *out, size_t size) {
  return mtp_rng_fill(&client->rng, out, size) == 0;
}

bool mtp_client_in_callback(const mtp_client *client) {
  return client->delivering;
}

uint32_t mtp_client_file_connections(const mtp_client *client) {
  return client->options.file_connections;
}

int64_t mtp_client_server_time(const mtp_client *client) {
  return mtp_client_now(client).wall_ms / 1000 + client->session.time_offset;
}

/* ---- making ---- */

static void inject(mtp_client *client) {
  mtp_options *o = &client->options;
  client->rng = o->rng ? *o->rng : mtp_rng_system();
  if (!o->wall_ms)
    o->wall_ms = system_wall_ms;
  if (!o->monotonic_ms)
    o->monotonic_ms = system_monotonic_ms;
}

static mtp_status load_session(mtp_client *client, const mtp_session *session) {
  mtp_session *own = &client->session;
  mtp_status status = MTP_OK;
  mtp_session_init(own, client->allocator);
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

static mtp_status load_keys(mtp_client *client, const mtp_options *o, mtp_error *error) {
  size_t n = o->n_public_keys;
  const char *const *texts = o->public_keys;
  if (n == 0)
    texts = mtp_builtin_keys(client->session.test, &n);
  client->keys = tl_alloc_zero(client->allocator, n * sizeof *client->keys);
  if (!client->keys)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  client->n_keys = n;
  for (size_t i = 0; i < n; i++) {
    mtp_crypto_status status =
        mtp_rsa_key_from_pem(texts[i], strlen(texts[i]), client->allocator, &client->keys[i]);
    if (status == MTP_CRYPTO_REJECTED)
      return mtp_error_set(error, MTP_ERR_ARGUMENT,
                           "options.public_keys holds a text that is no RSA key of 2048 bits");
    if (status != MTP_CRYPTO_OK)
      return mtp_error_set(error, MTP_ERR_NOMEM, mtp_crypto_status_name(status));
  }
  return MTP_OK;
}

static mtp_status set_up(mtp_client *client, const mtp_options *options, const mtp_session *session,
                         mtp_error *error) {
  mtp_status status =
      mtp_options_keep(options, &client->options, &client->kept, &client->kept_size);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  inject(client);
  client->updates_type = tl_find_type(&tg_schema, "Updates", 7);
  status = mtp_inbox_init(client);
  if (status != MTP_OK)
    return mtp_error_set(error, status, "no pipe");
  status = load_session(client, session);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  status = mtp_updates_new(client);
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  status = load_keys(client, options, error);
  if (status == MTP_OK && !mtp_centre_home(client))
    status = mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  return status;
}

mtp_status mtp_client_new(const mtp_options *options, const mtp_session *session, mtp_client **out,
                          mtp_error *error) {
  *out = NULL;
  const char *why = mtp_options_complaint(options);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  mtp_client *client = tl_alloc_zero(options->allocator, sizeof *client);
  if (!client)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  client->allocator = options->allocator;
  mtp_session_init(&client->session, client->allocator);
  mtp_status status = set_up(client, options, session, error);
  if (status == MTP_OK)
    *out = client;
  else
    mtp_client_free(client);
  return status;
}

/* ---- ending ---- */

void mtp_client_close(mtp_client *client) {
  if (!client->closed) {
    mtp_error error;
    mtp_error_set(&error, MTP_ERR_CLOSED, NULL);
    client->closed = true;
    mtp_inbox_close(client);
    mtp_now now = mtp_client_now(client);
    for (mtp_centre *centre = client->centres; centre; centre = centre->next) {
      mtp_centre_fail_calls(centre, &error);
      mtp_centre_disconnect(centre, now, NULL);
    }
  }
  if (!client->delivering) /* else whoever delivers goes on with these */
    mtp_calls_deliver(client);
}

static void free_keys(mtp_client *client) {
  for (size_t i = 0; i < client->n_keys; i++)
    mtp_rsa_key_free(client->keys[i]);
  tl_free(client->allocator, client->keys, client->n_keys * sizeof *client->keys);
}

void mtp_client_free(mtp_client *client) {
  if (!client)
    return;
  if (client->inbox.ready)
    mtp_client_close(client);
  while (client->centres) {
    mtp_centre *centre = client->centres;
    client->centres = centre->next;
    mtp_centre_free(centre);
  }
  mtp_updates_free(client);
  mtp_events_free(client);
  mtp_inbox_free(client);
  free_keys(client);
  mtp_cdn_keys_free(client);
  mtp_link_tls_free(client->tls);
  mtp_session_free(&client->session);
  if (client->kept)
    OPENSSL_cleanse(client->kept, client->kept_size); /* a proxy's password is in it */
  tl_free(client->allocator, client->kept, client->kept_size);
  const tl_allocator *allocator = client->allocator;
  OPENSSL_cleanse(client, sizeof *client);
  tl_free(allocator, client, sizeof *client);
}

/* ---- the session ---- */

const mtp_session *mtp_client_session(const mtp_client *client) {
  return &client->session;
}

void mtp_client_set_user(mtp_client *client, int64_t user_id, bool bot) {
  mtp_session *session = &client->session;
  if (session->user_id != user_id) {
    memset(&session->updates, 0, sizeof session->updates);
    mtp_updates_reset(client);
  }
  session->signed_in = user_id != 0;
  session->user_id = user_id;
  session->bot = bot && user_id != 0;
  for (mtp_centre *centre = client->centres; centre; centre = centre->next) {
    if (mtp_centre_has_home_key(centre))
      continue;
    mtp_centre_unauthorize(centre);
    mtp_gate_shut(centre);
  }
  mtp_event_session(client);
}

void mtp_client_watch(mtp_client *client, void (*watch)(void *ctx, const tl_value *updates),
                      void *ctx) {
  client->watch = watch;
  client->watch_ctx = ctx;
}

mtp_status mtp_client_add_token(mtp_client *client, tl_bytes token) {
  mtp_status status = mtp_session_add_token(&client->session, token.data, token.size);
  if (status == MTP_OK)
    mtp_event_session(client);
  return status;
}

/* Whether the call may still go elsewhere: it names no data centre and has not left. */
static bool may_move(const mtp_call *call) {
  if (call->options.dc || call->options.media || call->step)
    return false;
  return call->state != MTP_CALL_ENGINE || !mtp_engine_msg_id(call->centre->engine, call->token);
}

static void move_calls(mtp_centre *from, mtp_centre *to) {
  for (mtp_call *call = from->calls.first, *next; call; call = next) {
    next = call->next;
    if (!may_move(call))
      continue;
    bool asleep = call->state == MTP_CALL_SLEEPING;
    mtp_call_move(call, to);
    if (asleep)
      call->state = MTP_CALL_SLEEPING;
  }
}

mtp_status mtp_client_move_home(mtp_client *client, int32_t dc) {
  mtp_centre *from = mtp_centre_home(client);
  static const mtp_call_options main_connection;
  mtp_centre *to = mtp_centre_get(client, dc, &main_connection);
  if (!from || !to)
    return MTP_ERR_NOMEM;
  if (from == to)
    return MTP_OK;
  mtp_log(client, MTP_LOG_INFO, "home data centre: %d instead of %d", (int)dc, (int)from->dc);
  if (client->session.signed_in) { /* the old one exports what the new one imports */
    mtp_dc_key *key = mtp_centre_key(from);
    from->imported = true;
    if (key)
      key->imported = true;
    client->import_from = to->imported ? 0 : from->dc;
    mtp_gate_shut(to);
  }
  client->session.home_dc = dc;
  from->wanted = false;
  mtp_centre_want(to);
  move_calls(from, to);
  mtp_event_session(client);
  return MTP_OK;
}

mtp_status mtp_client_set_home(mtp_client *client, int32_t dc) {
  if (client->closed)
    return MTP_ERR_CLOSED;
  if (dc <= 0 || dc > 10000)
    return MTP_ERR_ARGUMENT;
  return mtp_client_move_home(client, dc);
}

/* Polls until done() or the time is over. */
static bool poll_until(mtp_client *client, int64_t until, bool (*done)(const mtp_client *client)) {
  int64_t left;
  while (!done(client) && (left = until - mtp_client_now(client).monotonic_ms) > 0)
    mtp_client_poll(client, left < INT32_MAX ? (int)left : INT32_MAX);
  return done(client);
}

static bool is_keyed(const mtp_client *client) {
  const mtp_centre *centre = client->destroying;
  return !centre || (centre->connected && centre->keyed) || !mtp_centre_key(centre);
}

static bool is_destroyed(const mtp_client *client) {
  return !client->destroying;
}

/* Asks the server, and waits for what it says. */
static mtp_status destroy_there(mtp_client *client, mtp_centre *centre, uint32_t timeout_ms) {
  int64_t until = mtp_client_now(client).monotonic_ms + timeout_ms;
  client->destroying = centre;
  client->destroyed = false;
  mtp_centre_want(centre);
  if (centre->temp.valid)
    mtp_centre_renew(centre, mtp_client_now(client));
  mtp_status status = MTP_ERR_TIMEOUT;
  if (poll_until(client, until, is_keyed) && mtp_centre_key(centre) &&
      mtp_engine_destroy_key(centre->engine) == MTP_ENGINE_OK) {
    client->dirty = true;
    status = poll_until(client, until, is_destroyed) ? MTP_OK : MTP_ERR_TIMEOUT;
  }
  client->destroying = NULL;
  return status;
}

mtp_status mtp_client_destroy_key(mtp_client *client, uint32_t timeout_ms, mtp_error *error) {
  mtp_centre *centre = mtp_centre_home(client);
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  if (client->delivering)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "not from inside a callback");
  if (!centre)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  if (!mtp_centre_key(centre))
    return MTP_OK;
  mtp_status status = destroy_there(client, centre, timeout_ms);
  if (mtp_centre_key(centre))
    mtp_centre_forget_key(centre, mtp_client_now(client));
  return status == MTP_OK ? MTP_OK : mtp_error_set(error, status, NULL);
}
