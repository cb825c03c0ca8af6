/* RSA by its numbers: the inside of mtp_rsa_key, and the operation itself. */
#ifndef MTP_CRYPTO_RSA_KEY_H
#define MTP_CRYPTO_RSA_KEY_H

#include "rsa.h"
#include <openssl/bn.h>

struct mtp_rsa_key {
  BIGNUM *n, *e;
  int64_t fingerprint;
  const tl_allocator *allocator;
};

/* in to the power of exponent modulo n, big-endian. REJECTED when it is not below n; CRYPTO. in may
 * be out; what was computed with is wiped. In constant time for an exponent that has
 * BN_FLG_CONSTTIME. */
TL_MUST_USE mtp_status mtp_rsa_power(const uint8_t in[MTP_RSA_SIZE], const BIGNUM *exponent,
                                     const BIGNUM *n, uint8_t out[MTP_RSA_SIZE]);

#endif
