/* Why a connection ended. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool mtp_failure_set(mtp_failure *failure, mtp_cause kind, int code, const char *text, ...) {
  if (failure->kind != MTP_OK)
    return false;
  va_list args;
  va_start(args, text);
  vsnprintf(failure->text, sizeof failure->text, text, args);
  va_end(args);
  failure->kind = kind;
  failure->code = code;
  return false;
}

bool mtp_failure_memory(mtp_failure *failure) {
  return mtp_failure_set(failure, MTP_ERR_NOMEM, 0, "out of memory");
}
