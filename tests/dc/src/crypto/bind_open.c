/* bind_auth_key_inner out of its envelope of MTProto 1.0. */
#include "bind_open.h"

#include <string.h>
#include <tl/wire.h>

#include "crypto/hash.h"
#include "crypto/ige.h"
#include "crypto/secret.h"

#define BIND_ID    0x75a3f765u
#define OUTER_SIZE 24 /* perm_auth_key_id 8, msg_key 16 */
#define BODY_SIZE  40
#define USED_SIZE  (16 + 8 + 4 + 4 + BODY_SIZE) /* random, msg_id, seqno, length, body: 72 */
#define INNER_SIZE (MTP_BIND_SIZE - OUTER_SIZE) /* with 8 bytes of padding: 80 */

static void read_body(const uint8_t *body, mtp_bind *bind) {
  bind->nonce = (int64_t)tl_load64(body + 4);
  bind->temp_auth_key_id = (int64_t)tl_load64(body + 12);
  bind->perm_auth_key_id = (int64_t)tl_load64(body + 20);
  bind->temp_session_id = (int64_t)tl_load64(body + 28);
  bind->expires_at = (int32_t)tl_load32(body + 36);
}

/* msg_key of MTProto 1.0: the last 16 bytes of SHA1 over the plaintext without its padding. */
static mtp_status check_key(const uint8_t *plain, const uint8_t *msg_key) {
  tl_bytes part = tl_bytes_of(plain, USED_SIZE);
  uint8_t hash[MTP_SHA1_SIZE];
  mtp_status status = mtp_sha1(&part, 1, hash);
  return !status && !mtp_equal(hash + 4, msg_key, MTP_MSG_KEY_SIZE) ? MTP_ERR_REJECTED : status;
}

static bool inner_is_right(const uint8_t *plain) {
  return tl_load32(plain + 24) == 0 && tl_load32(plain + 28) == BODY_SIZE &&
         tl_load32(plain + 32) == BIND_ID;
}

mtp_status bind_open(const mtp_auth_key *permanent, const uint8_t *message, size_t size,
                     mtp_bind *bind, int64_t *msg_id) {
  uint8_t plain[INNER_SIZE];
  mtp_message_keys keys;
  *bind = (mtp_bind){0};
  if (size != MTP_BIND_SIZE || (int64_t)tl_load64(message) != permanent->id)
    return MTP_ERR_REJECTED;
  mtp_status status = mtp_message_keys_v1(permanent, MTP_FROM_CLIENT, message + 8, &keys);
  if (!status)
    status = mtp_ige_decrypt(keys.key, keys.iv, message + OUTER_SIZE, INNER_SIZE, plain);
  if (!status)
    status = check_key(plain, message + 8);
  if (!status && !inner_is_right(plain))
    status = MTP_ERR_REJECTED;
  if (!status) {
    *msg_id = (int64_t)tl_load64(plain + 16);
    read_body(plain + 32, bind);
  }
  mtp_wipe(&keys, sizeof keys);
  mtp_wipe(plain, sizeof plain);
  return status;
}
