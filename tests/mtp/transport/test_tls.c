/* TLS: wss and https through a terminator made of OpenSSL itself, who is trusted, and what happens
 * when the other side is someone else, stops, or speaks something else. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "wire_fixture.h"

#define NOW     ((int64_t)time(NULL))
#define CA_FILE "test_transport_tls_ca.pem"

/* What the tests need of a certificate: a key that signed itself for dc.test, *.wild.test,
 * 127.0.0.1. */
typedef struct identity {
  EVP_PKEY *key;
  X509 *certificate;
} identity;

static identity mine;

static void add_extension(X509 *certificate, int nid, const char *value) {
  X509V3_CTX ctx;
  X509V3_set_ctx_nodb(&ctx);
  X509V3_set_ctx(&ctx, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
  assert_non_null(extension);
  assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
  X509_EXTENSION_free(extension);
}

/* Valid for `before` seconds until now and for `after` from now on. */
static int make_identity(int64_t before, int64_t after) {
  mine.key = EVP_EC_gen("P-256");
  mine.certificate = X509_new();
  X509 *x = mine.certificate;
  X509_NAME *name = X509_get_subject_name(x);
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), (long)-before);
  X509_gmtime_adj(X509_getm_notAfter(x), (long)after);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_set_pubkey(x, mine.key);
  add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x, NID_subject_alt_name, "DNS:dc.test,DNS:*.wild.test,IP:127.0.0.1");
  assert_true(X509_sign(x, mine.key, EVP_sha256()) > 0);
  FILE *file = fopen(CA_FILE, "w");
  assert_non_null(file);
  assert_int_equal(PEM_write_X509(file, x), 1);
  return fclose(file);
}

static int free_identity(void) {
  EVP_PKEY_free(mine.key);
  X509_free(mine.certificate);
  return remove(CA_FILE);
}

static int setup(void **state) {
  (void)state;
  return make_identity(1000, 1000);
}

static int teardown(void **state) {
  (void)state;
  return free_identity();
}

/* A TLS server that hands what it decrypts to a data centre. */
typedef struct terminator {
  SSL_CTX *ctx;
  SSL *ssl;
  BIO *in, *out;
  dc_wire *dc;
} terminator;

static void terminator_open(terminator *t, int max_version) {
  dc_wire_options options = {.allocator = NULL};
  assert_tl_ok(dc_wire_create(&options, &t->dc));
  t->ctx = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(t->ctx, mine.certificate);
  SSL_CTX_use_PrivateKey(t->ctx, mine.key);
  SSL_CTX_set_min_proto_version(t->ctx, TLS1_VERSION);
  SSL_CTX_set_security_level(t->ctx, 0);
  SSL_CTX_set_max_proto_version(t->ctx, max_version);
  t->ssl = SSL_new(t->ctx);
  t->in = BIO_new(BIO_s_mem());
  t->out = BIO_new(BIO_s_mem());
  SSL_set_bio(t->ssl, t->in, t->out);
  SSL_set_accept_state(t->ssl);
}

static void terminator_close(terminator *t) {
  SSL_free(t->ssl);
  SSL_CTX_free(t->ctx);
  dc_wire_destroy(t->dc);
  ERR_clear_error();
}

static void terminator_work(terminator *t) {
  uint8_t plain[4096];
  int n;
  while ((n = SSL_read(t->ssl, plain, sizeof plain)) > 0)
    dc_wire_recv(t->dc, plain, (size_t)n);
  tl_bytes out = dc_wire_output(t->dc);
  if (out.size && SSL_write(t->ssl, out.data, (int)out.size) > 0)
    dc_wire_written(t->dc, out.size);
}

/* Moves bytes in pieces until nothing moves. */
static void pump_tls(mtp_wire *client, terminator *t, size_t step) {
  bool moved = true;
  while (moved) {
    uint8_t piece[4096];
    tl_bytes out = mtp_wire_output(client);
    size_t n = out.size < step ? out.size : step;
    moved = n > 0;
    if (n)
      BIO_write(t->in, out.data, (int)n);
    mtp_wire_written(client, n);
    terminator_work(t);
    int got = BIO_read(t->out, piece, (int)(step < sizeof piece ? step : sizeof piece));
    if (got > 0)
      mtp_wire_recv(client, piece, (size_t)got);
    moved = moved || got > 0;
  }
}

