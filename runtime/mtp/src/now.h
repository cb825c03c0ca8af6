/* The time, as everything below the client is told it. */
#ifndef MTP_NOW_H
#define MTP_NOW_H

#include <stdint.h>

/* When something happens. Both clocks: wall_ms is unix time in milliseconds and may jump,
 * monotonic_ms never goes back and drives every timer (MS-18). */
typedef struct mtp_now {
  int64_t wall_ms;
  int64_t monotonic_ms;
} mtp_now;

#endif
