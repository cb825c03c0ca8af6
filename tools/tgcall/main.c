/* tgcall: picks the command. */
#include "tgcall.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const command commands[] = {
    {"login", "[--phone P [--code C] [--password W] | --bot-token T | --qr]",
     "sign in; asks for what is not given", cmd_login},
    {"logout", "[--destroy-key]", "sign out", cmd_logout},
    {"invoke", "METHOD [JSON]", "call any method; JSON - reads standard input", cmd_invoke},
    {"session", "(show [SOURCE] | import SOURCE | export --to FORMAT [TARGET] | formats)",
     "show a session, or move it from or to another library", cmd_session},
    {"encode", "", "JSON on standard input, TL bytes on standard output", cmd_encode},
    {"decode", "[--type T] [--pretty]", "TL bytes on standard input, JSON on standard output",
     cmd_decode},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void usage(FILE *out) {
  fprintf(out, "usage: tgcall COMMAND [OPTION]... \n\ncommands:\n");
  for (size_t i = 0; i < N_COMMANDS; i++)
    fprintf(out, "  %s %s\n      %s\n", commands[i].name, commands[i].words, commands[i].help);
  fprintf(
      out,
      "\nconnection (login, logout, invoke and others that talk to a server):\n"
      "  --api-id N --api-hash H   of your application (or TGCALL_API_ID, TGCALL_API_HASH)\n"
      "  --session FILE            where the session is kept (or TGCALL_SESSION)\n"
      "  --session-password W      the file is encrypted with it\n"
      "  --dc HOST:PORT            this server instead of Telegram; --dc-id N says which it is\n"
      "  --public-key PEM          file with the server's RSA key\n"
      "  --test                    Telegram's test data centres\n"
      "  --proxy URL               socks5://, socks4://, http://, tg://proxy?..., "
      "https://t.me/proxy?...\n"
      "  --transport T             abridged, intermediate, padded, full, ws, wss, http, https\n"
      "  --obfuscated              obfuscate a TCP transport\n"
      "  --ca-file PEM, --insecure certificates of wss and https\n"
      "  --ipv6, --pfs, --timeout SECONDS, --verbose\n"
      "\nsession (SOURCE: a file, a folder, a session string, or - for standard input):\n"
      "  show [SOURCE] [--json]    what is in it; never its keys\n"
      "  import SOURCE --session FILE [--from FORMAT] [--force]\n"
      "  export --to FORMAT --session FILE [TARGET] [--force]; strings go to standard output\n"
      "  --password W              of an encrypted SOURCE or TARGET; the passcode of tdata\n"
      "  --account N               which account of tdata; the active one otherwise\n"
      "  --user-id N, --bot, --test, --api-id N\n"
      "                            what the SOURCE does not know and the target needs\n"
      "  One session must not be used by two programs at the same time: the server may end it.\n"
      "\nexit status: 0 done, 1 the server answered with an error, 2 usage or JSON, 3 network, "
      "4 local\n");
}

int usage_error(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "tgcall: ");
  vfprintf(stderr, format, args);
  fprintf(stderr, "\n");
  va_end(args);
  return EXIT_USAGE;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
    usage(stdout);
    return EXIT_OK;
  }
  for (size_t i = 0; i < N_COMMANDS; i++)
    if (strcmp(argv[1], commands[i].name) == 0)
      return commands[i].run(argc - 2, argv + 2);
  return usage_error("no command \"%s\"; tgcall --help lists them", argv[1]);
}
