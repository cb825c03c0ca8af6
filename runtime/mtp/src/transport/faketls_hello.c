/* The ClientHello of fake TLS (TR-12): the shape that Chrome 110 to 116 sends, which is what a
 * censor expects to see in great numbers: GREASE (RFC 8701), extensions in random order, padded to
 * 517 bytes (RFC 7685). */
#include "faketls_hello.h"

#include <openssl/evp.h>
#include <string.h>

#include "../crypto/hash.h"
#include "../crypto/secret.h"
#include "tls_record.h"

#define PADDED_SIZE 517
#define EXTENSIONS  15
#define HELLO_MAX   1024

/* What of the drawn GREASE values goes where. */
enum { GREASE_CIPHER, GREASE_FIRST = 2, GREASE_LAST = 3, GREASE_GROUP = 4, GREASE_VERSION = 6 };

/* The hello under construction. */
typedef struct hello {
  uint8_t bytes[HELLO_MAX];
  size_t size;
  uint8_t grease[7];
  uint8_t key_share[32];
  const char *domain;
} hello;

static void put(hello *h, const void *data, size_t n) {
  if (n > HELLO_MAX - h->size)
    n = HELLO_MAX - h->size; /* cannot be: the longest domain leaves 300 bytes */
  memcpy(h->bytes + h->size, data, n);
  h->size += n;
}

#define PUT(h, literal) put((h), (literal), sizeof(literal) - 1)

static void put16(hello *h, size_t value) {
  uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  put(h, bytes, 2);
}

static void put_grease(hello *h, int which) {
  uint8_t bytes[2] = {h->grease[which], h->grease[which]};
  put(h, bytes, 2);
}

static void fill_length(hello *h, size_t at) {
  size_t value = h->size - at - 2;
  h->bytes[at] = (uint8_t)(value >> 8);
  h->bytes[at + 1] = (uint8_t)value;
}

static void put_server_name(hello *h) {
  size_t n = strlen(h->domain);
  PUT(h, "\x00\x00");
  put16(h, n + 5);
  put16(h, n + 3);
  PUT(h, "\x00");
  put16(h, n);
  put(h, h->domain, n);
}

static void put_groups(hello *h) {
  PUT(h, "\x00\x0a\x00\x0a\x00\x08");
  put_grease(h, GREASE_GROUP);
  PUT(h, "\x00\x1d\x00\x17\x00\x18"); /* x25519, secp256r1, secp384r1 */
}

static void put_key_share(hello *h) {
  PUT(h, "\x00\x33\x00\x2b\x00\x29");
  put_grease(h, GREASE_GROUP);
  PUT(h, "\x00\x01\x00\x00\x1d\x00\x20");
  put(h, h->key_share, sizeof h->key_share);
}

static void put_versions(hello *h) {
  PUT(h, "\x00\x2b\x00\x07\x06");
  put_grease(h, GREASE_VERSION);
  PUT(h, "\x03\x04\x03\x03"); /* 1.3, 1.2 */
}

static void put_extension(hello *h, int which) {
  switch (which) {
  case 0:
    put_server_name(h);
    break;
  case 1: /* status_request: OCSP */
    PUT(h, "\x00\x05\x00\x05\x01\x00\x00\x00\x00");
    break;
  case 2:
    put_groups(h);
    break;
  case 3: /* ec_point_formats: uncompressed */
    PUT(h, "\x00\x0b\x00\x02\x01\x00");
    break;
  case 4: /* signature_algorithms */
    PUT(h, "\x00\x0d\x00\x12\x00\x10\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05\x05\x01\x08\x06\x06"
           "\x01");
    break;
  case 5: /* ALPN: h2, http/1.1 */
    PUT(h, "\x00\x10\x00\x0e\x00\x0c\x02h2\x08http/1.1");
    break;
  case 6: /* signed_certificate_timestamp */
    PUT(h, "\x00\x12\x00\x00");
    break;
  case 7: /* extended_master_secret */
    PUT(h, "\x00\x17\x00\x00");
    break;
  case 8: /* compress_certificate: brotli */
    PUT(h, "\x00\x1b\x00\x03\x02\x00\x02");
    break;
  case 9: /* session_ticket */
    PUT(h, "\x00\x23\x00\x00");
    break;
  case 10:
    put_versions(h);
    break;
  case 11: /* psk_key_exchange_modes */
    PUT(h, "\x00\x2d\x00\x02\x01\x01");
    break;
  case 12:
    put_key_share(h);
    break;
  case 13: /* application_settings: h2 */
    PUT(h, "\x44\x69\x00\x05\x00\x03\x02h2");
    break;
  default: /* renegotiation_info */
    PUT(h, "\xff\x01\x00\x01\x00");
    break;
  }
}

