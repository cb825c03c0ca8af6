/* The options: their defaults, and the copy that a client keeps. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "client/internal.h"

#ifndef MTP_VERSION
#define MTP_VERSION "0"
#endif

void mtp_options_init(mtp_options *options) {
  *options = (mtp_options){
      .device_model = "tlgen",
      .app_version = MTP_VERSION,
      .system_lang_code = "en",
      .lang_pack = "",
      .lang_code = "en",
      .home_dc = 2,
      .transport = MTP_TRANSPORT_INTERMEDIATE,
      .ws_path = "/apiws",
      .http_path = "/api",
      .temp_key_s = 86400,
      .connect_timeout_ms = 15000,
      .call_timeout_ms = 60000,
      .reconnect_min_ms = 1000,
      .reconnect_max_ms = 60000,
      .reconnect_tries = 5,
      .ping_s = 60,
      .flood_sleep_s = 60,
      .flood_sleep_total_s = 120,
      .retries = 3,
      .follow_migrate = true,
      .log_level = MTP_LOG_INFO,
  };
}

static const char *const transport_names[] = {"abridged", "intermediate", "padded", "full",
                                              "ws",       "wss",          "http",   "https"};

bool mtp_transport_parse(const char *name, mtp_transport *out) {
  for (size_t i = 0; i < sizeof transport_names / sizeof *transport_names; i++) {
    if (strcmp(name, transport_names[i]) != 0)
      continue;
    *out = (mtp_transport)i;
    return true;
  }
  return false;
}

/* The reason why these options make no sense, NULL when they do. */
const char *mtp_options_complaint(const mtp_options *o) {
  if ((unsigned)o->transport > MTP_TRANSPORT_HTTPS)
    return "options.transport is none";
  if (o->n_dcs && !o->dcs)
    return "options.dcs is NULL";
  if (o->n_dcs > MTP_MAX_OPTIONS)
    return "options.n_dcs is too large";
  if (o->n_public_keys && !o->public_keys)
    return "options.public_keys is NULL";
  if (o->home_dc <= 0 || o->home_dc > 10000)
    return "options.home_dc is no data centre";
  if (o->connect_timeout_ms == 0)
    return "options.connect_timeout_ms is 0";
  if (o->reconnect_min_ms == 0 || o->reconnect_max_ms < o->reconnect_min_ms)
    return "options.reconnect_min_ms and reconnect_max_ms are no range";
  if (o->pfs && o->temp_key_s < 60)
    return "options.temp_key_s is below 60";
  if (o->ping_s == 0)
    return "options.ping_s is 0";
  return NULL;
}

/* A copy of *text in the arena; NULL stays NULL. False when out of memory. */
static bool keep_text(tl_arena *arena, const char **text) {
  if (!*text)
    return true;
  *text = tl_arena_copy(arena, *text, strlen(*text));
  return *text != NULL;
}

static bool keep_keys(tl_arena *arena, mtp_options *o) {
  if (o->n_public_keys == 0)
    return true;
  const char **copy = tl_arena_alloc(arena, o->n_public_keys * sizeof *copy);
  if (!copy)
    return false;
  for (size_t i = 0; i < o->n_public_keys; i++) {
    copy[i] = o->public_keys[i];
    if (!keep_text(arena, &copy[i]))
      return false;
  }
  o->public_keys = copy;
  return true;
}

static bool keep_array(tl_arena *arena, const void **array, size_t size) {
  if (!*array || size == 0)
    return true;
  void *copy = tl_arena_alloc(arena, size);
  if (!copy)
    return false;
  memcpy(copy, *array, size);
  *array = copy;
  return true;
}

static bool keep_system(tl_arena *arena, mtp_options *o) {
  if (o->system_version)
    return keep_text(arena, &o->system_version);
  struct utsname name;
  char text[sizeof name.sysname + sizeof name.release + 2] = "unknown";
  if (uname(&name) >= 0)
    snprintf(text, sizeof text, "%s %s", name.sysname, name.release);
  o->system_version = text;
  return keep_text(arena, &o->system_version);
}

mtp_status mtp_options_keep(const mtp_options *from, tl_arena *arena, mtp_options *to) {
  *to = *from;
  const char **texts[] = {&to->device_model, &to->app_version, &to->system_lang_code,
                          &to->lang_pack,    &to->lang_code,   &to->tls_ca_file,
                          &to->ws_path,      &to->http_path};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (!keep_text(arena, texts[i]))
      return MTP_ERR_NOMEM;
  const void *dcs = to->dcs, *proxy = to->proxy;
  bool ok = keep_system(arena, to) && keep_keys(arena, to) &&
            keep_array(arena, &dcs, to->n_dcs * sizeof *to->dcs) &&
            keep_array(arena, &proxy, sizeof *to->proxy);
  if (!ok)
    return MTP_ERR_NOMEM;
  to->dcs = dcs;
  to->proxy = proxy;
  return MTP_OK;
}
