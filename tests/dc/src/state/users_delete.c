/* An account that is deleted. */
#include "store.h"
#include "users.h"

static void sign_out(tgdc *dc, const dc_user *user) {
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i]; key != NULL; key = key->next)
      if (key->login.user_id == user->id || key->login.pending_id == user->id) {
        key->login.user_id = key->login.pending_id = 0;
        dc_store_key(dc, key);
      }
}

/* The record stays, so that its id is not given out again. */
void dc_user_delete(tgdc *dc, dc_user *user) {
  sign_out(dc, user);
  dc_user_free_contents(user);
  user->deleted = true;
  user->phone[0] = user->token[0] = user->username[0] = 0;
  dc_store_user(dc, user);
}
