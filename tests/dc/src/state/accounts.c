/* Signing in and out. */
#include "accounts.h"

#include "keys.h"
#include "session.h"
#include "store.h"

bool dc_migrated(dc_call *call, int dc_id, const char *format) {
  if (dc_id == 0 || dc_id == call->key->dc || dc_center_find(call->dc, dc_id) == NULL)
    return false;
  dc_error_number(call, 303, format, dc_id);
  return true;
}

bool dc_api_refused(dc_call *call, int32_t api_id, tl_string api_hash) {
  if (api_id > 0 && api_hash.size > 0)
    return false;
  dc_error(call, 400, "API_ID_INVALID");
  return true;
}

void dc_login_set(dc_call *call, dc_user *user) {
  dc_login *login = &call->perm->login;
  login->user_id = user->id;
  login->pending_id = 0;
  login->created = login->active = call->now;
  if (!dc_random_long(call->dc, &login->hash))
    login->hash = call->perm->key.id;
  call->user = user;
  dc_store_key(call->dc, call->perm);
}

void dc_login_clear(tgdc *dc, dc_key *key) {
  key->login.user_id = key->login.pending_id = key->login.hash = 0;
  dc_store_key(dc, key);
}

bool dc_authorization(dc_call *call, dc_user *user, tg_auth_Authorization *out) {
  tg_auth_authorization *authorization = dc_new(call, sizeof *authorization);
  if (authorization == NULL)
    return false;
  authorization->user = dc_user_view(call, user);
  if (call->dc->early_tokens && !user->bot)
    authorization->future_auth_token = dc_token_new(call, user);
  *out = tg_auth_authorization_box(authorization);
  return authorization->user.kind != 0;
}

void dc_sign_in(dc_call *call, dc_user *user) {
  tg_auth_Authorization answer;
  dc_login_set(call, user);
  if (dc_authorization(call, user, &answer))
    dc_answer(call, &answer);
}

void dc_sign_in_checked(dc_call *call, dc_user *user) {
  if (!user->has_password) {
    dc_sign_in(call, user);
    return;
  }
  call->perm->login.user_id = 0;
  call->perm->login.pending_id = user->id;
  dc_store_key(call->dc, call->perm);
  dc_error(call, 401, "SESSION_PASSWORD_NEEDED");
}

tl_bytes dc_token_new(dc_call *call, dc_user *user) {
  uint8_t random[32];
  if (!dc_random(call->dc, random, sizeof random))
    return (tl_bytes){NULL, 0};
  tl_bytes token = dc_user_add_token(user, random, sizeof random);
  dc_store_user(call->dc, user);
  return token;
}

bool dc_token_known(const dc_user *user, const tl_vector_bytes *tokens) {
  for (size_t i = 0; i < tokens->count; i++)
    for (size_t j = 0; j < user->n_tokens; j++)
      if (tokens->items[i].size == user->tokens[j].size &&
          memcmp(tokens->items[i].data, user->tokens[j].data, user->tokens[j].size) == 0)
        return true;
  return false;
}

/* The strings are the key's: they live as long as it does. */
void dc_describe_login(const tgdc *dc, const dc_key *key, bool current, tg_authorization *out) {
  const dc_login *login = &key->login;
  *out = (tg_authorization){.current = current,
                            .password_pending = login->user_id == 0 && login->pending_id != 0,
                            .hash = current ? 0 : login->hash,
                            .device_model = tl_string_of(login->device),
                            .platform = TL_STR(""),
                            .system_version = tl_string_of(login->system),
                            .api_id = login->api_id,
                            .app_name = TL_STR("tgdc"),
                            .app_version = tl_string_of(login->app),
                            .date_created = login->created,
                            .date_active = login->active,
                            .ip = tl_string_of(login->ip),
                            .country = tl_string_of(dc->country),
                            .region = TL_STR("")};
}
