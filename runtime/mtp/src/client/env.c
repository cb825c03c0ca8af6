/* Options from the environment. */
#include <errno.h>
#include <mtp/env.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error_set.h"

static mtp_status wrong(mtp_error *error, const char *name, const char *why) {
  char text[600];
  snprintf(text, sizeof text, "%s: %s", name, why);
  return mtp_error_set(error, MTP_ERR_ARGUMENT, text);
}

/* A number from 1 to `most`, up to a byte that is `end`; 0: it is none. */
static long number(const char *text, char end, long most) {
  char *stop;
  errno = 0;
  long value = strtol(text, &stop, 10);
  return errno == 0 && stop != text && *stop == end && value > 0 && value <= most ? value : 0;
}

static bool read_dc(const char *text, mtp_dc_option *out) {
  const char *equals = strchr(text, '=');
  long dc = equals ? number(text, '=', 10000) : 2;
  const char *host = equals ? equals + 1 : text, *colon = strrchr(host, ':');
  bool brackets = *host == '[' && colon && colon > host && colon[-1] == ']';
  size_t n = colon ? (size_t)(colon - host) - (brackets ? 2 : 0) : 0;
  long port = colon ? number(colon + 1, 0, 65535) : 0;
  *out = (mtp_dc_option){.dc = (int32_t)dc, .port = (uint16_t)port};
  if (!dc || !port || !n || n >= sizeof out->host)
    return false;
  memcpy(out->host, host + (brackets ? 1 : 0), n);
  out->flags = strchr(out->host, ':') ? MTP_DC_IPV6 : 0;
  return true;
}

static bool read_key(const char *path, char out[8192]) {
  FILE *file = fopen(path, "r");
  if (!file)
    return false;
  size_t n = fread(out, 1, 8191, file);
  bool whole = n > 0 && feof(file) && !ferror(file);
  out[n] = 0;
  fclose(file);
  return whole;
}

static mtp_status take_server(mtp_options *options, mtp_env *storage, mtp_error *error) {
  const char *dc = getenv("TGCALL_DC"), *key = getenv("TGCALL_PUBLIC_KEY");
  if (dc) {
    if (!read_dc(dc, &storage->dc))
      return wrong(error, "TGCALL_DC", "not HOST:PORT");
    options->dcs = &storage->dc;
    options->n_dcs = 1;
    options->home_dc = storage->dc.dc;
  }
  if (key) {
    if (!read_key(key, storage->key))
      return wrong(error, "TGCALL_PUBLIC_KEY", "no file that can be read");
    storage->keys[0] = storage->key;
    options->public_keys = storage->keys;
    options->n_public_keys = 1;
  }
  return MTP_OK;
}

mtp_status mtp_options_from_env(mtp_options *options, mtp_env *storage, mtp_error *error) {
  const char *id = getenv("TGCALL_API_ID"), *proxy = getenv("TGCALL_PROXY");
  mtp_error why;
  memset(storage, 0, sizeof *storage);
  if (id) {
    options->api_id = (int32_t)number(id, 0, INT32_MAX);
    if (!options->api_id)
      return wrong(error, "TGCALL_API_ID", "not a number");
  }
  if (proxy) {
    if (mtp_proxy_parse(proxy, strlen(proxy), &storage->proxy, &why) != MTP_OK)
      return wrong(error, "TGCALL_PROXY", why.text);
    options->proxy = &storage->proxy;
  }
  return take_server(options, storage, error);
}