static mtp_tls *trusting(const char *file, bool insecure) {
  mtp_tls_options options = {.ca_file = file, .insecure = insecure};
  mtp_failure failure = {.kind = MTP_OK};
  mtp_tls *tls = NULL;
  if (!mtp_tls_create(&options, &tls, &failure))
    fail_msg("%s", failure.text);
  return tls;
}

static mtp_wire *open_tls(const char *transport, const char *host, const mtp_tls *tls,
                          int64_t unix_time) {
  mtp_wire_options options = wire_options(transport, NULL);
  mtp_wire *wire = NULL;
  options.host = host;
  options.tls = tls;
  assert_int_equal(mtp_wire_create(&options, &wire, NULL), MTP_OK);
  mtp_wire_start(wire, 0, unix_time);
  return wire;
}

static void exchange(mtp_wire *client, terminator *t, size_t size, size_t step) {
  uint8_t *packet = packet_new(size, 1);
  assert_tl_ok(mtp_wire_send(client, tl_bytes_of(packet, size), false));
  pump_tls(client, t, step);
  dc_wire_event got = expect_server_event(t->dc, DC_WIRE_PACKET);
  assert_int_equal(got.packet.size, size);
  assert_memory_equal(got.packet.data, packet, size);
  assert_tl_ok(dc_wire_send(t->dc, got.packet));
  pump_tls(client, t, step);
  mtp_wire_event event = expect_event(client, MTP_WIRE_PACKET);
  assert_int_equal(event.packet.size, size);
  assert_memory_equal(event.packet.data, packet, size);
  free(packet);
}

/* proves TR-14 */
static void wss_and_https_carry_packets_in_pieces_of_every_size(void **state) {
  static const char *const names[] = {"wss", "https"};
  static const size_t steps[] = {1, 100, 4096};
  static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
  (void)state;
  mtp_tls *tls = trusting(CA_FILE, false);
  for (size_t i = 0; i < 12; i++) {
    terminator t;
    terminator_open(&t, versions[i / 6]);
    mtp_wire *client = open_tls(names[i % 2], "dc.test", tls, NOW);
    pump_tls(client, &t, steps[i / 2 % 3]);
    expect_event(client, MTP_WIRE_CONNECTED);
    for (size_t size = 24; size < 70000; size = size * 5 / 4 * 4)
      exchange(client, &t, size, steps[i / 2 % 3]);
    assert_string_equal(SSL_get_servername(t.ssl, TLSEXT_NAMETYPE_host_name), "dc.test");
    mtp_wire_destroy(client);
    terminator_close(&t);
  }
  mtp_tls_destroy(tls);
}

static mtp_failure refusal(const char *host, const mtp_tls *tls, int64_t now, mtp_cause kind) {
  terminator t;
  terminator_open(&t, TLS1_3_VERSION);
  mtp_wire *client = open_tls("wss", host, tls, now);
  pump_tls(client, &t, 1000);
  expect_server_event(t.dc, DC_WIRE_NONE);
  assert_string_equal(dc_wire_transport(t.dc), "unknown");
  mtp_failure failure = expect_failure(client, kind);
  mtp_wire_destroy(client);
  terminator_close(&t);
  return failure;
}

static void acceptance(const char *host, const mtp_tls *tls, int64_t now) {
  terminator t;
  terminator_open(&t, TLS1_3_VERSION);
  mtp_wire *client = open_tls("https", host, tls, now);
  pump_tls(client, &t, 1000);
  expect_event(client, MTP_WIRE_CONNECTED);
  mtp_wire_destroy(client);
  terminator_close(&t);
}

/* proves TR-14 */
static void the_certificate_must_be_trusted_valid_now_and_for_this_host(void **state) {
  (void)state;
  mtp_tls *tls = trusting(CA_FILE, false);
  acceptance("dc.test", tls, NOW);
  acceptance("127.0.0.1", tls, NOW);
  acceptance("a.wild.test", tls, NOW);
  refusal("other.test", tls, NOW, MTP_FAIL_CERTIFICATE);
  refusal("127.0.0.2", tls, NOW, MTP_FAIL_CERTIFICATE);
  refusal("a.b.wild.test", tls, NOW, MTP_FAIL_CERTIFICATE);
  mtp_tls_destroy(tls);
}

