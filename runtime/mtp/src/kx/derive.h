/* What key exchange computes from its nonces, for either side
 * (https://core.telegram.org/mtproto/auth_key). */
#ifndef MTP_KX_DERIVE_H
#define MTP_KX_DERIVE_H

#include "crypto/auth_key.h"
#include <tl/buffer.h>

/* The numbers that name an exchange, raw bytes as on the wire. new_nonce is a secret. */
typedef struct mtp_kx_nonces {
  uint8_t nonce[16];
  uint8_t server_nonce[16];
  uint8_t new_nonce[32];
} mtp_kx_nonces;

/* tmp_aes_key and tmp_aes_iv (KX-6). */
TL_MUST_USE mtp_status mtp_kx_tmp_keys(const mtp_kx_nonces *nonces, mtp_message_keys *out);

/* Appends SHA1(data) | data | 0..15 random bytes, encrypted: the Diffie-Hellman data of both sides
 * (KX-7, KX-12). RANDOM, NOMEM, CRYPTO; out is then as it was. */
TL_MUST_USE mtp_status mtp_kx_seal(const mtp_message_keys *keys, tl_bytes data, const mtp_rng *rng,
                                   tl_buffer *out);

/* The reverse, in two steps, as only the data itself says how long it is. First appends what is
 * encrypted, decrypted, to out: REJECTED when its size is no multiple of 16 or below 36 (KX-6);
 * NOMEM, CRYPTO. */
TL_MUST_USE mtp_status mtp_kx_open(const mtp_message_keys *keys, tl_bytes encrypted,
                                   tl_buffer *out);
/* Then whether the hash is that of data_size bytes behind it, with at most 15 more (KX-7).
 * REJECTED, CRYPTO. */
TL_MUST_USE mtp_status mtp_kx_check_hash(tl_bytes opened, size_t data_size);
#define MTP_KX_DATA_AT 20 /* where the data begins in what was opened */

/* new_nonce_hash1 .. 3 of the answers ok, retry and fail (KX-13). */
TL_MUST_USE mtp_status mtp_kx_nonce_hash(const mtp_kx_nonces *nonces, uint8_t number,
                                         int64_t aux_hash, uint8_t out[16]);
/* new_nonce_hash of server_DH_params_fail (KX-5). */
TL_MUST_USE mtp_status mtp_kx_fail_hash(const mtp_kx_nonces *nonces, uint8_t out[16]);

/* The first server salt (KX-14). */
int64_t mtp_kx_first_salt(const mtp_kx_nonces *nonces);

#endif
