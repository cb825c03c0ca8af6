/* Putting what a format has into a session, and finding in a session what a format wants. */
#include "convert.h"
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CHANNELS = 10000, DEFAULT_PORT = 443 };

static bool is_zero(const uint8_t *key) {
  static const uint8_t zero[MTP_KEY_SIZE];
  return CRYPTO_memcmp(key, zero, sizeof zero) == 0;
}

/* ---- into a session ---- */

mtp_status tgauth_set_home(mtp_session *session, int64_t dc, const uint8_t *key, size_t size,
                           mtp_error *error) {
  if (dc < 1 || dc > TGAUTH_MAX_DC)
    return tgauth_fail(error, MTP_ERR_STORE, "there is no data centre %lld", (long long)dc);
  if (!key || size == 0)
    return tgauth_fail(error, MTP_ERR_STORE, "there is no key in it: nobody has signed in");
  if (size != MTP_KEY_SIZE)
    return tgauth_fail(error, MTP_ERR_STORE, "the key has %zu bytes instead of %d", size,
                       MTP_KEY_SIZE);
  if (is_zero(key))
    return tgauth_fail(error, MTP_ERR_STORE,
                       "the key is all zero, which means none: nobody has signed in");
  mtp_status status = mtp_session_set_key(session, (int32_t)dc, false, key, 0);
  if (status != MTP_OK)
    return tgauth_fail(error, status, "no room for the key");
  session->home_dc = (int32_t)dc;
  session->signed_in = true;
  return MTP_OK;
}

void tgauth_add_key(mtp_session *session, int64_t dc, const uint8_t *key, size_t size) {
  if (dc < 1 || dc > TGAUTH_MAX_DC || !key || size != MTP_KEY_SIZE || is_zero(key) ||
      mtp_session_key(session, (int32_t)dc, false))
    return;
  (void)!mtp_session_set_key(session, (int32_t)dc, false, key, 0); /* no room: only a cache */
}

mtp_status tgauth_set_user(mtp_session *session, int64_t id, bool bot, mtp_error *error) {
  if (id < 0 || id > INT64_C(1) << 52)
    return tgauth_fail(error, MTP_ERR_STORE, "%lld is no user's id", (long long)id);
  session->user_id = id;
  session->bot = bot && id;
  return MTP_OK;
}

/* GramJS in a browser keeps these names; they answer on the web's transports only. */
static bool is_web_name(const char *host) {
  static const char suffix[] = ".web.telegram.org";
  size_t n = strlen(host), m = sizeof suffix - 1;
  return n > m && strcmp(host + n - m, suffix) == 0;
}

static bool is_builtin(const mtp_dc_option *option, bool test) {
  size_t count;
  const mtp_dc_option *list = mtp_builtin_dcs(test, &count);
  for (size_t i = 0; i < count; i++)
    if (list[i].dc == option->dc && strcmp(list[i].host, option->host) == 0)
      return true;
  return false;
}

static bool is_host_text(tl_string host) {
  for (size_t i = 0; i < host.size; i++) {
    char c = host.data[i];
    bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                c == '.' || c == '-' || c == '_' || c == ':';
    if (!fine)
      return false;
  }
  return host.size > 0;
}

bool tgauth_is_host(const char *host) {
  return is_host_text(tl_string_of(host));
}

static bool has(const mtp_session *session, const mtp_dc_option *option) {
  for (size_t i = 0; i < session->n_options; i++) {
    const mtp_dc_option *o = &session->options[i];
    if (o->dc == option->dc && o->port == option->port && o->flags == option->flags &&
        strcmp(o->host, option->host) == 0)
      return true;
  }
  return false;
}

mtp_status tgauth_add_address(mtp_session *session, int64_t dc, tl_string host, int64_t port,
                              int flags, mtp_error *error) {
  mtp_dc_option option;
  if (dc < 1 || dc > TGAUTH_MAX_DC)
    return tgauth_fail(error, MTP_ERR_STORE, "there is no data centre %lld", (long long)dc);
  if (!is_host_text(host) || host.size >= sizeof option.host)
    return tgauth_fail(error, MTP_ERR_STORE, "the address of data centre %lld is none",
                       (long long)dc);
  if (port < 1 || port > 65535)
    return tgauth_fail(error, MTP_ERR_STORE, "the port of data centre %lld is %lld", (long long)dc,
                       (long long)port);
  memset(&option, 0, sizeof option);
  option.dc = (int32_t)dc;
  option.port = (uint16_t)port;
  memcpy(option.host, host.data, host.size);
  option.flags = (uint16_t)(strchr(option.host, ':') ? flags | MTP_DC_IPV6 : flags & ~MTP_DC_IPV6);
  if (is_web_name(option.host) || session->n_options == MTP_MAX_OPTIONS || has(session, &option))
    return MTP_OK;
  if (is_builtin(&option, true) && !is_builtin(&option, false))
    session->test = true;
  mtp_status status = mtp_session_add_option(session, &option);
  return status == MTP_OK ? status : tgauth_fail(error, status, "out of memory");
}

