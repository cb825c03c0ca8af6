/* Signing in on a terminal, or through a pipe: one answer a line. */
#include "internal.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { QR_POLL_MS = 60000 };

typedef struct terminal {
  tgauth *auth;
  bool qr; /* the person asked for a QR code instead of giving a number */
} terminal;

/* One line of standard input without its end; unbuffered, so that a pipe keeps what comes after it.
 */
static bool read_line(char *out, size_t size) {
  size_t n = 0;
  char c;
  ssize_t got;
  while ((got = read(STDIN_FILENO, &c, 1)) == 1 || (got < 0 && errno == EINTR)) {
    if (got == 1 && c == '\n')
      break;
    if (got == 1 && n + 1 < size)
      out[n++] = c;
  }
  if (n && out[n - 1] == '\r')
    n--;
  out[n] = '\0';
  return n > 0 || got == 1;
}

static bool ask(const char *prompt, char *out, size_t size) {
  fprintf(stderr, "%s", prompt);
  fflush(stderr);
  return read_line(out, size);
}

/* The same without echo when input is a terminal; its settings are put back in any case. */
static bool ask_hidden(const char *prompt, char *out, size_t size) {
  struct termios before;
  bool terminal_input = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal_input) {
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  bool answered = ask(prompt, out, size);
  if (terminal_input) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  return answered;
}

static bool ask_phone(void *ctx, char *out, size_t size) {
  terminal *self = ctx;
  if (!ask("Phone number, bot token, or qr: ", out, size))
    return false;
  self->qr = strcmp(out, "qr") == 0;
  return !self->qr;
}

static bool ask_code(void *ctx, const tgauth_code *code, char *out, size_t size) {
  char text[512];
  (void)ctx;
  fprintf(stderr, "%s\n", tgauth_explain(code, text, sizeof text));
  return ask(code->next_type == TGAUTH_BY_NONE ? "Code: " : "Code (empty: send it again): ", out,
             size);
}

static bool ask_password(void *ctx, const char *hint, char *out, size_t size) {
  char prompt[256];
  (void)ctx;
  snprintf(prompt, sizeof prompt, *hint ? "2FA password (hint: %s): " : "2FA password%s: ", hint);
  return ask_hidden(prompt, out, size);
}

static bool ask_email(void *ctx, char *out, size_t size) {
  (void)ctx;
  return ask("A login e-mail has to be set up. Address: ", out, size);
}

static bool ask_email_code(void *ctx, const char *pattern, int32_t length, char *out, size_t size) {
  (void)ctx;
  fprintf(stderr, "A code of %d digits was sent to %s.\n", length, pattern ? pattern : "it");
  return ask("Code in the mail: ", out, size);
}

static bool ask_sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last,
                        size_t size) {
  (void)ctx;
  fprintf(stderr, "There is no account with this number yet.\n");
  if (terms && *terms->text)
    fprintf(stderr, "Signing up means agreeing to these terms:\n%s\n", terms->text);
  return ask("First name (empty: do not sign up): ", first, size) && *first &&
         ask("Last name (may be empty): ", last, size);
}

static bool show_error(void *ctx, const mtp_error *error) {
  char text[320];
  (void)ctx;
  fprintf(stderr, "%s\n", mtp_error_format(error, text, sizeof text));
  return true;
}

/* ---- QR ---- */

static void show_qr(const tgauth_qr *qr) {
  char *drawing;
  fprintf(stderr, "Scan this with Settings > Devices > Link Desktop Device in Telegram:\n");
  if (tgauth_qr_draw(tgauth_qr_url(qr), &drawing, NULL) == MTP_OK) {
    fputs(drawing, stderr);
    free(drawing);
  }
  fprintf(stderr, "%s\n", tgauth_qr_url(qr));
}

static mtp_status password_loop(terminal *self, mtp_error *error) {
  tgauth_password_info *info;
  mtp_status status = tgauth_get_password(self->auth, &info, error);
  while (status == MTP_OK) {
    char answer[512] = "";
    if (!ask_password(self, info->hint, answer, sizeof answer)) {
      status = tgauth_fail(error, MTP_ERR_CANCELLED, "given up at a prompt");
      break;
    }
    status = tgauth_check_password_text(self->auth, answer, error);
    OPENSSL_cleanse(answer, sizeof answer);
    if (status == MTP_OK)
      break;
    show_error(self, error);
    if (status == MTP_ERR_RPC && error->rpc == TG_ERR_PASSWORD_HASH_INVALID)
      status = MTP_OK;
  }
  if (info)
    tgauth_password_info_free(info);
  return status;
}

static mtp_status sign_in_qr(terminal *self, mtp_error *error) {
  tgauth_qr *qr;
  tgauth_qr_result result = TGAUTH_QR_RENEWED;
  mtp_status status = tgauth_qr_begin(self->auth, NULL, 0, &qr, error);
  while (status == MTP_OK) {
    if (result == TGAUTH_QR_RENEWED)
      show_qr(qr);
    status = tgauth_qr_wait(self->auth, qr, QR_POLL_MS, &result, error);
    if (status == MTP_OK && (result == TGAUTH_QR_DONE || result == TGAUTH_QR_PASSWORD_NEEDED))
      break;
  }
  tgauth_qr_free(qr);
  if (status == MTP_OK && result == TGAUTH_QR_PASSWORD_NEEDED)
    status = password_loop(self, error);
  return status;
}

mtp_status tgauth_interactive_login(tgauth *auth, mtp_error *error) {
  terminal self = {auth, false};
  mtp_error local;
  tgauth_start_callbacks callbacks = {
      .ctx = &self,
      .phone = ask_phone,
      .code = ask_code,
      .password = ask_password,
      .email = ask_email,
      .email_code = ask_email_code,
      .sign_up = ask_sign_up,
      .error = show_error,
  };
  if (!error)
    error = &local;
  mtp_status status = tgauth_start(auth, NULL, &callbacks, error);
  if (status == MTP_ERR_CANCELLED && self.qr)
    status = sign_in_qr(&self, error);
  return status;
}
