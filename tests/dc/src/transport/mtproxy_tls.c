/* Fake TLS, the proxy's side (TR-12, TR-13): checks a ClientHello and answers it. */
#include <string.h>
#include <tl/wire.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "mtproxy_internal.h"
#include "transport/tls/faketls_share.h"
#include "transport/tls/tls_record.h"

#define AHEAD_MAX  20 /* seconds that a client's clock may be ahead */
#define BEHIND_MAX 600

/* A cursor over the hello; every step is checked. */
typedef struct cursor {
  const uint8_t *at;
  size_t left;
  bool bad;
} cursor;

static const uint8_t *skip(cursor *c, size_t n) {
  const uint8_t *at = c->at;
  if (c->bad || n > c->left) {
    c->bad = true;
    return NULL;
  }
  c->at += n;
  c->left -= n;
  return at;
}

static size_t take_number(cursor *c, size_t bytes) {
  const uint8_t *at = skip(c, bytes);
  size_t value = 0;
  for (size_t i = 0; at && i < bytes; i++)
    value = value << 8 | at[i];
  return value;
}

/* A field whose length comes first, in so many bytes. */
static cursor take_field(cursor *c, size_t length_bytes) {
  size_t n = take_number(c, length_bytes);
  const uint8_t *at = skip(c, n);
  return (cursor){at, at ? n : 0, at == NULL};
}

/* The name in the server_name extension. */
static bool find_domain(const uint8_t *hello, size_t n, cursor *domain) {
  cursor c = {hello, n, false};
  skip(&c, 5 + 4 + 2 + 32);
  take_field(&c, 1); /* session */
  take_field(&c, 2); /* ciphers */
  take_field(&c, 1); /* compression */
  cursor extensions = take_field(&c, 2);
  while (!extensions.bad && extensions.left) {
    size_t type = take_number(&extensions, 2);
    cursor body = take_field(&extensions, 2);
    if (type != 0)
      continue;
    cursor list = take_field(&body, 2);
    bool host = take_number(&list, 1) == 0;
    *domain = take_field(&list, 2);
    return host && !domain->bad;
  }
  return false;
}

/* Compares the digest and gives the client's time. The digest in `hello` is zeroed. */
static bool check_digest(const mtproxy *proxy, uint8_t *hello, size_t n, int64_t *time) {
  uint8_t got[32], want[32];
  memcpy(got, hello + MTP_TLS_RANDOM_AT, 32);
  memset(hello + MTP_TLS_RANDOM_AT, 0, 32);
  tl_bytes all = tl_bytes_of(hello, n);
  if (mtp_hmac_sha256(tl_bytes_of(proxy->options.secret.key, 16), &all, 1, want) != MTP_OK)
    return false;
  *time = (int64_t)(tl_load32(got + 28) ^ tl_load32(want + 28));
  return mtp_equal(got, want, 28);
}

static bool append_zeros(tl_buffer *out, size_t n) {
  uint8_t *to = tl_buffer_extend(out, n);
  if (to)
    memset(to, 0, n);
  return to != NULL;
}

/* A ServerHello as a TLS 1.3 server sends it, and what looks like the rest of the handshake. */
static bool append_reply(mtproxy_link *link, tl_bytes session, const uint8_t share[32]) {
  const mtp_rng *rng = &link->proxy->rng;
  tl_buffer *out = &link->out[MTPROXY_CLIENT];
  uint8_t sizes[2], body_head[5] = {0x17, 3, 3};
  if (mtp_rng_fill(rng, sizes, 2) != 0)
    return false;
  size_t body = 1024 + (tl_load32((uint8_t[4]){sizes[0], sizes[1], 0, 0}) & 2047);
  body_head[3] = (uint8_t)(body >> 8);
  body_head[4] = (uint8_t)body;
  bool ok =
      tl_buffer_append(out, "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11) == TL_OK &&
      append_zeros(out, 32) && tl_buffer_append(out, "\x20", 1) == TL_OK &&
      tl_buffer_append(out, session.data, session.size) == TL_OK &&
      tl_buffer_append(out, "\x13\x01\x00\x00\x2e\x00\x33\x00\x24\x00\x1d\x00\x20", 13) == TL_OK &&
      tl_buffer_append(out, share, 32) == TL_OK &&
      tl_buffer_append(out, "\x00\x2b\x00\x02\x03\x04", 6) == TL_OK &&
      tl_buffer_append(out, MTP_TLS_CHANGE_CIPHER_SPEC, 6) == TL_OK &&
      tl_buffer_append(out, body_head, 5) == TL_OK;
  uint8_t *to = ok ? tl_buffer_extend(out, body) : NULL;
  return to && mtp_rng_fill(rng, to, body) == 0;
}

static bool sign_reply(mtproxy_link *link, const uint8_t client_random[32]) {
  tl_buffer *out = &link->out[MTPROXY_CLIENT];
  uint8_t digest[32];
  tl_bytes parts[2] = {tl_bytes_of(client_random, 32), tl_bytes_of(out->data, out->size)};
  if (mtp_hmac_sha256(tl_bytes_of(link->proxy->options.secret.key, 16), parts, 2, digest) != MTP_OK)
    return false;
  memcpy(out->data + MTP_TLS_RANDOM_AT, digest, 32);
  return true;
}

static bool check_domain(const mtproxy *proxy, const uint8_t *hello, size_t n) {
  const char *want = proxy->options.secret.domain;
  cursor domain;
  if (!find_domain(hello, n, &domain))
    return false;
  return !want[0] || (domain.left == strlen(want) && memcmp(domain.at, want, domain.left) == 0);
}

/* A whole hello of n bytes. */
static bool answer_hello(mtproxy_link *link, size_t n, int64_t unix_time) {
  uint8_t *hello = link->in.data, random[32], share[32];
  int64_t time = 0;
  memcpy(random, hello + MTP_TLS_RANDOM_AT, 32);
  if (!check_digest(link->proxy, hello, n, &time))
    return mtproxy_refuse(link, "the hello is not signed with the secret");
  if (time > unix_time + AHEAD_MAX || time < unix_time - BEHIND_MAX)
    return mtproxy_refuse(link, "the hello is of another time");
  if (!check_domain(link->proxy, hello, n))
    return mtproxy_refuse(link, "the hello is for another domain");
  if (!mtproxy_remember(link->proxy, random))
    return mtproxy_refuse(link, "the hello has been seen before");
  tl_bytes session = tl_bytes_of(hello + MTP_TLS_RANDOM_AT + 33, 32);
  if (!mtp_x25519_share(&link->proxy->rng, share, &link->failure) ||
      !append_reply(link, session, share) || !sign_reply(link, random))
    return mtproxy_refuse(link, "out of memory or randomness");
  link->tls = true;
  return true;
}

bool mtproxy_take_hello(mtproxy_link *link, int64_t unix_time) {
  const uint8_t *in = link->in.data;
  if (link->in.size < 5)
    return true;
  size_t n = ((size_t)in[3] << 8 | in[4]) + 5;
  if (n < 128 || n > MTP_TLS_HELLO_MAX)
    return mtproxy_refuse(link, "the hello has an impossible size");
  if (link->in.size < n)
    return true;
  if (in[5] != 1 || in[9] != 3 || in[10] != 3 || in[MTP_TLS_RANDOM_AT + 32] != 32)
    return mtproxy_refuse(link, "the record holds no ClientHello with a session");
  if (!answer_hello(link, n, unix_time))
    return false;
  tl_buffer_consume(&link->in, n);
  return true;
}
