/* What the files about two-step verification share. */
#ifndef TGAUTH_PASSWORD_INTERNAL_H
#define TGAUTH_PASSWORD_INTERNAL_H

#include "internal.h"
#include "srp.h"
#include <tgauth/proof.h>

/* A new password as account.passwordInputSettings wants it, with the memory that it points to. */
typedef struct tgauth_new_password {
  tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow algo;
  tg_account_passwordInputSettings settings;
  tl_buffer salt;
  uint8_t verifier[MTP_DH_SIZE];
} tgauth_new_password;

/* account.getPassword; *reply is the caller's, *out points into it. */
mtp_status tgauth_fetch_password(tgauth *auth, mtp_reply **reply, const tg_account_password **out,
                                 mtp_error *error);
/* A copy of what it says; NULL: out of memory. */
tgauth_password_info *tgauth_password_info_new(const tgauth *auth,
                                               const tg_account_password *password);
/* The parameters of an algorithm that is known; PROTOCOL otherwise. */
mtp_status tgauth_srp_algo_of(tg_PasswordKdfAlgo algo, tgauth_srp_algo *out, mtp_error *error);
/* The proof for the account's password; the empty one when there is none. out must not be moved
 * afterwards. */
mtp_status tgauth_prove(tgauth *auth, const tg_account_password *password,
                        const tgauth_secret *secret, tgauth_proof *out, mtp_error *error);
/* Whether the error says that account.getPassword has to be asked again (ER-5). */
bool tgauth_srp_is_stale(mtp_status status, const mtp_error *error);
mtp_status tgauth_srp_failed(mtp_error *error, mtp_status status);

#endif
