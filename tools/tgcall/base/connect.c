/* From the options of the command line to an open session. */
#include "tgcall.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tl/visible.h>

/* A number between least and most; complains and returns false otherwise. */
static bool number(const char *name, const char *text, long least, long most, long *out) {
  char *end;
  *out = strtol(text, &end, 10);
  if (!*text || *end || *out < least || *out > most)
    return usage_error("%s takes a number from %ld to %ld, not \"%s\"", name, least, most, text),
           false;
  return true;
}

/* HOST:PORT with the host in brackets when it is an IPv6 address. */
static bool parse_dc(const connection_args *args, mtp_dc_option *out) {
  long port, id = 2;
  memset(out, 0, sizeof *out);
  const char *colon = strrchr(args->dc, ':');
  if (!colon)
    return usage_error("--dc takes HOST:PORT, not \"%s\"", args->dc), false;
  if (!number("--dc", colon + 1, 1, 65535, &port))
    return false;
  if (args->dc_id && !number("--dc-id", args->dc_id, 1, 999, &id))
    return false;
  const char *host = args->dc;
  size_t size = (size_t)(colon - host);
  if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
    host++;
    size -= 2;
    out->flags = MTP_DC_IPV6;
  }
  if (size == 0 || size >= sizeof out->host)
    return usage_error("--dc: \"%s\" has no host, or one that is too long", args->dc), false;
  memcpy(out->host, host, size);
  out->dc = (int32_t)id;
  out->port = (uint16_t)port;
  out->flags |= MTP_DC_THIS_PORT; /* the address that was given, and no other */
  return true;
}

static void log_line(void *ctx, mtp_log_level level, const char *text) {
  static const char *const names[] = {"error", "warning", "info", "debug", "trace"};
  (void)ctx;
  char line[1024];
  tl_visible(line, sizeof line, text, strlen(text));
  fprintf(stderr, "tgcall: %s: %s\n", names[level], line);
}

/* Everything that the options point to while the client is made. */
typedef struct parsed {
  mtp_dc_option dc;
  mtp_proxy proxy;
  tl_buffer key;
  int status; /* why it failed: EXIT_USAGE if nothing else is said */
  const char *keys[1];
} parsed;

static bool set_server(const connection_args *args, parsed *room, mtp_options *out) {
  if (args->dc) {
    if (!parse_dc(args, &room->dc))
      return false;
    out->dcs = &room->dc;
    out->n_dcs = 1;
    out->home_dc = room->dc.dc;
  }
  if (args->public_key) {
    if ((room->status = read_file(args->public_key, &room->key)) != EXIT_OK)
      return false;
    room->status = EXIT_USAGE;
    room->keys[0] = (const char *)room->key.data;
    out->public_keys = room->keys;
    out->n_public_keys = 1;
  }
  return true;
}

static bool is_transport(const char *name) {
  size_t i = 0;
  while (mtp_transport_name(i) && strcmp(mtp_transport_name(i), name) != 0)
    i++;
  return mtp_transport_name(i) != NULL;
}

static bool set_path(const connection_args *args, parsed *room, mtp_options *out) {
  mtp_error error;
  if (args->transport && !is_transport(args->transport))
    return usage_error("no transport \"%s\"", args->transport), false;
  out->transport = args->transport ? args->transport : out->transport;
  if (args->proxy && args->proxy[0]) {
    if (mtp_proxy_parse(args->proxy, strlen(args->proxy), &room->proxy, &error) != MTP_OK)
      return usage_error("proxy, at byte %zu: %s", error.tl.offset + 1, error.text), false;
    out->proxy = &room->proxy;
  }
  out->obfuscated = args->obfuscated;
  out->ipv6 = args->ipv6;
  out->tls_ca_file = args->ca_file;
  out->tls_insecure = args->insecure;
  return true;
}

static bool set_all(const connection_args *args, parsed *room, tgauth_options *out) {
  long api_id, seconds;
  if (!args->api_id || !args->api_hash)
    return usage_error("--api-id and --api-hash are needed: my.telegram.org gives them"), false;
  if (!number("--api-id", args->api_id, 1, 0x7fffffff, &api_id))
    return false;
  if (args->timeout) {
    if (!number("--timeout", args->timeout, 1, 86400, &seconds))
      return false;
    out->client.call_timeout_ms = (uint32_t)seconds * 1000;
  }
  out->client.api_id = (int32_t)api_id;
  out->client.test = args->test;
  out->client.any_servers = args->any_servers;
  out->client.pfs = args->pfs;
  out->client.keep_updates = args->keep_updates;
  out->client.reconnect_tries = 3; /* a person waits: say soon that nobody answers */
  out->client.reconnect_min_ms = 500;
  out->client.log = log_line;
  out->client.log_level = args->verbose ? MTP_LOG_DEBUG : MTP_LOG_ERROR;
  out->api_hash = args->api_hash;
  return set_server(args, room, &out->client) && set_path(args, room, &out->client);
}

