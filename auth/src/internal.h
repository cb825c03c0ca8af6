/* What the files of libtgauth share. */
#ifndef TGAUTH_INTERNAL_H
#define TGAUTH_INTERNAL_H

#include <mtp/crypto.h>
#include <tg/has.h>
#include <tg/tg.h>
#include <tgauth/tgauth.h>

#ifndef TG_HAS_auth_SentCode_kind /* older layers have one constructor */
typedef const tg_auth_sentCode *tg_auth_SentCode;
#endif

struct tgauth {
  mtp_client *client;
  tgauth_store *store;
  char *api_hash;
  int32_t api_id;
  const tl_allocator *allocator;
  mtp_rng rng;           /* a copy; its ctx is the caller's */
  mtp_dh_cache dh_cache; /* primes of 2FA parameters that passed their test */
  uint8_t saved[32];     /* SHA-256 of what the store holds; zero: not known */
  bool set_aside;        /* a session that the server gave up, in this run */
  bool signed_out;       /* nobody has been signed in since it was opened, or since that */
  bool half_signed_in;   /* accepted, or moved, and neither signed in nor given up since */
  tl_arena terms_arena;
  tgauth_terms terms;
};

/* Forgets the error, or sets it. The text is a printf format. error may be NULL. Returns status. */
mtp_status tgauth_fail(mtp_error *error, mtp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* STORE with the code TGAUTH_PASSWORD_MISSING. */
mtp_status tgauth_fail_password(mtp_error *error, const char *text);

/* NOMEM, RANDOM or CRYPTO, as a function of cryptography or mtp_openssl_failed() has it, in words.
 */
mtp_status tgauth_fail_crypto(mtp_error *error, mtp_status status);

/* The same of a file, with the text of errno, which becomes the code: "cannot doing path: ...". */
mtp_status tgauth_fail_errno(mtp_error *error, const char *doing, const char *path);

/* A call that never sleeps through a wait and is never repeated after a 500. */
mtp_status tgauth_call(tgauth *auth, const tl_call *call, mtp_reply **reply, mtp_error *error);
/* Saves whether there is something new or not: before a call whose outcome would be lost with a
 * store that does not work, a code or a login among them. What the store returns. */
mtp_status tgauth_try_store(tgauth *auth, mtp_error *error);
/* tgauth_call() when only success matters. */
mtp_status tgauth_call_void(tgauth *auth, const tl_call *call, mtp_error *error);

/* Takes over the account of an auth.Authorization: user, bot flag, future auth token; saves. With
 * auth.authorizationSignUpRequired sets *step and keeps the terms. PROTOCOL when it is neither. */
mtp_status tgauth_accept(tgauth *auth, tg_auth_Authorization authorization, tgauth_step *step,
                         mtp_error *error);

/* A tgauth_code made of the server's answer. `phone` is kept as it is. NOMEM, PROTOCOL. */
mtp_status tgauth_code_make(tgauth *auth, const char *phone, tg_auth_SentCode sent,
                            tgauth_code **out, mtp_error *error);
/* One of which only that is known, and hash and type; the caller may set numbers and flags. NOMEM.
 */
mtp_status tgauth_code_new(tgauth *auth, const char *phone, const char *hash, tgauth_delivery type,
                           tgauth_code **out, mtp_error *error);

/* Just the digits of a phone number as it was pasted (LG-2). ARGUMENT when there are none, too
 * many, or letters: then it is something else. */
mtp_status tgauth_phone_digits(const char *phone, char out[32], mtp_error *error);

/* Without the blanks, and marks that nobody sees, at its ends; points into text. */
tl_string tgauth_trimmed(const char *text);
/* A code as it was typed or pasted: digits lose what stands between them, anything else only what
 * stands around it. Points into text or room, which the caller wipes. */
tl_string tgauth_code_text(const char *text, char *room, size_t capacity);

/* Writes text that may be a stranger's to standard error, by tl_visible(). */
void tgauth_show(const char *text);
/* Whether a person is to be told of this delivery: true the first time. */
bool tgauth_code_show_once(const tgauth_code *code);
/* Seconds until another delivery may be asked for, 0: now. */
int32_t tgauth_code_wait(const tgauth_code *code);

/* A copy that malloc made, for strings that become the caller's; NULL when out of memory. */
char *tgauth_strdup(tl_string text);

#endif
