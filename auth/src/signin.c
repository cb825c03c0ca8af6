/* The code: asking for it, asking again, and signing in with it. */
#include "flow/task.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

static void settings_of(tgauth *auth, const tgauth_code_settings *from, tg_codeSettings *to) {
  const mtp_session *session = mtp_client_session(auth->client);
  memset(to, 0, sizeof *to);
  if (from) {
    to->allow_flashcall = from->allow_flashcall;
    to->current_number = from->current_number;
    to->allow_app_hash = from->allow_app_hash;
    to->allow_missed_call = from->allow_missed_call;
#ifdef TG_HAS_codeSettings_allow_firebase /* not in older layers */
    to->allow_firebase = from->allow_firebase;
#endif
#ifdef TG_HAS_codeSettings_unknown_number
    to->unknown_number = from->unknown_number;
#endif
  }
  if (session->n_tokens) {
    to->logout_tokens.items = session->tokens;
    to->logout_tokens.count = session->n_tokens;
  }
}

/* ---- what is answered with a code ---- */

/* Saves; without that there is no code. */
static mtp_status keep_code(tgauth_task *task) {
  mtp_status status = tgauth_save(task->auth, &task->error);
  if (status == MTP_OK)
    return status;
  tgauth_code_free(task->code);
  task->code = NULL;
  return status;
}

static mtp_status make_code(tgauth_task *task, tg_auth_SentCode sent) {
  mtp_status status = tgauth_code_make(task->auth, task->phone, sent, &task->code, &task->error);
  return status == MTP_OK ? keep_code(task) : status;
}

static mtp_status take_sent(tgauth_task *task) {
  const mtp_error *error = &task->error;
  if (task->reply)
    return make_code(task, tg_auth_sendCode_result(mtp_reply_value(task->reply)));
  if (error->status != MTP_ERR_RPC || error->rpc != TG_ERR_SESSION_PASSWORD_NEEDED)
    return error->status;
  mtp_status status =
      tgauth_code_new(task->auth, task->phone, "", TGAUTH_BY_NONE, &task->code, &task->error);
  if (status != MTP_OK)
    return status;
  task->code->password_needed = true;
  return keep_code(task);
}

/* A store that cannot keep the session is found out before a code is used up. (AUTH_RESTART, which
 * means that nothing was sent, the client answers by calling once more, ER-5.) */
mtp_status tgauth_begin_code(tgauth_task *task, const char *phone,
                             const tgauth_code_settings *settings) {
  tgauth *auth = task->auth;
  tg_codeSettings code_settings;
  mtp_status status = tgauth_phone_digits(phone, task->phone, &task->error);
  if (status != MTP_OK)
    return status;
  settings_of(auth, settings, &code_settings);
  tg_auth_sendCode request = {0};
  request.phone_number = tl_string_of(task->phone);
  request.api_id = auth->api_id;
  request.api_hash = tl_string_of(auth->api_hash);
  request.settings = &code_settings;
  tl_call call = tg_auth_sendCode_call(&request);
  status = tgauth_try_store(auth, &task->error);
  return status == MTP_OK ? tgauth_task_call(task, &call, take_sent) : status;
}

mtp_status tgauth_request_code(tgauth *auth, const char *phone,
                               const tgauth_code_settings *settings, tgauth_code **out,
                               mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_code(&task, phone, settings), error);
  *out = task.code;
  task.code = NULL;
  tgauth_task_clear(&task);
  return status;
}

mtp_status tgauth_code_resume(tgauth *auth, const char *phone, const char *hash,
                              tgauth_delivery type, tgauth_code **out, mtp_error *error) {
  char digits[32];
  *out = NULL;
  mtp_status status = tgauth_phone_digits(phone, digits, error);
  return status == MTP_OK ? tgauth_code_new(auth, digits, hash, type, out, error) : status;
}

/* ---- what puts another in its place ---- */

/* Makes a call about a code; the one that it is answered with is for the same number. */
static mtp_status call_about(tgauth_task *task, const tgauth_code *code, const tl_call *call,
                             mtp_status (*take)(tgauth_task *task)) {
  (void)snprintf(task->phone, sizeof task->phone, "%s", code->phone);
  return tgauth_task_call(task, call, take);
}

static mtp_status take_resent(tgauth_task *task) {
  return task->reply ? make_code(task, tg_auth_resendCode_result(mtp_reply_value(task->reply)))
                     : task->error.status;
}

mtp_status tgauth_begin_resend(tgauth_task *task, const tgauth_code *code) {
  tg_auth_resendCode request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  tl_call call = tg_auth_resendCode_call(&request);
  return call_about(task, code, &call, take_resent);
}

mtp_status tgauth_resend_code(tgauth *auth, tgauth_code **code, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  return status == MTP_OK
             ? tgauth_task_wait_code(&task, tgauth_begin_resend(&task, *code), code, error)
             : status;
}

