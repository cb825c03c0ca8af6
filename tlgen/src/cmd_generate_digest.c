/* cmd_generate_digest.c: SHA-256 of what went in, for the head of what comes out. */
#include <openssl/evp.h>

#include "cmd_generate.h"

char *generate_sha256(mem *pool, const void *data, size_t length) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!EVP_Digest(data, length, digest, &size, EVP_sha256(), NULL))
    size = 0;
  char *hex = mem_alloc(pool, (size_t)size * 2 + 1);
  for (unsigned i = 0; i < size; i++) {
    hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}
