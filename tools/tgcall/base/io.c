/* Reading input, printing values and errors. */
#include "ending.h"
#include "tgcall.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease_url.h>
#include <tl/visible.h>
#include <unistd.h>

enum { SAID = 8192 };

/* Whether standard error takes colours: https://no-color.org. */
static bool is_coloured(void) {
  const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
  return !(no && *no) && isatty(STDERR_FILENO) == 1 && terminal && strcmp(terminal, "dumb") != 0;
}

/* A line about something, without what is secret in it, or would not be shown but obeyed. */
static void say(char *text) {
  char line[SAID * 2];
  tgauth_redact(text);
  tl_visible(line, sizeof line, text, strlen(text));
  fprintf(stderr, is_coloured() ? "\033[1;31mtgcall:\033[0m %s\n" : "tgcall: %s\n", line);
}

int usage_error(const char *format, ...) {
  char text[SAID];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  say(text);
  return EXIT_USAGE;
}

int local_error(const char *format, ...) {
  mtp_error error = {.status = MTP_ERR_STORE, .method = TL_NONE};
  va_list args;
  va_start(args, format);
  vsnprintf(error.text, sizeof error.text, format, args);
  va_end(args);
  return report_error(&error);
}

int no_memory(void) {
  mtp_error error = {.status = MTP_ERR_NOMEM, .method = TL_NONE, .text = "out of memory"};
  return report_error(&error);
}

bool json_is_pretty(void) {
  const char *said = getenv("TGCALL_JSON");
  if (said && (!strcmp(said, "pretty") || !strcmp(said, "compact") || !strcmp(said, "rpc")))
    return *said == 'p';
  return isatty(STDOUT_FILENO) == 1;
}

/* JSON of our own; what is not ASCII stands in strings, so tl_visible()'s escapes are JSON's. */
static bool put_json(const json_t *object) {
  char *text = json_dumps(object, json_is_pretty() ? JSON_INDENT(2) : JSON_COMPACT);
  size_t size = text ? strlen(text) : 0, room = size * 6 + 1;
  char *shown = text ? malloc(room) : NULL;
  if (shown)
    tl_visible(shown, room, text, size);
  bool ok = shown && puts(shown) >= 0 && fflush(stdout) == 0;
  free(shown);
  free(text);
  return ok;
}

enum { CHUNK = 65536, MAX_INPUT = 256 << 20 };

int read_stream(int fd, tl_buffer *out) {
  for (;;) {
    uint8_t *at = out->size < MAX_INPUT ? tl_buffer_extend(out, CHUNK) : NULL;
    if (!at)
      return usage_error("the input is too large");
    ssize_t n = read(fd, at, CHUNK);
    out->size -= (size_t)(CHUNK - (n > 0 ? n : 0));
    if (n == 0)
      return EXIT_OK;
    if (n < 0 && errno != EINTR)
      return local_error("cannot read the input: %s", strerror(errno));
  }
}

int read_file(const char *path, tl_buffer *out) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return usage_error("there is no file %s", path);
  if (fd < 0)
    return local_error("cannot open %s: %s", path, strerror(errno));
  int status = read_stream(fd, out);
  close(fd);
  if (status == EXIT_OK && tl_buffer_append(out, "", 1) != TL_OK)
    status = no_memory();
  return status;
}

static int finish(tl_status status, tl_buffer *out, const tl_error *error) {
  int result = EXIT_OK;
  if (status == TL_OK)
    status = tl_buffer_append(out, "\n", 1);
  if (status != TL_OK)
    result = local_error("%s: %s", error->path, error->text);
  else if (fwrite(out->data, 1, out->size, stdout) != out->size || fflush(stdout) != 0)
    result = EXIT_LOCAL; /* main() says so */
  tl_buffer_free(out);
  return result;
}

