/* The client's side of two-step verification: SRP as Telegram defines it
 * (https://core.telegram.org/api/srp, SR-1 to SR-4, LG-7). Pure: parameters, randomness and
 * password go in, numbers come out. Statuses are those of mtp/crypto.h. */
#ifndef TGAUTH_SRP_H
#define TGAUTH_SRP_H

#include <mtp/crypto.h>
#include <tl/buffer.h>

#define TGAUTH_SRP_HASH_SIZE 32
#define TGAUTH_SRP_SALT_SIZE 32 /* random bytes that a new password adds to salt1 */

/* passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow#3a912d4a, borrowed. (Any other
 * algorithm cannot be used: the application has to be updated, SR-1.) */
typedef struct tgauth_srp_algo {
  tl_bytes salt1, salt2;
  tl_bytes p; /* 256 bytes, big-endian */
  int32_t g;
} tgauth_srp_algo;

/* What inputCheckPasswordSRP wants beside srp_id. */
typedef struct tgauth_srp_proof {
  uint8_t a[MTP_DH_SIZE]; /* the public value A */
  uint8_t m1[TGAUTH_SRP_HASH_SIZE];
} tgauth_srp_proof;

/* x of a password (SR-2), UTF-8 bytes as typed: 100,000 rounds, some 100 ms. As good as the
 * password: wipe it. ARGUMENT (sizes beyond 2 GiB), CRYPTO. */
TL_MUST_USE mtp_status tgauth_srp_hash(const tgauth_srp_algo *algo, tl_bytes password,
                                       uint8_t x[TGAUTH_SRP_HASH_SIZE]);

/* A and M1 (SR-3) for x and the server's srp_B. REJECTED: p, g or B fail SR-1. cache as in
 * mtp_dh_check_prime(). RANDOM, CRYPTO. */
TL_MUST_USE mtp_status tgauth_srp_prove(const tgauth_srp_algo *algo, mtp_dh_cache *cache,
                                        const uint8_t x[TGAUTH_SRP_HASH_SIZE], tl_bytes b,
                                        const mtp_rng *rng, tgauth_srp_proof *proof);

/* new_password_hash of account.passwordInputSettings: g^x mod p. x is that of the new password
 * under this algorithm, whose salt1 was made by tgauth_srp_new_salt(). REJECTED, CRYPTO. */
TL_MUST_USE mtp_status tgauth_srp_verifier(const tgauth_srp_algo *algo, mtp_dh_cache *cache,
                                           const uint8_t x[TGAUTH_SRP_HASH_SIZE],
                                           uint8_t verifier[MTP_DH_SIZE]);

/* Appends to out the salt1 for a new password: the offered one and TGAUTH_SRP_SALT_SIZE random
 * bytes (LG-7). RANDOM, NOMEM; out is then as it was. */
TL_MUST_USE mtp_status tgauth_srp_new_salt(tl_bytes offered, const mtp_rng *rng, tl_buffer *out);

#endif
