/* RSA as key exchange uses it: 2048-bit keys from PEM, their fingerprints, and the padding RSA_PAD
 * (https://core.telegram.org/mtproto/auth_key#41-rsa-paddata-server-public-key-mentioned-above-is-
 * implemented-as-follows). */
#ifndef MTP_CRYPTO_RSA_H
#define MTP_CRYPTO_RSA_H

#include <mtp/crypto.h>

#define MTP_RSA_SIZE          256
#define MTP_RSA_PAD_MAX_DATA  144 /* bytes that mtp_rsa_pad_encrypt() takes */
#define MTP_RSA_PAD_DATA_SIZE 192 /* what they are padded to */

/* A public key. Not changed after it is made: threads may share one. */
typedef struct mtp_rsa_key mtp_rsa_key;

/* Reads the first key of a PEM text: "RSA PUBLIC KEY" (PKCS#1) or "PUBLIC KEY" (SPKI); or the
 * public half of the private forms of both, unencrypted. allocator (may be NULL) must outlive the
 * key. REJECTED when the text holds no RSA key of 2048 bits with an odd exponent of at most 64;
 * NOMEM, CRYPTO. *out is NULL on failure, else freed by mtp_rsa_key_free(). */
TL_MUST_USE mtp_status mtp_rsa_key_from_pem(const char *pem, size_t size,
                                            const tl_allocator *allocator, mtp_rsa_key **out);
void mtp_rsa_key_free(mtp_rsa_key *key); /* NULL is fine */

/* The number by which the server names its key: the last 8 bytes of SHA1 over n and e as TL bytes
 * (KX-2). */
int64_t mtp_rsa_key_fingerprint(const mtp_rsa_key *key);

/* RSA_PAD (KX-4). data at most MTP_RSA_PAD_MAX_DATA bytes. ARGUMENT, RANDOM, CRYPTO. */
TL_MUST_USE mtp_status mtp_rsa_pad_encrypt(const mtp_rsa_key *key, tl_bytes data,
                                           const mtp_rng *rng, uint8_t out[MTP_RSA_SIZE]);

/* The bare public operation on a big-endian number below n (help.configSimple, AP-7). REJECTED when
 * it is not below n; CRYPTO. in may be out. */
TL_MUST_USE mtp_status mtp_rsa_public(const mtp_rsa_key *key, const uint8_t in[MTP_RSA_SIZE],
                                      uint8_t out[MTP_RSA_SIZE]);

#endif
