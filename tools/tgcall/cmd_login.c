/* tgcall login and logout. */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the command line gave; each is used once, what is missing is asked on standard input. */
typedef struct answers {
  const char *code, *password;
} answers;

static bool give(const char *what, char *out, size_t size) {
  size_t n = strlen(what);
  if (n >= size)
    return false;
  memcpy(out, what, n + 1);
  return true;
}

static bool prompt(const char *text, char *out, size_t size) {
  fprintf(stderr, "%s", text);
  fflush(stderr);
  if (!fgets(out, (int)size, stdin))
    return false;
  out[strcspn(out, "\r\n")] = '\0';
  return true;
}

static bool ask_code(void *ctx, const tgauth_code *code, char *out, size_t size) {
  answers *self = ctx;
  char text[512];
  if (self->code)
    return give(self->code, out, size);
  fprintf(stderr, "%s\n", tgauth_explain(code, text, sizeof text));
  return prompt("Code: ", out, size);
}

static bool ask_password(void *ctx, const char *hint, char *out, size_t size) {
  answers *self = ctx;
  (void)hint;
  return self->password ? give(self->password, out, size) : prompt("2FA password: ", out, size);
}

static bool ask_sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last,
                        size_t size) {
  (void)ctx;
  if (terms)
    fprintf(stderr, "%s\n", terms->text);
  return prompt("First name: ", first, size) && prompt("Last name: ", last, size);
}

/* What came from the command line is not tried twice. */
static bool stop_at_error(void *ctx, const mtp_error *error) {
  (void)ctx;
  (void)error;
  return false;
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

static mtp_status login(tgauth *auth, const char *who, answers *given, mtp_error *error) {
  tgauth_start_callbacks callbacks = {
      .ctx = given,
      .code = ask_code,
      .password = ask_password,
      .sign_up = ask_sign_up,
      .error = stop_at_error,
  };
  return who ? tgauth_start(auth, who, &callbacks, error) : tgauth_interactive_login(auth, error);
}

int cmd_login(int argc, char **argv) {
  const char *phone = NULL, *bot_token = NULL;
  answers given = {NULL, NULL};
  const option_spec own[] = {{"--phone", &phone, NULL},
                             {"--code", &given.code, NULL},
                             {"--password", &given.password, NULL},
                             {"--bot-token", &bot_token, NULL}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_error error;
  if (!parse_options(argc, argv, own, 4, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  if (phone && bot_token)
    return usage_error("--phone and --bot-token exclude each other");
  if (!phone && (given.code || given.password))
    return usage_error("--code and --password need --phone");
  if (bot_token && !strchr(bot_token, ':'))
    return usage_error("--bot-token: a bot token has a colon in it");
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  if (login(auth, bot_token ? bot_token : phone, &given, &error) == MTP_OK)
    status = print_me(auth);
  else
    status = report_error(&error);
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
