/* tgcall: picks the command. */
#include "ending.h"
#include "help.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <tl/suggest.h>
#include <unistd.h>

/* The commands, in the order of the usage text: one row each. NAME is tgcall_NAME of its file. */
#define COMMANDS(X)                                                                                \
  X(login)                                                                                         \
  X(logout)                                                                                        \
  X(code)                                                                                          \
  X(me)                                                                                            \
  X(qr_accept)                                                                                     \
  X(password)                                                                                      \
  X(authorizations)                                                                                \
  X(send)                                                                                          \
  X(dialogs)                                                                                       \
  X(history)                                                                                       \
  X(search)                                                                                        \
  X(contacts)                                                                                      \
  X(listen)                                                                                        \
  X(upload)                                                                                        \
  X(download)                                                                                      \
  X(explain)                                                                                       \
  X(invoke)                                                                                        \
  X(session)                                                                                       \
  X(encode)                                                                                        \
  X(decode)                                                                                        \
  X(pool)                                                                                          \
  X(serve)                                                                                         \
  X(completion)                                                                                    \
  X(complete)

#define DECLARE(name) extern const command tgcall_##name;
#define POINT(name)   &tgcall_##name,

COMMANDS(DECLARE)
static const command *const commands[] = {COMMANDS(POINT)};
static const command_table table = {commands, sizeof commands / sizeof commands[0]};

/* A stream that was closed fails when it is used, instead of being some file or socket that is
 * opened in its place. */
static void keep_streams_apart(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0) /* the lowest number that is free is what open() gives */
      (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* The status, or that what was printed did not reach its file; unless a signal is to end it all. */
static int written(int status) {
  bool ok = fflush(stdout) == 0 && !ferror(stdout);
  end_by_signal();
  if (ok)
    return status;
  fprintf(stderr, "tgcall: cannot write the output\n");
  return status == EXIT_OK ? EXIT_LOCAL : status;
}

/* --help among the options, not behind "--". */
static bool wants_help(int argc, char **argv) {
  for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      return true;
  return false;
}

static bool is_general(const char *arg) {
  return !strcmp(arg, "--help") || !strcmp(arg, "-h") || !strcmp(arg, "--version");
}

/* Where the command stands: behind options and what they take. argc: there is none;
 * -i: argv[i] is no option. */
static int find_command(int argc, char **argv) {
  help_option option = {.arg = ""};
  int i = 1;
  for (; i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0; i++) {
    size_t size = strcspn(argv[i], "=");
    if (is_general(argv[i]))
      continue;
    if (!help_find_option(&table, argv[i], size, &option))
      return -i;
    i += option.arg[0] && !argv[i][size];
  }
  return i < argc ? i : argc;
}

static int no_command(const char *name) {
  tl_suggestion meant = TL_SUGGEST(name);
  for (size_t i = 0; i < table.count; i++)
    tl_suggest_offer(&meant, commands[i]->name);
  if (meant.best)
    return usage_error("no command \"%s\"; did you mean \"%s\"? tgcall --help lists them", name,
                       meant.best);
  return usage_error("no command \"%s\"; tgcall --help lists them", name);
}

/* argv without the command's name, which stands at `at`. */
static int run(const command *one, int argc, char **argv, int at) {
  memmove(argv + 1 + 1, argv + 1, (size_t)(at - 1) * sizeof *argv);
  if (wants_help(argc - 2, argv + 2)) {
    help_command(one);
    return EXIT_OK;
  }
  return one->run ? one->run(argc - 2, argv + 2) : one->run_over(&table, argc - 2, argv + 2);
}

static int without_command(int argc, char **argv) {
  if (wants_help(argc - 1, argv + 1)) {
    help_usage(&table, stdout);
    return EXIT_OK;
  }
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--version") == 0) {
      printf("tgcall %s, layer %d\n", TGCALL_VERSION, (int)tg_schema.layer);
      return EXIT_OK;
    }
  if (argc > 1)
    return usage_error("there is no COMMAND among the options; tgcall --help lists them");
  help_usage(&table, stderr);
  return EXIT_USAGE;
}

static const command *command_of(const char *name) {
  for (size_t i = 0; i < table.count; i++)
    if (strcmp(name, commands[i]->name) == 0)
      return commands[i];
  return NULL;
}

/* tgcall help [COMMAND] */
static int help(int argc, char **argv) {
  const char *name = argc > 0 && argv[0][0] != '-' ? argv[0] : NULL;
  const command *one = name ? command_of(name) : NULL;
  if (name && !one)
    return no_command(name);
  if (one)
    help_command(one);
  else
    help_usage(&table, stdout);
  return EXIT_OK;
}

int main(int argc, char **argv) {
  keep_streams_apart();
  int at = find_command(argc, argv);
  if (at < 0)
    return usage_error("no option \"%s\" before a command; tgcall --help lists them", argv[-at]);
  if (at == argc)
    return written(without_command(argc, argv));
  if (strcmp(argv[at], "help") == 0)
    return written(help(argc - at - 1, argv + at + 1));
  const command *one = command_of(argv[at]);
  return one ? written(run(one, argc, argv, at)) : no_command(argv[at]);
}
