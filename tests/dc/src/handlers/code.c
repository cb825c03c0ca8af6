/* auth.sendCode, resendCode, cancelCode and their like. */
#include "codes.h"
#include "store.h"

bool dc_call_phone(dc_call *call, tl_string phone, char out[24]) {
  if (dc_phone_digits(phone, out))
    return true;
  dc_error(call, 400, "PHONE_NUMBER_INVALID");
  return false;
}

static bool by_token(dc_call *call, dc_user *user, const tg_codeSettings *settings) {
  tg_auth_sentCodeSuccess *success = dc_new(call, sizeof *success);
  if (user == NULL || settings == NULL || success == NULL ||
      !dc_token_known(user, &settings->logout_tokens))
    return false;
  if (user->has_password) { /* the token stands for the code only */
    dc_sign_in_checked(call, user);
    return true;
  }
  dc_login_set(call, user);
  if (!dc_authorization(call, user, &success->authorization))
    return false;
  tg_auth_SentCode answer = tg_auth_sentCodeSuccess_box(success);
  dc_answer(call, &answer);
  return true;
}

/* "payment" as the first type: the code has to be paid for. */
static bool to_be_paid(dc_call *call, dc_code *code, const dc_user *user) {
  const char *type = dc_code_type(code, user, code->step);
  if (type == NULL || strcmp(type, "payment") != 0)
    return false;
  tg_auth_sentCodePaymentRequired payment = {.store_product = TL_STR("sms"),
                                             .phone_code_hash = dc_string(call, code->hash),
                                             .support_email_address = TL_STR("help@example.org"),
                                             .support_email_subject = TL_STR("login"),
                                             .premium_days = 7,
                                             .currency = TL_STR("EUR"),
                                             .amount = 199};
  tg_auth_SentCode answer = tg_auth_sentCodePaymentRequired_box(&payment);
  dc_answer(call, &answer);
  return true;
}

static void answer_sent(dc_call *call, dc_code *code, const dc_user *user) {
  tg_auth_SentCode answer;
  if (!to_be_paid(call, code, user) && dc_code_send(call, code, user, &answer))
    dc_answer(call, &answer);
}

static void send_code(dc_call *call, const void *args) {
  const tg_auth_sendCode *request = args;
  char phone[24];
  if (dc_api_refused(call, request->api_id, request->api_hash) ||
      !dc_call_phone(call, request->phone_number, phone))
    return;
  dc_user *user = dc_user_by_phone(call->dc, phone);
  int home = user != NULL ? user->dc : dc_phone_test_dc(phone);
  if (dc_migrated(call, home, "PHONE_MIGRATE_%d") || by_token(call, user, request->settings))
    return;
  dc_code *code = dc_code_new(call, phone, user);
  if (code != NULL)
    answer_sent(call, code, user);
}

/* The code that a request names by number and hash; NULL: an error was answered. */
static dc_code *named_code(dc_call *call, tl_string number, tl_string hash) {
  char phone[24];
  if (!dc_call_phone(call, number, phone))
    return NULL;
  if (hash.size == 0) {
    dc_error(call, 400, "PHONE_CODE_HASH_EMPTY");
    return NULL;
  }
  dc_code *code = dc_code_find(call->dc, phone, hash);
  if (code == NULL)
    dc_error(call, 400, "PHONE_CODE_EXPIRED");
  return code;
}

static void resend_code(dc_call *call, const void *args) {
  const tg_auth_resendCode *request = args;
  dc_code *code = named_code(call, request->phone_number, request->phone_code_hash);
  if (code == NULL)
    return;
  const dc_user *user = dc_user_by_phone(call->dc, code->phone);
  if (dc_code_type(code, user, code->step + 1) == NULL) {
    dc_error(call, 406, "SEND_CODE_UNAVAILABLE");
    return;
  }
  code->step++;
  code->sent = call->now;
  answer_sent(call, code, user);
}

static void cancel_code(dc_call *call, const void *args) {
  const tg_auth_cancelCode *request = args;
  dc_code *code = named_code(call, request->phone_number, request->phone_code_hash);
  if (code == NULL)
    return;
  dc_code_drop(call->dc, code);
  dc_answer_true(call);
}

static void report_missing(dc_call *call, const void *args) {
  const tg_auth_reportMissingCode *request = args;
  if (named_code(call, request->phone_number, request->phone_code_hash) != NULL)
    dc_answer_true(call);
}

static void request_firebase(dc_call *call, const void *args) {
  const tg_auth_requestFirebaseSms *request = args;
  dc_code *code = named_code(call, request->phone_number, request->phone_code_hash);
  if (code == NULL)
    return;
  dc_outbox(call->dc, "code", "sms", code->phone, code->hash, code->code);
  dc_answer_true(call);
}

/* Paying is believed: the code goes out by the next way. */
static void check_paid(dc_call *call, const void *args) {
  const tg_auth_checkPaidAuth *request = args;
  dc_code *code = named_code(call, request->phone_number, request->phone_code_hash);
  if (code == NULL)
    return;
  const dc_user *user = dc_user_by_phone(call->dc, code->phone);
  const char *type = dc_code_type(code, user, code->step);
  if (type != NULL && strcmp(type, "payment") == 0)
    code->step++;
  answer_sent(call, code, user);
}

const dc_method dc_methods_code[] = {{"auth.sendCode", send_code, DC_ANYONE},
                                     {"auth.resendCode", resend_code, DC_ANYONE},
                                     {"auth.cancelCode", cancel_code, DC_ANYONE},
                                     {"auth.reportMissingCode", report_missing, DC_ANYONE},
                                     {"auth.requestFirebaseSms", request_firebase, DC_ANYONE},
                                     {"auth.checkPaidAuth", check_paid, DC_ANYONE},
                                     {NULL, NULL, 0}};
