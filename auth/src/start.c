/* Signing in with callbacks: a flow, waited for. */
#include "internal.h"
#include <openssl/crypto.h>
#include <string.h>
#include <tgauth/flow.h>

enum { ANSWER = 512, TRIES = 5 };

/* One run of tgauth_start(). */
typedef struct start {
  tgauth *auth;
  const tgauth_start_callbacks *ask;
  mtp_error *error;
  const char *who; /* NULL: to be asked for */
  tgauth_flow *flow;
  bool changed; /* the flow has come to want something */
  int mistakes;
} start;

static void on_change(void *ctx, tgauth_flow *flow) {
  start *run = ctx;
  (void)flow;
  run->changed = true;
}

static mtp_status gave_up(start *run) {
  return tgauth_fail(run->error, MTP_ERR_CANCELLED, "given up at a prompt");
}

static mtp_status cannot_ask(start *run, const char *what) {
  return tgauth_fail(run->error, MTP_ERR_ARGUMENT, "%s is needed, and there is no callback for it",
                     what);
}

/* An answer that could not be sent has its error in the flow, as one that was refused. */
static mtp_status sent(start *run, mtp_status status) {
  if (status != MTP_OK)
    run->changed = true;
  return MTP_OK;
}

/* Gives the flow an answer, and wipes it; unless the person gave up. */
static mtp_status give(start *run, bool answered, char answer[ANSWER]) {
  mtp_status status = answered ? sent(run, tgauth_flow_answer(run->flow, answer)) : gave_up(run);
  OPENSSL_cleanse(answer, ANSWER);
  return status;
}

/* ---- what is asked for ---- */

static bool is_qr(const char *who) {
  tl_string word = tgauth_trimmed(who);
  return word.size == 2 && memcmp(word.data, "qr", 2) == 0;
}

static mtp_status ask_phone(start *run) {
  char answer[ANSWER] = "";
  const char *who = run->who ? run->who : answer;
  if (!run->who && !run->ask->phone)
    return cannot_ask(run, "a phone number");
  if (!run->who && !run->ask->phone(run->ask->ctx, answer, sizeof answer))
    return gave_up(run);
  mtp_status status = is_qr(who) && !run->ask->qr ? cannot_ask(run, "showing a QR code")
                                                  : sent(run, tgauth_flow_answer(run->flow, who));
  OPENSSL_cleanse(answer, sizeof answer);
  return status;
}

static mtp_status ask_code(start *run) {
  char answer[ANSWER] = "";
  if (!run->ask->code)
    return cannot_ask(run, "the code");
  bool answered = run->ask->code(run->ask->ctx, tgauth_flow_code(run->flow), answer, sizeof answer);
  return answered && !*answer ? sent(run, tgauth_flow_again(run->flow))
                              : give(run, answered, answer);
}

static mtp_status ask_password(start *run) {
  char answer[ANSWER] = "";
  if (!run->ask->password)
    return cannot_ask(run, "the 2FA password");
  bool answered =
      run->ask->password(run->ask->ctx, tgauth_flow_hint(run->flow), answer, sizeof answer);
  return give(run, answered, answer);
}

static mtp_status ask_email(start *run) {
  char answer[ANSWER] = "";
  if (!run->ask->email || !run->ask->email_code)
    return cannot_ask(run, "a login e-mail");
  return give(run, run->ask->email(run->ask->ctx, answer, sizeof answer), answer);
}

static mtp_status ask_email_code(start *run) {
  char answer[ANSWER] = "";
  int32_t length;
  const char *pattern = tgauth_flow_email(run->flow, &length);
  bool answered = run->ask->email_code(run->ask->ctx, pattern, length, answer, sizeof answer);
  return give(run, answered, answer);
}

static mtp_status ask_sign_up(start *run) {
  char first[ANSWER] = "", last[ANSWER] = "";
  if (!run->ask->sign_up)
    return cannot_ask(run, "a name to sign up with");
  if (!run->ask->sign_up(run->ask->ctx, tgauth_last_terms(run->auth), first, last, ANSWER))
    return gave_up(run);
  return sent(run, tgauth_flow_sign_up(run->flow, first, last));
}

/* The payment that a code waits for is the caller's business. */
static mtp_status ask_payment(start *run) {
  int64_t form_id = 0;
  char text[512];
  const tgauth_code *code = tgauth_flow_code(run->flow);
  if (!run->ask->payment)
    return tgauth_fail(run->error, MTP_ERR_CANCELLED, "%s",
                       tgauth_explain(code, text, sizeof text));
  if (!run->ask->payment(run->ask->ctx, code, &form_id))
    return gave_up(run);
  return sent(run, tgauth_flow_paid(run->flow, form_id));
}

static mtp_status show_qr(start *run) {
  return run->ask->qr(run->ask->ctx, tgauth_flow_qr(run->flow)) ? MTP_OK : gave_up(run);
}

static mtp_status ask(start *run) {
  switch (tgauth_flow_wants(run->flow)) {
  case TGAUTH_WANT_PHONE:
    return ask_phone(run);
  case TGAUTH_WANT_CODE:
    return ask_code(run);
  case TGAUTH_WANT_PASSWORD:
    return ask_password(run);
  case TGAUTH_WANT_SIGN_UP:
    return ask_sign_up(run);
  case TGAUTH_WANT_EMAIL:
    return ask_email(run);
  case TGAUTH_WANT_EMAIL_CODE:
    return ask_email_code(run);
  case TGAUTH_WANT_PAYMENT:
    return ask_payment(run);
  case TGAUTH_WANT_SCAN:
    return show_qr(run);
  case TGAUTH_WANT_AGAIN: /* that the person has agreed to */
    return sent(run, tgauth_flow_again(run->flow));
  case TGAUTH_WANT_RESTART:
  case TGAUTH_WANT_TIME:
  case TGAUTH_WANT_NOTHING:
    break;
  }
  return MTP_OK;
}

/* ---- the whole ---- */

/* Whether to ask once more after the error in run->error. */
static bool go_on(start *run) {
  run->mistakes++;
  return run->ask->error ? run->ask->error(run->ask->ctx, run->error) : run->mistakes < TRIES;
}

/* What the flow wants now, unless the last answer failed and asking again cannot mend that. */
static mtp_status step(start *run) {
  const mtp_error *error = tgauth_flow_error(run->flow);
  run->changed = false;
  if (!error)
    return ask(run);
  bool given = run->who && tgauth_flow_wants(run->flow) == TGAUTH_WANT_PHONE;
  *run->error = *error;
  return tgauth_flow_mends(run->flow) && !given && go_on(run) ? ask(run) : run->error->status;
}

mtp_status tgauth_start(tgauth *auth, const char *who, const tgauth_start_callbacks *callbacks,
                        mtp_error *error) {
  mtp_error local;
  start run = {auth, callbacks, error ? error : &local, who, NULL, false, 0};
  mtp_status status = tgauth_flow_new(auth, on_change, &run, &run.flow, run.error);
  while (status == MTP_OK && tgauth_flow_wants(run.flow) != TGAUTH_WANT_NOTHING) {
    status = mtp_client_wait(auth->client, &run.changed, -1, run.error);
    if (status == MTP_OK)
      status = step(&run);
  }
  tgauth_flow_free(run.flow);
  return status;
}
