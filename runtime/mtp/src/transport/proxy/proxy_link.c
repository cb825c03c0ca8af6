/* The links that Telegram's clients share proxies by: tg://proxy?..., https://t.me/socks?... */
#include <openssl/crypto.h>
#include <string.h>

#include "proxy_internal.h"
#include "transport/host.h"
#include "transport/text.h"

/* Each parameter of a link, as it stands in the URL. */
enum { SERVER, PORT, SECRET, USER, PASS, PARAMETERS };
static const char *const names[PARAMETERS] = {"server", "port", "secret", "user", "pass"};

typedef struct link_values {
  const char *url;
  tl_string value[PARAMETERS]; /* data NULL: not given */
} link_values;

static size_t skip_prefix(const char *url, size_t size, size_t at, const char *prefix) {
  size_t n = strlen(prefix);
  return size - at >= n && mtp_text_is(url + at, n, prefix) ? at + n : at;
}

/* Behind one of Telegram's names, with or without www. and the port that it has anyway; `at` itself
 * when none stands there. */
static size_t skip_host(const char *url, size_t size, size_t at) {
  static const char *const hosts[] = {"t.me", "telegram.me", "telegram.dog"};
  static const char *const ports[] = {":443/", ":80/", "/"};
  size_t name = skip_prefix(url, size, at, "www.");
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    size_t end = skip_prefix(url, size, name, hosts[i]);
    for (size_t j = 0; end != name && j < sizeof ports / sizeof *ports; j++)
      if (skip_prefix(url, size, end, ports[j]) != end)
        return end + strlen(ports[j]);
  }
  return at;
}

bool mtp_proxy_link_find(const char *url, size_t size, size_t *at) {
  size_t start = skip_prefix(url, size, 0, "tg:");
  bool found = start != 0;
  if (found) {
    start = skip_prefix(url, size, start, "//");
  } else {
    start = skip_prefix(url, size, 0, "https://");
    start = start ? start : skip_prefix(url, size, 0, "http://");
    size_t host = start;
    start = skip_host(url, size, host);
    found = start != host;
  }
  *at = start;
  return found;
}

static mtp_status link_fail(const link_values *link, mtp_error *error, tl_status fault,
                            int parameter, const char *text) {
  const char *at = link->value[parameter].data;
  return mtp_proxy_fail(error, fault, at ? (size_t)(at - link->url) : 0, text);
}

static mtp_status take_parameter(link_values *link, const char *from, size_t n, mtp_error *error) {
  const char *equals = memchr(from, '=', n);
  size_t name_size = equals ? (size_t)(equals - from) : n;
  for (int i = 0; i < PARAMETERS; i++) {
    if (!mtp_text_is(from, name_size, names[i]))
      continue;
    if (link->value[i].data)
      return mtp_proxy_fail(error, TL_ERR_SYNTAX, (size_t)(from - link->url),
                            "the same parameter a second time");
    const char *value = equals ? equals + 1 : from + n;
    link->value[i] = (tl_string){value, (size_t)(from + n - value)};
  }
  return MTP_OK;
}

/* Splits name=value&... ; parameters that nobody knows are left alone, as newer links have more. */
static mtp_status split_query(link_values *link, const char *query, size_t n, mtp_error *error) {
  const char *end = query + n;
  const char *fragment = memchr(query, '#', n);
  end = fragment ? fragment : end;
  while (query < end) {
    const char *next = memchr(query, '&', (size_t)(end - query));
    next = next ? next : end;
    mtp_status status = take_parameter(link, query, (size_t)(next - query), error);
    if (status != MTP_OK)
      return status;
    query = next + (next < end);
  }
  return MTP_OK;
}

/* A name or an address; IPv6 with or without brackets. NULL when it is one, else what is wrong. */
static const char *take_host(const char *text, mtp_proxy *out) {
  uint8_t address[16];
  size_t n = strlen(text);
  bool brackets = n > 2 && text[0] == '[' && text[n - 1] == ']';
  const char *fault = mtp_host_take(text + brackets, n - 2U * brackets, out->host);
  if (fault)
    return fault;
  if ((brackets || strchr(out->host, ':')) && mtp_parse_address(out->host, address) != 16)
    return "server= is not an IPv6 address; a port goes into port=";
  return NULL;
}

