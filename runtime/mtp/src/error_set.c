/* Errors made: of a status, of a cause, of a failure of libtl. */
#include "error_set.h"

#include <string.h>
#include <tl/visible.h>

mtp_status mtp_error_set(mtp_error *error, mtp_status status, const char *text) {
  if (!error)
    return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  error->method = TL_NONE;
  if (text)
    tl_visible(error->text, sizeof error->text, text, strlen(text));
  return status;
}

mtp_status mtp_error_of(mtp_error *error, mtp_cause cause) {
  mtp_status status = mtp_cause_status(cause);
  return mtp_error_set(error, status, cause == status ? NULL : mtp_cause_text(cause));
}

mtp_status mtp_error_of_tl(mtp_error *error, const tl_error *tl, mtp_status otherwise) {
  mtp_status status = mtp_error_set(error, mtp_status_of_tl(tl->status, otherwise), NULL);
  if (error)
    error->tl = *tl;
  return status;
}
