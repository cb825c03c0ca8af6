/* The time, as everything below the client is told it. */
#ifndef MTP_NOW_H
#define MTP_NOW_H

#include <stdbool.h>
#include <stdint.h>

/* When something happens. Both clocks: wall_ms is unix time in milliseconds and may jump,
 * monotonic_ms never goes back and drives every timer (MS-18). */
typedef struct mtp_now {
  int64_t wall_ms;
  int64_t monotonic_ms;
} mtp_now;

/* The earlier of two times. */
static inline int64_t mtp_earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Unix seconds of which only the low half came, as in message ids and dates on the wire: those
 * nearest to near_s, so that they hold past 2038 and 2106 (LV-9). */
static inline int64_t mtp_time_near(uint32_t low, int64_t near_s) {
  return near_s + (int32_t)(low - (uint32_t)near_s);
}

/* Whether one message id was made before another, of the same 68 years. */
static inline bool mtp_id_before(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a - (uint64_t)b) < 0;
}

#endif
