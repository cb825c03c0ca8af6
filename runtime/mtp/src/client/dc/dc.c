/* Whose key a connection is under, and whether that is the home one. */
#include "client/dc/dc.h"

#include "client/client.h"
#include "client/conn/conn.h"

/* A data centre and its media-only addresses are one: the key of either will do there. */
mtp_dc_key *mtp_conn_key(const mtp_conn *conn) {
  mtp_session *session = &conn->client->session;
  mtp_dc_key *key = mtp_session_key(session, conn->dc, conn->media);
  return key || !conn->media ? key : mtp_session_key(session, conn->dc, false);
}

/* Two exchanges would leave one of the connections with a key that nobody keeps. */
bool mtp_conn_key_is_made(const mtp_conn *conn) {
  if (mtp_conn_key(conn))
    return false;
  for (const mtp_conn *other = conn->client->conns; other; other = other->next)
    if (other != conn && other->dc == conn->dc && other->media == conn->media &&
        other->cdn == conn->cdn && other->lanes[0].link)
      return true;
  return false;
}

bool mtp_conn_has_home_key(const mtp_conn *conn) {
  const mtp_dc_key *key = mtp_conn_key(conn);
  bool own_key = conn->media && (!key || key->media);
  return conn->dc == conn->client->session.home_dc && !conn->cdn && !own_key;
}

bool mtp_conn_is_home(const mtp_conn *conn) {
  return mtp_conn_has_home_key(conn) && !conn->media && conn->connection == 0;
}
