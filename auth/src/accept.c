/* Signing in as a bot, and signing up: what one answer of the server decides. */
#include "flow/task.h"

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
