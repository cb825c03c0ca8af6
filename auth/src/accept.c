/* What every way of signing in ends with: an auth.Authorization. */
#include "flow/task.h"
#include <string.h>

static const char *keep(tgauth *auth, tl_string text) {
  const char *copy = text.data ? tl_arena_copy(&auth->terms_arena, text.data, text.size) : "";
  return copy;
}

static mtp_status keep_terms(tgauth *auth, const tg_help_termsOfService *terms, mtp_error *error) {
  tl_arena_reset(&auth->terms_arena);
  memset(&auth->terms, 0, sizeof auth->terms);
  auth->terms.id = auth->terms.text = "";
  if (!terms)
    return MTP_OK;
  auth->terms.text = keep(auth, terms->text);
  auth->terms.id = terms->id ? keep(auth, terms->id->data) : "";
  auth->terms.popup = terms->popup;
  auth->terms.min_age = terms->has_min_age_confirm ? terms->min_age_confirm : 0;
  if (!auth->terms.text || !auth->terms.id)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  return MTP_OK;
}

static mtp_status accept_user(tgauth *auth, const tg_auth_authorization *answer, mtp_error *error) {
  if (answer->user.kind != TG_user)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "signed in, but as no user");
  auth->half_signed_in = false;
  mtp_client_set_user(auth->client, answer->user.user->id, answer->user.user->bot);
#ifdef TG_HAS_auth_authorization_future_auth_token
  if (answer->future_auth_token.data &&
      mtp_client_add_token(auth->client, answer->future_auth_token) != MTP_OK)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
#endif
  return tgauth_save(auth, error);
}

mtp_status tgauth_accept(tgauth *auth, tg_auth_Authorization authorization, tgauth_step *step,
                         mtp_error *error) {
  switch (authorization.kind) {
  case TG_auth_authorization:
    *step = TGAUTH_DONE;
    return accept_user(auth, authorization.auth_authorization, error);
  case TG_auth_authorizationSignUpRequired:
    *step = TGAUTH_SIGN_UP_NEEDED;
    return keep_terms(auth, authorization.auth_authorizationSignUpRequired->terms_of_service,
                      error);
  case TG_auth_Authorization_none:
    break;
  }
  return tgauth_fail(error, MTP_ERR_PROTOCOL, "the server's authorization is of an unknown kind");
}

const tgauth_terms *tgauth_last_terms(const tgauth *auth) {
  return auth->terms.text ? &auth->terms : NULL;
}

/* Of those who sign in and cannot be asked to sign up, nor to sign up twice. */
static mtp_status take_done(tgauth_task *task, tg_auth_Authorization answer,
                            const char *otherwise) {
  mtp_status status = tgauth_accept(task->auth, answer, &task->step, &task->error);
  if (status == MTP_OK && task->step != TGAUTH_DONE)
    status = tgauth_fail(&task->error, MTP_ERR_PROTOCOL, "%s", otherwise);
  return status;
}

static mtp_status take_bot(tgauth_task *task) {
  if (!task->reply)
    return task->error.status;
  return take_done(task, tg_auth_importBotAuthorization_result(mtp_reply_value(task->reply)),
                   "the server wants a bot to sign up");
}

mtp_status tgauth_begin_bot(tgauth_task *task, const char *token) {
  tgauth *auth = task->auth;
  tg_auth_importBotAuthorization request = {0};
  request.api_id = auth->api_id;
  request.api_hash = tl_string_of(auth->api_hash);
  request.bot_auth_token = tgauth_trimmed(token);
  if (request.bot_auth_token.size == 0)
    return tgauth_fail(&task->error, MTP_ERR_ARGUMENT, "the bot token is empty");
  tl_call call = tg_auth_importBotAuthorization_call(&request);
  mtp_status status = tgauth_try_store(auth, &task->error);
  return status == MTP_OK ? tgauth_task_call(task, &call, take_bot) : status;
}

mtp_status tgauth_sign_in_bot(tgauth *auth, const char *token, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_bot(&task, token), error);
  tgauth_task_clear(&task);
  return status;
}

/* Agrees to the terms that came with the need to sign up. */
static mtp_status accept_terms(tgauth_task *task, const char *id) {
  tg_dataJSON json = {tl_string_of(id)};
  tg_help_acceptTermsOfService request = {&json};
  tl_call call = tg_help_acceptTermsOfService_call(&request);
  return tgauth_task_call(task, &call, tgauth_take_nothing);
}

static mtp_status take_sign_up(tgauth_task *task) {
  const tgauth_terms *terms = &task->auth->terms;
  if (!task->reply)
    return task->error.status;
  mtp_status status = take_done(task, tg_auth_signUp_result(mtp_reply_value(task->reply)),
                                "signed up, and asked to sign up again");
  return status == MTP_OK && terms->id && *terms->id ? accept_terms(task, terms->id) : status;
}

mtp_status tgauth_begin_sign_up(tgauth_task *task, const tgauth_code *code, const char *first_name,
                                const char *last_name) {
  tg_auth_signUp request = {0};
  request.phone_number = tl_string_of(code->phone);
  request.phone_code_hash = tl_string_of(code->hash);
  request.first_name = tl_string_of(first_name);
  request.last_name = tl_string_of(last_name ? last_name : "");
  tl_call call = tg_auth_signUp_call(&request);
  return tgauth_task_call(task, &call, take_sign_up);
}

mtp_status tgauth_sign_up(tgauth *auth, const tgauth_code *code, const char *first_name,
                          const char *last_name, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status =
        tgauth_task_wait(&task, tgauth_begin_sign_up(&task, code, first_name, last_name), error);
  tgauth_task_clear(&task);
  return status;
}
