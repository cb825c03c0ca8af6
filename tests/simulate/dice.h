/* The one source of randomness of a simulated world: a sequence that its seed decides. */
#ifndef TESTS_SIMULATE_DICE_H
#define TESTS_SIMULATE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dice {
  uint64_t state;
} dice;

/* splitmix64 */
static inline uint64_t dice_next(dice *d) {
  uint64_t z = d->state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static inline uint32_t dice_below(dice *d, uint32_t n) {
  return (uint32_t)((dice_next(d) >> 32) * n >> 32);
}

static inline int64_t dice_between(dice *d, int64_t least, int64_t most) {
  return least + (int64_t)(dice_next(d) >> 1) % (most - least + 1);
}

/* True so many times in 10,000. */
static inline bool dice_is(dice *d, uint32_t of_ten_thousand) {
  return dice_below(d, 10000) < of_ten_thousand;
}

/* As mtp_rng.fill. */
static inline int dice_fill(void *ctx, uint8_t *out, size_t n) {
  dice *d = ctx;
  for (size_t i = 0; i < n; i += 8) {
    uint64_t bytes = dice_next(d);
    for (size_t j = i; j < n && j < i + 8; j++, bytes >>= 8)
      out[j] = (uint8_t)bytes;
  }
  return 0;
}

#endif
