/* AES-256-IGE: the choice of implementation, and the one over OpenSSL's EVP for processors whose
 * AES instructions we do not use directly.
 *
 * IGE is c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]. With d[i] = c[i] ^ p[i-1] that is
 * d[i] = E((p[i] ^ p[i-2]) ^ d[i-1]): CBC over the plaintext xored with itself two blocks later, so
 * encryption runs at the speed of EVP's CBC. Decryption would need CBC with the inverse cipher,
 * which EVP has not, and goes block by block. */
#include "ige.h"

#include "secret.h"
#include <openssl/evp.h>
#include <string.h>

#define BLOCK 16
#define CHUNK (64 * BLOCK) /* how much is handed to EVP at once */

mtp_status mtp_ige_encrypt(const uint8_t key[MTP_IGE_KEY_SIZE], const uint8_t iv[MTP_IGE_IV_SIZE],
                           const uint8_t *in, size_t size, uint8_t *out) {
  if (size % BLOCK)
    return MTP_ERR_ARGUMENT;
  if (!mtp_ige_x86_available())
    return mtp_ige_evp_encrypt(key, iv, in, size, out);
  mtp_ige_x86_encrypt(key, iv, in, size, out);
  return MTP_OK;
}

mtp_status mtp_ige_decrypt(const uint8_t key[MTP_IGE_KEY_SIZE], const uint8_t iv[MTP_IGE_IV_SIZE],
                           const uint8_t *in, size_t size, uint8_t *out) {
  if (size % BLOCK)
    return MTP_ERR_ARGUMENT;
  if (!mtp_ige_x86_available())
    return mtp_ige_evp_decrypt(key, iv, in, size, out);
  mtp_ige_x86_decrypt(key, iv, in, size, out);
  return MTP_OK;
}

static void xor_block(uint8_t *out, const uint8_t *a, const uint8_t *b) {
  for (size_t i = 0; i < BLOCK; i++)
    out[i] = a[i] ^ b[i];
}

/* A context over one key, without padding; NULL when OpenSSL fails. */
static EVP_CIPHER_CTX *start(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv,
                             int encrypt) {
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  if (ctx && EVP_CipherInit_ex(ctx, cipher, NULL, key, iv, encrypt) &&
      EVP_CIPHER_CTX_set_padding(ctx, 0))
    return ctx;
  EVP_CIPHER_CTX_free(ctx);
  return NULL;
}

/* One chunk. before[0..2) are p[-2] and p[-1]; they become the last two blocks of this chunk. */
static bool encrypt_chunk(EVP_CIPHER_CTX *ctx, uint8_t before[2 * BLOCK], const uint8_t *in,
                          size_t size, uint8_t *out) {
  uint8_t plain[CHUNK + 2 * BLOCK], mixed[CHUNK];
  int done = 0;
  memcpy(plain, before, 2 * BLOCK);
  memcpy(plain + 2 * BLOCK, in, size);
  for (size_t i = 0; i < size; i += BLOCK)
    xor_block(mixed + i, plain + 2 * BLOCK + i, plain + i);
  bool ok =
      EVP_CipherUpdate(ctx, mixed, &done, mixed, (int)size) && done >= 0 && (size_t)done == size;
  for (size_t i = 0; ok && i < size; i += BLOCK)
    xor_block(out + i, mixed + i, plain + BLOCK + i);
  memcpy(before, plain + size, 2 * BLOCK);
  mtp_wipe(plain, sizeof plain);
  return ok;
}

mtp_status mtp_ige_evp_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                               size_t size, uint8_t *out) {
  uint8_t before[2 * BLOCK] = {0};
  memcpy(before + BLOCK, iv + BLOCK, BLOCK);
  EVP_CIPHER_CTX *ctx = start(EVP_aes_256_cbc(), key, iv, 1);
  bool ok = ctx != NULL;
  for (size_t at = 0; ok && at < size; at += CHUNK)
    ok = encrypt_chunk(ctx, before, in + at, size - at < CHUNK ? size - at : CHUNK, out + at);
  EVP_CIPHER_CTX_free(ctx);
  mtp_wipe(before, sizeof before);
  return ok ? MTP_OK : mtp_openssl_failed();
}

mtp_status mtp_ige_evp_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                               size_t size, uint8_t *out) {
  uint8_t cipher_before[BLOCK], plain_before[BLOCK], cipher[BLOCK], block[BLOCK];
  EVP_CIPHER_CTX *ctx = start(EVP_aes_256_ecb(), key, NULL, 0);
  bool ok = ctx != NULL;
  memcpy(cipher_before, iv, BLOCK);
  memcpy(plain_before, iv + BLOCK, BLOCK);
  for (size_t at = 0; ok && at < size; at += BLOCK) {
    int done = 0;
    memcpy(cipher, in + at, BLOCK);
    xor_block(block, cipher, plain_before);
    ok = EVP_CipherUpdate(ctx, block, &done, block, BLOCK) && done == BLOCK;
    xor_block(plain_before, block, cipher_before);
    memcpy(out + at, plain_before, BLOCK);
    memcpy(cipher_before, cipher, BLOCK);
  }
  EVP_CIPHER_CTX_free(ctx);
  mtp_wipe(plain_before, sizeof plain_before);
  mtp_wipe(block, sizeof block);
  return ok ? MTP_OK : mtp_openssl_failed();
}
