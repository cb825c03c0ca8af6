/* auth.sendCode and what belongs to it: where a code goes, and how the client is told (LG-1). */
#include <stdlib.h>

#include "codes.h"
#include "store.h"

static const char *const usual_types[] = {"app", "sms", "call", NULL};

const char *dc_code_type(const dc_code *code, const dc_user *user, int step) {
  (void)code;
  if (user != NULL && user->n_types > 0)
    return step < user->n_types ? user->types[step] : NULL;
  return step < 3 ? usual_types[step] : NULL;
}

dc_code *dc_code_find(tgdc *dc, const char *phone, tl_string hash) {
  dc_code *code = dc->codes;
  while (code != NULL && (strcmp(code->phone, phone) != 0 || !dc_same(hash, code->hash)))
    code = code->next;
  return code != NULL && code->sent + dc->code_lifetime > dc_unix(dc) ? code : NULL;
}

void dc_code_drop(tgdc *dc, dc_code *code) {
  dc_code **at = &dc->codes;
  while (*at != code)
    at = &(*at)->next;
  *at = code->next;
  free(code);
}

static void drop_of_key(tgdc *dc, const char *phone, int64_t key_id) {
  for (dc_code *code = dc->codes, *next; code != NULL; code = next) {
    next = code->next;
    if (code->key_id == key_id && strcmp(code->phone, phone) == 0)
      dc_code_drop(dc, code);
  }
}

/* The fixed code of the account, the one of a test number (LG-8), or five random digits. */
static bool choose(tgdc *dc, dc_code *code, const dc_user *user) {
  int test = dc_phone_test_dc(code->phone);
  uint8_t random[5];
  if (user != NULL && user->fixed_code) {
    DC_COPYZ(code->code, user->code);
    return true;
  }
  if (!dc_random(dc, random, sizeof random))
    return false;
  for (size_t i = 0; i < sizeof random; i++)
    code->code[i] = (char)(test != 0 ? '0' + test : '0' + random[i] % 10);
  code->code[sizeof random] = 0;
  return true;
}

dc_code *dc_code_new(dc_call *call, const char *phone, const dc_user *user) {
  drop_of_key(call->dc, phone, call->perm->key.id);
  dc_code *code = calloc(1, sizeof *code);
  if (code == NULL)
    return NULL;
  DC_COPYZ(code->phone, phone);
  code->key_id = call->perm->key.id;
  code->sent = call->now;
  if (!dc_random_hex(call->dc, code->hash, 19) || !choose(call->dc, code, user)) {
    free(code);
    return NULL;
  }
  code->next = call->dc->codes;
  call->dc->codes = code;
  return code;
}

const char *tgdc_last_code(const tgdc *dc, const char *phone) {
  char digits[24];
  const dc_code *code = dc_phone_digits(tl_string_of(phone), digits) ? dc->codes : NULL;
  while (code != NULL && strcmp(code->phone, digits) != 0)
    code = code->next;
  return code == NULL ? "" : code->code;
}

tl_string dc_email_pattern(dc_call *call, const char *email) {
  char pattern[DC_TEXT];
  const char *at = strchr(email, '@'), *dot = strrchr(email, '.');
  if (at == NULL || dot == NULL || dot < at)
    return dc_string(call, "***");
  snprintf(pattern, sizeof pattern, "%c***@%c***%.16s", email[0], at[1], dot);
  return dc_string(call, pattern);
}

static bool code_type(const char *type, tg_auth_CodeType *out) {
  static const tg_auth_codeTypeSms sms;
  static const tg_auth_codeTypeCall call;
  static const tg_auth_codeTypeFlashCall flash_call;
  static const tg_auth_codeTypeMissedCall missed_call;
  static const tg_auth_codeTypeFragmentSms fragment;
  if (strcmp(type, "call") == 0)
    *out = tg_auth_codeTypeCall_box(&call);
  else if (strcmp(type, "flash_call") == 0)
    *out = tg_auth_codeTypeFlashCall_box(&flash_call);
  else if (strcmp(type, "missed_call") == 0)
    *out = tg_auth_codeTypeMissedCall_box(&missed_call);
  else if (strcmp(type, "fragment") == 0)
    *out = tg_auth_codeTypeFragmentSms_box(&fragment);
  else if (strcmp(type, "app") != 0 && strcmp(type, "email") != 0 &&
           strcmp(type, "setup_email") != 0)
    *out = tg_auth_codeTypeSms_box(&sms);
  else
    return false;
  return true;
}

static tg_auth_SentCodeType email_type(dc_call *call, const dc_code *code, const dc_user *user) {
  tg_auth_SentCodeType none = {0};
  tg_auth_sentCodeTypeEmailCode *email = dc_new(call, sizeof *email);
  if (email == NULL)
    return none;
  email->email_pattern = dc_email_pattern(call, user != NULL ? user->login_email : code->email);
  email->length = (int32_t)strlen(code->code);
  if (user != NULL && user->email_reset_at != 0) {
    email->has_reset_pending_date = true;
    email->reset_pending_date = user->email_reset_at;
  } else {
    email->has_reset_available_period = true;
    email->reset_available_period = call->dc->email_reset;
  }
  return tg_auth_sentCodeTypeEmailCode_box(email);
}

