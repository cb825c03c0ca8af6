/* The time since the machine was started. */
#include "machine_clock.h"
#include <time.h>

int64_t tgauth_machine_ms(void) {
  struct timespec at = {0, 0};
#ifdef CLOCK_BOOTTIME
  if (clock_gettime(CLOCK_BOOTTIME, &at) == 0)
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
#endif
  (void)clock_gettime(CLOCK_MONOTONIC, &at);
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}
