/* The part of libmtp's cryptography that is useful outside it: the digest, and the checks of a
 * Diffie-Hellman group that key exchange, two-factor passwords, secret chats and calls share
 * (https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication,
 * https://core.telegram.org/api/end-to-end). */
#ifndef MTP_CRYPTO_H
#define MTP_CRYPTO_H

#include <mtp/rng.h>
#include <mtp/status.h>
#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function of OpenSSL that has just failed, where its arguments cannot be the reason, came
 * to: MTP_ERR_CRYPTO when OpenSSL says that it has no such algorithm, else MTP_ERR_NOMEM. Takes
 * what OpenSSL says off the calling thread's list. */
MTP_API TL_MUST_USE mtp_status mtp_openssl_failed(void);

#define MTP_SHA256_SIZE 32 /* bytes */

/* SHA256 of the parts (count of them, each may be empty), hashed one after another as if they lay
 * side by side. On failure, that of mtp_openssl_failed(), out is not to be used. */
MTP_API TL_MUST_USE mtp_status mtp_sha256(const tl_bytes *parts, size_t count,
                                          uint8_t out[MTP_SHA256_SIZE]);

#define MTP_DH_SIZE 256 /* bytes of a 2048-bit number, big-endian, padded with zeros in front */

/* Primes that passed the slow test, by SHA-256, so that each is tested once. The caller owns it and
 * zero-initialises it; one thread at a time; hand the same one to every check. Eight are kept, then
 * the oldest goes. */
typedef struct mtp_dh_cache {
  uint8_t passed[8][32];
  unsigned count; /* how many have ever been put in */
} mtp_dh_cache;

/* Whether p is a safe prime of exactly 2048 bits: 2^2047 < p < 2^2048, p and (p-1)/2 prime (64
 * rounds of Miller-Rabin each, some 300 ms). The prime that Telegram's servers send is known and
 * needs no test; cache may be NULL. MTP_ERR_REJECTED when p is not; else that of
 * mtp_openssl_failed(). */
MTP_API TL_MUST_USE mtp_status mtp_dh_check_prime(const uint8_t p[MTP_DH_SIZE],
                                                  mtp_dh_cache *cache);

/* Whether g is 2, 3, 4, 5, 6 or 7 and generates the subgroup of order (p-1)/2 by the residues that
 * the specification lists. p must have passed mtp_dh_check_prime(). MTP_ERR_REJECTED. */
MTP_API TL_MUST_USE mtp_status mtp_dh_check_generator(int32_t g, const uint8_t p[MTP_DH_SIZE]);

/* Whether a public value (g_a, g_b) lies in [2^1984, p - 2^1984], which implies 1 < value < p-1.
 * MTP_ERR_REJECTED, that of mtp_openssl_failed(). */
MTP_API TL_MUST_USE mtp_status mtp_dh_check_public(const uint8_t value[MTP_DH_SIZE],
                                                   const uint8_t p[MTP_DH_SIZE]);

/* out = base ^ exponent mod p in time that does not depend on the exponent; base is big-endian,
 * 1..256 bytes, exponent 256 bytes. p must be odd (it is, once checked). out may be base or
 * exponent. MTP_ERR_ARGUMENT (even p, base not below p, base size), that of
 * mtp_openssl_failed(). */
MTP_API TL_MUST_USE mtp_status mtp_dh_power(const uint8_t *base, size_t base_size,
                                            const uint8_t exponent[MTP_DH_SIZE],
                                            const uint8_t p[MTP_DH_SIZE], uint8_t out[MTP_DH_SIZE]);

/* The 2048-bit prime that Telegram's servers send (with g = 3), 256 bytes that live for ever; never
 * NULL. */
MTP_API const uint8_t *mtp_dh_known_prime(void);

#ifdef __cplusplus
}
#endif
#endif
