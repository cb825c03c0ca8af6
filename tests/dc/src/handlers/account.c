/* The account and its authorizations. */
#include "codes.h"
#include "keys.h"
#include "passwords.h"
#include "store.h"

static void get_authorizations(dc_call *call, const void *args) {
  (void)args;
  size_t count = 0, most = call->dc->n_keys;
  const tg_authorization **list = dc_new(call, (most + 1) * sizeof *list);
  for (size_t i = 0; list != NULL && i < DC_KEY_SLOTS; i++)
    for (dc_key *key = call->dc->keys[i]; key != NULL; key = key->next) {
      const dc_login *login = &key->login;
      bool pending = login->user_id == 0 && login->pending_id == call->user->id;
      tg_authorization *row = NULL;
      if (key->expires != 0 || (login->user_id != call->user->id && !pending))
        continue;
      if ((row = dc_new(call, sizeof *row)) == NULL)
        return;
      dc_describe_login(call->dc, key, key == call->perm, row);
      list[count++] = row;
    }
  tg_account_authorizations out = {.authorizations = {.items = list, .count = count},
                                   .authorization_ttl_days = 180};
  const tg_account_authorizations *answer = &out;
  if (list != NULL)
    dc_answer(call, &answer);
}

static void reset_authorization(dc_call *call, const void *args) {
  const tg_account_resetAuthorization *request = args;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = call->dc->keys[i]; key != NULL; key = key->next)
      if (key->login.user_id == call->user->id && key->login.hash == request->hash &&
          key != call->perm) {
        dc_login_clear(call->dc, key);
        dc_answer_true(call);
        return;
      }
  dc_error(call, 400, "HASH_INVALID");
}

static void yes(dc_call *call, const void *args) {
  (void)args;
  dc_answer_true(call);
}

static void answer_user(dc_call *call) {
  tg_User answer = dc_user_view(call, call->user);
  dc_store_user(call->dc, call->user);
  if (answer.kind != 0)
    dc_answer(call, &answer);
}

static void update_profile(dc_call *call, const void *args) {
  const tg_account_updateProfile *request = args;
  dc_user *user = call->user;
  if (request->first_name.data != NULL && request->first_name.size == 0) {
    dc_error(call, 400, "FIRSTNAME_INVALID");
    return;
  }
  if (request->first_name.data != NULL)
    DC_COPY(user->first_name, request->first_name);
  if (request->last_name.data != NULL)
    DC_COPY(user->last_name, request->last_name);
  if (request->about.data != NULL)
    DC_COPY(user->about, request->about);
  answer_user(call);
}

static void update_username(dc_call *call, const void *args) {
  const tg_account_updateUsername *request = args;
  dc_user *other = dc_user_by_name(call->dc, request->username);
  if (other == call->user && other != NULL)
    dc_error(call, 400, "USERNAME_NOT_MODIFIED");
  else if (other != NULL)
    dc_error(call, 400, "USERNAME_OCCUPIED");
  else if (request->username.size > 32)
    dc_error(call, 400, "USERNAME_INVALID");
  else {
    DC_COPY(call->user->username, request->username);
    answer_user(call);
  }
}

static void send_change_code(dc_call *call, const void *args) {
  const tg_account_sendChangePhoneCode *request = args;
  char phone[24];
  tg_auth_SentCode answer;
  if (!dc_call_phone(call, request->phone_number, phone))
    return;
  if (dc_user_by_phone(call->dc, phone) != NULL) {
    dc_error(call, 400, "PHONE_NUMBER_OCCUPIED");
    return;
  }
  dc_code *code = dc_code_new(call, phone, NULL);
  if (code == NULL)
    return;
  code->user_id = call->user->id;
  code->step = 1; /* by SMS: the number has no app yet */
  if (dc_code_send(call, code, NULL, &answer))
    dc_answer(call, &answer);
}

static void change_phone(dc_call *call, const void *args) {
  const tg_account_changePhone *request = args;
  char phone[24];
  if (!dc_call_phone(call, request->phone_number, phone))
    return;
  dc_code *code = dc_code_find(call->dc, phone, request->phone_code_hash);
  if (code == NULL || code->user_id != call->user->id)
    dc_error(call, 400, "PHONE_CODE_EXPIRED");
  else if (request->phone_code.size == 0 || !dc_same(request->phone_code, code->code))
    dc_error(call, 400, request->phone_code.size == 0 ? "PHONE_CODE_EMPTY" : "PHONE_CODE_INVALID");
  else {
    DC_COPYZ(call->user->phone, phone);
    dc_code_drop(call->dc, code);
    answer_user(call);
  }
}

/* Somebody who only lacks the password has to wait for a week. */
static void delete_account(dc_call *call, const void *args) {
  const tg_account_deleteAccount *request = args;
  dc_user *user = dc_password_owner(call);
  if (user == NULL)
    return;
  if (call->user == NULL) {
    dc_error(call, 420, "2FA_CONFIRM_WAIT_604800");
    return;
  }
  if (user->has_password && !dc_password_check(call, user, &request->password))
    return;
  dc_user_delete(call->dc, user);
  dc_answer_true(call);
}

static void init_takeout(dc_call *call, const void *args) {
  (void)args;
  tg_account_takeout takeout = {0};
  const tg_account_takeout *answer = &takeout;
  if (!dc_random_long(call->dc, &takeout.id))
    return;
  call->user->takeout = takeout.id;
  dc_store_user(call->dc, call->user);
  dc_answer(call, &answer);
}

static void finish_takeout(dc_call *call, const void *args) {
  (void)args;
  if (!call->in_takeout) {
    dc_error(call, 403, "TAKEOUT_REQUIRED");
    return;
  }
  call->user->takeout = 0;
  dc_store_user(call->dc, call->user);
  dc_answer_true(call);
}

const dc_method dc_methods_account[] = {
    {"account.getAuthorizations", get_authorizations, DC_USER},
    {"account.resetAuthorization", reset_authorization, DC_USER},
    {"account.setAuthorizationTTL", yes, DC_USER},
    {"account.changeAuthorizationSettings", yes, DC_USER},
    {"account.updateProfile", update_profile, DC_USER},
    {"account.updateUsername", update_username, DC_USER},
    {"account.sendChangePhoneCode", send_change_code, DC_USER},
    {"account.changePhone", change_phone, DC_USER},
    {"account.deleteAccount", delete_account, DC_ANYONE},
    {"account.initTakeoutSession", init_takeout, DC_USER},
    {"account.finishTakeoutSession", finish_takeout, DC_USER},
    {NULL, NULL, 0}};
