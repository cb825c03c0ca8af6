/* Bytes as the signed configuration that Telegram publishes elsewhere: as its text, or as what is
 * inside one that is sealed and signed as it should be, with a phone number. What is refused leaves
 * the session as it was; what is taken is addresses that can be used. */
#include "fuzz.h"

#include <mtp/session.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <transport/text.h>

#include "config_text.h"
#include "input.h"
#include "rsa_pems.h"
#include "rsa_private.h"

enum { KEY = 32, HASHED = 208, HASH = 16, SEALED = HASHED + HASH, NOW = 1800000000 };

/* Encrypts, signs and writes 208 bytes as text. */
static void seal(const uint8_t hashed[HASHED], tl_buffer *text) {
  static rsa_private *key;
  uint8_t data[SEALED], digest[EVP_MAX_MD_SIZE], block[MTP_RSA_SIZE];
  int n = 0;
  if (!key)
    FUZZ_CHECK(!rsa_private_from_pem(pem_private, strlen(pem_private), &key));
  memcpy(data, hashed, HASHED);
  FUZZ_CHECK(EVP_Digest(hashed, HASHED, digest, NULL, EVP_sha256(), NULL) == 1);
  memcpy(data + HASHED, digest, HASH);
  memset(block, 0x21, KEY); /* below n */
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  FUZZ_CHECK(EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, block, block + HASH) == 1 &&
             EVP_CIPHER_CTX_set_padding(cipher, 0) == 1 &&
             EVP_EncryptUpdate(cipher, block + KEY, &n, data, SEALED) == 1 && n == SEALED);
  EVP_CIPHER_CTX_free(cipher);
  FUZZ_CHECK(rsa_private_power(key, block, block) == MTP_OK &&
             mtp_base64_append(text, block, sizeof block) == TL_OK);
}

static void take(const char *text, size_t size, const char *phone, int64_t now) {
  mtp_session session;
  mtp_session_init(&session, NULL);
  session.home_dc = 2;
  mtp_status status = mtp_session_add_config(&session, text, size, phone, pem_public, now);
  FUZZ_CHECK((status == MTP_OK) == (session.n_options != 0));
  FUZZ_CHECK(session.home_dc == 2 && session.n_keys == 0);
  for (size_t i = 0; i < session.n_options; i++) {
    const mtp_dc_option *option = &session.options[i];
    FUZZ_CHECK(option->dc > 0 && option->dc <= MTP_DC_MAX && option->port && option->host[0]);
    FUZZ_CHECK(option->secret_size <= sizeof option->secret);
  }
  mtp_session_free(&session);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint8_t what = input_u8(&in), hashed[HASHED] = {0};
  char phone[16] = "";
  tl_bytes digits = input_bytes(&in, what >> 4);
  tl_buffer text;
  memcpy(phone, digits.data, digits.size);
  tl_buffer_init(&text, NULL, 0);
  int64_t now = what & 2 ? NOW : 0;
  if (what & 1) {
    tl_bytes inner = input_bytes(&in, HASHED);
    memcpy(hashed, inner.data, inner.size);
    seal(hashed, &text);
    take((const char *)text.data, text.size, phone, now);
  } else {
    take((const char *)in.data, in.left, what & 4 ? NULL : phone, now);
  }
  tl_buffer_free(&text);
  return 0;
}

/* What config_text_make() seals, opened again. */
static void open_text(const tl_buffer *text, uint8_t out[SEALED]) {
  uint8_t block[MTP_RSA_SIZE];
  size_t got;
  int n = 0;
  mtp_rsa_key *key;
  FUZZ_CHECK(mtp_base64_decode((const char *)text->data, text->size, block, sizeof block, &got));
  FUZZ_CHECK(!mtp_rsa_key_from_pem(pem_public, strlen(pem_public), NULL, &key) &&
             !mtp_rsa_public(key, block, block));
  mtp_rsa_key_free(key);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  FUZZ_CHECK(EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, block, block + HASH) == 1 &&
             EVP_CIPHER_CTX_set_padding(cipher, 0) == 1 &&
             EVP_DecryptUpdate(cipher, out, &n, block + KEY, SEALED) == 1);
  EVP_CIPHER_CTX_free(cipher);
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const rules[] = {"", "+7,-7952", "-4", "+49,+1", ","};
  config_text source = {.rules = rules[seed >> 8 & 3],
                        .date = NOW - 10,
                        .expires = NOW + (seed & 64 ? -5 : 1000),
                        .port = seed & 128 ? 80 : 0};
  tl_buffer text;
  uint8_t data[SEALED];
  fuzz_output o = {out, 0, room};
  config_text_make(&source, &text);
  output_u8(&o, (unsigned)(seed & 7) | 5u << 4);
  output_bytes(&o, seed & 32 ? "79521" : "49301", 5);
  if (seed & 1) {
    open_text(&text, data);
    output_bytes(&o, data, HASHED);
  } else {
    output_bytes(&o, text.data, text.size);
  }
  tl_buffer_free(&text);
  return o.size;
}
