/* What a failed connection leads to: another try after a while that doubles from try to try (RB-5),
 * the end of the calls that wait, or of all trying. */
#include <stdio.h>

#include "client/internal.h"

enum {
  MAX_PENALTY = 16,
  FLAPPING_PENALTY = 2,  /* a connection that worked for a moment: not too long a wait */
  GOOD_MS = 30000,       /* a connection that lived for so long was a good one */
  FLOOD_PENALTY = 2,     /* -429: more patience */
  UNREACHABLE_TRIES = 3, /* failures in a row until the user is told, and may help */
  UNKNOWN_KEY_TRIES = 3  /* -404 on connections in a row until the key counts as gone (TR-6) */
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

static void schedule(mtp_centre *centre, mtp_now now) {
  bool alive = centre->alive_since != 0;
  if (alive && now.monotonic_ms - centre->alive_since >= GOOD_MS)
    centre->penalty = 0;
  else if (alive && centre->penalty > FLAPPING_PENALTY)
    centre->penalty = FLAPPING_PENALTY;
  centre->retry_at = now.monotonic_ms + back_off(centre->client, centre->penalty);
  if (centre->penalty < MAX_PENALTY)
    centre->penalty++;
}

static void log_failure(const mtp_centre *centre, const mtp_error *error, mtp_now now) {
  char text[240];
  mtp_log(centre->client, MTP_LOG_WARNING, "dc %d: %s; next try in %lld ms", (int)centre->dc,
          mtp_error_format(error, text, sizeof text),
          (long long)(centre->retry_at - now.monotonic_ms));
}

/* Before calls that wait are given up for the first time, and once. */
static void tell_unreachable(const mtp_centre *centre, const mtp_error *why) {
  uint32_t tries = centre->client->options.reconnect_tries;
  unsigned limit = tries && tries < UNREACHABLE_TRIES ? tries : UNREACHABLE_TRIES;
  if (centre->failures != limit || !mtp_centre_is_home(centre))
    return;
  mtp_event event = {.type = MTP_EVENT_UNREACHABLE, .dc = centre->dc, .error = *why};
  mtp_event_push(centre->client, &event);
}

void mtp_centre_failed(mtp_centre *centre, const mtp_error *error, bool hopeless, mtp_now now) {
  mtp_error why = *error; /* it may live in the link */
  uint32_t tries = centre->client->options.reconnect_tries;
  hopeless = hopeless || centre->client->options.no_reconnect;
  if (!centre->alive_since)
    centre->turn++;
  centre->failures++;
  schedule(centre, now);
  log_failure(centre, &why, now);
  mtp_centre_disconnect(centre, now, &why);
  tell_unreachable(centre, &why);
  if (hopeless) {
    centre->stopped = true;
    centre->wanted = false;
  }
  if (hopeless || (tries && centre->failures >= tries))
    mtp_centre_fail_calls(centre, &why);
}

void mtp_centre_alive(mtp_centre *centre, mtp_now now) {
  if (!centre->alive_since)
    centre->alive_since = now.monotonic_ms;
  centre->failures = 0;
  centre->unknown_key = 0;
}

/* What was under way may lead nowhere, and waits have lost their reason. */
static void start_afresh(mtp_centre *centre, mtp_now now) {
  centre->penalty = centre->failures = 0;
  centre->retry_at = now.monotonic_ms;
  if (centre->connected && !centre->exchange)
    mtp_engine_probe(centre->engine);
  else if (centre->lanes[0].link)
    mtp_centre_disconnect(centre, now, NULL);
}

void mtp_client_network_changed(mtp_client *client) {
  mtp_now now = mtp_client_now(client);
  for (mtp_centre *centre = client->centres; centre && !client->closed; centre = centre->next)
    start_afresh(centre, now);
  client->dirty = true;
}

void mtp_client_notice_sleep(mtp_client *client, mtp_now now) {
  enum { SLEPT_MS = 10000 };
  int64_t apart = now.wall_ms - now.monotonic_ms;
  bool slept = client->clocks_known && apart - client->clocks_apart > SLEPT_MS;
  client->clocks_known = true;
  client->clocks_apart = apart;
  if (!slept)
    return;
  mtp_log(client, MTP_LOG_INFO, "the clock has gone on: the machine has slept");
  mtp_client_network_changed(client);
}

void mtp_centre_want(mtp_centre *centre) {
  centre->wanted = true;
  centre->stopped = false;
}

/* The server does not know the key. A temporary one is made anew; a permanent one is given up only
 * when several connections say so, since anyone on the way can send four bytes (TR-6). */
static void unknown_key(mtp_centre *centre, const mtp_error *error, mtp_now now) {
  mtp_client *client = centre->client;
  if (centre->temp.valid && centre->bound) { /* it has worked: the server is there again */
    centre->failures = 0;
    centre->penalty = centre->penalty < FLAPPING_PENALTY ? centre->penalty : FLAPPING_PENALTY;
  }
  mtp_centre_failed(centre, error, false, now);
  if (centre->temp.valid) {
    mtp_centre_renew_later(centre);
    return;
  }
  if (++centre->unknown_key < UNKNOWN_KEY_TRIES)
    return;
  if (client->session.signed_in && mtp_centre_has_home_key(centre))
    mtp_key_lost(centre, error);
  else
    mtp_centre_forget_key(centre, now);
}

void mtp_centre_transport_error(mtp_centre *centre, int32_t code, mtp_now now) {
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_TRANSPORT, NULL);
  error.code = code;
  if (code == -404)
    snprintf(error.text, sizeof error.text, "the server does not know the key");
  else if (code == -429)
    snprintf(error.text, sizeof error.text, "too many connections or messages");
  else if (code == -444)
    snprintf(error.text, sizeof error.text, "not this data centre, or test and production mixed");
  if (code == -404 && !centre->exchange && centre->keyed) {
    unknown_key(centre, &error, now);
    return;
  }
  if (code == -429)
    centre->penalty += FLOOD_PENALTY;
  mtp_centre_failed(centre, &error, code == -444, now);
}
