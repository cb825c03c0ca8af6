/* What is wanted after a step of a flow that ended well. */
#include "flow.h"

void tgauth_flow_after_all(tgauth_flow *flow) {
  tgauth_flow_forget(flow);
  tgauth_flow_want(flow, TGAUTH_WANT_NOTHING);
}

void tgauth_flow_after_who(tgauth_flow *flow) {
  if (flow->task.authorized)
    tgauth_flow_after_all(flow);
  else
    tgauth_flow_want(flow, TGAUTH_WANT_PHONE);
}

/* ---- password ---- */

static void after_hint(tgauth_flow *flow) {
  tgauth_password_info_free(flow->info);
  flow->info = flow->task.info;
  flow->task.info = NULL;
  tgauth_flow_want(flow, TGAUTH_WANT_PASSWORD);
}

/* The hint comes first. Without it the password is wanted all the same: the code is spent. */
static void go_to_password(tgauth_flow *flow) {
  flow->asked = TGAUTH_WANT_PASSWORD;
  (void)tgauth_flow_go(flow, tgauth_begin_password_info(&flow->task), after_hint);
}

/* ---- code ---- */

static tgauth_want want_of(const tgauth_code *code) {
  if (code->payment_required)
    return TGAUTH_WANT_PAYMENT;
  return code->type == TGAUTH_BY_EMAIL_SETUP ? TGAUTH_WANT_EMAIL : TGAUTH_WANT_CODE;
}

void tgauth_flow_after_code(tgauth_flow *flow) {
  tgauth_code_free(flow->code);
  flow->code = flow->task.code;
  flow->task.code = NULL;
  if (flow->code->signed_in)
    tgauth_flow_after_all(flow);
  else if (flow->code->password_needed)
    go_to_password(flow);
  else
    tgauth_flow_want(flow, want_of(flow->code));
}

void tgauth_flow_after_sign_in(tgauth_flow *flow) {
  switch (flow->task.step) {
  case TGAUTH_DONE:
    tgauth_flow_after_all(flow);
    break;
  case TGAUTH_PASSWORD_NEEDED:
    go_to_password(flow);
    break;
  case TGAUTH_SIGN_UP_NEEDED:
    tgauth_flow_want(flow, TGAUTH_WANT_SIGN_UP);
    break;
  }
}

void tgauth_flow_after_email(tgauth_flow *flow) {
  tgauth_string_free(flow->pattern);
  flow->pattern = flow->task.pattern;
  flow->length = flow->task.length;
  flow->task.pattern = NULL;
  tgauth_flow_want(flow, TGAUTH_WANT_EMAIL_CODE);
}

/* ---- QR code ---- */

/* Shown; asked for again when it was scanned or has expired. */
static void go_to_scan(tgauth_flow *flow) {
  flow->asked = TGAUTH_WANT_SCAN;
  flow->scanning = true;
  mtp_status begun = tgauth_begin_scan(&flow->task, flow->qr);
  if (begun != MTP_OK) {
    tgauth_end_scan(&flow->task);
    flow->scanning = false;
  }
  if (tgauth_flow_go(flow, begun, tgauth_flow_after_qr) == MTP_OK)
    tgauth_flow_want(flow, TGAUTH_WANT_SCAN);
}

void tgauth_flow_after_qr(tgauth_flow *flow) {
  switch (flow->task.result) {
  case TGAUTH_QR_DONE:
    tgauth_flow_after_all(flow);
    break;
  case TGAUTH_QR_PASSWORD_NEEDED:
    go_to_password(flow);
    break;
  case TGAUTH_QR_RENEWED:
  case TGAUTH_QR_TIMEOUT:
    go_to_scan(flow);
    break;
  }
}
