/* Randomness that is the same in every run, so that what was recorded from a peer still fits. */
#ifndef TEST_FUZZ_KNOWN_RNG_H
#define TEST_FUZZ_KNOWN_RNG_H

#include <mtp/rng.h>

static inline int known_rng_fill(void *ctx, uint8_t *out, size_t n) {
  uint64_t *state = ctx;
  for (size_t i = 0; i < n; i++) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    out[i] = (uint8_t)(*state >> 24);
  }
  return 0;
}

/* *state: not 0, and as long-lived as the generator. */
static inline mtp_rng known_rng(uint64_t *state) {
  return (mtp_rng){known_rng_fill, state};
}

#endif