static bool is_ipv6_of(const char *text, size_t size) {
  char host[64];
  return (size_t)snprintf(host, sizeof host, "%.*s", (int)size, text) < sizeof host &&
         tgauth_is_ipv6(host);
}

mtp_status tgauth_add_host_port(mtp_session *session, int64_t dc, const char *text,
                                mtp_error *error) {
  const char *host = text, *colon = strrchr(text, ':');
  size_t size = colon ? (size_t)(colon - text) : strlen(text);
  int64_t port = DEFAULT_PORT;
  bool bare = tgauth_is_ipv6(text); /* which may be one with a port behind it: "2001:db8::1:443" */
  if (bare && !is_ipv6_of(text, size)) {
    size = strlen(text);
  } else if (colon) {
    size_t digits = strspn(colon + 1, "0123456789");
    port = digits > 0 && digits < 6 && !colon[1 + digits] ? strtol(colon + 1, NULL, 10) : 0;
  }
  if (size >= 2 && host[0] == '[' && host[size - 1] == ']') {
    host++;
    size -= 2;
  }
  return tgauth_add_address(session, dc, (tl_string){host, size}, port, 0, error);
}

void tgauth_add_channel(mtp_session *session, int64_t id, int64_t access_hash, int64_t pts) {
  size_t n = session->n_channels, size = sizeof *session->channels;
  if (n == MAX_CHANNELS || id <= 0 || id > INT64_C(1) << 52 || pts <= 0 || pts > INT32_MAX)
    return;
  /* mtp_session frees exactly n_channels of them, so that is what is allocated. */
  mtp_channel_state *grown =
      tl_realloc(session->allocator, session->channels, n * size, (n + 1) * size);
  if (!grown)
    return;
  session->channels = grown;
  grown[n] = (mtp_channel_state){id, access_hash, (int32_t)pts};
  session->n_channels = n + 1;
}

/* ---- out of a session ---- */

static bool is_ipv4(const char *host) {
  struct in_addr address;
  return inet_pton(AF_INET, host, &address) == 1;
}

bool tgauth_is_ipv6(const char *host) {
  struct in6_addr address;
  return inet_pton(AF_INET6, host, &address) == 1;
}

static bool is_kind(const mtp_dc_option *option, tgauth_address_kind kind) {
  switch (kind) {
  case TGAUTH_ADDRESS_V4:
    return is_ipv4(option->host);
  case TGAUTH_ADDRESS_V6:
    return tgauth_is_ipv6(option->host);
  case TGAUTH_ADDRESS_NUMERIC:
    return is_ipv4(option->host) || tgauth_is_ipv6(option->host);
  case TGAUTH_ADDRESS_ANY:
    break;
  }
  return tgauth_is_host(option->host);
}

/* The first plain address of that kind; one of IPv4 goes first where both will do. */
static const mtp_dc_option *find(const mtp_dc_option *list, size_t n, int32_t dc,
                                 tgauth_address_kind kind) {
  const mtp_dc_option *found = NULL;
  for (size_t i = 0; i < n; i++) {
    const mtp_dc_option *o = &list[i];
    if (o->dc != dc || o->port == 0 || o->secret_size || !is_kind(o, kind) ||
        (o->flags & (MTP_DC_MEDIA | MTP_DC_CDN | MTP_DC_TCPO)))
      continue;
    if (!found || (!is_ipv4(found->host) && is_ipv4(o->host)))
      found = o;
  }
  return found;
}

typedef struct net {
  int family, bits;
  const char *base;
} net;

static bool is_in(const uint8_t *address, const net *of) {
  uint8_t base[16];
  size_t whole = (size_t)of->bits / 8;
  unsigned rest = of->bits % 8 ? 0xffu << (8 - of->bits % 8) & 0xff : 0;
  return inet_pton(of->family, of->base, base) == 1 && memcmp(address, base, whole) == 0 &&
         (rest == 0 || ((address[whole] ^ base[whole]) & rest) == 0);
}

