/* The computations of key exchange. */
#include "kx/derive.h"

#include "crypto/hash.h"
#include "crypto/secret.h"
#include <string.h>
#include <tl/wire.h>

#define MIN_SEALED 36

static mtp_status sha1_pair(const void *a, size_t a_size, const void *b, size_t b_size,
                            uint8_t out[MTP_SHA1_SIZE]) {
  tl_bytes parts[] = {tl_bytes_of(a, a_size), tl_bytes_of(b, b_size)};
  return mtp_sha1(parts, 2, out);
}

mtp_status mtp_kx_tmp_keys(const mtp_kx_nonces *nonces, mtp_message_keys *out) {
  uint8_t new_server[MTP_SHA1_SIZE], server_new[MTP_SHA1_SIZE], new_new[MTP_SHA1_SIZE];
  mtp_status status = sha1_pair(nonces->new_nonce, 32, nonces->server_nonce, 16, new_server);
  if (!status)
    status = sha1_pair(nonces->server_nonce, 16, nonces->new_nonce, 32, server_new);
  if (!status)
    status = sha1_pair(nonces->new_nonce, 32, nonces->new_nonce, 32, new_new);
  if (!status) {
    memcpy(out->key, new_server, 20);
    memcpy(out->key + 20, server_new, 12);
    memcpy(out->iv, server_new + 12, 8);
    memcpy(out->iv + 8, new_new, 20);
    memcpy(out->iv + 28, nonces->new_nonce, 4);
  }
  mtp_wipe(new_server, sizeof new_server);
  mtp_wipe(server_new, sizeof server_new);
  mtp_wipe(new_new, sizeof new_new);
  return status;
}

mtp_status mtp_kx_seal(const mtp_message_keys *keys, tl_bytes data, const mtp_rng *rng,
                       tl_buffer *out) {
  size_t used = MTP_SHA1_SIZE + data.size, size = (used + 15) / 16 * 16;
  if (tl_buffer_reserve(out, size))
    return MTP_ERR_NOMEM;
  uint8_t *at = out->data + out->size; /* not published before it is whole */
  mtp_status status = mtp_sha1(&data, 1, at);
  memcpy(at + MTP_SHA1_SIZE, data.data, data.size);
  if (!status && mtp_rng_fill(rng, at + used, size - used))
    status = MTP_ERR_RANDOM;
  if (!status)
    status = mtp_ige_encrypt(keys->key, keys->iv, at, size, at);
  if (status)
    mtp_wipe(at, size);
  else if (!tl_buffer_extend(out, size))
    status = MTP_ERR_NOMEM; /* cannot be: it was reserved */
  return status;
}

mtp_status mtp_kx_open(const mtp_message_keys *keys, tl_bytes encrypted, tl_buffer *out) {
  if (encrypted.size % 16 || encrypted.size < MIN_SEALED)
    return MTP_ERR_REJECTED;
  if (tl_buffer_reserve(out, encrypted.size))
    return MTP_ERR_NOMEM;
  mtp_status status =
      mtp_ige_decrypt(keys->key, keys->iv, encrypted.data, encrypted.size, out->data + out->size);
  if (!status && !tl_buffer_extend(out, encrypted.size))
    status = MTP_ERR_NOMEM; /* cannot be: it was reserved */
  return status;
}

mtp_status mtp_kx_check_hash(tl_bytes opened, size_t data_size) {
  uint8_t hash[MTP_SHA1_SIZE];
  if (opened.size < MTP_KX_DATA_AT || data_size > opened.size - MTP_KX_DATA_AT ||
      opened.size - MTP_KX_DATA_AT - data_size > 15)
    return MTP_ERR_REJECTED;
  tl_bytes data = tl_bytes_of(opened.data + MTP_KX_DATA_AT, data_size);
  mtp_status status = mtp_sha1(&data, 1, hash);
  if (!status && !mtp_equal(hash, opened.data, sizeof hash))
    status = MTP_ERR_REJECTED;
  return status;
}

mtp_status mtp_kx_nonce_hash(const mtp_kx_nonces *nonces, uint8_t number, int64_t aux_hash,
                             uint8_t out[16]) {
  uint8_t tail[9], hash[MTP_SHA1_SIZE];
  tail[0] = number;
  tl_store64(tail + 1, (uint64_t)aux_hash);
  mtp_status status = sha1_pair(nonces->new_nonce, 32, tail, sizeof tail, hash);
  if (!status)
    memcpy(out, hash + 4, 16);
  return status;
}

mtp_status mtp_kx_fail_hash(const mtp_kx_nonces *nonces, uint8_t out[16]) {
  uint8_t hash[MTP_SHA1_SIZE];
  mtp_status status = sha1_pair(nonces->new_nonce, 32, NULL, 0, hash);
  if (!status)
    memcpy(out, hash + 4, 16);
  return status;
}

int64_t mtp_kx_first_salt(const mtp_kx_nonces *nonces) {
  return (int64_t)(tl_load64(nonces->new_nonce) ^ tl_load64(nonces->server_nonce));
}
