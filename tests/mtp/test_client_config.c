/* The signed configuration: made here with a private key of the tests, opened by the client. */
#include <mt/mt.h>
#include <mtp/session.h>
#include <openssl/evp.h>

#include "crypto/rsa.h"
#include "rsa_pems.h"
#include "support.h"
#include "transport/text.h"
#include <tl/wire.h>

static mtp_session session;

static int set_up(void **state) {
  (void)state;
  mtp_session_init(&session, NULL);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mtp_session_free(&session);
  return 0;
}

typedef struct recipe {
  const char *rules;
  int32_t date, expires;
  bool spoil_hash;
  uint32_t length; /* 0: the true one */
} recipe;

/* Two addresses of data centre 2: one plain, one with a secret. */
static void encode(const recipe *r, uint8_t data[224]) {
  static const uint8_t secret[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  mt_ipPort plain = {.ipv4 = 0x0a010203, .port = 443};
  mt_ipPortSecret hidden = {
      .ipv4 = (int32_t)0xc0a80001, .port = 8443, .secret = {secret, sizeof secret}};
  mt_IpPort ips[2] = {mt_ipPort_box(&plain), mt_ipPortSecret_box(&hidden)};
  mt_accessPointRule rule = {.dc_id = 2, .ips = {ips, 2}};
  rule.phone_prefix_rules = tl_bytes_of(r->rules, strlen(r->rules));
  const mt_accessPointRule *items[1] = {&rule};
  mt_help_configSimple config = {.date = r->date, .expires = r->expires, .rules = {items, 1}};
  tl_object object = mt_help_configSimple_object(&config);
  tl_buffer bytes;
  tl_buffer_init(&bytes, NULL, 0);
  assert_int_equal(tl_encode(&object, &bytes, NULL), TL_OK);
  assert_true(bytes.size + 4 <= 208);
  memset(data, 0x55, 224);
  tl_store32(data, r->length ? r->length : (uint32_t)bytes.size + 4);
  memcpy(data + 4, bytes.data, bytes.size);
  tl_buffer_free(&bytes);
  uint8_t digest[32];
  EVP_Digest(data, 208, digest, NULL, EVP_sha256(), NULL);
  memcpy(data + 208, digest, 16);
  data[208] ^= r->spoil_hash;
}

static void make(const recipe *r, tl_buffer *text) {
  uint8_t data[224], block[256];
  int n = 0;
  encode(r, data);
  memset(block, 0x21, 32); /* below n */
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, block, block + 16);
  EVP_CIPHER_CTX_set_padding(cipher, 0);
  EVP_EncryptUpdate(cipher, block + 32, &n, data, sizeof data);
  EVP_CIPHER_CTX_free(cipher);
  assert_int_equal(n, 224);
  mtp_rsa_key *key;
  assert_ok(mtp_rsa_key_from_pem(pem_private, sizeof pem_private - 1, NULL, &key));
  assert_ok(mtp_rsa_private(key, block, block));
  mtp_rsa_key_free(key);
  tl_buffer_init(text, NULL, 0);
  assert_int_equal(mtp_base64_append(text, block, sizeof block), TL_OK);
  assert_int_equal(text->size, 344);
}

static mtp_status add(const recipe *r, const char *phone, int64_t now) {
  tl_buffer text;
  make(r, &text);
  mtp_status status =
      mtp_session_add_config(&session, (const char *)text.data, text.size, phone, pem_public, now);
  tl_buffer_free(&text);
  return status;
}

