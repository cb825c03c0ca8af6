/* What is secret is compared by OpenSSL's comparison in constant time, over its whole length, and
 * raised to secret powers by its constant-time ladder: the program's calls of both, and of those
 * that take their time, are led through here (--wrap). */
#include "kx_fixture.h"

#include "bind_open.h"
#include "mtproxy.h"
#include "wire_fixture.h"
#include <crypto/secret.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>

int __real_CRYPTO_memcmp(const void *a, const void *b, size_t size);
int __wrap_CRYPTO_memcmp(const void *a, const void *b, size_t size);
int __real_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont);
int __wrap_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont);
int __real_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx);
int __wrap_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx);

static struct {
  const void *a[64], *b[64];
  size_t size[64];
  size_t compared;
  int constant, variable; /* powers */
} seen;

int __wrap_CRYPTO_memcmp(const void *a, const void *b, size_t size) {
  size_t at = seen.compared++ % 64;
  seen.a[at] = a;
  seen.b[at] = b;
  seen.size[at] = size;
  return __real_CRYPTO_memcmp(a, b, size);
}

int __wrap_BN_mod_exp_mont_consttime(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m,
                                     BN_CTX *ctx, BN_MONT_CTX *mont) {
  seen.constant++;
  return __real_BN_mod_exp_mont_consttime(out, a, e, m, ctx, mont);
}

int __wrap_BN_mod_exp(BIGNUM *out, const BIGNUM *a, const BIGNUM *e, const BIGNUM *m, BN_CTX *ctx) {
  seen.variable++;
  return __real_BN_mod_exp(out, a, e, m, ctx);
}

static void forget(void) {
  memset(&seen, 0, sizeof seen);
}

/* Whether those bytes, or with NULL any of that size, were compared. */
static bool compared(const void *what, size_t size) {
  for (size_t i = 0; i < seen.compared && i < 64; i++)
    if (seen.size[i] == size && (!what || seen.a[i] == what || seen.b[i] == what))
      return true;
  return false;
}

static mtp_auth_key sample_auth_key(void) {
  uint8_t raw[256] = {7};
  mtp_auth_key key;
  assert_ok(mtp_auth_key_init(&key, raw));
  return key;
}

/* proves RB-1 */
static void message_keys_are_compared(void **state) {
  (void)state;
  mtp_auth_key key = sample_auth_key();
  mtp_message message = {1, 2, 3, 4, {(const uint8_t *)"body", 4}}, opened;
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  assert_ok(mtp_seal(&key, MTP_FROM_SERVER, &message, MTP_PADDING_BUCKETS, NULL, &packet, NULL));
  forget();
  assert_ok(mtp_open(&key, MTP_FROM_SERVER, false, packet.data, packet.size, &opened, NULL));
  assert_true(compared(packet.data + 8, MTP_MSG_KEY_SIZE));
  tl_buffer_free(&packet);
}

/* proves RB-1 */
static void message_keys_of_binding_are_compared(void **state) {
  (void)state;
  mtp_auth_key key = sample_auth_key();
  mtp_bind bind = {1, 2, 3, 4, 5}, opened;
  uint8_t message[MTP_BIND_SIZE];
  int64_t id;
  assert_ok(mtp_bind_seal(&key, &bind, 4, NULL, message));
  forget();
  assert_ok(bind_open(&key, message, sizeof message, &opened, &id));
  assert_true(compared(message + 8, MTP_MSG_KEY_SIZE));
}

/* proves RB-1 */
static void a_key_exchange_compares_nonces_and_hashes(void **state) {
  kx_fixture *f = *state;
  kx_until_reply(f, 1);
  forget();
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  assert_true(compared(f->kx->nonces.nonce, 16));
  assert_ok(kx_serve(f));
  forget();
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  assert_true(compared(f->kx->nonces.nonce, 16));
  assert_true(compared(f->kx->nonces.server_nonce, 16));
  assert_true(compared(NULL, 20));    /* SHA1 of server_DH_inner_data */
  assert_int_equal(seen.constant, 2); /* g^b and g_a^b */
  assert_int_equal(seen.variable, 0);
  assert_ok(kx_serve(f));
  uint8_t nonce[16];
  memcpy(nonce, f->kx->nonces.nonce, sizeof nonce);
  forget();
  assert_int_equal(kx_take(f), MTP_KX_DONE);
  assert_true(seen.compared >= 3); /* two nonces and new_nonce_hash1 */
  for (size_t i = 0; i < seen.compared; i++)
    assert_int_equal(seen.size[i], 16);
}

/* proves RB-1 */
static void what_rsa_pad_hides_is_compared_with_its_hash(void **state) {
  kx_fixture *f = *state;
  uint8_t out[256], padded[192];
  assert_ok(mtp_rsa_pad_encrypt(f->public_key, tl_bytes_of("data", 4), NULL, out));
  assert_ok(rsa_private_power(f->private_key, out, out));
  forget();
  assert_ok(rsa_pad_open(out, padded));
  assert_true(compared(NULL, 32));
}

/* proves RB-1 */
static void the_answer_of_a_proxy_is_compared_with_its_hmac(void **state) {
  (void)state;
  mtproxy *server;
  mtproxy_link *link;
  mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .host = "proxy.test", .port = 443};
  proxy.secret = faketls_secret("a.b");
  mtproxy_options options = {.secret = proxy.secret};
  mtp_wire_options client = wire_options("abridged", NULL);
  client.proxies = &proxy;
  client.proxy_count = 1;
  client.dc = 2;
  assert_tl_ok(mtproxy_create(&options, &server));
  assert_tl_ok(mtproxy_accept(server, &link));
  mtp_wire *wire = wire_started(&client);
  tl_bytes hello = mtp_wire_output(wire);
  mtproxy_link_recv(link, MTPROXY_CLIENT, FAKETLS_NOW, hello.data, hello.size);
  mtp_wire_written(wire, hello.size);
  tl_bytes reply = mtproxy_link_output(link, MTPROXY_CLIENT);
  forget();
  give(wire, reply.data, reply.size, reply.size);
  assert_int_equal(seen.compared, 1);
  assert_int_equal(seen.size[0], 32);
  expect_event(wire, MTP_WIRE_CONNECTED);
  mtp_wire_destroy(wire);
  mtproxy_link_destroy(link);
  mtproxy_destroy(server);
}

/* proves RB-1 */
static void secret_powers_take_the_constant_time_way(void **state) {
  (void)state;
  const uint8_t *p = mtp_dh_known_prime(), g = 3;
  uint8_t b[256] = {1}, out[256];
  forget();
  assert_ok(mtp_dh_power(&g, 1, b, p, out));
  assert_int_equal(seen.constant, 1);
  assert_int_equal(seen.variable, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(message_keys_are_compared),
      cmocka_unit_test(message_keys_of_binding_are_compared),
      kx_row(a_key_exchange_compares_nonces_and_hashes),
      kx_row(what_rsa_pad_hides_is_compared_with_its_hash),
      cmocka_unit_test(the_answer_of_a_proxy_is_compared_with_its_hmac),
      cmocka_unit_test(secret_powers_take_the_constant_time_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
