/* RSA from the server's side: private keys, and what undoes RSA_PAD. */
#ifndef TGDC_RSA_PRIVATE_H
#define TGDC_RSA_PRIVATE_H

#include "crypto/rsa.h"
#include <openssl/bn.h>

/* Not changed after it is made: threads may share one. */
typedef struct rsa_private {
  mtp_rsa_key *key; /* its public half */
  BIGNUM *n, *d;
} rsa_private;

/* Reads a private key, of the sizes that mtp_rsa_key_from_pem() takes. REJECTED, NOMEM, CRYPTO;
 * *out is NULL then, else freed by rsa_private_free(). */
TL_MUST_USE mtp_status rsa_private_from_pem(const char *pem, size_t size, rsa_private **out);
void rsa_private_free(rsa_private *key); /* wipes; NULL is fine */

/* The bare private operation on a big-endian number below n. REJECTED when it is not below n;
 * CRYPTO. in may be out. */
TL_MUST_USE mtp_status rsa_private_power(const rsa_private *key, const uint8_t in[MTP_RSA_SIZE],
                                         uint8_t out[MTP_RSA_SIZE]);

/* Undoes RSA_PAD on what rsa_private_power() gave: the data with its padding. REJECTED when the
 * hash inside does not match, as it does not for a client with the older padding (SHA1(data), data,
 * random bytes up to 255); CRYPTO. */
TL_MUST_USE mtp_status rsa_pad_open(const uint8_t raw[MTP_RSA_SIZE],
                                    uint8_t out[MTP_RSA_PAD_DATA_SIZE]);

#endif
