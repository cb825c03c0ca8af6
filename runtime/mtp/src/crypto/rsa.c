/* The RSA operations, and the padding that the specification calls RSA_PAD. */
#include "rsa.h"

#include "hash.h"
#include "ige.h"
#include "rsa_key.h"
#include "secret.h"
#include <string.h>

#define KEY_SIZE    32
#define HASHED_SIZE (MTP_RSA_PAD_DATA_SIZE + MTP_SHA256_SIZE) /* 224 */
#define MAX_TRIES   128 /* k >= n happens in at most one of two tries */

mtp_status mtp_rsa_power(const uint8_t in[MTP_RSA_SIZE], const BIGNUM *exponent, const BIGNUM *n,
                         uint8_t out[MTP_RSA_SIZE]) {
  mtp_status status = MTP_OK;
  BIGNUM *base = BN_bin2bn(in, MTP_RSA_SIZE, NULL), *result = BN_new();
  BN_CTX *ctx = BN_CTX_new();
  if (base && BN_cmp(base, n) >= 0)
    status = MTP_ERR_REJECTED;
  else if (!base || !result || !ctx || !BN_mod_exp(result, base, exponent, n, ctx) ||
           BN_bn2binpad(result, out, MTP_RSA_SIZE) != MTP_RSA_SIZE)
    status = mtp_openssl_failed();
  BN_CTX_free(ctx);
  BN_clear_free(result);
  BN_clear_free(base);
  return status;
}

mtp_status mtp_rsa_public(const mtp_rsa_key *key, const uint8_t in[MTP_RSA_SIZE],
                          uint8_t out[MTP_RSA_SIZE]) {
  return mtp_rsa_power(in, key->e, key->n, out);
}

static void reverse(uint8_t *out, const uint8_t *in, size_t size) {
  for (size_t i = 0; i < size; i++)
    out[i] = in[size - 1 - i];
}

/* SHA256(temp_key | data_with_padding). */
static mtp_status inner_hash(const uint8_t *temp_key, const uint8_t *padded, uint8_t *out) {
  tl_bytes parts[] = {tl_bytes_of(temp_key, KEY_SIZE), tl_bytes_of(padded, MTP_RSA_PAD_DATA_SIZE)};
  return mtp_sha256(parts, 2, out);
}

/* out ^= SHA256(aes_encrypted): hides the temporary key. */
static mtp_status mask(const uint8_t *encrypted, uint8_t out[KEY_SIZE]) {
  tl_bytes part = tl_bytes_of(encrypted, HASHED_SIZE);
  uint8_t hash[MTP_SHA256_SIZE];
  mtp_status status = mtp_sha256(&part, 1, hash);
  for (size_t i = 0; !status && i < KEY_SIZE; i++)
    out[i] ^= hash[i];
  return status;
}

/* One try at key_aes_encrypted, with a new temporary key. */
static mtp_status wrap(const uint8_t *padded, const mtp_rng *rng, uint8_t out[MTP_RSA_SIZE]) {
  static const uint8_t zero_iv[MTP_IGE_IV_SIZE];
  uint8_t hashed[HASHED_SIZE];
  if (mtp_rng_fill(rng, out, KEY_SIZE))
    return MTP_ERR_RANDOM;
  reverse(hashed, padded, MTP_RSA_PAD_DATA_SIZE);
  mtp_status status = inner_hash(out, padded, hashed + MTP_RSA_PAD_DATA_SIZE);
  if (!status)
    status = mtp_ige_encrypt(out, zero_iv, hashed, HASHED_SIZE, out + KEY_SIZE);
  if (!status)
    status = mask(out + KEY_SIZE, out);
  mtp_wipe(hashed, sizeof hashed);
  return status;
}

mtp_status mtp_rsa_pad_encrypt(const mtp_rsa_key *key, tl_bytes data, const mtp_rng *rng,
                               uint8_t out[MTP_RSA_SIZE]) {
  uint8_t padded[MTP_RSA_PAD_DATA_SIZE], wrapped[MTP_RSA_SIZE];
  if (data.size > MTP_RSA_PAD_MAX_DATA)
    return MTP_ERR_ARGUMENT;
  if (data.size)
    memcpy(padded, data.data, data.size);
  mtp_status status = MTP_ERR_REJECTED;
  if (mtp_rng_fill(rng, padded + data.size, sizeof padded - data.size))
    status = MTP_ERR_RANDOM;
  for (int i = 0; status == MTP_ERR_REJECTED && i < MAX_TRIES; i++) {
    status = wrap(padded, rng, wrapped);
    if (!status)
      status = mtp_rsa_public(key, wrapped, out); /* REJECTED: not below n, try again */
  }
  mtp_wipe(padded, sizeof padded);
  mtp_wipe(wrapped, sizeof wrapped);
  return status == MTP_ERR_REJECTED ? MTP_ERR_RANDOM : status;
}