/* With a certificate that holds at other times, whatever time the server says it is. */
static void validity(int64_t before, int64_t after, int code) {
  static const int64_t years[] = {0, 315360000, -315360000};
  free_identity();
  assert_int_equal(make_identity(before, after), 0);
  mtp_tls *tls = trusting(CA_FILE, false);
  for (size_t i = 0; i < 3; i++) {
    if (code)
      assert_int_equal(refusal("dc.test", tls, NOW + years[i], MTP_FAIL_CERTIFICATE).code, code);
    else
      acceptance("dc.test", tls, NOW + years[i]);
  }
  mtp_tls_destroy(tls);
}

/* proves TB-5 */
static void certificates_are_checked_at_the_time_of_the_system(void **state) {
  (void)state;
  validity(2000, -1000, X509_V_ERR_CERT_HAS_EXPIRED);
  validity(-1000, 2000, X509_V_ERR_CERT_NOT_YET_VALID);
  validity(1000, 1000, 0);
}

/* proves TR-14 */
static void by_default_only_the_authorities_of_the_system_are_trusted(void **state) {
  (void)state;
  refusal("dc.test", NULL, NOW, MTP_FAIL_CERTIFICATE);
}

static void verification_can_be_switched_off(void **state) {
  (void)state;
  mtp_tls *tls = trusting(NULL, true);
  acceptance("other.test", tls, NOW + 2000);
  mtp_tls_destroy(tls);
}

static void a_missing_or_broken_authority_file_is_told(void **state) {
  (void)state;
  mtp_tls_options options = {.ca_file = "no-such-file.pem"};
  mtp_failure failure = {.kind = MTP_OK};
  mtp_tls *tls = NULL;
  assert_false(mtp_tls_create(&options, &tls, &failure));
  assert_int_equal(failure.kind, MTP_FAIL_TLS);
  assert_null(tls);
}

static void old_versions_of_tls_are_refused(void **state) {
  (void)state;
  terminator t;
  mtp_tls *tls = trusting(CA_FILE, false);
  terminator_open(&t, TLS1_1_VERSION);
  mtp_wire *client = open_tls("wss", "dc.test", tls, NOW);
  pump_tls(client, &t, 1000);
  expect_failure(client, MTP_FAIL_TLS);
  mtp_wire_destroy(client);
  terminator_close(&t);
  mtp_tls_destroy(tls);
}

/* proves TR-14 */
static void a_server_that_does_not_speak_tls_is_told(void **state) {
  static const char *const answers[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
                                        "\x15\x03\x03\x00\x02\x02\x28", "\x05\x00zzzzzzzzzzzzzzzz"};
  static const size_t sizes[] = {28, 7, 18};
  (void)state;
  for (size_t i = 0; i < 3; i++)
    for (size_t step = 1; step < 30; step += 28) {
      mtp_wire *client = open_tls("wss", "dc.test", NULL, NOW);
      mtp_wire_written(client, mtp_wire_output(client).size);
      give(client, answers[i], sizes[i], step);
      expect_failure(client, MTP_FAIL_TLS);
      mtp_wire_destroy(client);
    }
}

/* The client's first bytes, the server's answer to them cut at every byte. */
/* proves TR-14 */
static void a_handshake_cut_anywhere_ends_in_a_failure(void **state) {
  (void)state;
  mtp_tls *tls = trusting(CA_FILE, false);
  for (size_t cut = 0; cut < 400; cut += 7) {
    terminator t;
    uint8_t answer[4096];
    terminator_open(&t, TLS1_3_VERSION);
    mtp_wire *client = open_tls("wss", "dc.test", tls, NOW);
    tl_bytes out = mtp_wire_output(client);
    BIO_write(t.in, out.data, (int)out.size);
    terminator_work(&t);
    int n = BIO_read(t.out, answer, sizeof answer);
    assert_true(n > 400);
    give(client, answer, cut, 5);
    mtp_wire_eof(client);
    mtp_failure failure = expect_failure(client, MTP_FAIL_CLOSED);
    assert_non_null(strstr(failure.text, "TLS"));
    mtp_wire_destroy(client);
    terminator_close(&t);
  }
  mtp_tls_destroy(tls);
}

