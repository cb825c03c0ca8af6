/* What auth.sendCode answered, as JSON. */
#include "tgcall.h"
#include <stdio.h>

static const char *delivery_name(tgauth_delivery delivery) {
  static const char *const names[] = {"none",       "app",         "sms",   "call",
                                      "flash_call", "missed_call", "email", "setup_email",
                                      "fragment",   "firebase",    "word",  "phrase"};
  return names[delivery];
}

static void put_text(json_t *out, const char *name, const char *text) {
  if (*text)
    json_object_set_new(out, name, json_string(text));
}

static void put_number(json_t *out, const char *name, int64_t number) {
  if (number)
    json_object_set_new(out, name, json_integer(number));
}

static void put_flag(json_t *out, const char *name, bool flag) {
  if (flag)
    json_object_set_new(out, name, json_true());
}

json_t *describe_code(const tgauth_code *code) {
  char words[512];
  json_t *out =
      json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "phone", code->phone, "hash", code->hash, "type",
                delivery_name(code->type), "next_type", delivery_name(code->next_type), "timeout",
                (int)code->timeout, "explain", tgauth_explain(code, words, sizeof words));
  put_number(out, "length", code->length);
  put_text(out, "pattern", code->pattern);
  put_text(out, "prefix", code->prefix);
  put_text(out, "url", code->url);
  put_text(out, "beginning", code->beginning);
  put_flag(out, "apple_allowed", code->apple_allowed);
  put_flag(out, "google_allowed", code->google_allowed);
  put_number(out, "email_reset_available", code->email_reset_available);
  put_number(out, "email_reset_pending", code->email_reset_pending);
  put_flag(out, "payment_required", code->payment_required);
  put_text(out, "store_product", code->store_product);
  put_text(out, "support_email", code->support_email);
  put_flag(out, "signed_in", code->signed_in);
  put_text(out, "support_subject", code->support_subject);
  put_number(out, "premium_days", code->premium_days);
  put_text(out, "currency", code->currency);
  put_number(out, "amount", code->amount);
  put_flag(out, "password_needed", code->password_needed);
  return out;
}

int report_payment(json_t *code) {
  json_t *error = json_pack("{s:s, s:i, s:s, s:O}", "class", "payment", "code", 0, "text",
                            json_string_value(json_object_get(code, "explain")), "payment", code);
  usage_error("%s", json_string_value(json_object_get(code, "explain")));
  json_decref(code);
  (void)print_report(json_pack("{s:o}", "error", error));
  return EXIT_RPC;
}
