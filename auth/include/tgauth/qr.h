/* Signing in by QR code (LG-5). Source: core.telegram.org/api/qr-login. Every function that asks
 * the server returns any status that mtp_call_sync() can; STORE when the session cannot be kept. */
#ifndef TGAUTH_QR_H
#define TGAUTH_QR_H

#include <tgauth/auth.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgauth_qr tgauth_qr;

/* auth.exportLoginToken. except_ids (NULL for none; copied): users who must not accept it. *out is
 * yours, and does not outlive the tgauth. tgauth_qr_url() is what the QR code says; valid until the
 * next wait. */
MTP_API TL_MUST_USE mtp_status tgauth_qr_begin(tgauth *auth, const int64_t *except_ids,
                                               size_t n_except, tgauth_qr **out, mtp_error *error);
MTP_API const char *tgauth_qr_url(const tgauth_qr *qr); /* "tg://login?token=..." */
MTP_API int64_t tgauth_qr_expires(const tgauth_qr *qr); /* unix time of the server */

/* What came of waiting. */
typedef enum tgauth_qr_result {
  TGAUTH_QR_DONE, /* scanned and accepted: signed in (another data centre was followed) */
  TGAUTH_QR_PASSWORD_NEEDED, /* accepted; tgauth_check_password() is next */
  TGAUTH_QR_RENEWED,         /* the old code expired, or the connection was lost: show
                                tgauth_qr_url() anew */
  TGAUTH_QR_TIMEOUT          /* nothing within timeout_ms */
} tgauth_qr_result;
/* Waits for updateLoginToken or for the token to expire. Other updates that come meanwhile stay
 * queued as events. */
MTP_API TL_MUST_USE mtp_status tgauth_qr_wait(tgauth *auth, tgauth_qr *qr, int timeout_ms,
                                              tgauth_qr_result *out, mtp_error *error);
/* NULL is fine. */
MTP_API void tgauth_qr_free(tgauth_qr *qr);

/* The other side: a signed-in session accepts a token (the URL, or the token alone).
 * auth.acceptLoginToken. RPC: AUTH_TOKEN_EXPIRED, AUTH_TOKEN_INVALID, AUTH_TOKEN_ALREADY_ACCEPTED.
 */
MTP_API TL_MUST_USE mtp_status tgauth_qr_accept(tgauth *auth, const char *url, mtp_error *error);

/* Draws text as a QR code of UTF-8 half blocks, lines ending in \n. *out is yours:
 * tgauth_string_free(). ARGUMENT when the library was built without libqrencode. */
MTP_API TL_MUST_USE mtp_status tgauth_qr_draw(const char *text, char **out, mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
