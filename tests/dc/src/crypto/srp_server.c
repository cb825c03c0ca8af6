/* SRP from the server's side. */
#include "srp_server.h"

#include "crypto/hash.h"
#include "crypto/secret.h"
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <string.h>

#define H MTP_SHA256_SIZE
#define N MTP_DH_SIZE

static mtp_status hash1(const void *data, size_t size, uint8_t out[H]) {
  tl_bytes part = tl_bytes_of(data, size);
  return mtp_sha256(&part, 1, out);
}

static mtp_status hash2(tl_bytes first, tl_bytes second, uint8_t out[H]) {
  tl_bytes parts[] = {first, second};
  return mtp_sha256(parts, 2, out);
}

static void number_of_g(const srp_server_algo *algo, uint8_t out[N]) {
  memset(out, 0, N);
  out[N - 1] = (uint8_t)algo->g;
}

static mtp_status stretch(const uint8_t hash[H], tl_bytes salt, uint8_t out[64]) {
  if (salt.size > INT_MAX)
    return MTP_ERR_ARGUMENT;
  return PKCS5_PBKDF2_HMAC((const char *)hash, H, salt.data, (int)salt.size, 100000, EVP_sha512(),
                           64, out)
             ? MTP_OK
             : MTP_ERR_CRYPTO;
}

/* PH2 of the specification, which is x. */
static mtp_status password_hash(const srp_server_algo *algo, tl_bytes password, uint8_t x[H]) {
  uint8_t one[H] = {0}, two[H] = {0}, slow[64] = {0};
  tl_bytes first[] = {algo->salt1, password, algo->salt1};
  tl_bytes second[] = {algo->salt2, tl_bytes_of(one, H), algo->salt2};
  tl_bytes third[] = {algo->salt2, tl_bytes_of(slow, sizeof slow), algo->salt2};
  mtp_status status = mtp_sha256(first, 3, one);
  if (!status)
    status = mtp_sha256(second, 3, two);
  if (!status)
    status = stretch(two, algo->salt1, slow);
  if (!status)
    status = mtp_sha256(third, 3, x);
  mtp_wipe(one, sizeof one);
  mtp_wipe(two, sizeof two);
  mtp_wipe(slow, sizeof slow);
  return status;
}

mtp_status srp_server_verifier(const srp_server_algo *algo, tl_bytes password,
                               uint8_t verifier[N]) {
  uint8_t exponent[N] = {0}, g = (uint8_t)algo->g;
  mtp_status status = password_hash(algo, password, exponent + N - H);
  if (!status)
    status = mtp_dh_power(&g, 1, exponent, algo->p, verifier);
  mtp_wipe(exponent, sizeof exponent);
  return status;
}

/* k * v + g^b mod p, given g^b. */
static bool mix(const srp_server_algo *algo, const uint8_t k[H], const uint8_t *verifier,
                const uint8_t power[N], uint8_t out[N]) {
  BN_CTX *ctx = BN_CTX_new();
  BIGNUM *p = BN_bin2bn(algo->p, N, NULL), *v = BN_bin2bn(verifier, N, NULL);
  BIGNUM *sum = BN_bin2bn(k, H, NULL), *gb = BN_bin2bn(power, N, NULL);
  bool ok = ctx && p && v && sum && gb && BN_mod_mul(sum, sum, v, p, ctx) &&
            BN_mod_add(sum, sum, gb, p, ctx) && BN_bn2binpad(sum, out, N) == N;
  BN_clear_free(gb);
  BN_clear_free(sum);
  BN_clear_free(v);
  BN_free(p);
  BN_CTX_free(ctx);
  return ok;
}

mtp_status srp_server_start(const srp_server_algo *algo, const uint8_t verifier[N],
                            const mtp_rng *rng, srp_server_challenge *out) {
  uint8_t k[H], g[N], power[N];
  number_of_g(algo, g);
  if (mtp_rng_fill(rng, out->secret, N))
    return MTP_ERR_RANDOM;
  mtp_status status = hash2(tl_bytes_of(algo->p, N), tl_bytes_of(g, N), k);
  if (!status)
    status = mtp_dh_power(g, N, out->secret, algo->p, power);
  if (!status && !mix(algo, k, verifier, power, out->b))
    status = MTP_ERR_CRYPTO;
  mtp_wipe(power, sizeof power);
  return status;
}

/* S = (A * v^u) ^ b mod p. */
static mtp_status secret(const srp_server_algo *algo, const uint8_t *verifier, const uint8_t b[N],
                         const uint8_t a[N], const uint8_t u[H], uint8_t out[N]) {
  uint8_t exponent[N] = {0}, power[N];
  memcpy(exponent + N - H, u, H);
  mtp_status status = mtp_dh_power(verifier, N, exponent, algo->p, power);
  if (status)
    return status;
  BN_CTX *ctx = BN_CTX_new();
  BIGNUM *p = BN_bin2bn(algo->p, N, NULL), *base = BN_bin2bn(a, N, NULL);
  BIGNUM *vu = BN_bin2bn(power, N, NULL);
  bool ok = ctx && p && base && vu && BN_mod_mul(base, base, vu, p, ctx) &&
            BN_bn2binpad(base, power, N) == N;
  status = ok ? mtp_dh_power(power, N, b, algo->p, out) : MTP_ERR_CRYPTO;
  BN_clear_free(vu);
  BN_clear_free(base);
  BN_free(p);
  BN_CTX_free(ctx);
  mtp_wipe(power, sizeof power);
  return status;
}

/* What M1 has to be. */
static mtp_status expect(const srp_server_algo *algo, const uint8_t *a, const uint8_t *b,
                         const uint8_t s[N], uint8_t out[H]) {
  uint8_t g[N], hp[H], hg[H], h1[H], h2[H], key[H];
  number_of_g(algo, g);
  if (hash1(algo->p, N, hp) || hash1(g, N, hg) || hash1(algo->salt1.data, algo->salt1.size, h1) ||
      hash1(algo->salt2.data, algo->salt2.size, h2) || hash1(s, N, key))
    return MTP_ERR_CRYPTO;
  for (size_t i = 0; i < H; i++)
    hp[i] ^= hg[i];
  tl_bytes parts[] = {tl_bytes_of(hp, H), tl_bytes_of(h1, H), tl_bytes_of(h2, H),
                      tl_bytes_of(a, N),  tl_bytes_of(b, N),  tl_bytes_of(key, H)};
  return mtp_sha256(parts, 6, out);
}

mtp_status srp_server_check(const srp_server_algo *algo, const uint8_t verifier[N],
                            const srp_server_challenge *challenge, tl_bytes a, tl_bytes m1) {
  uint8_t padded[N] = {0}, u[H], s[N], expected[H];
  if (a.size == 0 || a.size > N || m1.size != H)
    return MTP_ERR_REJECTED;
  memcpy(padded + N - a.size, a.data, a.size);
  mtp_status status = mtp_dh_check_public(padded, algo->p);
  if (!status)
    status = hash2(tl_bytes_of(padded, N), tl_bytes_of(challenge->b, N), u);
  if (!status)
    status = secret(algo, verifier, challenge->secret, padded, u, s);
  if (!status)
    status = expect(algo, padded, challenge->b, s, expected);
  if (!status && !mtp_equal(expected, m1.data, H))
    status = MTP_ERR_REJECTED;
  mtp_wipe(s, sizeof s);
  return status;
}

void srp_server_wipe(srp_server_challenge *challenge) {
  mtp_wipe(challenge, sizeof *challenge);
}
