/* Encryption of a session under a password. */
#include "session_crypt.h"
#include "../internal.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

enum { COST = 4, SALT = 16, NONCE = 12, TAG = 16, HEAD = COST + SALT + NONCE, KEY = 32 };

/* N = 2^15, r = 8, p = 1: 32 MB and about a tenth of a second. */
static const uint8_t default_cost[COST] = {15, 8, 1, 0};
enum { MAX_LOG_N = 18, MAX_R = 8, MAX_P = 4 }; /* what a damaged head may cost: 256 MB */

static bool make_key(const char *password, const uint8_t *head, uint8_t key[KEY]) {
  if (head[0] < 10 || head[0] > MAX_LOG_N || !head[1] || head[1] > MAX_R || !head[2] ||
      head[2] > MAX_P)
    return false;
  uint64_t memory = ((uint64_t)128 * head[1] << head[0]) + ((uint64_t)1 << 20);
  return EVP_PBE_scrypt(password, strlen(password), head + COST, SALT, (uint64_t)1 << head[0],
                        head[1], head[2], memory, key, KEY) == 1;
}

static bool encrypt(const uint8_t key[KEY], const uint8_t *head, const uint8_t *data, size_t size,
                    uint8_t *out) {
  int n;
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  bool ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, head + COST + SALT) &&
            EVP_EncryptUpdate(ctx, NULL, &n, head, HEAD) &&
            EVP_EncryptUpdate(ctx, out, &n, data, (int)size) &&
            EVP_EncryptFinal_ex(ctx, out + n, &n) &&
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + size);
  EVP_CIPHER_CTX_free(ctx);
  return ok;
}

static bool decrypt(const uint8_t key[KEY], const uint8_t *head, const uint8_t *data, size_t size,
                    uint8_t *out) {
  int n;
  uint8_t tag[TAG];
  memcpy(tag, data + size, TAG);
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  bool ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, head + COST + SALT) &&
            EVP_DecryptUpdate(ctx, NULL, &n, head, HEAD) &&
            EVP_DecryptUpdate(ctx, out, &n, data, (int)size) &&
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) &&
            EVP_DecryptFinal_ex(ctx, out + n, &n) > 0;
  EVP_CIPHER_CTX_free(ctx);
  return ok;
}

mtp_status tgauth_crypt_seal(const char *password, const uint8_t *data, size_t size, tl_buffer *out,
                             mtp_error *error) {
  uint8_t key[KEY];
  size_t start = out->size;
  uint8_t *head = tl_buffer_extend(out, HEAD + size + TAG);
  if (!head)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  memcpy(head, default_cost, COST);
  mtp_status status = MTP_OK;
  if (mtp_rng_fill(NULL, head + COST, SALT + NONCE) != 0)
    status = tgauth_fail(error, MTP_ERR_RANDOM, "the random generator failed");
  else if (!make_key(password, head, key) || !encrypt(key, head, data, size, head + HEAD))
    status = tgauth_fail(error, MTP_ERR_NOMEM, "the session cannot be encrypted");
  OPENSSL_cleanse(key, sizeof key);
  if (status != MTP_OK)
    out->size = start;
  return status;
}

mtp_status tgauth_crypt_open(const char *password, const uint8_t *data, size_t size, tl_buffer *out,
                             mtp_error *error) {
  uint8_t key[KEY];
  if (size < HEAD + TAG || size > (size_t)1 << 30)
    return tgauth_fail(error, MTP_ERR_STORE, "the session is damaged: its size is wrong");
  size_t body = size - HEAD - TAG, start = out->size;
  uint8_t *plain = tl_buffer_extend(out, body);
  if (!plain)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  bool ok = make_key(password, data, key) && decrypt(key, data, data + HEAD, body, plain);
  OPENSSL_cleanse(key, sizeof key);
  if (ok)
    return MTP_OK;
  OPENSSL_cleanse(plain, body);
  out->size = start;
  return tgauth_fail(error, MTP_ERR_STORE, "wrong password, or the session is damaged");
}
