/* What the user hears of updates: the watcher at once, the rest as events. */
#include "client/updates_tell.h"

#include "client/client.h"
#include "client/events.h"

void mtp_updates_tell_lost(mtp_client *client, int64_t channel_id) {
  mtp_event event = {
      .type = MTP_EVENT_UPDATES_LOST, .dc = client->session.home_dc, .channel_id = channel_id};
  mtp_event_push(client, &event);
}

void mtp_updates_show(mtp_client *client, const tl_value *updates) {
  bool outer = client->delivering;
  if (!client->watch)
    return;
  client->delivering = true;
  client->watch(client->watch_ctx, updates);
  client->delivering = outer;
}

void mtp_updates_deliver(mtp_client *client, mtp_reply *reply) {
  mtp_event event = {.type = MTP_EVENT_UPDATES, .dc = client->session.home_dc, .updates = reply};
  mtp_updates_show(client, mtp_reply_value(reply));
  mtp_event_push(client, &event);
}
