/* The ClientHello of fake TLS (TR-12): the shapes that Chrome sends, which is what a censor expects
 * to see in great numbers. Both have GREASE (RFC 8701) and their extensions in random order. The
 * hybrid one (Chrome 133 and later) has a post-quantum key share and a GREASE encrypted client
 * hello (RFC 9849, 6.2), the classic one (Chrome 110 to 116) is padded to 517 bytes (RFC 7685). */
#include "faketls_hello.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "faketls_share.h"
#include "tls_record.h"

#define PADDED_SIZE 517
#define HELLO_MAX   2560

enum { ECH_LEAST = 144, ECH_STEP = 32, ECH_MOST = ECH_LEAST + 3 * ECH_STEP };

/* The extensions that are shuffled. */
typedef enum extension {
  SERVER_NAME,
  STATUS_REQUEST,
  GROUPS,
  POINT_FORMATS,
  SIGNATURE_ALGORITHMS,
  ALPN,
  CERTIFICATE_TIMESTAMP,
  MASTER_SECRET,
  COMPRESS_CERTIFICATE,
  SESSION_TICKET,
  VERSIONS,
  PSK_MODES,
  KEY_SHARE,
  APPLICATION_SETTINGS,
  RENEGOTIATION_INFO,
  CLASSIC_EXTENSIONS, /* how many that are */
  ENCRYPTED_HELLO = CLASSIC_EXTENSIONS,
  HYBRID_EXTENSIONS
} extension;

/* What of the drawn GREASE values goes where. */
enum { GREASE_CIPHER, GREASE_FIRST = 2, GREASE_LAST = 3, GREASE_GROUP = 4, GREASE_VERSION = 6 };

/* What is drawn for a hello: bytes only. */
typedef struct draw {
  uint8_t session[32];
  uint8_t order[HYBRID_EXTENSIONS];
  uint8_t grease[7];
  uint8_t ech_id, ech_size, ech_payload[ECH_MOST];
} draw;

/* The hello under construction. */
typedef struct hello {
  uint8_t bytes[HELLO_MAX];
  size_t size;
  mtp_hello_kind kind;
  draw random;
  uint8_t share[MTP_X25519_SIZE], ech_share[MTP_X25519_SIZE];
  uint8_t hybrid_share[MTP_HYBRID_SIZE];
  const char *domain;
} hello;

static void put(hello *h, const void *data, size_t n) {
  if (n > HELLO_MAX - h->size)
    n = HELLO_MAX - h->size; /* cannot be: the longest domain leaves 400 bytes */
  memcpy(h->bytes + h->size, data, n);
  h->size += n;
}

#define PUT(h, literal) put((h), (literal), sizeof(literal) - 1)

static void put16(hello *h, size_t value) {
  uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  put(h, bytes, 2);
}

static void put_grease(hello *h, int which) {
  uint8_t bytes[2] = {h->random.grease[which], h->random.grease[which]};
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
  bool hybrid = h->kind == MTP_HELLO_HYBRID;
  PUT(h, "\x00\x0a");
  put16(h, hybrid ? 12 : 10);
  put16(h, hybrid ? 10 : 8);
  put_grease(h, GREASE_GROUP);
  if (hybrid)
    PUT(h, "\x11\xec");               /* X25519MLKEM768 */
  PUT(h, "\x00\x1d\x00\x17\x00\x18"); /* x25519, secp256r1, secp384r1 */
}

static void put_key_share(hello *h) {
  size_t hybrid = h->kind == MTP_HELLO_HYBRID ? 4 + sizeof h->hybrid_share : 0;
  PUT(h, "\x00\x33");
  put16(h, 2 + 5 + hybrid + 4 + sizeof h->share);
  put16(h, 5 + hybrid + 4 + sizeof h->share);
  put_grease(h, GREASE_GROUP);
  PUT(h, "\x00\x01\x00");
  if (hybrid) {
    PUT(h, "\x11\xec");
    put16(h, sizeof h->hybrid_share);
    put(h, h->hybrid_share, sizeof h->hybrid_share);
  }
  PUT(h, "\x00\x1d\x00\x20");
  put(h, h->share, sizeof h->share);
}

/* Nobody can decrypt it, and nobody is meant to: outer, HKDF-SHA256, AES-128-GCM. */
static void put_encrypted_hello(hello *h) {
  size_t payload = ECH_LEAST + (size_t)(h->random.ech_size & 3) * ECH_STEP;
  PUT(h, "\xfe\x0d");
  put16(h, 5 + 1 + 2 + sizeof h->ech_share + 2 + payload);
  PUT(h, "\x00\x00\x01\x00\x01");
  put(h, &h->random.ech_id, 1);
  put16(h, sizeof h->ech_share);
  put(h, h->ech_share, sizeof h->ech_share);
  put16(h, payload);
  put(h, h->random.ech_payload, payload);
}

static void put_versions(hello *h) {
  PUT(h, "\x00\x2b\x00\x07\x06");
  put_grease(h, GREASE_VERSION);
  PUT(h, "\x03\x04\x03\x03"); /* 1.3, 1.2 */
}

