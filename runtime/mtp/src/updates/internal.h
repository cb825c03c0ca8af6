/* The inside of the machine that keeps the order of updates. */
#ifndef MTP_UPDATES_INTERNAL_H
#define MTP_UPDATES_INTERNAL_H

#include "updates/box.h"
#include "updates/channels.h"
#include "updates/info.h"
#include "updates/order.h"
#include "updates/updates.h"

#define MTP_NO_TIME INT64_MAX

enum {
  MTP_GAP_MS = 500,         /* what is missing may only be late */
  MTP_QUIET_MS = 900000,    /* after so long a silence look whether anything was missed */
  MTP_FETCH_MS = 20000,     /* an answer that takes longer does not come */
  MTP_BACK_OFF_MS = 1000,   /* after a failure, or when nothing new came; doubles ... */
  MTP_BACK_OFF_MAX = 60000, /* ... up to this */
  MTP_FETCH_TRIES = 3,      /* failures in a row until what waits goes without what is missing */
  MTP_HELD_MAX = 4096,      /* updates that wait */
  MTP_LOSSES_MAX = 64,      /* told one by one */
  MTP_FREE_EMPTIES = 2,     /* differences without anything new until there is a pause */
  MTP_FREE_SLICES = 32,     /* slices in a row until there is a pause */
  MTP_SLICE_MS = 100,
  MTP_CHANNEL_FETCHES = 10 /* under way at a time */
};

typedef enum mtp_line_id { MTP_LINE_PTS, MTP_LINE_QTS, MTP_LINE_SEQ, MTP_LINES } mtp_line_id;

/* What one difference is about: the account with its three lines, or a channel with one. */
struct mtp_feed {
  int64_t channel_id; /* 0: the account */
  mtp_line lines[MTP_LINES];
  int32_t behind[MTP_LINES]; /* up to here things were dropped that the difference has to bring */
  uint64_t behind_serial;    /* when the last of them was; 0: nothing was */
  bool wanted;               /* its difference */
  bool fetching, queued;     /* asked for; waits for one of those under way to end */
  uint64_t fetch;            /* number of what is under way */
  uint64_t asked;            /* the serial at which it was asked for */
  unsigned tries, empties, slices;
  int64_t gap_at, not_before, deadline; /* MTP_NO_TIME, 0, MTP_NO_TIME */
  int64_t rested_at;                    /* from here on what went before does not count */
  int64_t wake;                         /* when something is due */
  size_t heap_place;                    /* 0: not in it */
  mtp_feed *next;                       /* queued */
};

typedef struct mtp_out_node mtp_out_node;

/* Updates of one container that go out together. */
typedef struct mtp_gather {
  mtp_box *box;
  uint32_t *items;
  size_t n, room;
  int64_t channel_id; /* whose loss it is when memory ends; of several: MTP_ALL_CHANNELS */
} mtp_gather;

struct mtp_updates {
  mtp_session *session;
  const tl_allocator *allocator;
  mtp_updates_limits limits;
  mtp_channels channels;
  mtp_feed account;
  bool known; /* session->updates holds a state */
  bool changed;
  uint64_t serial; /* of arrivals */
  uint64_t last_fetch;
  uint64_t random;
  int64_t quiet_at;
  size_t held, held_bytes;

  mtp_feed **heap; /* of channels by their wake, from 1 on */
  size_t heap_size, heap_room;
  mtp_feed *first_queued, *last_queued;
  size_t channel_fetches;

  mtp_out_node *first_out, *last_out;
  size_t losses;    /* that wait to be told */
  bool lost_unsaid; /* of the account: there was no memory to say so */
  mtp_gather gather;
};

/* ---- out.c ---- */

/* An update of a box is to be delivered (item: MTP_ITEM_*). box NULL: nothing is. */
void mtp_out_update(mtp_updates *u, mtp_box *box, int32_t item, int64_t channel_id);
/* Closes what was gathered: before anything else goes out, and before the machine returns. */
void mtp_out_flush(mtp_updates *u);
void mtp_out_lost(mtp_updates *u, int64_t channel_id);
/* The same before what was gathered, which stays together. */
void mtp_out_lost_ahead(mtp_updates *u, int64_t channel_id);
TL_MUST_USE bool mtp_out_ask(mtp_updates *u, const mtp_out *ask);
void mtp_out_clear(mtp_updates *u);