int print_value(const tl_value *value) {
  tl_buffer out;
  tl_error error = {0};
  tl_buffer_init(&out, NULL, 0);
  tl_status status = tl_json_write(value, json_is_pretty() ? TL_JSON_INDENT : 0, &out, &error);
  return finish(status, &out, &error);
}

int print_object(const tl_object *object) {
  tl_buffer out;
  tl_error error = {0};
  tl_buffer_init(&out, NULL, 0);
  tl_status status =
      tl_json_write_object(object, json_is_pretty() ? TL_JSON_INDENT : 0, &out, &error);
  return finish(status, &out, &error);
}

int print_report(json_t *object) {
  if (!object)
    return no_memory();
  bool ok = put_json(object);
  json_decref(object);
  return ok ? EXIT_OK : EXIT_LOCAL;
}

static int exit_status(mtp_status status) {
  switch (status) {
  case MTP_OK:
    return EXIT_OK;
  case MTP_ERR_RPC:
  case MTP_ERR_KEY_LOST:
    return EXIT_RPC;
  case MTP_ERR_TIMEOUT:
  case MTP_ERR_CLOSED:
  case MTP_ERR_NETWORK:
  case MTP_ERR_PROXY:
  case MTP_ERR_TRANSPORT:
  case MTP_ERR_HANDSHAKE:
  case MTP_ERR_PROTOCOL:
  case MTP_ERR_UNCERTAIN:
  case MTP_ERR_REJECTED:
    return EXIT_NETWORK;
  case MTP_ERR_ARGUMENT:
  case MTP_ERR_ENCODE:
    return EXIT_USAGE;
  case MTP_ERR_CANCELLED:
  case MTP_ERR_DECODE:
  case MTP_ERR_NOMEM:
  case MTP_ERR_RANDOM:
  case MTP_ERR_STORE:
  case MTP_ERR_CRYPTO:
    break;
  }
  return EXIT_LOCAL;
}

static const char given_up[] =
    "the server has given this session up. Until the next sign-in it is kept beside its file, as "
    "FILE.lost;\n"
    "tgcall: the way back to it is: tgcall session import FILE.lost --session FILE --force";
static const char given_up_in_database[] =
    "the server has given this session up. Until the next sign-in it is kept beside its account in "
    "the\n"
    "tgcall: database; the way back to it is: tgcall session restore URL#ACCOUNT";

/* connect_session() says which session it has opened, if that is in a database. */
static const char *say_given_up(void) {
  const char *session = getenv("TGCALL_SESSION");
  return session && tgauth_url_is_table(session) ? given_up_in_database : given_up;
}

/* Where HTTP was spoken, a status from 300 to 399: nothing of Telegram's sends one. */
static bool is_redirection(const mtp_error *error) {
  int64_t code = error->status == MTP_ERR_TRANSPORT ? -(int64_t)error->code : error->code;
  return (error->status == MTP_ERR_TRANSPORT || error->status == MTP_ERR_NETWORK ||
          error->status == MTP_ERR_PROXY) &&
         code >= 300 && code < 400;
}

