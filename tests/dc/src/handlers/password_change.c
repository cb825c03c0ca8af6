/* Setting, changing and removing the password, its recovery address, and resetting it (LG-7). */
#include "codes.h"
#include "passwords.h"
#include "store.h"

#define REFUSED_FOR 86400

typedef tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow mod_pow;

/* What the client made of the salts that it was offered: 32 random bytes at least behind salt1. */
static const mod_pow *new_algo(const dc_user *user, const tg_account_passwordInputSettings *s) {
  if (s->new_algo.kind != TG_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow)
    return NULL;
  const mod_pow *algo =
      s->new_algo.passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow;
  size_t offered = sizeof user->new_salt1;
  bool ok = algo->salt1.size >= offered + 32 && algo->salt1.size <= sizeof user->salt1 &&
            memcmp(algo->salt1.data, user->new_salt1, offered) == 0 && algo->salt2.size == 16 &&
            memcmp(algo->salt2.data, user->new_salt2, 16) == 0 && algo->g == 3 &&
            algo->p.size == MTP_DH_SIZE &&
            memcmp(algo->p.data, mtp_dh_known_prime(), MTP_DH_SIZE) == 0;
  return ok && s->new_password_hash.size == MTP_DH_SIZE ? algo : NULL;
}

static void adopt(dc_call *call, dc_user *user, const dc_pending *pending) {
  memcpy(user->salt1, pending->salt1, sizeof user->salt1);
  user->salt1_size = pending->salt1_size;
  memcpy(user->salt2, user->new_salt2, sizeof user->salt2);
  memcpy(user->verifier, pending->verifier, sizeof user->verifier);
  memcpy(user->hint, pending->hint, sizeof user->hint);
  user->has_password = true;
  user->password_changed = call->now;
  if (!dc_user_new_salts(call->dc, user))
    dc_log(call->dc, "no randomness for new salts");
}

static void remove_password(dc_user *user) {
  user->has_password = false;
  user->hint[0] = user->recovery_email[0] = user->unconfirmed_email[0] = 0;
  user->pending.there = false;
}

/* The address is to be confirmed first; a new password waits for it. */
static void confirm_first(dc_call *call, dc_user *user, tl_string email,
                          const dc_pending *pending) {
  DC_COPY(user->unconfirmed_email, email);
  user->pending = *pending;
  bool mailed = dc_mail_code(call, user->unconfirmed_email, user->email_code);
  dc_store_user(call->dc, user);
  if (mailed)
    dc_error_number(call, 400, "EMAIL_UNCONFIRMED_%d", (int)strlen(user->email_code));
}

bool dc_password_apply(dc_call *call, dc_user *user,
                       const tg_account_passwordInputSettings *settings) {
  dc_pending pending = {0};
  if (settings->new_algo.kind != 0 && settings->new_password_hash.size > 0) {
    const mod_pow *algo = new_algo(user, settings);
    if (algo == NULL) {
      dc_error(call, 400, "NEW_SALT_INVALID");
      return false;
    }
    pending.there = true;
    pending.salt1_size = algo->salt1.size;
    memcpy(pending.salt1, algo->salt1.data, algo->salt1.size);
    memcpy(pending.verifier, settings->new_password_hash.data, MTP_DH_SIZE);
    DC_COPY(pending.hint, settings->hint);
  } else if (settings->new_algo.kind != 0) {
    remove_password(user);
  } else if (!user->has_password && settings->email.size > 0) {
    dc_error(call, 400, "NEW_SETTINGS_EMPTY");
    return false;
  }
  if (settings->email.size > 0 && !dc_same(settings->email, user->recovery_email)) {
    if (memchr(settings->email.data, '@', settings->email.size) == NULL)
      dc_error(call, 400, "EMAIL_INVALID");
    else
      confirm_first(call, user, settings->email, &pending);
    return false;
  }
  if (settings->email.data != NULL && settings->email.size == 0)
    user->recovery_email[0] = user->unconfirmed_email[0] = 0;
  if (pending.there)
    adopt(call, user, &pending);
  dc_store_user(call->dc, user);
  return true;
}

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
    adopt(call, user, &user->pending);
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
    remove_password(user);
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
