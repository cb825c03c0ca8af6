/* A stock of random bytes: small amounts come out of a KiB that is drawn at once, since each
 * question to the system's generator costs more than the bytes. */
#ifndef MTP_CRYPTO_STOCK_H
#define MTP_CRYPTO_STOCK_H

#include <mtp/rng.h>

enum { MTP_STOCK_SIZE = 1024, MTP_STOCK_SMALL = 256 /* more is drawn for itself */ };

/* All zero is an empty stock over mtp_rng_system(). It must stand where a fork leaves zeros in the
 * child, so that nothing is given out twice, and be used by one thread. It holds what will be
 * secret: wipe it in the end. */
typedef struct mtp_stock {
  const mtp_rng *source; /* NULL: mtp_rng_system() */
  size_t left;
  uint8_t bytes[MTP_STOCK_SIZE];
} mtp_stock;

/* A generator out of the stock, which must live as long. */
mtp_rng mtp_stock_rng(mtp_stock *stock);

#endif
