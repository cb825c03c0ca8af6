/* Who one is, and the sessions one has. */
#include "flow/task.h"
#include <string.h>

/* A request with one's own user as its only id. */
static void ask_self(tg_InputUser *self, tg_users_getUsers *request) {
  memset(self, 0, sizeof *self);
  self->kind = TG_inputUserSelf;
  memset(request, 0, sizeof *request);
  request->id.items = self;
  request->id.count = 1;
}

/* The one user of the answer. PROTOCOL: there is another number of them. */
static mtp_status self_of(const mtp_reply *reply, const tg_user **user, mtp_error *error) {
  tg_vector_User users = tg_users_getUsers_result(mtp_reply_value(reply));
  if (users.count != 1 || users.items[0].kind != TG_user)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "users.getUsers: %zu users for one", users.count);
  *user = users.items[0].user;
  return MTP_OK;
}

mtp_status tgauth_get_me(tgauth *auth, mtp_reply **reply, const tg_user **user, mtp_error *error) {
  tg_InputUser self;
  tg_users_getUsers request;
  *user = NULL;
  ask_self(&self, &request);
  tl_call call = tg_users_getUsers_call(&request);
  mtp_status status = tgauth_call(auth, &call, reply, error);
  if (status != MTP_OK)
    return status;
  status = self_of(*reply, user, error);
  if (status == MTP_OK)
    status = tgauth_save(auth, error);
  if (status != MTP_OK) {
    mtp_reply_free(*reply);
    *reply = NULL;
    *user = NULL;
  }
  return status;
}

static mtp_status take_self(tgauth_task *task) {
  mtp_error *error = &task->error;
  const tg_user *user;
  if (task->reply) {
    mtp_status status = self_of(task->reply, &user, error);
    if (status != MTP_OK)
      return status;
    task->authorized = true;
    mtp_client_set_user(task->auth->client, user->id, user->bot);
    return tgauth_save(task->auth, error);
  }
  bool rpc = error->status == MTP_ERR_RPC;
  bool unauthorized = (rpc && error->code == 401) || error->status == MTP_ERR_KEY_LOST ||
                      (rpc && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED); /* 400 as well */
  return unauthorized ? MTP_OK : error->status;
}

mtp_status tgauth_begin_who(tgauth_task *task) {
  tg_InputUser self;
  tg_users_getUsers request;
  ask_self(&self, &request);
  tl_call call = tg_users_getUsers_call(&request);
  task->authorized = false;
  return tgauth_task_call(task, &call, take_self);
}

mtp_status tgauth_is_authorized(tgauth *auth, bool *authorized, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_who(&task), error);
  *authorized = status == MTP_OK && task.authorized;
  tgauth_task_clear(&task);
  return status;
}

mtp_status tgauth_log_out(tgauth *auth, bool destroy_key, mtp_error *error) {
  tg_auth_logOut request = {0};
  tl_call call = tg_auth_logOut_call(&request);
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  mtp_reply_free(reply);
  mtp_client_set_user(auth->client, 0, false);
  if (status == MTP_OK && destroy_key)
    status = mtp_client_destroy_key(auth->client, 10000, error);
  mtp_status saved = tgauth_save(auth, status == MTP_OK ? error : NULL);
  return status == MTP_OK ? saved : status;
}

/* The id of the message that the updates say was sent; 0 if they do not. */
static int32_t sent_id(tg_Updates updates) {
  if (updates.kind == TG_updateShortSentMessage)
    return updates.updateShortSentMessage->id;
  if (updates.kind != TG_updates)
    return 0;
  for (size_t i = 0; i < updates.updates->updates.count; i++)
    if (updates.updates->updates.items[i].kind == TG_updateMessageID)
      return updates.updates->updates.items[i].updateMessageID->id;
  return 0;
}

mtp_status tgauth_send_to_self(tgauth *auth, const char *text, int32_t *message_id,
                               mtp_error *error) {
  tg_messages_sendMessage request;
  memset(&request, 0, sizeof request);
  request.peer.kind = TG_inputPeerSelf;
  request.message = tl_string_of(text);
  uint8_t random[8];
  if (mtp_rng_fill(&auth->rng, random, sizeof random) != 0)
    return tgauth_fail(error, MTP_ERR_RANDOM, "the random generator failed");
  memcpy(&request.random_id, random, sizeof random);
  tl_call call = tg_messages_sendMessage_call(&request);
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  if (message_id)
    *message_id = sent_id(tg_messages_sendMessage_result(mtp_reply_value(reply)));
  mtp_reply_free(reply);
  return tgauth_save(auth, error);
}

mtp_status tgauth_list_sessions(tgauth *auth, mtp_reply **reply, mtp_error *error) {
  tg_account_getAuthorizations request = {0};
  tl_call call = tg_account_getAuthorizations_call(&request);
  return tgauth_call(auth, &call, reply, error);
}

mtp_status tgauth_end_session(tgauth *auth, int64_t hash, mtp_error *error) {
  if (hash == 0)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "hash 0 is this session: log out to end it");
  tg_account_resetAuthorization request = {hash};
  tl_call call = tg_account_resetAuthorization_call(&request);
  return tgauth_call_void(auth, &call, error);
}

mtp_status tgauth_end_other_sessions(tgauth *auth, mtp_error *error) {
  tg_auth_resetAuthorizations request = {0};
  tl_call call = tg_auth_resetAuthorizations_call(&request);
  return tgauth_call_void(auth, &call, error);
}

mtp_status tgauth_begin_takeout(tgauth *auth, const tg_account_initTakeoutSession *request,
                                int64_t *takeout_id, mtp_error *error) {
  tl_call call = tg_account_initTakeoutSession_call(request);
  mtp_reply *reply;
  mtp_status status = tgauth_call(auth, &call, &reply, error);
  if (status != MTP_OK)
    return status;
  const tg_account_takeout *takeout = tg_account_initTakeoutSession_result(mtp_reply_value(reply));
  *takeout_id = takeout ? takeout->id : 0;
  mtp_reply_free(reply);
  return MTP_OK;
}

mtp_status tgauth_end_takeout(tgauth *auth, int64_t takeout_id, bool success, mtp_error *error) {
  tg_account_finishTakeoutSession request = {.success = success};
  tl_call call = tg_account_finishTakeoutSession_call(&request);
  mtp_call_options options;
  mtp_reply *reply;
  mtp_error local;
  memset(&options, 0, sizeof options);
  options.takeout_id = takeout_id;
  options.no_sleep = options.no_retry = true;
  mtp_status status = mtp_call_sync(auth->client, &call, &options, &reply, error ? error : &local);
  if (status == MTP_OK)
    mtp_reply_free(reply);
  return status;
}
