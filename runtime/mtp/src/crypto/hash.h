/* Digests over a list of pieces, beside mtp_sha256(), and HMAC, each with a status. `parts` are
 * hashed one after another as if they lay side by side. On failure, that of
 * mtp_openssl_failed(), `out` is not to be used. */
#ifndef MTP_CRYPTO_HASH_H
#define MTP_CRYPTO_HASH_H

#include <mtp/crypto.h>

#define MTP_SHA1_SIZE 20

TL_MUST_USE mtp_status mtp_sha1(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA1_SIZE]);
TL_MUST_USE mtp_status mtp_hmac_sha256(tl_bytes key, const tl_bytes *parts, size_t count,
                                       uint8_t out[MTP_SHA256_SIZE]);

/* SHA256 over EVP: what an OpenSSL without its older functions gets, and what the tests hold the
 * others against. */
TL_MUST_USE mtp_status mtp_sha256_evp(const tl_bytes *parts, size_t count,
                                      uint8_t out[MTP_SHA256_SIZE]);

#endif