/* proves AP-7 */
static void test_addresses_come_first(void **state) {
  (void)state;
  recipe r = {"", 100, 200, false, 0};
  mtp_dc_option before = {.dc = 5, .port = 1, .host = "10.0.0.9"};
  assert_int_equal(mtp_session_add_option(&session, &before), MTP_OK);
  assert_int_equal(add(&r, NULL, 150), MTP_OK);
  assert_int_equal(session.n_options, 3);
  assert_string_equal(session.options[0].host, "10.1.2.3");
  assert_int_equal(session.options[0].dc, 2);
  assert_string_equal(session.options[1].host, "192.168.0.1");
  assert_int_equal(session.options[1].port, 8443);
  assert_int_equal(session.options[1].secret_size, 16);
  assert_true(session.options[1].flags & MTP_DC_TCPO);
  assert_string_equal(session.options[2].host, "10.0.0.9");
  assert_int_equal(add(&r, NULL, 150), MTP_OK); /* the same again: nothing twice */
  assert_int_equal(session.n_options, 3);
}

/* proves AP-7 */
static void test_the_last_addresses_make_room(void **state) {
  (void)state;
  recipe r = {"", 100, 200, false, 0};
  for (uint16_t i = 1; i <= MTP_MAX_OPTIONS; i++) {
    mtp_dc_option option = {.dc = 5, .port = i, .host = "10.0.0.9"};
    assert_int_equal(mtp_session_add_option(&session, &option), MTP_OK);
  }
  assert_int_equal(add(&r, NULL, 150), MTP_OK);
  assert_int_equal(session.n_options, MTP_MAX_OPTIONS);
  assert_string_equal(session.options[0].host, "10.1.2.3");
  assert_int_equal(session.options[2].port, 1);
  assert_int_equal(session.options[MTP_MAX_OPTIONS - 1].port, MTP_MAX_OPTIONS - 2);
}

/* proves AP-7 */
static void test_what_is_not_signed_or_not_current_is_refused(void **state) {
  (void)state;
  recipe r = {"", 100, 200, true, 0};
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.spoil_hash = false;
  assert_int_equal(add(&r, NULL, 99), MTP_ERR_ARGUMENT);
  assert_int_equal(add(&r, NULL, 200), MTP_ERR_ARGUMENT);
  r.length = 7;
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.length = 209;
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.length = 12; /* cut */
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  tl_buffer text;
  r.length = 0;
  make(&r, &text);
  assert_int_equal(
      mtp_session_add_config(&session, (const char *)text.data, text.size, NULL, NULL, 150),
      MTP_ERR_ARGUMENT); /* not Telegram's key */
  assert_int_equal(mtp_session_add_config(&session, (const char *)text.data, text.size - 1, NULL,
                                          pem_public, 150),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_session_add_config(&session, "", 0, NULL, pem_public, 150),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(session.n_options, 0);
  tl_buffer_free(&text);
}

/* proves AP-7 */
static void test_rules_pick_by_number(void **state) {
  (void)state;
  static const struct {
    const char *rules, *phone;
    bool taken;
  } table[] = {
      {"+7", "79991112233", true}, {"+7", "4999", false}, {"+7,-7999", "79991112233", false},
      {"+7,-7999", "78", true},    {"", "1", true},       {"+44,", "1", true},
      {"-1", "1", false},          {"+7", NULL, true},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    recipe r = {table[i].rules, 100, 200, false, 0};
    assert_int_equal(add(&r, table[i].phone, 150), table[i].taken ? MTP_OK : MTP_ERR_ARGUMENT);
  }
}

/* proves AP-7 */
static void test_what_carried_the_text_is_left_out(void **state) {
  (void)state;
  recipe r = {"", 100, 200, false, 0};
  tl_buffer text;
  char wrapped[500];
  size_t n = 0;
  make(&r, &text);
  for (size_t i = 0; i < text.size; i++) {
    if (i % 64 == 0) {
      memcpy(wrapped + n, "\" \"", 3);
      n += 3;
    }
    wrapped[n++] = (char)text.data[i];
  }
  assert_int_equal(mtp_session_add_config(&session, wrapped, n, NULL, pem_public, 0), MTP_OK);
  tl_buffer_free(&text);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_addresses_come_first),
      TEST(test_the_last_addresses_make_room),
      TEST(test_what_is_not_signed_or_not_current_is_refused),
      TEST(test_rules_pick_by_number),
      TEST(test_what_carried_the_text_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
