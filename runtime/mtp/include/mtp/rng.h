/* Where random bytes come from (RB-3). Everything in libmtp that needs them takes an mtp_rng, so
 * that a test can put in a sequence that it knows; everyone else passes NULL or mtp_rng_system().
 */
#ifndef MTP_RNG_H
#define MTP_RNG_H

#include <mtp/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* fill() writes n random bytes, fit for keys, and returns 0; anything else means that it could not,
 * which ends the operation that asked (it is never worked around). ctx belongs to the caller and
 * must live as long as what the mtp_rng was given to. fill() is called on the thread that calls the
 * library. */
typedef struct mtp_rng {
  int (*fill)(void *ctx, uint8_t *out, size_t n);
  void *ctx;
} mtp_rng;

/* The generator of OpenSSL (RAND_bytes), seeded by the operating system. Usable from any thread. */
MTP_API mtp_rng mtp_rng_system(void);

/* Fills out[0..n) from rng, or from mtp_rng_system() when rng is NULL or has no fill. Returns 0, or
 * -1 when there is no randomness; out is then all zero, and must not be used. */
MTP_API TL_MUST_USE int mtp_rng_fill(const mtp_rng *rng, uint8_t *out, size_t n);

#ifdef __cplusplus
}
#endif
#endif
