/* libtgauth: signing in to Telegram, on top of a client of libmtp.
 *
 *   tgauth *auth;
 *   if (tgauth_open(&options, &auth, &error) != MTP_OK) ...
 *   bool authorized;
 *   if (tgauth_is_authorized(auth, &authorized, &error) != MTP_OK) ...
 *   if (!authorized) {
 *     tgauth_code *code;
 *     if (tgauth_request_code(auth, "+9996621234", NULL, &code, &error) != MTP_OK) ...
 *     tgauth_step step;
 *     if (tgauth_sign_in(auth, code, "22222", &step, &error) != MTP_OK) ...
 *     if (step == TGAUTH_PASSWORD_NEEDED)
 *       if (tgauth_check_password_text(auth, "password", &error) != MTP_OK) ...
 *     tgauth_code_free(code);
 *   }
 *   tgauth_close(auth);
 *
 * Every function that talks to the server blocks until the answer is there (mtp_call_sync), and
 * returns any status that mtp_call_sync() can; MTP_ERR_RPC carries the error by name. Whoever must
 * not wait, a program with windows for instance, takes a tgauth_flow (tgauth/flow.h) instead. None
 * sleeps through a FLOOD_WAIT, none repeats auth.sendCode (ER-4). The session is saved to the store
 * whenever it changed, before the function returns. Threads: as the client, one at a time.
 *
 * Ways in that only some applications have are calls like any other, with mtp_call_sync() on
 * tgauth_client(): passkeys (auth.initPasskeyLogin, auth.finishPasskeyLogin), web tokens
 * (auth.importWebTokenAuthorization), Apple and Google for the login e-mail (account.verifyEmail
 * with emailVerificationApple or emailVerificationGoogle), Firebase (auth.requestFirebaseSms).
 * After one that signs in, tgauth_is_authorized() notes who that is and saves the session. */
#ifndef TGAUTH_AUTH_H
#define TGAUTH_AUTH_H

#include <mtp/client.h>
#include <tgauth/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgauth tgauth;

typedef struct tgauth_options {
  mtp_options client;   /* client.api_id is needed; mtp_options_init() it */
  const char *api_hash; /* of that api_id; copied */
  tgauth_store *store;  /* where the session lives; becomes owned by the tgauth. NULL: nowhere */
} tgauth_options;

/* All zero, and the client's defaults. */
MTP_API void tgauth_options_init(tgauth_options *options);

/* Locks and loads the store, makes the client. On failure *out is NULL and the store is freed all
 * the same. ARGUMENT, STORE (locked by another process: the text names it), NOMEM. Nothing is sent
 * yet. */
MTP_API TL_MUST_USE mtp_status tgauth_open(const tgauth_options *options, tgauth **out,
                                           mtp_error *error);
/* Saves, closes the client, unlocks and frees the store. NULL is fine. */
MTP_API void tgauth_close(tgauth *auth);
/* The same without saving: the next one begins with what was saved last, and hears again what came
 * since. NULL is fine. */
MTP_API void tgauth_discard(tgauth *auth);
/* The client, for raw calls; never NULL, and owned by the tgauth. */
MTP_API mtp_client *tgauth_client(const tgauth *auth);
/* For how many milliseconds the session is sure to be ours, by the lease of its store: 0, it has
 * run out and calls wait; below 0, another process has it for good. INT64_MAX: there is no lease.
 */
MTP_API int64_t tgauth_lease_ms(const tgauth *auth);
/* Where the session is kept, such as a leased store for its rows; owned by the tgauth, NULL when it
 * has none. */
MTP_API tgauth_store *tgauth_store_of(tgauth *auth);
/* Saves the session now: on MTP_EVENT_SESSION, when raw calls are made in between. STORE. */
MTP_API TL_MUST_USE mtp_status tgauth_save(tgauth *auth, mtp_error *error);

/* ---- who am I ---- */

/* Asks the server (users.getUsers of inputUserSelf). MTP_OK with *authorized false when it says
 * 401. */
MTP_API TL_MUST_USE mtp_status tgauth_is_authorized(tgauth *auth, bool *authorized,
                                                    mtp_error *error);
