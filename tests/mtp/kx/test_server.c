/* The local data centre's half of key exchange: older clients, repetition, and its limits. The
 * client here is written out by hand, so that it can do what ours never does. */
#include "kx_fixture.h"

#include <crypto/hash.h>
#include <crypto/pq.h>

typedef struct raw_client {
  mtp_kx_nonces nonces;
  mtp_message_keys tmp;
  tl_buffer request, reply;
  kx_server_grant grant;
} raw_client;

static void raw_init(raw_client *c) {
  memset(c, 0, sizeof *c);
  tl_buffer_init(&c->request, NULL, 0);
  tl_buffer_init(&c->reply, NULL, 0);
  memset(c->nonces.nonce, 0x11, 16);
  memset(c->nonces.new_nonce, 0x22, 32);
}

static void raw_free(raw_client *c) {
  tl_buffer_free(&c->request);
  tl_buffer_free(&c->reply);
}

static void put(tl_buffer *out, const void *data, size_t size) {
  assert_int_equal(tl_buffer_append(out, data, size), TL_OK);
}

static void put32(tl_buffer *out, uint32_t value) {
  uint8_t bytes[4];
  tl_store32(bytes, value);
  put(out, bytes, 4);
}

static void put_string(tl_buffer *out, const void *data, size_t size) {
  uint8_t head[4] = {(uint8_t)size};
  size_t n = 1;
  if (size > 253) {
    tl_store32(head, (uint32_t)size << 8 | 0xfe);
    n = 4;
  }
  put(out, head, n);
  put(out, data, size);
  put(out, "\0\0\0", (4 - (n + size) % 4) % 4);
}

static mtp_status ask(kx_fixture *f, raw_client *c, int64_t now) {
  tl_buffer_clear(&c->reply);
  return kx_server_recv(f->server, tl_bytes_of(c->request.data, c->request.size), now, &c->reply,
                        &c->grant);
}

static mtp_status ask_pq(kx_fixture *f, raw_client *c, bool multi, int64_t now) {
  tl_buffer_clear(&c->request);
  put32(&c->request, multi ? 0xbe7e8ef1u : 0x60469778u);
  put(&c->request, c->nonces.nonce, 16);
  mtp_status status = ask(f, c, now);
  if (!status) {
    assert_true(tl_load32(c->reply.data) == MTP_KX_ID_RES_PQ);
    assert_memory_equal(c->reply.data + 4, c->nonces.nonce, 16);
    memcpy(c->nonces.server_nonce, c->reply.data + 20, 16);
  }
  return status;
}

static const uint8_t pq[8] = {0x17, 0xed, 0x48, 0x94, 0x1a, 0x08, 0xf9, 0x81};
static const uint8_t p[4] = {0x49, 0x4c, 0x55, 0x3b}, q[4] = {0x53, 0x91, 0x10, 0x73};

static void put_inner(raw_client *c, uint32_t id, tl_buffer *out) {
  put32(out, id);
  put_string(out, pq, 8);
  put_string(out, p, 4);
  put_string(out, q, 4);
  put(out, c->nonces.nonce, 16);
  put(out, c->nonces.server_nonce, 16);
  put(out, c->nonces.new_nonce, 32);
  if (id == 0xa9f55f95u || id == 0x56fddf88u)
    put32(out, 10002);
  if (id == 0x3c6a84d4u || id == 0x56fddf88u)
    put32(out, 3600);
}

/* SHA1(data) | data | random bytes to 255, as clients did before RSA_PAD. */
static void encrypt_old(kx_fixture *f, tl_bytes data, uint8_t out[256]) {
  uint8_t padded[256] = {0};
  assert_ok(mtp_sha1(&data, 1, padded + 1));
  memcpy(padded + 21, data.data, data.size);
  memset(padded + 21 + data.size, 0xab, sizeof padded - 21 - data.size);
  assert_ok(mtp_rsa_public(f->public_key, padded, out));
}

