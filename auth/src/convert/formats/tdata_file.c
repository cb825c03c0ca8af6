/* Telegram Desktop's files: framing, checksum and local encryption. The cipher is AES-256-IGE with
 * the message keys of MTProto 1.0, x = 8, of a local key in place of an authorization key. */
#include "../bytes.h"
#include "../convert.h"
#include "../files.h"
#include "tdata.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { HEAD = 8, CHECKSUM = 16, MSG_KEY = 16, SHA1_SIZE = 20, BLOCK = 16, ITERATIONS = 100000 };

static const uint8_t magic[4] = {'T', 'D', 'F', '$'};

/* ---- framing ---- */

/* MD5 of data, its length, the version and the magic, in that order. */
static bool checksum(const uint8_t *file, size_t size, uint8_t digest[CHECKSUM]) {
  size_t data = size - HEAD - CHECKSUM;
  uint8_t length[4];
  for (size_t i = 0; i < 4; i++)
    length[i] = (uint8_t)(data >> 8 * i);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) &&
            EVP_DigestUpdate(ctx, file + HEAD, data) && EVP_DigestUpdate(ctx, length, 4) &&
            EVP_DigestUpdate(ctx, file + 4, 4) && EVP_DigestUpdate(ctx, magic, 4) &&
            EVP_DigestFinal_ex(ctx, digest, NULL);
  EVP_MD_CTX_free(ctx);
  return ok;
}

static mtp_status unframe(const tl_buffer *file, tl_buffer *out, mtp_error *error) {
  uint8_t digest[CHECKSUM];
  if (file->size < HEAD + CHECKSUM || memcmp(file->data, magic, sizeof magic) != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "it is no file of Telegram Desktop");
  if (!checksum(file->data, file->size, digest))
    return tgauth_fail_crypto(error, mtp_openssl_failed());
  if (memcmp(digest, file->data + file->size - CHECKSUM, CHECKSUM) != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "its checksum is wrong");
  if (tl_buffer_append(out, file->data + HEAD, file->size - HEAD - CHECKSUM) != TL_OK)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  return MTP_OK;
}

static mtp_status read_one(const char *path, tl_buffer *out, mtp_error *error) {
  tl_buffer file;
  tl_buffer_init(&file, NULL, 0);
  mtp_status status = tgauth_file_read(path, TGAUTH_MAX_FILE, &file, error);
  if (status == MTP_OK)
    status = unframe(&file, out, error);
  tl_buffer_free(&file);
  return status;
}

static bool modified(const char *path, struct timespec *when) {
  struct stat info;
  if (stat(path, &info) != 0)
    return false;
  *when = info.st_mtim;
  return true;
}

static char *numbered(const char *folder, const char *name, char suffix) {
  char file[64];
  snprintf(file, sizeof file, "%s%c", name, suffix);
  return tgauth_path_join(folder, file);
}

mtp_status tgauth_tdata_read(const char *folder, const char *name, tl_buffer *out,
                             mtp_error *error) {
  char *paths[3] = {numbered(folder, name, 's'), numbered(folder, name, '0'),
                    numbered(folder, name, '1')};
  struct timespec when[3] = {{0, 0}, {0, 0}, {0, 0}};
  mtp_error inner;
  mtp_status status = tgauth_fail(error, MTP_ERR_STORE, "there is no file %ss in it", name);
  if (!paths[0] || !paths[1] || !paths[2]) {
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
    goto out;
  }
  for (size_t i = 0; i < 3; i++)
    if (!modified(paths[i], &when[i]))
      paths[i][0] = '\0';
  bool swap = when[2].tv_sec > when[1].tv_sec ||
              (when[2].tv_sec == when[1].tv_sec && when[2].tv_nsec > when[1].tv_nsec);
  const char *order[3] = {paths[0], paths[swap ? 2 : 1], paths[swap ? 1 : 2]};
  for (size_t i = 0; i < 3 && status != MTP_OK; i++) {
    if (!*order[i])
      continue;
    status = read_one(order[i], out, &inner);
    if (status != MTP_OK)
      tgauth_fail(error, status, "%s: %s", name, inner.text);
  }
out:
  for (size_t i = 0; i < 3; i++)
    free(paths[i]);
  return status;
}

mtp_status tgauth_tdata_file_part(const char *name, char out[17], mtp_error *error) {
  static const char digits[] = "0123456789ABCDEF";
  uint8_t digest[CHECKSUM];
  if (!EVP_Digest(name, strlen(name), digest, NULL, EVP_md5(), NULL))
    return tgauth_fail_crypto(error, mtp_openssl_failed());
  for (size_t i = 0; i < 8; i++) {
    out[2 * i] = digits[digest[i] & 15];
    out[2 * i + 1] = digits[digest[i] >> 4];
  }
  out[16] = '\0';
  return MTP_OK;
}

/* ---- keys ---- */

static bool sha(const EVP_MD *md, const tl_bytes *parts, size_t n, uint8_t *digest) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  bool ok = ctx && EVP_DigestInit_ex(ctx, md, NULL);
  for (size_t i = 0; ok && i < n; i++)
    ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].size);
  ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL);
  EVP_MD_CTX_free(ctx);
  return ok;
}

