/* Diffie-Hellman: the checks on what a server proposes, and the powers. */
#include "hash.h"
#include "secret.h"
#include <mtp/crypto.h>
#include <openssl/bn.h>
#include <string.h>

#define BITS        (8 * MTP_DH_SIZE)
#define MARGIN_BITS (BITS - 64) /* public values keep 2^1984 away from 0 and p */

const uint8_t *mtp_dh_known_prime(void) {
  static const uint8_t prime[MTP_DH_SIZE] = {
      0xc7, 0x1c, 0xae, 0xb9, 0xc6, 0xb1, 0xc9, 0x04, 0x8e, 0x6c, 0x52, 0x2f, 0x70, 0xf1, 0x3f,
      0x73, 0x98, 0x0d, 0x40, 0x23, 0x8e, 0x3e, 0x21, 0xc1, 0x49, 0x34, 0xd0, 0x37, 0x56, 0x3d,
      0x93, 0x0f, 0x48, 0x19, 0x8a, 0x0a, 0xa7, 0xc1, 0x40, 0x58, 0x22, 0x94, 0x93, 0xd2, 0x25,
      0x30, 0xf4, 0xdb, 0xfa, 0x33, 0x6f, 0x6e, 0x0a, 0xc9, 0x25, 0x13, 0x95, 0x43, 0xae, 0xd4,
      0x4c, 0xce, 0x7c, 0x37, 0x20, 0xfd, 0x51, 0xf6, 0x94, 0x58, 0x70, 0x5a, 0xc6, 0x8c, 0xd4,
      0xfe, 0x6b, 0x6b, 0x13, 0xab, 0xdc, 0x97, 0x46, 0x51, 0x29, 0x69, 0x32, 0x84, 0x54, 0xf1,
      0x8f, 0xaf, 0x8c, 0x59, 0x5f, 0x64, 0x24, 0x77, 0xfe, 0x96, 0xbb, 0x2a, 0x94, 0x1d, 0x5b,
      0xcd, 0x1d, 0x4a, 0xc8, 0xcc, 0x49, 0x88, 0x07, 0x08, 0xfa, 0x9b, 0x37, 0x8e, 0x3c, 0x4f,
      0x3a, 0x90, 0x60, 0xbe, 0xe6, 0x7c, 0xf9, 0xa4, 0xa4, 0xa6, 0x95, 0x81, 0x10, 0x51, 0x90,
      0x7e, 0x16, 0x27, 0x53, 0xb5, 0x6b, 0x0f, 0x6b, 0x41, 0x0d, 0xba, 0x74, 0xd8, 0xa8, 0x4b,
      0x2a, 0x14, 0xb3, 0x14, 0x4e, 0x0e, 0xf1, 0x28, 0x47, 0x54, 0xfd, 0x17, 0xed, 0x95, 0x0d,
      0x59, 0x65, 0xb4, 0xb9, 0xdd, 0x46, 0x58, 0x2d, 0xb1, 0x17, 0x8d, 0x16, 0x9c, 0x6b, 0xc4,
      0x65, 0xb0, 0xd6, 0xff, 0x9c, 0xa3, 0x92, 0x8f, 0xef, 0x5b, 0x9a, 0xe4, 0xe4, 0x18, 0xfc,
      0x15, 0xe8, 0x3e, 0xbe, 0xa0, 0xf8, 0x7f, 0xa9, 0xff, 0x5e, 0xed, 0x70, 0x05, 0x0d, 0xed,
      0x28, 0x49, 0xf4, 0x7b, 0xf9, 0x59, 0xd9, 0x56, 0x85, 0x0c, 0xe9, 0x29, 0x85, 0x1f, 0x0d,
      0x81, 0x15, 0xf6, 0x35, 0xb1, 0x05, 0xee, 0x2e, 0x4e, 0x15, 0xd0, 0x4b, 0x24, 0x54, 0xbf,
      0x6f, 0x4f, 0xad, 0xf0, 0x34, 0xb1, 0x04, 0x03, 0x11, 0x9c, 0xd8, 0xe3, 0xb9, 0x2f, 0xcc,
      0x5b};
  return prime;
}

static bool cached(const mtp_dh_cache *cache, const uint8_t hash[32]) {
  unsigned slots = sizeof cache->passed / sizeof *cache->passed;
  for (unsigned i = 0; i < slots && i < cache->count; i++)
    if (mtp_equal(cache->passed[i], hash, 32))
      return true;
  return false;
}

static void remember(mtp_dh_cache *cache, const uint8_t hash[32]) {
  unsigned slots = sizeof cache->passed / sizeof *cache->passed;
  memcpy(cache->passed[cache->count % slots], hash, 32);
  cache->count = cache->count + 1 < 2 * slots ? cache->count + 1 : slots;
}

