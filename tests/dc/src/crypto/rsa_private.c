/* The private operation, and RSA_PAD undone (KX-4). */
#include "rsa_private.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/ige.h"
#include "crypto/rsa_key.h"
#include "crypto/secret.h"

#define KEY_SIZE    32
#define HASHED_SIZE (MTP_RSA_PAD_DATA_SIZE + MTP_SHA256_SIZE)

static bool take_numbers(EVP_PKEY *pkey, rsa_private *key) {
  if (!EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &key->n) ||
      !EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_D, &key->d))
    return false;
  BN_set_flags(key->d, BN_FLG_CONSTTIME);
  return true;
}

static bool read_numbers(const char *pem, size_t size, rsa_private *key) {
  BIO *bio = size <= INT_MAX ? BIO_new_mem_buf(pem, (int)size) : NULL;
  EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, "") : NULL;
  bool ok = pkey && take_numbers(pkey, key);
  EVP_PKEY_free(pkey);
  BIO_free(bio);
  return ok;
}

mtp_status rsa_private_from_pem(const char *pem, size_t size, rsa_private **out) {
  *out = NULL;
  rsa_private *key = calloc(1, sizeof *key);
  if (!key)
    return MTP_ERR_NOMEM;
  mtp_status status = mtp_rsa_key_from_pem(pem, size, NULL, &key->key);
  if (!status && !read_numbers(pem, size, key))
    status = MTP_ERR_REJECTED;
  if (status)
    rsa_private_free(key);
  else
    *out = key;
  return status;
}

void rsa_private_free(rsa_private *key) {
  if (!key)
    return;
  mtp_rsa_key_free(key->key);
  BN_free(key->n);
  BN_clear_free(key->d);
  free(key);
}

mtp_status rsa_private_power(const rsa_private *key, const uint8_t in[MTP_RSA_SIZE],
                             uint8_t out[MTP_RSA_SIZE]) {
  return mtp_rsa_power(in, key->d, key->n, out);
}

/* temp_key ^= SHA256(aes_encrypted). */
static mtp_status uncover(const uint8_t *encrypted, uint8_t temp_key[KEY_SIZE]) {
  tl_bytes part = tl_bytes_of(encrypted, HASHED_SIZE);
  uint8_t hash[MTP_SHA256_SIZE] = {0};
  mtp_status status = mtp_sha256(&part, 1, hash);
  for (size_t i = 0; i < KEY_SIZE; i++)
    temp_key[i] ^= hash[i];
  return status;
}

/* hashed: the data reversed, and SHA256(temp_key | data). */
static mtp_status check(const uint8_t temp_key[KEY_SIZE], const uint8_t hashed[HASHED_SIZE],
                        uint8_t out[MTP_RSA_PAD_DATA_SIZE]) {
  uint8_t expected[MTP_SHA256_SIZE];
  for (size_t i = 0; i < MTP_RSA_PAD_DATA_SIZE; i++)
    out[i] = hashed[MTP_RSA_PAD_DATA_SIZE - 1 - i];
  tl_bytes parts[] = {tl_bytes_of(temp_key, KEY_SIZE), tl_bytes_of(out, MTP_RSA_PAD_DATA_SIZE)};
  mtp_status status = mtp_sha256(parts, 2, expected);
  if (!status && !mtp_equal(expected, hashed + MTP_RSA_PAD_DATA_SIZE, sizeof expected))
    status = MTP_ERR_REJECTED;
  return status;
}

mtp_status rsa_pad_open(const uint8_t raw[MTP_RSA_SIZE], uint8_t out[MTP_RSA_PAD_DATA_SIZE]) {
  static const uint8_t zero_iv[MTP_IGE_IV_SIZE];
  uint8_t temp_key[KEY_SIZE], hashed[HASHED_SIZE];
  memcpy(temp_key, raw, KEY_SIZE);
  mtp_status status = uncover(raw + KEY_SIZE, temp_key);
  if (!status)
    status = mtp_ige_decrypt(temp_key, zero_iv, raw + KEY_SIZE, HASHED_SIZE, hashed);
  if (!status)
    status = check(temp_key, hashed, out);
  if (status)
    mtp_wipe(out, MTP_RSA_PAD_DATA_SIZE);
  mtp_wipe(temp_key, sizeof temp_key);
  mtp_wipe(hashed, sizeof hashed);
  return status;
}
