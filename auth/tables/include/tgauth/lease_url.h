/* Databases of sessions by URL (libtgauth-tables). */
#ifndef TGAUTH_LEASE_URL_H
#define TGAUTH_LEASE_URL_H

#include <tgauth/lease.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether a text begins as such a URL does: sqlite:, postgresql://, postgres://, redis://,
 * rediss://, valkey://, valkeys://. */
MTP_API bool tgauth_url_is_table(const char *url);

/* The table that a URL names, and what stands behind its last #, such as the account of
 * "postgresql://user@host/db#account"; "" if there is no #:
 *
 *   sqlite:PATH#ACCOUNT                                    as tgauth_table_sqlite()
 *   postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DB#ACCOUNT  as tgauth_table_postgresql(),
 * postgres:// too redis://[[USER]:PASSWORD@]HOST[:PORT][/N]#ACCOUNT      as tgauth_table_redis(),
 * valkey:// too
 *
 * The URL is copied; *out is yours, and ops->free or a leased store's end frees it. ARGUMENT: it is
 * no such URL, its account is too long or has a '/'. STORE: of a database that this build has not,
 * which is named. NOMEM. *out is NULL then. */
MTP_API TL_MUST_USE mtp_status tgauth_table_url(const char *url, tgauth_table **out,
                                                char account[TGAUTH_ACCOUNT_MAX + 1],
                                                mtp_error *error);

/* Copies a URL (RFC 3986) without its password, to be shown; any other text as it is. It is
 * NUL-terminated and cut to size bytes. Returns out, which stays the caller's. */
MTP_API char *tgauth_table_url_shown(const char *url, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
