/* Setting, changing and removing the 2FA password and its recovery e-mail (LG-7). */
#include "password.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static void new_password_free(tgauth_new_password *room) {
  tl_buffer_free(&room->salt);
  OPENSSL_cleanse(room->verifier, sizeof room->verifier);
}

/* The verifier of a password under the offered algorithm, whose first salt gets random bytes of
 * ours. */
static mtp_status derive(tgauth *auth, const tg_account_password *current, const char *password,
                         tgauth_new_password *room, mtp_error *error) {
  tgauth_srp_algo algo;
  uint8_t x[TGAUTH_SRP_HASH_SIZE];
  mtp_status status = tgauth_srp_algo_of(current->new_algo, &algo, error);
  if (status != MTP_OK)
    return status;
  mtp_status made = tgauth_srp_new_salt(algo.salt1, &auth->rng, &room->salt);
  algo.salt1 = tl_bytes_of(room->salt.data, room->salt.size);
  if (made == MTP_OK)
    made = tgauth_srp_hash(&algo, tl_bytes_of(password, strlen(password)), x);
  if (made == MTP_OK)
    made = tgauth_srp_verifier(&algo, &auth->dh_cache, x, room->verifier);
  OPENSSL_cleanse(x, sizeof x);
  if (made != MTP_OK)
    return tgauth_srp_failed(error, made);
  room->algo.salt1 = algo.salt1;
  room->algo.salt2 = algo.salt2;
  room->algo.p = algo.p;
  room->algo.g = algo.g;
  return MTP_OK;
}

/* Fills settings with the new password ("": none, with the algorithm unknown as the documentation
 * wants) and hint. */
static mtp_status set_password(tgauth *auth, const tg_account_password *current,
                               const char *password, const char *hint, tgauth_new_password *room,
                               mtp_error *error) {
  tg_account_passwordInputSettings *settings = &room->settings;
  settings->hint = tl_string_of(hint ? hint : "");
  if (!*password) {
    settings->new_algo.kind = TG_passwordKdfAlgoUnknown;
    settings->new_password_hash = tl_bytes_of("", 0);
    settings->hint = TL_STR("");
    return MTP_OK;
  }
  mtp_status status = derive(auth, current, password, room, error);
  settings->new_algo =
      tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow_box(&room->algo);
  settings->new_password_hash = tl_bytes_of(room->verifier, sizeof room->verifier);
  return status;
}

static mtp_status change_with(tgauth *auth, const tg_account_password *current,
                              const tgauth_password_change *change, mtp_error *error) {
  tgauth_proof proof;
  tgauth_new_password room;
  memset(&room, 0, sizeof room);
  tl_buffer_init(&room.salt, auth->allocator, 0);
  mtp_status status = tgauth_prove(auth, current, change->current, &proof, error);
  if (status == MTP_OK && change->password)
    status = set_password(auth, current, change->password, change->hint, &room, error);
  if (status == MTP_OK) {
    if (change->email)
      room.settings.email = tl_string_of(change->email);
    tg_account_updatePasswordSettings request = {proof.check, &room.settings};
    tl_call call = tg_account_updatePasswordSettings_call(&request);
    status = tgauth_call_void(auth, &call, error);
  }
  new_password_free(&room);
  return status;
}

static mtp_status change_once(tgauth *auth, const tgauth_password_change *change,
                              mtp_error *error) {
  mtp_reply *reply;
  const tg_account_password *current;
  mtp_status status = tgauth_fetch_password(auth, &reply, &current, error);
  if (status != MTP_OK)
    return status;
  status = change_with(auth, current, change, error);
  mtp_reply_free(reply);
  return status;
}

/* Password and hint are one field of the request (flags.0 of account.passwordInputSettings): a hint
 * alone is sent as the present password once more, which has to be known as text for that. */