struct tg_user; /* <tg/core.h> */
/* *reply is yours; *user points into it. users.getUsers. RPC 401 AUTH_KEY_UNREGISTERED when not
 * signed in. */
MTP_API TL_MUST_USE mtp_status tgauth_get_me(tgauth *auth, mtp_reply **reply,
                                             const struct tg_user **user, mtp_error *error);
/* auth.logOut; keeps the future auth token it returns (LG-3), destroys the key if asked, and
 * empties the store's user. */
MTP_API TL_MUST_USE mtp_status tgauth_log_out(tgauth *auth, bool destroy_key, mtp_error *error);
/* messages.sendMessage to oneself; *message_id may be NULL. */
MTP_API TL_MUST_USE mtp_status tgauth_send_to_self(tgauth *auth, const char *text,
                                                   int32_t *message_id, mtp_error *error);
/* account.getAuthorizations; *reply is yours, take it apart with
 * tg_account_getAuthorizations_result(). */
MTP_API TL_MUST_USE mtp_status tgauth_list_sessions(tgauth *auth, mtp_reply **reply,
                                                    mtp_error *error);
/* account.resetAuthorization: ends the one with that hash of the list. ARGUMENT for 0, which is the
 * hash of this session itself: tgauth_log_out() ends it. RPC: HASH_INVALID,
 * FRESH_RESET_AUTHORISATION_FORBIDDEN. */
MTP_API TL_MUST_USE mtp_status tgauth_end_session(tgauth *auth, int64_t hash, mtp_error *error);
/* auth.resetAuthorizations: ends all but this one. */
MTP_API TL_MUST_USE mtp_status tgauth_end_other_sessions(tgauth *auth, mtp_error *error);
struct tg_account_initTakeoutSession; /* <tg/account.h> */
/* account.initTakeoutSession; calls then carry *takeout_id in mtp_call_options.
 * TAKEOUT_INIT_DELAY_X is an RPC error. End it with tgauth_end_takeout():
 * account.finishTakeoutSession, success says whether all was fetched. */
MTP_API TL_MUST_USE mtp_status
tgauth_begin_takeout(tgauth *auth, const struct tg_account_initTakeoutSession *request,
                     int64_t *takeout_id, mtp_error *error);
MTP_API TL_MUST_USE mtp_status tgauth_end_takeout(tgauth *auth, int64_t takeout_id, bool success,
                                                  mtp_error *error);

/* ---- bots ---- */

/* auth.importBotAuthorization, with the token as given but for blanks at its ends (LG-6). ARGUMENT
 * when it is empty; RPC: ACCESS_TOKEN_INVALID, ACCESS_TOKEN_EXPIRED, API_ID_INVALID,
 * API_ID_PUBLISHED_FLOOD; STORE before anything is sent. */
MTP_API TL_MUST_USE mtp_status tgauth_sign_in_bot(tgauth *auth, const char *token,
                                                  mtp_error *error);

/* ---- users: the code ---- */

/* How a code was, or next would be, delivered (LG-1). */
typedef enum tgauth_delivery {
  TGAUTH_BY_NONE,        /* next_type: no other way, resending is impossible */
  TGAUTH_BY_APP,         /* a message in another Telegram session of the account; length */
  TGAUTH_BY_SMS,         /* length */
  TGAUTH_BY_CALL,        /* a voice; length */
  TGAUTH_BY_FLASH_CALL,  /* the caller's number, which matches pattern, is the code */
  TGAUTH_BY_MISSED_CALL, /* the last length digits of the caller's number, which begins with prefix
                          */
  TGAUTH_BY_EMAIL,       /* to the login e-mail, shown as pattern; length */
  TGAUTH_BY_EMAIL_SETUP, /* no code yet: a login e-mail must be set up first (tgauth_set_up_email)
                          */
  TGAUTH_BY_FRAGMENT,    /* an anonymous number: at url; length */
  TGAUTH_BY_FIREBASE,    /* official apps only; length */
  TGAUTH_BY_WORD,        /* an SMS with a word; it begins with beginning, if that is known */
  TGAUTH_BY_PHRASE       /* an SMS with a phrase; as above */
} tgauth_delivery;

