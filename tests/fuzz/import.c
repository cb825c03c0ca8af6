/* An import, and what holds of it. */
#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/store.h>

#include "fuzz.h"

static void check_again(const mtp_session *session) {
  char *text;
  mtp_session back;
  mtp_session_init(&back, NULL);
  FUZZ_CHECK(tgauth_session_to_string(session, &text, NULL) == MTP_OK);
  FUZZ_CHECK(tgauth_session_from_string(&back, text, NULL) == MTP_OK);
  FUZZ_CHECK(back.home_dc == session->home_dc && back.user_id == session->user_id &&
             back.n_keys == session->n_keys && back.n_options == session->n_options);
  tgauth_string_free(text);
  mtp_session_free(&back);
}

void fuzz_import(const tgauth_format *format, const char *source) {
  tgauth_import_options options = {.format = format};
  const tgauth_format *used = NULL;
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  mtp_status status = tgauth_session_import(&session, source, &options, &used, &error);
  if (status == MTP_OK) {
    FUZZ_CHECK(used && (!format || used == format));
    if (strncmp(used->name, "tlgen", 5) != 0)
      FUZZ_CHECK(tgauth_session_check(&session, &error) == MTP_OK);
    check_again(&session);
  } else {
    FUZZ_CHECK(status == MTP_ERR_STORE && error.status == status && error.text[0]);
    FUZZ_CHECK(session.n_keys == 0 && session.home_dc == 0 && session.n_options == 0);
  }
  mtp_session_free(&session);
}