/* Words, phrases, numbers and links: what stands in type_text. */
static tg_auth_SentCodeType text_type(dc_call *call, const char *type, const dc_code *code,
                                      const dc_user *user) {
  tg_auth_SentCodeType none = {0};
  tl_string text = dc_string(call, user == NULL ? "" : user->type_text);
  if (strcmp(type, "word") == 0) {
    tg_auth_sentCodeTypeSmsWord *word = dc_new(call, sizeof *word);
    if (word == NULL)
      return none;
    word->beginning = text.size > 0 ? text : (tl_string){0};
    return tg_auth_sentCodeTypeSmsWord_box(word);
  }
  if (strcmp(type, "phrase") == 0) {
    tg_auth_sentCodeTypeSmsPhrase *phrase = dc_new(call, sizeof *phrase);
    if (phrase == NULL)
      return none;
    phrase->beginning = text.size > 0 ? text : (tl_string){0};
    return tg_auth_sentCodeTypeSmsPhrase_box(phrase);
  }
  tg_auth_sentCodeTypeFragmentSms *fragment = dc_new(call, sizeof *fragment);
  if (fragment == NULL)
    return none;
  fragment->url = text.size > 0 ? text : TL_STR("https://fragment.com/");
  fragment->length = (int32_t)strlen(code->code);
  return tg_auth_sentCodeTypeFragmentSms_box(fragment);
}

static tg_auth_SentCodeType call_type(dc_call *call, const char *type, const dc_code *code,
                                      const dc_user *user) {
  tg_auth_SentCodeType none = {0};
  tl_string text = dc_string(call, user == NULL ? "" : user->type_text);
  int32_t length = (int32_t)strlen(code->code);
  if (strcmp(type, "flash_call") == 0) {
    tg_auth_sentCodeTypeFlashCall *flash = dc_new(call, sizeof *flash);
    if (flash == NULL)
      return none;
    flash->pattern = text;
    return tg_auth_sentCodeTypeFlashCall_box(flash);
  }
  if (strcmp(type, "missed_call") == 0) {
    tg_auth_sentCodeTypeMissedCall *missed = dc_new(call, sizeof *missed);
    if (missed == NULL)
      return none;
    missed->prefix = text;
    missed->length = length;
    return tg_auth_sentCodeTypeMissedCall_box(missed);
  }
  tg_auth_sentCodeTypeCall *voice = dc_new(call, sizeof *voice);
  if (voice == NULL)
    return none;
  voice->length = length;
  return tg_auth_sentCodeTypeCall_box(voice);
}

static tg_auth_SentCodeType firebase_type(dc_call *call, const dc_code *code) {
  tg_auth_SentCodeType none = {0};
  tg_auth_sentCodeTypeFirebaseSms *firebase = dc_new(call, sizeof *firebase);
  if (firebase == NULL)
    return none;
  firebase->receipt = TL_STR("receipt");
  firebase->has_push_timeout = true;
  firebase->push_timeout = 30;
  firebase->length = (int32_t)strlen(code->code);
  return tg_auth_sentCodeTypeFirebaseSms_box(firebase);
}

static tg_auth_SentCodeType sent_type(dc_call *call, const char *type, const dc_code *code,
                                      const dc_user *user) {
  static const tg_auth_sentCodeTypeSetUpEmailRequired setup;
  tg_auth_SentCodeType none = {0};
  if (strcmp(type, "email") == 0)
    return email_type(call, code, user);
  if (strcmp(type, "setup_email") == 0)
    return tg_auth_sentCodeTypeSetUpEmailRequired_box(&setup);
  if (strcmp(type, "firebase") == 0)
    return firebase_type(call, code);
  if (strcmp(type, "word") == 0 || strcmp(type, "phrase") == 0 || strcmp(type, "fragment") == 0)
    return text_type(call, type, code, user);
  if (strstr(type, "call") != NULL)
    return call_type(call, type, code, user);
  tg_auth_sentCodeTypeApp *app = dc_new(call, sizeof *app);
  tg_auth_sentCodeTypeSms *sms = dc_new(call, sizeof *sms);
  if (app == NULL || sms == NULL)
    return none;
  app->length = sms->length = (int32_t)strlen(code->code);
  return strcmp(type, "app") == 0 ? tg_auth_sentCodeTypeApp_box(app)
                                  : tg_auth_sentCodeTypeSms_box(sms);
}

bool dc_code_send(dc_call *call, dc_code *code, const dc_user *user, tg_auth_SentCode *out) {
  const char *type = dc_code_type(code, user, code->step);
  const char *next = dc_code_type(code, user, code->step + 1);
  tg_auth_sentCode *sent = dc_new(call, sizeof *sent);
  if (sent == NULL)
    return false;
  if (type == NULL) {
    dc_error(call, 406, "SEND_CODE_UNAVAILABLE");
    return false;
  }
  sent->type = sent_type(call, type, code, user);
  sent->phone_code_hash = dc_string(call, code->hash);
  if (next != NULL && code_type(next, &sent->next_type) && call->dc->code_timeout > 0) {
    sent->has_timeout = true;
    sent->timeout = call->dc->code_timeout;
  }
  bool mail = strcmp(type, "email") == 0;
  if (strcmp(type, "setup_email") != 0)
    dc_outbox(call->dc, mail ? "mail" : "code", type,
              mail ? (user != NULL ? user->login_email : code->email) : code->phone, code->hash,
              code->code);
  *out = tg_auth_sentCode_box(sent);
  return sent->type.kind != 0;
}