/* What auth.sendCode answered. Strings belong to it and are never NULL. */
typedef struct tgauth_code {
  const char *phone, *hash;
  tgauth_delivery type, next_type;
  int32_t length;        /* digits of the code, 0 unknown */
  int32_t timeout;       /* seconds until another delivery may be asked for; 0: at once */
  int64_t sent_at;       /* server time */
  const char *pattern;   /* FLASH_CALL: of the number; EMAIL: of the address */
  const char *prefix;    /* MISSED_CALL */
  const char *url;       /* FRAGMENT */
  const char *beginning; /* WORD, PHRASE: the first letter or word; may be empty */
  bool apple_allowed,
      google_allowed;            /* EMAIL, EMAIL_SETUP: signing in with these is possible too */
  int32_t email_reset_available; /* EMAIL: seconds after which tgauth_reset_login_email() may be
                                    asked; 0 unknown */
  int32_t email_reset_pending;   /* EMAIL: unix time when a pending reset takes effect; 0: none */
  /* auth.sentCodePaymentRequired: the code has to be paid for, store_product in an official store,
   * or `amount` (in the smallest unit of `currency`, ISO 4217) by payments.getPaymentForm and
   * sendPaymentForm with inputStorePaymentAuthCode; tgauth_check_paid() goes on from there. With it
   * come premium_days of Telegram Premium. The last three are 0 and "" in layers without them. */
  bool payment_required;
  const char *store_product;
  const char *support_email, *support_subject; /* whom to write to, and how */
  int32_t premium_days;
  const char *currency;
  int64_t amount;
  bool signed_in; /* auth.sentCodeSuccess: a future auth token made the code unnecessary; done */
  bool password_needed; /* the same, but the account has 2FA: no code was sent, and
                           tgauth_check_password() is next */
  void *owner;          /* private */
} tgauth_code;

/* Frees it. NULL is fine. */
MTP_API void tgauth_code_free(tgauth_code *code);

/* Choices of codeSettings. All zero is the default. */
typedef struct tgauth_code_settings {
  bool allow_flashcall, current_number, allow_app_hash, allow_missed_call, allow_firebase,
      unknown_number;
} tgauth_code_settings;

/* auth.sendCode, with the future auth tokens of the session (LG-3). The phone may hold spaces, +, -
 * and brackets; digits are sent. PHONE_MIGRATE_X is followed. settings may be NULL. Nothing here
 * repeats it on its own. RPC: PHONE_NUMBER_INVALID, PHONE_NUMBER_BANNED, PHONE_NUMBER_FLOOD,
 * PHONE_PASSWORD_FLOOD, API_ID_INVALID, AUTH_RESTART, UPDATE_APP_TO_LOGIN, FLOOD_WAIT_X ...
 * (tg_auth_sendCode_err). */
MTP_API TL_MUST_USE mtp_status tgauth_request_code(tgauth *auth, const char *phone,
                                                   const tgauth_code_settings *settings,
                                                   tgauth_code **out, mtp_error *error);
/* A code that was requested earlier, by another process for instance, made of what was noted of it:
 * its phone, hash and type (TGAUTH_BY_NONE when that is not known). What else was said of it is not
 * there. ARGUMENT, NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_code_resume(tgauth *auth, const char *phone, const char *hash,
                                                  tgauth_delivery type, tgauth_code **out,
                                                  mtp_error *error);
/* auth.resendCode: the next delivery; timeout seconds after sent_at at the earliest, which is up to
 * the caller to keep. *code is replaced on success. RPC: SEND_CODE_UNAVAILABLE,
 * PHONE_CODE_EXPIRED ... */
MTP_API TL_MUST_USE mtp_status tgauth_resend_code(tgauth *auth, tgauth_code **code,
                                                  mtp_error *error);
/* auth.cancelCode: the code is void. */
MTP_API TL_MUST_USE mtp_status tgauth_cancel_code(tgauth *auth, const tgauth_code *code,
                                                  mtp_error *error);
