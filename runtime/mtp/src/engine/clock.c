/* Server time and message ids. */
#include "clock.h"

#define PAST_MS   300000
#define FUTURE_MS 30000
#define SLEPT_MS  5000
#define DOUBTS    2

static void set_point(mtp_clock *clock, int64_t server_ms, mtp_now now) {
  clock->server_ms = server_ms;
  clock->monotonic_ms = now.monotonic_ms;
  clock->offset_ms = server_ms - now.wall_ms;
}

void mtp_clock_start(mtp_clock *clock, int64_t offset_ms, bool synchronised, mtp_now now) {
  set_point(clock, now.wall_ms + offset_ms, now);
  clock->synchronised = synchronised;
  clock->last_id = clock->guess_id = 0;
}

int64_t mtp_clock_ms(const mtp_clock *clock, mtp_now now) {
  return clock->server_ms + (now.monotonic_ms - clock->monotonic_ms);
}

int64_t mtp_clock_s(const mtp_clock *clock, mtp_now now) {
  return mtp_clock_ms(clock, now) / 1000;
}

int64_t mtp_clock_offset(const mtp_clock *clock, mtp_now now) {
  return mtp_clock_ms(clock, now) - now.wall_ms;
}

void mtp_clock_slept(mtp_clock *clock) {
  clock->synchronised = false;
  clock->guess_id = clock->last_id;
}

void mtp_clock_resume(mtp_clock *clock, mtp_now now) {
  int64_t by_wall = now.wall_ms + clock->offset_ms;
  if (by_wall - mtp_clock_ms(clock, now) > SLEPT_MS)
    mtp_clock_slept(clock);
  set_point(clock, mtp_clock_ms(clock, now), now);
}

int64_t mtp_clock_of_id(int64_t msg_id, int64_t near_ms) {
  uint64_t id = (uint64_t)msg_id;
  return mtp_time_near((uint32_t)(id >> 32), near_ms / 1000) * 1000 +
         (int64_t)((id & 0xffffffffu) * 1000 >> 32);
}

bool mtp_clock_fits(const mtp_clock *clock, int64_t msg_id, mtp_now now) {
  if (!clock->synchronised)
    return true;
  int64_t ahead = mtp_clock_of_id(msg_id, mtp_clock_ms(clock, now)) - mtp_clock_ms(clock, now);
  return ahead >= -PAST_MS && ahead <= FUTURE_MS;
}

void mtp_clock_learn(mtp_clock *clock, int64_t msg_id, int64_t answered, mtp_now now) {
  int64_t server_ms = mtp_clock_of_id(msg_id, mtp_clock_ms(clock, now));
  bool fresh = !clock->guess_id || (answered && mtp_id_before(clock->guess_id, answered));
  clock->ahead = 0;
  if (!clock->synchronised && fresh)
    mtp_clock_correct(clock, msg_id, now);
  else if (server_ms > mtp_clock_ms(clock, now))
    set_point(clock, server_ms, now);
}

void mtp_clock_refused(mtp_clock *clock, int64_t msg_id, mtp_now now) {
  if (mtp_clock_of_id(msg_id, mtp_clock_ms(clock, now)) > mtp_clock_ms(clock, now) &&
      clock->ahead < DOUBTS)
    clock->ahead++;
}

bool mtp_clock_doubted(const mtp_clock *clock) {
  return clock->ahead == DOUBTS;
}

void mtp_clock_correct(mtp_clock *clock, int64_t msg_id, mtp_now now) {
  set_point(clock, mtp_clock_of_id(msg_id, mtp_clock_ms(clock, now)), now);
  clock->synchronised = true;
  clock->ahead = 0;
}

int64_t mtp_clock_next_id(mtp_clock *clock, mtp_now now) {
  int64_t ms = mtp_clock_ms(clock, now);
  if (ms < 0)
    ms = 0;
  uint64_t fraction = ((uint64_t)ms % 1000 << 32) / 1000;
  uint64_t id = (uint64_t)ms / 1000 << 32 | (fraction & ~(uint64_t)3);
  if (clock->last_id && !mtp_id_before(clock->last_id, (int64_t)id))
    id = (uint64_t)clock->last_id + 4;
  if ((id & 0xffffffffu) == 0)
    id += 4;
  clock->last_id = (int64_t)id;
  return clock->last_id;
}
