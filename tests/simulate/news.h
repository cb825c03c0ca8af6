/* Updates in a world: the history of an account and its channels (update_sim.h), pushed into the
 * client's session as it happens, and asked for by differences. */
#ifndef TESTS_SIMULATE_NEWS_H
#define TESTS_SIMULATE_NEWS_H

#include <mtp/client.h>

#include "update_sim.h"

struct world;
struct dc_call;

typedef struct news {
  sim sim;
  bool on;       /* in this life */
  unsigned open; /* own calls that have not ended */
  int64_t next_us;
  uint64_t pushed, delivered, fetched, losses;
} news;

/* The state that a session has before its first life. */
void news_open(struct world *w);
/* A life begins, and has ended: every update came once or was named lost. */
void news_begin(struct world *w);
void news_end(struct world *w);
/* Something happens, and what is due is pushed. */
void news_happen(struct world *w);
void news_push(struct world *w);
/* When the next push is due; INT64_MAX: none. */
int64_t news_due(const struct world *w);
/* The last thing in each order arrives. */
void news_last(struct world *w);
/* Answers a call about updates, or one that changes something. False: it is none. */
bool news_serve(struct world *w, struct dc_call *call);
void news_take(struct world *w, const mtp_event *event);

#endif
