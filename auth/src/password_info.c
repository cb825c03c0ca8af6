/* What account.getPassword says, as a plain struct whose strings live in one arena. */
#include "password.h"

typedef struct info_owner {
  tgauth_password_info info;
  tl_arena arena;
  const tl_allocator *allocator;
} info_owner;

void tgauth_password_info_free(tgauth_password_info *info) {
  if (!info)
    return;
  info_owner *owner = info->owner;
  tl_arena_free(&owner->arena);
  tl_free(owner->allocator, owner, sizeof *owner);
}

static const char *keep(info_owner *owner, tl_string text) {
  return tl_arena_copy(&owner->arena, text.data ? text.data : "", text.size);
}

tgauth_password_info *tgauth_password_info_new(const tgauth *auth,
                                               const tg_account_password *password) {
  info_owner *owner = tl_alloc_zero(auth->allocator, sizeof *owner);
  if (!owner)
    return NULL;
  tgauth_password_info *info = &owner->info;
  owner->allocator = auth->allocator;
  tl_arena_init(&owner->arena, auth->allocator, 0);
  info->owner = owner;
  info->has_password = password->has_password;
  info->has_recovery = password->has_recovery;
  info->has_secure_values = password->has_secure_values;
  info->hint = keep(owner, password->hint);
  info->unconfirmed_email_pattern = keep(owner, password->email_unconfirmed_pattern);
  info->login_email_pattern = keep(owner, password->login_email_pattern);
  info->pending_reset_date = password->has_pending_reset_date ? password->pending_reset_date : 0;
  if (info->hint && info->unconfirmed_email_pattern && info->login_email_pattern)
    return info;
  tgauth_password_info_free(info);
  return NULL;
}
