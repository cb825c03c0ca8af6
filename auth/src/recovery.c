/* A forgotten password: a code by mail, or waiting seven days (LG-7). */
#include "internal.h"
#include <openssl/crypto.h>
#include <stdlib.h>

mtp_status tgauth_request_password_recovery(tgauth *auth, char **pattern, mtp_error *error) {
  tg_auth_requestPasswordRecovery request = {0};
  tl_call call = tg_auth_requestPasswordRecovery_call(&request);
  mtp_reply *reply;
  if (pattern)
    *pattern = NULL;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  const tg_auth_passwordRecovery *sent =
      tg_auth_requestPasswordRecovery_result(mtp_reply_value(reply));
  if (pattern && !(*pattern = tgauth_strdup(sent ? sent->email_pattern : TL_STR(""))))
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  mtp_reply_free(reply);
  return status;
}

mtp_status tgauth_check_recovery_code(tgauth *auth, const char *code, mtp_error *error) {
  char room[64];
  tg_auth_checkRecoveryPassword request = {tgauth_code_text(code, room, sizeof room)};
  tl_call call = tg_auth_checkRecoveryPassword_call(&request);
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  OPENSSL_cleanse(room, sizeof room);
  if (status != MTP_OK)
    return status;
  bool right = tg_auth_checkRecoveryPassword_result(mtp_reply_value(reply));
  mtp_reply_free(reply);
  return right ? MTP_OK : tgauth_fail(error, MTP_ERR_ARGUMENT, "the recovery code is wrong");
}

mtp_status tgauth_reset_password(tgauth *auth, tgauth_reset *out, int32_t *date, mtp_error *error) {
  tg_account_resetPassword request = {0};
  tl_call call = tg_account_resetPassword_call(&request);
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  tg_account_ResetPasswordResult result = tg_account_resetPassword_result(mtp_reply_value(reply));
  *date = 0;
  switch (result.kind) {
  case TG_account_resetPasswordFailedWait:
    *out = TGAUTH_RESET_RETRY_LATER;
    *date = result.account_resetPasswordFailedWait->retry_date;
    break;
  case TG_account_resetPasswordRequestedWait:
    *out = TGAUTH_RESET_WAIT;
    *date = result.account_resetPasswordRequestedWait->until_date;
    break;
  case TG_account_resetPasswordOk:
    *out = TGAUTH_RESET_DONE;
    break;
  case TG_account_ResetPasswordResult_none:
    status = tgauth_fail(error, MTP_ERR_PROTOCOL, "account.resetPassword: no answer");
    break;
  }
  mtp_reply_free(reply);
  return status;
}

mtp_status tgauth_decline_password_reset(tgauth *auth, mtp_error *error) {
  tg_account_declinePasswordReset request = {0};
  tl_call call = tg_account_declinePasswordReset_call(&request);
  return tgauth_call_void(auth, &call, error);
}
