/* Carries the packets of a key exchange between a centre's connection and the state machine that
 * knows what they mean. */
#include "kx/kx.h"

#include "client/address.h"
#include "client/internal.h"

struct mtp_exchange {
  mtp_kx *kx;
  bool temporary;
  tl_buffer out; /* the last packet */
};

static void destroy(const mtp_client *client, mtp_exchange *exchange) {
  tl_buffer_free(&exchange->out);
  mtp_kx_free(exchange->kx);
  tl_free(client->allocator, exchange, sizeof *exchange);
}

void mtp_exchange_free(mtp_centre *centre) {
  if (!centre->exchange)
    return;
  destroy(centre->client, centre->exchange);
  centre->exchange = NULL;
}

static void failed(mtp_centre *centre, mtp_kx_failure failure, mtp_now now) {
  mtp_error error;
  if (failure == MTP_KX_FAIL_TIMEOUT) {
    mtp_connect_timed_out(centre, now);
    return;
  }
  mtp_status status = failure == MTP_KX_FAIL_NOMEM    ? MTP_ERR_NOMEM
                      : failure == MTP_KX_FAIL_RANDOM ? MTP_ERR_RANDOM
                                                      : MTP_ERR_HANDSHAKE;
  mtp_error_set(&error, status, mtp_kx_failure_name(failure));
  bool hopeless = failure == MTP_KX_FAIL_NO_KEY || failure == MTP_KX_FAIL_RANDOM;
  mtp_centre_failed(centre, &error, hopeless, now);
}

static void finish(mtp_centre *centre, mtp_now now) {
  mtp_exchange *exchange = centre->exchange;
  const mtp_kx_result *result = mtp_kx_result_of(exchange->kx);
  mtp_exchanged exchanged = {
      .temporary = exchange->temporary,
      .key = result->key.bytes,
      .salt = result->salt,
      .time_offset_ms = result->time_offset_ms,
      .expires_at = (int32_t)result->expires_at,
  };
  centre->exchange = NULL; /* frees nothing that `exchanged` points to */
  mtp_exchange_done(centre, &exchanged, now);
  destroy(centre->client, exchange);
}

void mtp_exchange_resume(mtp_centre *centre, mtp_now now) {
  mtp_link *link = centre->lanes[0].link;
  tl_buffer *out = &centre->exchange->out;
  if (out->size == 0 || (centre->http && !mtp_link_ready(link)))
    return; /* HTTP: this connection is over, the next one takes it */
  if (mtp_link_send(link, tl_bytes_of(out->data, out->size), false) != TL_OK)
    failed(centre, MTP_KX_FAIL_MALFORMED, now);
  else
    mtp_link_flush(link);
}

static void follow(mtp_centre *centre, mtp_kx_step step, mtp_now now) {
  switch (step) {
  case MTP_KX_SEND:
    mtp_exchange_resume(centre, now);
    break;
  case MTP_KX_DONE:
    finish(centre, now);
    break;
  case MTP_KX_FAILED:
    failed(centre, mtp_kx_failure_of(centre->exchange->kx), now);
    break;
  }
}

static mtp_crypto_status make(mtp_centre *centre, bool temporary, mtp_now now) {
  mtp_client *client = centre->client;
  const mtp_options *o = &client->options;
  int64_t left = centre->connect_deadline - now.monotonic_ms;
  mtp_exchange *exchange = tl_alloc_zero(client->allocator, sizeof *exchange);
  if (!exchange)
    return MTP_CRYPTO_NOMEM;
  centre->exchange = exchange;
  exchange->temporary = temporary;
  tl_buffer_init(&exchange->out, client->allocator, 0);
  mtp_kx_config config = {
      .allocator = client->allocator,
      .rng = &client->rng,
      .cache = &client->primes,
      .keys = (const mtp_rsa_key *const *)(centre->cdn ? client->cdn_keys : client->keys),
      .n_keys = centre->cdn ? client->n_cdn_keys : client->n_keys,
      .dc = centre->dc,
      .test = client->session.test,
      .media = centre->media,
      .padded = mtp_options_traits(o).padded,
      .expires_in = temporary ? (int32_t)o->temp_key_s : 0,
      .timeout_ms = left > 1 ? (uint32_t)left : 1,
  };
  return mtp_kx_new(&config, &exchange->kx);
}

void mtp_exchange_begin(mtp_centre *centre, bool temporary, mtp_now now) {
  mtp_crypto_status status = make(centre, temporary, now);
  if (status != MTP_CRYPTO_OK) {
    mtp_error error;
    mtp_error_set(&error, status == MTP_CRYPTO_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_HANDSHAKE,
                  mtp_crypto_status_name(status));
    mtp_centre_failed(centre, &error, status == MTP_CRYPTO_ARGUMENT, now);
    return;
  }
  mtp_log(centre->client, MTP_LOG_DEBUG, "dc %d: %s key exchange", (int)centre->dc,
          temporary ? "temporary" : "permanent");
  follow(centre, mtp_kx_start(centre->exchange->kx, now, &centre->exchange->out), now);
}

void mtp_exchange_packet(mtp_centre *centre, tl_bytes packet, mtp_now now) {
  mtp_exchange *exchange = centre->exchange;
  tl_buffer_clear(&exchange->out);
  follow(centre, mtp_kx_recv(exchange->kx, packet.data, packet.size, now, &exchange->out), now);
}

int64_t mtp_exchange_deadline(const mtp_centre *centre) {
  return centre->exchange ? mtp_kx_deadline(centre->exchange->kx) : MTP_NEVER;
}

void mtp_exchange_tick(mtp_centre *centre, mtp_now now) {
  if (!centre->exchange || now.monotonic_ms < mtp_kx_deadline(centre->exchange->kx))
    return;
  if (mtp_kx_tick(centre->exchange->kx, now) == MTP_KX_FAILED)
    failed(centre, mtp_kx_failure_of(centre->exchange->kx), now);
}
