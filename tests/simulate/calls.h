/* The calls of a world: started with a number that the server sees, and each held to its end. */
#ifndef TESTS_SIMULATE_CALLS_H
#define TESTS_SIMULATE_CALLS_H

#include <mtp/client.h>

enum { CALLS_AT_ONCE = 128 };

struct world;

typedef struct calls_one {
  struct world *w;
  bool used;
  bool once, cancelled, hasty; /* hasty: its time is too short for an answer */
  uint64_t number;
  mtp_call_id id;
  uint64_t failed_before; /* allocations that had failed when it began */
  int64_t
      awake_us; /* when it began, by the client's clock, which stands while the machine sleeps */
} calls_one;

typedef struct calls {
  calls_one at[CALLS_AT_ONCE];
  size_t open;
  uint64_t made, answered, ended[32]; /* by status */
} calls;

/* Starts one more, of a random kind. False: there are enough. */
bool calls_start(struct world *w);
/* Takes one back, by chance. */
void calls_cancel(struct world *w);
/* None may be open for longer than all its waits together. */
void calls_check(struct world *w);

#endif
