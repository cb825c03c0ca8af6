/* Signing in and out: what happens to a key when somebody is, or is not any more. */
#ifndef TGDC_ACCOUNTS_H
#define TGDC_ACCOUNTS_H

#include "users.h"

/* The caller's key belongs to user from now on, and the answer to the call is the authorization. */
void dc_sign_in(dc_call *call, dc_user *user);
/* The same, but a password is asked for first if there is one. */
void dc_sign_in_checked(dc_call *call, dc_user *user);
/* Fills the slot; false when memory ends. */
bool dc_authorization(dc_call *call, dc_user *user, tg_auth_Authorization *out);
/* Marks the key as signed in without answering. */
void dc_login_set(dc_call *call, dc_user *user);
/* Nobody is signed in with that key any more. */
void dc_login_clear(tgdc *dc, dc_key *key);
/* Sends the caller elsewhere with that error if the account lives at another data centre. */
bool dc_migrated(dc_call *call, int dc_id, const char *format);
/* API_ID_INVALID, answered, when api_id or api_hash cannot be one. */
bool dc_api_refused(dc_call *call, int32_t api_id, tl_string api_hash);
/* A new future auth token for the account (LG-3), which owns it; empty when memory ends. */
tl_bytes dc_token_new(dc_call *call, dc_user *user);
/* Whether one of the tokens is the account's. */
bool dc_token_known(const dc_user *user, const tl_vector_bytes *tokens);
/* One row of account.getAuthorizations. */
void dc_describe_login(const tgdc *dc, const dc_key *key, bool current, tg_authorization *out);

#endif
