/* What the user hears of updates. */
#ifndef MTP_CLIENT_UPDATES_TELL_H
#define MTP_CLIENT_UPDATES_TELL_H

#include <mtp/client.h>

/* To the watcher; NULL: some may have been missed. */
void mtp_updates_show(mtp_client *client, const tl_value *updates);
/* To the watcher and as an event. Takes the reply. */
void mtp_updates_deliver(mtp_client *client, mtp_reply *reply);
/* As an event; channel_id as there. */
void mtp_updates_tell_lost(mtp_client *client, int64_t channel_id);

#endif
