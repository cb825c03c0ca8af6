/* Random bytes: the system's generator, and the one rule about failure (RB-3). */
#include <mtp/rng.h>
#include <openssl/rand.h>
#include <string.h>

#define CHUNK ((size_t)1 << 20) /* RAND_bytes takes an int */

static int system_fill(void *ctx, uint8_t *out, size_t n) {
  (void)ctx;
  while (n > 0) {
    size_t step = n < CHUNK ? n : CHUNK;
    if (RAND_bytes(out, (int)step) != 1)
      return -1;
    out += step;
    n -= step;
  }
  return 0;
}

mtp_rng mtp_rng_system(void) {
  mtp_rng rng = {system_fill, NULL};
  return rng;
}

int mtp_rng_fill(const mtp_rng *rng, uint8_t *out, size_t n) {
  int failed = rng && rng->fill ? rng->fill(rng->ctx, out, n) : system_fill(NULL, out, n);
  if (!failed)
    return 0;
  if (n > 0)
    memset(out, 0, n);
  return -1;
}