/* proves TR-14 */
static void altered_records_fail_the_wire(void **state) {
  (void)state;
  terminator t;
  mtp_tls *tls = trusting(CA_FILE, false);
  terminator_open(&t, TLS1_3_VERSION);
  mtp_wire *client = open_tls("https", "dc.test", tls, NOW);
  pump_tls(client, &t, 1000);
  expect_event(client, MTP_WIRE_CONNECTED);
  uint8_t record[256];
  SSL_write(t.ssl, "HTTP/1.1 200 OK\r\n", 17);
  int n = BIO_read(t.out, record, sizeof record);
  assert_true(n > 17);
  record[n - 1] ^= 1;
  mtp_wire_recv(client, record, (size_t)n);
  expect_failure(client, MTP_FAIL_TLS);
  mtp_wire_destroy(client);
  terminator_close(&t);
  mtp_tls_destroy(tls);
}

/* proves TR-14 */
static void both_sides_say_goodbye(void **state) {
  (void)state;
  terminator t;
  uint8_t rest[16];
  mtp_tls *tls = trusting(CA_FILE, false);
  terminator_open(&t, TLS1_3_VERSION);
  mtp_wire *client = open_tls("https", "dc.test", tls, NOW);
  pump_tls(client, &t, 1000);
  expect_event(client, MTP_WIRE_CONNECTED);
  mtp_wire_close(client);
  tl_bytes out = mtp_wire_output(client);
  BIO_write(t.in, out.data, (int)out.size);
  assert_int_equal(SSL_get_error(t.ssl, SSL_read(t.ssl, rest, 16)), SSL_ERROR_ZERO_RETURN);
  mtp_wire_destroy(client);
  terminator_close(&t);

  terminator_open(&t, TLS1_3_VERSION);
  client = open_tls("https", "dc.test", tls, NOW);
  pump_tls(client, &t, 1000);
  expect_event(client, MTP_WIRE_CONNECTED);
  SSL_shutdown(t.ssl);
  pump_tls(client, &t, 1000);
  expect_failure(client, MTP_FAIL_CLOSED);
  mtp_wire_destroy(client);
  terminator_close(&t);
  mtp_tls_destroy(tls);
}

/* A client through an HTTPS proxy that answers CONNECT with that, and then perhaps closes. */
static mtp_wire *through_https_proxy(terminator *t, const mtp_tls *tls, const char *answer,
                                     bool close) {
  uint8_t data[4096];
  mtp_proxy proxy;
  assert_tl_ok(mtp_proxy_parse("https://u:p@dc.test:3129", 24, &proxy, NULL));
  terminator_open(t, TLS1_3_VERSION);
  mtp_wire_options options = wire_options("intermediate", NULL);
  options.host = "1.2.3.4";
  options.proxies = &proxy;
  options.proxy_count = 1;
  options.tls = tls;
  mtp_wire *client = wire_started(&options);
  for (int i = 0; i < 3; i++) { /* hello; finished; CONNECT comes with it */
    tl_bytes out = mtp_wire_output(client);
    if (out.size)
      BIO_write(t->in, out.data, (int)out.size);
    mtp_wire_written(client, out.size);
    int n = SSL_read(t->ssl, data, sizeof data - 1);
    if (n > 0) {
      data[n] = 0;
      assert_memory_equal(data, "CONNECT 1.2.3.4:443 HTTP/1.1\r\n", 30);
      assert_non_null(strstr((char *)data, "Proxy-Authorization: Basic dTpw\r\n"));
      SSL_write(t->ssl, answer, (int)strlen(answer));
      if (close)
        SSL_shutdown(t->ssl);
    }
    n = BIO_read(t->out, data, sizeof data);
    if (n > 0)
      give(client, data, (size_t)n, close ? (size_t)n : 100);
  }
  return client;
}

