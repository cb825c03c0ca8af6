/* The login e-mail: setting it up before or after signing in, and resetting it (LG-4). */
#include "codes.h"
#include "passwords.h"
#include "store.h"

static dc_code *setup_code(dc_call *call, const tg_EmailVerifyPurpose *purpose) {
  const tg_emailVerifyPurposeLoginSetup *setup = purpose->emailVerifyPurposeLoginSetup;
  char phone[24];
  if (!dc_call_phone(call, setup->phone_number, phone))
    return NULL;
  dc_code *code = dc_code_find(call->dc, phone, setup->phone_code_hash);
  if (code == NULL)
    dc_error(call, 400, "PHONE_HASH_EXPIRED");
  return code;
}

#define REFUSED "@refused.example" /* a provider that nobody may use */

static bool plausible(dc_call *call, tl_string email) {
  size_t tail = strlen(REFUSED);
  if (email.size > tail && memcmp(email.data + email.size - tail, REFUSED, tail) == 0) {
    dc_error(call, 400, "EMAIL_NOT_ALLOWED");
    return false;
  }
  if (email.size > 0 && email.size < DC_TEXT && memchr(email.data, '@', email.size) != NULL)
    return true;
  dc_error(call, 400, "EMAIL_INVALID");
  return false;
}

static void send_verify(dc_call *call, const void *args) {
  const tg_account_sendVerifyEmailCode *request = args;
  char address[DC_TEXT];
  if (!plausible(call, request->email))
    return;
  DC_COPY(address, request->email);
  char *sent;
  if (request->purpose.kind == TG_emailVerifyPurposeLoginSetup) {
    dc_code *code = setup_code(call, &request->purpose);
    if (code == NULL)
      return;
    DC_COPY(code->email, request->email);
    sent = code->email_code;
  } else if (call->user != NULL) {
    DC_COPY(call->user->unconfirmed_email, request->email);
    sent = call->user->email_code;
  } else {
    dc_error(call, 401, "AUTH_KEY_UNREGISTERED");
    return;
  }
  if (!dc_mail_code(call, address, sent))
    return;
  if (request->purpose.kind != TG_emailVerifyPurposeLoginSetup)
    dc_store_user(call->dc, call->user);
  tg_account_sentEmailCode out = {.email_pattern = dc_email_pattern(call, address),
                                  .length = (int32_t)strlen(sent)};
  const tg_account_sentEmailCode *answer = &out;
  dc_answer(call, &answer);
}

static bool right(dc_call *call, const tg_EmailVerification *given, const char *sent) {
  bool is_code = given->kind == TG_emailVerificationCode;
  if (sent[0] == 0)
    dc_error(call, 400, "EMAIL_VERIFY_EXPIRED");
  else if (!is_code)
    dc_error(call, 400, "EMAIL_TOKEN_INVALID");
  else if (!dc_same(given->emailVerificationCode->code, sent))
    dc_error(call, 400, "CODE_INVALID");
  else
    return true;
  return false;
}

/* The account has a login e-mail from now on, and the code for signing in goes there. */
static void verify_setup(dc_call *call, const tg_account_verifyEmail *request) {
  dc_code *code = setup_code(call, &request->purpose);
  if (code == NULL || !right(call, &request->verification, code->email_code))
    return;
  dc_user *user = dc_user_by_phone(call->dc, code->phone);
  tg_account_emailVerifiedLogin verified = {.email = dc_string(call, code->email)};
  if (user != NULL) {
    memcpy(user->login_email, code->email, sizeof user->login_email);
    user->n_types = 0;
    DC_COPYZ(user->types[user->n_types++], "email");
    DC_COPYZ(user->types[user->n_types++], "sms");
    dc_store_user(call->dc, user);
    code->step = 0;
  } else {
    code->step++;
  }
  if (!dc_code_send(call, code, user, &verified.sent_code))
    return;
  tg_account_EmailVerified answer = tg_account_emailVerifiedLogin_box(&verified);
  dc_answer(call, &answer);
}

static void verify(dc_call *call, const void *args) {
  const tg_account_verifyEmail *request = args;
  dc_user *user = call->user;
  if (request->purpose.kind == TG_emailVerifyPurposeLoginSetup) {
    verify_setup(call, request);
    return;
  }
  if (user == NULL) {
    dc_error(call, 401, "AUTH_KEY_UNREGISTERED");
    return;
  }
  if (!right(call, &request->verification, user->email_code))
    return;
  tg_account_emailVerified verified = {.email = dc_string(call, user->unconfirmed_email)};
  if (request->purpose.kind == TG_emailVerifyPurposeLoginChange)
    memcpy(user->login_email, user->unconfirmed_email, sizeof user->login_email);
  user->unconfirmed_email[0] = user->email_code[0] = 0;
  dc_store_user(call->dc, user);
  tg_account_EmailVerified answer = tg_account_emailVerified_box(&verified);
  dc_answer(call, &answer);
}

/* At once when no wait is configured: the code then goes by the next way. */
static void reset_email(dc_call *call, const void *args) {
  const tg_auth_resetLoginEmail *request = args;
  char phone[24];
  tg_auth_SentCode answer;
  if (!dc_call_phone(call, request->phone_number, phone))
    return;
  dc_code *code = dc_code_find(call->dc, phone, request->phone_code_hash);
  dc_user *user = dc_user_by_phone(call->dc, phone);
  if (code == NULL || user == NULL || user->login_email[0] == 0) {
    dc_error(call, 400, code == NULL ? "PHONE_CODE_EXPIRED" : "EMAIL_INSTALL_MISSING");
    return;
  }
  if (user->email_reset_at == 0)
    user->email_reset_at = call->now + call->dc->email_reset;
  else if (user->email_reset_at > call->now) {
    dc_error(call, 400, "TASK_ALREADY_EXISTS");
    return;
  }
  if (user->email_reset_at <= call->now) {
    user->email_reset_at = 0;
    user->login_email[0] = 0;
    code->step++;
  }
  dc_store_user(call->dc, user);
  if (dc_code_send(call, code, user, &answer))
    dc_answer(call, &answer);
}

const dc_method dc_methods_email[] = {{"account.sendVerifyEmailCode", send_verify, DC_ANYONE},
                                      {"account.verifyEmail", verify, DC_ANYONE},
                                      {"auth.resetLoginEmail", reset_email, DC_ANYONE},
                                      {NULL, NULL, 0}};
