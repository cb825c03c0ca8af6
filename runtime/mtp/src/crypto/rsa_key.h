/* The inside of mtp_rsa_key, for rsa.c and rsa_key.c. */
#ifndef MTP_CRYPTO_RSA_KEY_H
#define MTP_CRYPTO_RSA_KEY_H

#include "rsa.h"
#include <openssl/bn.h>

struct mtp_rsa_key {
  BIGNUM *n, *e;
  int64_t fingerprint;
  const tl_allocator *allocator;
};

#endif
