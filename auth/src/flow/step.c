/* How a flow goes on: a step begins, ends well or not, and something else is wanted. */
#include "flow.h"
#include <openssl/crypto.h>
#include <string.h>

#define BIT(want) (1u << (want))
/* While there is a code: those have the same remedies. */
#define CODES                                                                                      \
  (BIT(TGAUTH_WANT_CODE) | BIT(TGAUTH_WANT_EMAIL) | BIT(TGAUTH_WANT_EMAIL_CODE) |                  \
   BIT(TGAUTH_WANT_PAYMENT))

/* Mistakes of a person, and what they were the answer to. */
static const struct {
  tg_err name;
  unsigned wants;
} mistakes[] = {
    {TG_ERR_PHONE_NUMBER_INVALID, BIT(TGAUTH_WANT_PHONE)},
    {TG_ERR_ACCESS_TOKEN_INVALID, BIT(TGAUTH_WANT_PHONE)},
    {TG_ERR_ACCESS_TOKEN_EXPIRED, BIT(TGAUTH_WANT_PHONE)},
    {TG_ERR_PHONE_CODE_INVALID, CODES},
    {TG_ERR_PHONE_CODE_EMPTY, CODES},
    {TG_ERR_CODE_INVALID, CODES},
    {TG_ERR_EMAIL_INVALID, CODES},
    {TG_ERR_EMAIL_NOT_ALLOWED, CODES},
    {TG_ERR_EMAIL_VERIFY_EXPIRED, CODES},
    {TG_ERR_SEND_CODE_UNAVAILABLE, CODES},
    {TG_ERR_PASSWORD_HASH_INVALID, BIT(TGAUTH_WANT_PASSWORD)},
    {TG_ERR_SRP_ID_INVALID, BIT(TGAUTH_WANT_PASSWORD)},
    {TG_ERR_SRP_PASSWORD_CHANGED, BIT(TGAUTH_WANT_PASSWORD)},
    {TG_ERR_FIRSTNAME_INVALID, BIT(TGAUTH_WANT_SIGN_UP)},
    {TG_ERR_LASTNAME_INVALID, BIT(TGAUTH_WANT_SIGN_UP)},
};

static bool can_mend(tgauth_want asked, const mtp_error *error) {
  if (error->status == MTP_ERR_ARGUMENT)
    return asked == TGAUTH_WANT_PHONE;
  for (size_t i = 0; error->status == MTP_ERR_RPC && i < sizeof mistakes / sizeof *mistakes; i++)
    if (mistakes[i].name == error->rpc)
      return (mistakes[i].wants & BIT(asked)) != 0;
  return false;
}

/* What only a new auth.sendCode can mend, which is up to the person (ER-5). */
static bool is_void(const tgauth_flow *flow) {
  const mtp_error *error = &flow->error;
  bool answered = flow->code && flow->asked != TGAUTH_WANT_AGAIN;
  return answered && error->status == MTP_ERR_RPC &&
         (error->rpc == TG_ERR_PHONE_CODE_EXPIRED || error->rpc == TG_ERR_AUTH_RESTART ||
          error->rpc == TG_ERR_AUTH_RESTART_X);
}

/* What is wanted after a failure. */
static tgauth_want back_to(const tgauth_flow *flow) {
  const mtp_error *error = &flow->error;
  if (error->status == MTP_ERR_KEY_LOST)
    return TGAUTH_WANT_RESTART;
  switch (flow->asked) {
  case TGAUTH_WANT_TIME:
    return TGAUTH_WANT_RESTART;
  case TGAUTH_WANT_SCAN:
    return TGAUTH_WANT_PHONE;
  case TGAUTH_WANT_EMAIL_CODE: /* anything but a wrong code: the mail is void */
    return error->status == MTP_ERR_RPC && error->rpc != TG_ERR_CODE_INVALID
               ? TGAUTH_WANT_EMAIL
               : TGAUTH_WANT_EMAIL_CODE;
  default:
    return flow->asked;
  }
}

static void note(tgauth_flow *flow, const mtp_error *error) {
  flow->failed = true;
  flow->error = *error;
  flow->mends = can_mend(flow->asked, error);
}

static void wipe(tgauth_flow *flow) {
  OPENSSL_cleanse(flow->password, sizeof flow->password);
  OPENSSL_cleanse(flow->hash, sizeof flow->hash);
}

static void fail(tgauth_flow *flow, const mtp_error *error) {
  wipe(flow);
  note(flow, error);
  bool again = is_void(flow);
  flow->mends = flow->mends || again;
  tgauth_flow_want(flow, again ? TGAUTH_WANT_AGAIN : back_to(flow));
}

void tgauth_flow_want(tgauth_flow *flow, tgauth_want want) {
  mtp_error error;
  flow->want = want;
  if (want == TGAUTH_WANT_RESTART || tgauth_save(flow->task.auth, &error) == MTP_OK)
    return;
  note(flow, &error);
  flow->want = TGAUTH_WANT_RESTART;
}

mtp_status tgauth_flow_go(tgauth_flow *flow, mtp_status begun, void (*next)(tgauth_flow *flow)) {
  if (flow->want != TGAUTH_WANT_TIME)
    flow->asked = flow->want;
  if (begun != MTP_OK) {
    fail(flow, &flow->task.error);
    return begun;
  }
  flow->failed = flow->mends = false;
  flow->next = next;
  flow->want = TGAUTH_WANT_TIME;
  return MTP_OK;
}

void tgauth_flow_forget(tgauth_flow *flow) {
  tgauth_code_free(flow->code);
  tgauth_password_info_free(flow->info);
  tgauth_qr_free(flow->qr);
  tgauth_string_free(flow->pattern);
  flow->code = NULL;
  flow->info = NULL;
  flow->qr = NULL;
  flow->pattern = NULL;
  flow->length = 0;
}

void tgauth_flow_settle(tgauth_flow *flow) {
  if (flow->scanning)
    tgauth_end_scan(&flow->task);
  flow->scanning = false;
  flow->want = TGAUTH_WANT_TIME;
  wipe(flow);
  if (flow->going_back && flow->task.status != MTP_OK) {
    flow->going_back = flow->task.cancelled = false;
    tgauth_flow_forget(flow);
    tgauth_flow_want(flow, TGAUTH_WANT_PHONE);
  } else if (flow->task.status == MTP_OK) {
    flow->going_back = flow->task.cancelled = false;
    flow->next(flow);
  } else {
    fail(flow, &flow->task.error);
  }
  if (flow->want != TGAUTH_WANT_TIME && flow->changed)
    flow->changed(flow->ctx, flow);
}
