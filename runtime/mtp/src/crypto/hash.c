/* Digests, HMAC and PBKDF2 over OpenSSL. SHA-256 and SHA-512 go without EVP: a message needs six
 * digests of some fifty bytes, and finding the algorithm and making a context costs more than the
 * digest. An OpenSSL without those functions (no-deprecated) gets EVP. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "hash.h"

#include "secret.h"
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <tl/wire.h>

static mtp_status digest(const EVP_MD *type, const tl_bytes *parts, size_t count, uint8_t *out) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  bool ok = ctx && EVP_DigestInit_ex(ctx, type, NULL);
  for (size_t i = 0; ok && i < count; i++)
    ok = parts[i].size == 0 || EVP_DigestUpdate(ctx, parts[i].data, parts[i].size);
  ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
  EVP_MD_CTX_free(ctx);
  return ok ? MTP_OK : MTP_ERR_CRYPTO;
}

mtp_status mtp_sha1(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA1_SIZE]) {
  return digest(EVP_sha1(), parts, count, out);
}

mtp_status mtp_sha256_evp(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA256_SIZE]) {
  return digest(EVP_sha256(), parts, count, out);
}

#ifdef OPENSSL_NO_DEPRECATED_3_0

mtp_status mtp_sha256(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA256_SIZE]) {
  return mtp_sha256_evp(parts, count, out);
}

#else

mtp_status mtp_sha256(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA256_SIZE]) {
  SHA256_CTX state;
  bool ok = SHA256_Init(&state);
  for (size_t i = 0; ok && i < count; i++)
    ok = parts[i].size == 0 || SHA256_Update(&state, parts[i].data, parts[i].size);
  ok = ok && SHA256_Final(out, &state);
  mtp_wipe(&state, sizeof state);
  return ok ? MTP_OK : MTP_ERR_CRYPTO;
}

#endif

mtp_status mtp_sha512(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA512_SIZE]) {
  return digest(EVP_sha512(), parts, count, out);
}

mtp_status mtp_hmac_sha256(tl_bytes key, const tl_bytes *parts, size_t count,
                           uint8_t out[MTP_SHA256_SIZE]) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY *pkey =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key.data ? key.data : out, key.size);
  size_t size = MTP_SHA256_SIZE;
  bool ok = ctx && pkey && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey) > 0;
  for (size_t i = 0; ok && i < count; i++)
    ok = parts[i].size == 0 || EVP_DigestSignUpdate(ctx, parts[i].data, parts[i].size) > 0;
  ok = ok && EVP_DigestSignFinal(ctx, out, &size) > 0 && size == MTP_SHA256_SIZE;
  EVP_PKEY_free(pkey);
  EVP_MD_CTX_free(ctx);
  return ok ? MTP_OK : MTP_ERR_CRYPTO;
}

mtp_status mtp_pbkdf2_sha512_evp(tl_bytes password, tl_bytes salt, uint32_t iterations,
                                 uint8_t *out, size_t out_size) {
  const char *text = password.size ? (const char *)password.data : "";
  if (password.size > INT_MAX || salt.size > INT_MAX || out_size > INT_MAX || iterations < 1 ||
      iterations > INT_MAX)
    return MTP_ERR_ARGUMENT;
  if (!PKCS5_PBKDF2_HMAC(text, (int)password.size, salt.data, (int)salt.size, (int)iterations,
                         EVP_sha512(), (int)out_size, out))
    return MTP_ERR_CRYPTO;
  return MTP_OK;
}

#ifdef OPENSSL_NO_DEPRECATED_3_0

mtp_status mtp_pbkdf2_sha512(tl_bytes password, tl_bytes salt, uint32_t iterations, uint8_t *out,
                             size_t out_size) {
  return mtp_pbkdf2_sha512_evp(password, salt, iterations, out, out_size);
}

#else

enum { BLOCK = 128, DIGEST = MTP_SHA512_SIZE, WORDS = 8 };

/* HMAC-SHA512 with one key: the states behind the padded key, and one to work with. */
typedef struct hmac_states {
  SHA512_CTX inner, outer, work;
  uint8_t pad[BLOCK];
  uint8_t block[BLOCK]; /* a digest with its padding, as the second block behind a padded key */
} hmac_states;

static void pad_key(hmac_states *s, SHA512_CTX *state, uint8_t mask) {
  for (size_t i = 0; i < BLOCK; i++)
    s->pad[i] ^= mask;
  SHA512_Init(state);
  SHA512_Update(state, s->pad, BLOCK);
  for (size_t i = 0; i < BLOCK; i++)
    s->pad[i] ^= mask;
}

static void hmac_key(hmac_states *s, tl_bytes key) {
  memset(s, 0, sizeof *s);
  if (key.size > BLOCK)
    SHA512(key.data, key.size, s->pad);
  else if (key.size)
    memcpy(s->pad, key.data, key.size);
  pad_key(s, &s->inner, 0x36);
  pad_key(s, &s->outer, 0x5c);
  s->block[DIGEST] = 0x80;
  s->block[BLOCK - 2] = (BLOCK + DIGEST) * 8 >> 8; /* the length in bits: 1536 */
}

/* One compression of the block behind a padded key; the digest goes to the block's front. */
static void compress(hmac_states *s, const SHA512_CTX *from) {
  s->work = *from;
  SHA512_Transform(&s->work, s->block);
  for (size_t i = 0; i < WORDS; i++)
    for (size_t k = 0; k < 8; k++)
      s->block[i * 8 + k] = (uint8_t)(s->work.h[i] >> (56 - 8 * k));
}

/* HMAC of salt and block number. */
static void first_round(hmac_states *s, tl_bytes salt, uint32_t number) {
  const uint8_t big_endian[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                 (uint8_t)(number >> 8), (uint8_t)number};
  s->work = s->inner;
  if (salt.size)
    SHA512_Update(&s->work, salt.data, salt.size);
  SHA512_Update(&s->work, big_endian, sizeof big_endian);
  SHA512_Final(s->block, &s->work);
  compress(s, &s->outer);
}

/* RFC 8018, 5.2. */
mtp_status mtp_pbkdf2_sha512(tl_bytes password, tl_bytes salt, uint32_t iterations, uint8_t *out,
                             size_t out_size) {
  hmac_states s;
  uint8_t sum[DIGEST];
  if (password.size > INT_MAX || salt.size > INT_MAX || out_size > INT_MAX || iterations < 1 ||
      iterations > INT_MAX)
    return MTP_ERR_ARGUMENT;
  hmac_key(&s, password);
  for (size_t at = 0; at < out_size; at += DIGEST) {
    first_round(&s, salt, (uint32_t)(at / DIGEST + 1));
    memcpy(sum, s.block, DIGEST);
    for (uint32_t i = 1; i < iterations; i++) {
      compress(&s, &s.inner);
      compress(&s, &s.outer);
      for (size_t k = 0; k < DIGEST; k++)
        sum[k] ^= s.block[k];
    }
    memcpy(out + at, sum, out_size - at < DIGEST ? out_size - at : DIGEST);
  }
  mtp_wipe(&s, sizeof s);
  mtp_wipe(sum, sizeof sum);
  return MTP_OK;
}

#endif
