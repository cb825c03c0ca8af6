/* The encrypted_message of auth.bindTempAuthKey: the one place where MTProto 1.0 is still spoken
 * (PF-3, PF-4; https://core.telegram.org/method/auth.bindTempAuthKey). */
#ifndef MTP_CRYPTO_BIND_H
#define MTP_CRYPTO_BIND_H

#include "auth_key.h"

#define MTP_BIND_SIZE 104

/* bind_auth_key_inner#75a3f765 */
typedef struct mtp_bind {
  int64_t nonce; /* random; the same as in the request */
  int64_t temp_auth_key_id;
  int64_t perm_auth_key_id;
  int64_t temp_session_id; /* of the session under the temporary key that makes the request */
  int32_t expires_at;      /* unix time of the server */
} mtp_bind;

/* Seals it under the permanent key. msg_id is that of the request's own message. RANDOM, CRYPTO.
 */
TL_MUST_USE mtp_status mtp_bind_seal(const mtp_auth_key *permanent, const mtp_bind *bind,
                                     int64_t msg_id, const mtp_rng *rng,
                                     uint8_t out[MTP_BIND_SIZE]);

#endif
