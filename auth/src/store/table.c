/* What the tables of all databases share: how they fail, and what their errors must not show. */
#include "../internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tgauth/lease.h>
#include <tl/visible.h>

mtp_status tgauth_table_fail(mtp_error *error, mtp_status status, const char *format, ...) {
  char whole[4096];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(whole, sizeof whole, format, args);
  va_end(args);
  return tgauth_fail(error, status, "%s", whole);
}

mtp_status tgauth_table_name(const char *what, const char *name, mtp_error *error) {
  char shown[6 * TGAUTH_ACCOUNT_MAX + 1];
  size_t n = strlen(name);
  if (n == 0 || n > TGAUTH_ACCOUNT_MAX)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "%s has 1 to %d bytes", what, TGAUTH_ACCOUNT_MAX);
  (void)tl_visible(shown, sizeof shown, name, n);
  if (strcmp(shown, name) != 0 || strpbrk(name, "\t\n"))
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "%s is UTF-8 without control characters, not \"%s\"", what, shown);
  return MTP_OK;
}

void tgauth_table_hide(char *text, const char *secret) {
  size_t n = secret ? strlen(secret) : 0, stars = n < 3 ? n : 3;
  if (n == 0)
    return;
  while ((text = strstr(text, secret))) {
    memset(text, '*', stars);
    memmove(text + stars, text + n, strlen(text + n) + 1);
    text += stars;
  }
}
