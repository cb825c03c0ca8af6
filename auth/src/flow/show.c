/* What a flow says of itself. */
#include "flow.h"
#include <stdio.h>

tgauth_want tgauth_flow_wants(const tgauth_flow *flow) {
  return flow->want;
}

const mtp_error *tgauth_flow_error(const tgauth_flow *flow) {
  return flow->failed ? &flow->error : NULL;
}

bool tgauth_flow_mends(const tgauth_flow *flow) {
  return flow->failed && flow->mends;
}

const tgauth_code *tgauth_flow_code(const tgauth_flow *flow) {
  return flow->code;
}

const char *tgauth_flow_hint(const tgauth_flow *flow) {
  return flow->info ? flow->info->hint : "";
}

const char *tgauth_flow_email(const tgauth_flow *flow, int32_t *length) {
  if (length)
    *length = flow->length;
  return flow->pattern ? flow->pattern : "";
}

const tgauth_qr *tgauth_flow_qr(const tgauth_flow *flow) {
  return flow->qr;
}

const char *tgauth_flow_url(const tgauth_flow *flow) {
  return flow->qr ? tgauth_qr_url(flow->qr) : "";
}

static const struct {
  const char *name, *prompt;
} wants[] = {
    [TGAUTH_WANT_TIME] = {"time", "Asking the server ..."},
    [TGAUTH_WANT_PHONE] = {"phone", "Phone number, bot token, or qr"},
    [TGAUTH_WANT_CODE] = {"code", "Code"},
    [TGAUTH_WANT_PASSWORD] = {"password", "2FA password"},
    [TGAUTH_WANT_SIGN_UP] = {"sign up", "There is no account with this number yet. Your name"},
    [TGAUTH_WANT_EMAIL] = {"email", "A login e-mail has to be set up. Address"},
    [TGAUTH_WANT_EMAIL_CODE] = {"email code", "Code in the mail"},
    [TGAUTH_WANT_PAYMENT] = {"payment", "The code has to be paid for"},
    [TGAUTH_WANT_SCAN] = {"scan",
                          "Scan this in Telegram: Settings > Devices > Link Desktop Device"},
    [TGAUTH_WANT_AGAIN] = {"again", "The code is void. Send another?"},
    [TGAUTH_WANT_RESTART] = {"restart", "It failed. Begin again?"},
    [TGAUTH_WANT_NOTHING] = {"nothing", "Signed in"},
};

const char *tgauth_want_name(tgauth_want want) {
  return (size_t)want < sizeof wants / sizeof wants[0] ? wants[want].name : "?";
}

char *tgauth_flow_prompt(const tgauth_flow *flow, char *out, size_t size) {
  const char *plain = wants[flow->want].prompt;
  if (flow->code && (flow->want == TGAUTH_WANT_CODE || flow->want == TGAUTH_WANT_PAYMENT))
    return tgauth_explain(flow->code, out, size);
  if (flow->want == TGAUTH_WANT_PASSWORD && *tgauth_flow_hint(flow))
    (void)snprintf(out, size, "%s (hint: %s)", plain, tgauth_flow_hint(flow));
  else if (flow->want == TGAUTH_WANT_EMAIL_CODE && flow->pattern)
    (void)snprintf(out, size, "%s (%d digits, sent to %s)", plain, (int)flow->length,
                   flow->pattern);
  else
    (void)snprintf(out, size, "%s", plain);
  return out;
}
