/* Key shares as those of a browser, which nobody ever uses: a censor may check that they are valid
 * (RFC 7748; FIPS 203, 7.2), so that random bytes would not do. */
#include "faketls_share.h"

#include <openssl/evp.h>
#include <tl/wire.h>

#include "crypto/secret.h"

enum { Q = 3329, COEFFICIENTS = 3 * 256, SEED = 32 };

static bool no_randomness(mtp_failure *failure) {
  return mtp_failure_set(failure, MTP_ERR_RANDOM, 0, "no randomness for fake TLS");
}

bool mtp_x25519_share(const mtp_rng *rng, uint8_t out[MTP_X25519_SIZE], mtp_failure *failure) {
  uint8_t scalar[32];
  size_t size = MTP_X25519_SIZE;
  if (mtp_rng_fill(rng, scalar, sizeof scalar) != 0)
    return no_randomness(failure);
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, sizeof scalar);
  bool ok = key && EVP_PKEY_get_raw_public_key(key, out, &size) > 0 && size == MTP_X25519_SIZE;
  EVP_PKEY_free(key);
  mtp_wipe(scalar, sizeof scalar);
  return ok || mtp_failure_memory(failure);
}

/* A number below q of four random bytes; what it is off from uniform, nobody can measure. */
static uint32_t coefficient(const uint8_t random[4]) {
  return tl_load32(random) % Q;
}

bool mtp_hybrid_share(const mtp_rng *rng, uint8_t out[MTP_HYBRID_SIZE], mtp_failure *failure) {
  uint8_t random[COEFFICIENTS * 4], *at = out;
  if (mtp_rng_fill(rng, random, sizeof random) != 0)
    return no_randomness(failure);
  for (size_t i = 0; i < COEFFICIENTS; i += 2) { /* two of twelve bits in three bytes */
    uint32_t a = coefficient(random + 4 * i), b = coefficient(random + 4 * i + 4);
    *at++ = (uint8_t)a;
    *at++ = (uint8_t)(a >> 8 | b << 4);
    *at++ = (uint8_t)(b >> 4);
  }
  if (mtp_rng_fill(rng, at, SEED) != 0)
    return no_randomness(failure);
  return mtp_x25519_share(rng, at + SEED, failure);
}
