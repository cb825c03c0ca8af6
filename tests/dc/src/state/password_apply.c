/* A new password, or none, and its recovery address. */
#include "passwords.h"
#include "store.h"

bool dc_mail_code(dc_call *call, const char *email, char out[16]) {
  uint8_t random[6];
  if (!dc_random(call->dc, random, sizeof random))
    return false;
  for (size_t i = 0; i < sizeof random; i++)
    out[i] = (char)('0' + random[i] % 10);
  out[sizeof random] = 0;
  dc_outbox(call->dc, "mail", "email", email, "", out);
  return true;
}

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

void dc_password_adopt(dc_call *call, dc_user *user, const dc_pending *pending) {
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

void dc_password_remove(dc_user *user) {
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
    dc_password_remove(user);
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
    dc_password_adopt(call, user, &pending);
  dc_store_user(call->dc, user);
  return true;
}
