/* Accounts: people and bots. */
#ifndef TGDC_USERS_H
#define TGDC_USERS_H

#include "rpc.h"

/* NULL when there is none; accounts that were deleted are never found. */
dc_user *dc_user_by_id(tgdc *dc, int64_t id);
dc_user *dc_user_by_phone(tgdc *dc, const char *digits);
dc_user *dc_user_by_token(tgdc *dc, tl_string token);
dc_user *dc_user_by_name(tgdc *dc, tl_string username);
/* NULL: no such user, or a wrong access hash. inputUserSelf is the caller. */
dc_user *dc_user_of_input(const dc_call *call, const tg_InputUser *input);

/* A new account with an id and an access hash of its own. NULL: out of memory or randomness. */
dc_user *dc_user_new(tgdc *dc, int64_t id);
void dc_users_free(tgdc *dc);
/* Frees what it has, not the record. */
void dc_user_free_contents(dc_user *user);
/* Makes the salts that are offered for the next password. */
bool dc_user_new_salts(tgdc *dc, dc_user *user);
/* Sets a password, "" or NULL removes it. False when the cryptography failed. */
bool dc_user_set_password(tgdc *dc, dc_user *user, const char *password);
/* Adds a future auth token (LG-3); the oldest of twenty goes. The account's, not the caller's; data
 * NULL when memory ends. */
tl_bytes dc_user_add_token(dc_user *user, const uint8_t *bytes, size_t size);
void dc_user_drop_tokens(dc_user *user);
/* Signs everything of theirs out and forgets the account. */
void dc_user_delete(tgdc *dc, dc_user *user);

/* Digits of a phone number without anything else; false: it is none (8 to 15 digits). */
bool dc_phone_digits(tl_string phone, char out[24]);
/* The X of a test number 99966XYYYY; 0: it is none (LG-8). */
int dc_phone_test_dc(const char *digits);

/* The user as the caller may see them, in the arena; kind 0 when memory ended. */
tg_User dc_user_view(dc_call *call, const dc_user *user);

#endif
