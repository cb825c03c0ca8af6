/* Signing in without waiting: a flow says what it wants, takes an answer, and goes on inside the
 * program's own loop (core.telegram.org/api/auth). tgauth_start() is the same for those who may
 * wait.
 *
 *   static void changed(void *ctx, tgauth_flow *flow) {
 *     switch (tgauth_flow_wants(flow)) {
 *     case TGAUTH_WANT_CODE: show_code_page(ctx, tgauth_flow_code(flow)); break;
 *     ...
 *     }
 *   }
 *   ...
 *   tgauth_flow_new(auth, changed, window, &flow, &error);
 *   ... when the person has typed something:
 *   tgauth_flow_answer(flow, text);
 *
 * Threads: as the client, one at a time. changed() runs from within mtp_client_process() and what
 * polls; it may call everything here, tgauth_flow_free() too, but nothing that blocks and not
 * tgauth_close(). Nothing here waits, but for the 100 ms of arithmetic that a 2FA password takes.
 * The session is saved to the store whenever it changed. */
#ifndef TGAUTH_FLOW_H
#define TGAUTH_FLOW_H

#include <tgauth/password.h>
#include <tgauth/qr.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgauth_flow tgauth_flow;

/* What a flow wants next, and what gives it that. */
typedef enum tgauth_want {
  TGAUTH_WANT_TIME,  /* nothing: the server is being asked; changed() tells when it has answered */
  TGAUTH_WANT_PHONE, /* tgauth_flow_answer(): a phone number, a bot token, or "qr" */
  TGAUTH_WANT_CODE,  /* tgauth_flow_answer(): the code; tgauth_flow_again(): another delivery */
  TGAUTH_WANT_PASSWORD, /* tgauth_flow_answer(): that of 2FA; or tgauth_flow_secret() */
  TGAUTH_WANT_SIGN_UP,  /* tgauth_flow_sign_up(): there is no account yet */
  TGAUTH_WANT_EMAIL,    /* tgauth_flow_answer(): an address for the codes, which has to be set up */
  TGAUTH_WANT_EMAIL_CODE, /* tgauth_flow_answer(): the code that was mailed there */
  TGAUTH_WANT_PAYMENT,    /* tgauth_flow_paid(): the code has to be paid for */
  TGAUTH_WANT_SCAN,    /* tgauth_flow_url() to be shown and scanned; told anew for each new one */
  TGAUTH_WANT_AGAIN,   /* tgauth_flow_again(): the code is void, another can be sent */
  TGAUTH_WANT_RESTART, /* tgauth_flow_again(): it ended with tgauth_flow_error() */
  TGAUTH_WANT_NOTHING  /* signed in */
} tgauth_want;

/* Told when the flow has come to want something else, or the same once more. */
typedef void (*tgauth_flow_changed)(void *ctx, tgauth_flow *flow);

/* Begins: asks the server whether somebody is signed in already. changed may be NULL, for programs
 * that look by themselves. *out is yours, and to be freed before the tgauth is closed. One at a
 * time. NOMEM, CLOSED. */
MTP_API TL_MUST_USE mtp_status tgauth_flow_new(tgauth *auth, tgauth_flow_changed changed, void *ctx,
                                               tgauth_flow **out, mtp_error *error);
/* Takes back what is under way, wipes, frees. changed is not called any more. NULL is fine. */
MTP_API void tgauth_flow_free(tgauth_flow *flow);

/* What is wanted now. */
MTP_API tgauth_want tgauth_flow_wants(const tgauth_flow *flow);
/* "phone", "email code", ... A constant. */
MTP_API const char *tgauth_want_name(tgauth_want want);
/* The same in words for a person, with what is known of it: where the code went, the hint of the
 * password. Writes at most size bytes with a NUL; returns out. */
MTP_API char *tgauth_flow_prompt(const tgauth_flow *flow, char *out, size_t size);
/* How the last answer failed; NULL: it did not. Valid until the next answer. */
MTP_API const mtp_error *tgauth_flow_error(const tgauth_flow *flow);
/* Whether that is a mistake of the person, which another answer can mend (a wrong code), and no
 * failure of network or server, where the same answer is worth another try later. */
MTP_API bool tgauth_flow_mends(const tgauth_flow *flow);

/* ---- what is known ---- */

/* Of the code that was sent; NULL: none was. This and the following are valid until the flow wants
 * something else. */
MTP_API const tgauth_code *tgauth_flow_code(const tgauth_flow *flow);
/* The hint of the 2FA password; "" none. */
MTP_API const char *tgauth_flow_hint(const tgauth_flow *flow);
/* Where the code of EMAIL_CODE went, "" unknown, and how many digits it has (length may be NULL).
 */
MTP_API const char *tgauth_flow_email(const tgauth_flow *flow, int32_t *length);
/* "tg://login?token=...", for tgauth_qr_draw(); "" none. */
MTP_API const char *tgauth_flow_url(const tgauth_flow *flow);
/* The same with its expiry; NULL: none. */
MTP_API const tgauth_qr *tgauth_flow_qr(const tgauth_flow *flow);

/* ---- answers ---- */

/* Each returns OK when the answer is on its way; what comes of it is told by changed(). ARGUMENT:
 * not an answer to what is wanted, or one that cannot be right (letters in a phone number); ENCODE,
 * STORE (nothing was sent), CLOSED, NOMEM. After a failure tgauth_flow_error() is set and the same
 * is wanted as before. text is copied as far as it is needed, and the copy wiped. */
MTP_API mtp_status tgauth_flow_answer(tgauth_flow *flow, const char *text);
/* PASSWORD: by its hash of 32 bytes, for programs that do not keep the text (tgauth_secret). The
 * hash is copied. The same errors. */
MTP_API mtp_status tgauth_flow_secret(tgauth_flow *flow, const uint8_t hash[32]);
/* SIGN_UP: agrees to the terms that tgauth_last_terms() has, with a name; last may be "". Both are
 * copied. The same errors. */
MTP_API mtp_status tgauth_flow_sign_up(tgauth_flow *flow, const char *first, const char *last);
/* PAYMENT: with the payments.paymentForm that was paid. The same errors. */
MTP_API mtp_status tgauth_flow_paid(tgauth_flow *flow, int64_t form_id);
/* CODE of TGAUTH_BY_EMAIL: auth.resetLoginEmail; the code then goes elsewhere. The same errors. */
MTP_API mtp_status tgauth_flow_reset_email(tgauth_flow *flow);
/* CODE: auth.resendCode, the next way of delivery. AGAIN: auth.sendCode to the same number.
 * RESTART: from the beginning. The same errors. */
MTP_API mtp_status tgauth_flow_again(tgauth_flow *flow);
/* Forgets who it is about, and wants PHONE: for a wrong number, or instead of scanning. Where
 * something is under way that is taken back first, and changed() tells. Does nothing where RESTART
 * or NOTHING is wanted. */
MTP_API void tgauth_flow_back(tgauth_flow *flow);

#ifdef __cplusplus
}
#endif
#endif
