/* Encryption of a session under one of several keys, so that they can be changed while sessions are
 * in use. */
#include "key_ring.h"
#include "../internal.h"
#include "gcm.h"
#include <mtp/rng.h>
#include <openssl/crypto.h>
#include <string.h>

static const char magic[] = "tlgenK1\n";

enum {
  MAGIC = sizeof magic - 1,
  NONCE = TGAUTH_GCM_NONCE,
  TAG = TGAUTH_GCM_TAG,
  NONCE_AT = MAGIC + TGAUTH_RING_ID,
  HEAD = NONCE_AT + NONCE
};

/* ---- keys ---- */

static int digit(char c) {
  const char *digits = "0123456789abcdef", *at;
  char lower = c >= 'A' && c <= 'F' ? (char)(c + 32) : c;
  at = c ? strchr(digits, lower) : NULL;
  return at ? (int)(at - digits) : -1;
}

/* REJECTED: it is none; else as mtp_sha256() fails. */
static mtp_status read_key(const char *line, size_t size, tgauth_ring_key *out) {
  if (size != 2 * (size_t)TGAUTH_RING_KEY)
    return MTP_ERR_REJECTED;
  for (size_t i = 0; i < TGAUTH_RING_KEY; i++) {
    int high = digit(line[2 * i]), low = digit(line[2 * i + 1]);
    if (high < 0 || low < 0)
      return MTP_ERR_REJECTED;
    out->key[i] = (uint8_t)(high << 4 | low);
  }
  uint8_t hash[MTP_SHA256_SIZE];
  tl_bytes part = tl_bytes_of(out->key, TGAUTH_RING_KEY);
  mtp_status status = mtp_sha256(&part, 1, hash);
  if (status == MTP_OK)
    memcpy(out->id, hash, TGAUTH_RING_ID);
  return status;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

mtp_status tgauth_ring_read(tgauth_ring *ring, const char *text, mtp_error *error) {
  memset(ring, 0, sizeof *ring);
  for (unsigned line = 1; *text; line++) {
    size_t whole = strcspn(text, "\n"), size = whole;
    while (size && is_blank(text[size - 1]))
      size--;
    if (size && *text != '#') {
      if (ring->count == TGAUTH_RING_KEYS)
        return tgauth_fail(error, MTP_ERR_ARGUMENT, "more than %d session keys", TGAUTH_RING_KEYS);
      mtp_status status = read_key(text, size, &ring->keys[ring->count++]);
      if (status && status != MTP_ERR_REJECTED)
        return tgauth_fail_crypto(error, status);
      if (status)
        return tgauth_fail(error, MTP_ERR_ARGUMENT,
                           "line %u of the session keys is not 64 hexadecimal digits", line);
    }
    text += whole + (text[whole] != 0);
  }
  return ring->count
             ? MTP_OK
             : tgauth_fail(error, MTP_ERR_ARGUMENT,
                           "no session key: 64 hexadecimal digits, as `openssl rand -hex 32` "
                           "makes them");
}

void tgauth_ring_wipe(tgauth_ring *ring) {
  OPENSSL_cleanse(ring, sizeof *ring);
}

/* ---- bytes ---- */

static tgauth_gcm gcm_of(const tgauth_ring_key *key, const char *account, const uint8_t *nonce) {
  return (tgauth_gcm){
      .key = key->key, .nonce = nonce, .bound = tl_bytes_of(account, strlen(account))};
}

mtp_status tgauth_ring_seal(const tgauth_ring *ring, const char *account, tl_bytes data,
                            tl_buffer *out, mtp_error *error) {
  size_t start = out->size;
  uint8_t *head = tl_buffer_extend(out, HEAD + data.size + TAG);
  if (!head)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  memcpy(head, magic, MAGIC);
  memcpy(head + MAGIC, ring->keys[0].id, TGAUTH_RING_ID);
  tgauth_gcm gcm = gcm_of(&ring->keys[0], account, head + NONCE_AT);
  mtp_status status = MTP_ERR_RANDOM;
  if (mtp_rng_fill(NULL, head + NONCE_AT, NONCE) == 0)
    status = tgauth_gcm_encrypt(&gcm, data, head + HEAD);
  if (status == MTP_OK)
    return MTP_OK;
  out->size = start;
  return tgauth_fail_crypto(error, status);
}

static const tgauth_ring_key *find(const tgauth_ring *ring, const uint8_t *id) {
  for (size_t i = 0; i < ring->count; i++)
    if (memcmp(ring->keys[i].id, id, TGAUTH_RING_ID) == 0)
      return &ring->keys[i];
  return NULL;
}

bool tgauth_ring_is_first(const tgauth_ring *ring, tl_bytes data) {
  return data.size > HEAD && memcmp(data.data + MAGIC, ring->keys[0].id, TGAUTH_RING_ID) == 0;
}

mtp_status tgauth_ring_open(const tgauth_ring *ring, const char *account, tl_bytes data,
                            tl_buffer *out, mtp_error *error) {
  if (data.size < HEAD + TAG || data.size > (size_t)1 << 30 || memcmp(data.data, magic, MAGIC) != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "what is kept of account %s is no session", account);
  const tgauth_ring_key *key = find(ring, data.data + MAGIC);
  if (!key)
    return tgauth_fail(error, MTP_ERR_STORE,
                       "the session of account %s was encrypted with a key that is not given",
                       account);
  size_t size = data.size - HEAD - TAG;
  uint8_t *plain = tl_buffer_extend(out, size);
  if (!plain)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tgauth_gcm gcm = gcm_of(key, account, data.data + NONCE_AT);
  mtp_status status = tgauth_gcm_decrypt(&gcm, tl_bytes_of(data.data + HEAD, size + TAG), plain);
  if (status == MTP_OK)
    return MTP_OK;
  OPENSSL_cleanse(plain, size);
  out->size -= size;
  if (status != MTP_ERR_REJECTED)
    return tgauth_fail_crypto(error, status);
  return tgauth_fail(error, MTP_ERR_STORE,
                     "the session of account %s is damaged, or of another account", account);
}