/* p and (p-1)/2 prime: 64 rounds of Miller-Rabin each, as BN_check_prime() has it for this size. */
static mtp_status test_prime(const uint8_t p[MTP_DH_SIZE]) {
  BN_CTX *ctx = BN_CTX_new();
  BIGNUM *number = BN_bin2bn(p, MTP_DH_SIZE, NULL);
  int prime = ctx && number ? BN_check_prime(number, ctx, NULL) : -1;
  if (prime == 1)
    prime = BN_rshift1(number, number) ? BN_check_prime(number, ctx, NULL) : -1;
  mtp_status status = prime < 0 ? mtp_openssl_failed() : prime ? MTP_OK : MTP_ERR_REJECTED;
  BN_free(number);
  BN_CTX_free(ctx);
  return status;
}

mtp_status mtp_dh_check_prime(const uint8_t p[MTP_DH_SIZE], mtp_dh_cache *cache) {
  tl_bytes part = tl_bytes_of(p, MTP_DH_SIZE);
  uint8_t hash[MTP_SHA256_SIZE];
  if (memcmp(p, mtp_dh_known_prime(), MTP_DH_SIZE) == 0)
    return MTP_OK;
  if (!(p[0] & 0x80) || !(p[MTP_DH_SIZE - 1] & 1))
    return MTP_ERR_REJECTED;
  mtp_status status = mtp_sha256(&part, 1, hash);
  if (status || (cache && cached(cache, hash)))
    return status;
  status = test_prime(p);
  if (!status && cache)
    remember(cache, hash);
  return status;
}

static unsigned remainder_of(const uint8_t p[MTP_DH_SIZE], unsigned divisor) {
  unsigned rest = 0;
  for (size_t i = 0; i < MTP_DH_SIZE; i++)
    rest = (rest * 256 + p[i]) % divisor;
  return rest;
}

/* That g is a quadratic residue mod p, by quadratic reciprocity, for each g there may be. */
static bool generates(int32_t g, const uint8_t p[MTP_DH_SIZE]) {
  unsigned rest;
  switch (g) {
  case 2:
    return remainder_of(p, 8) == 7;
  case 3:
    return remainder_of(p, 3) == 2;
  case 4:
    return true;
  case 5:
    rest = remainder_of(p, 5);
    return rest == 1 || rest == 4;
  case 6:
    rest = remainder_of(p, 24);
    return rest == 19 || rest == 23;
  case 7:
    rest = remainder_of(p, 7);
    return rest == 3 || rest == 5 || rest == 6;
  default:
    return false;
  }
}

mtp_status mtp_dh_check_generator(int32_t g, const uint8_t p[MTP_DH_SIZE]) {
  return generates(g, p) ? MTP_OK : MTP_ERR_REJECTED;
}

mtp_status mtp_dh_check_public(const uint8_t value[MTP_DH_SIZE], const uint8_t p[MTP_DH_SIZE]) {
  mtp_status status;
  BIGNUM *x = BN_bin2bn(value, MTP_DH_SIZE, NULL), *top = BN_bin2bn(p, MTP_DH_SIZE, NULL);
  BIGNUM *margin = BN_new();
  if (!x || !top || !margin || !BN_set_bit(margin, MARGIN_BITS) || !BN_sub(top, top, margin))
    status = mtp_openssl_failed();
  else
    status = BN_cmp(x, margin) >= 0 && BN_cmp(x, top) <= 0 ? MTP_OK : MTP_ERR_REJECTED;
  BN_free(margin);
  BN_free(top);
  BN_free(x);
  return status;
}

mtp_status mtp_dh_power(const uint8_t *base, size_t base_size, const uint8_t exponent[MTP_DH_SIZE],
                        const uint8_t p[MTP_DH_SIZE], uint8_t out[MTP_DH_SIZE]) {
  mtp_status status = MTP_ERR_ARGUMENT;
  BIGNUM *a = NULL, *e = NULL, *m = NULL, *result = NULL;
  BN_CTX *ctx = NULL;
  if (base_size == 0 || base_size > MTP_DH_SIZE || !(p[MTP_DH_SIZE - 1] & 1))
    goto out;
  a = BN_bin2bn(base, (int)base_size, NULL);
  e = BN_bin2bn(exponent, MTP_DH_SIZE, NULL);
  m = BN_bin2bn(p, MTP_DH_SIZE, NULL);
  result = BN_new();
  ctx = BN_CTX_new();
  if (e)
    BN_set_flags(e, BN_FLG_CONSTTIME);
  if (a && m && BN_cmp(a, m) >= 0)
    goto out;
  status = a && e && m && result && ctx && BN_mod_exp_mont_consttime(result, a, e, m, ctx, NULL) &&
                   BN_bn2binpad(result, out, MTP_DH_SIZE) == MTP_DH_SIZE
               ? MTP_OK
               : mtp_openssl_failed();
out:
  BN_CTX_free(ctx);
  BN_clear_free(result);
  BN_free(m);
  BN_clear_free(e);
  BN_clear_free(a);
  return status;
}
