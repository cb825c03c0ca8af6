/* The program tgdc: a data centre, its sockets, and one line of JSON when it is ready. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgdc/loop.h>
#include <unistd.h>

#include "options.h"
#include "rpc/methods.h"
#include "send_command.h"

#define MOST_CONFIG ((size_t)1 << 24)

/* For the signal handler alone. */
static tgdc_loop *stopping;

static void on_signal(int number) {
  (void)number;
  tgdc_loop_stop(stopping);
}

static bool catch_signals(tgdc_loop *loop) {
  struct sigaction action = {.sa_handler = on_signal};
  stopping = loop;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0;
}

static void print_log(void *ctx, const char *line) {
  (void)ctx;
  fprintf(stderr, "tgdc: %s\n", line);
}

/* PHONE[,CODE[,PASSWORD]]; the password may hold commas. */
static bool add_user(tgdc *dc, char *text, char *error, size_t size) {
  char *code = strchr(text, ','), *password = NULL;
  if (code != NULL) {
    *code++ = 0;
    password = strchr(code, ',');
    if (password != NULL)
      *password++ = 0;
  }
  bool ok = tgdc_add_user(dc, text, code, password, error, size);
  if (password != NULL)
    memset(password, '*', strlen(password)); /* not for everybody who runs ps */
  return ok;
}

/* A file of some bytes, with a NUL behind them; the caller frees it. NULL with error filled. */
static char *read_whole(const char *path, size_t *n, char *error, size_t size) {
  FILE *file = fopen(path, "r");
  char *text = file == NULL ? NULL : malloc(MOST_CONFIG);
  *n = text == NULL ? 0 : fread(text, 1, MOST_CONFIG, file);
  bool whole = *n > 0 && *n < MOST_CONFIG && ferror(file) == 0;
  if (file == NULL || ferror(file) != 0)
    snprintf(error, size, "cannot read %s: %s", path, strerror(errno));
  else if (!whole)
    snprintf(error, size, "%s: %s", path, *n == 0 ? "empty" : "longer than 16 MiB");
  if (file != NULL)
    fclose(file);
  if (whole) {
    text[*n] = 0;
    return text;
  }
  free(text);
  return NULL;
}

static bool read_config(tgdc *dc, const char *path, char *error, size_t size) {
  char why[240];
  size_t n;
  char *text = read_whole(path, &n, error, size);
  bool ok = text != NULL && tgdc_configure(dc, text, n, why, sizeof why);
  if (text != NULL && !ok)
    snprintf(error, size, "%s: %s", path, why);
  free(text);
  return ok;
}

static bool add_bot(tgdc *dc, char *token, char *error, size_t size) {
  bool ok = tgdc_add_bot(dc, token, error, size);
  char *secret = strchr(token, ':');
  if (secret != NULL)
    memset(secret + 1, '*', strlen(secret + 1)); /* as the password's */
  return ok;
}

/* Tokens with blanks or line ends between them. */
static bool add_bots(tgdc *dc, char *text, char *error, size_t size) {
  char *rest, *token = strtok_r(text, " \t\r\n", &rest);
  for (; token != NULL; token = strtok_r(NULL, " \t\r\n", &rest))
    if (!add_bot(dc, token, error, size))
      return false;
  return true;
}

static bool read_bots(tgdc *dc, const char *path, char *error, size_t size) {
  size_t n;
  char *text = read_whole(path, &n, error, size);
  bool ok = text != NULL && add_bots(dc, text, error, size);
  free(text);
  return ok;
}

/* What the environment says, which others do not see. */
static bool bots_of_environment(tgdc *dc, char *error, size_t size) {
  const char *given = getenv("TGDC_BOTS");
  char *text = given == NULL ? NULL : strdup(given);
  bool ok = given == NULL || (text != NULL && add_bots(dc, text, error, size));
  free(text);
  return ok;
}

static bool fill(tgdc *dc, const tgdc_command_line *line, char *error, size_t size) {
  if (line->config != NULL && !read_config(dc, line->config, error, size))
    return false;
  for (int i = 0; i < line->n_users; i++)
    if (!add_user(dc, line->users[i], error, size))
      return false;
  for (int i = 0; i < line->n_bots; i++)
    if (!add_bot(dc, line->bots[i], error, size))
      return false;
  for (int i = 0; i < line->n_bot_files; i++)
    if (!read_bots(dc, line->bot_files[i], error, size))
      return false;
  return bots_of_environment(dc, error, size);
}

