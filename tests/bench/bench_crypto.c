/* AES-256-IGE in MB/s: ours, both implementations, beside OpenSSL's AES_ige_encrypt in the same
 * run; and the time to factor a pq of 63 bits. Figures depend on the machine: the ratios are the
 * point. */
#define OPENSSL_SUPPRESS_DEPRECATED
#define _POSIX_C_SOURCE 200809L
#include <crypto/ige.h>
#include <crypto/pq.h>
#include <crypto/seal.h>
#include <openssl/aes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIZE ((size_t)1 << 20)

typedef void ige_run(const uint8_t *key, const uint8_t *iv, const uint8_t *in, uint8_t *out);

static void run_openssl(const uint8_t *key, const uint8_t *iv, const uint8_t *in, uint8_t *out) {
  uint8_t copy[32];
  AES_KEY schedule;
  memcpy(copy, iv, sizeof copy);
  AES_set_encrypt_key(key, 256, &schedule);
  AES_ige_encrypt(in, out, SIZE, &schedule, copy, AES_ENCRYPT);
}

static void run_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, uint8_t *out) {
  if (mtp_ige_encrypt(key, iv, in, SIZE, out))
    abort();
}

static void run_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, uint8_t *out) {
  if (mtp_ige_decrypt(key, iv, in, SIZE, out))
    abort();
}

static void run_evp_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                            uint8_t *out) {
  if (mtp_ige_evp_encrypt(key, iv, in, SIZE, out))
    abort();
}

static void run_evp_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                            uint8_t *out) {
  if (mtp_ige_evp_decrypt(key, iv, in, SIZE, out))
    abort();
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The best of several runs, in MB/s. */
static double measure(ige_run *run, const uint8_t *in, uint8_t *out) {
  const uint8_t key[32] = {1, 2, 3}, iv[32] = {4, 5, 6};
  double best = 0;
  for (int i = 0; i < 20; i++) {
    double start = seconds();
    run(key, iv, in, out);
    double speed = (double)SIZE / 1e6 / (seconds() - start);
    best = speed > best ? speed : best;
  }
  return best;
}

/* The best of several runs of `times` calls, in microseconds per call. */
static double best_of(void (*run)(void *), void *ctx, int times) {
  double best = 1e9;
  for (int i = 0; i < 10; i++) {
    double start = seconds();
    for (int j = 0; j < times; j++)
      run(ctx);
    double each = (seconds() - start) * 1e6 / times;
    best = each < best ? each : best;
  }
  return best;
}

static void run_pq(void *ctx) {
  uint64_t p, q;
  if (mtp_pq_factor(*(const uint64_t *)ctx, &p, &q))
    abort();
}

/* A message of 100 bytes, sealed and opened. */
static void run_message(void *ctx) {
  static const uint8_t body[100];
  mtp_message message = {1, 2, 3, 4, {body, sizeof body}};
  tl_buffer *packet = ctx;
  mtp_auth_key key = {{1}, 1, 1};
  tl_buffer_clear(packet);
  if (mtp_seal(&key, MTP_FROM_CLIENT, &message, MTP_PADDING_BUCKETS, NULL, packet, NULL) ||
      mtp_open(&key, MTP_FROM_CLIENT, false, packet->data, packet->size, &message, NULL))
    abort();
}

static void measure_rest(void) {
  uint64_t pq = 2694724800268887959; /* of core.telegram.org/mtproto/samples-auth_key */
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  printf("pq of 62 bits factored      %8.1f us\n", best_of(run_pq, &pq, 20));
  printf("message of 100 bytes, sealed and opened %.1f us\n", best_of(run_message, &packet, 10000));
  tl_buffer_free(&packet);
}

int main(void) {
  const struct {
    const char *name;
    ige_run *run;
  } rows[] = {{"encrypt", run_encrypt},
              {"decrypt", run_decrypt},
              {"encrypt over EVP", run_evp_encrypt},
              {"decrypt over EVP", run_evp_decrypt}};
  uint8_t *in = calloc(1, SIZE), *out = malloc(SIZE);
  if (!in || !out)
    return 1;
  double base = measure(run_openssl, in, out);
  printf("AES-256-IGE, 1 MiB%s\n", mtp_ige_x86_available() ? "" : " (no AES instructions)");
  printf("  %-20s %7.0f MB/s\n", "AES_ige_encrypt", base);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double speed = measure(rows[i].run, in, out);
    printf("  %-20s %7.0f MB/s  %5.1f times\n", rows[i].name, speed, speed / base);
  }
  measure_rest();
  free(in);
  free(out);
  return 0;
}
