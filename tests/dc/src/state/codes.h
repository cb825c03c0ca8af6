/* Login codes: made, sent to the outbox, found again. */
#ifndef TGDC_CODES_H
#define TGDC_CODES_H

#include "accounts.h"

/* The code on its way to that number under that hash; NULL: none, or too old. */
dc_code *dc_code_find(tgdc *dc, const char *phone, tl_string hash);
/* A new code for the number in place of any other of that key, not sent yet. NULL when memory ends.
 * user may be NULL: nobody has the number. */
dc_code *dc_code_new(dc_call *call, const char *phone, const dc_user *user);
void dc_code_drop(tgdc *dc, dc_code *code);
/* Sends it by the way of its step and fills the answer. False: it cannot be sent that way, an error
 * was answered. */
bool dc_code_send(dc_call *call, dc_code *code, const dc_user *user, tg_auth_SentCode *out);
/* The type of its step: "app", "sms", ...; NULL: there are no more. */
const char *dc_code_type(const dc_code *code, const dc_user *user, int step);
/* "t***@e***.org", in the arena. */
tl_string dc_email_pattern(dc_call *call, const char *email);
/* The phone_number of a request as digits; false: PHONE_NUMBER_INVALID was answered. */
bool dc_call_phone(dc_call *call, tl_string phone, char out[24]);

#endif
