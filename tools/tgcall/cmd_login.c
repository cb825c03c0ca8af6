/* tgcall login and logout. */
#include "tgcall.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/updates.h>
#include <tgauth/lease.h>
#include <unistd.h>

static const char help_login[] =
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
    "  --print-string  prints the session as a string on standard output instead of the user; "
    "without\n"
    "                  --session FILE it is kept nowhere else. Whoever has it is signed in\n"
    "\n"
    "A wrong answer from an option or a pipe ends it with status 1; on a terminal it asks again.\n";
static const char help_logout[] =
    "Signs out: the session file keeps only what is needed to sign in again without a code.\n"
    "\n"
    "  --destroy-key   also destroy the authorization key on the server\n";

enum { SECRET = 512 };

/* What the command line gave; what is missing is asked on standard input. */
typedef struct answers {
  const char *code, *password;
  json_t *price; /* what a code would have cost */
  tgauth_start_callbacks terminal;
} answers;

static bool ask_code(void *ctx, const tgauth_code *code, char *out, size_t size) {
  answers *self = ctx;
  return self->code ? give_text(self->code, out, size) : self->terminal.code(NULL, code, out, size);
}

static bool ask_password(void *ctx, const char *hint, char *out, size_t size) {
  answers *self = ctx;
  const char *given = self->password ? self->password : getenv("TGCALL_PASSWORD");
  return given ? give_text(given, out, size) : self->terminal.password(NULL, hint, out, size);
}

/* What came from the command line or a pipe is not tried twice; a person may try again. */
static bool ask_again(void *ctx, const mtp_error *error) {
  answers *self = ctx;
  bool given = self->code || self->password || getenv("TGCALL_PASSWORD");
  return !given && isatty(STDIN_FILENO) && self->terminal.error(NULL, error);
}

/* There is no paying here; what is to be paid is told. */
static bool tell_price(void *ctx, const tgauth_code *code, int64_t *form_id) {
  answers *self = ctx;
  (void)form_id;
  json_decref(self->price);
  self->price = describe_code(code);
  return false;
}

typedef struct login_args {
  answers given;
  const char *phone, *bot_token;
  bool bot, qr, print;
} login_args;

/* Whatever form its token has: the server decides. */
static mtp_status sign_in_bot(tgauth *auth, const char *token, mtp_error *error) {
  bool authorized;
  mtp_status status = tgauth_is_authorized(auth, &authorized, error);
  return status != MTP_OK || authorized ? status : tgauth_sign_in_bot(auth, token, error);
}

static mtp_status login(tgauth *auth, login_args *args, mtp_error *error) {
  char token[SECRET] = "";
  const char *who = args->qr ? "qr" : args->bot_token ? args->bot_token : args->phone;
  tgauth_start_callbacks callbacks;
  tgauth_terminal_callbacks(&callbacks);
  args->given.terminal = callbacks;
  callbacks.ctx = &args->given;
  callbacks.code = ask_code;
  callbacks.password = ask_password;
  callbacks.error = ask_again;
  callbacks.payment = tell_price;
  if (args->bot && !args->bot_token) {
    bool answered = get_secret(NULL, "TGCALL_BOT_TOKEN", "Bot token: ", token, sizeof token);
    who = answered ? token : "";
  }
  mtp_status status = args->bot || args->bot_token ? sign_in_bot(auth, who, error)
                                                   : tgauth_start(auth, who, &callbacks, error);
  OPENSSL_cleanse(token, sizeof token);
  return status;
}

static bool sensible(const login_args *args) {
  if ((args->phone != NULL) + (args->bot_token != NULL || args->bot) + args->qr > 1)
    return usage_error("--phone, --bot-token and --qr exclude each other"), false;
  if (args->phone && !strpbrk(args->phone, "0123456789"))
    return usage_error("--phone takes a telephone number"), false;
  if (args->phone && strchr(args->phone, ':'))
    return usage_error("--phone: that is a bot token; --bot takes one"), false;
  if (args->given.code && (!args->phone || !*args->given.code))
    return usage_error("--code takes a code, and needs --phone"), false;
  if ((args->bot_token || args->bot) && args->given.password)
    return usage_error("--password is for users, a bot has none"), false;
  return true;
}

/* --print-string without a place for the session: it is nowhere else. And a sign-in that would be
 * lost is not begun. */
static bool settle_string(connection_args *args, bool print) {
  args->print_string = print;
  if (print && !args->session && !args->account)
    args->session = "string:";
  if (!print && args->session && session_is_string(args->session) &&
      !*session_text(args, args->session))
    return usage_error("--session string: is kept nowhere: --print-string prints it"), false;
  return true;
}

static int print_string(tgauth *auth) {
  const mtp_session *session = mtp_client_session(tgauth_client(auth));
  fprintf(stderr, "tgcall: signed in as %lld; whoever has this string is, too\n",
          (long long)session->user_id);
  return print_session_string(auth);
}

/* Where the account's updates are now, beside its session in a database: whoever hears them first
 * has what comes from here on. Nothing else may happen to the session after that. */
static void keep_state(tgauth *auth) {
  tg_updates_getState what = {0};
  tl_call call = tg_updates_getState_call(&what);
  mtp_reply *reply = NULL;
  mtp_error error;
  tgauth_store *store = tgauth_store_of(auth);
  if (!store || tgauth_store_fence(store) == 0 ||
      mtp_client_session(tgauth_client(auth))->updates.date ||
      mtp_call_sync(tgauth_client(auth), &call, NULL, &reply, &error) != MTP_OK)
    return;
  const tg_updates_state *state = tg_updates_getState_result(mtp_reply_value(reply));
  mtp_session session = *mtp_client_session(tgauth_client(auth)); /* borrows all that it has */
  session.updates = (mtp_update_state){
      .pts = state->pts, .qts = state->qts, .date = state->date, .seq = state->seq};
  mtp_reply_free(reply);
  if (tgauth_save(auth, &error) == MTP_OK)
    (void)!store->ops->save(store, &session, &error);
}

static int cmd_login(int argc, char **argv) {
  login_args own;
  const option_spec specs[] = {{"--phone", &own.phone, NULL},
                               {"--code", &own.given.code, NULL},
                               {"--password", &own.given.password, NULL},
                               {"--bot-token", &own.bot_token, NULL},
                               {"--bot", NULL, &own.bot},
                               {"--qr", NULL, &own.qr},
                               {"--print-string", NULL, &own.print}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_error error;
  memset(&own, 0, sizeof own);
  if (!parse_options(argc, argv, specs, sizeof specs / sizeof *specs, &args, NULL, 0, &n_words) ||
      !sensible(&own) || !settle_string(&args, own.print))
    return EXIT_USAGE;
  args.makes_account = true;
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  if (login(auth, &own, &error) == MTP_OK)
    status = own.print ? print_string(auth) : print_me(auth);
  else if (own.given.price)
    status = report_payment(own.given.price);
  else
    status = report_error(&error);
  if (status == EXIT_OK)
    keep_state(auth);
  tgauth_close(auth);
  return status;
}

static int cmd_logout(int argc, char **argv) {
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
  return status == EXIT_OK ? print_report(json_pack("{s:s}", "_", "auth.loggedOut")) : status;
}

const command tgcall_login = {
    "login",
    "[--phone P [--code C] [--password W] | --bot-token T | --bot | --qr] [--print-string]",
    "sign in; asks for what is not given",
    cmd_login,
    help_login,
    NULL};

const command tgcall_logout = {"logout",   "[--destroy-key]", "sign out",
                               cmd_logout, help_logout,       NULL};