/* ---- feed.c ---- */

/* The feed of a channel that the session has; made if it has none. NULL when out of memory. */
mtp_feed *mtp_feed_of(mtp_updates *u, size_t place);
/* Where a line stands. */
int32_t *mtp_feed_value(mtp_updates *u, const mtp_feed *feed, mtp_line_id line);
/* Whether what comes has to wait whatever its place. */
bool mtp_feed_waits(const mtp_updates *u, const mtp_feed *feed);
/* Has it wait for its turn; what has no room is left to the difference. */
void mtp_feed_hold(mtp_updates *u, mtp_feed *feed, mtp_line_id line, const mtp_held *held);
/* Gives up a place in the list of those that wait. */
void mtp_feed_release(mtp_updates *u, const mtp_held *held);
/* What has changed may have changed when it is due; a channel's that has nothing to do is freed. */
void mtp_feed_settle(mtp_updates *u, mtp_feed *feed);
void mtp_feed_clear(mtp_updates *u, mtp_feed *feed);
void mtp_feed_free(mtp_updates *u, mtp_feed *feed);
/* 1 s doubling to 60 s and up to half of it more by chance. */
int64_t mtp_feed_back_off(mtp_updates *u, unsigned times);

/* ---- apply.c ---- */

/* A container against the lines. trusted: the feed whose difference it is, NULL: none; the first
 * `own` of it are that feed's whatever they say. */
void mtp_apply_box(mtp_updates *u, mtp_box *box, const mtp_feed *trusted, size_t own, int64_t now);
/* One step of a line that has no update to show, or one of a box; of the account, of a channel. */
void mtp_apply_step(mtp_updates *u, mtp_feed *feed, mtp_line_id line, const mtp_held *step);
void mtp_apply_channel(mtp_updates *u, int64_t channel_id, const mtp_held *step);
/* Something is to be fetched for a channel, up to pts (0: not known). */
void mtp_apply_too_long(mtp_updates *u, int64_t channel_id, int32_t pts);
/* Lets go what has its turn; what waits since `forced` or longer, without what is missing. */
void mtp_apply_drain(mtp_updates *u, mtp_feed *feed, uint64_t forced);

/* ---- fetch.c ---- */

/* A difference is whole: lets go what waited for it. gained: it brought anything. */
void mtp_fetch_finish(mtp_updates *u, mtp_feed *feed, bool gained, int64_t now);
/* It was a part: the next one. */
void mtp_fetch_go_on(mtp_updates *u, mtp_feed *feed, int64_t now);
/* It failed in a way that passes. After some times what waits goes without what is missing. */
void mtp_fetch_again(mtp_updates *u, mtp_feed *feed, const mtp_error *error, int64_t now);
/* It cannot be had: what waits goes, and some may be lost. */
void mtp_fetch_give_up(mtp_updates *u, mtp_feed *feed, int64_t now);
void mtp_fetch_stop(mtp_updates *u, mtp_feed *feed); /* nobody asks any more */
/* Looks at one feed whose time has come. */
void mtp_fetch_when_due(mtp_updates *u, mtp_feed *feed, int64_t now);
/* Asks for those that wait for a place among what is under way. */
void mtp_fetch_queued(mtp_updates *u, int64_t now);

/* ---- difference.c, channel_difference.c ---- */

void mtp_difference_take(mtp_updates *u, mtp_reply *reply, int64_t now);
void mtp_difference_failed(mtp_updates *u, const mtp_error *error, int64_t now);
void mtp_channel_take(mtp_updates *u, mtp_feed *feed, mtp_reply *reply, int64_t now);
void mtp_channel_failed(mtp_updates *u, mtp_feed *feed, const mtp_error *error, int64_t now);

#endif