static mtp_status link_server(const link_values *link, mtp_proxy *out, mtp_error *error) {
  tl_string server = link->value[SERVER], port = link->value[PORT];
  char host[260], digits[16];
  size_t at = 0;
  if (!server.data || server.size == 0)
    return link_fail(link, error, TL_ERR_NAME, SERVER, "server= is missing");
  if (!port.data)
    return link_fail(link, error, TL_ERR_NAME, PORT, "port= is missing");
  if (!mtp_percent_decode(server.data, server.size, host, sizeof host, &at))
    return link_fail(link, error, TL_ERR_SYNTAX, SERVER, "server= cannot be decoded");
  const char *fault = take_host(host, out);
  if (fault)
    return link_fail(link, error, TL_ERR_SYNTAX, SERVER, fault);
  if (!mtp_percent_decode(port.data, port.size, digits, sizeof digits, &at) ||
      !(out->port = mtp_port_parse(digits, strlen(digits))))
    return link_fail(link, error, TL_ERR_RANGE, PORT, "port= is not a number from 1 to 65535");
  return MTP_OK;
}

static mtp_status link_secret(const link_values *link, mtp_proxy *out, mtp_error *error) {
  char text[1024];
  size_t at = 0;
  tl_string secret = link->value[SECRET];
  if (!secret.data || secret.size == 0)
    return link_fail(link, error, TL_ERR_NAME, SECRET, "secret= is missing");
  if (!mtp_percent_decode(secret.data, secret.size, text, sizeof text, &at))
    return link_fail(link, error, TL_ERR_SYNTAX, SECRET, "secret= cannot be decoded");
  size_t n = strlen(text);
  for (size_t i = 0; i < n; i++)
    if (text[i] == ' ')
      text[i] = '+'; /* base64 that went through form decoding */
  mtp_status status = mtp_secret_parse(text, n, &out->secret, error);
  OPENSSL_cleanse(text, sizeof text);
  if (status != MTP_OK && error)
    error->tl.offset = (size_t)(secret.data - link->url);
  return status;
}

static mtp_status link_credentials(const link_values *link, mtp_proxy *out, mtp_error *error) {
  size_t at = 0;
  tl_string user = link->value[USER], pass = link->value[PASS];
  if (user.data && !mtp_percent_decode(user.data, user.size, out->user, sizeof out->user, &at))
    return link_fail(link, error, TL_ERR_RANGE, USER, "user= cannot be decoded or is too long");
  if (pass.data &&
      !mtp_percent_decode(pass.data, pass.size, out->password, sizeof out->password, &at))
    return link_fail(link, error, TL_ERR_RANGE, PASS, "pass= cannot be decoded or is too long");
  if (!out->user[0] && out->password[0])
    return link_fail(link, error, TL_ERR_NAME, PASS, "pass= without user=");
  return MTP_OK;
}

mtp_status mtp_proxy_link_parse(const char *url, size_t size, size_t at, mtp_proxy *out,
                                mtp_error *error) {
  link_values link = {.url = url};
  const char *question = memchr(url + at, '?', size - at);
  size_t end = question ? (size_t)(question - url) : size;
  size_t kind_size = end - at;
  if (kind_size && url[end - 1] == '/')
    kind_size--;
  bool proxy = mtp_text_is(url + at, kind_size, "proxy");
  if (!proxy && !mtp_text_is(url + at, kind_size, "socks"))
    return mtp_proxy_fail(error, TL_ERR_NAME, at, "a link to a proxy is .../proxy? or .../socks?");
  if (!question)
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, size, "the link ends before ?server=");
  mtp_status status = split_query(&link, question + 1, size - end - 1, error);
  if (status == MTP_OK)
    status = link_server(&link, out, error);
  if (status != MTP_OK)
    return status;
  out->kind = proxy ? MTP_PROXY_MTPROTO : MTP_PROXY_SOCKS5;
  out->resolve_remotely = !proxy;
  return proxy ? link_secret(&link, out, error) : link_credentials(&link, out, error);
}
