/* Authorization keys and the derivation of message keys, MTProto 2.0 and, for one message, 1.0. */
#include "auth_key.h"

#include "hash.h"
#include "secret.h"
#include <string.h>
#include <tl/wire.h>

mtp_status mtp_auth_key_init(mtp_auth_key *key, const uint8_t bytes[MTP_AUTH_KEY_SIZE]) {
  tl_bytes part = tl_bytes_of(bytes, MTP_AUTH_KEY_SIZE);
  uint8_t hash[MTP_SHA1_SIZE];
  mtp_status status = mtp_sha1(&part, 1, hash);
  if (status) {
    mtp_auth_key_wipe(key);
    return status;
  }
  memmove(key->bytes, bytes, MTP_AUTH_KEY_SIZE);
  key->id = (int64_t)tl_load64(hash + 12);
  key->aux_hash = (int64_t)tl_load64(hash);
  return MTP_OK;
}

void mtp_auth_key_wipe(mtp_auth_key *key) {
  mtp_wipe(key, sizeof *key);
}

static tl_bytes part_of(const mtp_auth_key *key, size_t at, size_t size) {
  return tl_bytes_of(key->bytes + at, size);
}

mtp_status mtp_msg_key_large(const mtp_auth_key *key, mtp_sender sender, tl_bytes plaintext,
                             uint8_t large[32]) {
  tl_bytes parts[] = {part_of(key, 88 + (size_t)sender, 32), plaintext};
  return mtp_sha256(parts, 2, large);
}

mtp_status mtp_message_keys_v2(const mtp_auth_key *key, mtp_sender sender,
                               const uint8_t msg_key[MTP_MSG_KEY_SIZE], mtp_message_keys *out) {
  size_t x = (size_t)sender;
  tl_bytes mk = tl_bytes_of(msg_key, MTP_MSG_KEY_SIZE);
  tl_bytes first[] = {mk, part_of(key, x, 36)};
  tl_bytes second[] = {part_of(key, 40 + x, 36), mk};
  uint8_t a[32], b[32];
  mtp_status status = mtp_sha256(first, 2, a);
  if (!status)
    status = mtp_sha256(second, 2, b);
  if (!status) {
    memcpy(out->key, a, 8);
    memcpy(out->key + 8, b + 8, 16);
    memcpy(out->key + 24, a + 24, 8);
    memcpy(out->iv, b, 8);
    memcpy(out->iv + 8, a + 8, 16);
    memcpy(out->iv + 24, b + 24, 8);
  }
  mtp_wipe(a, sizeof a);
  mtp_wipe(b, sizeof b);
  return status;
}

/* The four digests a, b, c, d of MTProto 1.0. */
static mtp_status digests_v1(const mtp_auth_key *key, size_t x, tl_bytes mk,
                             uint8_t out[4][MTP_SHA1_SIZE]) {
  tl_bytes parts[4][3] = {{mk, part_of(key, x, 32), {NULL, 0}},
                          {part_of(key, 32 + x, 16), mk, part_of(key, 48 + x, 16)},
                          {part_of(key, 64 + x, 32), mk, {NULL, 0}},
                          {mk, part_of(key, 96 + x, 32), {NULL, 0}}};
  mtp_status status = MTP_OK;
  for (size_t i = 0; !status && i < 4; i++)
    status = mtp_sha1(parts[i], 3, out[i]);
  return status;
}

mtp_status mtp_message_keys_v1(const mtp_auth_key *key, mtp_sender sender,
                               const uint8_t msg_key[MTP_MSG_KEY_SIZE], mtp_message_keys *out) {
  uint8_t h[4][MTP_SHA1_SIZE];
  mtp_status status = digests_v1(key, (size_t)sender, tl_bytes_of(msg_key, MTP_MSG_KEY_SIZE), h);
  if (!status) {
    memcpy(out->key, h[0], 8);
    memcpy(out->key + 8, h[1] + 8, 12);
    memcpy(out->key + 20, h[2] + 4, 12);
    memcpy(out->iv, h[0] + 8, 12);
    memcpy(out->iv + 12, h[1], 8);
    memcpy(out->iv + 20, h[2] + 16, 4);
    memcpy(out->iv + 24, h[3], 8);
  }
  mtp_wipe(h, sizeof h);
  return status;
}
