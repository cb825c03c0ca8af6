/* AES-256-GCM by OpenSSL. */
#include "gcm.h"
#include <mtp/crypto.h>
#include <openssl/evp.h>
#include <string.h>

mtp_status tgauth_gcm_encrypt(const tgauth_gcm *gcm, tl_bytes data, uint8_t *out) {
  int n;
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  bool ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, gcm->key, gcm->nonce) &&
            EVP_EncryptUpdate(ctx, NULL, &n, gcm->bound.data, (int)gcm->bound.size) &&
            EVP_EncryptUpdate(ctx, out, &n, data.data, (int)data.size) &&
            EVP_EncryptFinal_ex(ctx, out + n, &n) &&
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TGAUTH_GCM_TAG, out + data.size);
  EVP_CIPHER_CTX_free(ctx);
  return ok ? MTP_OK : mtp_openssl_failed();
}

mtp_status tgauth_gcm_decrypt(const tgauth_gcm *gcm, tl_bytes sealed, uint8_t *out) {
  int n;
  uint8_t tag[TGAUTH_GCM_TAG];
  size_t size = sealed.size - TGAUTH_GCM_TAG;
  memcpy(tag, sealed.data + size, TGAUTH_GCM_TAG);
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  bool ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, gcm->key, gcm->nonce) &&
            EVP_DecryptUpdate(ctx, NULL, &n, gcm->bound.data, (int)gcm->bound.size) &&
            EVP_DecryptUpdate(ctx, out, &n, sealed.data, (int)size) &&
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TGAUTH_GCM_TAG, tag);
  mtp_status status = ok ? MTP_OK : mtp_openssl_failed();
  if (ok && EVP_DecryptFinal_ex(ctx, out + n, &n) <= 0)
    status = MTP_ERR_REJECTED; /* it compares tags, and needs no memory for it */
  EVP_CIPHER_CTX_free(ctx);
  return status;
}
