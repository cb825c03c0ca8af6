/* tgcall: picks the command. */
#include "tgcall.h"
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
  X(decode)

#define DECLARE(name) extern const command tgcall_##name;
#define POINT(name)   &tgcall_##name,

COMMANDS(DECLARE)
static const command *const commands[] = {COMMANDS(POINT)};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void list_transports(FILE *out) {
  fprintf(out, "  --transport T             ");
  for (size_t i = 0; mtp_transport_name(i); i++)
    fprintf(out, "%s%s", i ? ", " : "", mtp_transport_name(i));
  fprintf(out, "\n");
}

static void list_options(FILE *out) {
  fprintf(
      out,
      "\nconnection (every command that talks to a server):\n"
      "  --api-id N --api-hash H   of your application (or TGCALL_API_ID, TGCALL_API_HASH)\n"
      "  --session FILE            where the session is kept (or TGCALL_SESSION); without it in\n"
      "                            $XDG_CONFIG_HOME/tgcall, or ~/.config/tgcall, a file for each\n"
      "                            server: telegram, test, or what --dc says\n"
      "  --account NAME            another session among those (or TGCALL_ACCOUNT)\n"
      "  --session-password W      the file is encrypted with it (better: "
      "TGCALL_SESSION_PASSWORD,\n"
      "                            which others on this machine cannot see in ps)\n"
      "  --dc HOST:PORT            this server instead of Telegram (or TGCALL_DC)\n"
      "  --dc-id N                 which data centre that is; 2 (or TGCALL_DC_ID)\n"
      "  --public-key PEM          file with its RSA key (or TGCALL_PUBLIC_KEY)\n"
      "  --test                    Telegram's test data centres\n"
      "  --any-servers             use a session with servers that it was not made with\n"
      "  --proxy URL               socks5://, socks4://, http://, tg://proxy?..., "
      "https://t.me/proxy?...\n"
      "                            (or TGCALL_PROXY, which hides its password from ps)\n");
  list_transports(out);
  fprintf(
      out,
      "  --obfuscated              obfuscate a TCP transport\n"
      "  --ca-file PEM, --insecure certificates of wss and https\n"
      "  --config FILE             addresses as Telegram publishes them for those who cannot "
      "reach\n"
      "                            it: dig +short TXT apv3.stel.com, its longer piece first\n"
      "  --ipv6, --pfs, --timeout SECONDS, --verbose\n"
      "\nexit status: 0 done; 1 the server answered with an error; 2 the command line, or JSON "
      "that\n"
      "does not fit the schema; 3 network: no connection, no answer, a proxy or handshake that\n"
      "failed; 4 this side: a session file that is locked or damaged, input that ended. Errors "
      "are\n"
      "a line on standard error and, but for 2, {\"error\": ...} on standard output.\n"
      "\ntgcall COMMAND --help says more of a command.\n");
}

static void usage(FILE *out) {
  fprintf(out, "usage: tgcall COMMAND [OPTION]...\n       tgcall --version\n\ncommands:\n");
  for (size_t i = 0; i < N_COMMANDS; i++)
    fprintf(out, "  %s %s\n      %s\n", commands[i]->name, commands[i]->words, commands[i]->help);
  list_options(out);
}

/* --help among the options, not behind "--". */
static bool wants_help(int argc, char **argv) {
  for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      return true;
  return false;
}

static int help_of(const command *one) {
  printf("usage: tgcall %s %s%s[OPTION]...\n%s\n", one->name, one->words, *one->words ? " " : "",
         one->help);
  if (one->details)
    printf("\n%s", one->details);
  printf("\ntgcall --help has the options for the connection and the exit statuses.\n");
  return EXIT_OK;
}

/* A stream that was closed fails when it is used, instead of being some file or socket that is
 * opened in its place. */
static void keep_streams_apart(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0) /* the lowest number that is free is what open() gives */
      (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* The status, or that what was printed did not reach its file. */
static int written(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout))
    return status;
  fprintf(stderr, "tgcall: cannot write the output\n");
  return status == EXIT_OK ? EXIT_LOCAL : status;
}

int main(int argc, char **argv) {
  keep_streams_apart();
  if (argc < 2) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
    usage(stdout);
    return written(EXIT_OK);
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("tgcall %s, layer %d\n", TGCALL_VERSION, (int)tg_schema.layer);
    return written(EXIT_OK);
  }
  for (size_t i = 0; i < N_COMMANDS; i++)
    if (strcmp(argv[1], commands[i]->name) == 0)
      return written(wants_help(argc - 2, argv + 2) ? help_of(commands[i])
                                                    : commands[i]->run(argc - 2, argv + 2));
  tl_suggestion meant = TL_SUGGEST(argv[1]);
  for (size_t i = 0; i < N_COMMANDS; i++)
    tl_suggest_offer(&meant, commands[i]->name);
  if (meant.best)
    return usage_error("no command \"%s\"; did you mean \"%s\"? tgcall --help lists them", argv[1],
                       meant.best);
  return usage_error("no command \"%s\"; tgcall --help lists them", argv[1]);
}
