/* The last step: our half of Diffie-Hellman, and what the server says about the key. */
#include "crypto/secret.h"
#include "kx/steps.h"
#include <string.h>

#define INNER_LIMIT 512 /* client_DH_inner_data has 304 bytes */
#define MAX_TRIES   16  /* a g_b out of range is as rare as 2^-63 */

/* b and g_b, and the key that follows from b (KX-11). b does not outlive this. */
static mtp_cause choose_b(mtp_kx *kx, uint8_t g_b[MTP_DH_SIZE]) {
  uint8_t b[MTP_DH_SIZE], g = (uint8_t)kx->g, key[MTP_AUTH_KEY_SIZE];
  mtp_status status = MTP_ERR_REJECTED;
  for (int i = 0; status == MTP_ERR_REJECTED && i < MAX_TRIES; i++) {
    status = mtp_rng_fill(kx->config.rng, b, sizeof b) ? MTP_ERR_RANDOM : MTP_OK;
    if (!status)
      status = mtp_dh_power(&g, 1, b, kx->p, g_b);
    if (!status)
      status = mtp_dh_check_public(g_b, kx->p);
  }
  if (!status)
    status = mtp_dh_power(kx->g_a, MTP_DH_SIZE, b, kx->p, key);
  if (!status)
    status = mtp_auth_key_init(&kx->result.key, key);
  mtp_wipe(b, sizeof b);
  mtp_wipe(key, sizeof key);
  return mtp_kx_failed(status, MTP_ERR_RANDOM);
}

static mtp_cause seal_inner(const mtp_kx *kx, const uint8_t g_b[MTP_DH_SIZE], tl_buffer *out) {
  mt_client_DH_inner_data inner = {.retry_id = kx->retry_id, .g_b = {g_b, MTP_DH_SIZE}};
  tl_buffer data;
  memcpy(inner.nonce.bytes, kx->nonces.nonce, 16);
  memcpy(inner.server_nonce.bytes, kx->nonces.server_nonce, 16);
  tl_buffer_init(&data, kx->config.allocator, INNER_LIMIT);
  mtp_cause failure = mtp_kx_encode(mt_client_DH_inner_data_object(&inner), &data);
  if (!failure)
    failure =
        mtp_kx_failed(mtp_kx_seal(&kx->tmp, tl_bytes_of(data.data, data.size), kx->config.rng, out),
                      MTP_ERR_CRYPTO);
  tl_buffer_free(&data);
  return failure;
}

mtp_cause mtp_kx_send_g_b(mtp_kx *kx, tl_buffer *out) {
  mt_set_client_DH_params request = {0};
  uint8_t g_b[MTP_DH_SIZE];
  tl_buffer sealed;
  memcpy(request.nonce.bytes, kx->nonces.nonce, 16);
  memcpy(request.server_nonce.bytes, kx->nonces.server_nonce, 16);
  tl_buffer_init(&sealed, kx->config.allocator, INNER_LIMIT);
  mtp_cause failure = choose_b(kx, g_b);
  if (!failure)
    failure = seal_inner(kx, g_b, &sealed);
  if (!failure) {
    request.encrypted_data = tl_bytes_of(sealed.data, sealed.size);
    failure = mtp_kx_encode(mt_set_client_DH_params_object(&request), out);
  }
  tl_buffer_free(&sealed);
  kx->state = MTP_KX_STATE_GEN;
  return failure;
}

/* Whether the hash in the answer is that of this key and this kind of answer (KX-13). */
static mtp_cause check_hash(const mtp_kx *kx, uint8_t number, const tl_int128 *hash) {
  uint8_t expected[16];
  mtp_cause failure = mtp_kx_failed(
      mtp_kx_nonce_hash(&kx->nonces, number, kx->result.key.aux_hash, expected), MTP_ERR_CRYPTO);
  if (!failure && !mtp_equal(expected, hash->bytes, sizeof expected))
    failure = MTP_KX_FAIL_HASH;
  return failure;
}

static mtp_cause accept(mtp_kx *kx) {
  kx->result.salt = mtp_kx_first_salt(&kx->nonces);
  if (kx->config.expires_in)
    kx->result.expires_at = kx->server_time + kx->config.expires_in;
  kx->state = MTP_KX_STATE_DONE;
  return MTP_OK;
}

static mtp_cause try_again(mtp_kx *kx, tl_buffer *out) {
  if (++kx->retries > MTP_KX_MAX_RETRIES)
    return MTP_KX_FAIL_REFUSED;
  kx->retry_id = kx->result.key.aux_hash;
  return mtp_kx_send_g_b(kx, out);
}

static mtp_cause start_over(mtp_kx *kx, tl_buffer *out) {
  if (++kx->restarts > MTP_KX_MAX_RESTARTS)
    return MTP_KX_FAIL_REFUSED;
  mtp_wipe(&kx->nonces, sizeof kx->nonces);
  mtp_wipe(&kx->result, sizeof kx->result);
  return mtp_kx_send_req_pq(kx, out);
}

static mtp_cause take_answer(mtp_kx *kx, uint32_t id, const void *decoded, tl_buffer *out) {
  /* The three answers have the same fields under different names. */
  mt_dh_gen_ok answer;
  uint8_t number = 1;
  if (id == MTP_KX_ID_GEN_RETRY) {
    const mt_dh_gen_retry *retry = decoded;
    answer = (mt_dh_gen_ok){.nonce = retry->nonce,
                            .server_nonce = retry->server_nonce,
                            .new_nonce_hash1 = retry->new_nonce_hash2};
    number = 2;
  } else if (id == MTP_KX_ID_GEN_FAIL) {
    const mt_dh_gen_fail *fail = decoded;
    answer = (mt_dh_gen_ok){.nonce = fail->nonce,
                            .server_nonce = fail->server_nonce,
                            .new_nonce_hash1 = fail->new_nonce_hash3};
    number = 3;
  } else {
    answer = *(const mt_dh_gen_ok *)decoded;
  }
  mtp_cause failure = mtp_kx_check_nonces(kx, &answer.nonce, &answer.server_nonce);
  if (!failure)
    failure = check_hash(kx, number, &answer.new_nonce_hash1);
  if (failure)
    return failure;
  if (number == 1)
    return accept(kx);
  return number == 2 ? try_again(kx, out) : start_over(kx, out);
}

mtp_cause mtp_kx_on_gen(mtp_kx *kx, tl_bytes body, tl_buffer *out) {
  tl_arena arena;
  const void *decoded;
  uint32_t id = mtp_kx_id(body);
  if (id != MTP_KX_ID_GEN_OK && id != MTP_KX_ID_GEN_RETRY && id != MTP_KX_ID_GEN_FAIL)
    return MTP_KX_FAIL_MALFORMED;
  tl_arena_init(&arena, kx->config.allocator, 0);
  mtp_cause failure = mtp_kx_decode(body, id, &arena, &decoded, NULL);
  if (!failure)
    failure = take_answer(kx, id, decoded, out);
  tl_arena_free(&arena);
  return failure;
}