/* An address, no name, in the nets that Telegram announces (core.telegram.org/resources/cidr.txt),
 * or the one beside them that its data centre 2 had for years. */
static bool is_telegrams(const char *host) {
  static const net nets[] = {
      {AF_INET, 20, "149.154.160.0"},    {AF_INET, 22, "91.108.4.0"},
      {AF_INET, 22, "91.108.8.0"},       {AF_INET, 22, "91.108.12.0"},
      {AF_INET, 22, "91.108.16.0"},      {AF_INET, 22, "91.108.20.0"},
      {AF_INET, 22, "91.108.56.0"},      {AF_INET, 23, "91.105.192.0"},
      {AF_INET, 24, "185.76.151.0"},     {AF_INET, 32, "95.161.76.100"},
      {AF_INET6, 48, "2001:67c:4e8::"},  {AF_INET6, 48, "2001:b28:f23c::"},
      {AF_INET6, 48, "2001:b28:f23d::"}, {AF_INET6, 48, "2001:b28:f23f::"},
      {AF_INET6, 32, "2a0a:f280::"},
  };
  uint8_t address[16];
  int family = strchr(host, ':') ? AF_INET6 : AF_INET;
  if (inet_pton(family, host, address) != 1)
    return false;
  for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
    if (nets[i].family == family && is_in(address, &nets[i]))
      return true;
  return false;
}

/* Whether all that the session knows of a data centre, if anything, is Telegram's own: then what is
 * built in leads to the same servers. */
static bool is_builtin_centre(const mtp_session *session, int32_t dc) {
  for (size_t i = 0; i < session->n_options; i++)
    if (session->options[i].dc == dc && !is_telegrams(session->options[i].host))
      return false;
  return true;
}

const mtp_dc_option *tgauth_address(const mtp_session *session, int32_t dc,
                                    tgauth_address_kind kind) {
  size_t count;
  const mtp_dc_option *found = find(session->options, session->n_options, dc, kind);
  if (found || !is_builtin_centre(session, dc) || !is_builtin_centre(session, session->home_dc))
    return found;
  const mtp_dc_option *builtin = mtp_builtin_dcs(session->test, &count);
  return find(builtin, count, dc, kind);
}

mtp_status tgauth_check_builtin(const mtp_session *session, mtp_error *error) {
  if (is_builtin_centre(session, session->home_dc))
    return MTP_OK;
  return tgauth_fail(error, MTP_ERR_STORE,
                     "the format holds no address: what reads it would take the key to Telegram, "
                     "and this session is of another server");
}

const mtp_dc_option *tgauth_home_address(const mtp_session *session, tgauth_address_kind kind,
                                         mtp_error *error) {
  const mtp_dc_option *found = tgauth_address(session, session->home_dc, kind);
  if (!found)
    (void)!tgauth_fail(error, MTP_ERR_STORE,
                       "no address of data centre %d is known that the format can hold",
                       (int)session->home_dc);
  return found;
}

const mtp_dc_key *tgauth_home_key(const mtp_session *session) {
  for (size_t i = 0; i < session->n_keys; i++)
    if (session->keys[i].dc == session->home_dc && !session->keys[i].media)
      return &session->keys[i];
  return NULL;
}

mtp_status tgauth_session_check(const mtp_session *session, mtp_error *error) {
  if (session->home_dc < 1 || !tgauth_home_key(session))
    return tgauth_fail(error, MTP_ERR_STORE, "there is no key in it: nobody has signed in");
  for (size_t i = 0; i < session->n_keys; i++)
    if (is_zero(session->keys[i].key))
      return tgauth_fail(error, MTP_ERR_STORE, "the key of data centre %d is all zero",
                         (int)session->keys[i].dc);
  if (!tgauth_address(session, session->home_dc, TGAUTH_ADDRESS_ANY))
    return tgauth_fail(error, MTP_ERR_STORE,
                       "no address of data centre %d%s is known, and there is none in it",
                       (int)session->home_dc, session->test ? " (test)" : "");
  return MTP_OK;
}

mtp_status tgauth_key_id(const uint8_t key[MTP_KEY_SIZE], uint8_t id[8]) {
  uint8_t digest[20];
  if (!EVP_Digest(key, MTP_KEY_SIZE, digest, NULL, EVP_sha1(), NULL))
    return mtp_openssl_failed();
  memcpy(id, digest + 12, 8);
  return MTP_OK;
}
