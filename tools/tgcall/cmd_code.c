/* tgcall code: signing in by hand, a step at a time; what one step says the next one takes. */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_code[] =
    "Signing in a step at a time, for those who want each of them (tgcall login does it all).\n"
    "PHONE and HASH are those that `request` prints. ACTION is one of\n"
    "  request PHONE                 auth.sendCode; prints how the code was sent, and its HASH\n"
    "  resend PHONE HASH             another way; only after the time-out that was printed\n"
    "  cancel PHONE HASH             the code is void\n"
    "  check-paid PHONE HASH FORM_ID  the payment that the code waits for was made\n"
    "  report-missing PHONE HASH [MNC]  it did not come; MNC: the mobile network's code\n"
    "  sign-in PHONE HASH CODE       prints the next step: done, password_needed (tgcall password\n"
    "                                check) or sign_up_needed\n"
    "  sign-up PHONE HASH FIRST [LAST]  a new account; that accepts the terms that sign-in "
    "printed\n"
    "  set-up-email PHONE HASH ADDRESS  when the type is setup_email: a code is mailed there\n"
    "  verify-email PHONE HASH CODE  the code in that mail; the login code is sent then\n"
    "  reset-email PHONE HASH        when the type is email, and its mail cannot be read\n"
    "\n"
    "  --allow-flashcall     of request: a call whose number is the code will do\n"
    "  --allow-missed-call   of request: a missed call will do\n"
    "  --current-number      of request: it is the number of this device\n"
    "  --unknown-number      of request: this device does not know its number\n"
    "  --allow-app-hash      of request: the SMS may have the hash of an app in it\n"
    "  --allow-firebase      of request: Firebase may send it\n"
    "  --email               of sign-in: the CODE came by mail\n";

enum { MOST_WORDS = 5 };

typedef struct code_args {
  const char *phone, *hash, *text, *more;
  bool email;
  tgauth_code_settings settings;
} code_args;

static int print_code(const tgauth_code *code) {
  return print_report(describe_code(code));
}

static int done(mtp_status status, const mtp_error *error) {
  return status == MTP_OK ? print_report(json_pack("{s:b}", "done", 1)) : report_error(error);
}

/* ---- the steps ---- */

static int request(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  return tgauth_request_code(auth, args->phone, &args->settings, code, &error) == MTP_OK
             ? print_code(*code)
             : report_error(&error);
}

static int resend(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  (void)args;
  return tgauth_resend_code(auth, code, &error) == MTP_OK ? print_code(*code)
                                                          : report_error(&error);
}

static int cancel(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  (void)args;
  return done(tgauth_cancel_code(auth, *code, &error), &error);
}

static int report_missing(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  const char *mnc = args->text ? args->text : "";
  return done(tgauth_report_missing_code(auth, *code, mnc, &error), &error);
}

static int reset_email(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  (void)args;
  return tgauth_reset_login_email(auth, code, &error) == MTP_OK ? print_code(*code)
                                                                : report_error(&error);
}

static int check_paid(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  char *end;
  long long form = strtoll(args->text, &end, 10);
  if (!*args->text || *end)
    return usage_error("check-paid takes the number of a payment form, not \"%s\"", args->text);
  return tgauth_check_paid(auth, code, form, &error) == MTP_OK ? print_code(*code)
                                                               : report_error(&error);
}

static int set_up_email(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  char *pattern;
  int32_t length;
  if (tgauth_set_up_email(auth, *code, args->text, &pattern, &length, &error) != MTP_OK)
    return report_error(&error);
  json_t *out = json_pack("{s:s, s:i}", "sent_to", pattern, "length", (int)length);
  tgauth_string_free(pattern);
  return print_report(out);
}

static int verify_email(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  return tgauth_verify_email(auth, code, args->text, &error) == MTP_OK ? print_code(*code)
                                                                       : report_error(&error);
}

