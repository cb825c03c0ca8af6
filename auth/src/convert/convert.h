/* What the session formats share. A format is one file here, which defines one or more rows, and
 * one word per row in formats.c. */
#ifndef TGAUTH_CONVERT_INTERNAL_H
#define TGAUTH_CONVERT_INTERNAL_H

#include "../base64.h"
#include "../internal.h"
#include <tgauth/convert.h>
#include <tl/buffer.h>

/* What a session is imported from. */
typedef struct tgauth_source {
  const char *name; /* for messages: the path, or "the string" */
  tgauth_form form; /* what it is */
  const char *path; /* NULL for text */
  /* Text: without white space around it. File: all of it, or only its head when it is an SQLite
   * database. A NUL follows. Folder: NULL. */
  const uint8_t *data;
  size_t size;
  const char *password;
  uint32_t account;
} tgauth_source;

/* Where a session is exported to. */
typedef struct tgauth_target {
  const char *path;     /* by_path: what to write; otherwise NULL */
  bool overwrite;       /* folders only: files are taken care of */
  const char *password; /* may be NULL */
  tl_buffer *out;       /* not by_path: what to append to; a full buffer is noticed afterwards */
} tgauth_target;

/* For head.missing of formats that need an optional library (auth/CMakeLists.txt). */
#ifdef TGAUTH_HAVE_SQLITE
#define TGAUTH_SQLITE_MISSING NULL
#else
#define TGAUTH_SQLITE_MISSING "SQLite"
#endif
#ifdef TGAUTH_HAVE_JANSSON
#define TGAUTH_JANSSON_MISSING NULL
#else
#define TGAUTH_JANSSON_MISSING "jansson"
#endif

typedef struct tgauth_row {
  tgauth_format head;
  bool by_path;                      /* reads and writes a path itself, rather than bytes */
  bool own;                          /* may hold a session that nobody has signed in to yet */
  bool user;                         /* useless without the user's id */
  bool no_address;                   /* whoever reads it dials the addresses that are built in */
  const struct tgauth_db_format *db; /* a database: instead of the three below; NULL: they are it */
  /* Whether the source is of this format; must not fail loudly. NULL: never guessed. */
  bool (*looks)(const tgauth_source *source);
  /* NULL when the format cannot be imported / exported. */
  mtp_status (*import)(const tgauth_source *source, mtp_session *session, mtp_error *error);
  mtp_status (*export)(const mtp_session *session, const tgauth_target *target, mtp_error *error);
} tgauth_row;

/* ---- sessions (session.c) ---- */

enum { TGAUTH_MAX_DC = 1000 };

/* Makes that data centre the home and the session signed in. STORE: no such data centre, a key of
 * another size, or one that is all zero, which libraries write for "none". */
mtp_status tgauth_set_home(mtp_session *session, int64_t dc, const uint8_t *key, size_t size,
                           mtp_error *error);
/* The key of another data centre, when there is one; quietly skipped where it makes no sense. */
void tgauth_add_key(mtp_session *session, int64_t dc, const uint8_t *key, size_t size);
/* An address that the format has. Tells test data centres by it. STORE: empty, too long, or a port
 * out of range. flags are MTP_DC_*; MTP_DC_IPV6 is found out. */
mtp_status tgauth_add_address(mtp_session *session, int64_t dc, tl_string host, int64_t port,
                              int flags, mtp_error *error);
/* "HOST:PORT", "[V6]:PORT", "V6:PORT" or a mere "HOST", which gets port 443. */
mtp_status tgauth_add_host_port(mtp_session *session, int64_t dc, const char *text,
                                mtp_error *error);
/* Quietly skipped without memory or beyond 10,000: they are only a cache. */
void tgauth_add_channel(mtp_session *session, int64_t id, int64_t access_hash, int64_t pts);
/* STORE when it is not one. */
mtp_status tgauth_set_user(mtp_session *session, int64_t id, bool bot, mtp_error *error);

typedef enum tgauth_address_kind {
  TGAUTH_ADDRESS_NUMERIC, /* IPv4 if possible, or IPv6 */
  TGAUTH_ADDRESS_V4,
  TGAUTH_ADDRESS_V6,
  TGAUTH_ADDRESS_ANY /* a name will do */
} tgauth_address_kind;

/* An address of a data centre: of the session if it has one, or built in when what the session has
 * is Telegram's. NULL when there is none: a key is not to be shown to other servers than its own.
 */
const mtp_dc_option *tgauth_address(const mtp_session *session, int32_t dc,
                                    tgauth_address_kind kind);
/* The same for the home data centre; STORE when there is none. */
const mtp_dc_option *tgauth_home_address(const mtp_session *session, tgauth_address_kind kind,
                                         mtp_error *error);
/* For formats without addresses: STORE when the session is of servers that are not Telegram's. */
mtp_status tgauth_check_builtin(const mtp_session *session, mtp_error *error);
/* The key of the home data centre. Only for a session that tgauth_session_check() passed. */
const mtp_dc_key *tgauth_home_key(const mtp_session *session);

/* Made of what addresses and names are made of, and not empty. */
bool tgauth_is_host(const char *host);
bool tgauth_is_ipv6(const char *host);

/* ---- strings (text.c) ---- */

enum { TGAUTH_MAX_TEXT = 8192 };

/* Bytes of a base64 text in either alphabet. false when it is none or is too long. The caller wipes
 * them. */
typedef struct tgauth_decoded {
  uint8_t data[TGAUTH_MAX_TEXT];
  size_t size;
} tgauth_decoded;

bool tgauth_decode_text(const tgauth_source *source, size_t skip, tgauth_decoded *out);
/* Appends `prefix` and the base64 of bytes, which are wiped and freed. NOMEM. */
mtp_status tgauth_encode_text(tl_buffer *bytes, bool complete, const char *prefix,
                              tgauth_base64 form, tl_buffer *out, mtp_error *error);

#endif
