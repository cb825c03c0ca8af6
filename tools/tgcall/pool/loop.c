/* The loop of a pool, and lines of JSON from what it hears. */
#include "ending.h"
#include "pool/pool.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>
#include <unistd.h>

enum { END_S = 10, SHOWN = 6 * TGAUTH_ACCOUNT_MAX + 1 };

/* ---- what it hears ---- */

static bool print_updates(void *ctx, const char *account, const tl_value *updates) {
  pool_program *program = ctx;
  json_t *line = json_pack("{s:s, s:o}", "account", account, "updates", json_of_value(updates));
  char *text = line ? json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
  bool ok = text && puts(text) >= 0 && fflush(stdout) == 0;
  if (text && !ok)
    program->broken = true;
  free(text);
  json_decref(line);
  return ok;
}

static void print_news(void *ctx, const char *account, tgpool_news news, const mtp_error *error) {
  static const char *const words[] = {"claimed",
                                      "taken over by another process",
                                      "login lost",
                                      "given back",
                                      "not given back",
                                      "failed",
                                      "the database is gone; it is asked again until it is back",
                                      "the database is back",
                                      "the streams stand still; their server is asked again",
                                      "the streams go on"};
  char text[320] = "", shown[SHOWN];
  (void)ctx;
  if (error)
    mtp_error_format(error, text, sizeof text);
  tl_visible(shown, sizeof shown, account, strlen(account));
  fprintf(stderr, "tgcall: %s%s%s%s%s\n", shown, *shown ? ": " : "", words[news], error ? ": " : "",
          text);
}

void pool_program_options(pool_program *program, tgpool_options *options) {
  options->update = print_updates;
  options->news = print_news;
  options->ctx = program;
}

/* ---- the loop ---- */

static int sooner(int a, int b) {
  return a < 0 ? b : b < 0 || a < b ? a : b;
}

static mtp_status turn(pool_program *program, mtp_error *error) {
  struct pollfd fds[] = {{.fd = ending_fd(), .events = POLLIN},
                         {.fd = tgpool_fd(program->pool), .events = POLLIN},
                         {.fd = program->listener, .events = POLLIN},
                         {.fd = pool_streams_fd(program), .events = POLLIN}};
  int wait = sooner(tgpool_timeout(program->pool), pool_metrics_timeout(program));
  (void)poll(fds, 4, sooner(wait, pool_streams_timeout(program)));
  pool_metrics_turn(program, (fds[2].revents & POLLIN) != 0);
  if (ending_signal())
    return MTP_OK;
  pool_streams_turn(program);
  return tgpool_turn(program->pool, 0, error);
}

static void too_late(void) {
  static const char text[] =
      "tgcall: the way out took too long: accounts that are not told as given back are free when "
      "their leases end\n";
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
}

/* What was counted last is what there is in the end: accounts are given back before. */
static void end(pool_program *program) {
  tgpool_end(program->pool);
  pool_metrics_end(program);
}

int pool_program_run(pool_program *program) {
  mtp_error error;
  mtp_status status = MTP_OK;
  if (!catch_ending_within(END_S, too_late))
    return local_error("signals cannot be caught");
  signal(SIGPIPE, SIG_IGN); /* a reader who is gone is a failure like others */
  if (!pool_metrics_begin(program))
    return EXIT_USAGE;
  while (status == MTP_OK && !program->broken && !ending_signal())
    status = turn(program, &error);
  end(program);
  if (program->broken)
    return EXIT_LOCAL; /* main() says so */
  return status == MTP_OK ? EXIT_OK : report_error(&error);
}
