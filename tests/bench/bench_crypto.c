/* AES-256-IGE, messages sealed and opened, and pq, in CPU time: the least of 40 batches.
 * Rows as bench_codec has; those of OpenSSL's own functions have its name in a fourth column. */
#define OPENSSL_SUPPRESS_DEPRECATED
#define _POSIX_C_SOURCE 200809L
#include <crypto/ige.h>
#include <crypto/pq.h>
#include <crypto/seal.h>
#include <openssl/aes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#if __has_include(<crypto/stock.h>) /* an older commit has none */
#include <crypto/stock.h>
#endif

#define SIZE ((size_t)1 << 20)

static const uint8_t key[32] = {1, 2, 3}, iv[32] = {4, 5, 6};

typedef struct buffers {
  uint8_t *in, *out;
} buffers;

static void check(bool failed) {
  if (failed)
    abort();
}

/* ---- AES-IGE ---- */

static void openssl_encrypt(void *ctx) {
  buffers *b = ctx;
  uint8_t copy[32];
  AES_KEY schedule;
  memcpy(copy, iv, sizeof copy);
  AES_set_encrypt_key(key, 256, &schedule);
  AES_ige_encrypt(b->in, b->out, SIZE, &schedule, copy, AES_ENCRYPT);
}

static void encrypt(void *ctx) {
  buffers *b = ctx;
  check(mtp_ige_encrypt(key, iv, b->in, SIZE, b->out));
}

static void decrypt(void *ctx) {
  buffers *b = ctx;
  check(mtp_ige_decrypt(key, iv, b->in, SIZE, b->out));
}

static void evp_encrypt(void *ctx) {
  buffers *b = ctx;
  check(mtp_ige_evp_encrypt(key, iv, b->in, SIZE, b->out));
}

static void rate(const char *name, double ns, const char *peer) {
  printf("%s\t%.0f\tMB/s%s%s\n", name, (double)SIZE / ns * 1e3, *peer ? "\t" : "", peer);
}

/* ---- the rest ---- */

typedef struct parcel {
  size_t size;
  tl_buffer packet;
} parcel;

/* As a client draws its random bytes. */
static const mtp_rng *source(void) {
#ifdef MTP_CRYPTO_STOCK_H
  static mtp_stock stock;
  static mtp_rng rng;
  rng = mtp_stock_rng(&stock);
  return &rng;
#else
  return NULL;
#endif
}

static void seal_and_open(void *ctx) {
  static const uint8_t body[1024];
  parcel *p = ctx;
  mtp_message message = {1, 2, 3, 4, {body, p->size}};
  mtp_auth_key auth = {{1}, 1, 1};
  tl_buffer_clear(&p->packet);
  check(
      mtp_seal(&auth, MTP_FROM_CLIENT, &message, MTP_PADDING_BUCKETS, source(), &p->packet, NULL) ||
      mtp_open(&auth, MTP_FROM_CLIENT, false, p->packet.data, p->packet.size, &message, NULL));
}

static void measure_parcel(const char *name, size_t size) {
  parcel p = {.size = size};
  tl_buffer_init(&p.packet, NULL, 0);
  printf("%s\t%.3f\tus\n", name, least_ns(seal_and_open, &p) / 1e3);
  tl_buffer_free(&p.packet);
}

static void factor(void *ctx) {
  uint64_t pq = 2694724800268887959, p, q; /* of core.telegram.org/mtproto/samples-auth_key */
  (void)ctx;
  check(mtp_pq_factor(pq, &p, &q));
}

int main(void) {
  buffers b = {calloc(1, SIZE), malloc(SIZE)};
  check(!b.in || !b.out);
  rate("AES-IGE encrypt", least_ns(encrypt, &b), "");
  rate("AES-IGE encrypt", least_ns(openssl_encrypt, &b), "OpenSSL");
  rate("AES-IGE decrypt", least_ns(decrypt, &b), "");
  rate("AES-IGE encrypt without instructions", least_ns(evp_encrypt, &b), "");
  measure_parcel("seal and open 100 B", 100);
  measure_parcel("seal and open 1 KiB", 1024);
  printf("pq of 62 bits\t%.1f\tus\n", least_ns(factor, NULL) / 1e3);
  free(b.in);
  free(b.out);
  return 0;
}
