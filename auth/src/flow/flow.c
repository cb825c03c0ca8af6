/* A flow of signing in: begun, answered, given up. */
#include "flow.h"
#include <openssl/crypto.h>
#include <string.h>

static void on_end(tgauth_task *task) {
  tgauth_flow_settle((tgauth_flow *)task);
}

static void release(tgauth_flow *flow) {
  const tl_allocator *allocator = flow->task.auth->allocator;
  tgauth_flow_forget(flow);
  tgauth_task_clear(&flow->task);
  OPENSSL_cleanse(flow, sizeof *flow);
  tl_free(allocator, flow, sizeof *flow);
}

static void on_drop(tgauth_task *task) {
  release((tgauth_flow *)task);
}

static mtp_status begin(tgauth_flow *flow) {
  flow->want = flow->asked = TGAUTH_WANT_TIME;
  return tgauth_flow_go(flow, tgauth_begin_who(&flow->task), tgauth_flow_after_who);
}

mtp_status tgauth_flow_new(tgauth *auth, tgauth_flow_changed changed, void *ctx, tgauth_flow **out,
                           mtp_error *error) {
  *out = NULL;
  tgauth_flow *flow = tl_alloc_zero(auth->allocator, sizeof *flow);
  if (!flow)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tgauth_task_init(&flow->task, auth);
  flow->task.ended = on_end;
  flow->changed = changed;
  flow->ctx = ctx;
  mtp_status status = begin(flow);
  if (status == MTP_OK) {
    *out = flow;
    return MTP_OK;
  }
  if (error)
    *error = flow->error;
  release(flow);
  return status;
}

void tgauth_flow_free(tgauth_flow *flow) {
  if (!flow)
    return;
  if (flow->scanning)
    tgauth_end_scan(&flow->task);
  if (!flow->task.call) {
    release(flow);
    return;
  }
  flow->task.dropped = on_drop; /* it comes to its end in the client, and takes the flow along */
  tgauth_task_cancel(&flow->task);
}

/* ---- answers ---- */

static mtp_status refuse(tgauth_flow *flow, const char *what) {
  return tgauth_flow_go(flow, tgauth_fail(&flow->task.error, MTP_ERR_ARGUMENT, "%s", what), NULL);
}

static mtp_status not_wanted(tgauth_flow *flow) {
  if (flow->task.call) /* what is under way goes on */
    return MTP_ERR_ARGUMENT;
  return refuse(flow, "that is not what is wanted");
}

static mtp_status answer_qr(tgauth_flow *flow) {
  tgauth_qr_free(flow->qr);
  flow->qr = tgauth_qr_new(NULL, 0);
  mtp_status begun = flow->qr ? tgauth_begin_qr(&flow->task, flow->qr)
                              : tgauth_fail(&flow->task.error, MTP_ERR_NOMEM, "out of memory");
  return tgauth_flow_go(flow, begun, tgauth_flow_after_qr);
}

static mtp_status answer_phone(tgauth_flow *flow, const char *text) {
  tl_string word = tgauth_trimmed(text);
  tgauth_flow_forget(flow);
  if (word.size == 2 && memcmp(word.data, "qr", 2) == 0)
    return answer_qr(flow);
  if (strchr(text, ':'))
    return tgauth_flow_go(flow, tgauth_begin_bot(&flow->task, text), tgauth_flow_after_all);
  return tgauth_flow_go(flow, tgauth_begin_code(&flow->task, text, NULL), tgauth_flow_after_code);
}

static mtp_status answer_password(tgauth_flow *flow, const char *text) {
  size_t size = strlen(text);
  if (size >= sizeof flow->password)
    return refuse(flow, "the password is too long");
  memcpy(flow->password, text, size + 1);
  tgauth_secret secret = {flow->password, size, NULL};
  return tgauth_flow_go(flow, tgauth_begin_check_password(&flow->task, &secret),
                        tgauth_flow_after_all);
}

mtp_status tgauth_flow_answer(tgauth_flow *flow, const char *text) {
  tgauth_task *task = &flow->task;
  switch (flow->want) {
  case TGAUTH_WANT_PHONE:
    return answer_phone(flow, text);
  case TGAUTH_WANT_CODE:
    return tgauth_flow_go(flow, tgauth_begin_sign_in(task, flow->code, text),
                          tgauth_flow_after_sign_in);
  case TGAUTH_WANT_PASSWORD:
    return answer_password(flow, text);
  case TGAUTH_WANT_EMAIL:
    return tgauth_flow_go(flow, tgauth_begin_email(task, flow->code, text),
                          tgauth_flow_after_email);
  case TGAUTH_WANT_EMAIL_CODE:
    return tgauth_flow_go(flow, tgauth_begin_verify_email(task, flow->code, text),
                          tgauth_flow_after_code);
  default:
    return not_wanted(flow);
  }
}

mtp_status tgauth_flow_secret(tgauth_flow *flow, const uint8_t hash[32]) {
  if (flow->want != TGAUTH_WANT_PASSWORD)
    return not_wanted(flow);
  memcpy(flow->hash, hash, sizeof flow->hash);
  tgauth_secret secret = {NULL, 0, flow->hash};
  return tgauth_flow_go(flow, tgauth_begin_check_password(&flow->task, &secret),
                        tgauth_flow_after_all);
}

mtp_status tgauth_flow_sign_up(tgauth_flow *flow, const char *first, const char *last) {
  if (flow->want != TGAUTH_WANT_SIGN_UP)
    return not_wanted(flow);
  return tgauth_flow_go(flow, tgauth_begin_sign_up(&flow->task, flow->code, first, last),
                        tgauth_flow_after_all);
}

mtp_status tgauth_flow_paid(tgauth_flow *flow, int64_t form_id) {
  if (flow->want != TGAUTH_WANT_PAYMENT)
    return not_wanted(flow);
  return tgauth_flow_go(flow, tgauth_begin_check_paid(&flow->task, flow->code, form_id),
                        tgauth_flow_after_code);
}

mtp_status tgauth_flow_reset_email(tgauth_flow *flow) {
  if (flow->want != TGAUTH_WANT_CODE || flow->code->type != TGAUTH_BY_EMAIL)
    return not_wanted(flow);
  return tgauth_flow_go(flow, tgauth_begin_reset_email(&flow->task, flow->code),
                        tgauth_flow_after_code);
}

mtp_status tgauth_flow_again(tgauth_flow *flow) {
  switch (flow->want) {
  case TGAUTH_WANT_CODE:
    return tgauth_flow_go(flow, tgauth_begin_resend(&flow->task, flow->code),
                          tgauth_flow_after_code);
  case TGAUTH_WANT_AGAIN:
    return tgauth_flow_go(flow, tgauth_begin_code(&flow->task, flow->code->phone, NULL),
                          tgauth_flow_after_code);
  case TGAUTH_WANT_RESTART:
    tgauth_flow_forget(flow);
    return begin(flow);
  default:
    return not_wanted(flow);
  }
}

void tgauth_flow_back(tgauth_flow *flow) {
  if (flow->want == TGAUTH_WANT_NOTHING || flow->want == TGAUTH_WANT_RESTART)
    return;
  if (flow->task.call) {
    flow->going_back = true;
    flow->want = TGAUTH_WANT_TIME;
    tgauth_task_cancel(&flow->task);
    return;
  }
  tgauth_flow_forget(flow);
  flow->failed = flow->mends = false;
  tgauth_flow_want(flow, TGAUTH_WANT_PHONE);
}
