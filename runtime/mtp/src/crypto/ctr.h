/* AES-256-CTR as one continuous stream: obfuscated transports (TR-10) and CDN files (AP-6). */
#ifndef MTP_CRYPTO_CTR_H
#define MTP_CRYPTO_CTR_H

#include <mtp/crypto.h>

/* One direction of one stream. Zero-initialise it, or mtp_ctr_init() it, before mtp_ctr_free(). */
typedef struct mtp_ctr {
  struct evp_cipher_ctx_st *ctx;
} mtp_ctr;

/* Starts a stream at iv, a big-endian counter. On failure there is nothing to free. */
TL_MUST_USE mtp_status mtp_ctr_init(mtp_ctr *ctr, const uint8_t key[32], const uint8_t iv[16]);
void mtp_ctr_free(mtp_ctr *ctr); /* wipes the key; fine twice */

/* Encrypts or decrypts (it is the same) the next size bytes; in == out is fine, another overlap is
 * not. After a failure the stream is lost. */
TL_MUST_USE mtp_status mtp_ctr_apply(mtp_ctr *ctr, const uint8_t *in, size_t size, uint8_t *out);

#endif
