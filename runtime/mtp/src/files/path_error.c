/* An error about a path. */
#include <stdio.h>
#include <string.h>

#include "error_set.h"
#include "files/wait.h"

static mtp_status tell(mtp_status status, mtp_error *error, const char *path, const char *what,
                       int why) {
  enum { SHOWN = 100 };
  char text[200], reason[64] = "";
  if (why && strerror_r(why, reason, sizeof reason) != 0)
    snprintf(reason, sizeof reason, "error %d", why);
  size_t n = strlen(path);
  snprintf(text, sizeof text, "%s%s: %s%s%s", n > SHOWN ? "..." : "",
           n > SHOWN ? path + n - SHOWN : path, what, why ? ": " : "", reason);
  return mtp_error_set(error, status, text);
}

mtp_status mtp_path_error(mtp_error *error, const char *path, const char *what, int why) {
  return tell(MTP_ERR_STORE, error, path, what, why);
}

mtp_status mtp_path_senseless(mtp_error *error, const char *path, const char *what) {
  return tell(MTP_ERR_ARGUMENT, error, path, what, 0);
}
