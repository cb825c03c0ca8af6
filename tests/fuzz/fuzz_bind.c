/* Bytes as the encrypted message of auth.bindTempAuthKey: as they come, or as what is inside one
 * that is sealed as it should be. It is opened only when all of it is right, and says then what was
 * put into it. */
#include "fuzz.h"

#include <crypto/hash.h>
#include <crypto/ige.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind_open.h"
#include "input.h"
#include "known_rng.h"

enum { INNER = 80, COUNTED = 72, OUTER = MTP_BIND_SIZE - INNER };

static const mtp_auth_key *the_key(void) {
  static mtp_auth_key key;
  uint8_t bytes[MTP_AUTH_KEY_SIZE];
  if (key.id)
    return &key;
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 7 + 1);
  FUZZ_CHECK(mtp_auth_key_init(&key, bytes) == MTP_OK);
  return &key;
}

/* MTProto 1.0 around 80 bytes, whatever they are. */
static void seal(const uint8_t plain[INNER], uint8_t out[MTP_BIND_SIZE]) {
  const mtp_auth_key *key = the_key();
  tl_bytes counted = tl_bytes_of(plain, COUNTED);
  uint8_t hash[MTP_SHA1_SIZE];
  mtp_message_keys keys;
  FUZZ_CHECK(mtp_sha1(&counted, 1, hash) == MTP_OK);
  tl_store64(out, (uint64_t)key->id);
  memcpy(out + 8, hash + 4, 16);
  FUZZ_CHECK(mtp_message_keys_v1(key, MTP_FROM_CLIENT, out + 8, &keys) == MTP_OK);
  FUZZ_CHECK(mtp_ige_encrypt(keys.key, keys.iv, plain, INNER, out + OUTER) == MTP_OK);
}

static void take_inner(tl_bytes inner) {
  uint8_t plain[INNER] = {0}, message[MTP_BIND_SIZE];
  mtp_bind bind;
  int64_t msg_id = 0;
  memcpy(plain, inner.data, inner.size);
  seal(plain, message);
  bool right = tl_load32(plain + 24) == 0 && tl_load32(plain + 28) == 40 &&
               tl_load32(plain + 32) == 0x75a3f765;
  mtp_status status = bind_open(the_key(), message, sizeof message, &bind, &msg_id);
  FUZZ_CHECK(status == (right ? MTP_OK : MTP_ERR_REJECTED));
  if (!right)
    return;
  FUZZ_CHECK(msg_id == (int64_t)tl_load64(plain + 16));
  FUZZ_CHECK(bind.nonce == (int64_t)tl_load64(plain + 36) &&
             bind.expires_at == (int32_t)tl_load32(plain + 68));
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  bool inside = input_u8(&in) & 1;
  mtp_bind bind;
  int64_t msg_id = 0;
  tl_bytes rest = input_bytes(&in, inside ? INNER : in.left);
  if (inside) {
    take_inner(rest);
  } else if (bind_open(the_key(), rest.data, rest.size, &bind, &msg_id) == MTP_OK) {
    FUZZ_CHECK(rest.size == MTP_BIND_SIZE); /* 64 bits of hash were right: one of the examples */
  } else {
    FUZZ_CHECK(!bind.nonce && !bind.perm_auth_key_id && !bind.expires_at);
  }
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  mtp_bind bind = {.nonce = (int64_t)seed,
                   .temp_auth_key_id = 3,
                   .perm_auth_key_id = the_key()->id,
                   .temp_session_id = 5,
                   .expires_at = 1800000000};
  uint8_t message[MTP_BIND_SIZE], inner[INNER] = {1};
  uint64_t state = seed | 1;
  mtp_rng rng = known_rng(&state);
  fuzz_output o = {out, 0, room};
  output_u8(&o, seed & 1);
  if (seed & 1) {
    tl_store64(inner + 16, seed << 2);
    tl_store32(inner + 28, 40);
    tl_store32(inner + 32, 0x75a3f765);
    output_bytes(&o, inner, sizeof inner);
  } else {
    FUZZ_CHECK(mtp_bind_seal(the_key(), &bind, (int64_t)seed, &rng, message) == MTP_OK);
    output_bytes(&o, message, sizeof message);
  }
  return o.size;
}
