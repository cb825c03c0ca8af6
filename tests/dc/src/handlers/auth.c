/* Bots, signing out, and taking an authorization along to another data centre. */
#include <stdlib.h>

#include "accounts.h"
#include "keys.h"
#include "state.h"

static void import_bot(dc_call *call, const void *args) {
  const tg_auth_importBotAuthorization *request = args;
  if (dc_api_refused(call, request->api_id, request->api_hash))
    return;
  dc_user *bot = dc_user_by_token(call->dc, request->bot_auth_token);
  if (bot == NULL)
    dc_error(call, 400, "ACCESS_TOKEN_INVALID");
  else if (!dc_migrated(call, bot->dc, "USER_MIGRATE_%d"))
    dc_sign_in(call, bot);
}

static void log_out(dc_call *call, const void *args) {
  (void)args;
  tg_auth_loggedOut out = {0};
  const tg_auth_loggedOut *answer = &out;
  if (call->user == NULL && call->perm->login.pending_id == 0) {
    dc_error(call, 401, "AUTH_KEY_UNREGISTERED");
    return;
  }
  if (call->user != NULL && !call->user->bot)
    out.future_auth_token = dc_token_new(call, call->user);
  dc_login_clear(call->dc, call->perm);
  dc_answer(call, &answer);
}

static void reset_authorizations(dc_call *call, const void *args) {
  (void)args;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = call->dc->keys[i]; key != NULL; key = key->next)
      if (key != call->perm && key->login.user_id == call->user->id)
        dc_login_clear(call->dc, key);
  dc_answer_true(call);
}

static void export_authorization(dc_call *call, const void *args) {
  const tg_auth_exportAuthorization *request = args;
  if (!call->dc->any_dc &&
      (dc_center_find(call->dc, request->dc_id) == NULL || request->dc_id == call->key->dc)) {
    dc_error(call, 400, "DC_ID_INVALID");
    return;
  }
  dc_exported *exported = calloc(1, sizeof *exported);
  if (exported == NULL || !dc_random(call->dc, exported->bytes, sizeof exported->bytes)) {
    free(exported);
    return;
  }
  exported->user_id = call->user->id;
  exported->dc = request->dc_id;
  exported->made = call->now;
  exported->next = call->dc->exported;
  call->dc->exported = exported;
  tg_auth_exportedAuthorization out = {
      .id = call->user->id, .bytes = tl_bytes_of(exported->bytes, sizeof exported->bytes)};
  const tg_auth_exportedAuthorization *answer = &out;
  dc_answer(call, &answer);
}

/* An export is good for one import. */
static bool redeem(dc_call *call, const tg_auth_importAuthorization *request) {
  dc_exported **at = &call->dc->exported;
  while (*at != NULL && ((*at)->user_id != request->id || (*at)->dc != call->key->dc ||
                         request->bytes.size != sizeof(*at)->bytes ||
                         memcmp(request->bytes.data, (*at)->bytes, sizeof(*at)->bytes) != 0))
    at = &(*at)->next;
  if (*at == NULL)
    return false;
  dc_exported *exported = *at;
  *at = exported->next;
  free(exported);
  return true;
}

static void import_authorization(dc_call *call, const void *args) {
  const tg_auth_importAuthorization *request = args;
  dc_user *user = dc_user_by_id(call->dc, request->id);
  if (user == NULL)
    dc_error(call, 400, "USER_ID_INVALID");
  else if (!redeem(call, request))
    dc_error(call, 400, "AUTH_BYTES_INVALID");
  else
    dc_sign_in(call, user);
}

const dc_method dc_methods_auth[] = {{"auth.importBotAuthorization", import_bot, DC_ANYONE},
                                     {"auth.logOut", log_out, DC_ANYONE},
                                     {"auth.resetAuthorizations", reset_authorizations, DC_USER},
                                     {"auth.exportAuthorization", export_authorization, DC_USER},
                                     {"auth.importAuthorization", import_authorization, DC_ANYONE},
                                     {NULL, NULL, 0}};