/* proves TR-15 */
static void an_https_proxy_is_spoken_to_over_tls(void **state) {
  (void)state;
  terminator t;
  mtp_tls *tls = trusting(CA_FILE, false);
  mtp_wire *client = through_https_proxy(&t, tls, "HTTP/1.1 200 OK\r\n\r\n", false);
  expect_event(client, MTP_WIRE_CONNECTED);
  mtp_wire_destroy(client);
  terminator_close(&t);
  mtp_tls_destroy(tls);
}

/* proves TR-15 */
static void a_certificate_that_is_not_trusted_is_the_proxys(void **state) {
  (void)state;
  terminator t;
  mtp_wire *client = through_https_proxy(&t, NULL, "HTTP/1.1 200 OK\r\n\r\n", false);
  assert_true(mtp_wire_at_proxy(client));
  assert_non_null(strstr(expect_failure(client, MTP_FAIL_CERTIFICATE).text, "of the proxy"));
  mtp_wire_destroy(client);
  terminator_close(&t);
}

/* proves TR-15 */
static void what_an_https_proxy_says_before_it_closes_counts(void **state) {
  (void)state;
  terminator t;
  mtp_tls *tls = trusting(CA_FILE, false);
  mtp_wire *client = through_https_proxy(&t, tls, "HTTP/1.1 407 No\r\n\r\n", true);
  expect_failure(client, MTP_FAIL_PROXY_AUTH);
  mtp_wire_destroy(client);
  terminator_close(&t);
  client = through_https_proxy(&t, tls, "HTTP/1.1 ", true);
  expect_failure(client, MTP_FAIL_CLOSED);
  mtp_wire_destroy(client);
  terminator_close(&t);
  mtp_tls_destroy(tls);
}

/* proves RB-4 */
static void every_allocation_of_ours_under_tls_may_fail(void **state) {
  (void)state;
  mtp_tls *tls = trusting(CA_FILE, false);
  bool through = false;
  for (size_t fail_at = 1; !through; fail_at++) {
    counting_allocator counting;
    terminator t;
    counting_init(&counting, fail_at);
    terminator_open(&t, TLS1_3_VERSION);
    mtp_wire_options options = wire_options("wss", NULL);
    options.tls = tls;
    options.allocator = &counting.allocator;
    mtp_wire *client = NULL;
    if (mtp_wire_create(&options, &client, NULL) == MTP_OK) {
      mtp_wire_event event;
      mtp_wire_start(client, 0, NOW);
      pump_tls(client, &t, 1000);
      through = mtp_wire_next(client, &event) == MTP_WIRE_CONNECTED &&
                mtp_wire_send(client, tl_bytes_of("abcd", 4), false) == MTP_OK;
      if (event.kind == MTP_WIRE_FAILED)
        assert_int_equal(event.failure->kind, MTP_ERR_NOMEM);
    }
    mtp_wire_destroy(client);
    terminator_close(&t);
    assert_int_equal(counting.live_bytes, 0);
    assert_true(fail_at < 100);
  }
  mtp_tls_destroy(tls);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wss_and_https_carry_packets_in_pieces_of_every_size),
      cmocka_unit_test(the_certificate_must_be_trusted_valid_now_and_for_this_host),
      cmocka_unit_test(certificates_are_checked_at_the_time_of_the_system),
      cmocka_unit_test(by_default_only_the_authorities_of_the_system_are_trusted),
      cmocka_unit_test(verification_can_be_switched_off),
      cmocka_unit_test(a_missing_or_broken_authority_file_is_told),
      cmocka_unit_test(old_versions_of_tls_are_refused),
      cmocka_unit_test(a_server_that_does_not_speak_tls_is_told),
      cmocka_unit_test(a_handshake_cut_anywhere_ends_in_a_failure),
      cmocka_unit_test(altered_records_fail_the_wire),
      cmocka_unit_test(both_sides_say_goodbye),
      cmocka_unit_test(an_https_proxy_is_spoken_to_over_tls),
      cmocka_unit_test(a_certificate_that_is_not_trusted_is_the_proxys),
      cmocka_unit_test(what_an_https_proxy_says_before_it_closes_counts),
      cmocka_unit_test(every_allocation_of_ours_under_tls_may_fail),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
