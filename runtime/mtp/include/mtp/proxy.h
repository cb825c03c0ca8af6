/* Proxies: what one is, and the URL syntax for all of them.
 *
 *   socks5://[user:password@]host[:1080]     SOCKS5 (RFC 1928, RFC 1929)
 *   socks5h://...                            the same; names are resolved by the proxy
 *   socks4://[user@]host[:1080]              SOCKS4: IPv4 addresses only
 *   socks4a://...                            SOCKS4a: names are resolved by the proxy
 *   http://[user:password@]host[:80]         HTTP CONNECT, Basic authorization
 *   https://[user:password@]host[:443]       the same, spoken to the proxy over TLS
 *   tg://proxy?server=H&port=P&secret=S      MTProxy; https://t.me/proxy?... is the same
 *   tg://socks?server=H&port=P[&user=U&pass=W]  SOCKS5; https://t.me/socks?... is the same
 *
 * Percent-encoding is decoded in user, password and query values; '+' stands for itself. IPv6
 * addresses are in brackets, except as server= of a link, where brackets may be left out.
 *
 * https://core.telegram.org/api/links#mtproxy-links,
 * https://core.telegram.org/mtproto/mtproto-transports */
#ifndef MTP_PROXY_H
#define MTP_PROXY_H

#include <mtp/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mtp_proxy_kind {
  MTP_PROXY_NONE = 0,
  MTP_PROXY_SOCKS5,
  MTP_PROXY_SOCKS4, /* 4 or 4a: resolve_remotely tells */
  MTP_PROXY_HTTP,
  MTP_PROXY_HTTPS,
  MTP_PROXY_MTPROTO
} mtp_proxy_kind;

/* What the bytes of an MTProxy secret ask for (TR-11). */
typedef enum mtp_secret_kind {
  MTP_SECRET_NONE = 0, /* no secret; sixteen zero bytes mean the same */
  MTP_SECRET_PLAIN,    /* 16 bytes: obfuscated, any framing that has a tag */
  MTP_SECRET_PADDED,   /* dd + 16 bytes: padded intermediate only */
  MTP_SECRET_TLS       /* ee + 16 bytes + domain: inside what looks like TLS to that domain */
} mtp_secret_kind;

#define MTP_DOMAIN_MAX 182

typedef struct mtp_secret {
  mtp_secret_kind kind;
  uint8_t key[16];
  char domain[MTP_DOMAIN_MAX + 1]; /* MTP_SECRET_TLS only, else empty */
} mtp_secret;

/* Plain data: copy it, fill it by hand or by mtp_proxy_parse(). It holds passwords: end with
 * mtp_proxy_wipe(). Strings are NUL-terminated. */
typedef struct mtp_proxy {
  mtp_proxy_kind kind;
  bool resolve_remotely; /* false: whoever connects resolves the target's name before it asks this
                            proxy (socks5, socks4); a name that is handed to SOCKS5 all the same
                            goes to the proxy as a name */
  uint16_t port;
  char host[256]; /* name, IPv4 or IPv6 address (no brackets) */
  char user[256]; /* empty: none */
  char password[256];
  mtp_secret secret; /* MTP_PROXY_MTPROTO only */
} mtp_proxy;

/* Parses a proxy URL of `size` bytes. MTP_ERR_ARGUMENT where it is none: *out is then all zero, and
 * *error (may be NULL) says what and where. Its text never repeats a password or a secret;
 * tl.offset is the byte, and tl.status the kind of fault: TL_ERR_SYNTAX (not such a URL),
 * TL_ERR_NAME (unknown scheme or parameter missing), TL_ERR_RANGE (port, or a part too long),
 * TL_ERR_TYPE (a secret that no proxy uses). */
MTP_API TL_MUST_USE mtp_status mtp_proxy_parse(const char *url, size_t size, mtp_proxy *out,
                                               mtp_error *error);

/* Parses a secret in hex, base64 or base64url, with or without padding. Hex wins where a text could
 * be both. MTP_ERR_ARGUMENT, with tl.status as above: TL_ERR_SYNTAX (neither), TL_ERR_TYPE (a
 * length or first byte that TR-11 does not have, or a domain that is none). */
MTP_API TL_MUST_USE mtp_status mtp_secret_parse(const char *text, size_t size, mtp_secret *out,
                                                mtp_error *error);

/* The same from the bytes themselves, as in dcOption.secret. MTP_ERR_ARGUMENT (TL_ERR_TYPE). */
MTP_API TL_MUST_USE mtp_status mtp_secret_from_bytes(const uint8_t *data, size_t size,
                                                     mtp_secret *out, mtp_error *error);

/* Writes the URL of a proxy into out[0..capacity), NUL-terminated, for people to read: without
 * user, password and secret. MTP_ERR_ARGUMENT when it does not fit (300 bytes always do), and for a
 * kind that does not exist. */
MTP_API TL_MUST_USE mtp_status mtp_proxy_describe(const mtp_proxy *proxy, char *out,
                                                  size_t capacity);

/* "socks5", "http", "mtproto", ...: a constant. */
MTP_API const char *mtp_proxy_kind_name(mtp_proxy_kind kind);

/* Overwrites all of it with zeros. NULL is fine. */
MTP_API void mtp_proxy_wipe(mtp_proxy *proxy);

#ifdef __cplusplus
}
#endif
#endif
