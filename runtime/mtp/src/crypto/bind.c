/* bind_auth_key_inner under MTProto 1.0. */
#include "bind.h"

#include "hash.h"
#include "secret.h"
#include <string.h>
#include <tl/wire.h>

#define BIND_ID    0x75a3f765u
#define OUTER_SIZE 24 /* perm_auth_key_id 8, msg_key 16 */
#define BODY_SIZE  40
#define USED_SIZE  (16 + 8 + 4 + 4 + BODY_SIZE) /* random, msg_id, seqno, length, body: 72 */
#define INNER_SIZE (MTP_BIND_SIZE - OUTER_SIZE) /* with 8 bytes of padding: 80 */

static void write_body(uint8_t *body, const mtp_bind *bind) {
  tl_store32(body, BIND_ID);
  tl_store64(body + 4, (uint64_t)bind->nonce);
  tl_store64(body + 12, (uint64_t)bind->temp_auth_key_id);
  tl_store64(body + 20, (uint64_t)bind->perm_auth_key_id);
  tl_store64(body + 28, (uint64_t)bind->temp_session_id);
  tl_store32(body + 36, (uint32_t)bind->expires_at);
}

/* msg_key of MTProto 1.0: the last 16 bytes of SHA1 over the plaintext without its padding. */
static mtp_status message_key(const uint8_t *plain, uint8_t out[MTP_MSG_KEY_SIZE]) {
  tl_bytes part = tl_bytes_of(plain, USED_SIZE);
  uint8_t hash[MTP_SHA1_SIZE];
  mtp_status status = mtp_sha1(&part, 1, hash);
  memcpy(out, hash + 4, MTP_MSG_KEY_SIZE);
  return status;
}

mtp_status mtp_bind_seal(const mtp_auth_key *permanent, const mtp_bind *bind, int64_t msg_id,
                         const mtp_rng *rng, uint8_t out[MTP_BIND_SIZE]) {
  uint8_t plain[INNER_SIZE];
  mtp_message_keys keys;
  mtp_status status = MTP_ERR_RANDOM;
  if (mtp_rng_fill(rng, plain, 16) || mtp_rng_fill(rng, plain + USED_SIZE, INNER_SIZE - USED_SIZE))
    goto out;
  tl_store64(plain + 16, (uint64_t)msg_id);
  tl_store32(plain + 24, 0);
  tl_store32(plain + 28, BODY_SIZE);
  write_body(plain + 32, bind);
  tl_store64(out, (uint64_t)permanent->id);
  status = message_key(plain, out + 8);
  if (!status)
    status = mtp_message_keys_v1(permanent, MTP_FROM_CLIENT, out + 8, &keys);
  if (!status)
    status = mtp_ige_encrypt(keys.key, keys.iv, plain, INNER_SIZE, out + OUTER_SIZE);
  mtp_wipe(&keys, sizeof keys);
out:
  mtp_wipe(plain, sizeof plain);
  return status;
}