/* A random order of the extensions, by Fisher and Yates from one byte each. */
static void put_shuffled(hello *h, const uint8_t random[EXTENSIONS]) {
  int order[EXTENSIONS];
  for (int i = 0; i < EXTENSIONS; i++)
    order[i] = i;
  for (int i = EXTENSIONS - 1; i > 0; i--) {
    int j = random[i] % (i + 1), swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  for (int i = 0; i < EXTENSIONS; i++)
    put_extension(h, order[i]);
}

static void put_padding(hello *h) {
  static const uint8_t zeros[PADDED_SIZE];
  if (h->size + 4 > PADDED_SIZE)
    return;
  size_t n = PADDED_SIZE - 4 - h->size;
  PUT(h, "\x00\x15");
  put16(h, n);
  put(h, zeros, n);
}

/* Makes grease of random bytes: xAxA values, neighbours different. */
static void make_grease(uint8_t *grease, size_t n) {
  for (size_t i = 0; i < n; i++)
    grease[i] = (uint8_t)((grease[i] & 0xf0) + 0x0a);
  for (size_t i = 1; i < n; i += 2)
    if (grease[i] == grease[i - 1])
      grease[i] ^= 0x10;
}

static void build(hello *h, const uint8_t session[32], const uint8_t shuffle[EXTENSIONS]) {
  static const uint8_t zeros[32];
  PUT(h, "\x16\x03\x01\x00\x00\x01\x00\x00\x00\x03\x03");
  put(h, zeros, 32);
  PUT(h, "\x20");
  put(h, session, 32);
  PUT(h, "\x00\x20");
  put_grease(h, GREASE_CIPHER);
  PUT(h, "\x13\x01\x13\x02\x13\x03\xc0\x2b\xc0\x2f\xc0\x2c\xc0\x30\xcc\xa9\xcc\xa8\xc0\x13\xc0\x14"
         "\x00\x9c\x00\x9d\x00\x2f\x00\x35\x01\x00");
  size_t extensions = h->size;
  PUT(h, "\x00\x00");
  put_grease(h, GREASE_FIRST);
  PUT(h, "\x00\x00");
  put_shuffled(h, shuffle);
  put_grease(h, GREASE_LAST);
  PUT(h, "\x00\x01\x00");
  put_padding(h);
  fill_length(h, extensions);
  fill_length(h, 7); /* the handshake message: three bytes of which the first stays 0 */
  fill_length(h, 3); /* the record */
}

static bool sign(hello *h, const mtp_secret *secret, int64_t unix_time) {
  uint8_t *digest = h->bytes + MTP_TLS_RANDOM_AT, out[MTP_SHA256_SIZE];
  tl_bytes all = tl_bytes_of(h->bytes, h->size);
  if (mtp_hmac_sha256(tl_bytes_of(secret->key, 16), &all, 1, out) != MTP_CRYPTO_OK)
    return false;
  memcpy(digest, out, sizeof out);
  for (int i = 0; i < 4; i++)
    digest[28 + i] ^= (uint8_t)((uint64_t)unix_time >> 8 * i);
  return true;
}

bool mtp_faketls_key_share(const mtp_rng *rng, uint8_t out[32], mtp_failure *failure) {
  uint8_t scalar[32];
  size_t size = 32;
  if (mtp_rng_fill(rng, scalar, sizeof scalar) != 0)
    return mtp_failure_set(failure, MTP_FAIL_RANDOM, 0, "no randomness for fake TLS");
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, sizeof scalar);
  bool ok = key && EVP_PKEY_get_raw_public_key(key, out, &size) > 0 && size == 32;
  EVP_PKEY_free(key);
  mtp_wipe(scalar, sizeof scalar);
  return ok || mtp_failure_memory(failure);
}

bool mtp_faketls_hello(const mtp_rng *rng, const mtp_secret *secret, int64_t unix_time,
                       tl_buffer *out, mtp_failure *failure) {
  hello h = {.domain = secret->domain};
  uint8_t random[32 + EXTENSIONS];
  if (mtp_rng_fill(rng, random, sizeof random) != 0 ||
      mtp_rng_fill(rng, h.grease, sizeof h.grease) != 0)
    return mtp_failure_set(failure, MTP_FAIL_RANDOM, 0, "no randomness for fake TLS");
  if (!mtp_faketls_key_share(rng, h.key_share, failure))
    return false;
  make_grease(h.grease, sizeof h.grease);
  build(&h, random, random + 32);
  if (!sign(&h, secret, unix_time) || tl_buffer_append(out, h.bytes, h.size) != TL_OK)
    return mtp_failure_memory(failure);
  return true;
}
