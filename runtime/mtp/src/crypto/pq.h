/* Factoring the pq of key exchange, its proof of work (KX-1). */
#ifndef MTP_CRYPTO_PQ_H
#define MTP_CRYPTO_PQ_H

#include <mtp/crypto.h>

/* p < q, both odd primes, with p * q == pq; about 0.3 ms for 63 bits. MTP_ERR_REJECTED when pq
 * is not such a product. */
TL_MUST_USE mtp_status mtp_pq_factor(uint64_t pq, uint64_t *p, uint64_t *q);

/* Whether n is prime; exact for every 64-bit number. */
bool mtp_is_prime64(uint64_t n);

#endif
