/* What calls and files cost a client: one connection to a local data centre in a child process.
 * Prints microseconds of CPU time of the client a call (alone, and with 256 in flight), calls a
 * second, and milliseconds of CPU time a MiB of an upload and a download; rows as bench_codec has.
 *   bench_wire [CALLS [MIB]] */
#define _DEFAULT_SOURCE
#include <mtp/client.h>
#include <mtp/files.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/core.h>
#include <tg/users.h>
#include <time.h>

#include "bench_dc.h"
#include "measure.h"

enum { IN_FLIGHT = 256, ROUNDS = 5, CALLS = 20000, MIB = 64 };

typedef struct caller {
  mtp_client *client;
  size_t left, flying, failed;
} caller;

static double wall_s(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void answered(void *ctx, const mtp_error *error, mtp_reply *reply);

static void ask(caller *c) {
  tg_inputUserSelf self = {0};
  tg_InputUser users[1] = {tg_inputUserSelf_box(&self)};
  tg_users_getUsers request = {.id = {users, 1}};
  tl_call call = tg_users_getUsers_call(&request);
  if (mtp_client_call(c->client, &call, NULL, answered, c, NULL, NULL) != MTP_OK)
    exit(1);
  c->left--;
  c->flying++;
}

static void answered(void *ctx, const mtp_error *error, mtp_reply *reply) {
  caller *c = ctx;
  c->flying--;
  if (error && c->failed++ == 0) {
    char line[300];
    fprintf(stderr, "%s\n", mtp_error_format(error, line, sizeof line));
  }
  mtp_reply_free(reply);
  if (c->left)
    ask(c);
}

static void run_calls(caller *c, size_t calls, size_t in_flight) {
  c->left = calls;
  while (c->left && c->flying < in_flight)
    ask(c);
  while (c->flying)
    mtp_client_poll(c->client, 1000);
}

/* The least of some rounds, of each figure by itself. */
static void measure_calls(caller *c, const char *name, size_t calls, size_t in_flight) {
  double least = 0, most = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double cpu = cpu_ns(), wall = wall_s();
    run_calls(c, calls / ROUNDS, in_flight);
    double each = (cpu_ns() - cpu) / 1e3 / (double)(calls / ROUNDS);
    double rate = (double)(calls / ROUNDS) / (wall_s() - wall);
    least = round == 0 || each < least ? each : least;
    most = rate > most ? rate : most;
  }
  printf("%s\t%.2f\tus\n%s, a second\t%.0f\tcalls\n", name, least, name, most);
}

/* ---- files ---- */

static int make_bytes(void *ctx, int64_t offset, void *out, size_t size) {
  (void)ctx;
  uint64_t word = (uint64_t)offset * 0x9e3779b97f4a7c15u + 1;
  for (size_t i = 0; i < size; i += 8) {
    word = word * 6364136223846793005u + 1442695040888963407u;
    memcpy((uint8_t *)out + i, &word, size - i < 8 ? size - i : 8);
  }
  return 0;
}

static void measure_upload(mtp_client *client, int64_t mib) {
  mtp_source source = {.read = make_bytes, .size = mib << 20, .name = "bench"};
  mtp_uploaded file;
  mtp_error error;
  uint8_t *part = malloc(512 << 10);
  double cpu = cpu_ns();
  for (int64_t i = 0; part && i < mib * 2; i++)
    make_bytes(NULL, i << 19, part, 512 << 10);
  double making = cpu_ns() - cpu;
  free(part);
  cpu = cpu_ns();
  if (mtp_upload(client, &source, NULL, &file, &error) != MTP_OK) {
    char line[300];
    fprintf(stderr, "upload: %s\n", mtp_error_format(&error, line, sizeof line));
    exit(1);
  }
  printf("upload\t%.3f\tms/MiB\n", (cpu_ns() - cpu - making) / 1e6 / (double)mib);
}

int main(int argc, char **argv) {
  size_t calls = argc > 1 ? (size_t)atol(argv[1]) : CALLS;
  int64_t mib = argc > 2 ? atol(argv[2]) : MIB;
  bench_dc dc;
  mtp_options options;
  caller c = {0};
  bench_dc_start(&dc);
  bench_dc_options(&dc, &options);
  if (mtp_client_new(&options, NULL, &c.client, NULL) != MTP_OK || !bench_dc_sign_in(c.client))
    return 1;
  measure_calls(&c, "call alone", calls / 10, 1);
  measure_calls(&c, "call, 256 in flight", calls, IN_FLIGHT);
  if (mib)
    measure_upload(c.client, mib);
  mtp_client_free(c.client);
  bench_dc_stop(&dc);
  return c.failed != 0;
}