#ifdef TG_ID_auth_resetLoginEmail
static mtp_status take_reset(tgauth_task *task) {
  return task->reply ? make_code(task, tg_auth_resetLoginEmail_result(mtp_reply_value(task->reply)))
                     : task->error.status;
}
#endif

mtp_status tgauth_begin_reset_email(tgauth_task *task, const tgauth_code *code) {
#ifdef TG_ID_auth_resetLoginEmail
  tg_auth_resetLoginEmail request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  tl_call call = tg_auth_resetLoginEmail_call(&request);
  return call_about(task, code, &call, take_reset);
#else
  (void)code;
  return tgauth_fail(&task->error, MTP_ERR_ARGUMENT, "this layer has no auth.resetLoginEmail");
#endif
}

mtp_status tgauth_reset_login_email(tgauth *auth, tgauth_code **code, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  return status == MTP_OK
             ? tgauth_task_wait_code(&task, tgauth_begin_reset_email(&task, *code), code, error)
             : status;
}

#ifdef TG_ID_auth_checkPaidAuth
static mtp_status take_paid(tgauth_task *task) {
  return task->reply ? make_code(task, tg_auth_checkPaidAuth_result(mtp_reply_value(task->reply)))
                     : task->error.status;
}
#endif

mtp_status tgauth_begin_check_paid(tgauth_task *task, const tgauth_code *code, int64_t form_id) {
#ifdef TG_ID_auth_checkPaidAuth
  tg_auth_checkPaidAuth request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  request.form_id = form_id;
  tl_call call = tg_auth_checkPaidAuth_call(&request);
  return call_about(task, code, &call, take_paid);
#else
  (void)code, (void)form_id;
  return tgauth_fail(&task->error, MTP_ERR_ARGUMENT, "this layer has no auth.checkPaidAuth");
#endif
}

mtp_status tgauth_check_paid(tgauth *auth, tgauth_code **code, int64_t form_id, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  return status == MTP_OK ? tgauth_task_wait_code(
                                &task, tgauth_begin_check_paid(&task, *code, form_id), code, error)
                          : status;
}

mtp_status tgauth_cancel_code(tgauth *auth, const tgauth_code *code, mtp_error *error) {
  tg_auth_cancelCode request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  tl_call call = tg_auth_cancelCode_call(&request);
  return tgauth_call_void(auth, &call, error);
}

mtp_status tgauth_report_missing_code(tgauth *auth, const tgauth_code *code, const char *mnc,
                                      mtp_error *error) {
#ifdef TG_ID_auth_reportMissingCode
  tg_auth_reportMissingCode request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  request.mnc = tl_string_of(mnc);
  tl_call call = tg_auth_reportMissingCode_call(&request);
  return tgauth_call_void(auth, &call, error);
#else
  (void)auth, (void)code, (void)mnc;
  return tgauth_fail(error, MTP_ERR_ARGUMENT, "this layer has no auth.reportMissingCode");
#endif
}

/* ---- signing in with it ---- */

static mtp_status take_sign_in(tgauth_task *task) {
  const mtp_error *error = &task->error;
  if (task->reply)
    return tgauth_accept(task->auth, tg_auth_signIn_result(mtp_reply_value(task->reply)),
                         &task->step, &task->error);
  if (error->status != MTP_ERR_RPC || error->rpc != TG_ERR_SESSION_PASSWORD_NEEDED)
    return error->status;
  task->step = TGAUTH_PASSWORD_NEEDED;
  return MTP_OK;
}

mtp_status tgauth_begin_sign_in(tgauth_task *task, const tgauth_code *code, const char *text) {
  if (code->type == TGAUTH_BY_EMAIL_SETUP)
    return tgauth_fail(&task->error, MTP_ERR_ARGUMENT, "a login e-mail has to be set up first");
  if (!*code->hash)
    return tgauth_fail(&task->error, MTP_ERR_ARGUMENT,
                       "no code was sent that could be signed in with");
  char room[64];
  tl_string typed = code->type == TGAUTH_BY_WORD || code->type == TGAUTH_BY_PHRASE
                        ? tgauth_trimmed(text)
                        : tgauth_code_text(text, room, sizeof room);
  tg_emailVerificationCode mail = {typed};
  tg_auth_signIn request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  if (code->type == TGAUTH_BY_EMAIL)
    request.email_verification = tg_emailVerificationCode_box(&mail);
  else
    request.phone_code = typed;
  tl_call call = tg_auth_signIn_call(&request);
  mtp_status status = tgauth_try_store(task->auth, &task->error);
  if (status == MTP_OK)
    status = tgauth_task_call(task, &call, take_sign_in);
  OPENSSL_cleanse(room, sizeof room);
  return status;
}

mtp_status tgauth_sign_in(tgauth *auth, const tgauth_code *code, const char *text,
                          tgauth_step *step, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_sign_in(&task, code, text), error);
  if (status == MTP_OK)
    *step = task.step;
  tgauth_task_clear(&task);
  return status;
}
