/* AES-256 in infinite garble extension mode, the cipher of MTProto messages
 * (https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data). */
#ifndef MTP_CRYPTO_IGE_H
#define MTP_CRYPTO_IGE_H

#include <mtp/crypto.h>

#define MTP_IGE_KEY_SIZE 32
#define MTP_IGE_IV_SIZE  32 /* the ciphertext block before the first, then the plaintext block */

/* in and out hold size bytes and are either the same or do not overlap. MTP_ERR_ARGUMENT when
 * size is no multiple of 16; that of mtp_openssl_failed(), only on processors without AES
 * instructions. */
TL_MUST_USE mtp_status mtp_ige_encrypt(const uint8_t key[MTP_IGE_KEY_SIZE],
                                       const uint8_t iv[MTP_IGE_IV_SIZE], const uint8_t *in,
                                       size_t size, uint8_t *out);
TL_MUST_USE mtp_status mtp_ige_decrypt(const uint8_t key[MTP_IGE_KEY_SIZE],
                                       const uint8_t iv[MTP_IGE_IV_SIZE], const uint8_t *in,
                                       size_t size, uint8_t *out);

/* The two ways it is done, for the tests and the benchmark: the functions above pick one. */
bool mtp_ige_x86_available(void);
void mtp_ige_x86_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                         uint8_t *out);
void mtp_ige_x86_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                         uint8_t *out);
TL_MUST_USE mtp_status mtp_ige_evp_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                                           size_t size, uint8_t *out);
TL_MUST_USE mtp_status mtp_ige_evp_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                                           size_t size, uint8_t *out);

#endif
