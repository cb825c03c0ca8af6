/* Signing in with callbacks: asks, tries, and asks again after what asking again can mend. */
#include "internal.h"
#include <openssl/crypto.h>
#include <string.h>

enum { ANSWER = 512, TRIES = 5, QR_WAIT_MS = 60000 };

/* One run of tgauth_start(). */
typedef struct start {
  tgauth *auth;
  const tgauth_start_callbacks *ask;
  mtp_error *error;
  tgauth_code *code;
  int mistakes;
} start;

static mtp_status gave_up(start *run) {
  return tgauth_fail(run->error, MTP_ERR_CANCELLED, "given up at a prompt");
}

static mtp_status cannot_ask(start *run, const char *what) {
  return tgauth_fail(run->error, MTP_ERR_ARGUMENT, "%s is needed, and there is no callback for it",
                     what);
}

/* Whether to ask once more after the error in run->error. */
static bool go_on(start *run) {
  run->mistakes++;
  return run->ask->error ? run->ask->error(run->ask->ctx, run->error) : run->mistakes < TRIES;
}

static bool is_rpc(const start *run, mtp_status status, tg_err name) {
  return status == MTP_ERR_RPC && run->error->rpc == name;
}

/* The session is saved before a person is waited for: a prompt may be left standing for ever. */
static mtp_status before_prompt(start *run) {
  return tgauth_save(run->auth, run->error);
}

/* ---- password ---- */

static mtp_status try_password(start *run) {
  char answer[ANSWER] = "";
  tgauth_password_info *info;
  mtp_status status = tgauth_get_password(run->auth, &info, run->error);
  if (status != MTP_OK)
    return status;
  status = before_prompt(run);
  if (status == MTP_OK) {
    bool answered = run->ask->password(run->ask->ctx, info->hint, answer, sizeof answer);
    status = answered ? tgauth_check_password_text(run->auth, answer, run->error) : gave_up(run);
  }
  OPENSSL_cleanse(answer, sizeof answer);
  tgauth_password_info_free(info);
  return status;
}

static mtp_status ask_password(start *run) {
  if (!run->ask->password)
    return cannot_ask(run, "the 2FA password");
  for (;;) {
    mtp_status status = try_password(run);
    bool again = is_rpc(run, status, TG_ERR_PASSWORD_HASH_INVALID) ||
                 is_rpc(run, status, TG_ERR_SRP_ID_INVALID) ||
                 is_rpc(run, status, TG_ERR_SRP_PASSWORD_CHANGED);
    if (!again || !go_on(run))
      return status;
  }
}

/* ---- sign-up ---- */

static mtp_status ask_sign_up(start *run) {
  char first[ANSWER] = "", last[ANSWER] = "";
  if (!run->ask->sign_up)
    return cannot_ask(run, "a name to sign up with");
  for (;;) {
    mtp_status status = before_prompt(run);
    if (status != MTP_OK)
      return status;
    if (!run->ask->sign_up(run->ask->ctx, tgauth_last_terms(run->auth), first, last, ANSWER))
      return gave_up(run);
    status = tgauth_sign_up(run->auth, run->code, first, last, run->error);
    bool again = is_rpc(run, status, TG_ERR_FIRSTNAME_INVALID) ||
                 is_rpc(run, status, TG_ERR_LASTNAME_INVALID);
    if (!again || !go_on(run))
      return status;
  }
}

/* ---- code ---- */

static mtp_status request(start *run, const char *phone) {
  tgauth_code_free(run->code);
  run->code = NULL;
  return tgauth_request_code(run->auth, phone, NULL, &run->code, run->error);
}

/* The code in the mail, again after a wrong one. */
static mtp_status ask_email_code(start *run, const char *pattern, int32_t length) {
  for (;;) {
    char answer[ANSWER] = "";
    mtp_status status = before_prompt(run);
    if (status != MTP_OK)
      return status;
    bool answered =
        run->ask->email_code(run->ask->ctx, pattern ? pattern : "", length, answer, sizeof answer);
    status =
        answered ? tgauth_verify_email(run->auth, &run->code, answer, run->error) : gave_up(run);
    OPENSSL_cleanse(answer, sizeof answer);
    if (!is_rpc(run, status, TG_ERR_CODE_INVALID) || !go_on(run))
      return status;
  }
}

