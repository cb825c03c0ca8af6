/* What has happened in a simulated world: the newest events, to be shown, and a hash of all of
 * them, to tell whether two runs were the same. */
#ifndef TESTS_SIMULATE_RECORD_H
#define TESTS_SIMULATE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

enum { RECORD_SHOWN = 100 };

typedef struct record_event {
  int64_t at_us;
  const char *what; /* a constant: "call %lld is answered with %lld" */
  int64_t a, b;
} record_event;

typedef struct record {
  uint64_t seed, count;
  const char *how; /* the other arguments that the program was started with */
  int64_t now_us;
  uint64_t n, hash;
  bool talks; /* every event is printed as it comes */
  record_event newest[RECORD_SHOWN];
} record;

void record_open(record *r, uint64_t seed, uint64_t count);
/* what: a constant with at most two %lld. */
void record_note(record *r, const char *what, int64_t a, int64_t b);
/* Something is not as it must be: says what, how to repeat it and what came before, and ends the
 * program. */
_Noreturn void record_fail(const record *r, const char *what, int64_t a, int64_t b);

#endif
