/* Two-step verification (2FA): check, set, change, remove, recover, reset. Sources:
 * core.telegram.org/api/srp, SR-1 to SR-5, LG-7. Passwords are used and wiped from the library's
 * own memory; wiping the caller's copy is the caller's. Every function that asks the server returns
 * any status that mtp_call_sync() can. */
#ifndef TGAUTH_PASSWORD_H
#define TGAUTH_PASSWORD_H

#include <tgauth/auth.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A password: the text, or the 32 bytes that PBKDF2 makes of it (x of SR-2) for those who do not
 * keep the text. */
typedef struct tgauth_secret {
  const char *text; /* UTF-8, as typed; NULL: use hash */
  size_t size;
  const uint8_t *hash; /* 32 bytes; of the account's current algorithm and salts */
} tgauth_secret;

/* What account.getPassword says. Strings are "" when absent; free with tgauth_password_info_free().
 */
typedef struct tgauth_password_info {
  bool has_password, has_recovery, has_secure_values;
  const char *hint;
  const char *unconfirmed_email_pattern; /* a recovery e-mail waits for its code */
  const char *login_email_pattern;
  int32_t pending_reset_date; /* unix time; 0: none */
  void *owner;                /* private */
} tgauth_password_info;
/* account.getPassword. *out is yours. */
MTP_API TL_MUST_USE mtp_status tgauth_get_password(tgauth *auth, tgauth_password_info **out,
                                                   mtp_error *error);
/* NULL is fine. */
MTP_API void tgauth_password_info_free(tgauth_password_info *info);

/* auth.checkPassword with SRP: the second step of signing in. RPC: PASSWORD_HASH_INVALID (ask
 * again), SRP_ID_INVALID and SRP_PASSWORD_CHANGED (fetched anew and tried once more here, ER-5),
 * PASSWORD_MISSING, PHONE_PASSWORD_FLOOD, FLOOD_WAIT_X. PROTOCOL: the server's parameters fail
 * SR-1; its algorithm is unknown: update. */
MTP_API TL_MUST_USE mtp_status tgauth_check_password(tgauth *auth, const tgauth_secret *password,
                                                     mtp_error *error);
/* The same with a NUL-terminated text. */
MTP_API TL_MUST_USE mtp_status tgauth_check_password_text(tgauth *auth, const char *password,
                                                          mtp_error *error);
/* The hash to keep instead of the text (tgauth_secret.hash), for the account as it is now. */
MTP_API TL_MUST_USE mtp_status tgauth_hash_password(tgauth *auth, const char *password,
                                                    uint8_t hash[32], mtp_error *error);

/* What to change. current is needed when there is a password; NULL otherwise. */
typedef struct tgauth_password_change {
  const tgauth_secret *current;
  const char *password; /* the new one; NULL: leave as it is; "": remove */
  const char *hint;     /* goes with password; alone it needs the text of current; NULL: none */
  const char *email;    /* recovery e-mail; NULL: leave as it is; "": remove */
} tgauth_password_change;
/* account.updatePasswordSettings. MTP_OK after TG_ERR_EMAIL_UNCONFIRMED_X too: then
 * *email_code_length (may be NULL) is the length of the code in the mail, 0 otherwise, and the
 * change is complete, a new password included, after tgauth_confirm_password_email(). ARGUMENT:
 * there is nothing to change, or a hint without a password that is known as text; nothing was sent
 * then. */
MTP_API TL_MUST_USE mtp_status tgauth_change_password(tgauth *auth,
                                                      const tgauth_password_change *change,
                                                      int32_t *email_code_length, mtp_error *error);
/* account.confirmPasswordEmail / resendPasswordEmail / cancelPasswordEmail. RPC: CODE_INVALID,
 * EMAIL_HASH_EXPIRED ... */
MTP_API TL_MUST_USE mtp_status tgauth_confirm_password_email(tgauth *auth, const char *code,
                                                             mtp_error *error);
MTP_API TL_MUST_USE mtp_status tgauth_resend_password_email(tgauth *auth, mtp_error *error);
MTP_API TL_MUST_USE mtp_status tgauth_cancel_password_email(tgauth *auth, mtp_error *error);

/* Forgotten: auth.requestPasswordRecovery mails a code. *pattern says to where; yours:
 * tgauth_string_free(). RPC: PASSWORD_RECOVERY_NA. */
MTP_API TL_MUST_USE mtp_status tgauth_request_password_recovery(tgauth *auth, char **pattern,
                                                                mtp_error *error);
/* auth.checkRecoveryPassword: is the code right? */
MTP_API TL_MUST_USE mtp_status tgauth_check_recovery_code(tgauth *auth, const char *code,
                                                          mtp_error *error);
/* auth.recoverPassword: signs in; sets new_password, or removes it when NULL. RPC: CODE_EMPTY,
 * PASSWORD_RECOVERY_EXPIRED ... */
MTP_API TL_MUST_USE mtp_status tgauth_recover_password(tgauth *auth, const char *code,
                                                       const char *new_password, const char *hint,
                                                       mtp_error *error);

/* account.resetPassword: after seven days without protest the password is gone. */
typedef enum tgauth_reset {
  TGAUTH_RESET_DONE,
  TGAUTH_RESET_WAIT,
  TGAUTH_RESET_RETRY_LATER
} tgauth_reset;
/* *date: WAIT: when it will be done; RETRY_LATER: when it may be asked again (unix time). */
MTP_API TL_MUST_USE mtp_status tgauth_reset_password(tgauth *auth, tgauth_reset *out, int32_t *date,
                                                     mtp_error *error);
/* account.declinePasswordReset: takes a pending reset back. RPC: RESET_REQUEST_MISSING. */
MTP_API TL_MUST_USE mtp_status tgauth_decline_password_reset(tgauth *auth, mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
