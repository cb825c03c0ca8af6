/* What a failed connection leads to: another try after a while that doubles from try to try
 * (RB-5), the end of the calls that wait, or of all trying. */
#include "client/conn/failed.h"

#include "client/call/end.h"
#include "client/call/lost.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/disconnect.h"
#include "client/conn/outcome.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/keys.h"
#include "client/events.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "client/stats/stats.h"

enum {
  FLOOD = -429,
  UNKNOWN_KEY = -404,
  MAX_PENALTY = 16,
  FLAPPING_PENALTY = 2, /* a connection that worked for a moment: not too long a wait */
  GOOD_MS = 30000,      /* a connection that lived for so long was a good one */
  FLOOD_PENALTY = 2,    /* -429: more patience */
  UNREACHABLE_TRIES = 3 /* failures in a row until the user is told, and may help */
};

/* min * 2^penalty and up to half of it more by chance, up to max: chance has its part there too, so
 * that those who lost a server together do not come back together. */
static int64_t back_off(const mtp_client *client, unsigned penalty) {
  const mtp_options *o = &client->options;
  int64_t delay = o->reconnect_min_ms, most = (int64_t)o->reconnect_max_ms * 2 / 3;
  while (penalty-- > 0 && delay < most)
    delay = delay * 2 < most ? delay * 2 : most;
  uint32_t chance = 0;
  (void)mtp_client_random(client, &chance, sizeof chance);
  delay += (int64_t)(chance % (uint32_t)(delay / 2 + 1));
  return delay < o->reconnect_max_ms ? delay : o->reconnect_max_ms;
}

static void schedule(mtp_conn *conn, mtp_now now) {
  bool alive = conn->alive_since != 0;
  if (alive && now.monotonic_ms - conn->alive_since >= GOOD_MS)
    conn->penalty = 0;
  else if (alive && conn->penalty > FLAPPING_PENALTY)
    conn->penalty = FLAPPING_PENALTY;
  conn->retry_at = now.monotonic_ms + back_off(conn->client, conn->penalty);
  if (conn->penalty < MAX_PENALTY)
    conn->penalty++;
}

static void log_failure(const mtp_conn *conn, const mtp_error *error, mtp_now now) {
  char text[240];
  mtp_log(conn->client, MTP_LOG_WARNING, "dc %d: %s; next try in %lld ms", (int)conn->dc->id,
          mtp_error_format(error, text, sizeof text),
          (long long)(conn->retry_at - now.monotonic_ms));
}

/* Before calls that wait are given up for the first time, and once. */
static void tell_unreachable(const mtp_conn *conn, const mtp_error *why) {
  uint32_t tries = conn->client->options.reconnect_tries;
  unsigned limit = tries && tries < UNREACHABLE_TRIES ? tries : UNREACHABLE_TRIES;
  if (conn->failures != limit || !mtp_conn_is_home(conn))
    return;
  mtp_event event = {.type = MTP_EVENT_UNREACHABLE, .dc = conn->dc->id, .error = *why};
  mtp_event_push(conn->client, &event);
}

static void failed(mtp_conn *conn, const mtp_outcome *outcome, mtp_now now) {
  const mtp_error *why = &outcome->error;
  uint32_t tries = conn->client->options.reconnect_tries;
  bool hopeless = outcome->hopeless || conn->client->options.no_reconnect;
  conn->failed_at = now.monotonic_ms;
  conn->flooded = why->status == MTP_ERR_TRANSPORT && why->code == FLOOD;
  if (conn->flooded)
    conn->penalty += FLOOD_PENALTY;
  if (!conn->alive_since)
    conn->turn++;
  conn->failures++;
  mtp_stats_failed(conn);
  schedule(conn, now);
  log_failure(conn, why, now);
  if (conn->connected && !conn->exchange && conn->keyed) /* it has carried calls */
    mtp_calls_lost(conn, why, now);
  mtp_conn_disconnect(conn, now, why);
  tell_unreachable(conn, why);
  if (hopeless) {
    conn->stopped = true;
    conn->wanted = false;
  }
  if (hopeless)
    mtp_conn_fail_calls(conn, why);
  else if (tries && conn->failures >= tries)
    mtp_conn_fail_hasty(conn, why);
}

/* The server says that it does not know the key, in four bytes that anyone on the way can send
 * (TB-1). A temporary key is made anew. About a permanent one nothing is believed: a fresh key
 * exchange, and a temporary key bound to it, find out (TB-2). */
static void unknown_key(mtp_conn *conn, mtp_outcome *outcome, mtp_now now) {
  bool temporary = conn->temp.valid;
  if (temporary && conn->bound) { /* it has worked: the server is there again */
    conn->failures = 0;
    conn->penalty = conn->penalty < FLAPPING_PENALTY ? conn->penalty : FLAPPING_PENALTY;
  }
  if (!temporary) {
    mtp_dc_keyed(conn->dc)->doubted = true;
    conn->keyed = false;
    mtp_error_set(&outcome->error, MTP_ERR_NETWORK, "the server does not know this key; checking");
    outcome->error.code = UNKNOWN_KEY;
  }
  failed(conn, outcome, now);
  if (temporary)
    mtp_conn_renew_later(conn);
}

bool mtp_conn_settle(mtp_conn *conn, mtp_now now) {
  if (!mtp_conn_is_over(conn))
    return false;
  mtp_outcome outcome = conn->outcome;
  conn->outcome.end = MTP_END_NONE;
  if (outcome.end == MTP_END_DROPPED) {
    mtp_conn_disconnect(conn, now, NULL);
    conn->retry_at = now.monotonic_ms;
  } else if (outcome.unknown_key) {
    unknown_key(conn, &outcome, now);
  } else {
    failed(conn, &outcome, now);
  }
  return true;
}

void mtp_conn_alive(mtp_conn *conn, mtp_now now) {
  if (!conn->alive_since)
    conn->alive_since = now.monotonic_ms;
  conn->failures = 0;
}

void mtp_conns_settle(mtp_client *client, mtp_now now) {
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    (void)mtp_conn_settle(conn, now);
}
