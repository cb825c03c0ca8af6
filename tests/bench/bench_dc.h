/* A local data centre in a child process, for the benchmarks. A failure ends the program. */
#ifndef BENCH_DC_H
#define BENCH_DC_H

#include <mtp/client.h>
#include <sys/types.h>

typedef struct bench_dc {
  pid_t child;
  char key[1024]; /* its public key */
  const char *keys[1];
  mtp_dc_option address;
} bench_dc;

void bench_dc_start(bench_dc *dc);
void bench_dc_stop(bench_dc *dc);

/* What a client needs to find it; borrowed from dc. */
void bench_dc_options(bench_dc *dc, mtp_options *options);

/* Signs in as the bot that it knows. */
bool bench_dc_sign_in(mtp_client *client);

#endif
