/* Obfuscation: the opening 64 bytes and the keys in them. */
#include "obfuscation.h"

#include <string.h>
#include <tl/wire.h>

#include "../crypto/hash.h"
#include "../crypto/secret.h"
#include "framing.h"

#define KEY_AT    8
#define IV_AT     40
#define TAG_AT    56
#define DC_AT     60
#define DRAWS_MAX 256

bool mtp_obfuscation_forbidden(const uint8_t init[8]) {
  static const uint32_t openings[] = {
      0x44414548u,    0x54534f50u,          0x20544547u, 0x4954504fu, /* HEAD, POST, GET, OPTI */
      0x02010316u,                                                    /* TLS */
      MTP_TAG_PADDED, MTP_TAG_INTERMEDIATE,
  };
  uint32_t first = tl_load32(init);
  for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
    if (first == openings[i])
      return true;
  return init[0] == 0xef || tl_load32(init + 4) == 0;
}

static bool init_stream(mtp_ctr *ctr, const uint8_t init[MTP_OBFUSCATION_INIT],
                        const uint8_t *secret) {
  uint8_t key[MTP_SHA256_SIZE];
  mtp_status status = MTP_OK;
  memcpy(key, init + KEY_AT, 32);
  if (secret) {
    tl_bytes parts[2] = {tl_bytes_of(init + KEY_AT, 32), tl_bytes_of(secret, 16)};
    status = mtp_sha256(parts, 2, key);
  }
  mtp_ctr_free(ctr);
  if (status == MTP_OK)
    status = mtp_ctr_init(ctr, key, init + IV_AT);
  mtp_wipe(key, sizeof key);
  return status == MTP_OK;
}

bool mtp_obfuscation_streams(mtp_ctr *forward, mtp_ctr *backward,
                             const uint8_t init[MTP_OBFUSCATION_INIT], const uint8_t *secret) {
  uint8_t reversed[MTP_OBFUSCATION_INIT];
  for (int i = 0; i < MTP_OBFUSCATION_INIT; i++)
    reversed[i] = init[MTP_OBFUSCATION_INIT - 1 - i];
  bool ok = init_stream(forward, init, secret) && init_stream(backward, reversed, secret);
  mtp_wipe(reversed, sizeof reversed);
  return ok;
}

static bool draw(const mtp_rng *rng, uint8_t init[MTP_OBFUSCATION_INIT]) {
  for (int i = 0; i < DRAWS_MAX; i++) {
    if (mtp_rng_fill(rng, init, MTP_OBFUSCATION_INIT) != 0)
      return false;
    if (!mtp_obfuscation_forbidden(init))
      return true;
  }
  return false;
}

bool mtp_obfuscation_client(mtp_obfuscation *obfuscation, const mtp_rng *rng,
                            const mtp_obfuscation_info *info, uint8_t init[MTP_OBFUSCATION_INIT],
                            mtp_failure *failure) {
  uint8_t encrypted[MTP_OBFUSCATION_INIT];
  if (!draw(rng, init))
    return mtp_failure_set(failure, MTP_ERR_RANDOM, 0, "no randomness for obfuscation");
  tl_store32(init + TAG_AT, info->tag);
  if (info->has_dc) {
    init[DC_AT] = (uint8_t)((uint16_t)info->dc & 0xff);
    init[DC_AT + 1] = (uint8_t)((uint16_t)info->dc >> 8);
  }
  if (!mtp_obfuscation_streams(&obfuscation->send, &obfuscation->recv, init, info->secret) ||
      mtp_ctr_apply(&obfuscation->send, init, MTP_OBFUSCATION_INIT, encrypted) != MTP_OK)
    return mtp_failure_memory(failure);
  memcpy(init + TAG_AT, encrypted + TAG_AT, MTP_OBFUSCATION_INIT - TAG_AT);
  return true;
}

void mtp_obfuscation_free(mtp_obfuscation *obfuscation) {
  mtp_ctr_free(&obfuscation->send);
  mtp_ctr_free(&obfuscation->recv);
}
