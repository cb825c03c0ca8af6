/* Connections: found, made and freed. */
#include "client/conn/conns.h"

#include <openssl/crypto.h>

#include "client/address.h"
#include "client/client.h"
#include "client/conn/exchange.h"
#include "client/context.h"
#include "client/dc/dc.h"

enum { PING_SLACK_S = 15 };

bool mtp_conn_make_engine(mtp_conn *conn) {
  const mtp_client *client = conn->client;
  mtp_engine_config config;
  mtp_engine_config_init(&config);
  config.allocator = client->allocator;
  config.rng = &client->rng;
  config.ping_ms = client->options.ping_s * 1000;
  config.max_inflated = client->options.inflate_bytes;
  config.max_queued = client->options.queue_bytes;
  config.max_work = client->options.process_bytes;
  config.max_sends = client->options.call_sends;
  config.ping_delay_s = client->options.ping_s + PING_SLACK_S;
  mtp_link_traits traits = mtp_options_traits(&client->options);
  config.padded = traits.padded;
  config.http = traits.http_way;
  conn->http = config.http;
  if (mtp_engine_new(&config, &conn->engine) != MTP_OK)
    return false;
  mtp_engine_hold(conn->engine, !conn->dc->cdn);
  return true;
}

static mtp_conn *make(mtp_client *client, int32_t dc, const mtp_call_options *options) {
  mtp_conn *conn = tl_alloc_zero(client->allocator, sizeof *conn);
  if (!conn)
    return NULL;
  conn->client = client;
  conn->dc = mtp_dc_get(client, dc, options->media, options->cdn);
  conn->connection = options->connection;
  conn->idle_since = MTP_NEVER;
  if (!conn->dc || !mtp_conn_make_engine(conn)) {
    tl_free(client->allocator, conn, sizeof *conn);
    return NULL;
  }
  conn->next = client->conns;
  client->conns = conn;
  return conn;
}

mtp_conn *mtp_conn_get(mtp_client *client, int32_t dc, const mtp_call_options *options) {
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    if (conn->dc->id == dc && conn->dc->media == options->media && conn->dc->cdn == options->cdn &&
        conn->connection == options->connection)
      return conn;
  return make(client, dc, options);
}

mtp_conn *mtp_conn_home(mtp_client *client) {
  static const mtp_call_options main_connection;
  return mtp_conn_get(client, client->session.home_dc, &main_connection);
}

mtp_conn *mtp_conn_for(mtp_client *client, const mtp_call_options *options) {
  return mtp_conn_get(client, options->dc ? options->dc : client->session.home_dc, options);
}

void mtp_conn_free(mtp_conn *conn) {
  mtp_exchange_free(conn);
  for (size_t i = 0; i < MTP_LANES; i++)
    mtp_link_close(conn->lanes[i].link);
  mtp_engine_free(conn->engine);
  const tl_allocator *allocator = conn->client->allocator;
  OPENSSL_cleanse(conn, sizeof *conn);
  tl_free(allocator, conn, sizeof *conn);
}
