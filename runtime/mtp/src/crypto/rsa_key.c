/* RSA keys: reading PEM, the limits on what is taken, and fingerprints. */
#include "rsa_key.h"

#include "hash.h"
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <tl/wire.h>

#define MAX_EXPONENT_SIZE 8

/* Without it OpenSSL would ask on the terminal for the password of an encrypted key. */
static int no_password(char *buffer, int size, int writing, void *ctx) {
  (void)buffer, (void)size, (void)writing, (void)ctx;
  return -1;
}

static bool decode(BIO *bio, int selection, EVP_PKEY **out) {
  OSSL_DECODER_CTX *ctx =
      OSSL_DECODER_CTX_new_for_pkey(out, "PEM", NULL, "RSA", selection, NULL, NULL);
  bool ok = ctx && OSSL_DECODER_CTX_set_pem_password_cb(ctx, no_password, NULL) &&
            OSSL_DECODER_from_bio(ctx, bio) && *out;
  OSSL_DECODER_CTX_free(ctx);
  return ok;
}

/* A key of either kind. */
static EVP_PKEY *read_pem(const char *pem, size_t size) {
  static const int selections[] = {EVP_PKEY_KEYPAIR, EVP_PKEY_PUBLIC_KEY};
  EVP_PKEY *pkey = NULL;
  for (size_t i = 0; !pkey && size <= INT_MAX && i < 2; i++) {
    BIO *bio = BIO_new_mem_buf(pem, (int)size);
    if (bio && !decode(bio, selections[i], &pkey)) {
      EVP_PKEY_free(pkey);
      pkey = NULL;
    }
    BIO_free(bio);
  }
  return pkey;
}

/* Whether OpenSSL can read a key that is one: without memory, and for good when it lacked memory
 * while it set itself up, it finds that no text is a key. */
static bool reads_keys(void) {
  static const char known[] = "-----BEGIN RSA PUBLIC KEY-----\n"
                              "MEgCQQDCUbWyz3bAmSD7zjcE+mOGwGRwjrr4/is1m2sPVWJrds7X4mQPrfdmok1I\n"
                              "XFblIKpl51w5hylKZL6CvuSMS8qhAgMBAAE=\n"
                              "-----END RSA PUBLIC KEY-----\n";
  EVP_PKEY *pkey = read_pem(known, sizeof known - 1);
  bool ok = pkey != NULL;
  EVP_PKEY_free(pkey);
  return ok;
}

/* What fails is tried again: OpenSSL does not always say that it was for want of memory. */
static mtp_status read_key(const char *pem, size_t size, EVP_PKEY **out) {
  mtp_status status = MTP_ERR_CRYPTO;
  ERR_clear_error();
  for (int tries = 0; tries < 2 && status == MTP_ERR_CRYPTO; tries++) {
    *out = read_pem(pem, size);
    if (*out)
      status = MTP_OK;
    else if (ERR_peek_error())
      status = mtp_openssl_failed();
  }
  if (status == MTP_ERR_CRYPTO)
    status = reads_keys() ? MTP_ERR_REJECTED : mtp_openssl_failed();
  ERR_clear_error();
  return status;
}

static bool acceptable(const mtp_rsa_key *key) {
  return BN_num_bits(key->n) == 8 * MTP_RSA_SIZE && BN_is_odd(key->n) &&
         BN_num_bytes(key->e) <= MAX_EXPONENT_SIZE && BN_is_odd(key->e) && !BN_is_one(key->e);
}

/* Minimal big-endian bytes as TL `bytes`; returns how many were written. */
static size_t put_number(uint8_t *out, const BIGNUM *number) {
  size_t size = (size_t)BN_num_bytes(number), head = size < 254 ? 1 : 4;
  if (head == 1)
    out[0] = (uint8_t)size;
  else
    tl_store32(out, (uint32_t)size << 8 | 0xfe);
  BN_bn2bin(number, out + head);
  size_t end = head + size, padded = (end + 3) / 4 * 4;
  memset(out + end, 0, padded - end);
  return padded;
}

static mtp_status take_fingerprint(mtp_rsa_key *key) {
  uint8_t text[4 + MTP_RSA_SIZE + 4 + MAX_EXPONENT_SIZE], hash[MTP_SHA1_SIZE];
  size_t size = put_number(text, key->n);
  size += put_number(text + size, key->e);
  tl_bytes part = tl_bytes_of(text, size);
  mtp_status status = mtp_sha1(&part, 1, hash);
  if (!status)
    key->fingerprint = (int64_t)tl_load64(hash + 12);
  return status;
}

static mtp_status fill(mtp_rsa_key *key, EVP_PKEY *pkey) {
  if (!EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &key->n) ||
      !EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &key->e))
    return mtp_openssl_failed();
  return acceptable(key) ? take_fingerprint(key) : MTP_ERR_REJECTED;
}

mtp_status mtp_rsa_key_from_pem(const char *pem, size_t size, const tl_allocator *allocator,
                                mtp_rsa_key **out) {
  mtp_rsa_key *key = NULL;
  *out = NULL;
  EVP_PKEY *pkey;
  mtp_status status = read_key(pem, size, &pkey);
  if (status)
    return status;
  status = MTP_ERR_NOMEM;
  key = tl_alloc_zero(allocator, sizeof *key);
  if (!key)
    goto out;
  key->allocator = allocator;
  status = fill(key, pkey);
  if (!status) {
    *out = key;
    key = NULL;
  }
out:
  mtp_rsa_key_free(key);
  EVP_PKEY_free(pkey);
  return status;
}

void mtp_rsa_key_free(mtp_rsa_key *key) {
  if (!key)
    return;
  BN_free(key->n);
  BN_free(key->e);
  tl_free(key->allocator, key, sizeof *key);
}

int64_t mtp_rsa_key_fingerprint(const mtp_rsa_key *key) {
  return key->fingerprint;
}
