/* Setting, changing and removing the password, its recovery address, and resetting it (LG-7). */
#include "codes.h"
#include "passwords.h"
#include "store.h"

#define REFUSED_FOR 86400

static void update_settings(dc_call *call, const void *args) {
  const tg_account_updatePasswordSettings *request = args;
  if (dc_password_check(call, call->user, &request->password) &&
      dc_password_apply(call, call->user, request->new_settings))
    dc_answer_true(call);
}

static void get_settings(dc_call *call, const void *args) {
  const tg_account_getPasswordSettings *request = args;
  tg_account_passwordSettings settings = {0};
  const tg_account_passwordSettings *answer = &settings;
  if (!dc_password_check(call, call->user, &request->password))
    return;
  if (call->user->recovery_email[0] != 0)
    settings.email = dc_string(call, call->user->recovery_email);
  dc_answer(call, &answer);
}

static void confirm_email(dc_call *call, const void *args) {
  const tg_account_confirmPasswordEmail *request = args;
  dc_user *user = call->user;
  if (user->unconfirmed_email[0] == 0) {
    dc_error(call, 400, "EMAIL_HASH_EXPIRED");
    return;
  }
  if (!dc_same(request->code, user->email_code)) {
    dc_error(call, 400, "CODE_INVALID");
    return;
  }
  if (user->pending.there)
    dc_password_adopt(call, user, &user->pending);
  user->pending.there = false;
  memcpy(user->recovery_email, user->unconfirmed_email, sizeof user->recovery_email);
  user->unconfirmed_email[0] = user->email_code[0] = 0;
  dc_store_user(call->dc, user);
  dc_answer_true(call);
}

static void resend_email(dc_call *call, const void *args) {
  (void)args;
  dc_user *user = call->user;
  if (user->unconfirmed_email[0] == 0) {
    dc_error(call, 400, "EMAIL_HASH_EXPIRED");
  } else if (dc_mail_code(call, user->unconfirmed_email, user->email_code)) {
    dc_store_user(call->dc, user);
    dc_answer_true(call);
  }
}

static void cancel_email(dc_call *call, const void *args) {
  (void)args;
  dc_user *user = call->user;
  if (user->unconfirmed_email[0] == 0) {
    dc_error(call, 400, "EMAIL_HASH_EXPIRED");
    return;
  }
  user->unconfirmed_email[0] = user->email_code[0] = 0;
  user->pending.there = false;
  dc_store_user(call->dc, user);
  dc_answer_true(call);
}

static void reset_password(dc_call *call, const void *args) {
  (void)args;
  dc_user *user = dc_password_owner(call);
  if (user == NULL)
    return;
  static const tg_account_resetPasswordOk ok;
  tg_account_resetPasswordRequestedWait wait = {0};
  tg_account_resetPasswordFailedWait failed = {.retry_date = (int32_t)user->reset_refused};
  tg_account_ResetPasswordResult answer;
  if (!user->has_password) {
    dc_error(call, 400, "PASSWORD_EMPTY");
    return;
  }
  if (user->reset_at != 0 && user->reset_at <= call->now) {
    dc_password_remove(user);
    user->reset_at = 0;
    answer = tg_account_resetPasswordOk_box(&ok);
  } else if (user->reset_at == 0 && user->reset_refused > call->now) {
    answer = tg_account_resetPasswordFailedWait_box(&failed);
  } else {
    if (user->reset_at == 0)
      user->reset_at = call->now + call->dc->reset_wait;
    wait.until_date = (int32_t)user->reset_at;
    answer = tg_account_resetPasswordRequestedWait_box(&wait);
  }
  dc_store_user(call->dc, user);
  dc_answer(call, &answer);
}

static void decline_reset(dc_call *call, const void *args) {
  (void)args;
  if (call->user->reset_at == 0) {
    dc_error(call, 400, "RESET_REQUEST_MISSING");
    return;
  }
  call->user->reset_at = 0;
  call->user->reset_refused = call->now + REFUSED_FOR;
  dc_store_user(call->dc, call->user);
  dc_answer_true(call);
}

static void get_tmp_password(dc_call *call, const void *args) {
  const tg_account_getTmpPassword *request = args;
  uint8_t random[32];
  if (!call->user->has_password) {
    dc_error(call, 400, "TMP_PASSWORD_DISABLED");
    return;
  }
  if (!dc_password_check(call, call->user, &request->password) ||
      !dc_random(call->dc, random, sizeof random))
    return;
  tg_account_tmpPassword out = {.tmp_password = tl_bytes_of(random, sizeof random),
                                .valid_until = call->now + request->period};
  const tg_account_tmpPassword *answer = &out;
  dc_answer(call, &answer);
}

const dc_method dc_methods_password_change[] = {
    {"account.updatePasswordSettings", update_settings, DC_USER},
    {"account.getPasswordSettings", get_settings, DC_USER},
    {"account.confirmPasswordEmail", confirm_email, DC_USER},
    {"account.resendPasswordEmail", resend_email, DC_USER},
    {"account.cancelPasswordEmail", cancel_email, DC_USER},
    {"account.resetPassword", reset_password, DC_ANYONE},
    {"account.declinePasswordReset", decline_reset, DC_USER},
    {"account.getTmpPassword", get_tmp_password, DC_USER},
    {NULL, NULL, 0}};
