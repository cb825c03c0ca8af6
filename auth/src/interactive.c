/* Signing in on a terminal, or through a pipe: one answer a line. */
#include "internal.h"
#include <stdio.h>
#include <unistd.h>

static bool ask_phone(void *ctx, char *out, size_t size) {
  (void)ctx;
  return tgauth_ask("Phone number, bot token, or qr: ", out, size);
}

/* A person's Enter that would spend a delivery before its time, or one that there is not. A program
 * behind a pipe is taken at its word. */
static bool is_too_early(const tgauth_code *code, const char *answer) {
  int32_t wait = tgauth_code_wait(code);
  if (*answer || isatty(STDIN_FILENO) != 1 || (code->next_type != TGAUTH_BY_NONE && !wait))
    return false;
  if (code->next_type != TGAUTH_BY_NONE)
    fprintf(stderr, "It can be sent again in %d seconds.\n", (int)wait);
  return true;
}

static bool ask_code(void *ctx, const tgauth_code *code, char *out, size_t size) {
  char text[512];
  const char *prompt =
      code->next_type == TGAUTH_BY_NONE ? "Code: " : "Code (empty: send it again): ";
  (void)ctx;
  if (tgauth_code_show_once(code)) {
    tgauth_show(tgauth_explain(code, text, sizeof text));
    tgauth_show("\n");
  }
  do {
    if (!tgauth_ask(prompt, out, size))
      return false;
  } while (is_too_early(code, out));
  return true;
}

static bool ask_password(void *ctx, const char *hint, char *out, size_t size) {
  char prompt[256];
  (void)ctx;
  snprintf(prompt, sizeof prompt, *hint ? "2FA password (hint: %s): " : "2FA password%s: ", hint);
  return tgauth_ask_hidden(prompt, out, size);
}

static bool ask_email(void *ctx, char *out, size_t size) {
  (void)ctx;
  return tgauth_ask("A login e-mail has to be set up. Address: ", out, size);
}

static bool ask_email_code(void *ctx, const char *pattern, int32_t length, char *out, size_t size) {
  char text[256];
  (void)ctx;
  snprintf(text, sizeof text, "A code of %d digits was sent to %s.\n", length,
           *pattern ? pattern : "it");
  tgauth_show(text);
  return tgauth_ask("Code in the mail: ", out, size);
}

static bool ask_sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last,
                        size_t size) {
  (void)ctx;
  fprintf(stderr, "There is no account with this number yet.\n");
  if (terms && *terms->text) {
    fprintf(stderr, "Signing up means agreeing to these terms:\n");
    tgauth_show(terms->text);
    fprintf(stderr, "\n");
  }
  if (terms && terms->min_age)
    fprintf(stderr, "and to being at least %d years old.\n", terms->min_age);
  return tgauth_ask("First name (empty: do not sign up): ", first, size) && *first &&
         tgauth_ask("Last name (may be empty): ", last, size);
}

static bool show_error(void *ctx, const mtp_error *error) {
  char text[320];
  (void)ctx;
  fprintf(stderr, "%s\n", mtp_error_format(error, text, sizeof text));
  return true;
}

static bool show_qr(void *ctx, const tgauth_qr *qr) {
  char *drawing;
  (void)ctx;
  fprintf(stderr, "Scan this in Telegram: Settings > Devices > Link Desktop Device\n");
  if (tgauth_qr_draw(tgauth_qr_url(qr), &drawing, NULL) == MTP_OK) {
    fputs(drawing, stderr);
    tgauth_string_free(drawing);
  }
  fprintf(stderr, "%s\n", tgauth_qr_url(qr));
  return true;
}

void tgauth_terminal_callbacks(tgauth_start_callbacks *out) {
  *out = (tgauth_start_callbacks){
      .phone = ask_phone,
      .code = ask_code,
      .password = ask_password,
      .email = ask_email,
      .email_code = ask_email_code,
      .sign_up = ask_sign_up,
      .error = show_error,
      .qr = show_qr,
  };
}

mtp_status tgauth_interactive_login(tgauth *auth, mtp_error *error) {
  tgauth_start_callbacks callbacks;
  tgauth_terminal_callbacks(&callbacks);
  return tgauth_start(auth, NULL, &callbacks, error);
}
