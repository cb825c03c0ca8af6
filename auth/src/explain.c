/* Where a code went and what can be done now, in words. */
#include "internal.h"
#include <stdio.h>

static const char *way(tgauth_delivery delivery) {
  switch (delivery) {
  case TGAUTH_BY_SMS:
    return "an SMS";
  case TGAUTH_BY_CALL:
    return "a phone call";
  case TGAUTH_BY_FLASH_CALL:
    return "a call whose number is the code";
  case TGAUTH_BY_MISSED_CALL:
    return "a missed call";
  case TGAUTH_BY_FRAGMENT:
    return "Fragment";
  default:
    return "another way";
  }
}

static int explain_type(const tgauth_code *code, char *out, size_t size) {
  switch (code->type) {
  case TGAUTH_BY_APP:
    return snprintf(out, size,
                    "The code (%d digits) was sent as a message to the other Telegram sessions of "
                    "this account, not as an SMS.",
                    code->length);
  case TGAUTH_BY_SMS:
    return snprintf(out, size, "The code (%d digits) was sent as an SMS.", code->length);
  case TGAUTH_BY_CALL:
    return snprintf(out, size, "A phone call will say the code (%d digits).", code->length);
  case TGAUTH_BY_FLASH_CALL:
    return snprintf(out, size, "A call will come from a number like %s; that number is the code.",
                    code->pattern);
  case TGAUTH_BY_MISSED_CALL:
    return snprintf(out, size,
                    "A call will come from a number that begins with %s; its last %d digits are "
                    "the code.",
                    code->prefix, code->length);
  case TGAUTH_BY_EMAIL:
    return snprintf(out, size, "The code (%d digits) was sent to the login e-mail %s.",
                    code->length, code->pattern);
  case TGAUTH_BY_EMAIL_SETUP:
    return snprintf(out, size,
                    "No code was sent: this account has to set up a login e-mail first.");
  case TGAUTH_BY_FRAGMENT:
    return snprintf(out, size, "The number is an anonymous one; the code is at %s.", code->url);
  case TGAUTH_BY_FIREBASE:
    return snprintf(out, size,
                    "The code would come as an SMS that only official apps can ask for.");
  case TGAUTH_BY_WORD:
    return snprintf(out, size, "An SMS with a word%s%s was sent; the word is the code.",
                    *code->beginning ? " beginning with " : "", code->beginning);
  case TGAUTH_BY_PHRASE:
    return snprintf(out, size, "An SMS with a phrase%s%s was sent; the phrase is the code.",
                    *code->beginning ? " beginning with " : "", code->beginning);
  case TGAUTH_BY_NONE:
    break;
  }
  return snprintf(out, size, "It is not known how the code was sent.");
}

/* Of a code that went to an address which may not be read any more. */
static const char *explain_reset(const tgauth_code *code) {
  if (code->type != TGAUTH_BY_EMAIL)
    return "";
  return code->email_reset_pending ? " A reset of that address is under way."
                                   : " If its mail cannot be read, a reset of it can be asked for.";
}

static void explain_next(const tgauth_code *code, char *out, size_t size) {
  int used = snprintf(out, size, "%s", explain_reset(code));
  if (used < 0 || (size_t)used >= size)
    return;
  out += used;
  size -= (size_t)used;
  if (code->next_type == TGAUTH_BY_NONE)
    snprintf(out, size, " It cannot be sent another way; signing in by QR code is an alternative.");
  else if (code->timeout > 0)
    snprintf(out, size, " After %d seconds it can be sent again by %s.", code->timeout,
             way(code->next_type));
  else
    snprintf(out, size, " It can be sent again by %s.", way(code->next_type));
}

static void explain_payment(const tgauth_code *code, char *out, size_t size) {
  char price[96] = "";
  if (*code->currency)
    snprintf(price, sizeof price, ", %lld in the smallest unit of %s, with %d days of Premium",
             (long long)code->amount, code->currency, (int)code->premium_days);
  snprintf(
      out, size,
      "Telegram wants a payment for a code to this number (%s%s), which only its official apps "
      "can make.%s%s",
      code->store_product, price, *code->support_email ? " Its support: " : "",
      code->support_email);
}

char *tgauth_explain(const tgauth_code *code, char *out, size_t size) {
  if (size == 0)
    return out;
  if (code->signed_in) {
    snprintf(out, size, "No code is needed: a token of an earlier session signed you in.");
    return out;
  }
  if (code->password_needed) {
    snprintf(out, size,
             "No code is needed: a token of an earlier session stands for it. The 2FA password is "
             "next.");
    return out;
  }
  if (code->payment_required) {
    explain_payment(code, out, size);
    return out;
  }
  int used = explain_type(code, out, size);
  if (used > 0 && (size_t)used < size)
    explain_next(code, out + used, size - (size_t)used);
  return out;
}
