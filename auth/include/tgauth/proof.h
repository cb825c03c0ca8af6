/* The proof that one knows the 2FA password, for methods that want one beside those of
 * <tgauth/password.h>: account.getTmpPassword, account.getPasswordSettings, account.deleteAccount,
 * channels.editCreator, payments.getStarsRevenueWithdrawalUrl and the like. Sources:
 * core.telegram.org/api/srp, SR-1 to SR-4. Not part of <tgauth/tgauth.h>, since it needs the
 * structs of the API.
 *
 *   tgauth_proof proof;
 *   tgauth_secret secret = {"hunter2", 7, NULL};
 *   if (tgauth_get_proof(auth, &secret, &proof, &error) == MTP_OK) {
 *     tg_account_getTmpPassword request = {.password = proof.check, .period = 3600};
 *     ...
 */
#ifndef TGAUTH_PROOF_H
#define TGAUTH_PROOF_H

#include <mtp/crypto.h>
#include <tg/account.h>
#include <tg/core.h>
#include <tgauth/password.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An InputCheckPasswordSRP with the memory that it points to: check is valid as long as this is,
 * and where it is, so that it must not be copied or moved. Good for one call, and an hour at most;
 * the password cannot be had from it. */
typedef struct tgauth_proof {
  tg_InputCheckPasswordSRP check;
  tg_inputCheckPasswordSRP srp;
  uint8_t a[MTP_DH_SIZE];
  uint8_t m1[32];
} tgauth_proof;

/* The proof for what account.getPassword has said (borrowed for the call): inputCheckPasswordSRP,
 * or inputCheckPasswordEmpty where there is no password. Asks nobody, and takes some 100 ms with
 * the text of a password. password may be NULL where there is none. rng as mtp_rng_fill(). *out is
 * the caller's. ARGUMENT: there is a password, and none was given; PROTOCOL: the parameters fail
 * SR-1, or the algorithm is unknown; NOMEM, RANDOM, CRYPTO. */
MTP_API TL_MUST_USE mtp_status tgauth_make_proof(const tg_account_password *settings,
                                                 const tgauth_secret *password, const mtp_rng *rng,
                                                 tgauth_proof *out, mtp_error *error);

/* The same for account.getPassword as it is now, which is asked here: blocks. A method that answers
 * SRP_ID_INVALID or SRP_PASSWORD_CHANGED wants another proof (ER-5). Those statuses, and any that
 * mtp_call_sync() can return. */
MTP_API TL_MUST_USE mtp_status tgauth_get_proof(tgauth *auth, const tgauth_secret *password,
                                                tgauth_proof *out, mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
