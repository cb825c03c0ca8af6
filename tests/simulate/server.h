/* The server's side of a world: a tgdc that is told when to fail, and what it did with each call.
 */
#ifndef TESTS_SIMULATE_SERVER_H
#define TESTS_SIMULATE_SERVER_H

#include <tgdc/tgdc.h>

#include "dice.h"

struct world;

/* In so many of 10,000 calls or packets. */
typedef struct server_mood {
  uint32_t refuses;   /* a call ends with an error of some family */
  uint32_t withholds; /* a call is run, and no answer comes, ever */
  uint32_t ignores;   /* it is not even run */
  uint32_t transport; /* a packet is answered with a transport error */
  uint32_t talkative; /* answers of some 10 kB */
} server_mood;

/* What the server knows of a call of the simulation. */
typedef struct server_call {
  bool once; /* may run one time only */
  uint32_t ran;
  uint32_t came;   /* so often, an error the answer or not */
  uint32_t errors; /* a bit for each row of the errors it was given */
} server_call;

typedef struct server {
  tgdc *dc;
  const char *public_keys[1];
  mtp_rng rng;
  server_mood mood;
  server_call *calls; /* by number */
  uint64_t n_calls;
  /* What has happened. */
  uint64_t ran, refused, withheld, transport_errors, restarts, salts;
} server;

void server_open(struct world *w);
void server_close(struct world *w);
/* Whether an error with that code and text was given to that call. */
bool server_has_said(const server *s, uint64_t number, int32_t code, const char *text);
/* The process ends and begins anew: connections are gone, and without memory the sessions, too. */
void server_restart(struct world *w, bool remembers);
/* Temporary keys are forgotten. */
void server_forget_temporary(struct world *w);
/* All salts become invalid. */
void server_rotate_salts(struct world *w);
/* Another mood, by chance. */
void server_change_mood(struct world *w, bool calm);

#endif
