/* Two-step verification: challenges, checks, and setting a new password. */
#ifndef TGDC_PASSWORDS_H
#define TGDC_PASSWORDS_H

#include "accounts.h"
#include "state.h"

/* The caller, or who the caller has yet to prove to be; NULL: AUTH_KEY_UNREGISTERED was answered.
 */
dc_user *dc_password_owner(dc_call *call);
/* Whether the password is right (or there is none to check). Else the error was answered. A
 * challenge is good for one answer. */
bool dc_password_check(dc_call *call, const dc_user *user, const tg_InputCheckPasswordSRP *input);
/* Sets, changes or removes the password as the settings say. False: an error was answered; that is
 * EMAIL_UNCONFIRMED_X when the change waits for the recovery address. */
bool dc_password_apply(dc_call *call, dc_user *user,
                       const tg_account_passwordInputSettings *settings);
/* No password, and nothing of one. */
void dc_password_remove(dc_user *user);
/* Makes what was pending the password. */
void dc_password_adopt(dc_call *call, dc_user *user, const dc_pending *pending);
/* A six-digit code into out[0..16), mailed to the address. */
bool dc_mail_code(dc_call *call, const char *email, char out[16]);

#endif