static mtp_status ask_params(kx_fixture *f, raw_client *c, uint32_t id, bool old, int64_t now) {
  uint8_t encrypted[256], fingerprint[8];
  tl_buffer inner;
  tl_buffer_init(&inner, NULL, 0);
  put_inner(c, id, &inner);
  tl_bytes data = tl_bytes_of(inner.data, inner.size);
  if (old)
    encrypt_old(f, data, encrypted);
  else
    assert_ok(mtp_rsa_pad_encrypt(f->public_key, data, &f->client_rng, encrypted));
  tl_buffer_free(&inner);
  tl_store64(fingerprint, (uint64_t)mtp_rsa_key_fingerprint(f->public_key));
  tl_buffer_clear(&c->request);
  put32(&c->request, 0xd712e4beu);
  put(&c->request, c->nonces.nonce, 16);
  put(&c->request, c->nonces.server_nonce, 16);
  put_string(&c->request, p, 4);
  put_string(&c->request, q, 4);
  put(&c->request, fingerprint, 8);
  put_string(&c->request, encrypted, 256);
  return ask(f, c, now);
}

/* Answers with the g_b of b = 2^2047: a number of full size. */
static mtp_status ask_key(kx_fixture *f, raw_client *c, int64_t retry_id, uint8_t b_top,
                          int64_t now) {
  uint8_t b[256] = {b_top}, g = 3, g_b[256], retry[8];
  tl_buffer inner, sealed;
  tl_buffer_init(&inner, NULL, 0);
  tl_buffer_init(&sealed, NULL, 0);
  assert_ok(mtp_dh_power(&g, 1, b, mtp_dh_known_prime(), g_b));
  tl_store64(retry, (uint64_t)retry_id);
  put32(&inner, 0x6643b654u);
  put(&inner, c->nonces.nonce, 16);
  put(&inner, c->nonces.server_nonce, 16);
  put(&inner, retry, 8);
  put_string(&inner, g_b, 256);
  assert_ok(mtp_kx_tmp_keys(&c->nonces, &c->tmp));
  assert_ok(mtp_kx_seal(&c->tmp, tl_bytes_of(inner.data, inner.size), NULL, &sealed));
  tl_buffer_clear(&c->request);
  put32(&c->request, 0xf5045f1fu);
  put(&c->request, c->nonces.nonce, 16);
  put(&c->request, c->nonces.server_nonce, 16);
  put_string(&c->request, sealed.data, sealed.size);
  tl_buffer_free(&inner);
  tl_buffer_free(&sealed);
  return ask(f, c, now);
}

static void start_server(kx_fixture *f) {
  f->server_config.pq = 0x17ed48941a08f981;
  assert_ok(kx_server_new(&f->server_config, &f->server));
}

/* proves KX-3, KX-4 */
static void every_form_of_inner_data_is_taken_under_both_paddings(void **state) {
  static const uint32_t ids[] = {0x83c95aecu, 0xa9f55f95u, 0x3c6a84d4u, 0x56fddf88u};
  kx_fixture *f = *state;
  start_server(f);
  for (int i = 0; i < 8; i++) {
    uint32_t id = ids[i / 2];
    raw_client c;
    raw_init(&c);
    c.nonces.nonce[0] = (uint8_t)i;
    assert_ok(ask_pq(f, &c, i % 2 == 0, SERVER_TIME));
    assert_ok(ask_params(f, &c, id, i % 2 == 1, SERVER_TIME));
    assert_ok(ask_key(f, &c, 0, 0x80, SERVER_TIME));
    assert_true(c.grant.granted);
    assert_int_equal(c.grant.old_padding, i % 2 == 1);
    assert_int_equal(c.grant.temporary, i / 2 >= 2);
    assert_int_equal(c.grant.expires_in, i / 2 >= 2 ? 3600 : 0);
    assert_int_equal(c.grant.dc, i / 2 % 2 ? 10002 : 0);
    assert_true(c.grant.salt == mtp_kx_first_salt(&c.nonces));
    raw_free(&c);
  }
}

/* proves KX-15 */
static void a_repeated_request_gets_the_same_answer_and_no_second_key(void **state) {
  kx_fixture *f = *state;
  raw_client c;
  tl_buffer first;
  start_server(f);
  raw_init(&c);
  tl_buffer_init(&first, NULL, 0);
  for (int step = 0; step < 3; step++) {
    if (step == 0)
      assert_ok(ask_pq(f, &c, true, SERVER_TIME));
    else if (step == 1)
      assert_ok(ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME));
    else
      assert_ok(ask_key(f, &c, 0, 0x80, SERVER_TIME));
    assert_int_equal(c.grant.granted, step == 2);
    tl_buffer_clear(&first);
    put(&first, c.reply.data, c.reply.size);
    assert_ok(ask(f, &c, SERVER_TIME + 500));
    assert_int_equal(c.reply.size, first.size);
    assert_memory_equal(c.reply.data, first.data, first.size);
    assert_false(c.grant.granted);
  }
  tl_buffer_free(&first);
  raw_free(&c);
}

