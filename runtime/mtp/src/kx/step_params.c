/* The answer to req_DH_params: the server's half of Diffie-Hellman, with every check on it. */
#include "crypto/secret.h"
#include "kx/steps.h"
#include <string.h>

#define SEALED_LIMIT 4096 /* of encrypted_answer, which has 592 bytes */

/* A big-endian number in 256 bytes; false when it does not fit. */
static bool pad(tl_bytes bytes, uint8_t out[MTP_DH_SIZE]) {
  if (bytes.size > MTP_DH_SIZE)
    return false;
  memset(out, 0, MTP_DH_SIZE);
  if (bytes.size)
    memcpy(out + MTP_DH_SIZE - bytes.size, bytes.data, bytes.size);
  return true;
}

/* KX-8 to KX-10. */
static mtp_cause check_group(const mtp_kx *kx) {
  mtp_cause failure = mtp_kx_failed(mtp_dh_check_generator(kx->g, kx->p), MTP_KX_FAIL_GROUP);
  if (!failure)
    failure = mtp_kx_failed(mtp_dh_check_prime(kx->p, kx->config.cache), MTP_KX_FAIL_GROUP);
  if (!failure)
    failure = mtp_kx_failed(mtp_dh_check_public(kx->g_a, kx->p), MTP_KX_FAIL_PUBLIC);
  return failure;
}

static mtp_cause take_inner(mtp_kx *kx, const mt_server_DH_inner_data *inner, mtp_now now) {
  mtp_cause failure = mtp_kx_check_nonces(kx, &inner->nonce, &inner->server_nonce);
  if (failure)
    return failure;
  if (inner->dh_prime.size != MTP_DH_SIZE || !pad(inner->dh_prime, kx->p))
    return MTP_KX_FAIL_GROUP;
  if (!pad(inner->g_a, kx->g_a))
    return MTP_KX_FAIL_PUBLIC;
  kx->g = inner->g;
  kx->server_time = mtp_time_near((uint32_t)inner->server_time, now.wall_ms / 1000);
  kx->result.time_offset_ms = kx->server_time * 1000 - now.wall_ms;
  return check_group(kx);
}

/* Decodes what was opened and checks that it is whole (KX-7). */
static mtp_cause read_inner(mtp_kx *kx, tl_bytes opened, mtp_now now) {
  tl_arena arena;
  const void *inner;
  size_t size = 0;
  tl_bytes data = tl_bytes_of(opened.data + MTP_KX_DATA_AT, opened.size - MTP_KX_DATA_AT);
  tl_arena_init(&arena, kx->config.allocator, 0);
  mtp_cause failure = mtp_kx_decode(data, MTP_KX_ID_DH_INNER, &arena, &inner, &size);
  if (failure == MTP_KX_FAIL_MALFORMED)
    failure = MTP_KX_FAIL_HASH; /* it came out as garbage: not from who knows new_nonce */
  if (!failure)
    failure = mtp_kx_failed(mtp_kx_check_hash(opened, size), MTP_KX_FAIL_HASH);
  if (!failure)
    failure = take_inner(kx, inner, now);
  tl_arena_free(&arena);
  return failure;
}

static mtp_cause open_answer(mtp_kx *kx, tl_bytes encrypted, mtp_now now) {
  tl_buffer opened;
  tl_buffer_init(&opened, kx->config.allocator, SEALED_LIMIT);
  mtp_cause failure = MTP_KX_FAIL_MALFORMED;
  if (encrypted.size <= SEALED_LIMIT)
    failure = mtp_kx_failed(mtp_kx_tmp_keys(&kx->nonces, &kx->tmp), MTP_ERR_CRYPTO);
  if (!failure)
    failure = mtp_kx_failed(mtp_kx_open(&kx->tmp, encrypted, &opened), MTP_KX_FAIL_MALFORMED);
  if (!failure)
    failure = read_inner(kx, tl_bytes_of(opened.data, opened.size), now);
  tl_buffer_wipe(&opened);
  tl_buffer_free(&opened);
  return failure;
}

static mtp_cause take_ok(mtp_kx *kx, tl_bytes body, mtp_now now, tl_buffer *out) {
  tl_arena arena;
  const void *decoded;
  tl_arena_init(&arena, kx->config.allocator, 0);
  mtp_cause failure = mtp_kx_decode(body, MTP_KX_ID_PARAMS_OK, &arena, &decoded, NULL);
  if (!failure) {
    const mt_server_DH_params_ok *answer = decoded;
    failure = mtp_kx_check_nonces(kx, &answer->nonce, &answer->server_nonce);
    if (!failure)
      failure = open_answer(kx, answer->encrypted_answer, now);
  }
  tl_arena_free(&arena);
  kx->retries = 0;
  kx->retry_id = 0;
  return failure ? failure : mtp_kx_send_g_b(kx, out);
}

/* Believed only with the right hash of new_nonce (KX-5); ends the exchange. */
static mtp_cause check_fail(const mtp_kx *kx, const mt_server_DH_params_fail *answer) {
  uint8_t hash[16];
  mtp_cause failure = mtp_kx_check_nonces(kx, &answer->nonce, &answer->server_nonce);
  if (!failure)
    failure = mtp_kx_failed(mtp_kx_fail_hash(&kx->nonces, hash), MTP_ERR_CRYPTO);
  if (!failure && !mtp_equal(hash, answer->new_nonce_hash.bytes, sizeof hash))
    failure = MTP_KX_FAIL_HASH;
  return failure ? failure : MTP_KX_FAIL_REFUSED;
}

static mtp_cause take_fail(const mtp_kx *kx, tl_bytes body) {
  tl_arena arena;
  const void *answer;
  tl_arena_init(&arena, kx->config.allocator, 0);
  mtp_cause failure = mtp_kx_decode(body, MTP_KX_ID_PARAMS_FAIL, &arena, &answer, NULL);
  if (!failure)
    failure = check_fail(kx, answer);
  tl_arena_free(&arena);
  return failure;
}

mtp_cause mtp_kx_on_params(mtp_kx *kx, tl_bytes body, mtp_now now, tl_buffer *out) {
  if (mtp_kx_id(body) == MTP_KX_ID_PARAMS_FAIL)
    return take_fail(kx, body);
  return take_ok(kx, body, now, out);
}
