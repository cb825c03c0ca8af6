/* What every holder of a secret needs: forgetting it, and comparing without telling how far two
 * values agree (RB-1). */
#ifndef MTP_CRYPTO_SECRET_H
#define MTP_CRYPTO_SECRET_H

#include <openssl/crypto.h>
#include <tl/base.h>

/* Overwrites in a way that the compiler keeps. */
static inline void mtp_wipe(void *secret, size_t size) {
  OPENSSL_cleanse(secret, size);
}

/* Whether the two are equal, in time that depends on size alone. */
static inline bool mtp_equal(const void *a, const void *b, size_t size) {
  return CRYPTO_memcmp(a, b, size) == 0;
}

#endif