mtp_status tgauth_tdata_passcode_key(const char *passcode, tl_bytes salt,
                                     uint8_t key[TGAUTH_TDATA_KEY], mtp_error *error) {
  uint8_t digest[64];
  size_t n = passcode ? strlen(passcode) : 0;
  tl_bytes parts[3] = {salt, tl_bytes_of(n ? passcode : "", n), salt};
  bool ok = sha(EVP_sha512(), parts, 3, digest) &&
            PKCS5_PBKDF2_HMAC((const char *)digest, sizeof digest, salt.data, (int)salt.size,
                              n ? ITERATIONS : 1, EVP_sha512(), TGAUTH_TDATA_KEY, key);
  OPENSSL_cleanse(digest, sizeof digest);
  return ok ? MTP_OK : tgauth_fail_crypto(error, mtp_openssl_failed());
}

/* The AES key and IV for a message key. */
static bool message_keys(const uint8_t *local, const uint8_t *msg_key, uint8_t key[32],
                         uint8_t iv[32]) {
  enum { X = 8 };
  uint8_t a[SHA1_SIZE], b[SHA1_SIZE], c[SHA1_SIZE], d[SHA1_SIZE];
  const uint8_t *k = local + X;
  const tl_bytes m = {msg_key, MSG_KEY};
  bool ok = sha(EVP_sha1(), (tl_bytes[]){m, {k, 32}}, 2, a) &&
            sha(EVP_sha1(), (tl_bytes[]){{k + 32, 16}, m, {k + 48, 16}}, 3, b) &&
            sha(EVP_sha1(), (tl_bytes[]){{k + 64, 32}, m}, 2, c) &&
            sha(EVP_sha1(), (tl_bytes[]){m, {k + 96, 32}}, 2, d);
  memcpy(key, a, 8);
  memcpy(key + 8, b + 8, 12);
  memcpy(key + 20, c + 4, 12);
  memcpy(iv, a + 8, 12);
  memcpy(iv + 12, b, 8);
  memcpy(iv + 20, c + 16, 4);
  memcpy(iv + 24, d, 8);
  OPENSSL_cleanse(a, sizeof a);
  OPENSSL_cleanse(b, sizeof b);
  OPENSSL_cleanse(c, sizeof c);
  OPENSSL_cleanse(d, sizeof d);
  return ok;
}

/* plain = D(cipher ^ previous plain) ^ previous cipher, block by block; size is a multiple of 16.
 */
static bool ige_decrypt(const uint8_t key[32], const uint8_t iv[32], const uint8_t *in, size_t size,
                        uint8_t *out) {
  const uint8_t *cipher = iv, *plain = iv + BLOCK;
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  bool ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_ecb(), NULL, key, NULL) &&
            EVP_CIPHER_CTX_set_padding(ctx, 0);
  for (size_t at = 0; ok && at < size; at += BLOCK) {
    uint8_t block[BLOCK];
    int n;
    for (size_t i = 0; i < BLOCK; i++)
      block[i] = in[at + i] ^ plain[i];
    ok = EVP_DecryptUpdate(ctx, out + at, &n, block, BLOCK) && n == BLOCK;
    for (size_t i = 0; ok && i < BLOCK; i++)
      out[at + i] ^= cipher[i];
    cipher = in + at;
    plain = out + at;
  }
  EVP_CIPHER_CTX_free(ctx);
  return ok;
}

/* A length that counts itself, data, and padding to 16 bytes. */
static mtp_status take_data(const uint8_t *plain, size_t size, tl_buffer *out, mtp_error *error) {
  tgauth_reader in = tgauth_reader_of(plain, size);
  uint64_t length = tgauth_read_le(&in, 4);
  if (in.failed || length < 4 || length > size || length + BLOCK <= size)
    return tgauth_fail(error, MTP_ERR_STORE, "the length inside it is wrong");
  if (tl_buffer_append(out, plain + 4, (size_t)length - 4) != TL_OK)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  return MTP_OK;
}

mtp_status tgauth_tdata_decrypt(tl_bytes sealed, const uint8_t key[TGAUTH_TDATA_KEY],
                                tl_buffer *out, mtp_error *error) {
  uint8_t aes_key[32], iv[32], digest[SHA1_SIZE];
  if (sealed.size <= MSG_KEY || (sealed.size - MSG_KEY) % BLOCK != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "%zu encrypted bytes are no whole blocks",
                       sealed.size);
  size_t size = sealed.size - MSG_KEY;
  uint8_t *plain = malloc(size);
  mtp_status status;
  if (!plain || !message_keys(key, sealed.data, aes_key, iv) ||
      !ige_decrypt(aes_key, iv, sealed.data + MSG_KEY, size, plain) ||
      !sha(EVP_sha1(), &(tl_bytes){plain, size}, 1, digest))
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  else if (CRYPTO_memcmp(digest, sealed.data, MSG_KEY) != 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "it cannot be decrypted with this key");
  else
    status = take_data(plain, size, out, error);
  OPENSSL_cleanse(aes_key, sizeof aes_key);
  OPENSSL_cleanse(iv, sizeof iv);
  if (plain)
    OPENSSL_cleanse(plain, size);
  free(plain);
  return status;
}
