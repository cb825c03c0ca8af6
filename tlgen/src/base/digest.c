/* digest.c: SHA-256, of OpenSSL or of Windows. */
#include "base/digest.h"

#include <stdbool.h>
#include <stdio.h>

#if defined(TLGEN_OPENSSL)
#include <openssl/evp.h>

static bool digest_of(const void *data, size_t length, unsigned char out[32]) {
  unsigned int size = 0;
  return EVP_Digest(data, length, out, &size, EVP_sha256(), NULL) && size == 32;
}
#elif defined(_WIN32)
#include <windows.h>

#include <bcrypt.h>

static bool digest_of(const void *data, size_t length, unsigned char out[32]) {
  BCRYPT_ALG_HANDLE sha256 = NULL;
  BCRYPT_HASH_HANDLE hash = NULL;
  bool ok = length <= ULONG_MAX &&
            BCryptOpenAlgorithmProvider(&sha256, BCRYPT_SHA256_ALGORITHM, NULL, 0) == 0 &&
            BCryptCreateHash(sha256, &hash, NULL, 0, NULL, 0, 0) == 0 &&
            BCryptHashData(hash, (PUCHAR)data, (ULONG)length, 0) == 0 &&
            BCryptFinishHash(hash, out, 32, 0) == 0;
  if (hash)
    (void)BCryptDestroyHash(hash);
  if (sha256)
    (void)BCryptCloseAlgorithmProvider(sha256, 0);
  return ok;
}
#else
static bool digest_of(const void *data, size_t length, unsigned char out[32]) {
  (void)data, (void)length, (void)out;
  return false;
}
#endif

void tlgen_sha256(const void *data, size_t length, char hex[65]) {
  unsigned char digest[32];
  hex[0] = '\0';
  if (!digest_of(data, length, digest))
    return;
  for (size_t i = 0; i < sizeof digest; i++)
    (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
