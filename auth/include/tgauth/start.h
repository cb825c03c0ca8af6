/* Signing in in one call: with callbacks, or on a terminal (core.telegram.org/api/auth). */
#ifndef TGAUTH_START_H
#define TGAUTH_START_H

#include <tgauth/password.h>
#include <tgauth/qr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Asks the person. Each writes an answer of at most size-1 bytes and a NUL into out and returns
 * true, or returns false to give up (tgauth_start() then returns CANCELLED). Those that are NULL
 * are not asked for: what would need them fails with ARGUMENT. The buffers are wiped afterwards. */
typedef struct tgauth_start_callbacks {
  void *ctx;
  bool (*phone)(void *ctx, char *out, size_t size); /* a phone number, a bot token, or "qr" */
  /* code says how it was sent; tgauth_explain() puts it in words. "" asks for the next delivery
   * (resend). */
  bool (*code)(void *ctx, const tgauth_code *code, char *out, size_t size);
  bool (*password)(void *ctx, const char *hint, char *out, size_t size);
  bool (*email)(void *ctx, char *out, size_t size); /* a login e-mail has to be set up */
  bool (*email_code)(void *ctx, const char *pattern, int32_t length, char *out, size_t size);
  /* terms: to show and agree to; first_name and last_name have `size` bytes each. */
  bool (*sign_up)(void *ctx, const tgauth_terms *terms, char *first_name, char *last_name,
                  size_t size);
  /* The code has to be paid for (code->payment_required): pays, and says with which form; or false.
   * NULL: tgauth_start() returns CANCELLED, and its text is tgauth_explain(). */
  bool (*payment)(void *ctx, const tgauth_code *code, int64_t *form_id);
  /* Something was wrong that asking again can mend (a wrong code or password, an expired code):
   * true to go on. NULL: go on up to five times. */
  bool (*error)(void *ctx, const mtp_error *error);
  /* Shows a code to be scanned, tgauth_qr_url(); called for each new one, about every 30 seconds.
   */
  bool (*qr)(void *ctx, const tgauth_qr *qr);
} tgauth_start_callbacks;

/* Signs in as a user or bot, whatever it takes; does nothing when the session is signed in already.
 * who may be a phone number, a bot token, "qr" (show a code to be scanned), or NULL to ask. A code
 * is requested once; again only when an answer was met by PHONE_CODE_EXPIRED or AUTH_RESTART
 * (ER-5). ARGUMENT: a callback that is needed is NULL. CANCELLED when a callback gives up;
 * otherwise what the last step returned. */
MTP_API TL_MUST_USE mtp_status tgauth_start(tgauth *auth, const char *who,
                                            const tgauth_start_callbacks *callbacks,
                                            mtp_error *error);

/* ---- on a terminal ---- */

/* The same on standard input and error output: prompts, passwords without echo, QR code when the
 * answer to "phone" is "qr". Works when input is a pipe, one answer a line. */
MTP_API TL_MUST_USE mtp_status tgauth_interactive_login(tgauth *auth, mtp_error *error);

/* The callbacks that it uses, for those who want some of them otherwise. They use no ctx. */
MTP_API void tgauth_terminal_callbacks(tgauth_start_callbacks *out);

/* Writes the prompt to standard error and reads a line of standard input, without its end, into
 * `size` bytes with the NUL. Reads no further than that line. false: the input ended; or, unless
 * that is a terminal, where it asks again, the line does not fit or has a NUL in it. */
MTP_API bool tgauth_ask(const char *prompt, char *out, size_t size);
/* The same for secrets: a terminal does not echo, and is put back even when a key interrupts, or
 * INT, QUIT, TERM, HUP or ALRM arrives (the signal takes effect afterwards; in a program with
 * several threads, for signals that the others block). The caller wipes the answer. */
MTP_API bool tgauth_ask_hidden(const char *prompt, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