/* Addresses that Telegram publishes outside its own servers. */
static int add_config(tgauth *auth, const char *path) {
  tl_buffer text;
  mtp_error error;
  tl_buffer_init(&text, NULL, 0);
  int read = read_file(path, &text);
  if (read != EXIT_OK)
    return read;
  mtp_status status =
      mtp_client_add_config(tgauth_client(auth), (const char *)text.data, text.size, NULL, &error);
  tl_buffer_free(&text);
  return status == MTP_OK ? EXIT_OK : report_error(&error);
}

/* A file for each server, so that a session is not shown to another one. */
static void default_name(const connection_args *args, char *out, size_t size) {
  const char *server = args->dc ? args->dc : args->test ? "test" : "telegram";
  if (args->account && *args->account)
    snprintf(out, size, "%.40s.%.60s.session", server, args->account);
  else
    snprintf(out, size, "%.100s.session", server);
  for (char *c = out; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr(".-", *c))
      *c = '_';
}

/* Others would have to become something else in a file's name, and two accounts one file. */
static bool is_name(const char *account) {
  for (const char *c = account; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
      return usage_error("an account's name has letters, digits, \".\", \"_\" and \"-\" only"),
             false;
  return true;
}

/* Makes a folder that may be there already. */
static bool make_folder(const char *path) {
  return mkdir(path, 0700) == 0 || errno == EEXIST;
}

const char *session_path(const connection_args *args, char *room, size_t size) {
  const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  char name[128];
  if (args->session && *args->session && !(args->account && *args->account))
    return args->session;
  if (args->account && !is_name(args->account))
    return NULL;
  bool own = base && *base == '/'; /* others are to be ignored, says its specification */
  if (!own && (!home || *home != '/'))
    return usage_error("no place for the session: --session FILE names one"), NULL;
  default_name(args, name, sizeof name);
  const char *parts[] = {own ? base : home, own ? "" : "/.config", "/tgcall", "/", name};
  size_t used = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    size_t n = strlen(parts[i]);
    if (used + n >= size)
      return usage_error("the path of the default session is too long: use --session"), NULL;
    memcpy(room + used, parts[i], n + 1);
    used += n;
    if (i < 3 && n && !make_folder(room))
      return usage_error("cannot make the folder %s: %s; --session FILE names another place", room,
                         strerror(errno)),
             NULL;
  }
  return room;
}

int with_options(const connection_args *args, int (*use)(const tgauth_options *options, void *ctx),
                 void *ctx) {
  parsed room;
  tgauth_options options;
  memset(&room, 0, sizeof room);
  tl_buffer_init(&room.key, NULL, 0);
  tgauth_options_init(&options);
  int status = set_all(args, &room, &options) ? use(&options, ctx) : EXIT_USAGE;
  tl_buffer_free(&room.key);
  mtp_proxy_wipe(&room.proxy);
  return status;
}

tgauth *connect_session(const connection_args *args, int *status) {
  parsed room;
  tgauth_options options;
  tgauth *auth = NULL;
  mtp_error error;
  memset(&room, 0, sizeof room);
  tl_buffer_init(&room.key, NULL, 0);
  tgauth_options_init(&options);
  room.status = EXIT_USAGE;
  if (set_all(args, &room, &options)) {
    char path[4096];
    *status = EXIT_USAGE;
    const char *session = session_path(args, path, sizeof path);
    if (session && session_is_leased(session))
      (void)setenv("TGCALL_SESSION", session, 1); /* for advice */
    if (session)
      *status = session_store(args, session, &options.store);
    if (options.store && tgauth_open(&options, &auth, &error) != MTP_OK)
      *status = report_session_error(session, &error);
    else if (options.store)
      *status = args->config ? add_config(auth, args->config) : EXIT_OK;
  } else {
    *status = room.status;
  }
  if (auth && *status != EXIT_OK) {
    tgauth_close(auth);
    auth = NULL;
  }
  tl_buffer_free(&room.key);
  mtp_proxy_wipe(&room.proxy);
  return auth;
}
