/* SRP: hashes, the verifier, and the client's proof. Letters are those of the specification. */
#include "srp.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define HASH_SIZE  TGAUTH_SRP_HASH_SIZE
#define ITERATIONS 100000
#define MIN_B_SIZE 248
#define MAX_TRIES  16 /* an A out of range is as rare as 2^-63 */

static tl_bytes view(const void *data, size_t size) {
  return tl_bytes_of(data, size);
}

/* SH(data, salt) = H(salt | data | salt). */
static mtp_status salted(tl_bytes data, tl_bytes salt, uint8_t out[HASH_SIZE]) {
  tl_bytes parts[] = {salt, data, salt};
  return mtp_sha256(parts, 3, out);
}

static mtp_status stretch(const uint8_t ph1[HASH_SIZE], tl_bytes salt1, uint8_t out[64]) {
  if (salt1.size > INT_MAX)
    return MTP_ERR_ARGUMENT;
  if (!PKCS5_PBKDF2_HMAC((const char *)ph1, HASH_SIZE, salt1.data, (int)salt1.size, ITERATIONS,
                         EVP_sha512(), 64, out))
    return mtp_openssl_failed();
  return MTP_OK;
}

mtp_status tgauth_srp_hash(const tgauth_srp_algo *algo, tl_bytes password, uint8_t x[HASH_SIZE]) {
  uint8_t hash[HASH_SIZE], stretched[64];
  mtp_status status = salted(password, algo->salt1, hash);
  if (!status)
    status = salted(view(hash, sizeof hash), algo->salt2, hash);
  if (!status)
    status = stretch(hash, algo->salt1, stretched);
  if (!status)
    status = salted(view(stretched, sizeof stretched), algo->salt2, x);
  OPENSSL_cleanse(hash, sizeof hash);
  OPENSSL_cleanse(stretched, sizeof stretched);
  return status;
}

static mtp_status check_group(const tgauth_srp_algo *algo, mtp_dh_cache *cache) {
  if (algo->p.size != MTP_DH_SIZE)
    return MTP_ERR_REJECTED;
  mtp_status status = mtp_dh_check_generator(algo->g, algo->p.data);
  return status ? status : mtp_dh_check_prime(algo->p.data, cache);
}

/* g^exponent, for exponents of any size up to 256 bytes. */
static mtp_status power_of_g(const tgauth_srp_algo *algo, const uint8_t *exponent, size_t size,
                             uint8_t out[MTP_DH_SIZE]) {
  uint8_t g = (uint8_t)algo->g, padded[MTP_DH_SIZE] = {0};
  memcpy(padded + MTP_DH_SIZE - size, exponent, size);
  mtp_status status = mtp_dh_power(&g, 1, padded, algo->p.data, out);
  OPENSSL_cleanse(padded, sizeof padded);
  return status;
}

mtp_status tgauth_srp_verifier(const tgauth_srp_algo *algo, mtp_dh_cache *cache,
                               const uint8_t x[HASH_SIZE], uint8_t verifier[MTP_DH_SIZE]) {
  mtp_status status = check_group(algo, cache);
  return status ? status : power_of_g(algo, x, HASH_SIZE, verifier);
}

mtp_status tgauth_srp_new_salt(tl_bytes offered, const mtp_rng *rng, tl_buffer *out) {
  uint8_t more[TGAUTH_SRP_SALT_SIZE];
  if (mtp_rng_fill(rng, more, sizeof more))
    return MTP_ERR_RANDOM;
  uint8_t *salt = tl_buffer_extend(out, offered.size + sizeof more);
  if (!salt)
    return MTP_ERR_NOMEM;
  if (offered.size)
    memcpy(salt, offered.data, offered.size);
  memcpy(salt + offered.size, more, sizeof more);
  return MTP_OK;
}