/* What a person should know of an error beside its name; NULL: nothing. */
static const char *advice(const mtp_error *error) {
  bool code = error->method == tg_auth_sendCode_call(NULL).def ||
              error->method == tg_auth_resendCode_call(NULL).def;
  if (code && (error->status == MTP_ERR_UNCERTAIN || error->status == MTP_ERR_TIMEOUT))
    return "a code may have been sent: see whether it comes before asking for another";
  if (error->status == MTP_ERR_KEY_LOST)
    return say_given_up();
  if (is_redirection(error))
    return "a page stands in the way: a captive portal wants to be seen in a browser first";
  if (error->status != MTP_ERR_RPC)
    return NULL;
  switch (error->rpc) {
  case TG_ERR_API_ID_INVALID:
    return "the api_id and api_hash do not belong together; my.telegram.org shows yours";
  case TG_ERR_AUTH_KEY_UNREGISTERED:
    return error->method < tg_schema.n_defs &&
                   strncmp(tl_def_name(&tg_schema, error->method), "auth.", 5) == 0
               ? NULL /* it is what signs in that said so */
               : "nobody is signed in; tgcall login does that";
  case TG_ERR_SESSION_REVOKED:
  case TG_ERR_SESSION_EXPIRED:
  case TG_ERR_AUTH_KEY_DUPLICATED:
  case TG_ERR_AUTH_KEY_INVALID:
  case TG_ERR_USER_DEACTIVATED:
  case TG_ERR_USER_DEACTIVATED_BAN:
    return say_given_up();
  case TG_ERR_AUTH_RESTART:
  case TG_ERR_AUTH_RESTART_X:
    return "the sign-in has to begin anew";
  case TG_ERR_PHONE_NUMBER_BANNED:
    return "Telegram has banned the number";
  case TG_ERR_PHONE_NUMBER_FLOOD:
  case TG_ERR_PHONE_PASSWORD_FLOOD:
    return "too many sign-ins with this number; try again tomorrow";
  case TG_ERR_UPDATE_APP_TO_LOGIN:
    return "Telegram wants a newer layer than this program has";
  default:
    return NULL;
  }
}

static void print_advice(const mtp_error *error) {
  const char *text = advice(error);
  bool wait = error->status == MTP_ERR_RPC && error->code == 420 && error->arg > 0;
  if (text)
    fprintf(stderr, "tgcall: %s\n", text);
  else if (wait)
    fprintf(stderr, "tgcall: this can be tried again in %lld seconds\n", (long long)error->arg);
}

/* The text as it may be shown, in UTF-8 whatever it was. */
static void shown_text(const mtp_error *error, const char *line, char *out, size_t size) {
  char text[SAID];
  snprintf(text, sizeof text, "%s", error->text[0] ? error->text : line);
  tgauth_redact(text);
  tl_visible(out, size, text, strlen(text));
}

json_t *describe_error(const mtp_error *error) {
  char line[SAID], text[sizeof error->text * 6];
  mtp_error_format(error, line, sizeof line);
  shown_text(error, line, text, sizeof text); /* a place in an answer is in the line */
  json_t *out = json_pack("{s:s, s:i, s:s}", "class", mtp_status_name(error->status), "code",
                          (int)error->code, "text", text);
  if (out && error->status == MTP_ERR_RPC) {
    json_object_set_new(out, "name", json_string(tl_error_name(&tg_errors, (uint16_t)error->rpc)));
    json_object_set_new(out, "arg", json_integer(error->arg));
    if (*mtp_error_value(error))
      json_object_set_new(out, "value", json_string(mtp_error_value(error)));
    if (error->notice[0])
      json_object_set_new(out, "notice", json_string(error->notice));
  }
  if (out && error->method < tg_schema.n_defs)
    json_object_set_new(out, "method", json_string(tl_def_name(&tg_schema, error->method)));
  return out;
}

/* Where standard output speaks JSON-RPC, an error that belongs to no request. */
static json_t *outer_error(json_t *error) {
  const char *style = getenv("TGCALL_JSON");
  if (!style || strcmp(style, "rpc") != 0)
    return json_pack("{s:o}", "error", error);
  return json_pack("{s:s, s:n, s:{s:i, s:s, s:o}}", "jsonrpc", "2.0", "id", "error", "code", -32000,
                   "message", json_string_value(json_object_get(error, "text")), "data", error);
}

int report_error(const mtp_error *error) {
  char line[SAID];
  if (ending_signal()) { /* the program ends by it; what it has led to is no news */
    say("ended by a signal");
    return EXIT_LOCAL;
  }
  mtp_error_format(error, line, sizeof line);
  say(line);
  print_advice(error);
  json_t *outer = outer_error(describe_error(error));
  if (outer)
    put_json(outer);
  json_decref(outer);
  return exit_status(error->status);
}
