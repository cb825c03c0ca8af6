/* The signed configuration, made with a private key of the tests. */
#include "config_text.h"

#include <mt/mt.h>
#include <openssl/evp.h>

#include "rsa_pems.h"
#include "rsa_private.h"
#include "support.h"
#include "transport/text.h"
#include <tl/wire.h>

/* Two addresses of data centre 2: one plain, one with a secret. */
static void encode(const config_text *r, uint8_t data[224]) {
  static const uint8_t secret[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  mt_ipPort plain = {.ipv4 = r->ipv4 ? r->ipv4 : 0x0a010203, .port = r->port ? r->port : 443};
  mt_ipPortSecret hidden = {
      .ipv4 = (int32_t)0xc0a80001, .port = 8443, .secret = {secret, sizeof secret}};
  mt_IpPort ips[2] = {mt_ipPort_box(&plain), mt_ipPortSecret_box(&hidden)};
  mt_accessPointRule rule = {.dc_id = r->dc ? r->dc : 2, .ips = {ips, r->port ? 1 : 2}};
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

void config_text_make(const config_text *r, tl_buffer *text) {
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
  rsa_private *key;
  assert_ok(rsa_private_from_pem(pem_private, sizeof pem_private - 1, &key));
  assert_ok(rsa_private_power(key, block, block));
  rsa_private_free(key);
  tl_buffer_init(text, NULL, 0);
  assert_int_equal(mtp_base64_append(text, block, sizeof block), TL_OK);
  assert_int_equal(text->size, 344);
}
