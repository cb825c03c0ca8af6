/* OpenSSL without memory: what fails for want of it is told as that, not as a key that is none. */
#include <openssl/crypto.h>

#include "crypto/rsa.h"
#include "support.h"

#include "rsa_pems.h"

static unsigned long asked, fail_at;
static bool fail_on;

static bool fails(void) {
  asked++;
  return fail_at && (asked == fail_at || (fail_on && asked > fail_at));
}

static void *take(size_t size, const char *file, int line) {
  (void)file, (void)line;
  return fails() ? NULL : malloc(size);
}

static void *retake(void *ptr, size_t size, const char *file, int line) {
  (void)file, (void)line;
  return fails() ? NULL : realloc(ptr, size);
}

static void give_back(void *ptr, const char *file, int line) {
  (void)file, (void)line;
  free(ptr);
}

static mtp_crypto_status read_key(unsigned long at) {
  mtp_rsa_key *key = NULL;
  asked = 0;
  fail_at = at;
  mtp_crypto_status status = mtp_rsa_key_from_pem(pem_public, sizeof pem_public - 1, NULL, &key);
  fail_at = 0;
  assert_true((key != NULL) == (status == MTP_CRYPTO_OK));
  mtp_rsa_key_free(key);
  return status;
}

/* proves RB-4 */
static void a_good_key_is_never_told_to_be_none(void **state) {
  (void)state;
  assert_int_equal(read_key(0), MTP_CRYPTO_OK); /* what is made once and kept */
  for (int on = 0; on < 2; on++) {
    fail_on = on;
    unsigned failed = 0;
    assert_int_equal(read_key(0), MTP_CRYPTO_OK);
    unsigned long total = asked;
    for (unsigned long at = 1; at <= total; at++) {
      mtp_crypto_status status = read_key(at);
      if (status != MTP_CRYPTO_OK && status != MTP_CRYPTO_NOMEM && status != MTP_CRYPTO_BACKEND)
        fail_msg("allocation %lu of %lu: %s", at, total, mtp_crypto_status_name(status));
      failed += status != MTP_CRYPTO_OK;
    }
    print_message("%u of %lu runs ended without memory\n", failed, total);
  }
}

/* proves RB-4 */
static void what_is_no_key_is_told_with_memory(void **state) {
  (void)state;
  mtp_rsa_key *key = NULL;
  assert_int_equal(mtp_rsa_key_from_pem("nonsense", 8, NULL, &key), MTP_CRYPTO_REJECTED);
  assert_null(key);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_key_is_never_told_to_be_none),
      cmocka_unit_test(what_is_no_key_is_told_with_memory),
  };
  if (!CRYPTO_set_mem_functions(take, retake, give_back))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
