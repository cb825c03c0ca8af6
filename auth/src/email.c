/* Setting up the e-mail address that codes go to (LG-4). */
#include "flow/task.h"
#include <openssl/crypto.h>
#include <stdio.h>

static tg_emailVerifyPurposeLoginSetup purpose_of(const tgauth_code *code) {
  tg_emailVerifyPurposeLoginSetup purpose = {0};
  purpose.phone_number = tl_string_of(code->phone);
  purpose.phone_code_hash = tl_string_of(code->hash);
  return purpose;
}

static mtp_status take_mailed(tgauth_task *task) {
  if (!task->reply)
    return task->error.status;
  const tg_account_sentEmailCode *sent =
      tg_account_sendVerifyEmailCode_result(mtp_reply_value(task->reply));
  if (!sent)
    return tgauth_fail(&task->error, MTP_ERR_PROTOCOL, "account.sendVerifyEmailCode: no answer");
  task->length = sent->length;
  tgauth_string_free(task->pattern);
  task->pattern = tgauth_strdup(sent->email_pattern);
  return task->pattern ? MTP_OK : tgauth_fail(&task->error, MTP_ERR_NOMEM, "out of memory");
}

mtp_status tgauth_begin_email(tgauth_task *task, const tgauth_code *code, const char *email) {
  tg_emailVerifyPurposeLoginSetup purpose = purpose_of(code);
  tg_account_sendVerifyEmailCode request = {0};
  request.purpose = tg_emailVerifyPurposeLoginSetup_box(&purpose);
  request.email = tgauth_trimmed(email);
  tl_call call = tg_account_sendVerifyEmailCode_call(&request);
  return tgauth_task_call(task, &call, take_mailed);
}

mtp_status tgauth_set_up_email(tgauth *auth, const tgauth_code *code, const char *email,
                               char **pattern, int32_t *length, mtp_error *error) {
  tgauth_task task;
  if (pattern)
    *pattern = NULL;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_email(&task, code, email), error);
  if (status == MTP_OK && length)
    *length = task.length;
  if (status == MTP_OK && pattern) {
    *pattern = task.pattern;
    task.pattern = NULL;
  }
  tgauth_task_clear(&task);
  return status;
}

static mtp_status take_verified(tgauth_task *task) {
  mtp_error *error = &task->error;
  if (!task->reply)
    return error->status;
  tg_account_EmailVerified verified = tg_account_verifyEmail_result(mtp_reply_value(task->reply));
  if (verified.kind != TG_account_emailVerifiedLogin)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "the e-mail is verified, but no code was sent");
  mtp_status status = tgauth_code_make(
      task->auth, task->phone, verified.account_emailVerifiedLogin->sent_code, &task->code, error);
  return status == MTP_OK ? tgauth_save(task->auth, error) : status;
}

mtp_status tgauth_begin_verify_email(tgauth_task *task, const tgauth_code *code, const char *text) {
  tg_emailVerifyPurposeLoginSetup purpose = purpose_of(code);
  char room[64];
  tg_emailVerificationCode verification = {tgauth_code_text(text, room, sizeof room)};
  tg_account_verifyEmail request = {0};
  request.purpose = tg_emailVerifyPurposeLoginSetup_box(&purpose);
  request.verification = tg_emailVerificationCode_box(&verification);
  tl_call call = tg_account_verifyEmail_call(&request);
  (void)snprintf(task->phone, sizeof task->phone, "%s", code->phone);
  mtp_status status = tgauth_task_call(task, &call, take_verified);
  OPENSSL_cleanse(room, sizeof room);
  return status;
}

mtp_status tgauth_verify_email(tgauth *auth, tgauth_code **code, const char *text,
                               mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  return status == MTP_OK ? tgauth_task_wait_code(
                                &task, tgauth_begin_verify_email(&task, *code, text), code, error)
                          : status;
}