static mtp_status ask_email(start *run) {
  char email[ANSWER] = "";
  char *pattern = NULL;
  int32_t length = 0;
  if (!run->ask->email || !run->ask->email_code)
    return cannot_ask(run, "a login e-mail");
  mtp_status status = before_prompt(run);
  if (status != MTP_OK)
    return status;
  if (!run->ask->email(run->ask->ctx, email, sizeof email))
    return gave_up(run);
  status = tgauth_set_up_email(run->auth, run->code, email, &pattern, &length, run->error);
  if (status == MTP_OK)
    status = ask_email_code(run, pattern, length);
  tgauth_string_free(pattern);
  return status;
}

/* One answer to "which code?". MTP_OK with *decided false: ask again; true: *step comes next. */
static mtp_status try_code(start *run, tgauth_step *step, bool *decided) {
  char answer[ANSWER] = "";
  *decided = false;
  if (run->code->type == TGAUTH_BY_EMAIL_SETUP)
    return ask_email(run);
  if (!run->ask->code)
    return cannot_ask(run, "the code");
  mtp_status status = before_prompt(run);
  if (status != MTP_OK)
    return status;
  if (!run->ask->code(run->ask->ctx, run->code, answer, sizeof answer)) {
    status = gave_up(run);
  } else if (!*answer) {
    status = tgauth_resend_code(run->auth, &run->code, run->error);
  } else {
    status = tgauth_sign_in(run->auth, run->code, answer, step, run->error);
    *decided = status == MTP_OK;
  }
  OPENSSL_cleanse(answer, sizeof answer);
  return status;
}

/* What can be mended by asking for another code with the same hash. */
static bool mendable(const start *run, mtp_status status) {
  return is_rpc(run, status, TG_ERR_PHONE_CODE_INVALID) ||
         is_rpc(run, status, TG_ERR_PHONE_CODE_EMPTY) || is_rpc(run, status, TG_ERR_CODE_INVALID) ||
         is_rpc(run, status, TG_ERR_EMAIL_INVALID) ||
         is_rpc(run, status, TG_ERR_EMAIL_NOT_ALLOWED) ||
         is_rpc(run, status, TG_ERR_EMAIL_VERIFY_EXPIRED) ||
         is_rpc(run, status, TG_ERR_SEND_CODE_UNAVAILABLE);
}

/* What only a new auth.sendCode can mend (ER-5); that the person agrees to by go_on(). */
static bool restarts(const start *run, mtp_status status) {
  return is_rpc(run, status, TG_ERR_PHONE_CODE_EXPIRED) ||
         is_rpc(run, status, TG_ERR_AUTH_RESTART) || is_rpc(run, status, TG_ERR_AUTH_RESTART_X);
}

/* The payment that a code waits for is the caller's business; what it led to is asked for here. */
static mtp_status pay(start *run) {
  int64_t form_id = 0;
  char text[512];
  if (!run->ask->payment)
    return tgauth_fail(run->error, MTP_ERR_CANCELLED, "%s",
                       tgauth_explain(run->code, text, sizeof text));
  mtp_status status = before_prompt(run);
  if (status != MTP_OK)
    return status;
  if (!run->ask->payment(run->ask->ctx, run->code, &form_id))
    return gave_up(run);
  return tgauth_check_paid(run->auth, &run->code, form_id, run->error);
}

static mtp_status ask_code(start *run, tgauth_step *step) {
  for (;;) {
    bool decided = false;
    if (run->code->signed_in || run->code->password_needed) {
      *step = run->code->signed_in ? TGAUTH_DONE : TGAUTH_PASSWORD_NEEDED;
      return MTP_OK;
    }
    mtp_status status = run->code->payment_required ? pay(run) : try_code(run, step, &decided);
    if (decided)
      return MTP_OK;
    if (status == MTP_OK)
      continue;
    if (!mendable(run, status) || !go_on(run))
      return status;
  }
}

/* ---- the whole ---- */

