/* From what is asked for to the layers that are stacked for it. */
#include <string.h>

#include "../crypto/secret.h"
#include "text.h"
#include "wire_internal.h"

#define MAX_PACKET_LIMIT (((size_t)1 << 26) - 4) /* what abridged framing can say */

/* Which layers lead through a proxy; the last may be NULL. MTProxy has none of its own: its secret
 * decides. */
typedef struct proxy_row {
  mtp_proxy_kind kind;
  const mtp_layer_class *first, *second;
} proxy_row;

static const proxy_row proxy_rows[] = {
    {MTP_PROXY_SOCKS5, &mtp_layer_socks5, NULL},
    {MTP_PROXY_SOCKS4, &mtp_layer_socks4, NULL},
    {MTP_PROXY_HTTP, &mtp_layer_http_connect, NULL},
    {MTP_PROXY_HTTPS, &mtp_layer_tls, &mtp_layer_http_connect},
    {MTP_PROXY_MTPROTO, NULL, NULL},
};

static mtp_cause config_fail(mtp_wire *wire, const char *text) {
  mtp_failure_set(&wire->failure, MTP_ERR_ARGUMENT, 0, "%s", text);
  return MTP_ERR_ARGUMENT;
}

static mtp_cause no_memory(mtp_wire *wire) {
  mtp_failure_memory(&wire->failure);
  return MTP_ERR_NOMEM;
}

static mtp_cause push(mtp_wire *wire, const mtp_layer_class *cls, const mtp_layer_config *config) {
  if (wire->count == MTP_WIRE_LAYERS)
    return config_fail(wire, "too many layers");
  mtp_layer *layer = tl_alloc_zero(wire->allocator, cls->size);
  if (!layer)
    return no_memory(wire);
  layer->cls = cls;
  tl_buffer_init(&layer->up, wire->allocator, 0);
  tl_buffer_init(&layer->down, wire->allocator, 0);
  wire->configs[wire->count] = *config;
  mtp_layer_config *kept = &wire->configs[wire->count];
  wire->layers[wire->count++] = layer;
  if (cls->init && !cls->init(layer, kept, wire->allocator, &wire->failure))
    return wire->failure.kind == MTP_ERR_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_ARGUMENT;
  return MTP_OK;
}

static bool is_mtproxy(const mtp_proxy *proxy) {
  return proxy->kind == MTP_PROXY_MTPROTO;
}

static mtp_cause check_proxy(mtp_wire *wire, const mtp_proxy *proxy, bool last) {
  if (!memchr(proxy->host, 0, sizeof proxy->host) || !memchr(proxy->user, 0, sizeof proxy->user) ||
      !memchr(proxy->password, 0, sizeof proxy->password) ||
      !memchr(proxy->secret.domain, 0, sizeof proxy->secret.domain))
    return config_fail(wire, "a text of the proxy is not terminated");
  if (!mtp_host_ok(proxy->host, strlen(proxy->host)) || proxy->port == 0)
    return config_fail(wire, "the proxy has no host or no port");
  if (is_mtproxy(proxy) && !last)
    return config_fail(wire, "MTProxy must be the last proxy");
  if (proxy->secret.kind > MTP_SECRET_TLS ||
      (proxy->secret.kind == MTP_SECRET_TLS && !proxy->secret.domain[0]))
    return config_fail(wire, "the secret of the proxy is incomplete");
  return MTP_OK;
}

/* Layers to wherever the next hop is, through one proxy. */
static mtp_cause push_proxy(mtp_wire *wire, size_t index, const mtp_wire_options *options) {
  const mtp_proxy *proxy = &wire->proxies[index];
  bool last = index + 1 == wire->proxy_count;
  mtp_layer_config config = {.proxy = proxy, .tls = options->tls};
  mtp_layer_config to_proxy = {
      .proxy = proxy, .host = proxy->host, .port = proxy->port, .tls = options->tls};
  config.host = !last ? wire->proxies[index + 1].host : wire->address ? wire->address : wire->host;
  config.port = last ? wire->port : wire->proxies[index + 1].port;
  for (size_t i = 0; i < sizeof proxy_rows / sizeof *proxy_rows; i++) {
    const proxy_row *row = &proxy_rows[i];
    if (row->kind != proxy->kind)
      continue;
    mtp_cause status = MTP_OK;
    if (row->first)
      status = push(wire, row->first, row->second ? &to_proxy : &config);
    return status == MTP_OK && row->second ? push(wire, row->second, &config) : status;
  }
  return config_fail(wire, "an unknown kind of proxy");
}

/* Obfuscated under a secret, in fake TLS if that is what the secret asks for. */
static mtp_cause push_mtproxy(mtp_wire *wire, const mtp_secret *secret,
                              const mtp_wire_options *options) {
  const mtp_framing_class *framing = mtp_framing_behind(options->transport, secret->kind);
  wire->framing.cls = framing;
  mtp_layer_config config = {.secret = secret,
                             .raw_zero_secret = options->raw_zero_secret,
                             .classic_hello = options->classic_hello,
                             .tag = framing->tag,
                             .dc = options->dc};
  mtp_cause status = MTP_OK;
  if (secret->kind == MTP_SECRET_TLS)
    status = push(wire, &mtp_layer_faketls, &config);
  return status == MTP_OK ? push(wire, &mtp_layer_obfuscated, &config) : status;
}

