/* A world: a client of libmtp, a tgdc, the network between them, their clocks and the client's
 * memory, all of it from one seed. */
#ifndef TESTS_SIMULATE_WORLD_H
#define TESTS_SIMULATE_WORLD_H

#include <mtp/client.h>

#include "calls.h"
#include "files.h"
#include "memory.h"
#include "news.h"
#include "server.h"
#include "simnet.h"

enum { WORLD_DCS = 4, WORLD_HOME = 2 }; /* the last one is a CDN */

#define WORLD_SECOND INT64_C(1000000)

typedef struct world {
  record record;
  dice dice, client_dice, server_dice; /* what happens; what the client and the server draw */
  simnet net;
  memory memory;
  server server;
  calls calls;
  news news;
  files files;
  mtp_rng client_rng;
  mtp_dc_option addresses[WORLD_DCS];
  mtp_options options; /* of this life */
  uint32_t transport;  /* its number in a list of them */
  mtp_client *client;
  mtp_session saved;   /* from life to life */
  int64_t now_us;      /* the server's time, unix */
  int64_t unslept_us;  /* what the client's monotonic clock did not see */
  int64_t wall_off_ms; /* the client's wall clock beside the server's */
  uint64_t worked;     /* memory.allocations and bytes when process() began */
  bool calm;           /* nothing is disturbed any more */
  int64_t trouble_us;  /* the last time that anything was, by the client's clock */
  int64_t next_call_us, next_trouble_us;
  unsigned idle_turns; /* process() without anything to do, one after the other */
  /* What has happened. */
  uint64_t lives, turns, events;
} world;

void world_open(world *w, uint64_t seed, uint64_t count);
/* Lives until so many calls were made, as record.count says. */
void world_run(world *w);
void world_close(world *w);

/* Something is out of order from now on, or was until now: who fails has an excuse. */
void world_trouble(world *w, const char *what, int64_t a, int64_t b);
/* The client's part of the world's turn. */
void world_process(world *w, struct pollfd *fds, size_t n);
void world_take_events(world *w);
/* The client's clocks (mtp_options). */
int64_t world_monotonic_ms(void *ctx);
int64_t world_wall_ms(void *ctx);

#define world_require(w, condition, a, b)                                                          \
  do {                                                                                             \
    if (!(condition))                                                                              \
      record_fail(&(w)->record, #condition " (%lld, %lld)", (int64_t)(a), (int64_t)(b));           \
  } while (0)

#endif
