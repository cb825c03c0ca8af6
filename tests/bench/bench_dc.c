/* The data centre of the benchmarks. */
#define _DEFAULT_SOURCE
#include "bench_dc.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tg/auth.h>
#include <tgdc/loop.h>
#include <unistd.h>

#define TOKEN "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

typedef struct place {
  uint16_t port;
  char key[1024];
} place;

static void serve(int fd) {
  char error[200] = "";
  tgdc_options options = {.now = tgdc_now()};
  tgdc *dc = tgdc_new(&options, error, sizeof error);
  tgdc_loop *loop = dc && tgdc_add_bot(dc, TOKEN, error, sizeof error)
                        ? tgdc_loop_new(dc, "127.0.0.1", 0, error, sizeof error)
                        : NULL;
  place where = {0};
  if (!loop) {
    fprintf(stderr, "%s\n", error);
    _exit(1);
  }
  where.port = tgdc_loop_port(loop, tgdc_dc_id(dc, 0));
  snprintf(where.key, sizeof where.key, "%s", tgdc_public_key(dc));
  if (write(fd, &where, sizeof where) != sizeof where)
    _exit(1);
  tgdc_loop_run(loop);
  _exit(0);
}

void bench_dc_start(bench_dc *dc) {
  int fds[2];
  place where;
  if (pipe(fds) != 0)
    exit(1);
  dc->child = fork();
  if (dc->child == 0)
    serve(fds[1]);
  close(fds[1]);
  if (dc->child < 0 || read(fds[0], &where, sizeof where) != sizeof where)
    exit(1);
  close(fds[0]);
  memcpy(dc->key, where.key, sizeof dc->key);
  dc->keys[0] = dc->key;
  dc->address = (mtp_dc_option){.dc = 2, .port = where.port, .host = "127.0.0.1"};
}

void bench_dc_stop(bench_dc *dc) {
  kill(dc->child, SIGTERM);
  waitpid(dc->child, NULL, 0);
}

void bench_dc_options(bench_dc *dc, mtp_options *options) {
  mtp_options_init(options);
  options->api_id = 1;
  options->dcs = &dc->address;
  options->n_dcs = 1;
  options->public_keys = dc->keys;
  options->n_public_keys = 1;
}

bool bench_dc_sign_in(mtp_client *client) {
  tg_auth_importBotAuthorization request = {
      .api_id = 1, .api_hash = TL_STR("x"), .bot_auth_token = TL_STR(TOKEN)};
  tl_call call = tg_auth_importBotAuthorization_call(&request);
  mtp_reply *reply = NULL;
  mtp_error error;
  mtp_status status = mtp_call_sync(client, &call, NULL, &reply, &error);
  char line[300];
  if (status != MTP_OK)
    fprintf(stderr, "%s\n", mtp_error_format(&error, line, sizeof line));
  mtp_reply_free(reply);
  return status == MTP_OK;
}
