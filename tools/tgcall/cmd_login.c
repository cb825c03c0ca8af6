/* tgcall login and logout. */
#include "tgcall.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char help_login[] =
    "Signs in and prints the user as JSON. Does nothing when the session is signed in already.\n"
    "Without options it asks who to sign in: a phone number, a bot token, or qr.\n"
    "\n"
    "  --phone P       a user, with the country code\n"
    "  --code C        the login code; asked on standard input without it (empty: send again)\n"
    "  --password W    the 2FA password; better: TGCALL_PASSWORD, or the prompt, which does not\n"
    "                  echo. Others on this machine can see options in ps and in shell histories\n"
    "  --bot-token T   a bot; TGCALL_BOT_TOKEN with --bot keeps it out of ps\n"
    "  --bot           a bot, whose token is in TGCALL_BOT_TOKEN or asked for\n"
    "  --qr            shows a QR code on standard error to be scanned by a signed-in app, or\n"
    "                  accepted with tgcall qr-accept; a new one every 30 seconds\n"
    "\n"
    "A wrong answer from an option or a pipe ends it with status 1; on a terminal it asks again.\n";
const char help_logout[] =
    "Signs out: the session file keeps only what is needed to sign in again without a code.\n"
    "\n"
    "  --destroy-key   also destroy the authorization key on the server\n";

enum { QR_WAIT_MS = 60000, SECRET = 512 };

/* What the command line gave; what is missing is asked on standard input. */
typedef struct answers {
  const char *code, *password;
  bool qr; /* "qr" was the answer to the question who */
} answers;

static bool ask_who(void *ctx, char *out, size_t size) {
  answers *self = ctx;
  if (!ask_line("Phone number, bot token, or qr: ", out, size))
    return false;
  self->qr = strcmp(out, "qr") == 0;
  return !self->qr;
}

static bool ask_code(void *ctx, const tgauth_code *code, char *out, size_t size) {
  answers *self = ctx;
  char text[512];
  if (self->code)
    return give_text(self->code, out, size);
  fprintf(stderr, "%s\n", tgauth_explain(code, text, sizeof text));
  return ask_line(code->next_type ? "Code (empty: send it again): " : "Code: ", out, size);
}

static bool ask_password(void *ctx, const char *hint, char *out, size_t size) {
  answers *self = ctx;
  char text[256];
  snprintf(text, sizeof text, *hint ? "2FA password (hint: %s): " : "2FA password%s: ", hint);
  return get_secret(self->password, "TGCALL_PASSWORD", text, out, size);
}

static bool ask_email(void *ctx, char *out, size_t size) {
  (void)ctx;
  return ask_line("A login e-mail has to be set up. Address: ", out, size);
}

static bool ask_email_code(void *ctx, const char *pattern, int32_t length, char *out, size_t size) {
  (void)ctx;
  fprintf(stderr, "A code of %d digits was sent to %s.\n", length, pattern ? pattern : "it");
  return ask_line("Code in the mail: ", out, size);
}

static bool ask_sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last,
                        size_t size) {
  (void)ctx;
  fprintf(stderr, "There is no account with this number yet.\n");
  if (terms && *terms->text)
    fprintf(stderr, "Signing up means agreeing to these terms:\n%s\n", terms->text);
  return ask_line("First name (empty: do not sign up): ", first, size) && *first &&
         ask_line("Last name (may be empty): ", last, size);
}

/* What came from the command line or a pipe is not tried twice; a person may try again. */
static bool ask_again(void *ctx, const mtp_error *error) {
  answers *self = ctx;
  char line[400];
  if (!isatty(STDIN_FILENO) || self->code || self->password || getenv("TGCALL_PASSWORD"))
    return false;
  fprintf(stderr, "%s\n", mtp_error_format(error, line, sizeof line));
  return true;
}

static int print_me(tgauth *auth) {
  mtp_reply *reply;
  const tg_user *user;
  mtp_error error;
  if (tgauth_get_me(auth, &reply, &user, &error) != MTP_OK)
    return report_error(&error);
  tl_object object = tg_user_object(user);
  int status = print_object(&object);
  mtp_reply_free(reply);
  return status;
}

/* ---- QR ---- */

static void show_qr(const tgauth_qr *qr) {
  char *drawing;
  fprintf(stderr, "Scan this in Telegram: Settings > Devices > Link Desktop Device\n");
  if (tgauth_qr_draw(tgauth_qr_url(qr), &drawing, NULL) == MTP_OK) {
    fputs(drawing, stderr);
    free(drawing);
  }
  fprintf(stderr, "%s\n", tgauth_qr_url(qr));
}

