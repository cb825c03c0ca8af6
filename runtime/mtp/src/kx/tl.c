/* TL for the steps of key exchange. */
#include "crypto/secret.h"
#include "kx/steps.h"
#include <tl/wire.h>

uint32_t mtp_kx_id(tl_bytes body) {
  return body.size < 4 ? 0 : tl_load32(body.data);
}

mtp_cause mtp_kx_decode(tl_bytes body, uint32_t id, tl_arena *arena, const void **out,
                        size_t *consumed) {
  tl_decode_options options = {.strings = TL_STRINGS_ALIAS, .allow_trailing = consumed != NULL};
  tl_object object;
  *out = NULL;
  if (mtp_kx_id(body) != id)
    return MTP_KX_FAIL_MALFORMED;
  tl_status status =
      tl_decode_object(&mt_schema, body.data, body.size, &options, arena, &object, consumed, NULL);
  if (status == TL_OK)
    *out = object.args;
  return mtp_cause_of_tl(status, MTP_KX_FAIL_MALFORMED);
}

mtp_cause mtp_kx_encode(tl_object object, tl_buffer *out) {
  return mtp_cause_of_tl(tl_encode(&object, out, NULL), MTP_ERR_CRYPTO);
}

mtp_cause mtp_kx_check_nonces(const mtp_kx *kx, const tl_int128 *nonce,
                              const tl_int128 *server_nonce) {
  bool equal =
      mtp_equal(nonce->bytes, kx->nonces.nonce, sizeof kx->nonces.nonce) &&
      mtp_equal(server_nonce->bytes, kx->nonces.server_nonce, sizeof kx->nonces.server_nonce);
  return equal ? MTP_OK : MTP_KX_FAIL_WRONG_NONCE;
}

mtp_cause mtp_kx_failed(mtp_status status, mtp_cause rejected) {
  return status == MTP_ERR_REJECTED ? rejected : status;
}
