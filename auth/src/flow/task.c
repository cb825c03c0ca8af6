/* Steps of signing in: making calls, handing on their answers, and waiting for the end. */
#include "task.h"
#include <openssl/crypto.h>
#include <string.h>

enum { PATIENCE = 3, PAUSE_MS = 1000 };

void tgauth_task_init(tgauth_task *task, tgauth *auth) {
  memset(task, 0, sizeof *task);
  task->auth = auth;
}

mtp_status tgauth_task_open(tgauth_task *task, tgauth *auth, mtp_error *error) {
  static const bool done = true;
  tgauth_task_init(task, auth);
  return mtp_client_wait(auth->client, &done, 0, error); /* refuses, or returns at once */
}

static void drop_reply(tgauth_task *task) {
  mtp_reply_free(task->reply);
  task->reply = NULL;
}

void tgauth_task_clear(tgauth_task *task) {
  drop_reply(task);
  tgauth_code_free(task->code);
  tgauth_password_info_free(task->info);
  tgauth_string_free(task->pattern);
  tgauth *auth = task->auth;
  OPENSSL_cleanse(task, sizeof *task);
  task->auth = auth;
}

mtp_status tgauth_task_wait(tgauth_task *task, mtp_status begun, mtp_error *error) {
  mtp_status status = begun;
  if (begun == MTP_OK) {
    status = mtp_client_wait(task->auth->client, &task->over, -1, &task->error);
    status = status == MTP_OK ? task->status : status;
  }
  if (status != MTP_OK && error)
    *error = task->error;
  return status;
}

mtp_status tgauth_task_wait_code(tgauth_task *task, mtp_status begun, tgauth_code **code,
                                 mtp_error *error) {
  mtp_status status = tgauth_task_wait(task, begun, error);
  if (task->code) {
    tgauth_code_free(*code);
    *code = task->code;
    task->code = NULL;
  }
  tgauth_task_clear(task);
  return status;
}

void tgauth_task_cancel(tgauth_task *task) {
  task->cancelled = true;
  if (task->call)
    mtp_client_cancel(task->auth->client, task->call);
}

/* Whether it is a refusal that passes, and worth another try. */
static bool passes(const tgauth_task *task) {
  return task->send && task->patience > 0 && task->auth->half_signed_in && !task->reply &&
         task->error.status == MTP_ERR_RPC && task->error.rpc == TG_ERR_AUTH_KEY_UNREGISTERED;
}

static mtp_status go_on(tgauth_task *task) {
  if (!passes(task))
    return task->take(task);
  task->patience--;
  task->resending = true;
  task->delay_ms = PAUSE_MS;
  mtp_status status = task->send(task);
  task->resending = false;
  return status;
}

static void note_answer(tgauth_task *task, const mtp_error *error, mtp_reply *reply) {
  if (error) {
    mtp_reply_free(reply); /* the bytes of an answer that could not be decoded */
    task->error = *error;
    if (error->status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED)
      task->auth->half_signed_in = true;
  } else {
    task->reply = reply;
  }
}

static void on_answer(void *ctx, const mtp_error *error, mtp_reply *reply) {
  tgauth_task *task = ctx;
  task->call = 0;
  if (task->dropped) {
    mtp_reply_free(reply);
    task->dropped(task);
    return;
  }
  note_answer(task, error, reply);
  mtp_status status = go_on(task);
  if (task->call)
    return;
  task->status = status;
  task->over = true;
  if (task->ended)
    task->ended(task);
}

mtp_status tgauth_task_call(tgauth_task *task, const tl_call *call,
                            mtp_status (*take)(tgauth_task *task)) {
  mtp_call_options options = {.no_sleep = true, .no_retry = true, .delay_ms = task->delay_ms};
  mtp_reply *answered = task->reply; /* what the call is made of may be in there */
  if (!task->resending)
    task->send = NULL;
  task->reply = NULL;
  task->take = take;
  task->over = false;
  task->delay_ms = 0;
  mtp_status status = mtp_client_call(task->auth->client, call, &options, on_answer, task,
                                      &task->call, &task->error);
  mtp_reply_free(answered);
  return status;
}

mtp_status tgauth_task_call_patiently(tgauth_task *task, const tl_call *call,
                                      mtp_status (*take)(tgauth_task *task),
                                      mtp_status (*send)(tgauth_task *task)) {
  mtp_status status = tgauth_task_call(task, call, take);
  task->send = send;
  if (!task->resending)
    task->patience = PATIENCE;
  return status;
}

mtp_status tgauth_take_nothing(tgauth_task *task) {
  return task->reply ? tgauth_save(task->auth, &task->error) : task->error.status;
}
