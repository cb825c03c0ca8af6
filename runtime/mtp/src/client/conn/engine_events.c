/* What the engine of a connection says: answers, updates, salts, time, and that it wants another
 * connection. */
#include "client/conn/engine_events.h"

#include "client/call/answer.h"
#include "client/client.h"
#include "client/conn/bind.h"
#include "client/conn/conn.h"
#include "client/conn/conns.h"
#include "client/conn/gate_shut.h"
#include "client/conn/outcome.h"
#include "client/dc/dc.h"
#include "client/dc/keys.h"
#include "client/dc/trust.h"
#include "client/events.h"
#include "client/updates.h"

static void keep_salt(mtp_conn *conn, mtp_proof proof, int64_t salt) {
  if (conn->temp.valid)
    conn->temp.salt = salt;
  else
    mtp_trust_salt(proof, salt);
}

static void engine_reconnect(mtp_conn *conn, mtp_reconnect_reason reason) {
  mtp_status status = reason == MTP_RECONNECT_PONG     ? MTP_ERR_NETWORK
                      : reason == MTP_RECONNECT_MEMORY ? MTP_ERR_NOMEM
                                                       : MTP_ERR_PROTOCOL;
  mtp_conn_fail_text(conn, status, mtp_reconnect_name(reason), false);
}

static void engine_fatal(mtp_conn *conn) {
  conn->spent = true;
  mtp_conn_fail_text(conn, MTP_ERR_RANDOM, NULL, true);
}

static void key_destroyed(mtp_conn *conn, mtp_proof proof, bool destroyed) {
  mtp_client *client = conn->client;
  if (client->destroying == conn)
    client->destroying = NULL;
  client->destroyed = destroyed;
  if (!destroyed)
    return;
  conn->spent = true;
  mtp_conn_forget_key(conn, proof);
}

/* A closed engine takes nothing any more. */
static void replace_engine(mtp_conn *conn) {
  mtp_engine *closed = conn->engine;
  if (!mtp_conn_make_engine(conn)) {
    conn->engine = closed; /* out of memory: calls end, the next turn tries again */
    return;
  }
  mtp_engine_free(closed);
  conn->spent = false;
  conn->keyed = false;
  mtp_gate_reset(conn);
}

static void take_engine_event(mtp_conn *conn, mtp_engine_event *event) {
  mtp_proof proof = mtp_proof_message(conn, event);
  if (!conn->temp.valid || conn->bound) /* until then nothing shows that they know the user's key */
    mtp_trust_servers(conn->client, proof);
  switch (event->type) {
  case MTP_ENGINE_EVENT_RESULT:
  case MTP_ENGINE_EVENT_RPC_ERROR:
  case MTP_ENGINE_EVENT_FAILED:
    if (conn->bind && event->token == conn->bind)
      mtp_conn_bound(conn, event);
    else
      mtp_answer(conn, event);
    break;
  case MTP_ENGINE_EVENT_UPDATE:
    mtp_updates_take_body(conn, &event->body);
    break;
  case MTP_ENGINE_EVENT_UPDATES_GAP:
    mtp_updates_gap(conn);
    break;
  case MTP_ENGINE_EVENT_NEW_SESSION:
    if (!event->first || conn->had_session) /* of ours, after another one: the same */
      mtp_updates_gap(conn);
    conn->had_session = true;
    break;
  case MTP_ENGINE_EVENT_SALT:
    keep_salt(conn, proof, event->value);
    break;
  case MTP_ENGINE_EVENT_TIME:
    mtp_trust_clock(proof, event->value);
    break;
  case MTP_ENGINE_EVENT_RECONNECT:
    if (conn->lanes[0].link)
      engine_reconnect(conn, event->reason);
    break;
  case MTP_ENGINE_EVENT_KEY_DESTROYED:
    key_destroyed(conn, proof, event->destroyed);
    break;
  case MTP_ENGINE_EVENT_FATAL:
    engine_fatal(conn);
    break;
  default:
    break;
  }
}

bool mtp_engine_events(mtp_conn *conn) {
  mtp_engine_event event;
  bool any = false;
  while (mtp_engine_next_event(conn->engine, &event)) {
    take_engine_event(conn, &event);
    tl_buffer_free(&event.body);
    any = true;
  }
  if (conn->spent)
    replace_engine(conn);
  return any;
}
