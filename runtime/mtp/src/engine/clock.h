/* The server's time as far as it is known, and message ids made from it (MS-1, MS-18). */
#ifndef MTP_ENGINE_CLOCK_H
#define MTP_ENGINE_CLOCK_H

#include <tl/base.h>

#include "now.h"

/* Time goes on by the monotonic clock from the last point that was known; the wall clock only gives
 * the first guess. */
typedef struct mtp_clock {
  int64_t server_ms, monotonic_ms; /* the point that was known */
  int64_t offset_ms;               /* server - wall at that point */
  int64_t last_id;                 /* of ours in this session; 0: none yet */
  bool synchronised;               /* EN-12 can be applied */
  int64_t guess_id; /* not synchronised: the last id of ours when that began; 0: from the start.
                       What answers a later one was made since; all else may have waited for long */
  unsigned ahead;   /* packets refused in a row because they were from ahead, up to a limit */
} mtp_clock;

void mtp_clock_start(mtp_clock *clock, int64_t offset_ms, bool synchronised, mtp_now now);
int64_t mtp_clock_ms(const mtp_clock *clock, mtp_now now);
int64_t mtp_clock_s(const mtp_clock *clock, mtp_now now);      /* unix seconds of the server */
int64_t mtp_clock_offset(const mtp_clock *clock, mtp_now now); /* server - wall, milliseconds */

/* The machine has slept: what is known counts as a guess again. */
void mtp_clock_slept(mtp_clock *clock);
/* A new connection: when much more wall time than monotonic time has passed, the machine may have
 * slept, and what is known counts as a guess again. */
void mtp_clock_resume(mtp_clock *clock, mtp_now now);

/* The time in a message id of the server, unix milliseconds, when it is about near_ms. */
int64_t mtp_clock_of_id(int64_t msg_id, int64_t near_ms);
/* Whether a received id lies within -300 s to +30 s of now (EN-12); true before the first
 * synchronisation. */
bool mtp_clock_fits(const mtp_clock *clock, int64_t msg_id, mtp_now now);
/* A message of the server is genuine: takes its time over if it is ahead (it cannot have been made
 * in the future), or if there is only a guess and it answers what was sent since: our message
 * of that id (0: none). */
void mtp_clock_learn(mtp_clock *clock, int64_t msg_id, int64_t answered, mtp_now now);
/* A message sealed as it should be was refused by mtp_clock_fits(). */
void mtp_clock_refused(mtp_clock *clock, int64_t msg_id, mtp_now now);
/* Several from ahead were refused, and nothing in time came between: our own time may be behind. It
 * is asked for by a ping, and only the pong to that teaches it. */
bool mtp_clock_doubted(const mtp_clock *clock);
/* The server says that our time is wrong (MS-9), or what it is when that was asked: takes over the
 * time of its message. */
void mtp_clock_correct(mtp_clock *clock, int64_t msg_id, mtp_now now);

/* The next message id: divisible by 4, larger than the last, low half not all zero. */
int64_t mtp_clock_next_id(mtp_clock *clock, mtp_now now);

#endif