/* B, padded, if 0 < B < p and of a size that a random number can have. */
static mtp_status take_b(const tgauth_srp_algo *algo, tl_bytes b, uint8_t out[MTP_DH_SIZE]) {
  static const uint8_t zero[MTP_DH_SIZE];
  if (b.size < MIN_B_SIZE || b.size > MTP_DH_SIZE)
    return MTP_ERR_REJECTED;
  memset(out, 0, MTP_DH_SIZE);
  memcpy(out + MTP_DH_SIZE - b.size, b.data, b.size);
  bool inside = memcmp(out, zero, MTP_DH_SIZE) != 0 && memcmp(out, algo->p.data, MTP_DH_SIZE) < 0;
  return inside ? MTP_OK : MTP_ERR_REJECTED;
}

/* The secret a and A = g^a, taken anew while A is not where KX-10 wants it. */
static mtp_status choose_a(const tgauth_srp_algo *algo, const mtp_rng *rng, uint8_t a[MTP_DH_SIZE],
                           uint8_t public_a[MTP_DH_SIZE]) {
  mtp_status status = MTP_ERR_REJECTED;
  for (int i = 0; status == MTP_ERR_REJECTED && i < MAX_TRIES; i++) {
    if (mtp_rng_fill(rng, a, MTP_DH_SIZE))
      return MTP_ERR_RANDOM;
    status = power_of_g(algo, a, MTP_DH_SIZE, public_a);
    if (!status)
      status = mtp_dh_check_public(public_a, algo->p.data);
  }
  return status == MTP_ERR_REJECTED ? MTP_ERR_RANDOM : status;
}

/* Everything that goes into S, as bytes. */
typedef struct secret_inputs {
  uint8_t a[MTP_DH_SIZE], b[MTP_DH_SIZE], v[MTP_DH_SIZE];
  uint8_t k[HASH_SIZE], u[HASH_SIZE], x[HASH_SIZE];
} secret_inputs;

/* t = (B - k * v) mod p and e = a + u * x, an ordinary sum (SR-4). */
static bool base_and_exponent(const secret_inputs *in, const BIGNUM *p, BN_CTX *ctx, BIGNUM *t,
                              BIGNUM *e) {
  BIGNUM *left = BN_CTX_get(ctx), *right = BN_CTX_get(ctx);
  return right && BN_bin2bn(in->k, HASH_SIZE, left) && BN_bin2bn(in->v, MTP_DH_SIZE, right) &&
         BN_mod_mul(right, left, right, p, ctx) && BN_bin2bn(in->b, MTP_DH_SIZE, left) &&
         BN_mod_sub(t, left, right, p, ctx) && BN_bin2bn(in->u, HASH_SIZE, left) &&
         BN_bin2bn(in->x, HASH_SIZE, right) && BN_mul(e, left, right, ctx) &&
         BN_bin2bn(in->a, MTP_DH_SIZE, left) && BN_add(e, e, left);
}

/* S = t ^ e mod p. The context wipes its numbers when it is freed. */
static mtp_status shared_secret(const tgauth_srp_algo *algo, const secret_inputs *in,
                                uint8_t out[MTP_DH_SIZE]) {
  mtp_status status = MTP_OK;
  BN_CTX *ctx = BN_CTX_new();
  if (!ctx)
    return mtp_openssl_failed();
  BN_CTX_start(ctx);
  BIGNUM *p = BN_CTX_get(ctx), *t = BN_CTX_get(ctx), *e = BN_CTX_get(ctx);
  bool ok = e && BN_bin2bn(algo->p.data, MTP_DH_SIZE, p) && base_and_exponent(in, p, ctx, t, e);
  if (ok)
    BN_set_flags(e, BN_FLG_CONSTTIME);
  if (ok && BN_is_zero(t))
    status = MTP_ERR_REJECTED; /* B was made from v: S would not depend on us */
  else if (!ok || !BN_mod_exp_mont_consttime(t, t, e, p, ctx, NULL) ||
           BN_bn2binpad(t, out, MTP_DH_SIZE) != MTP_DH_SIZE)
    status = mtp_openssl_failed();
  BN_CTX_end(ctx);
  BN_CTX_free(ctx);
  return status;
}