/* From the code to the end. */
static mtp_status after_request(start *run) {
  tgauth_step step = TGAUTH_DONE;
  mtp_status status = ask_code(run, &step);
  if (status == MTP_OK && step == TGAUTH_PASSWORD_NEEDED)
    status = ask_password(run);
  if (status == MTP_OK && step == TGAUTH_SIGN_UP_NEEDED)
    status = ask_sign_up(run);
  return status;
}

static mtp_status sign_in_user(start *run, const char *phone) {
  for (;;) {
    mtp_status status = request(run, phone);
    if (status != MTP_OK) /* AUTH_RESTART too: nobody has been asked anything since */
      return status;
    status = after_request(run);
    if (!restarts(run, status) || !go_on(run))
      return status;
  }
}

static mtp_status show_qr(start *run, const tgauth_qr *qr) {
  if (!*tgauth_qr_url(qr)) /* scanned in an earlier run */
    return MTP_OK;
  mtp_status status = before_prompt(run);
  if (status != MTP_OK)
    return status;
  return run->ask->qr(run->ask->ctx, qr) ? MTP_OK : gave_up(run);
}

static mtp_status sign_in_qr(start *run) {
  tgauth_qr *qr;
  tgauth_qr_result result = TGAUTH_QR_RENEWED;
  if (!run->ask->qr)
    return cannot_ask(run, "showing a QR code");
  mtp_status status = tgauth_qr_begin(run->auth, NULL, 0, &qr, run->error);
  while (status == MTP_OK && result != TGAUTH_QR_DONE && result != TGAUTH_QR_PASSWORD_NEEDED) {
    if (result == TGAUTH_QR_RENEWED)
      status = show_qr(run, qr);
    if (status == MTP_OK)
      status = tgauth_qr_wait(run->auth, qr, QR_WAIT_MS, &result, run->error);
  }
  tgauth_qr_free(qr);
  return status == MTP_OK && result == TGAUTH_QR_PASSWORD_NEEDED ? ask_password(run) : status;
}

static bool is_qr(const char *who) {
  tl_string word = tgauth_trimmed(who);
  return word.size == 2 && memcmp(word.data, "qr", 2) == 0;
}

static mtp_status sign_in(start *run, const char *who) {
  if (is_qr(who))
    return sign_in_qr(run);
  return strchr(who, ':') ? tgauth_sign_in_bot(run->auth, who, run->error) : sign_in_user(run, who);
}

/* Whether that can be somebody at all, before anything is sent. */
static mtp_status check_who(start *run, const char *who) {
  char digits[32];
  if (is_qr(who))
    return MTP_OK;
  if (strchr(who, ':'))
    return MTP_OK;
  return tgauth_phone_digits(who, digits, run->error);
}

static mtp_status ask_who(start *run) {
  char answer[ANSWER] = "";
  if (!run->ask->phone)
    return cannot_ask(run, "a phone number");
  for (;;) {
    mtp_status status = before_prompt(run);
    if (status != MTP_OK)
      return status;
    if (!run->ask->phone(run->ask->ctx, answer, sizeof answer))
      return gave_up(run);
    status = check_who(run, answer);
    bool again = status != MTP_OK;
    if (!again)
      status = sign_in(run, answer);
    again = again || is_rpc(run, status, TG_ERR_PHONE_NUMBER_INVALID) ||
            is_rpc(run, status, TG_ERR_ACCESS_TOKEN_INVALID) ||
            is_rpc(run, status, TG_ERR_ACCESS_TOKEN_EXPIRED);
    OPENSSL_cleanse(answer, sizeof answer);
    if (!again || !go_on(run))
      return status;
  }
}

mtp_status tgauth_start(tgauth *auth, const char *who, const tgauth_start_callbacks *callbacks,
                        mtp_error *error) {
  mtp_error local;
  bool authorized;
  start run = {auth, callbacks, error ? error : &local, NULL, 0};
  mtp_status status = tgauth_is_authorized(auth, &authorized, run.error);
  if (status != MTP_OK || authorized)
    return status;
  status = who ? sign_in(&run, who) : ask_who(&run);
  tgauth_code_free(run.code);
  return status;
}