static mtp_status complete(const tgauth_password_change *change, tgauth_password_change *out,
                           char **copy, mtp_error *error) {
  *out = *change;
  *copy = NULL;
  if (change->password || (!change->hint && change->email))
    return MTP_OK;
  if (!change->hint)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "nothing is to be changed");
  if (!change->current || !change->current->text || !change->current->size)
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "a hint is changed with a password: give the new one, or the text of the "
                       "present one");
  out->password = *copy = tgauth_strdup((tl_string){change->current->text, change->current->size});
  return *copy ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
}

mtp_status tgauth_change_password(tgauth *auth, const tgauth_password_change *change,
                                  int32_t *email_code_length, mtp_error *error) {
  mtp_error local;
  if (!error)
    error = &local;
  if (email_code_length)
    *email_code_length = 0;
  tgauth_password_change whole;
  char *copy;
  mtp_status status = complete(change, &whole, &copy, error);
  if (status == MTP_OK)
    status = change_once(auth, &whole, error);
  if (tgauth_srp_is_stale(status, error))
    status = change_once(auth, &whole, error);
  tgauth_string_free(copy);
  if (status != MTP_ERR_RPC || error->rpc != TG_ERR_EMAIL_UNCONFIRMED_X)
    return status;
  if (email_code_length)
    *email_code_length = (int32_t)error->arg;
  return MTP_OK;
}

mtp_status tgauth_confirm_password_email(tgauth *auth, const char *code, mtp_error *error) {
  char room[64];
  tg_account_confirmPasswordEmail request = {tgauth_code_text(code, room, sizeof room)};
  tl_call call = tg_account_confirmPasswordEmail_call(&request);
  mtp_status status = tgauth_call_void(auth, &call, error);
  OPENSSL_cleanse(room, sizeof room);
  return status;
}

mtp_status tgauth_resend_password_email(tgauth *auth, mtp_error *error) {
  tg_account_resendPasswordEmail request = {0};
  tl_call call = tg_account_resendPasswordEmail_call(&request);
  return tgauth_call_void(auth, &call, error);
}

mtp_status tgauth_cancel_password_email(tgauth *auth, mtp_error *error) {
  tg_account_cancelPasswordEmail request = {0};
  tl_call call = tg_account_cancelPasswordEmail_call(&request);
  return tgauth_call_void(auth, &call, error);
}

/* ---- recovery: here because it may set a new password too ---- */

static mtp_status recover_with(tgauth *auth, const char *code,
                               const tg_account_passwordInputSettings *settings, mtp_error *error) {
  char room[64];
  tg_auth_recoverPassword request = {.code = tgauth_code_text(code, room, sizeof room),
                                     .new_settings = settings};
  tl_call call = tg_auth_recoverPassword_call(&request);
  mtp_reply *reply;
  tgauth_step step;
  mtp_status status = tgauth_try_store(auth, error);
  if (status == MTP_OK)
    status = tgauth_call(auth, &call, &reply, error);
  OPENSSL_cleanse(room, sizeof room);
  if (status != MTP_OK)
    return status;
  status =
      tgauth_accept(auth, tg_auth_recoverPassword_result(mtp_reply_value(reply)), &step, error);
  mtp_reply_free(reply);
  return status;
}

mtp_status tgauth_recover_password(tgauth *auth, const char *code, const char *new_password,
                                   const char *hint, mtp_error *error) {
  tgauth_new_password room;
  mtp_reply *reply;
  const tg_account_password *current;
  if (!new_password || !*new_password)
    return recover_with(auth, code, NULL, error);
  mtp_status status = tgauth_fetch_password(auth, &reply, &current, error);
  if (status != MTP_OK)
    return status;
  memset(&room, 0, sizeof room);
  tl_buffer_init(&room.salt, auth->allocator, 0);
  status = set_password(auth, current, new_password, hint, &room, error);
  if (status == MTP_OK)
    status = recover_with(auth, code, &room.settings, error);
  new_password_free(&room);
  mtp_reply_free(reply);
  return status;
}
