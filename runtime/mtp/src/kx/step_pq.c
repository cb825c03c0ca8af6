/* The first half of key exchange: req_pq_multi, and the answer to resPQ, which proves some work and
 * brings a secret to the holder of the RSA key. */
#include "crypto/pq.h"
#include "crypto/secret.h"
#include "kx/steps.h"
#include <string.h>

#define INNER_LIMIT 256 /* p_q_inner_data_temp_dc has 104 bytes */

mtp_cause mtp_kx_send_req_pq(mtp_kx *kx, tl_buffer *out) {
  mt_req_pq_multi request;
  if (mtp_rng_fill(kx->config.rng, kx->nonces.nonce, sizeof kx->nonces.nonce))
    return MTP_ERR_RANDOM;
  memcpy(request.nonce.bytes, kx->nonces.nonce, sizeof request.nonce.bytes);
  kx->state = MTP_KX_STATE_PQ;
  return mtp_kx_encode(mt_req_pq_multi_object(&request), out);
}

/* The first of the server's keys that is one of ours. */
static const mtp_rsa_key *common_key(const mtp_kx *kx, const tl_vector_long *fingerprints) {
  for (size_t i = 0; i < fingerprints->count; i++)
    for (size_t j = 0; j < kx->config.n_keys; j++)
      if (mtp_rsa_key_fingerprint(kx->config.keys[j]) == fingerprints->items[i])
        return kx->config.keys[j];
  return NULL;
}

/* A big-endian number of at most 64 bits; false when it is larger. */
static bool read_number(tl_bytes bytes, uint64_t *out) {
  *out = 0;
  for (size_t i = 0; i < bytes.size; i++) {
    if (*out >> 56)
      return false;
    *out = *out << 8 | bytes.data[i];
  }
  return true;
}

/* The same number without leading zeros, in 8 bytes at most. */
static tl_bytes write_number(uint64_t number, uint8_t out[8]) {
  size_t size = 0;
  for (int shift = 56; shift >= 0; shift -= 8)
    if (size || number >> shift)
      out[size++] = (uint8_t)(number >> shift);
  return tl_bytes_of(out, size);
}

/* The data centre's number as the server wants it (KX-3). */
static int32_t dc_number(const mtp_kx_config *config) {
  int32_t dc = config->test ? config->dc + 10000 : config->dc;
  return config->media ? -dc : dc;
}

/* p_q_inner_data_dc or, for a temporary key, p_q_inner_data_temp_dc. */
static mtp_cause encode_inner(const mtp_kx *kx, tl_bytes pq, tl_bytes p, tl_bytes q,
                              tl_buffer *out) {
  mt_p_q_inner_data_dc lasting = {.pq = pq, .p = p, .q = q, .dc = dc_number(&kx->config)};
  mt_p_q_inner_data_temp_dc temporary = {
      .pq = pq, .p = p, .q = q, .dc = lasting.dc, .expires_in = kx->config.expires_in};
  memcpy(lasting.nonce.bytes, kx->nonces.nonce, 16);
  memcpy(lasting.server_nonce.bytes, kx->nonces.server_nonce, 16);
  memcpy(lasting.new_nonce.bytes, kx->nonces.new_nonce, 32);
  temporary.nonce = lasting.nonce;
  temporary.server_nonce = lasting.server_nonce;
  temporary.new_nonce = lasting.new_nonce;
  mtp_cause failure =
      mtp_kx_encode(kx->config.expires_in ? mt_p_q_inner_data_temp_dc_object(&temporary)
                                          : mt_p_q_inner_data_dc_object(&lasting),
                    out);
  mtp_wipe(&lasting, sizeof lasting);
  mtp_wipe(&temporary, sizeof temporary);
  return failure;
}

/* The inner data, encrypted for the holder of the key. */
static mtp_cause encrypt_inner(const mtp_kx *kx, const mtp_rsa_key *key, tl_bytes pq, tl_bytes p,
                               tl_bytes q, uint8_t out[MTP_RSA_SIZE]) {
  tl_buffer inner;
  tl_buffer_init(&inner, kx->config.allocator, INNER_LIMIT);
  mtp_cause failure = MTP_ERR_NOMEM;
  if (!tl_buffer_reserve(&inner, INNER_LIMIT)) /* at once: growing would leave a copy behind */
    failure = encode_inner(kx, pq, p, q, &inner);
  if (!failure)
    failure = mtp_kx_failed(
        mtp_rsa_pad_encrypt(key, tl_bytes_of(inner.data, inner.size), kx->config.rng, out),
        MTP_ERR_CRYPTO);
  tl_buffer_wipe(&inner);
  tl_buffer_free(&inner);
  return failure;
}

static mtp_cause send_req_params(mtp_kx *kx, const mt_resPQ *answer, const mtp_rsa_key *key,
                                 tl_buffer *out) {
  uint8_t pq_bytes[8], p_bytes[8], q_bytes[8], encrypted[MTP_RSA_SIZE];
  uint64_t pq, p, q;
  if (!read_number(answer->pq, &pq) || mtp_pq_factor(pq, &p, &q))
    return MTP_KX_FAIL_PQ;
  if (mtp_rng_fill(kx->config.rng, kx->nonces.new_nonce, sizeof kx->nonces.new_nonce))
    return MTP_ERR_RANDOM;
  mt_req_DH_params request = {.nonce = answer->nonce,
                              .server_nonce = answer->server_nonce,
                              .p = write_number(p, p_bytes),
                              .q = write_number(q, q_bytes),
                              .public_key_fingerprint = mtp_rsa_key_fingerprint(key)};
  mtp_cause failure =
      encrypt_inner(kx, key, write_number(pq, pq_bytes), request.p, request.q, encrypted);
  if (failure)
    return failure;
  request.encrypted_data = tl_bytes_of(encrypted, sizeof encrypted);
  kx->state = MTP_KX_STATE_PARAMS;
  return mtp_kx_encode(mt_req_DH_params_object(&request), out);
}

static mtp_cause take_res_pq(mtp_kx *kx, const mt_resPQ *answer, tl_buffer *out) {
  const mtp_rsa_key *key = common_key(kx, &answer->server_public_key_fingerprints);
  if (!mtp_equal(answer->nonce.bytes, kx->nonces.nonce, sizeof kx->nonces.nonce))
    return MTP_KX_FAIL_WRONG_NONCE;
  memcpy(kx->nonces.server_nonce, answer->server_nonce.bytes, sizeof kx->nonces.server_nonce);
  return key ? send_req_params(kx, answer, key, out) : MTP_KX_FAIL_NO_KEY;
}

mtp_cause mtp_kx_on_res_pq(mtp_kx *kx, tl_bytes body, tl_buffer *out) {
  tl_arena arena;
  const void *answer;
  tl_arena_init(&arena, kx->config.allocator, 0);
  mtp_cause failure = mtp_kx_decode(body, MTP_KX_ID_RES_PQ, &arena, &answer, NULL);
  if (!failure)
    failure = take_res_pq(kx, answer, out);
  tl_arena_free(&arena);
  return failure;
}
