/* The client's memory: counted, and failing when it is to fail. Each allocation and each byte taken
 * in costs a little of the simulated time, so that the bounds on work hold, or do not, whatever the
 * machine. */
#ifndef TESTS_SIMULATE_MEMORY_H
#define TESTS_SIMULATE_MEMORY_H

#include <tl/base.h>

#include "dice.h"

typedef struct memory {
  tl_allocator allocator;
  dice *dice;
  uint32_t failing; /* so many of 10,000 allocations fail */
  size_t held, most;
  uint64_t allocations, failed;
} memory;

void memory_open(memory *m, dice *d);

#endif
