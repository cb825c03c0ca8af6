/* What the other files end with: an error that says why, and strings that become the caller's. */
#include "internal.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>

mtp_status tgauth_fail(mtp_error *error, mtp_status status, const char *format, ...) {
  char whole[8192]; /* so that no secret is cut to a piece that does not look like one */
  if (!error)
    return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  error->method = TL_NONE;
  va_list args;
  va_start(args, format);
  vsnprintf(whole, sizeof whole, format, args);
  va_end(args);
  tgauth_redact(whole);
  tl_visible(error->text, sizeof error->text, whole, strlen(whole));
  OPENSSL_cleanse(whole, sizeof whole);
  return status;
}

mtp_status tgauth_fail_password(mtp_error *error, const char *text) {
  mtp_status status = tgauth_fail(error, MTP_ERR_STORE, "%s", text);
  if (error)
    error->code = TGAUTH_PASSWORD_MISSING;
  return status;
}

mtp_status tgauth_fail_crypto(mtp_error *error, mtp_status status) {
  const char *why = "OpenSSL failed: an algorithm may be switched off";
  if (status == MTP_ERR_NOMEM)
    why = "out of memory";
  else if (status == MTP_ERR_RANDOM)
    why = "the random generator failed";
  return tgauth_fail(error, status, "%s", why);
}

mtp_status tgauth_fail_errno(mtp_error *error, const char *doing, const char *path) {
  int number = errno;
  mtp_status status =
      tgauth_fail(error, MTP_ERR_STORE, "cannot %s %s: %s", doing, path, strerror(number));
  if (error)
    error->code = number;
  return status;
}

char *tgauth_strdup(tl_string text) {
  char *copy = malloc(text.size + 1);
  if (!copy)
    return NULL;
  if (text.size)
    memcpy(copy, text.data, text.size);
  copy[text.size] = '\0';
  return copy;
}
