/* What auth.sendCode and its kin answer, as a plain struct whose strings live in one arena. */
#include "internal.h"
#include <string.h>
#include <time.h>

typedef struct code_owner {
  tl_arena arena;
  const tl_allocator *allocator;
  tgauth_code code;
  bool failed; /* a copy ran out of memory */
  struct timespec made;
  bool shown;
} code_owner;

static const char *keep(code_owner *owner, tl_string text) {
  const char *copy = tl_arena_copy(&owner->arena, text.data ? text.data : "", text.size);
  if (!copy)
    owner->failed = true;
  return copy ? copy : "";
}

void tgauth_code_free(tgauth_code *code) {
  if (!code)
    return;
  code_owner *owner = code->owner;
  tl_arena_free(&owner->arena);
  tl_free(owner->allocator, owner, sizeof *owner);
}

bool tgauth_code_show_once(const tgauth_code *code) {
  code_owner *owner = code->owner;
  bool first = !owner || !owner->shown;
  if (owner)
    owner->shown = true;
  return first;
}

int32_t tgauth_code_wait(const tgauth_code *code) {
  const code_owner *owner = code->owner;
  struct timespec now;
  if (!owner || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
    return 0;
  int64_t left = code->timeout - ((int64_t)now.tv_sec - owner->made.tv_sec);
  return left > 0 ? (int32_t)left : 0;
}

static void set_email(code_owner *owner, const tg_auth_sentCodeTypeEmailCode *type) {
  tgauth_code *code = &owner->code;
  code->type = TGAUTH_BY_EMAIL;
  code->length = type->length;
  code->pattern = keep(owner, type->email_pattern);
  code->apple_allowed = type->apple_signin_allowed;
  code->google_allowed = type->google_signin_allowed;
#ifdef TG_HAS_auth_sentCodeTypeEmailCode_reset_available_period
  code->email_reset_available = type->has_reset_available_period ? type->reset_available_period : 0;
  code->email_reset_pending = type->has_reset_pending_date ? type->reset_pending_date : 0;
#endif
}

static void set_email_setup(tgauth_code *code, const tg_auth_sentCodeTypeSetUpEmailRequired *type) {
  code->type = TGAUTH_BY_EMAIL_SETUP;
  code->apple_allowed = type->apple_signin_allowed;
  code->google_allowed = type->google_signin_allowed;
}

static void set_by(tgauth_code *code, tgauth_delivery type, int32_t length) {
  code->type = type;
  code->length = length;
}

static void set_type(code_owner *owner, tg_auth_SentCodeType type) {
  tgauth_code *code = &owner->code;
  switch (type.kind) {
  case TG_auth_sentCodeTypeApp:
    set_by(code, TGAUTH_BY_APP, type.auth_sentCodeTypeApp->length);
    break;
  case TG_auth_sentCodeTypeSms:
    set_by(code, TGAUTH_BY_SMS, type.auth_sentCodeTypeSms->length);
    break;
  case TG_auth_sentCodeTypeCall:
    set_by(code, TGAUTH_BY_CALL, type.auth_sentCodeTypeCall->length);
    break;
  case TG_auth_sentCodeTypeFlashCall:
    set_by(code, TGAUTH_BY_FLASH_CALL, 0);
    code->pattern = keep(owner, type.auth_sentCodeTypeFlashCall->pattern);
    break;
  case TG_auth_sentCodeTypeMissedCall:
    set_by(code, TGAUTH_BY_MISSED_CALL, type.auth_sentCodeTypeMissedCall->length);
    code->prefix = keep(owner, type.auth_sentCodeTypeMissedCall->prefix);
    break;
  case TG_auth_sentCodeTypeEmailCode:
    set_email(owner, type.auth_sentCodeTypeEmailCode);
    break;
  case TG_auth_sentCodeTypeSetUpEmailRequired:
    set_email_setup(code, type.auth_sentCodeTypeSetUpEmailRequired);
    break;
#ifdef TG_ID_auth_sentCodeTypeFragmentSms
  case TG_auth_sentCodeTypeFragmentSms:
    set_by(code, TGAUTH_BY_FRAGMENT, type.auth_sentCodeTypeFragmentSms->length);
    code->url = keep(owner, type.auth_sentCodeTypeFragmentSms->url);
    break;
#endif
#ifdef TG_ID_auth_sentCodeTypeFirebaseSms
  case TG_auth_sentCodeTypeFirebaseSms:
    set_by(code, TGAUTH_BY_FIREBASE, type.auth_sentCodeTypeFirebaseSms->length);
    break;
#endif
#ifdef TG_ID_auth_sentCodeTypeSmsWord /* not in older layers */
  case TG_auth_sentCodeTypeSmsWord:
    set_by(code, TGAUTH_BY_WORD, 0);
    code->beginning = keep(owner, type.auth_sentCodeTypeSmsWord->beginning);
    break;
  case TG_auth_sentCodeTypeSmsPhrase:
    set_by(code, TGAUTH_BY_PHRASE, 0);
    code->beginning = keep(owner, type.auth_sentCodeTypeSmsPhrase->beginning);
    break;
#endif
  case TG_auth_SentCodeType_none:
    break;
  }
}

static tgauth_delivery next_of(tg_auth_CodeType type) {
  switch (type.kind) {
  case TG_auth_codeTypeSms:
    return TGAUTH_BY_SMS;
  case TG_auth_codeTypeCall:
    return TGAUTH_BY_CALL;
  case TG_auth_codeTypeFlashCall:
    return TGAUTH_BY_FLASH_CALL;
  case TG_auth_codeTypeMissedCall:
    return TGAUTH_BY_MISSED_CALL;
#ifdef TG_ID_auth_codeTypeFragmentSms
  case TG_auth_codeTypeFragmentSms:
    return TGAUTH_BY_FRAGMENT;
#endif
  case TG_auth_CodeType_none:
    break;
  }
  return TGAUTH_BY_NONE;
}

static void set_sent(code_owner *owner, const tg_auth_sentCode *sent) {
  owner->code.hash = keep(owner, sent->phone_code_hash);
  owner->code.next_type = next_of(sent->next_type);
  owner->code.timeout = sent->has_timeout ? sent->timeout : 0;
  set_type(owner, sent->type);
}

#ifdef TG_ID_auth_sentCodePaymentRequired /* not in older layers */
static void set_payment(code_owner *owner, const tg_auth_sentCodePaymentRequired *payment) {
  owner->code.payment_required = true;
  owner->code.hash = keep(owner, payment->phone_code_hash);
  owner->code.store_product = keep(owner, payment->store_product);
#ifdef TG_HAS_auth_sentCodePaymentRequired_support_email_address
  owner->code.support_email = keep(owner, payment->support_email_address);
  owner->code.support_subject = keep(owner, payment->support_email_subject);
#endif
#ifdef TG_HAS_auth_sentCodePaymentRequired_premium_days
  owner->code.premium_days = payment->premium_days;
#endif
#ifdef TG_HAS_auth_sentCodePaymentRequired_currency
  owner->code.currency = keep(owner, payment->currency);
  owner->code.amount = payment->amount;
#endif
}
#endif

#ifdef TG_HAS_auth_SentCode_kind
static mtp_status fill(tgauth *auth, code_owner *owner, tg_auth_SentCode sent, mtp_error *error) {
  tgauth_step step;
  switch (sent.kind) {
  case TG_auth_sentCode:
    set_sent(owner, sent.auth_sentCode);
    return MTP_OK;
#ifdef TG_ID_auth_sentCodePaymentRequired
  case TG_auth_sentCodePaymentRequired:
    set_payment(owner, sent.auth_sentCodePaymentRequired);
    return MTP_OK;
#endif
  case TG_auth_sentCodeSuccess: {
    mtp_status status = tgauth_accept(auth, sent.auth_sentCodeSuccess->authorization, &step, error);
    owner->code.signed_in = status == MTP_OK && step == TGAUTH_DONE;
    return status;
  }
  case TG_auth_SentCode_none:
    break;
  }
  return tgauth_fail(error, MTP_ERR_PROTOCOL,
                     "the server's answer about the code is of an unknown kind");
}
#else
static mtp_status fill(tgauth *auth, code_owner *owner, tg_auth_SentCode sent, mtp_error *error) {
  (void)auth;
  (void)error;
  set_sent(owner, sent);
  return MTP_OK;
}
#endif

mtp_status tgauth_code_new(tgauth *auth, const char *phone, const char *hash, tgauth_delivery type,
                           tgauth_code **out, mtp_error *error) {
  *out = NULL;
  code_owner *owner = tl_alloc_zero(auth->allocator, sizeof *owner);
  if (!owner)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tgauth_code *code = &owner->code;
  owner->allocator = auth->allocator;
  tl_arena_init(&owner->arena, auth->allocator, 0);
  code->owner = owner;
  code->pattern = code->prefix = code->url = code->beginning = "";
  code->store_product = code->support_email = code->support_subject = code->currency = "";
  code->phone = keep(owner, tl_string_of(phone));
  code->hash = keep(owner, tl_string_of(hash));
  code->type = type;
  code->sent_at = mtp_client_server_time(auth->client);
  (void)clock_gettime(CLOCK_MONOTONIC, &owner->made);
  if (owner->failed) {
    tgauth_code_free(code);
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  *out = code;
  return MTP_OK;
}

mtp_status tgauth_code_make(tgauth *auth, const char *phone, tg_auth_SentCode sent,
                            tgauth_code **out, mtp_error *error) {
  mtp_status status = tgauth_code_new(auth, phone, "", TGAUTH_BY_NONE, out, error);
  if (status != MTP_OK)
    return status;
  code_owner *owner = (*out)->owner;
  status = fill(auth, owner, sent, error);
  if (status == MTP_OK && owner->failed)
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  if (status != MTP_OK) {
    tgauth_code_free(*out);
    *out = NULL;
  }
  return status;
}