/* auth.reportMissingCode: mnc is the mobile network code, "" if unknown. */
MTP_API TL_MUST_USE mtp_status tgauth_report_missing_code(tgauth *auth, const tgauth_code *code,
                                                          const char *mnc, mtp_error *error);
/* In words: where the code went, and what can be done now. Writes at most size bytes with a NUL;
 * returns out. */
MTP_API char *tgauth_explain(const tgauth_code *code, char *out, size_t size);

/* What has to come next. */
typedef enum tgauth_step {
  TGAUTH_DONE,            /* signed in */
  TGAUTH_PASSWORD_NEEDED, /* 2FA: tgauth_check_password() (401 SESSION_PASSWORD_NEEDED, ER-3) */
  TGAUTH_SIGN_UP_NEEDED   /* no account with that number: tgauth_sign_up() */
} tgauth_step;

/* auth.checkPaidAuth: whether the payment of that form (payments.paymentForm#form_id) has arrived,
 * of a code with payment_required. On success *code is replaced by what comes next, and the old one
 * is freed; otherwise it stays. ARGUMENT: the layer has no such method. RPC: PHONE_NUMBER_INVALID,
 * PHONE_CODE_EXPIRED, FLOOD_WAIT_X, and what is said while nothing was paid. */
MTP_API TL_MUST_USE mtp_status tgauth_check_paid(tgauth *auth, tgauth_code **code, int64_t form_id,
                                                 mtp_error *error);

/* auth.signIn with the code. RPC: PHONE_CODE_INVALID, PHONE_CODE_EXPIRED, PHONE_CODE_EMPTY ...
 * (tg_auth_signIn_err). After PHONE_CODE_INVALID ask again with the same code object; after
 * PHONE_CODE_EXPIRED request a new one (ER-5). For a TGAUTH_BY_EMAIL code the same function signs
 * in with email_verification. */
MTP_API TL_MUST_USE mtp_status tgauth_sign_in(tgauth *auth, const tgauth_code *code,
                                              const char *text, tgauth_step *step,
                                              mtp_error *error);

/* The terms of service that came with TGAUTH_SIGN_UP_NEEDED; text is "" when there were none. Valid
 * until the next sign_in. */
typedef struct tgauth_terms {
  const char *id, *text; /* id: JSON to accept with help.acceptTermsOfService */
  int32_t min_age;       /* 0: none */
  bool popup;
} tgauth_terms;
/* The terms that came with the last TGAUTH_SIGN_UP_NEEDED; owned by the tgauth, valid until the
 * next sign-in. NULL: none came. */
MTP_API const tgauth_terms *tgauth_last_terms(const tgauth *auth);
/* auth.signUp, then help.acceptTermsOfService for the terms shown. RPC: FIRSTNAME_INVALID,
 * PHONE_NUMBER_OCCUPIED ... */
MTP_API TL_MUST_USE mtp_status tgauth_sign_up(tgauth *auth, const tgauth_code *code,
                                              const char *first_name, const char *last_name,
                                              mtp_error *error);

/* ---- users: the login e-mail (LG-4) ---- */

/* For TGAUTH_BY_EMAIL_SETUP: account.sendVerifyEmailCode; *pattern (yours:
 * tgauth_string_free(); may be NULL) and *length describe the code in the mail. */
MTP_API TL_MUST_USE mtp_status tgauth_set_up_email(tgauth *auth, const tgauth_code *code,
                                                   const char *email, char **pattern,
                                                   int32_t *length, mtp_error *error);
/* account.verifyEmail: the mail's code. *code is replaced by the sign-in code that the server then
 * sent. */
MTP_API TL_MUST_USE mtp_status tgauth_verify_email(tgauth *auth, tgauth_code **code,
                                                   const char *text, mtp_error *error);
/* auth.resetLoginEmail: *code is replaced. RPC: TASK_ALREADY_EXISTS, EMAIL_NOT_ALLOWED ... */
MTP_API TL_MUST_USE mtp_status tgauth_reset_login_email(tgauth *auth, tgauth_code **code,
                                                        mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