/* proves KX-15 */
static void an_exchange_is_forgotten_after_ten_minutes(void **state) {
  kx_fixture *f = *state;
  raw_client c;
  start_server(f);
  raw_init(&c);
  assert_ok(ask_pq(f, &c, true, SERVER_TIME));
  assert_status(MTP_ERR_REJECTED, ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME + 601));
  assert_ok(ask_pq(f, &c, true, SERVER_TIME));
  assert_ok(ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME + 600));
  raw_free(&c);
}

/* proves RB-4 */
static void no_more_exchanges_are_kept_than_allowed(void **state) {
  kx_fixture *f = *state;
  raw_client first, other;
  f->server_config.max_pending = 3;
  start_server(f);
  raw_init(&first);
  raw_init(&other);
  assert_ok(ask_pq(f, &first, true, SERVER_TIME));
  for (uint8_t i = 0; i < 3; i++) {
    other.nonces.nonce[3] = i;
    assert_ok(ask_pq(f, &other, true, SERVER_TIME));
  }
  assert_status(MTP_ERR_REJECTED, ask_params(f, &first, 0xa9f55f95u, false, SERVER_TIME));
  assert_ok(ask_params(f, &other, 0xa9f55f95u, false, SERVER_TIME));
  raw_free(&first);
  raw_free(&other);
}

/* proves KX-12, KX-13 */
static void a_retry_must_name_the_key_before_it(void **state) {
  kx_fixture *f = *state;
  raw_client c;
  start_server(f);
  raw_init(&c);
  f->exists = 1;
  assert_ok(ask_pq(f, &c, true, SERVER_TIME));
  assert_ok(ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME));
  assert_status(MTP_ERR_REJECTED, ask_key(f, &c, 77, 0x80, SERVER_TIME)); /* none yet */
  assert_ok(ask_pq(f, &c, true, SERVER_TIME + 1));
  assert_ok(ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME));
  assert_ok(ask_key(f, &c, 0, 0x80, SERVER_TIME));
  assert_true(tl_load32(c.reply.data) == MTP_KX_ID_GEN_RETRY);
  assert_false(c.grant.granted);
  assert_status(MTP_ERR_REJECTED, ask_key(f, &c, 0, 0x40, SERVER_TIME));
  raw_free(&c);
}

/* proves KX-15 */
static void malformed_requests_are_rejected_at_every_size(void **state) {
  kx_fixture *f = *state;
  raw_client c;
  start_server(f);
  raw_init(&c);
  assert_ok(ask_pq(f, &c, true, SERVER_TIME));
  assert_ok(ask_params(f, &c, 0xa9f55f95u, false, SERVER_TIME));
  size_t whole = c.request.size;
  assert_true(whole < 512);
  uint8_t copy[512];
  memcpy(copy, c.request.data, whole);
  copy[whole - 300] ^= 1; /* not the repetition of the one before */
  for (size_t size = 0; size < whole; size++) {
    tl_buffer_clear(&c.reply);
    assert_status(MTP_ERR_REJECTED, kx_server_recv(f->server, tl_bytes_of(copy, size), SERVER_TIME,
                                                   &c.reply, &c.grant));
    assert_int_equal(c.reply.size, 0);
  }
  raw_free(&c);
}

static void a_server_needs_a_private_key(void **state) {
  kx_fixture *f = *state;
  kx_server *server;
  rsa_private *key;
  assert_status(MTP_ERR_REJECTED, rsa_private_from_pem(pem_public, strlen(pem_public), &key));
  assert_null(key);
  f->server_config.key = NULL;
  assert_status(MTP_ERR_ARGUMENT, kx_server_new(&f->server_config, &server));
  assert_null(server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      kx_row(every_form_of_inner_data_is_taken_under_both_paddings),
      kx_row(a_repeated_request_gets_the_same_answer_and_no_second_key),
      kx_row(an_exchange_is_forgotten_after_ten_minutes),
      kx_row(no_more_exchanges_are_kept_than_allowed),
      kx_row(a_retry_must_name_the_key_before_it),
      kx_row(malformed_requests_are_rejected_at_every_size),
      kx_row(a_server_needs_a_private_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
