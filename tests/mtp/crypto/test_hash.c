/* Digests and HMAC against published vectors (FIPS 180, RFC 4231). */
#include "support.h"

#include <crypto/hash.h>
#include <crypto/secret.h>

static tl_bytes text(const char *s) {
  return tl_bytes_of(s, strlen(s));
}

static void digests_match_the_published_vectors(void **state) {
  uint8_t out[64];
  tl_bytes abc = text("abc");
  (void)state;
  assert_ok(mtp_sha1(&abc, 1, out));
  assert_hex(out, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
  assert_ok(mtp_sha256(&abc, 1, out));
  assert_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void pieces_hash_like_the_whole(void **state) {
  uint8_t whole[32], pieces[32];
  tl_bytes one = text("one after another"), none[1];
  tl_bytes three[] = {text("one "), {NULL, 0}, text("after "), text("another")};
  (void)state;
  assert_ok(mtp_sha256(&one, 1, whole));
  assert_ok(mtp_sha256(three, 4, pieces));
  assert_memory_equal(whole, pieces, 32);
  assert_ok(mtp_sha256(none, 0, whole));
  assert_hex(whole, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac_matches_rfc_4231(void **state) {
  uint8_t out[32], long_key[131];
  tl_bytes data[] = {text("what do ya want "), text("for nothing?")};
  (void)state;
  assert_ok(mtp_hmac_sha256(text("Jefe"), data, 2, out));
  assert_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  memset(long_key, 0xaa, sizeof long_key);
  data[0] = text("Test Using Larger Than Block-Size Key - Hash Key First");
  assert_ok(mtp_hmac_sha256(tl_bytes_of(long_key, sizeof long_key), data, 1, out));
  assert_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* hmac-sha256 of nothing under no key, from the definition */
static void hmac_takes_an_empty_key(void **state) {
  uint8_t out[32];
  (void)state;
  assert_ok(mtp_hmac_sha256(text(""), NULL, 0, out));
  assert_hex(out, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  assert_ok(mtp_hmac_sha256((tl_bytes){NULL, 0}, NULL, 0, out));
  assert_hex(out, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* Every length around the blocks of SHA-256. */
static void both_ways_of_hashing_agree(void **state) {
  uint8_t bytes[300], one[32], other[32];
  fake_rng fake = fake_rng_of(NULL, 0);
  (void)state;
  fake_rng_fill(&fake, bytes, sizeof bytes);
  for (size_t size = 0; size < sizeof bytes; size++) {
    tl_bytes parts[2] = {tl_bytes_of(bytes, size / 3),
                         tl_bytes_of(bytes + size / 3, size - size / 3)};
    assert_ok(mtp_sha256(parts, 2, one));
    assert_ok(mtp_sha256_evp(parts, 2, other));
    assert_memory_equal(one, other, 32);
  }
}

/* proves RB-1 */
static void comparison_sees_a_difference_in_every_byte(void **state) {
  uint8_t a[32] = {0}, b[32] = {0};
  (void)state;
  assert_true(mtp_equal(a, b, sizeof a));
  for (size_t i = 0; i < sizeof a; i++) {
    b[i] = 0x80;
    assert_false(mtp_equal(a, b, sizeof a));
    b[i] = 0;
  }
}

static void wiping_leaves_nothing(void **state) {
  uint8_t secret[48], zero[48] = {0};
  (void)state;
  memset(secret, 0x5a, sizeof secret);
  mtp_wipe(secret, sizeof secret);
  assert_memory_equal(secret, zero, sizeof secret);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(digests_match_the_published_vectors),
      cmocka_unit_test(pieces_hash_like_the_whole),
      cmocka_unit_test(hmac_matches_rfc_4231),
      cmocka_unit_test(hmac_takes_an_empty_key),
      cmocka_unit_test(both_ways_of_hashing_agree),
      cmocka_unit_test(comparison_sees_a_difference_in_every_byte),
      cmocka_unit_test(wiping_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
