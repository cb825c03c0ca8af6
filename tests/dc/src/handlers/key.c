/* Temporary keys: binding them to a permanent one, and dropping them (PF-1 to PF-5). */
#include "bind_open.h"
#include "keys.h"
#include "rpc.h"

/* Whether the sealed part says the same as the request around it. */
static bool consistent(const dc_call *call, const tg_auth_bindTempAuthKey *request,
                       const mtp_bind *bind, int64_t msg_id) {
  return bind->nonce == request->nonce && bind->temp_auth_key_id == call->key->key.id &&
         bind->perm_auth_key_id == request->perm_auth_key_id &&
         bind->temp_session_id == call->session->id && bind->expires_at == request->expires_at &&
         msg_id == call->in->msg_id;
}

/* One temporary key for a permanent one: the one before is let go of. */
static void bind_to(dc_call *call, const dc_key *permanent) {
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = call->dc->keys[i]; key != NULL; key = key->next)
      if (key->perm_id == permanent->key.id && key->expires <= call->now)
        key->perm_id = 0;
  call->key->perm_id = permanent->key.id;
}

static void bind_temp(dc_call *call, const void *args) {
  const tg_auth_bindTempAuthKey *request = args;
  mtp_bind bind;
  int64_t msg_id;
  dc_key *permanent = dc_key_find(call->dc, request->perm_auth_key_id, call->key->dc);
  if (call->key->expires == 0)
    dc_error(call, 400, "TEMP_AUTH_KEY_EMPTY");
  else if (permanent == NULL || permanent->expires != 0 ||
           bind_open(&permanent->key, request->encrypted_message.data,
                     request->encrypted_message.size, &bind, &msg_id) != MTP_OK ||
           !consistent(call, request, &bind, msg_id))
    dc_error(call, 400, "ENCRYPTED_MESSAGE_INVALID");
  else if (request->expires_at <= call->now)
    dc_error(call, 400, "EXPIRES_AT_INVALID");
  else if (call->key->perm_id != 0 && call->key->perm_id != permanent->key.id)
    dc_error(call, 400, "TEMP_AUTH_KEY_ALREADY_BOUND");
  else {
    bind_to(call, permanent);
    call->perm = permanent;
    dc_answer_true(call);
  }
}

static bool excepted(const tg_auth_dropTempAuthKeys *request, int64_t id) {
  for (size_t i = 0; i < request->except_auth_keys.count; i++)
    if (request->except_auth_keys.items[i] == id)
      return true;
  return false;
}

static void drop_temp(dc_call *call, const void *args) {
  const tg_auth_dropTempAuthKeys *request = args;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = call->dc->keys[i]; key != NULL; key = key->next)
      if (key->perm_id == call->perm->key.id && key != call->key && !excepted(request, key->key.id))
        key->perm_id = 0;
  dc_answer_true(call);
}

const dc_method dc_methods_key[] = {{"auth.bindTempAuthKey", bind_temp, DC_UNBOUND},
                                    {"auth.dropTempAuthKeys", drop_temp, DC_ANYONE},
                                    {NULL, NULL, 0}};
