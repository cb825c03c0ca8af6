/* AES-256-CTR as a stream: the vector of NIST SP 800-38A, and pieces against the whole. */
#include "support.h"

#include <crypto/ctr.h>

static const char *const key_hex =
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
static const char *const iv_hex = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
static const char *const plain_hex =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const char *const cipher_hex =
    "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
    "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6";

static void the_nist_vector_comes_out(void **state) {
  uint8_t key[32], iv[16], data[64];
  mtp_ctr ctr;
  (void)state;
  unhex(key_hex, key, 32);
  unhex(iv_hex, iv, 16);
  unhex(plain_hex, data, 64);
  assert_ok(mtp_ctr_init(&ctr, key, iv));
  assert_ok(mtp_ctr_apply(&ctr, data, 64, data));
  assert_hex(data, 64, cipher_hex);
  mtp_ctr_free(&ctr);
}

/* proves TR-10 */
static void it_is_one_stream_however_it_is_cut(void **state) {
  uint8_t key[32], iv[16], plain[64], out[64];
  (void)state;
  unhex(key_hex, key, 32);
  unhex(iv_hex, iv, 16);
  unhex(plain_hex, plain, 64);
  for (size_t step = 1; step <= 33; step++) {
    mtp_ctr ctr;
    assert_ok(mtp_ctr_init(&ctr, key, iv));
    for (size_t at = 0; at < 64; at += step)
      assert_ok(mtp_ctr_apply(&ctr, plain + at, at + step > 64 ? 64 - at : step, out + at));
    assert_ok(mtp_ctr_apply(&ctr, plain, 0, out));
    assert_hex(out, 64, cipher_hex);
    mtp_ctr_free(&ctr);
    mtp_ctr_free(&ctr);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_nist_vector_comes_out),
      cmocka_unit_test(it_is_one_stream_however_it_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