static bool add_centers(json_t *ready, tgdc *dc, const tgdc_loop *loop, const char *host) {
  json_t *list = json_array();
  char address[80];
  for (int i = 0; tgdc_dc_id(dc, i) != 0; i++) {
    int id = tgdc_dc_id(dc, i);
    snprintf(address, sizeof address, "%s:%u", host, (unsigned)tgdc_loop_port(loop, id));
    if (i == 0 && (json_object_set_new(ready, "address", json_string(address)) != 0 ||
                   json_object_set_new(ready, "dc", json_integer(id)) != 0))
      return false;
    if (json_array_append_new(list, json_pack("{s:i, s:s}", "id", id, "address", address)) != 0)
      return false;
  }
  return json_object_set_new(ready, "dcs", list) == 0;
}

static bool announce(tgdc *dc, const tgdc_loop *loop, const tgdc_command_line *line,
                     const char *control) {
  json_t *ready = json_object();
  const char *path = tgdc_public_key_path(dc);
  bool ok = ready != NULL && add_centers(ready, dc, loop, line->host) &&
            json_object_set_new(ready, "public_key", json_string(path == NULL ? "" : path)) == 0 &&
            json_object_set_new(ready, "public_key_pem", json_string(tgdc_public_key(dc))) == 0 &&
            (control == NULL || json_object_set_new(ready, "control", json_string(control)) == 0) &&
            json_dumpf(ready, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF &&
            fflush(stdout) == 0;
  json_decref(ready);
  return ok;
}

static int serve(tgdc *dc, const tgdc_command_line *line) {
  char error[300] = "", path[512];
  bool control = line->options.state_dir != NULL;
  int status = EXIT_FAILURE;
  tgdc_loop *loop = tgdc_loop_new(dc, line->host, line->port, error, sizeof error);
  if (loop == NULL)
    goto out;
  snprintf(path, sizeof path, "%s/control", control ? line->options.state_dir : "");
  if (control && !tgdc_loop_control(loop, path, error, sizeof error))
    goto out;
  if (!catch_signals(loop) || !announce(dc, loop, line, control ? path : NULL)) {
    snprintf(error, sizeof error, "cannot say that it is ready: %s", strerror(errno));
    goto out;
  }
  if (line->exit_with_stdin)
    tgdc_loop_end_with(loop, STDIN_FILENO);
  tgdc_loop_run(loop);
  if (tgdc_duplicated(dc) > 0)
    fprintf(stderr, "tgdc: %llu keys were used by two clients at a time\n",
            (unsigned long long)tgdc_duplicated(dc));
  status = EXIT_SUCCESS;
out:
  if (status != EXIT_SUCCESS)
    fprintf(stderr, "tgdc: %s\n", error);
  tgdc_loop_free(loop);
  return status;
}

static int send_command(const tgdc_command_line *line) {
  char error[300] = "";
  bool ok;
  if (!tgdc_send_command(line->options.state_dir, line->command, &ok, error, sizeof error))
    fprintf(stderr, "tgdc: %s\n", error);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
  tgdc_command_line line;
  char error[300] = "";
  int status = EXIT_FAILURE;
  tgdc *dc = NULL;
  if (!tgdc_command_line_read(argc, argv, &line, error, sizeof error)) {
    fprintf(stderr, "tgdc: %s\n(tgdc --help says what there is)\n", error);
    status = 2;
  } else if (line.help) {
    fputs(tgdc_usage(), stdout);
    status = EXIT_SUCCESS;
  } else if (line.methods) {
    status = dc_methods_print(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (status != EXIT_SUCCESS)
      fprintf(stderr, "tgdc: the list could not be written: %s\n", strerror(errno));
  } else if (line.command != NULL) {
    status = send_command(&line);
  } else {
    line.options.now = tgdc_now();
    line.options.log = print_log;
    dc = tgdc_new(&line.options, error, sizeof error);
    if (dc == NULL || !fill(dc, &line, error, sizeof error))
      fprintf(stderr, "tgdc: %s\n", error);
    else
      status = serve(dc, &line);
  }
  tgdc_free(dc);
  tgdc_command_line_free(&line);
  return status;
}
