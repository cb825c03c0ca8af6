/* Keeping the state of updates, with options.keep_updates: which have been seen (pts, qts, seq),
 * and closing gaps. Source: https://core.telegram.org/api/updates.
 *
 *   updates.c          what comes in, and when something has to be fetched
 *   updates_apply.c    one container: what of it is new, old, or ahead of its time
 *   updates_fetch.c    updates.getState, updates.getDifference
 *   updates_channel.c  the same for channels, each with a pts of its own
 *   updates_info.c     finds pts and the like in any update, by the schema's tables
 */
#ifndef MTP_CLIENT_UPDATES_H
#define MTP_CLIENT_UPDATES_H

#include <tg/core.h>
#include <tg/updates.h>

#include "client/call/begin.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/events.h"
#include "client/log.h"
#include "client/reply.h"

enum {
  MTP_HELD_MAX = 64,     /* containers that came ahead of their time */
  MTP_GAP_MS = 500,      /* what is missing may only be late */
  MTP_QUIET_MS = 900000, /* after so long a silence look whether anything was missed */
  MTP_SAVE_MS = 10000,   /* the state changes with every update; told no more often than this */
  MTP_FETCH_RETRY_MS = 5000
};

struct mtp_updates {
  mtp_client *client;
  bool started;                                /* something has been fetched, or is being */
  bool known;                                  /* session.updates holds a state */
  bool fetching;                               /* getState or getDifference is on its way */
  bool due;                                    /* getDifference as soon as possible */
  int64_t gap_at, retry_at, quiet_at, save_at; /* monotonic ms; MTP_NEVER */
  mtp_reply *held[MTP_HELD_MAX];
  size_t n_held;
  struct mtp_channel_job *jobs; /* getChannelDifference on their way */
};

/* What an update says about its place in the order. */
typedef enum mtp_update_kind {
  MTP_UPDATE_FREE,            /* has none */
  MTP_UPDATE_COMMON,          /* pts, pts_count */
  MTP_UPDATE_SECRET,          /* qts */
  MTP_UPDATE_CHANNEL,         /* pts, pts_count of channel_id */
  MTP_UPDATE_CHANNEL_TOO_LONG /* channel_id */
} mtp_update_kind;

typedef struct mtp_update_info {
  mtp_update_kind kind;
  int32_t pts, pts_count, qts;
  int64_t channel_id;
} mtp_update_info;

mtp_update_info mtp_update_info_of(const tg_Update *update);
/* pts and pts_count of any object that has both, such as messages.affectedMessages. */
bool mtp_object_pts(const tl_object *object, int32_t *pts, int32_t *pts_count);

typedef enum mtp_apply {
  MTP_APPLY_DONE,  /* delivered, or all of it was old; the reply is used up */
  MTP_APPLY_GAP,   /* something before it is missing; nothing was done */
  MTP_APPLY_RELOAD /* only a difference can help; the reply is used up */
} mtp_apply;

/* forced: gaps are accepted as they are. */
mtp_apply mtp_updates_apply(mtp_updates *updates, mtp_reply *reply, bool forced);
/* An answer to a call that its caller has already: moves the state where it follows. */
void mtp_updates_absorb(mtp_updates *updates, const tg_Updates *value);
/* Keeps those that are new for the channels' own order, in place. */
size_t mtp_updates_filter_channels(mtp_updates *updates, tg_Update *items, size_t n);
void mtp_updates_learn_chats(mtp_updates *updates, const tg_vector_Chat *chats);

/* Hands a container to the watcher and the queue of events; takes the reply. */
void mtp_updates_deliver(mtp_client *client, mtp_reply *reply);
void mtp_updates_lost(mtp_client *client);
/* The state has changed. */
void mtp_updates_touch(mtp_updates *updates);

/* Starts getDifference, or getState when there is none to start from. */
void mtp_updates_fetch(mtp_updates *updates);
/* A fetch has ended: looks at what was held meanwhile. */
void mtp_updates_fetched(mtp_updates *updates, bool empty);

/* Channels. */
mtp_channel_state *mtp_channel_find(mtp_updates *updates, int64_t channel_id);
void mtp_channel_fetch(mtp_updates *updates, int64_t channel_id);
void mtp_channels_forget_jobs(mtp_updates *updates);

/* A container made of parts of a difference, in the arena of the reply that it came in: becomes the
 * reply's value. False when out of memory. */
typedef struct mtp_difference {
  const tg_vector_Message *messages;
  const tg_vector_EncryptedMessage *secret; /* may be NULL */
  const tg_vector_Update *others;           /* may be NULL */
  const tg_vector_Chat *chats;
  const tg_vector_User *users;
  int32_t pts; /* after it; of the channel if channel is set */
  int32_t date, seq;
  bool channel; /* messages are those of a channel */
} mtp_difference;
bool mtp_updates_compose(mtp_updates *updates, mtp_reply *reply, const mtp_difference *from);

/* A message of the server that answers no call. */
void mtp_updates_take(mtp_conn *conn, const tl_buffer *body);
/* Updates may have been lost on the way. */
void mtp_updates_gap(mtp_conn *conn);
/* An answer to a call, which may move the state too. */
void mtp_updates_account(mtp_client *client, const tl_value *value, uint16_t method);
bool mtp_updates_tick(mtp_client *client, mtp_now now);
int64_t mtp_updates_deadline(const mtp_client *client);
TL_MUST_USE mtp_status mtp_updates_new(mtp_client *client);
/* Another user, or none. */
void mtp_updates_reset(mtp_client *client);
void mtp_updates_free(mtp_client *client);

#endif
