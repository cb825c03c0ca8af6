/* digest.c: SHA-256, of OpenSSL. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

void tlgen_sha256(const void *data, size_t length, char hex[65]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  hex[0] = '\0';
  if (!EVP_Digest(data, length, digest, &size, EVP_sha256(), NULL) || size != 32)
    return;
  for (size_t i = 0; i < 32; i++)
    (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
