/* The code: asking for it, asking again, and signing in with it. */
#include "internal.h"
#include <openssl/crypto.h>
#include <string.h>

static void settings_of(tgauth *auth, const tgauth_code_settings *from, tg_codeSettings *to) {
  const mtp_session *session = mtp_client_session(auth->client);
  memset(to, 0, sizeof *to);
  if (from) {
    to->allow_flashcall = from->allow_flashcall;
    to->current_number = from->current_number;
    to->allow_app_hash = from->allow_app_hash;
    to->allow_missed_call = from->allow_missed_call;
    to->allow_firebase = from->allow_firebase;
#ifdef TG_ID_auth_reportMissingCode /* not in older layers */
    to->unknown_number = from->unknown_number;
#endif
  }
  if (session->n_tokens) {
    to->logout_tokens.items = session->tokens;
    to->logout_tokens.count = session->n_tokens;
  }
}

/* Saves; without that there is no code. */
static mtp_status keep_code(tgauth *auth, tgauth_code **code, mtp_error *error) {
  mtp_status status = tgauth_save(auth, error);
  if (status == MTP_OK)
    return status;
  tgauth_code_free(*code);
  *code = NULL;
  return status;
}

/* A store that cannot keep the session is found out before a code is used up. (AUTH_RESTART, which
 * means that nothing was sent, the client answers by calling once more, ER-5.) */
static mtp_status send_code(tgauth *auth, const tl_call *call, mtp_reply **reply,
                            mtp_error *error) {
  mtp_status status = tgauth_try_store(auth, error);
  return status == MTP_OK ? tgauth_call(auth, call, reply, error) : status;
}

mtp_status tgauth_request_code(tgauth *auth, const char *phone,
                               const tgauth_code_settings *settings, tgauth_code **out,
                               mtp_error *error) {
  char digits[32];
  tg_codeSettings code_settings;
  mtp_error local;
  *out = NULL;
  if (!error)
    error = &local;
  mtp_status status = tgauth_phone_digits(phone, digits, error);
  if (status != MTP_OK)
    return status;
  settings_of(auth, settings, &code_settings);
  tg_auth_sendCode request = {0};
  request.phone_number = tl_string_of(digits);
  request.api_id = auth->api_id;
  request.api_hash = tl_string_of(auth->api_hash);
  request.settings = &code_settings;
  tl_call call = tg_auth_sendCode_call(&request);
  mtp_reply *reply;
  status = send_code(auth, &call, &reply, error);
  if (status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED) {
    status = tgauth_code_new(auth, digits, "", TGAUTH_BY_NONE, out, error);
    if (status == MTP_OK)
      (*out)->password_needed = true;
    return status == MTP_OK ? keep_code(auth, out, error) : status;
  }
  if (status != MTP_OK)
    return status;
  status =
      tgauth_code_make(auth, digits, tg_auth_sendCode_result(mtp_reply_value(reply)), out, error);
  mtp_reply_free(reply);
  return status == MTP_OK ? keep_code(auth, out, error) : status;
}

mtp_status tgauth_code_resume(tgauth *auth, const char *phone, const char *hash,
                              tgauth_delivery type, tgauth_code **out, mtp_error *error) {
  char digits[32];
  *out = NULL;
  mtp_status status = tgauth_phone_digits(phone, digits, error);
  return status == MTP_OK ? tgauth_code_new(auth, digits, hash, type, out, error) : status;
}

/* Makes a call that answers auth.SentCode and puts that in the place of *code. */
static mtp_status replace_code(tgauth *auth, tgauth_code **code, const tl_call *call,
                               tg_auth_SentCode (*result)(const tl_value *), mtp_error *error) {
  mtp_reply *reply;
  tgauth_code *fresh;
  mtp_status status = tgauth_call(auth, call, &reply, error);
  if (status != MTP_OK)
    return status;
  status = tgauth_code_make(auth, (*code)->phone, result(mtp_reply_value(reply)), &fresh, error);
  mtp_reply_free(reply);
  if (status != MTP_OK)
    return status;
  tgauth_code_free(*code);
  *code = fresh;
  return tgauth_save(auth, error);
}

mtp_status tgauth_resend_code(tgauth *auth, tgauth_code **code, mtp_error *error) {
  tg_auth_resendCode request = {0};
  request.phone_number = tl_string_of((*code)->phone);
  request.phone_code_hash = tl_string_of((*code)->hash);
  tl_call call = tg_auth_resendCode_call(&request);
  return replace_code(auth, code, &call, tg_auth_resendCode_result, error);
}

mtp_status tgauth_reset_login_email(tgauth *auth, tgauth_code **code, mtp_error *error) {
  tg_auth_resetLoginEmail request = {0};
  request.phone_number = tl_string_of((*code)->phone);
  request.phone_code_hash = tl_string_of((*code)->hash);
  tl_call call = tg_auth_resetLoginEmail_call(&request);
  return replace_code(auth, code, &call, tg_auth_resetLoginEmail_result, error);
}

mtp_status tgauth_check_paid(tgauth *auth, tgauth_code **code, int64_t form_id, mtp_error *error) {
#ifdef TG_ID_auth_checkPaidAuth
  tg_auth_checkPaidAuth request = {0};
  request.phone_number = tl_string_of((*code)->phone);
  request.phone_code_hash = tl_string_of((*code)->hash);
  request.form_id = form_id;
  tl_call call = tg_auth_checkPaidAuth_call(&request);
  return replace_code(auth, code, &call, tg_auth_checkPaidAuth_result, error);
#else
  (void)auth, (void)code, (void)form_id;
  return tgauth_fail(error, MTP_ERR_ARGUMENT, "this layer has no auth.checkPaidAuth");
#endif
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

mtp_status tgauth_sign_in(tgauth *auth, const tgauth_code *code, const char *text,
                          tgauth_step *step, mtp_error *error) {
  mtp_error local;
  if (!error)
    error = &local;
  if (code->type == TGAUTH_BY_EMAIL_SETUP)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "a login e-mail has to be set up first");
  if (!*code->hash)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "no code was sent that could be signed in with");
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
  mtp_reply *reply;
  mtp_status status = tgauth_try_store(auth, error);
  if (status == MTP_OK)
    status = tgauth_call(auth, &call, &reply, error);
  OPENSSL_cleanse(room, sizeof room);
  if (status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED) {
    *step = TGAUTH_PASSWORD_NEEDED;
    return MTP_OK;
  }
  if (status != MTP_OK)
    return status;
  status = tgauth_accept(auth, tg_auth_signIn_result(mtp_reply_value(reply)), step, error);
  mtp_reply_free(reply);
  return status;
}
