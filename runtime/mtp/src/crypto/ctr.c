/* AES-256-CTR over OpenSSL's EVP. */
#include "ctr.h"

#include <openssl/evp.h>

#define CHUNK ((size_t)1 << 30) /* EVP takes an int */

mtp_status mtp_ctr_init(mtp_ctr *ctr, const uint8_t key[32], const uint8_t iv[16]) {
  ctr->ctx = EVP_CIPHER_CTX_new();
  if (ctr->ctx && EVP_EncryptInit_ex(ctr->ctx, EVP_aes_256_ctr(), NULL, key, iv))
    return MTP_OK;
  mtp_ctr_free(ctr);
  return mtp_openssl_failed();
}

void mtp_ctr_free(mtp_ctr *ctr) {
  EVP_CIPHER_CTX_free(ctr->ctx);
  ctr->ctx = NULL;
}

mtp_status mtp_ctr_apply(mtp_ctr *ctr, const uint8_t *in, size_t size, uint8_t *out) {
  while (size > 0) {
    size_t step = size < CHUNK ? size : CHUNK;
    int done = 0;
    if (!EVP_EncryptUpdate(ctr->ctx, out, &done, in, (int)step) || (size_t)done != step)
      return mtp_openssl_failed();
    in += step;
    out += step;
    size -= step;
  }
  return MTP_OK;
}
