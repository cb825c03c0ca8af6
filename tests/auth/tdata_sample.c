/* Files of tdata, made from the description of the format. */
#include "tdata_sample.h"

#include <openssl/evp.h>

static const uint8_t salt[32] = "thirty-two bytes of salt, surely";

static void hash(const EVP_MD *md, const bytes *b, uint8_t *out) {
  assert_true(EVP_Digest(b->data, b->size, out, NULL, md, NULL));
}

void tdata_seal(bytes *out, const bytes *data, const uint8_t local[256]) {
  bytes plain = {.size = 0}, a = {.size = 0}, b = {.size = 0}, c = {.size = 0}, d = {.size = 0};
  uint8_t sha[20], ha[20], hb[20], hc[20], hd[20], key[32], iv[32];
  put_le(&plain, data->size + 4, 4);
  put_raw(&plain, data->data, data->size);
  while (plain.size % 16)
    put_le(&plain, 0, 1);
  hash(EVP_sha1(), &plain, sha);
  put_raw(&a, sha, 16);
  put_raw(&a, local + 8, 32);
  put_raw(&b, local + 40, 16);
  put_raw(&b, sha, 16);
  put_raw(&b, local + 56, 16);
  put_raw(&c, local + 72, 32);
  put_raw(&c, sha, 16);
  put_raw(&d, sha, 16);
  put_raw(&d, local + 104, 32);
  hash(EVP_sha1(), &a, ha);
  hash(EVP_sha1(), &b, hb);
  hash(EVP_sha1(), &c, hc);
  hash(EVP_sha1(), &d, hd);
  memcpy(key, ha, 8), memcpy(key + 8, hb + 8, 12), memcpy(key + 20, hc + 4, 12);
  memcpy(iv, ha + 8, 12), memcpy(iv + 12, hb, 8), memcpy(iv + 20, hc + 16, 4);
  memcpy(iv + 24, hd, 8);
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  assert_true(EVP_EncryptInit_ex(ctx, EVP_aes_256_ecb(), NULL, key, NULL));
  EVP_CIPHER_CTX_set_padding(ctx, 0);
  put_be(out, 16 + plain.size, 4);
  put_raw(out, sha, 16);
  const uint8_t *before = iv, *before_plain = iv + 16;
  for (size_t at = 0; at < plain.size; at += 16) {
    uint8_t block[16];
    int n;
    for (size_t i = 0; i < 16; i++)
      block[i] = plain.data[at + i] ^ before[i];
    assert_true(EVP_EncryptUpdate(ctx, block, &n, block, 16));
    for (size_t i = 0; i < 16; i++)
      block[i] ^= before_plain[i];
    put_raw(out, block, 16);
    before = out->data + out->size - 16;
    before_plain = plain.data + at;
  }
  EVP_CIPHER_CTX_free(ctx);
}

void tdata_frame(const char *path, const bytes *data) {
  bytes file = {.size = 0}, sum = {.size = 0};
  uint8_t md5[16];
  put_raw(&sum, data->data, data->size);
  put_le(&sum, data->size, 4);
  put_le(&sum, 5008003, 4);
  put_raw(&sum, "TDF$", 4);
  hash(EVP_md5(), &sum, md5);
  put_raw(&file, "TDF$", 4);
  put_le(&file, 5008003, 4);
  put_raw(&file, data->data, data->size);
  put_raw(&file, md5, 16);
  write_file(path, file.data, file.size);
}

const uint8_t *tdata_local_key(void) {
  static uint8_t key[256];
  for (size_t i = 0; i < sizeof key; i++)
    key[i] = (uint8_t)(i * 11 + 3);
  return key;
}

void tdata_put_key_data_of(const char *path, const char *passcode, const bytes *list) {
  bytes data = {.size = 0}, b = {.size = 0};
  uint8_t sha[64], key[256];
  put_raw(&b, salt, 32);
  put_raw(&b, passcode, strlen(passcode));
  put_raw(&b, salt, 32);
  hash(EVP_sha512(), &b, sha);
  assert_true(PKCS5_PBKDF2_HMAC((const char *)sha, 64, salt, 32, *passcode ? 100000 : 1,
                                EVP_sha512(), 256, key));
  put_be(&data, 32, 4);
  put_raw(&data, salt, 32);
  b.size = 0;
  put_raw(&b, tdata_local_key(), 256);
  tdata_seal(&data, &b, key);
  tdata_seal(&data, list, tdata_local_key());
  tdata_frame(path, &data);
}

void tdata_put_key_data(const char *path, const char *passcode, int active) {
  bytes list = {.size = 0};
  put_be(&list, 2, 4);
  put_be(&list, 0, 4);
  put_be(&list, 2, 4);
  put_be(&list, (uint64_t)active, 4);
  tdata_put_key_data_of(path, passcode, &list);
}
