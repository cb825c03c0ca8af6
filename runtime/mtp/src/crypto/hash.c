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
  return ok ? MTP_OK : mtp_openssl_failed();
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
  return ok ? MTP_OK : mtp_openssl_failed();
}

#endif

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
  return ok ? MTP_OK : mtp_openssl_failed();
}
