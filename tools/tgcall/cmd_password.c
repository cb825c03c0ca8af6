/* tgcall password: two-step verification. */
#include "tgcall.h"
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_password[] =
    "Two-step verification (2FA). ACTION is one of\n"
    "  check             the second step of signing in, after tgcall code sign-in\n"
    "  hash              print what --password-hash takes in place of the password\n"
    "  status            what is set: password, hint, recovery e-mail, pending reset\n"
    "  set               set or change the password\n"
    "  remove            remove the password\n"
    "  confirm-email C   the code from the mail to the recovery address\n"
    "  resend-email      another such mail\n"
    "  cancel-email      forget the address that waits for its code\n"
    "  recover [C]       forgotten: without C a code is mailed to the recovery address; with it\n"
    "                    the session is signed in, and the password replaced by --new-password or\n"
    "                    TGCALL_NEW_PASSWORD, or removed without these\n"
    "  reset             forgotten: remove the password after seven days\n"
    "  decline-reset     stop that\n"
    "\n"
    "  --password W      the present password (or TGCALL_PASSWORD; it is asked for otherwise)\n"
    "  --password-hash HEX  in its place, for those who do not keep the text, until it is changed\n"
    "                    (or TGCALL_PASSWORD_HASH)\n"
    "  --new-password W  the new one (or TGCALL_NEW_PASSWORD; it is asked for otherwise)\n"
    "  --hint H          of set: what helps to remember it\n"
    "  --email E         of set: the recovery address; \"\" takes it away\n"
    "\n"
    "What is asked for is not echoed. Others on this machine can see options in ps and in shell\n"
    "histories: prefer the environment or the question.\n";

enum { SECRET = 512 };

typedef struct password_args {
  const char *current, *current_hash, *fresh, *hint, *email, *code;
} password_args;

/* The present password as it was given. */
typedef struct present {
  char text[SECRET];
  uint8_t hash[32];
} present;

static bool read_hash(const char *hex, uint8_t out[32]) {
  size_t size = 0;
  return strlen(hex) == 64 && OPENSSL_hexstr2buf_ex(out, 32, &size, hex, '\0') == 1 && size == 32;
}

/* False with a message when there is none. Wipe *room afterwards. */
static bool get_present(const password_args *args, present *room, tgauth_secret *out) {
  const char *hex = args->current_hash ? args->current_hash : getenv("TGCALL_PASSWORD_HASH");
  memset(room, 0, sizeof *room);
  memset(out, 0, sizeof *out);
  if (hex && !args->current) {
    out->hash = room->hash;
    return read_hash(hex, room->hash) ||
           (usage_error("--password-hash takes 64 hexadecimal digits"), false);
  }
  if (!get_secret(args->current, "TGCALL_PASSWORD", "2FA password: ", room->text, SECRET))
    return usage_error("no password was given"), false;
  out->text = room->text;
  out->size = strlen(room->text);
  return true;
}

static int done(void) {
  return print_report(json_pack("{s:b}", "done", 1));
}

static int finish(mtp_status status, const mtp_error *error) {
  return status == MTP_OK ? done() : report_error(error);
}

static int no_answer(void) {
  return usage_error("no password was given");
}

static int show(tgauth *auth, const password_args *args) {
  tgauth_password_info *info;
  mtp_error error;
  (void)args;
  if (tgauth_get_password(auth, &info, &error) != MTP_OK)
    return report_error(&error);
  json_t *out = json_pack(
      "{s:b, s:b, s:b, s:s, s:s, s:s, s:i}", "has_password", info->has_password, "has_recovery",
      info->has_recovery, "has_secure_values", info->has_secure_values, "hint", info->hint,
      "unconfirmed_email_pattern", info->unconfirmed_email_pattern, "login_email_pattern",
      info->login_email_pattern, "pending_reset_date", info->pending_reset_date);
  tgauth_password_info_free(info);
  return print_report(out);
}

/* Asks twice when a person types it. */
static bool get_new(const password_args *args, char out[SECRET]) {
  char again[SECRET] = "";
  bool typed = !args->fresh && !getenv("TGCALL_NEW_PASSWORD") && isatty(STDIN_FILENO);
  bool ok = get_secret(args->fresh, "TGCALL_NEW_PASSWORD", "New 2FA password: ", out, SECRET);
  if (ok && typed)
    ok = tgauth_ask_hidden("The same again: ", again, sizeof again) && strcmp(out, again) == 0;
  if (ok && !*out)
    ok = false;
  OPENSSL_cleanse(again, sizeof again);
  return ok;
}

static int apply(tgauth *auth, const tgauth_password_change *change) {
  int32_t length;
  mtp_error error;
  if (tgauth_change_password(auth, change, &length, &error) != MTP_OK)
    return report_error(&error);
  if (length)
    fprintf(stderr, "A code was sent to the address: tgcall password confirm-email CODE\n");
  return print_report(json_pack("{s:b, s:i}", "done", length == 0, "email_code_length", length));
}

