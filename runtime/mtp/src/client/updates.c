/* Updates: decoded, shown to the watcher, and queued as events. */
#include "client/internal.h"

static void lost(mtp_client *client) {
  mtp_event event = {.type = MTP_EVENT_UPDATES_LOST, .dc = client->session.home_dc};
  mtp_event_push(client, &event);
}

static void deliver(mtp_client *client, int32_t dc, mtp_reply *updates) {
  mtp_event event = {.type = MTP_EVENT_UPDATES, .dc = dc, .updates = updates};
  if (client->watch)
    client->watch(client->watch_ctx, mtp_reply_value(updates));
  mtp_event_push(client, &event);
}

void mtp_updates_take(mtp_centre *centre, const tl_buffer *body) {
  mtp_client *client = centre->client;
  mtp_reply *reply = mtp_reply_new(client->allocator, tl_bytes_of(body->data, body->size));
  tl_error error;
  if (reply && mtp_reply_decode(reply, &tg_schema, client->updates_type, &error) == TL_OK) {
    deliver(client, centre->dc, reply);
    return;
  }
  if (reply)
    mtp_log(client, MTP_LOG_WARNING, "an update cannot be read: %s, id %08x", error.text,
            (unsigned)error.id);
  mtp_reply_free(reply);
  mtp_updates_gap(centre);
}

void mtp_updates_gap(mtp_centre *centre) {
  if (mtp_centre_is_home(centre) && centre->client->session.signed_in)
    lost(centre->client);
}

bool mtp_updates_tick(mtp_client *client, mtp_now now) {
  (void)client;
  (void)now;
  return false;
}

int64_t mtp_updates_deadline(const mtp_client *client) {
  (void)client;
  return MTP_NEVER;
}

void mtp_updates_free(mtp_client *client) {
  (void)client;
}
