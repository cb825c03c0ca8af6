/* A stock of random bytes. */
#include "stock.h"

#include <string.h>

#include "secret.h"

static int refill(mtp_stock *stock) {
  stock->left = 0;
  if (mtp_rng_fill(stock->source, stock->bytes, sizeof stock->bytes) != 0)
    return -1;
  stock->left = sizeof stock->bytes;
  return 0;
}

/* What is given out is forgotten. */
static int fill(void *ctx, uint8_t *out, size_t n) {
  mtp_stock *stock = ctx;
  if (n > MTP_STOCK_SMALL)
    return mtp_rng_fill(stock->source, out, n);
  if (stock->left < n && refill(stock) != 0)
    return -1;
  stock->left -= n;
  memcpy(out, stock->bytes + stock->left, n);
  mtp_wipe(stock->bytes + stock->left, n);
  return 0;
}

mtp_rng mtp_stock_rng(mtp_stock *stock) {
  return (mtp_rng){fill, stock};
}
