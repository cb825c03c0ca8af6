/* Authorization keys and message keys. The expected values of the derivations are computed here
 * from the formulas of the specification, piece by piece, independently of the code under test. */
#include "support.h"

#include <crypto/auth_key.h>
#include <openssl/evp.h>

/* The key of the worked example, core.telegram.org/mtproto/samples-auth_key. */
static const char sample_key[] = "aca2547baa3b4b3e6ad9129adee796042fc4acaaaba40dce7a1196640595829e2"
                                 "ba85c5e68e5d2b7b713b28720ccd0e6"
                                 "5da3b80cd8a9282bde895755b924f4cbbced119dee057d3066d7095c25771a53d"
                                 "9ad6ec3464ee0e7fe1a4d9851f17b6c"
                                 "c7d6e636e0bdea7d66153cf37005835a528e65673c1f5adaa27465964ba89aa6f"
                                 "d045108b25b1dc9ab2d979864858c9e"
                                 "acbfa4a399cdbf2154d2cc6743c5caa40683343d80a36c7f1289dc5ac5ee585de"
                                 "a1e1cd296444ea6cd8f6c3564b2d355"
                                 "b310a3c02608eea5ec36d38e941bf811489ab7a24c069e44ff54714cb4a45eee2"
                                 "f310fddc0a1b08bd3dff8801e27c850"
                                 "8efd7ad51ef3c13ef1d9a02ee4601741";

static void hash(const EVP_MD *md, const void *a, size_t an, const void *b, size_t bn,
                 uint8_t *out) {
  uint8_t joined[512];
  memcpy(joined, a, an);
  memcpy(joined + an, b, bn);
  assert_int_equal(EVP_Digest(joined, an + bn, out, NULL, md, NULL), 1);
}

static void make_key(mtp_auth_key *key) {
  uint8_t bytes[256];
  unhex(sample_key, bytes, 256);
  assert_ok(mtp_auth_key_init(key, bytes));
}

/* proves EN-3 */
static void ids_are_the_two_ends_of_sha1_of_the_key(void **state) {
  mtp_auth_key key;
  uint8_t digest[20];
  (void)state;
  make_key(&key);
  hash(EVP_sha1(), key.bytes, 128, key.bytes + 128, 128, digest);
  uint64_t id = 0, aux = 0;
  for (int i = 7; i >= 0; i--) {
    id = id << 8 | digest[12 + i];
    aux = aux << 8 | digest[i];
  }
  assert_true((uint64_t)key.id == id);
  assert_true((uint64_t)key.aux_hash == aux);
}

static void wiping_a_key_leaves_nothing_of_it(void **state) {
  mtp_auth_key key, zero = {0};
  (void)state;
  make_key(&key);
  mtp_auth_key_wipe(&key);
  assert_memory_equal(&key, &zero, sizeof key);
}

/* proves EN-4 */
static void the_message_key_covers_its_part_of_the_key_and_all_of_the_plaintext(void **state) {
  mtp_auth_key key;
  uint8_t plain[96], want[32], got[32];
  (void)state;
  make_key(&key);
  for (size_t i = 0; i < sizeof plain; i++)
    plain[i] = (uint8_t)(i * 7);
  for (size_t x = 0; x <= 8; x += 8) {
    hash(EVP_sha256(), key.bytes + 88 + x, 32, plain, sizeof plain, want);
    assert_ok(mtp_msg_key_large(&key, x ? MTP_FROM_SERVER : MTP_FROM_CLIENT,
                                tl_bytes_of(plain, sizeof plain), got));
    assert_memory_equal(got, want, 32);
  }
}

/* proves EN-5 */
static void version_2_keys_follow_the_formula_on_both_sides(void **state) {
  mtp_auth_key key;
  mtp_message_keys got;
  uint8_t msg_key[16], a[32], b[32];
  (void)state;
  make_key(&key);
  unhex("000102030405060708090a0b0c0d0e0f", msg_key, 16);
  for (size_t x = 0; x <= 8; x += 8) {
    hash(EVP_sha256(), msg_key, 16, key.bytes + x, 36, a);
    hash(EVP_sha256(), key.bytes + 40 + x, 36, msg_key, 16, b);
    assert_ok(mtp_message_keys_v2(&key, x ? MTP_FROM_SERVER : MTP_FROM_CLIENT, msg_key, &got));
    assert_memory_equal(got.key, a, 8);
    assert_memory_equal(got.key + 8, b + 8, 16);
    assert_memory_equal(got.key + 24, a + 24, 8);
    assert_memory_equal(got.iv, b, 8);
    assert_memory_equal(got.iv + 8, a + 8, 16);
    assert_memory_equal(got.iv + 24, b + 24, 8);
  }
}

/* proves PF-4 */
static void version_1_keys_follow_the_formula_on_both_sides(void **state) {
  mtp_auth_key key;
  mtp_message_keys got;
  uint8_t mk[16], a[20], b[20], c[20], d[20], tail[32];
  (void)state;
  make_key(&key);
  unhex("f0e0d0c0b0a090807060504030201000", mk, 16);
  for (size_t x = 0; x <= 8; x += 8) {
    const uint8_t *k = key.bytes + x;
    memcpy(tail, mk, 16);
    memcpy(tail + 16, k + 48, 16);
    hash(EVP_sha1(), mk, 16, k, 32, a);
    hash(EVP_sha1(), k + 32, 16, tail, 32, b);
    hash(EVP_sha1(), k + 64, 32, mk, 16, c);
    hash(EVP_sha1(), mk, 16, k + 96, 32, d);
    assert_ok(mtp_message_keys_v1(&key, x ? MTP_FROM_SERVER : MTP_FROM_CLIENT, mk, &got));
    assert_memory_equal(got.key, a, 8);
    assert_memory_equal(got.key + 8, b + 8, 12);
    assert_memory_equal(got.key + 20, c + 4, 12);
    assert_memory_equal(got.iv, a + 8, 12);
    assert_memory_equal(got.iv + 12, b, 8);
    assert_memory_equal(got.iv + 20, c + 16, 4);
    assert_memory_equal(got.iv + 24, d, 8);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_are_the_two_ends_of_sha1_of_the_key),
      cmocka_unit_test(wiping_a_key_leaves_nothing_of_it),
      cmocka_unit_test(the_message_key_covers_its_part_of_the_key_and_all_of_the_plaintext),
      cmocka_unit_test(version_2_keys_follow_the_formula_on_both_sides),
      cmocka_unit_test(version_1_keys_follow_the_formula_on_both_sides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
