/* The options: their defaults, and the copy that a client keeps. */
#include "client/options.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "net/link.h"

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
      .transport = "intermediate",
      .ws_path = "/apiws",
      .http_path = "/api",
      .temp_key_s = 86400,
      .connect_timeout_ms = 15000,
      .call_timeout_ms = 60000,
      .reconnect_min_ms = 1000,
      .reconnect_max_ms = 60000,
      .reconnect_tries = 5,
      .file_connections = 1,
      .ping_s = 60,
      .process_ms = 10,
      .process_bytes = (size_t)1 << 20,
      .inflate_bytes = (size_t)16 << 20,
      .queue_bytes = (size_t)16 << 20,
      .call_sends = 8,
      .http_answer_ms = 15000,
      .notice_ms = 1000,
      .flood_sleep_s = 60,
      .flood_sleep_total_s = 120,
      .retries = 3,
      .follow_migrate = true,
      .log_level = MTP_LOG_INFO,
  };
}

/* The reason why these options make no sense, NULL when they do. */
const char *mtp_options_complaint(const mtp_options *o) {
  mtp_link_traits traits;
  if (!mtp_link_traits_of(o->transport, o->obfuscated, o->proxy, &traits))
    return "options.transport is none";
  if (o->n_dcs && !o->dcs)
    return "options.dcs is NULL";
  if (o->n_dcs > MTP_MAX_OPTIONS)
    return "options.n_dcs is too large";
  if (o->n_public_keys && !o->public_keys)
    return "options.public_keys is NULL";
  if (o->home_dc <= 0 || o->home_dc > MTP_DC_MAX)
    return "options.home_dc is no data centre";
  if (o->connect_timeout_ms == 0)
    return "options.connect_timeout_ms is 0";
  if (o->reconnect_min_ms == 0 || o->reconnect_max_ms < o->reconnect_min_ms)
    return "options.reconnect_min_ms and reconnect_max_ms are no range";
  if (o->pfs && o->temp_key_s < 60)
    return "options.temp_key_s is below 60";
  if (o->file_connections > MTP_MAX_CONNECTIONS)
    return "options.file_connections is too large";
  if (o->ping_s == 0)
    return "options.ping_s is 0";
  if (!o->process_bytes || !o->inflate_bytes || !o->queue_bytes || !o->call_sends ||
      !o->http_answer_ms)
    return "one of the bounds in the options is 0";
  return NULL;
}

/* What options point to, one after the other in one piece of memory. Gone through twice: data is
 * NULL to find out how much it is. */
typedef struct keeper {
  uint8_t *data;
  size_t used;
} keeper;

static const void *keep(keeper *k, const void *from, size_t size) {
  enum { ALIGN = 16 };
  if (!from || size == 0)
    return from;
  uint8_t *to = k->data ? k->data + k->used : NULL;
  k->used += (size + ALIGN - 1) / ALIGN * ALIGN;
  return to ? memcpy(to, from, size) : from;
}

static void keep_text(keeper *k, const char **text) {
  if (*text)
    *text = keep(k, *text, strlen(*text) + 1);
}

static void system_name(char *out, size_t size) {
  struct utsname name;
  if (uname(&name) >= 0)
    snprintf(out, size, "%s %s", name.sysname, name.release);
  else
    snprintf(out, size, "unknown");
}

static void keep_all(keeper *k, mtp_options *o) {
  const char **texts[] = {&o->device_model, &o->app_version,      &o->system_version, &o->lang_pack,
                          &o->lang_code,    &o->system_lang_code, &o->ws_path,        &o->http_path,
                          &o->tls_ca_file,  &o->config_key,       &o->transport};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    keep_text(k, texts[i]);
  o->dcs = keep(k, o->dcs, o->n_dcs * sizeof *o->dcs);
  o->proxy = keep(k, o->proxy, sizeof *o->proxy);
}

mtp_status mtp_options_keep(const mtp_options *from, mtp_options *to, void **kept, size_t *size) {
  struct utsname name;
  char system[sizeof name.sysname + sizeof name.release + 2];
  keeper k = {.data = NULL};
  *to = *from;
  if (!to->system_version) {
    system_name(system, sizeof system);
    to->system_version = system;
  }
  to->public_keys = NULL; /* read by then */
  to->n_public_keys = 0;
  mtp_options sized = *to;
  keep_all(&k, &sized);
  *size = k.used;
  k = (keeper){.data = tl_alloc(from->allocator, k.used)};
  *kept = k.data;
  if (!k.data)
    return MTP_ERR_NOMEM;
  keep_all(&k, to);
  return MTP_OK;
}
