/* Answers for tgauth_start(), noted down beforehand. What fails here fails the test. */
#ifndef TESTS_AUTH_FLOW_SCRIPT_H
#define TESTS_AUTH_FLOW_SCRIPT_H

#include "flow_fixture.h"

/* Answers in order; a callback that runs out of them gives up. "*" is the code that was sent. */
typedef struct script {
  flow *dc;
  const char *phones[8], *codes[8], *passwords[8], *emails[8];
  const char *first_name;
  char mailbox[64]; /* where the code of the login e-mail goes */
  char hint[64], terms[128];
  tgauth_delivery types[8];
  int n_phones, n_codes, n_passwords, n_emails, n_mail_codes, n_sign_ups, n_qrs;
  const char *mail_codes[4]; /* instead of the one in the mail */
  int n_errors, stop_at;     /* the error callback says no at that error; 0: never */
  tg_err errors[8];
  bool no_error_callback;
  tgauth *scanner;     /* accepts the second QR code that is shown; NULL: the first one gives up */
  const char *session; /* a file that must exist whenever a prompt waits */
} script;

/* The callback that asks for a phone number; ctx is the script. */
bool script_phone(void *ctx, char *out, size_t size);
mtp_status script_start(script *self, tgauth *auth, const char *who, mtp_error *error);
/* The same with a client of its own, which is signed in afterwards exactly if that worked. */
mtp_status script_run(script *self, const char *who, mtp_error *error);

#endif