static int sign_in(tgauth *auth, const code_args *args, tgauth_code **code) {
  static const char *const names[] = {"done", "password_needed", "sign_up_needed"};
  mtp_error error;
  tgauth_step step;
  if (tgauth_sign_in(auth, *code, args->text, &step, &error) != MTP_OK)
    return report_error(&error);
  json_t *out = json_pack("{s:s}", "step", names[step]);
  const tgauth_terms *terms = tgauth_last_terms(auth);
  if (out && step == TGAUTH_SIGN_UP_NEEDED && terms)
    json_object_set_new(out, "terms",
                        json_pack("{s:s, s:s, s:i, s:b}", "id", terms->id, "text", terms->text,
                                  "min_age", (int)terms->min_age, "popup", (int)terms->popup));
  return print_report(out);
}

static int sign_up(tgauth *auth, const code_args *args, tgauth_code **code) {
  mtp_error error;
  return done(tgauth_sign_up(auth, *code, args->text, args->more, &error), &error);
}

/* ---- the command ---- */

static const struct action {
  const char *name;
  int (*run)(tgauth *auth, const code_args *args, tgauth_code **code);
  size_t least, most; /* words behind the name */
} actions[] = {{"request", request, 1, 1},
               {"resend", resend, 2, 2},
               {"cancel", cancel, 2, 2},
               {"check-paid", check_paid, 3, 3},
               {"report-missing", report_missing, 2, 3},
               {"sign-in", sign_in, 3, 3},
               {"sign-up", sign_up, 3, 4},
               {"set-up-email", set_up_email, 3, 3},
               {"verify-email", verify_email, 3, 3},
               {"reset-email", reset_email, 2, 2}};

static const struct action *find(const char *name) {
  for (size_t i = 0; name && i < sizeof actions / sizeof actions[0]; i++)
    if (strcmp(actions[i].name, name) == 0)
      return &actions[i];
  return NULL;
}

static int run(const connection_args *connection, const struct action *action,
               const code_args *args) {
  tgauth_code *code = NULL;
  mtp_error error;
  int status;
  tgauth *auth = connect_session(connection, &status);
  if (!auth)
    return status;
  tgauth_delivery type = args->email ? TGAUTH_BY_EMAIL : TGAUTH_BY_NONE;
  if (args->hash &&
      tgauth_code_resume(auth, args->phone, args->hash, type, &code, &error) != MTP_OK)
    status = report_error(&error);
  else
    status = action->run(auth, args, &code);
  tgauth_code_free(code);
  tgauth_close(auth);
  return status;
}

static int cmd_code(int argc, char **argv) {
  code_args own;
  memset(&own, 0, sizeof own);
  const option_spec specs[] = {{"--email", NULL, &own.email},
                               {"--allow-flashcall", NULL, &own.settings.allow_flashcall},
                               {"--allow-missed-call", NULL, &own.settings.allow_missed_call},
                               {"--current-number", NULL, &own.settings.current_number},
                               {"--unknown-number", NULL, &own.settings.unknown_number},
                               {"--allow-app-hash", NULL, &own.settings.allow_app_hash},
                               {"--allow-firebase", NULL, &own.settings.allow_firebase}};
  connection_args connection;
  const char *words[MOST_WORDS] = {NULL};
  size_t n_words;
  if (!parse_options(argc, argv, specs, sizeof specs / sizeof specs[0], &connection, words,
                     MOST_WORDS, &n_words))
    return EXIT_USAGE;
  const struct action *action = find(words[0]);
  if (!action)
    return usage_error("code: \"%s\" is no action; tgcall code --help lists them",
                       words[0] ? words[0] : "");
  if (n_words - 1 < action->least || n_words - 1 > action->most)
    return usage_error("code %s: tgcall code --help says what it takes", action->name);
  connection.makes_account = true;
  own.phone = words[1];
  own.hash = words[2];
  own.text = words[3];
  own.more = words[4];
  return run(&connection, action, &own);
}

const command tgcall_code = {
    "code",   "ACTION",  "sign in a step at a time: request, resend, cancel, sign-in ...",
    cmd_code, help_code, NULL};
