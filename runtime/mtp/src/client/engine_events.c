/* What the engine of a centre says: answers, updates, salts, time, and that it wants another
 * connection. */
#include "client/internal.h"

static void keep_salt(mtp_centre *centre, int64_t salt) {
  mtp_dc_key *key = mtp_centre_key(centre);
  if (centre->temp.valid) {
    centre->temp.salt = salt;
  } else if (key && key->salt != salt) {
    key->salt = salt;
    mtp_event_session(centre->client);
  }
}

static void keep_time(mtp_client *client, int64_t offset_ms) {
  int64_t seconds = offset_ms / 1000;
  if (seconds < INT32_MIN || seconds > INT32_MAX || client->session.time_offset == seconds)
    return;
  client->session.time_offset = (int32_t)seconds;
  mtp_event_session(client);
}

static void engine_reconnect(mtp_centre *centre, mtp_reconnect_reason reason, mtp_now now) {
  mtp_error error;
  mtp_error_set(&error, reason == MTP_RECONNECT_PONG ? MTP_ERR_NETWORK : MTP_ERR_PROTOCOL,
                mtp_reconnect_name(reason));
  mtp_centre_failed(centre, &error, false, now);
}

static void engine_fatal(mtp_centre *centre, mtp_now now) {
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_RANDOM, NULL);
  centre->spent = true;
  mtp_centre_failed(centre, &error, true, now);
}

static void key_destroyed(mtp_centre *centre, bool destroyed, mtp_now now) {
  mtp_client *client = centre->client;
  if (client->destroying == centre)
    client->destroying = NULL;
  client->destroyed = destroyed;
  if (!destroyed)
    return;
  centre->spent = true;
  mtp_centre_forget_key(centre, now);
}

/* A closed engine takes nothing any more. */
static void replace_engine(mtp_centre *centre) {
  mtp_engine *closed = centre->engine;
  if (!mtp_centre_make_engine(centre)) {
    centre->engine = closed; /* out of memory: calls end, the next turn tries again */
    return;
  }
  mtp_engine_free(closed);
  centre->spent = false;
  centre->keyed = false;
  mtp_gate_reset(centre);
}

static void take_engine_event(mtp_centre *centre, mtp_engine_event *event, mtp_now now) {
  switch (event->type) {
  case MTP_ENGINE_EVENT_RESULT:
  case MTP_ENGINE_EVENT_RPC_ERROR:
  case MTP_ENGINE_EVENT_FAILED:
    if (centre->bind && event->token == centre->bind)
      mtp_bind_answer(centre, event, now);
    else
      mtp_answer(centre, event);
    break;
  case MTP_ENGINE_EVENT_UPDATE:
    mtp_updates_take(centre, &event->body);
    break;
  case MTP_ENGINE_EVENT_UPDATES_GAP:
    mtp_updates_gap(centre);
    break;
  case MTP_ENGINE_EVENT_NEW_SESSION:
    if (!event->first || centre->had_session) /* of ours, after another one: the same */
      mtp_updates_gap(centre);
    centre->had_session = true;
    break;
  case MTP_ENGINE_EVENT_SALT:
    keep_salt(centre, event->value);
    break;
  case MTP_ENGINE_EVENT_TIME:
    keep_time(centre->client, event->value);
    break;
  case MTP_ENGINE_EVENT_RECONNECT:
    if (centre->lanes[0].link)
      engine_reconnect(centre, event->reason, now);
    break;
  case MTP_ENGINE_EVENT_KEY_DESTROYED:
    key_destroyed(centre, event->destroyed, now);
    break;
  case MTP_ENGINE_EVENT_FATAL:
    engine_fatal(centre, now);
    break;
  default:
    break;
  }
}

bool mtp_engine_events(mtp_centre *centre, mtp_now now) {
  mtp_engine_event event;
  bool any = false;
  while (mtp_engine_next_event(centre->engine, &event)) {
    take_engine_event(centre, &event, now);
    tl_buffer_free(&event.body);
    any = true;
  }
  if (centre->spent)
    replace_engine(centre);
  return any;
}
