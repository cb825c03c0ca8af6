/* Keeping the order of updates (https://core.telegram.org/api/updates): which have been seen, what
 * came ahead of its time, and what has to be fetched. A pure machine: containers, answers and the
 * time go in; what to deliver, what may be lost and what to ask come out. It knows no client, no
 * connection and no clock.
 *
 *   order.c     the rule, one for pts, qts, seq and each channel, and what waits on a line
 *   info.c      finds pts and the like in any update, by the schema's tables
 *   box.c       containers, whatever form they came in
 *   channels.c  the channels of a session by their ids
 *   out.c       what comes out
 *   feed.c      one account or channel: its lines, its difference, when it is due
 *   apply.c     updates against their lines
 *   difference.c, channel_difference.c   answers
 *   machine.c   the functions of this header
 */
#ifndef MTP_UPDATES_UPDATES_H
#define MTP_UPDATES_UPDATES_H

#include <mtp/session.h>

#include "reply.h"

typedef struct mtp_updates mtp_updates;

typedef struct mtp_updates_limits {
  size_t bytes;  /* of what waits for its turn; past it a difference has to bring it */
  uint64_t seed; /* of the jitter, and of where channels lie in a table */
} mtp_updates_limits;

/* Keeps session->updates and session->channels, which it changes, and which must outlive it. NULL
 * when out of memory. */
mtp_updates *mtp_updates_new(mtp_session *session, const mtp_updates_limits *limits);
void mtp_updates_free(mtp_updates *updates);
/* The session is another user's, or its state another one: what waits is dropped, answers under way
 * mean nothing. */
void mtp_updates_reset(mtp_updates *updates);

/* ---- in: now is monotonic, in milliseconds ---- */

/* A container from the server, a value of type Updates. Takes the reply. */
void mtp_updates_take(mtp_updates *updates, mtp_reply *reply, int64_t now);
/* The result of a call of ours, which its caller has already (UP-8). channel_id: of the channel
 * that the call was about, 0: none; method: its definition. */
void mtp_updates_own(mtp_updates *updates, const tl_value *result, uint16_t method,
                     int64_t channel_id, int64_t now);
/* Some of the account's may have been missed: another connection, another session, a long sleep, a
 * container that cannot be read. */
void mtp_updates_missed(mtp_updates *updates, int64_t now);
/* How what was asked for has ended: error NULL and the reply (taken), or an error. An answer that
 * nobody waits for any more is ignored. */
void mtp_updates_answer(mtp_updates *updates, uint64_t id, int64_t channel_id,
                        const mtp_error *error, mtp_reply *reply, int64_t now);
/* Does what is due. */
void mtp_updates_tick(mtp_updates *updates, int64_t now);
int64_t mtp_updates_deadline(const mtp_updates *updates); /* INT64_MAX: none */

/* ---- out ---- */

typedef enum mtp_out_kind {
  MTP_OUT_DELIVER, /* updates: a reply of type Updates, yours */
  MTP_OUT_LOST,    /* of the account (channel_id 0), of that channel, or MTP_ALL_CHANNELS */
  MTP_OUT_FETCH    /* ask, and give the answer to mtp_updates_answer() */
} mtp_out_kind;

typedef enum mtp_ask {
  MTP_ASK_STATE,      /* updates.getState */
  MTP_ASK_DIFFERENCE, /* updates.getDifference */
  MTP_ASK_CHANNEL     /* updates.getChannelDifference */
} mtp_ask;

typedef struct mtp_out {
  mtp_out_kind kind;
  int64_t channel_id;
  mtp_reply *updates;
  mtp_ask ask;
  uint64_t id; /* MTP_OUT_FETCH */
  int64_t access_hash;
  int32_t pts, qts, date, limit;
  int32_t timeout_ms; /* afterwards it counts as unanswered */
} mtp_out;

/* Takes the oldest; false when there is none. */
bool mtp_updates_next(mtp_updates *updates, mtp_out *out);
/* Whether the state has changed since this was asked last. */
bool mtp_updates_changed(mtp_updates *updates);

#endif
