/* A whole server for one session, over a network that delays, doubles, loses and cuts, in virtual
 * time: for long random runs and for runs in which memory fails. It executes every query that
 * arrives, remembers message ids, answers questions about them, and repeats what is not
 * acknowledged. */
#ifndef TESTS_MTP_SERVER_H
#define TESTS_MTP_SERVER_H

#include "rig.h"

#define SERVER_QUERIES 10000
#define SERVER_REFUSED 64 /* packets that it remembers having refused */

/* How bad the network and the server are, in thousandths of packets. */
typedef struct server_faults {
  uint32_t loss;    /* single packets, on a connection that lives on */
  uint32_t doubled; /* delivered twice */
  uint32_t cut;     /* the connection breaks; all that is under way is lost */
  uint32_t salt;    /* the salt changes */
  uint32_t refuse;  /* the packet is refused with some bad_msg code */
  uint32_t jumble;  /* answers overtake each other by up to so many milliseconds */
} server_faults;

typedef struct transit { /* a packet under way */
  int64_t at;            /* arrives, milliseconds */
  bool to_server;
  tl_buffer bytes;
} transit;

typedef struct answer { /* said and not acknowledged yet, or not said yet */
  int64_t msg_id;
  int32_t seq_no;
  int64_t at; /* (again) */
  bool said;
  tl_buffer body;
} answer;

typedef struct server {
  rig rig;
  server_faults faults;
  uint64_t random;
  transit *transits;
  size_t n_transits, cap_transits;
  answer *answers;
  size_t n_answers, cap_answers;
  int64_t *known; /* message ids that arrived in this session */
  size_t n_known, cap_known;
  int64_t refused[SERVER_REFUSED];
  int64_t session_id, reconnect_at; /* reconnect_at: 0 connected */
  int64_t ordered_at;               /* nothing overtakes on the way to the server */
  uint32_t executed[SERVER_QUERIES];
  uint32_t cuts, salts, refusals, doubles, losses;
} server;

/* rig.config may be changed between the two. */
void server_init(server *s, uint64_t seed, const server_faults *faults);
void server_open(server *s);
void server_end(server *s);

/* A number below n. */
uint32_t server_random(server *s, uint32_t n);
/* One millisecond step or more: moves packets, runs timers, reconnects. */
void server_step(server *s);

#endif
