/* What the steps share: TL in and out, and the check of the nonces. */
#ifndef MTP_KX_STEPS_H
#define MTP_KX_STEPS_H

#include "kx/internal.h"
#include <mt/mt.h>
#include <tl/arena.h>

/* Constructors by which a step tells what it got. */
#define MTP_KX_ID_RES_PQ      0x05162463u
#define MTP_KX_ID_PARAMS_OK   0xd0e8075cu
#define MTP_KX_ID_PARAMS_FAIL 0x79cb045du
#define MTP_KX_ID_DH_INNER    0xb5890dbau
#define MTP_KX_ID_GEN_OK      0x3bcbf734u
#define MTP_KX_ID_GEN_RETRY   0x46dc1fb9u
#define MTP_KX_ID_GEN_FAIL    0xa69dae02u

/* The constructor id at the start of a body; 0 when it is too short for one. */
uint32_t mtp_kx_id(tl_bytes body);

/* Decodes a body of that constructor; *out lives in the arena and points into body. With `consumed`
 * bytes may follow. MALFORMED, NOMEM. */
TL_MUST_USE mtp_cause mtp_kx_decode(tl_bytes body, uint32_t id, tl_arena *arena, const void **out,
                                    size_t *consumed);
/* Appends. NOMEM, CRYPTO (what we made cannot be encoded: never). */
TL_MUST_USE mtp_cause mtp_kx_encode(tl_object object, tl_buffer *out);

/* WRONG_NONCE unless both are those of this exchange (KX-5). */
TL_MUST_USE mtp_cause mtp_kx_check_nonces(const mtp_kx *kx, const tl_int128 *nonce,
                                          const tl_int128 *server_nonce);

/* Chooses b, makes the key of it and appends set_client_DH_params (KX-11, KX-12). */
TL_MUST_USE mtp_cause mtp_kx_send_g_b(mtp_kx *kx, tl_buffer *out);

#endif
