/* The binding message of a temporary key, under MTProto 1.0. */
#include "support.h"

#include "bind_open.h"
#include <openssl/evp.h>
#include <tl/wire.h>

typedef struct fixture {
  mtp_auth_key permanent;
  fake_rng fake;
  mtp_rng rng;
  mtp_bind bind;
  uint8_t message[MTP_BIND_SIZE];
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  uint8_t bytes[256];
  if (!f)
    return -1;
  f->fake = fake_rng_of(NULL, 0);
  f->rng = fake_rng_view(&f->fake);
  fake_rng_fill(&f->fake, bytes, sizeof bytes);
  if (mtp_auth_key_init(&f->permanent, bytes))
    return -1;
  f->bind = (mtp_bind){1, 2, f->permanent.id, 0x7fffffffffffffff, 1900000000};
  *state = f;
  return 0;
}

static int teardown(void **state) {
  free(*state);
  return 0;
}

/* proves PF-3 */
static void the_server_reads_what_the_client_bound(void **state) {
  fixture *f = *state;
  mtp_bind got;
  int64_t id = 0;
  assert_ok(mtp_bind_seal(&f->permanent, &f->bind, 0x6000000000000004, &f->rng, f->message));
  assert_true((int64_t)tl_load64(f->message) == f->permanent.id);
  assert_ok(bind_open(&f->permanent, f->message, sizeof f->message, &got, &id));
  assert_true(got.nonce == 1 && got.temp_auth_key_id == 2);
  assert_true(got.perm_auth_key_id == f->permanent.id);
  assert_true(got.temp_session_id == 0x7fffffffffffffff && got.expires_at == 1900000000);
  assert_true(id == 0x6000000000000004);
}

/* The plaintext, decrypted by the formulas rather than by bind_open(). */
/* proves PF-3, PF-4 */
static void the_plaintext_is_laid_out_as_specified(void **state) {
  fixture *f = *state;
  mtp_message_keys keys;
  uint8_t plain[80];
  assert_ok(mtp_bind_seal(&f->permanent, &f->bind, 4, &f->rng, f->message));
  assert_ok(mtp_message_keys_v1(&f->permanent, MTP_FROM_CLIENT, f->message + 8, &keys));
  assert_ok(mtp_ige_decrypt(keys.key, keys.iv, f->message + 24, 80, plain));
  assert_hex(plain + 16, 24,
             "04000000000000000000000028000000"
             "65f7a375"
             "01000000");
  assert_true(tl_load32(plain + 68) == 1900000000);
  uint8_t hash[20]; /* msg_key: of all but the padding */
  assert_int_equal(EVP_Digest(plain, 72, hash, NULL, EVP_sha1(), NULL), 1);
  assert_memory_equal(f->message + 8, hash + 4, 16);
}

/* proves PF-3 */
static void every_changed_bit_is_rejected(void **state) {
  fixture *f = *state;
  mtp_bind got;
  int64_t id;
  assert_ok(mtp_bind_seal(&f->permanent, &f->bind, 4, &f->rng, f->message));
  for (size_t bit = 0; bit < 8 * (MTP_BIND_SIZE - 16); bit++) {
    f->message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_status(MTP_ERR_REJECTED,
                  bind_open(&f->permanent, f->message, sizeof f->message, &got, &id));
    f->message[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  assert_ok(bind_open(&f->permanent, f->message, sizeof f->message, &got, &id));
}

static void other_sizes_are_rejected(void **state) {
  fixture *f = *state;
  uint8_t longer[MTP_BIND_SIZE + 16] = {0};
  mtp_bind got;
  int64_t id;
  assert_ok(mtp_bind_seal(&f->permanent, &f->bind, 4, &f->rng, longer));
  for (size_t size = 0; size <= sizeof longer; size++)
    assert_status(size == MTP_BIND_SIZE ? MTP_OK : MTP_ERR_REJECTED,
                  bind_open(&f->permanent, longer, size, &got, &id));
}

/* proves RB-3 */
static void without_randomness_nothing_is_bound(void **state) {
  fixture *f = *state;
  for (int call = 0; call < 2; call++) {
    f->fake.calls = 0;
    f->fake.fail_after = call;
    assert_status(MTP_ERR_RANDOM, mtp_bind_seal(&f->permanent, &f->bind, 4, &f->rng, f->message));
  }
}

#define row(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      row(the_server_reads_what_the_client_bound), row(the_plaintext_is_laid_out_as_specified),
      row(every_changed_bit_is_rejected),          row(other_sizes_are_rejected),
      row(without_randomness_nothing_is_bound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
