/* A server with an account and channels, a network that swaps, delays, doubles and loses what it
 * sends, and one that keeps the order of updates between them; all from one seed. */
#ifndef TESTS_MTP_UPDATE_SIM_H
#define TESTS_MTP_UPDATE_SIM_H

#include <tg/tg.h>

#include "support.h"
#include "updates/updates.h"

enum {
  SIM_CHANNELS = 4,
  SIM_MAX = 1024,
  SIM_WIRE = 512,
  SIM_CHANNEL_BASE = 1000, /* the id of the first channel */
  SIM_DATE_BASE = 100000,  /* and seq: a date */
  SIM_START = 10           /* pts, qts and seq in the beginning */
};

/* What the seed allows to go wrong, beside the order. */
enum {
  SIM_ERRORS = 1,   /* answers that are errors, and none */
  SIM_TOO_LONG = 2, /* differences that say so, states that are refused, channels that are gone */
  SIM_NO_ROOM = 4,  /* a budget that holds a few containers only */
  SIM_MAYHEM = 7
};

typedef enum sim_kind { SIM_PTS, SIM_QTS, SIM_SEQ, SIM_FREE, SIM_CHANNEL } sim_kind;

/* One update of the server's history; its number is its place in it. */
typedef struct sim_update {
  sim_kind kind;
  int channel; /* SIM_CHANNEL */
  int32_t value, count;
  bool own;  /* the result of a call of the client's */
  bool sent; /* its container reached the client */
  unsigned delivered;
  bool lost; /* a loss was told that may be this */
} sim_update;

typedef struct sim_parcel {
  bool used, answer;
  int64_t at;
  tl_buffer body; /* a container, or an answer */
  bool is_error;
  mtp_error error;
  uint64_t id;
  int64_t channel_id;
  mtp_ask ask;
  uint64_t serial;
} sim_parcel;

/* A question that has not reached the server. */
typedef struct sim_question {
  bool used;
  int64_t at;
  mtp_out out;
} sim_question;

typedef struct sim {
  uint64_t seed, random;
  unsigned faults;
  bool calm; /* nothing goes wrong any more */
  int64_t now;
  mtp_session session;
  mtp_updates *updates;
  sim_update log[SIM_MAX];
  size_t n;
  int32_t pts, qts, seq, channel_pts[SIM_CHANNELS];
  bool gone[SIM_CHANNELS]; /* the user has no access any more: what comes late starts it anew */
  sim_parcel wire[SIM_WIRE];
  sim_question asked[64];
  unsigned fetches, losses;
  bool talks; /* what happens is printed */
} sim;

/* A line of what happens, with the time, if that is wanted. */
void sim_say(const sim *s, const char *format, ...);

/* Runs a history of so many steps and checks it: each update was delivered exactly once, or a loss
 * named what it belongs to; with no faults beyond the order, nothing was lost. */
void sim_run(sim *s, uint64_t seed, unsigned steps);

/* ---- update_sim_judge.c ---- */

/* The client was given a container (freed here), or told of a loss. */
void sim_delivered(sim *s, mtp_reply *updates);
void sim_lost(sim *s, int64_t channel_id);
/* What is wrong, NULL: nothing; with the number of the update, s->n: of none. state: the client's.
 */
const char *sim_fault(const sim *s, const mtp_update_state *state, size_t *i);

/* ---- between update_sim.c and update_sim_server.c ---- */

uint64_t sim_random(sim *s, uint64_t below);
bool sim_chance(sim *s, unsigned percent);
/* Encodes what goes over the wire to arrive in so many ms; frees nothing. */
sim_parcel *sim_send(sim *s, const tl_value *value, int64_t delay);
/* Appends n updates of random kinds to the history, and sends them. */
void sim_happen(sim *s);
/* Something in each order, which reaches the client: whoever has missed what was last can know. */
void sim_happen_everywhere(sim *s);
/* The client has made a call that changes something. */
void sim_own_call(sim *s);
/* The same, of a channel or, below 0, of the account, but for the answer: NULL: the history is
 * full.
 */
const sim_update *sim_own(sim *s, int channel);
/* The answer of a call whose result is Updates; until the next call. */
const tg_Updates *sim_own_updates(const sim *s, const sim_update *u);
/* What the server says to a question now. */
void sim_answer(sim *s, const mtp_out *question);

#endif
