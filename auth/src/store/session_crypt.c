/* Encryption of a session under a password. */
#include "session_crypt.h"
#include "../internal.h"
#include "gcm.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

enum {
  COST = 4,
  SALT = 16,
  NONCE = TGAUTH_GCM_NONCE,
  TAG = TGAUTH_GCM_TAG,
  HEAD = COST + SALT + NONCE,
  KEY = TGAUTH_GCM_KEY
};

/* N = 2^15, r = 8, p = 1: 32 MB and about a tenth of a second. */
static const uint8_t default_cost[COST] = {15, 8, 1, 0};
enum { MAX_LOG_N = 18, MAX_R = 8, MAX_P = 4 }; /* what a damaged head may cost: 256 MB */

/* REJECTED: no head of ours asks for this; else as mtp_openssl_failed() says. */
static mtp_status make_key(const char *password, const uint8_t *head, uint8_t key[KEY]) {
  if (head[0] < 10 || head[0] > MAX_LOG_N || !head[1] || head[1] > MAX_R || !head[2] ||
      head[2] > MAX_P)
    return MTP_ERR_REJECTED;
  uint64_t memory = ((uint64_t)128 * head[1] << head[0]) + ((uint64_t)1 << 20);
  if (EVP_PBE_scrypt(password, strlen(password), head + COST, SALT, (uint64_t)1 << head[0], head[1],
                     head[2], memory, key, KEY) == 1)
    return MTP_OK;
  return mtp_openssl_failed();
}

static tgauth_gcm gcm_of(const uint8_t key[KEY], const uint8_t *head) {
  return (tgauth_gcm){.key = key, .nonce = head + COST + SALT, .bound = tl_bytes_of(head, HEAD)};
}

mtp_status tgauth_crypt_seal(const char *password, const uint8_t *data, size_t size, tl_buffer *out,
                             mtp_error *error) {
  uint8_t key[KEY];
  size_t start = out->size;
  uint8_t *head = tl_buffer_extend(out, HEAD + size + TAG);
  if (!head)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  memcpy(head, default_cost, COST);
  tgauth_gcm gcm = gcm_of(key, head);
  mtp_status status = MTP_ERR_RANDOM;
  if (mtp_rng_fill(NULL, head + COST, SALT + NONCE) == 0)
    status = make_key(password, head, key);
  if (status == MTP_OK)
    status = tgauth_gcm_encrypt(&gcm, tl_bytes_of(data, size), head + HEAD);
  OPENSSL_cleanse(key, sizeof key);
  if (status == MTP_OK)
    return MTP_OK;
  out->size = start;
  return tgauth_fail_crypto(error, status);
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
  tgauth_gcm gcm = gcm_of(key, data);
  mtp_status status = make_key(password, data, key);
  if (status == MTP_OK)
    status = tgauth_gcm_decrypt(&gcm, tl_bytes_of(data + HEAD, body + TAG), plain);
  OPENSSL_cleanse(key, sizeof key);
  if (status == MTP_OK)
    return MTP_OK;
  OPENSSL_cleanse(plain, body);
  out->size = start;
  if (status == MTP_ERR_REJECTED)
    return tgauth_fail(error, MTP_ERR_STORE, "wrong password, or the session is damaged");
  return tgauth_fail_crypto(error, status);
}
