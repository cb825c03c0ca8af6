/* Accounts: a list of people and bots, and how they look on the wire. */
#include "users.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "crypto/secret.h"
#include "keys.h"
#include "srp_server.h"
#include "store.h"

dc_user *dc_user_by_id(tgdc *dc, int64_t id) {
  dc_user *user = id == 0 ? NULL : dc->users;
  while (user != NULL && (user->id != id || user->deleted))
    user = user->next;
  return user;
}

dc_user *dc_user_by_phone(tgdc *dc, const char *digits) {
  dc_user *user = dc->users;
  while (user != NULL && (user->deleted || user->bot || strcmp(user->phone, digits) != 0))
    user = user->next;
  return user;
}

dc_user *dc_user_by_token(tgdc *dc, tl_string token) {
  dc_user *user = dc->users;
  while (user != NULL && (user->deleted || !user->bot || !dc_same(token, user->token)))
    user = user->next;
  return user;
}

/* Names are the same in any case of letters. */
static bool has_name(const dc_user *user, tl_string name) {
  return strlen(user->username) == name.size &&
         strncasecmp(user->username, name.data, name.size) == 0;
}

dc_user *dc_user_by_name(tgdc *dc, tl_string username) {
  dc_user *user = username.size == 0 ? NULL : dc->users;
  while (user != NULL && (user->deleted || !has_name(user, username)))
    user = user->next;
  return user;
}

dc_user *dc_user_of_input(const dc_call *call, const tg_InputUser *input) {
  dc_user *user;
  switch (input->kind) {
  case TG_inputUserSelf:
    return call->user;
  case TG_inputUser:
    user = dc_user_by_id(call->dc, input->inputUser->user_id);
    if (user == NULL || user == call->user)
      return user;
    /* bots may leave the access hash out */
    if (input->inputUser->access_hash != user->access_hash && !call->user->bot)
      return NULL;
    return user;
  default:
    return NULL;
  }
}

bool dc_user_new_salts(tgdc *dc, dc_user *user) {
  return dc_random(dc, user->new_salt1, sizeof user->new_salt1) &&
         dc_random(dc, user->new_salt2, sizeof user->new_salt2);
}

dc_user *dc_user_new(tgdc *dc, int64_t id) {
  dc_user *user = calloc(1, sizeof *user);
  if (user == NULL)
    return NULL;
  if (!dc_random_long(dc, &user->access_hash) || !dc_user_new_salts(dc, user)) {
    free(user);
    return NULL;
  }
  user->id = id;
  user->next_message = 1;
  user->pts = 1;
  dc_user **end = &dc->users;
  while (*end != NULL)
    end = &(*end)->next;
  *end = user;
  return user;
}

void dc_user_drop_tokens(dc_user *user) {
  for (size_t i = 0; i < user->n_tokens; i++)
    free((void *)(uintptr_t)user->tokens[i].data);
  user->n_tokens = 0;
}

tl_bytes dc_user_add_token(dc_user *user, const uint8_t *bytes, size_t size) {
  const size_t most = sizeof user->tokens / sizeof *user->tokens;
  uint8_t *token = malloc(size);
  if (token == NULL)
    return (tl_bytes){NULL, 0};
  memcpy(token, bytes, size);
  if (user->n_tokens == most) {
    free((void *)(uintptr_t)user->tokens[0].data);
    memmove(user->tokens, user->tokens + 1, (most - 1) * sizeof *user->tokens);
    user->n_tokens--;
  }
  user->tokens[user->n_tokens++] = tl_bytes_of(token, size);
  return tl_bytes_of(token, size);
}

void dc_user_free_contents(dc_user *user) {
  for (size_t i = 0; i < user->n_messages; i++)
    free(user->messages[i].text);
  free(user->messages);
  user->messages = NULL;
  user->n_messages = 0;
  dc_user_drop_tokens(user);
}

void dc_users_free(tgdc *dc) {
  while (dc->users != NULL) {
    dc_user *user = dc->users;
    dc->users = user->next;
    dc_user_free_contents(user);
    mtp_wipe(user, sizeof *user);
    free(user);
  }
}

bool dc_user_set_password(tgdc *dc, dc_user *user, const char *password) {
  user->has_password = false;
  if (password == NULL || password[0] == 0)
    return true;
  user->salt1_size = 40;
  if (!dc_random(dc, user->salt1, 40) || !dc_random(dc, user->salt2, sizeof user->salt2))
    return false;
  srp_server_algo algo = {
      {user->salt1, user->salt1_size}, {user->salt2, sizeof user->salt2}, mtp_dh_known_prime(), 3};
  if (srp_server_verifier(&algo, tl_bytes_of(password, strlen(password)), user->verifier) != MTP_OK)
    return false;
  user->has_password = true;
  user->password_changed = dc_unix(dc);
  return true;
}

bool dc_phone_digits(tl_string phone, char out[24]) {
  size_t n = 0;
  for (size_t i = 0; i < phone.size; i++) {
    char c = phone.data[i];
    if (c >= '0' && c <= '9') {
      if (n >= 15)
        return false;
      out[n++] = c;
    } else if (c != '+' && c != ' ' && c != '-' && c != '(' && c != ')') {
      return false;
    }
  }
  out[n] = 0;
  return n >= 8;
}

int dc_phone_test_dc(const char *digits) {
  if (strlen(digits) != 10 || strncmp(digits, "99966", 5) != 0)
    return 0;
  return digits[5] >= '1' && digits[5] <= '3' ? digits[5] - '0' : 0;
}

static void fill_person(tg_user *view, const dc_user *user, bool self, dc_call *call) {
  view->self = self;
  view->phone = self ? dc_string(call, user->phone) : (tl_string){0};
}

tg_User dc_user_view(dc_call *call, const dc_user *user) {
  static const tg_userStatusRecently recently;
  tg_User none = {0};
  tg_user *view = dc_new(call, sizeof *view);
  if (view == NULL)
    return none;
  view->id = user->id;
  view->has_access_hash = true;
  view->access_hash = user->access_hash;
  view->first_name = dc_string(call, user->first_name);
  if (user->last_name[0] != 0)
    view->last_name = dc_string(call, user->last_name);
  if (user->username[0] != 0)
    view->username = dc_string(call, user->username);
  if (user->bot) {
    view->bot = view->bot_nochats = true;
    view->has_bot_info_version = true;
    view->bot_info_version = 1;
  } else {
    fill_person(view, user, call->user == user || call->user == NULL, call);
    view->status = tg_userStatusRecently_box(&recently);
  }
  view->self = call->user == user;
  return tg_user_box(view);
}