static mtp_status wait_for_scan(tgauth *auth, bool *password, mtp_error *error) {
  tgauth_qr *qr;
  tgauth_qr_result result = TGAUTH_QR_RENEWED;
  mtp_status status = tgauth_qr_begin(auth, NULL, 0, &qr, error);
  while (status == MTP_OK && result != TGAUTH_QR_DONE && result != TGAUTH_QR_PASSWORD_NEEDED) {
    if (result == TGAUTH_QR_RENEWED && *tgauth_qr_url(qr))
      show_qr(qr);
    status = tgauth_qr_wait(auth, qr, QR_WAIT_MS, &result, error);
  }
  tgauth_qr_free(qr);
  *password = result == TGAUTH_QR_PASSWORD_NEEDED;
  return status;
}

static mtp_status check_password(tgauth *auth, answers *given, mtp_error *error) {
  char text[SECRET] = "";
  tgauth_password_info *info;
  mtp_status status = tgauth_get_password(auth, &info, error);
  while (status == MTP_OK) {
    if (!ask_password(given, info->hint, text, sizeof text)) {
      memset(error, 0, sizeof *error);
      error->method = TL_NONE;
      error->status = status = MTP_ERR_CANCELLED;
      break;
    }
    status = tgauth_check_password_text(auth, text, error);
    if (status == MTP_OK || error->rpc != TG_ERR_PASSWORD_HASH_INVALID || !ask_again(given, error))
      break;
    status = MTP_OK;
  }
  OPENSSL_cleanse(text, sizeof text);
  tgauth_password_info_free(info);
  return status;
}

static mtp_status login_qr(tgauth *auth, answers *given, mtp_error *error) {
  bool authorized, password = false;
  mtp_status status = tgauth_is_authorized(auth, &authorized, error);
  if (status != MTP_OK || authorized)
    return status;
  status = wait_for_scan(auth, &password, error);
  return status == MTP_OK && password ? check_password(auth, given, error) : status;
}

/* ---- the command ---- */

typedef struct login_args {
  answers given;
  const char *phone, *bot_token;
  bool bot, qr;
} login_args;

static mtp_status login(tgauth *auth, login_args *args, mtp_error *error) {
  char token[SECRET] = "";
  const char *who = args->bot_token ? args->bot_token : args->phone;
  tgauth_start_callbacks callbacks = {
      .ctx = &args->given,
      .phone = ask_who,
      .code = ask_code,
      .password = ask_password,
      .email = ask_email,
      .email_code = ask_email_code,
      .sign_up = ask_sign_up,
      .error = ask_again,
  };
  if (args->qr)
    return login_qr(auth, &args->given, error);
  if (args->bot && get_secret(NULL, "TGCALL_BOT_TOKEN", "Bot token: ", token, sizeof token))
    who = token;
  mtp_status status = tgauth_start(auth, who, &callbacks, error);
  OPENSSL_cleanse(token, sizeof token);
  if (status == MTP_ERR_CANCELLED && args->given.qr)
    return login_qr(auth, &args->given, error);
  return status;
}

static bool sensible(const login_args *args) {
  if ((args->phone != NULL) + (args->bot_token != NULL || args->bot) + args->qr > 1)
    return usage_error("--phone, --bot-token and --qr exclude each other"), false;
  if (!args->phone && args->given.code)
    return usage_error("--code needs --phone"), false;
  if ((args->bot_token || args->bot) && args->given.password)
    return usage_error("--password is for users, a bot has none"), false;
  if (args->bot_token && !strchr(args->bot_token, ':'))
    return usage_error("--bot-token: a bot token has a colon in it"), false;
  return true;
}

int cmd_login(int argc, char **argv) {
  login_args own = {{NULL, NULL, false}, NULL, NULL, false, false};
  const option_spec specs[] = {{"--phone", &own.phone, NULL},
                               {"--code", &own.given.code, NULL},
                               {"--password", &own.given.password, NULL},
                               {"--bot-token", &own.bot_token, NULL},
                               {"--bot", NULL, &own.bot},
                               {"--qr", NULL, &own.qr}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_error error;
  if (!parse_options(argc, argv, specs, 6, &args, NULL, 0, &n_words) || !sensible(&own))
    return EXIT_USAGE;
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = login(auth, &own, &error) == MTP_OK ? print_me(auth) : report_error(&error);
  tgauth_close(auth);
  return status;
}

int cmd_logout(int argc, char **argv) {
  bool destroy = false;
  const option_spec own[] = {{"--destroy-key", NULL, &destroy}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_error error;
  if (!parse_options(argc, argv, own, 1, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = tgauth_log_out(auth, destroy, &error) == MTP_OK ? EXIT_OK : report_error(&error);
  tgauth_close(auth);
  if (status == EXIT_OK)
    puts("{\"_\": \"auth.loggedOut\"}");
  return status;
}
