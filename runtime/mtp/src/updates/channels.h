/* The channels of a session, found by their ids without a search, and for each the feed of its
 * updates while it has one. */
#ifndef MTP_UPDATES_CHANNELS_H
#define MTP_UPDATES_CHANNELS_H

#include <mtp/session.h>
#include <tg/types.h>

#include "engine/idmap.h"

typedef struct mtp_feed mtp_feed;

typedef struct mtp_channels {
  mtp_session *session;
  mtp_feed **feeds; /* one for each of session->channels, or NULL */
  size_t room;      /* of feeds */
  mtp_idmap index;
  uint64_t seed; /* ids are chosen by others: where they go in the index is not */
} mtp_channels;

/* Makes the index of what the session has. What has no room is forgotten: false. */
bool mtp_channels_init(mtp_channels *channels, mtp_session *session, uint64_t seed);
/* Frees all but what belongs to the session. Feeds are their owner's. */
void mtp_channels_free(mtp_channels *channels);

/* Place in session->channels, SIZE_MAX when it is not there. Places hold until the next forget. */
size_t mtp_channels_find(const mtp_channels *channels, int64_t channel_id);
/* The same, added if it is new; SIZE_MAX when there is no room or no memory. */
size_t mtp_channels_add(mtp_channels *channels, int64_t channel_id);
/* Has no feed any more. */
void mtp_channels_forget(mtp_channels *channels, int64_t channel_id);
/* Keeps the access hashes of those that are more than mentioned. */
void mtp_channels_learn(mtp_channels *channels, const tg_vector_Chat *chats);

#endif