static void put_extension(hello *h, extension which) {
  switch (which) {
  case SERVER_NAME:
    put_server_name(h);
    break;
  case STATUS_REQUEST: /* OCSP */
    PUT(h, "\x00\x05\x00\x05\x01\x00\x00\x00\x00");
    break;
  case GROUPS:
    put_groups(h);
    break;
  case POINT_FORMATS: /* uncompressed */
    PUT(h, "\x00\x0b\x00\x02\x01\x00");
    break;
  case SIGNATURE_ALGORITHMS:
    PUT(h, "\x00\x0d\x00\x12\x00\x10\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05\x05\x01\x08\x06\x06"
           "\x01");
    break;
  case ALPN: /* h2, http/1.1 */
    PUT(h, "\x00\x10\x00\x0e\x00\x0c\x02h2\x08http/1.1");
    break;
  case CERTIFICATE_TIMESTAMP:
    PUT(h, "\x00\x12\x00\x00");
    break;
  case MASTER_SECRET:
    PUT(h, "\x00\x17\x00\x00");
    break;
  case COMPRESS_CERTIFICATE: /* brotli */
    PUT(h, "\x00\x1b\x00\x03\x02\x00\x02");
    break;
  case SESSION_TICKET:
    PUT(h, "\x00\x23\x00\x00");
    break;
  case VERSIONS:
    put_versions(h);
    break;
  case PSK_MODES:
    PUT(h, "\x00\x2d\x00\x02\x01\x01");
    break;
  case KEY_SHARE:
    put_key_share(h);
    break;
  case APPLICATION_SETTINGS: /* h2; the number changed with Chrome 133 */
    put16(h, h->kind == MTP_HELLO_HYBRID ? 0x44cd : 0x4469);
    PUT(h, "\x00\x05\x00\x03\x02h2");
    break;
  case RENEGOTIATION_INFO:
    PUT(h, "\xff\x01\x00\x01\x00");
    break;
  case ENCRYPTED_HELLO:
  case HYBRID_EXTENSIONS:
    put_encrypted_hello(h);
    break;
  }
}

/* A random order of the extensions, by Fisher and Yates from one byte each. */
static void put_shuffled(hello *h) {
  extension order[HYBRID_EXTENSIONS];
  int count = h->kind == MTP_HELLO_HYBRID ? HYBRID_EXTENSIONS : CLASSIC_EXTENSIONS;
  for (int i = 0; i < count; i++)
    order[i] = (extension)i;
  for (int i = count - 1; i > 0; i--) {
    int j = h->random.order[i] % (i + 1);
    extension swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  for (int i = 0; i < count; i++)
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

static void build(hello *h) {
  static const uint8_t zeros[32];
  PUT(h, "\x16\x03\x01\x00\x00\x01\x00\x00\x00\x03\x03");
  put(h, zeros, 32);
  PUT(h, "\x20");
  put(h, h->random.session, sizeof h->random.session);
  PUT(h, "\x00\x20");
  put_grease(h, GREASE_CIPHER);
  PUT(h, "\x13\x01\x13\x02\x13\x03\xc0\x2b\xc0\x2f\xc0\x2c\xc0\x30\xcc\xa9\xcc\xa8\xc0\x13\xc0\x14"
         "\x00\x9c\x00\x9d\x00\x2f\x00\x35\x01\x00");
  size_t extensions = h->size;
  PUT(h, "\x00\x00");
  put_grease(h, GREASE_FIRST);
  PUT(h, "\x00\x00");
  put_shuffled(h);
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
  if (mtp_hmac_sha256(tl_bytes_of(secret->key, 16), &all, 1, out) != MTP_OK)
    return false;
  memcpy(digest, out, sizeof out);
  for (int i = 0; i < 4; i++)
    digest[28 + i] ^= (uint8_t)((uint64_t)unix_time >> 8 * i);
  return true;
}

static bool draw_shares(hello *h, const mtp_rng *rng, mtp_failure *failure) {
  if (h->kind == MTP_HELLO_HYBRID && (!mtp_x25519_share(rng, h->ech_share, failure) ||
                                      !mtp_hybrid_share(rng, h->hybrid_share, failure)))
    return false;
  return mtp_x25519_share(rng, h->share, failure);
}

bool mtp_faketls_hello(const mtp_rng *rng, const mtp_secret *secret, mtp_hello_kind kind,
                       int64_t unix_time, tl_buffer *out, mtp_failure *failure) {
  hello h = {.domain = secret->domain, .kind = kind};
  if (mtp_rng_fill(rng, (uint8_t *)&h.random, sizeof h.random) != 0)
    return mtp_failure_set(failure, MTP_ERR_RANDOM, 0, "no randomness for fake TLS");
  if (!draw_shares(&h, rng, failure))
    return false;
  make_grease(h.random.grease, sizeof h.random.grease);
  build(&h);
  if (!sign(&h, secret, unix_time) || tl_buffer_append(out, h.bytes, h.size) != TL_OK)
    return mtp_failure_memory(failure);
  return true;
}
