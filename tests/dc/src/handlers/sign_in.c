/* auth.signIn and auth.signUp (LG-2). */
#include "codes.h"
#include "store.h"

#define MOST_WRONG 10

static bool right_code(const dc_call *call, const dc_code *code, const tg_auth_signIn *request) {
  (void)call;
  if (request->phone_code.data != NULL)
    return dc_same(request->phone_code, code->code);
  return request->email_verification.kind == TG_emailVerificationCode &&
         dc_same(request->email_verification.emailVerificationCode->code, code->code);
}

static dc_code *checked_code(dc_call *call, const tg_auth_signIn *request) {
  char phone[24];
  if (!dc_call_phone(call, request->phone_number, phone))
    return NULL;
  bool none = request->phone_code.data == NULL && request->email_verification.kind == 0;
  if (request->phone_code.data != NULL && request->email_verification.kind != 0) {
    dc_error(call, 400, "INPUT_REQUEST_INVALID"); /* one of the two, never both */
    return NULL;
  }
  if (none || (request->phone_code.data != NULL && request->phone_code.size == 0)) {
    dc_error(call, 400, "PHONE_CODE_EMPTY");
    return NULL;
  }
  dc_code *code = dc_code_find(call->dc, phone, request->phone_code_hash);
  if (code == NULL) {
    dc_error(call, 400,
             request->phone_code_hash.size == 0 ? "PHONE_CODE_HASH_EMPTY" : "PHONE_CODE_EXPIRED");
    return NULL;
  }
  if (right_code(call, code, request))
    return code;
  if (++code->wrong >= MOST_WRONG)
    dc_code_drop(call->dc, code);
  dc_error(call, 400, request->phone_code.data != NULL ? "PHONE_CODE_INVALID" : "CODE_INVALID");
  return NULL;
}

static const char terms_id[] = "{\"country\":\"US\",\"min_age\":false}";

static void sign_up_required(dc_call *call) {
  tg_dataJSON id = {.data = tl_string_of(terms_id)};
  tg_help_termsOfService terms = {.id = &id,
                                  .text = TL_STR("Be kind. This is a test data centre."),
                                  .entities = {.items = (const void *)tl_empty}};
  tg_auth_authorizationSignUpRequired required = {.terms_of_service = &terms};
  tg_auth_Authorization answer = tg_auth_authorizationSignUpRequired_box(&required);
  dc_answer(call, &answer);
}

static void sign_in(dc_call *call, const void *args) {
  dc_code *code = checked_code(call, args);
  if (code == NULL)
    return;
  dc_user *user = dc_user_by_phone(call->dc, code->phone);
  if (user == NULL && !call->dc->allow_sign_up) {
    dc_error(call, 400, "PHONE_NUMBER_UNOCCUPIED");
  } else if (user == NULL) {
    code->confirmed = true;
    sign_up_required(call);
  } else {
    dc_code_drop(call->dc, code);
    dc_sign_in_checked(call, user);
  }
}

static void sign_up(dc_call *call, const void *args) {
  const tg_auth_signUp *request = args;
  char phone[24];
  if (!dc_call_phone(call, request->phone_number, phone))
    return;
  dc_code *code = dc_code_find(call->dc, phone, request->phone_code_hash);
  if (code == NULL) {
    dc_error(call, 400, "PHONE_CODE_EXPIRED");
    return;
  }
  if (!code->confirmed || request->first_name.size == 0 || request->first_name.size > 64) {
    dc_error(call, 400, code->confirmed ? "FIRSTNAME_INVALID" : "PHONE_CODE_INVALID");
    return;
  }
  if (dc_user_by_phone(call->dc, phone) != NULL) {
    dc_error(call, 400, "PHONE_NUMBER_OCCUPIED");
    return;
  }
  dc_user *user = dc_user_new(call->dc, call->dc->next_user_id);
  if (user == NULL)
    return;
  call->dc->next_user_id++;
  DC_COPYZ(user->phone, phone);
  DC_COPY(user->first_name, request->first_name);
  DC_COPY(user->last_name, request->last_name);
  user->dc = call->dc->n_centers > 1 ? call->key->dc : 0;
  dc_store_user(call->dc, user);
  dc_code_drop(call->dc, code);
  dc_sign_in(call, user);
}

static void accept_terms(dc_call *call, const void *args) {
  const tg_help_acceptTermsOfService *request = args;
  if (dc_same(request->id->data, terms_id))
    dc_answer_true(call);
  else
    dc_error(call, 400, "DATA_JSON_INVALID");
}

const dc_method dc_methods_sign_in[] = {
    {"auth.signIn", sign_in, DC_ANYONE},
    {"auth.signUp", sign_up, DC_ANYONE},
    {"help.acceptTermsOfService", accept_terms, DC_USER},
    {NULL, NULL, 0},
};
