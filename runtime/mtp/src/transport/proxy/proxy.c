/* Proxy URLs: scheme://[user[:password]@]host[:port], and the way to the links in proxy_link.c. */
#include <mtp/proxy.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "proxy_internal.h"
#include "transport/host.h"
#include "transport/text.h"

typedef struct proxy_scheme {
  const char *name;
  mtp_proxy_kind kind;
  bool resolve_remotely;
  uint16_t port; /* where the URL has none */
} proxy_scheme;

static const proxy_scheme schemes[] = {
    {"socks5", MTP_PROXY_SOCKS5, false, 1080}, {"socks5h", MTP_PROXY_SOCKS5, true, 1080},
    {"socks4", MTP_PROXY_SOCKS4, false, 1080}, {"socks4a", MTP_PROXY_SOCKS4, true, 1080},
    {"http", MTP_PROXY_HTTP, true, 80},        {"https", MTP_PROXY_HTTPS, true, 443},
};

/* A part of the URL: [from, to). */
typedef struct url_range {
  size_t from, to;
} url_range;

static const proxy_scheme *find_scheme(const char *url, size_t n) {
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (mtp_text_is(url, n, schemes[i].name))
      return &schemes[i];
  return NULL;
}

static mtp_status decode_part(const char *url, url_range part, char out[256], mtp_error *error,
                              const char *what) {
  size_t at = 0;
  if (mtp_percent_decode(url + part.from, part.to - part.from, out, 256, &at))
    return MTP_OK;
  return mtp_proxy_fail(error, TL_ERR_SYNTAX, part.from + at, what);
}

/* user[:password] */
static mtp_status parse_credentials(const char *url, url_range part, mtp_proxy *out,
                                    mtp_error *error) {
  const char *colon = memchr(url + part.from, ':', part.to - part.from);
  size_t user_end = colon ? (size_t)(colon - url) : part.to;
  url_range user = {part.from, user_end}, password = {user_end + (colon != NULL), part.to};
  mtp_status status = decode_part(url, user, out->user, error,
                                  "the user name has a broken %XX or is over 255 bytes");
  if (status == MTP_OK)
    status = decode_part(url, password, out->password, error,
                         "the password has a broken %XX or is over 255 bytes");
  if (status == MTP_OK && !out->user[0])
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, part.from, "the user name before @ is empty");
  if (status == MTP_OK && out->kind == MTP_PROXY_SOCKS4 && out->password[0])
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, password.from, "SOCKS4 has no passwords");
  return status;
}

/* host, 1.2.3.4 or [v6], then [:port] */
static mtp_status parse_host(const char *url, url_range part, mtp_proxy *out, mtp_error *error) {
  bool brackets = part.from < part.to && url[part.from] == '[';
  const char *end = memchr(url + part.from, brackets ? ']' : ':', part.to - part.from);
  if (brackets && !end)
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, part.from, "the bracket [ is never closed");
  size_t from = part.from + brackets;
  size_t to = end ? (size_t)(end - url) : part.to;
  uint8_t address[16];
  const char *fault = mtp_host_take(url + from, to - from, out->host);
  if (fault)
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, from, fault);
  if (brackets && mtp_parse_address(out->host, address) != 16)
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, from, "not an IPv6 address in the brackets");
  to += brackets;
  if (to == part.to)
    return MTP_OK;
  if (url[to] != ':')
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, to, "only :port can follow the bracket");
  out->port = mtp_port_parse(url + to + 1, part.to - to - 1);
  if (out->port == 0)
    return mtp_proxy_fail(error, TL_ERR_RANGE, to + 1,
                          memchr(url + to + 1, ':', part.to - to - 1)
                              ? "an IPv6 address must stand in brackets"
                              : "the port is not a number from 1 to 65535");
  return MTP_OK;
}

static mtp_status parse_authority(const char *url, size_t size, size_t from, mtp_proxy *out,
                                  mtp_error *error) {
  size_t end = from, at = from;
  while (end < size && !strchr("/?#", url[end]))
    end++;
  for (size_t i = from; i < end; i++)
    if (url[i] == '@')
      at = i + 1;
  if (end + 1 < size || (end < size && url[end] != '/'))
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, end, "nothing can follow host:port");
  mtp_status status = MTP_OK;
  if (at != from)
    status = parse_credentials(url, (url_range){from, at - 1}, out, error);
  return status != MTP_OK ? status : parse_host(url, (url_range){at, end}, out, error);
}

static mtp_status parse_url(const char *url, size_t size, mtp_proxy *out, mtp_error *error) {
  size_t at = 0;
  if (memchr(url, 0, size))
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, 0, "a NUL byte in the URL");
  if (mtp_proxy_link_find(url, size, &at))
    return mtp_proxy_link_parse(url, size, at, out, error);
  at = 0;
  while (at < size && url[at] != ':')
    at++;
  if (size - at < 3 || url[at + 1] != '/' || url[at + 2] != '/')
    return mtp_proxy_fail(error, TL_ERR_SYNTAX, 0, "a proxy is written scheme://host:port");
  const proxy_scheme *scheme = find_scheme(url, at);
  if (!scheme)
    return mtp_proxy_fail(
        error, TL_ERR_NAME, 0,
        "unknown scheme: socks5, socks5h, socks4, socks4a, http, https, tg or a t.me link");
  out->kind = scheme->kind;
  out->resolve_remotely = scheme->resolve_remotely;
  out->port = scheme->port;
  return parse_authority(url, size, at + 3, out, error);
}

mtp_status mtp_proxy_parse(const char *url, size_t size, mtp_proxy *out, mtp_error *error) {
  memset(out, 0, sizeof *out);
  mtp_error_set(error, MTP_OK, NULL);
  mtp_status status = parse_url(url, size, out, error);
  if (status != MTP_OK)
    mtp_proxy_wipe(out);
  return status;
}

const char *mtp_proxy_kind_name(mtp_proxy_kind kind) {
  switch (kind) {
  case MTP_PROXY_NONE:
    return "none";
  case MTP_PROXY_SOCKS5:
    return "socks5";
  case MTP_PROXY_SOCKS4:
    return "socks4";
  case MTP_PROXY_HTTP:
    return "http";
  case MTP_PROXY_HTTPS:
    return "https";
  case MTP_PROXY_MTPROTO:
    return "mtproto";
  }
  return "unknown";
}

mtp_status mtp_proxy_describe(const mtp_proxy *proxy, char *out, size_t capacity) {
  if (proxy->kind <= MTP_PROXY_NONE || proxy->kind > MTP_PROXY_MTPROTO)
    return MTP_ERR_ARGUMENT;
  const char *name = mtp_proxy_kind_name(proxy->kind);
  const char *format = strchr(proxy->host, ':') ? "%s%s://[%s]:%u" : "%s%s://%s:%u";
  if (proxy->kind == MTP_PROXY_MTPROTO) {
    name = "tg";
    format = "%s%s://proxy?server=%s&port=%u";
  }
  const char *suffix = "";
  if (proxy->resolve_remotely && proxy->kind == MTP_PROXY_SOCKS5)
    suffix = "h";
  if (proxy->resolve_remotely && proxy->kind == MTP_PROXY_SOCKS4)
    suffix = "a";
  int n = snprintf(out, capacity, format, name, suffix, proxy->host, (unsigned)proxy->port);
  return n > 0 && (size_t)n < capacity ? MTP_OK : MTP_ERR_ARGUMENT;
}

void mtp_proxy_wipe(mtp_proxy *proxy) {
  if (proxy)
    OPENSSL_cleanse(proxy, sizeof *proxy);
}
