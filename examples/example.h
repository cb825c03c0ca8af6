/* What the examples share: a client for `example API_ID [HOST:PORT KEY.pem]`. With two more
 * arguments it talks to a local data centre (tgdc) instead of Telegram. Programs of your own fill
 * in mtp_options and are done. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <mtp/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>

/* Text of a file, to be freed; NULL when it cannot be read. */
static inline char *example_read(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = (char *)calloc(1, 8192);
  if (file && text)
    text[fread(text, 1, 8191, file)] = 0;
  if (file)
    fclose(file);
  return text;
}

/* The client, or an exit with a word on what is wrong. */
static inline mtp_client *example_client(int argc, char **argv) {
  mtp_options options;
  mtp_dc_option dc;
  mtp_client *client = NULL;
  mtp_error error;
  const char *key = NULL;
  mtp_options_init(&options);
  memset(&dc, 0, sizeof dc);
  dc.dc = 2;
  options.api_id = argc > 1 ? atoi(argv[1]) : 0;
  if (options.api_id <= 0 || argc == 3) {
    fprintf(stderr, "usage: %s API_ID [HOST:PORT KEY.pem]\n", argv[0]);
    exit(2);
  }
  if (argc > 3) {
    unsigned port = 0;
    sscanf(argv[2], "%63[^:]:%u", dc.host, &port);
    dc.port = (uint16_t)port;
    key = example_read(argv[3]);
    options.dcs = &dc;
    options.n_dcs = 1;
    options.public_keys = &key;
    options.n_public_keys = 1;
  }
  if (mtp_client_new(&options, NULL, &client, &error) != MTP_OK) {
    fprintf(stderr, "%s\n", error.text);
    exit(2);
  }
  free((void *)key); /* the client has its own copy */
  return client;
}

/* An answer to help.getNearestDc, printed: a mtp_call_done whose ctx is an int to count down. */
static inline void example_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  char line[300];
  --*(int *)ctx;
  if (error) {
    fprintf(stderr, "%s\n", mtp_error_format(error, line, sizeof line));
  } else {
    const tg_nearestDc *nearest = tg_help_getNearestDc_result(mtp_reply_value(reply));
    printf("this data centre: %d, nearest: %d, country: %s\n", nearest->this_dc,
           nearest->nearest_dc, nearest->country.data);
  }
  mtp_reply_free(reply);
}

/* Starts it. False with a word on why not. */
static inline bool example_call(mtp_client *client, int *left) {
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_error error;
  if (mtp_client_call(client, &call, NULL, example_done, left, NULL, &error) == MTP_OK)
    return true;
  fprintf(stderr, "%s\n", error.text);
  return false;
}

#endif
