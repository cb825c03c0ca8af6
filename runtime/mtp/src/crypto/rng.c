/* Random bytes: the system's generator, and the one rule about failure (RB-3).
 *
 * RAND_bytes() asks the kernel for the process id each time, to notice a fork; that costs more than
 * the bytes. So small amounts come out of a KiB that each thread draws at once. What of it a fork
 * copied is never given out in the child: the handler of pthread_atfork() makes it stale there. */
#include <mtp/rng.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "secret.h"

#define CHUNK ((size_t)1 << 20) /* RAND_bytes takes an int */

enum { STOCK = 1024, SMALL = 256 };

/* All that this file remembers. */
static atomic_uint forks = 1; /* in this process and those that it comes from */
static pthread_once_t watch = PTHREAD_ONCE_INIT;
static atomic_bool watched; /* forks are counted */
static _Thread_local struct {
  unsigned forks; /* when it was drawn; 0: never */
  size_t left;
  uint8_t bytes[STOCK];
} stock;

static void count_fork(void) {
  atomic_fetch_add(&forks, 1);
}

static void watch_forks(void) {
  atomic_store(&watched, pthread_atfork(NULL, NULL, count_fork) == 0);
}

static int draw(uint8_t *out, size_t n) {
  while (n > 0) {
    size_t step = n < CHUNK ? n : CHUNK;
    if (RAND_bytes(out, (int)step) != 1)
      return -1;
    out += step;
    n -= step;
  }
  return 0;
}

/* Takes n bytes off the stock, which has so many, and forgets them. */
static void take(uint8_t *out, size_t n) {
  stock.left -= n;
  memcpy(out, stock.bytes + stock.left, n);
  mtp_wipe(stock.bytes + stock.left, n);
}

static int system_fill(void *ctx, uint8_t *out, size_t n) {
  (void)ctx;
  if (n > SMALL || pthread_once(&watch, watch_forks) != 0 || !atomic_load(&watched))
    return draw(out, n);
  unsigned now = atomic_load(&forks);
  if (stock.forks != now || stock.left < n) {
    stock.forks = 0;
    if (draw(stock.bytes, STOCK))
      return -1;
    stock.left = STOCK;
    stock.forks = now;
  }
  take(out, n);
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