static void pad_g(const tgauth_srp_algo *algo, uint8_t out[MTP_DH_SIZE]) {
  memset(out, 0, MTP_DH_SIZE);
  out[MTP_DH_SIZE - 1] = (uint8_t)algo->g;
}

/* K = H(S). */
static mtp_status session_key(const tgauth_srp_algo *algo, const secret_inputs *in,
                              uint8_t out[HASH_SIZE]) {
  uint8_t s[MTP_DH_SIZE];
  mtp_status status = shared_secret(algo, in, s);
  tl_bytes part = view(s, sizeof s);
  if (!status)
    status = mtp_sha256(&part, 1, out);
  OPENSSL_cleanse(s, sizeof s);
  return status;
}

/* M1 = H(H(p) xor H(g) | H(salt1) | H(salt2) | A | B | K). */
static mtp_status make_m1(const tgauth_srp_algo *algo, const uint8_t *public_a, const uint8_t *b,
                          const uint8_t k[HASH_SIZE], uint8_t m1[HASH_SIZE]) {
  uint8_t g[MTP_DH_SIZE], hashes[4][HASH_SIZE];
  pad_g(algo, g);
  tl_bytes hashed[4] = {algo->p, algo->salt1, algo->salt2, view(g, sizeof g)};
  mtp_status status = MTP_OK;
  for (size_t i = 0; !status && i < 4; i++)
    status = mtp_sha256(&hashed[i], 1, hashes[i]);
  if (status)
    return status;
  for (size_t i = 0; i < HASH_SIZE; i++)
    hashes[0][i] ^= hashes[3][i];
  tl_bytes parts[] = {view(hashes, sizeof(uint8_t[3][HASH_SIZE])), view(public_a, MTP_DH_SIZE),
                      view(b, MTP_DH_SIZE), view(k, HASH_SIZE)};
  return mtp_sha256(parts, 4, m1);
}

/* k = H(p | g), u = H(A | B), v = g^x. */
static mtp_status derive(const tgauth_srp_algo *algo, const uint8_t *public_a, secret_inputs *in) {
  static const uint8_t zero[HASH_SIZE];
  uint8_t g[MTP_DH_SIZE];
  pad_g(algo, g);
  tl_bytes group[] = {algo->p, view(g, sizeof g)};
  tl_bytes publics[] = {view(public_a, MTP_DH_SIZE), view(in->b, MTP_DH_SIZE)};
  mtp_status status = mtp_sha256(group, 2, in->k);
  if (!status)
    status = mtp_sha256(publics, 2, in->u);
  if (!status && memcmp(in->u, zero, HASH_SIZE) == 0)
    status = MTP_ERR_REJECTED;
  return status ? status : power_of_g(algo, in->x, HASH_SIZE, in->v);
}

mtp_status tgauth_srp_prove(const tgauth_srp_algo *algo, mtp_dh_cache *cache,
                            const uint8_t x[HASH_SIZE], tl_bytes b, const mtp_rng *rng,
                            tgauth_srp_proof *proof) {
  secret_inputs in;
  uint8_t key[HASH_SIZE];
  memset(proof, 0, sizeof *proof);
  mtp_status status = check_group(algo, cache);
  if (!status)
    status = take_b(algo, b, in.b);
  if (status)
    return status;
  memcpy(in.x, x, HASH_SIZE);
  status = choose_a(algo, rng, in.a, proof->a);
  if (!status)
    status = derive(algo, proof->a, &in);
  if (!status)
    status = session_key(algo, &in, key);
  if (!status)
    status = make_m1(algo, proof->a, in.b, key, proof->m1);
  if (status)
    memset(proof, 0, sizeof *proof);
  OPENSSL_cleanse(&in, sizeof in);
  OPENSSL_cleanse(key, sizeof key);
  return status;
}