/* set and remove: with the present password, if there is one. */
static int change(tgauth *auth, const password_args *args, bool remove) {
  present room;
  char fresh[SECRET] = "";
  tgauth_secret secret;
  tgauth_password_info *info;
  mtp_error error;
  int status = EXIT_USAGE;
  if (tgauth_get_password(auth, &info, &error) != MTP_OK)
    return report_error(&error);
  bool needs = info->has_password;
  bool email_only =
      !remove && args->email && !args->fresh && !getenv("TGCALL_NEW_PASSWORD") && needs;
  tgauth_password_info_free(info);
  if (!needs || get_present(args, &room, &secret)) {
    tgauth_password_change request = {needs ? &secret : NULL, email_only ? NULL : fresh, args->hint,
                                      args->email};
    status = remove || email_only || get_new(args, fresh) ? apply(auth, &request) : no_answer();
  }
  OPENSSL_cleanse(&room, sizeof room);
  OPENSSL_cleanse(fresh, sizeof fresh);
  return status;
}

static int check(tgauth *auth, const password_args *args) {
  present room;
  tgauth_secret secret;
  mtp_error error;
  int status = EXIT_USAGE;
  if (get_present(args, &room, &secret))
    status = finish(tgauth_check_password(auth, &secret, &error), &error);
  OPENSSL_cleanse(&room, sizeof room);
  return status;
}

static int hash(tgauth *auth, const password_args *args) {
  char text[SECRET] = "";
  uint8_t bytes[32];
  mtp_error error;
  int status;
  if (!get_secret(args->current, "TGCALL_PASSWORD", "2FA password: ", text, SECRET)) {
    status = no_answer();
  } else if (tgauth_hash_password(auth, text, bytes, &error) != MTP_OK) {
    status = report_error(&error);
  } else {
    printf("{\"hash\": \"");
    for (size_t i = 0; i < sizeof bytes; i++)
      printf("%02x", bytes[i]);
    printf("\"}\n");
    status = EXIT_OK;
  }
  OPENSSL_cleanse(bytes, sizeof bytes);
  OPENSSL_cleanse(text, sizeof text);
  return status;
}

static int set(tgauth *auth, const password_args *args) {
  return change(auth, args, false);
}

static int take_off(tgauth *auth, const password_args *args) {
  return change(auth, args, true);
}

static int confirm(tgauth *auth, const password_args *args) {
  mtp_error error;
  if (!args->code)
    return usage_error("password confirm-email needs the CODE from the mail");
  return finish(tgauth_confirm_password_email(auth, args->code, &error), &error);
}

static int resend(tgauth *auth, const password_args *args) {
  mtp_error error;
  (void)args;
  return finish(tgauth_resend_password_email(auth, &error), &error);
}

static int cancel(tgauth *auth, const password_args *args) {
  mtp_error error;
  (void)args;
  return finish(tgauth_cancel_password_email(auth, &error), &error);
}

static int recover(tgauth *auth, const password_args *args) {
  mtp_error error;
  char *pattern;
  const char *fresh = args->fresh ? args->fresh : getenv("TGCALL_NEW_PASSWORD");
  if (args->code)
    return finish(tgauth_recover_password(auth, args->code, fresh, args->hint, &error), &error);
  if (tgauth_request_password_recovery(auth, &pattern, &error) != MTP_OK)
    return report_error(&error);
  json_t *out = json_pack("{s:s}", "sent_to", pattern);
  tgauth_string_free(pattern);
  return print_report(out);
}

static int reset(tgauth *auth, const password_args *args) {
  static const char *const names[] = {"done", "wait", "retry_later"};
  tgauth_reset result;
  int32_t date;
  mtp_error error;
  (void)args;
  if (tgauth_reset_password(auth, &result, &date, &error) != MTP_OK)
    return report_error(&error);
  return print_report(json_pack("{s:s, s:i}", "reset", names[result], "date", (int)date));
}

static int decline(tgauth *auth, const password_args *args) {
  mtp_error error;
  (void)args;
  return finish(tgauth_decline_password_reset(auth, &error), &error);
}

static const struct action {
  const char *name;
  int (*run)(tgauth *auth, const password_args *args);
} actions[] = {{"check", check},          {"hash", hash},
               {"status", show},          {"set", set},
               {"remove", take_off},      {"confirm-email", confirm},
               {"resend-email", resend},  {"cancel-email", cancel},
               {"recover", recover},      {"reset", reset},
               {"decline-reset", decline}};

static const struct action *find(const char *name) {
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
    if (strcmp(actions[i].name, name) == 0)
      return &actions[i];
  return NULL;
}

static int cmd_password(int argc, char **argv) {
  password_args own = {NULL, NULL, NULL, NULL, NULL, NULL};
  const option_spec specs[] = {{"--password", &own.current, NULL},
                               {"--password-hash", &own.current_hash, NULL},
                               {"--new-password", &own.fresh, NULL},
                               {"--hint", &own.hint, NULL},
                               {"--email", &own.email, NULL}};
  connection_args args;
  const char *words[2] = {NULL, NULL};
  size_t n_words;
  int status;
  if (!parse_options(argc, argv, specs, 5, &args, words, 2, &n_words))
    return EXIT_USAGE;
  const struct action *action = n_words ? find(words[0]) : NULL;
  if (!action)
    return usage_error("password: \"%s\" is no action; tgcall password --help lists them",
                       n_words ? words[0] : "");
  own.code = words[1];
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = action->run(auth, &own);
  tgauth_close(auth);
  return status;
}

const command tgcall_password = {
    "password",   "ACTION",      "two-step verification: status, set, remove, recover ...",
    cmd_password, help_password, NULL};
