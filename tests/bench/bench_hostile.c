/* What a hostile server costs a client: memory, and CPU time in all and in one
 * mtp_client_process().
 *
 *   bench_hostile bench_hostile_dc SCENARIO
 *
 * The server is a program of its own. Public functions only, so that this compiles with older
 * commits of the library, too. */
#define _DEFAULT_SOURCE
#include <mtp/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <tg/tg.h>
#include <unistd.h>

#include "measure.h"

typedef struct run {
  mtp_client *client;
  double most, all; /* CPU time of process(), ns */
  bool ended;
} run;

static void done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  run *r = ctx;
  if (error)
    fprintf(stderr, "%s %d %s\n", mtp_status_name(error->status), (int)error->code, error->text);
  mtp_reply_free(reply);
  r->ended = true;
}

static void turn(run *r) {
  struct pollfd fds[16];
  size_t n = mtp_client_fds(r->client, fds, 16);
  poll(fds, (nfds_t)n, mtp_client_timeout(r->client));
  double before = cpu_ns();
  mtp_client_process(r->client, fds, n);
  double took = cpu_ns() - before;
  r->all += took;
  r->most = took > r->most ? took : r->most;
}

static void call(run *r) {
  tg_help_getNearestDc request = {0};
  tl_call what = tg_help_getNearestDc_call(&request);
  mtp_error error;
  r->ended = false;
  if (mtp_client_call(r->client, &what, NULL, done, r, NULL, &error) != MTP_OK)
    exit(1);
  while (!r->ended)
    turn(r);
}

/* MB that the process has had at most. */
static double peak(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / 1024;
}

int main(int argc, char **argv) {
  static char pem[4096];
  char command[1024];
  const char *keys[1] = {pem};
  mtp_options options;
  mtp_error error;
  unsigned port;
  run r = {0};
  if (argc != 3)
    return 2;
  snprintf(command, sizeof command, "exec '%s' %s", argv[1], argv[2]);
  FILE *server = popen(command, "r");
  if (!server || fscanf(server, "%u\n", &port) != 1 || fread(pem, 1, sizeof pem - 1, server) == 0)
    return 1;
  mtp_dc_option address = {.dc = 2, .port = (uint16_t)port, .host = "127.0.0.1"};
  mtp_options_init(&options);
  options.api_id = 1;
  options.dcs = &address;
  options.n_dcs = options.n_public_keys = 1;
  options.public_keys = keys;
  options.keep_updates = true;
  options.call_timeout_ms = 0;
  if (mtp_client_new(&options, NULL, &r.client, &error) != MTP_OK)
    return 1;
  call(&r); /* the key exchange */
  mtp_client_set_user(r.client, 42, false);
  call(&r);
  r.most = r.all = 0;
  double before = peak();
  call(&r); /* behind its answer comes what is measured, and behind that the answer to the next */
  call(&r);
  printf("{\"scenario\": \"%s\", \"cpu_ms\": %.1f, \"most_ms\": %.1f, \"mb\": %.1f}\n", argv[2],
         r.all / 1e6, r.most / 1e6, peak() - before);
  mtp_client_free(r.client);
  pclose(server);
  return 0;
}
