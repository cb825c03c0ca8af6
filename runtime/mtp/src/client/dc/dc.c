/* Data centres: found and made, whose key a connection is under, and who is at making one. */
#include "client/dc/dc.h"

#include "client/address.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/context.h"

static mtp_dc *make(mtp_client *client, int32_t id, bool media, bool cdn) {
  mtp_dc *main = NULL;
  if (media && !(main = mtp_dc_get(client, id, false, cdn)))
    return NULL;
  mtp_dc *dc = tl_alloc_zero(client->allocator, sizeof *dc);
  if (!dc)
    return NULL;
  *dc = (mtp_dc){.next = client->dcs,
                 .client = client,
                 .id = id,
                 .media = media,
                 .cdn = cdn,
                 .main = main,
                 .time_offset = client->session.time_offset};
  client->dcs = dc;
  return dc;
}

mtp_dc *mtp_dc_get(mtp_client *client, int32_t id, bool media, bool cdn) {
  for (mtp_dc *dc = client->dcs; dc; dc = dc->next)
    if (dc->id == id && dc->media == media && dc->cdn == cdn)
      return dc;
  return make(client, id, media, cdn);
}

void mtp_dcs_free(mtp_client *client) {
  for (mtp_dc *dc; (dc = client->dcs);) {
    client->dcs = dc->next;
    tl_free(client->allocator, dc, sizeof *dc);
  }
}

int64_t mtp_dc_time(const mtp_dc *dc) {
  return mtp_client_now(dc->client).wall_ms / 1000 + dc->time_offset;
}

bool mtp_dc_is_misnamed(const mtp_dc *dc) {
  const mtp_client *client = dc->client;
  mtp_target targets[MTP_TARGETS_MAX];
  if (!dc->cdn)
    return false;
  return dc->id == client->session.home_dc ||
         mtp_targets_find(&client->options, &client->session, dc->id, false, false, targets) != 0;
}

/* ---- keys ---- */

static const mtp_dc_key *own_key(const mtp_dc *dc) {
  const mtp_session *session = &dc->client->session;
  for (size_t i = 0; i < session->n_keys; i++)
    if (session->keys[i].dc == dc->id && session->keys[i].media == dc->media)
      return &session->keys[i];
  return NULL;
}

mtp_dc *mtp_dc_keyed(mtp_dc *dc) {
  return dc->media && !own_key(dc) && own_key(dc->main) ? dc->main : dc;
}

const mtp_dc_key *mtp_conn_key(const mtp_conn *conn) {
  return own_key(mtp_dc_keyed(conn->dc));
}

bool mtp_conn_has_home_key(const mtp_conn *conn) {
  const mtp_dc *dc = mtp_dc_keyed(conn->dc);
  return dc->id == dc->client->session.home_dc && !dc->cdn && !dc->media;
}

bool mtp_conn_is_home(const mtp_conn *conn) {
  return mtp_conn_has_home_key(conn) && !conn->dc->media && conn->connection == 0;
}

/* ---- who is at what ---- */

static bool claim(const mtp_conn **place, const mtp_conn *conn) {
  if (!*place)
    *place = conn;
  return *place == conn;
}

bool mtp_dc_begin_key(mtp_conn *conn) {
  return mtp_conn_key(conn) || claim(&conn->dc->making, conn);
}

bool mtp_dc_begin_import(mtp_conn *conn) {
  return claim(&mtp_dc_keyed(conn->dc)->importing, conn);
}

void mtp_dc_end_import(const mtp_conn *conn) {
  for (mtp_dc *dc = conn->dc; dc; dc = dc->main)
    if (dc->importing == conn)
      dc->importing = NULL;
}

void mtp_dc_end_work(const mtp_conn *conn) {
  mtp_dc_end_import(conn);
  if (conn->dc->making == conn)
    conn->dc->making = NULL;
}
