/* Signs in with a code and, if it must, a 2FA password; says hello to oneself; calls a raw method.
 *   sign_in HOST:PORT DC PUBLIC_KEY SESSION      for a server of one's own, such as tests/dc
 *   sign_in SESSION                              for Telegram, with TGCALL_API_ID and
 * TGCALL_API_HASH */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tgauth/tgauth.h>

/* README begins */
static bool phone(void *ctx, char *out, size_t size) {
  (void)ctx;
  return tgauth_ask("phone: ", out, size);
}
static bool code(void *ctx, const tgauth_code *sent, char *out, size_t size) {
  char where[512];
  (void)ctx;
  fprintf(stderr, "%s\n", tgauth_explain(sent, where, sizeof where));
  return tgauth_ask("code: ", out, size);
}
static bool password(void *ctx, const char *hint, char *out, size_t size) {
  (void)ctx;
  if (*hint)
    fprintf(stderr, "hint: %s\n", hint);
  return tgauth_ask_hidden("2FA password: ", out, size);
}

static mtp_status run(tgauth *auth, mtp_error *error) {
  tgauth_start_callbacks callbacks = {.phone = phone, .code = code, .password = password};
  mtp_status status = tgauth_start(auth, NULL, &callbacks, error);
  if (status != MTP_OK)
    return status;
  status = tgauth_send_to_self(auth, "Hello, myself!", NULL, error);
  if (status != MTP_OK)
    return status;
  tg_help_getNearestDc request = {0}; /* any method of the schema is a struct like this */
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  status = mtp_call_sync(tgauth_client(auth), &call, NULL, &reply, error);
  if (status != MTP_OK)
    return status;
  const tg_nearestDc *nearest = tg_help_getNearestDc_result(mtp_reply_value(reply));
  printf("nearest data centre: %d\n", nearest->nearest_dc);
  mtp_reply_free(reply);
  return MTP_OK;
}
/* README ends */

static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = (char *)calloc(1, 16384);
  if (file && text && fread(text, 1, 16383, file) > 0) {
    fclose(file);
    return text;
  }
  perror(path);
  exit(2);
}

int main(int argc, char **argv) {
  tgauth_options options;
  tgauth *auth;
  mtp_error error;
  mtp_dc_option dc;
  const char *keys[1];
  char line[400];
  const char *id = getenv("TGCALL_API_ID"), *hash = getenv("TGCALL_API_HASH");
  if ((argc != 2 && argc != 5) || !id || !hash)
    return fprintf(stderr, "usage: %s [HOST:PORT DC PUBLIC_KEY] SESSION\n", argv[0]), 2;
  tgauth_options_init(&options);
  options.client.api_id = atoi(id);
  options.api_hash = hash;
  options.store = tgauth_store_file(argv[argc - 1], NULL);
  memset(&dc, 0, sizeof dc);
  if (argc == 5) { /* not Telegram: say where it is and what its key is */
    int port = 0;
    sscanf(argv[1], "%63[^:]:%d", dc.host, &port);
    dc.port = (uint16_t)port;
    dc.dc = options.client.home_dc = atoi(argv[2]);
    options.client.dcs = &dc;
    options.client.n_dcs = 1;
    keys[0] = read_text(argv[3]);
    options.client.public_keys = keys;
    options.client.n_public_keys = 1;
  }
  mtp_status status = tgauth_open(&options, &auth, &error);
  if (status == MTP_OK)
    status = run(auth, &error);
  if (status != MTP_OK)
    fprintf(stderr, "%s\n", mtp_error_format(&error, line, sizeof line));
  tgauth_close(auth);
  if (argc == 5)
    free((void *)(uintptr_t)keys[0]);
  return status == MTP_OK ? 0 : 1;
}