/* What the transport puts between the last proxy and the packets. */
static mtp_cause push_transport(mtp_wire *wire, const mtp_wire_options *options) {
  const mtp_transport_class *transport = options->transport;
  mtp_layer_config config = {.host = wire->host,
                             .port = wire->port,
                             .path = wire->path,
                             .secure = transport->tls,
                             .tag = transport->framing->tag,
                             .tls = options->tls};
  wire->framing.cls = transport->framing;
  wire->framing.default_port = transport->tls ? 443 : 80;
  if (transport->obfuscated && transport->framing->tag == 0)
    return config_fail(wire, "a framing without a tag cannot be obfuscated");
  mtp_cause status = MTP_OK;
  if (transport->tls)
    status = push(wire, &mtp_layer_tls, &config);
  if (status == MTP_OK && transport->websocket)
    status = push(wire, &mtp_layer_websocket, &config);
  if (status == MTP_OK && transport->obfuscated)
    status = push(wire, &mtp_layer_obfuscated, &config);
  return status;
}

static char *copy_text(const mtp_wire *wire, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = tl_alloc(wire->allocator, size);
  if (copy)
    memcpy(copy, text, size);
  return copy;
}

static bool path_ok(const char *path) {
  for (const char *c = path; *c; c++)
    if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
      return false;
  return path[0] == '/' && strlen(path) <= 1024;
}

static mtp_cause copy_options(mtp_wire *wire, const mtp_wire_options *options) {
  const char *path = options->path;
  if (!path)
    path = mtp_web_path(options->transport->websocket, false);
  if (!path_ok(path))
    return config_fail(wire, "the path must start with / and hold no blanks");
  if (options->proxy_count > MTP_WIRE_PROXIES)
    return config_fail(wire, "too many proxies");
  wire->path = copy_text(wire, path);
  wire->host = copy_text(wire, options->host ? options->host : "");
  wire->address = options->address ? copy_text(wire, options->address) : NULL;
  wire->port = options->port;
  wire->proxy_count = options->proxy_count;
  if (options->proxy_count)
    wire->proxies = tl_alloc_zero(wire->allocator, options->proxy_count * sizeof *options->proxies);
  if (options->secret)
    wire->secret = tl_alloc_zero(wire->allocator, sizeof *wire->secret);
  if (!wire->path || !wire->host || (options->address && !wire->address) ||
      (options->proxy_count && !wire->proxies) || (options->secret && !wire->secret))
    return no_memory(wire);
  if (options->proxy_count)
    memcpy(wire->proxies, options->proxies, options->proxy_count * sizeof *options->proxies);
  if (options->secret)
    *wire->secret = *options->secret;
  return MTP_OK;
}

static mtp_cause check_target(mtp_wire *wire) {
  if (wire->proxy_count && is_mtproxy(&wire->proxies[wire->proxy_count - 1]))
    return MTP_OK;
  if (!mtp_host_ok(wire->host, strlen(wire->host)) || wire->port == 0 ||
      (wire->address && !mtp_host_ok(wire->address, strlen(wire->address))))
    return config_fail(wire, "the data centre has no host or no port");
  return MTP_OK;
}

static mtp_cause push_all(mtp_wire *wire, const mtp_wire_options *options) {
  const mtp_secret *secret = wire->secret;
  mtp_cause status = check_target(wire);
  for (size_t i = 0; i < wire->proxy_count && status == MTP_OK; i++) {
    status = check_proxy(wire, &wire->proxies[i], i + 1 == wire->proxy_count);
    if (status == MTP_OK)
      status = push_proxy(wire, i, options);
    if (is_mtproxy(&wire->proxies[i]))
      secret = &wire->proxies[i].secret;
  }
  wire->proxy_layers = wire->count;
  if (status == MTP_OK)
    status = secret ? push_mtproxy(wire, secret, options) : push_transport(wire, options);
  if (wire->proxy_count && is_mtproxy(&wire->proxies[wire->proxy_count - 1]))
    wire->proxy_layers = wire->count;
  return status;
}

mtp_cause mtp_wire_build(mtp_wire *wire, const mtp_wire_options *options) {
  if (!options->transport)
    return config_fail(wire, "there is no transport of that name");
  wire->max_packet = options->max_packet ? options->max_packet : MTP_MAX_PACKET;
  if (wire->max_packet > MAX_PACKET_LIMIT || wire->max_packet < 1024)
    return config_fail(wire, "the cap on packets must lie between 1024 and 2^26 - 4");
  mtp_cause status = copy_options(wire, options);
  if (status == MTP_OK)
    status = push_all(wire, options);
  if (status != MTP_OK)
    return status;
  mtp_framing *framing = &wire->framing;
  framing->side = MTP_CLIENT_SIDE;
  framing->max_packet = wire->max_packet;
  framing->rng = &wire->rng;
  framing->allocator = wire->allocator;
  framing->host = wire->host;
  framing->port = wire->port;
  framing->path = wire->path;
  return MTP_OK;
}
