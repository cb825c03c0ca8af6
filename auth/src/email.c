/* Setting up the e-mail address that codes go to (LG-4). */
#include "internal.h"
#include <openssl/crypto.h>

static tg_emailVerifyPurposeLoginSetup purpose_of(const tgauth_code *code) {
  tg_emailVerifyPurposeLoginSetup purpose = {0};
  purpose.phone_number = tl_string_of(code->phone);
  purpose.phone_code_hash = tl_string_of(code->hash);
  return purpose;
}

mtp_status tgauth_set_up_email(tgauth *auth, const tgauth_code *code, const char *email,
                               char **pattern, int32_t *length, mtp_error *error) {
  tg_emailVerifyPurposeLoginSetup purpose = purpose_of(code);
  tg_account_sendVerifyEmailCode request = {0};
  request.purpose = tg_emailVerifyPurposeLoginSetup_box(&purpose);
  request.email = tgauth_trimmed(email);
  tl_call call = tg_account_sendVerifyEmailCode_call(&request);
  mtp_reply *reply;
  if (pattern)
    *pattern = NULL;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  const tg_account_sentEmailCode *sent =
      tg_account_sendVerifyEmailCode_result(mtp_reply_value(reply));
  if (!sent)
    status = tgauth_fail(error, MTP_ERR_PROTOCOL, "account.sendVerifyEmailCode: no answer");
  if (sent && length)
    *length = sent->length;
  if (sent && pattern && !(*pattern = tgauth_strdup(sent->email_pattern)))
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  mtp_reply_free(reply);
  return status;
}

mtp_status tgauth_verify_email(tgauth *auth, tgauth_code **code, const char *text,
                               mtp_error *error) {
  tg_emailVerifyPurposeLoginSetup purpose = purpose_of(*code);
  char room[64];
  tg_emailVerificationCode verification = {tgauth_code_text(text, room, sizeof room)};
  tg_account_verifyEmail request = {0};
  request.purpose = tg_emailVerifyPurposeLoginSetup_box(&purpose);
  request.verification = tg_emailVerificationCode_box(&verification);
  tl_call call = tg_account_verifyEmail_call(&request);
  mtp_reply *reply;
  tgauth_code *fresh;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  OPENSSL_cleanse(room, sizeof room);
  if (status != MTP_OK)
    return status;
  tg_account_EmailVerified verified = tg_account_verifyEmail_result(mtp_reply_value(reply));
  if (verified.kind != TG_account_emailVerifiedLogin)
    status = tgauth_fail(error, MTP_ERR_PROTOCOL, "the e-mail is verified, but no code was sent");
  else
    status = tgauth_code_make(auth, (*code)->phone, verified.account_emailVerifiedLogin->sent_code,
                              &fresh, error);
  mtp_reply_free(reply);
  if (status != MTP_OK)
    return status;
  tgauth_code_free(*code);
  *code = fresh;
  return tgauth_save(auth, error);
}
