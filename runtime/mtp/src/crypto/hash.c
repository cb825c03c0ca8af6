/* Digests, HMAC and PBKDF2: thin wrappers over OpenSSL's EVP that turn its answers into a status.
 */
#include "hash.h"

#include <limits.h>
#include <openssl/evp.h>

static mtp_crypto_status digest(const EVP_MD *type, const tl_bytes *parts, size_t count,
                                uint8_t *out) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  bool ok = ctx && EVP_DigestInit_ex(ctx, type, NULL);
  for (size_t i = 0; ok && i < count; i++)
    ok = parts[i].size == 0 || EVP_DigestUpdate(ctx, parts[i].data, parts[i].size);
  ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
  EVP_MD_CTX_free(ctx);
  return ok ? MTP_CRYPTO_OK : MTP_CRYPTO_BACKEND;
}

mtp_crypto_status mtp_sha1(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA1_SIZE]) {
  return digest(EVP_sha1(), parts, count, out);
}

mtp_crypto_status mtp_sha256(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA256_SIZE]) {
  return digest(EVP_sha256(), parts, count, out);
}

mtp_crypto_status mtp_sha512(const tl_bytes *parts, size_t count, uint8_t out[MTP_SHA512_SIZE]) {
  return digest(EVP_sha512(), parts, count, out);
}

mtp_crypto_status mtp_hmac_sha256(tl_bytes key, const tl_bytes *parts, size_t count,
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
  return ok ? MTP_CRYPTO_OK : MTP_CRYPTO_BACKEND;
}

mtp_crypto_status mtp_pbkdf2_sha512(tl_bytes password, tl_bytes salt, uint32_t iterations,
                                    uint8_t *out, size_t out_size) {
  const char *text = password.size ? (const char *)password.data : "";
  if (password.size > INT_MAX || salt.size > INT_MAX || out_size > INT_MAX || iterations < 1 ||
      iterations > INT_MAX)
    return MTP_CRYPTO_ARGUMENT;
  if (!PKCS5_PBKDF2_HMAC(text, (int)password.size, salt.data, (int)salt.size, (int)iterations,
                         EVP_sha512(), (int)out_size, out))
    return MTP_CRYPTO_BACKEND;
  return MTP_CRYPTO_OK;
}
