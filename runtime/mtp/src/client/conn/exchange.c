/* Carries the packets of a key exchange between a connection and the state machine that knows what
 * they mean. */
#include "client/conn/exchange.h"

#include "client/address.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/dc/server_keys.h"
#include "client/log.h"
#include "kx/kx.h"

struct mtp_exchange {
  mtp_kx *kx;
  bool temporary;
  tl_buffer out; /* the last packet */
};

void mtp_exchange_destroy(const mtp_client *client, mtp_exchange *exchange) {
  tl_buffer_free(&exchange->out);
  mtp_kx_free(exchange->kx);
  tl_free(client->allocator, exchange, sizeof *exchange);
}

void mtp_exchange_free(mtp_conn *conn) {
  if (!conn->exchange)
    return;
  mtp_exchange_destroy(conn->client, conn->exchange);
  conn->exchange = NULL;
}

static void failed(mtp_conn *conn, mtp_cause failure) {
  if (failure == MTP_ERR_TIMEOUT) {
    mtp_conn_fail_late(conn);
    return;
  }
  /* Where there is a key of the data centre's, whoever shows another RSA key is somebody else. */
  bool strange = failure == MTP_KX_FAIL_NO_KEY && !mtp_conn_key(conn);
  bool hopeless = strange || failure == MTP_ERR_RANDOM;
  mtp_conn_fail_cause(conn, failure, hopeless);
}

mtp_exchange *mtp_exchange_take(mtp_conn *conn, mtp_exchanged *out) {
  mtp_exchange *exchange = conn->exchange;
  const mtp_kx_result *result = mtp_kx_result_of(exchange->kx);
  *out = (mtp_exchanged){
      .temporary = exchange->temporary,
      .key = result->key.bytes,
      .salt = result->salt,
      .time_offset_ms = result->time_offset_ms,
      .expires_at = result->expires_at,
  };
  conn->exchange = NULL;
  return exchange;
}

void mtp_exchange_resume(mtp_conn *conn) {
  mtp_link *link = conn->lanes[0].link;
  tl_buffer *out = &conn->exchange->out;
  if (out->size == 0 || (conn->http && !mtp_link_ready(link)))
    return; /* HTTP: this connection is over, the next one takes it */
  if (mtp_link_send(link, tl_bytes_of(out->data, out->size), false) == MTP_OK)
    mtp_link_flush(link); /* else the link has failed, and its next event says why */
}

/* Whether it is done. */
static bool follow(mtp_conn *conn, mtp_kx_step step) {
  if (step == MTP_KX_SEND)
    mtp_exchange_resume(conn);
  else if (step == MTP_KX_FAILED)
    failed(conn, mtp_kx_cause(conn->exchange->kx));
  return step == MTP_KX_DONE;
}

static mtp_status make(mtp_conn *conn, bool temporary, mtp_now now) {
  mtp_client *client = conn->client;
  const mtp_options *o = &client->options;
  int64_t left = conn->connect_deadline - now.monotonic_ms;
  mtp_status status = conn->dc->cdn ? MTP_OK : mtp_server_keys_need(client);
  if (status)
    return status;
  mtp_exchange *exchange = tl_alloc_zero(client->allocator, sizeof *exchange);
  if (!exchange)
    return MTP_ERR_NOMEM;
  conn->exchange = exchange;
  exchange->temporary = temporary;
  tl_buffer_init(&exchange->out, client->allocator, 0);
  mtp_kx_config config = {
      .allocator = client->allocator,
      .rng = &client->rng,
      .cache = &client->primes,
      .keys = (const mtp_rsa_key *const *)(conn->dc->cdn ? client->cdn_keys : client->keys),
      .n_keys = conn->dc->cdn ? client->n_cdn_keys : client->n_keys,
      .dc = conn->dc->id,
      .test = client->session.test,
      .media = conn->dc->media,
      .padded = mtp_options_traits(o).padded,
      .expires_in = temporary ? (int32_t)o->temp_key_s : 0,
      .timeout_ms = left > 1 ? (uint32_t)left : 1,
  };
  return mtp_kx_new(&config, &exchange->kx);
}

void mtp_exchange_begin(mtp_conn *conn, bool temporary, mtp_now now) {
  mtp_status status = make(conn, temporary, now);
  if (status != MTP_OK) {
    mtp_conn_fail_cause(conn, status, status == MTP_ERR_ARGUMENT);
    return;
  }
  mtp_log(conn->client, MTP_LOG_DEBUG, "dc %d: %s key exchange", (int)conn->dc->id,
          temporary ? "temporary" : "permanent");
  (void)follow(conn, mtp_kx_start(conn->exchange->kx, now, &conn->exchange->out));
}

bool mtp_exchange_packet(mtp_conn *conn, tl_bytes packet, mtp_now now) {
  mtp_exchange *exchange = conn->exchange;
  tl_buffer_clear(&exchange->out);
  return follow(conn, mtp_kx_recv(exchange->kx, packet.data, packet.size, now, &exchange->out));
}

int64_t mtp_exchange_deadline(const mtp_conn *conn) {
  return conn->exchange ? mtp_kx_deadline(conn->exchange->kx) : MTP_NEVER;
}

void mtp_exchange_tick(mtp_conn *conn, mtp_now now) {
  if (!conn->exchange || now.monotonic_ms < mtp_kx_deadline(conn->exchange->kx))
    return;
  if (mtp_kx_tick(conn->exchange->kx, now) == MTP_KX_FAILED)
    failed(conn, mtp_kx_cause(conn->exchange->kx));
}
