/* main.c: the program tlgen: a table of subcommands. */
#include <stdio.h>
#include <string.h>
#include <tl/suggest.h>

#include "base/error.h"
#include "cmd/commands.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *help;
} commands[] = {
    {"check", cmd_check, "parse schemas and say what is wrong or doubtful in them"},
    {"generate", cmd_generate, "write C bindings for schemas"},
    {"tlo", cmd_tlo, "write a schema in its serialized form"},
#ifdef TLGEN_JSON
    {"convert", cmd_convert, "turn the data of an npm package into schema files"},
#endif
    {"layers", cmd_layers, "say what changed from layer to layer, and keep the old forms"},
    {"docs", cmd_docs, "write a site that says what a schema has"},
#ifdef TLGEN_JSON
    {"diff", cmd_diff, "say what one schema has otherwise than another"},
#endif
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void usage(FILE *out) {
  (void)fputs(
      "usage: tlgen COMMAND ...\n"
      "       tlgen COMMAND --help\n"
      "       tlgen --version\n"
      "\n"
      "Reads schemas in the TL language and writes what follows from them.\n"
      "\n"
      "TL describes the calls and data of Telegram and of other services. Several files are\n"
      "read as one schema: each may use what another declares, and begins among the types.\n"
      "Types that every schema has (int, long, double, string, bytes, int128, int256, true,\n"
      "Bool, Vector, Object) need no declaration. What is wrong is told all at once, each\n"
      "finding with its file, line and column, the line itself and a mark below the place.\n"
      "\n"
      "commands:\n",
      out);
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    (void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
  (void)fputs(
      "\n"
      "options of every command:\n"
      "  --help     what it takes\n"
      "\n"
      "environment: none of it is read.\n"
      "\n"
      "files: those that are named, no others.\n"
      "\n"
      "exit status: 0 all is well; 1 the input is wrong or something failed; 2 wrong usage\n"
      "\n"
      "examples:\n"
      "  tlgen check schema/api.tl\n"
      "  tlgen generate --schema my.tl --prefix my --out bindings\n"
      "  tlgen diff old.tl new.tl\n",
      out);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    usage(stderr);
    return TLGEN_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    usage(stdout);
    return TLGEN_OK;
  }
  if (strcmp(argv[1], "--version") == 0) {
    (void)puts("tlgen " TLGEN_VERSION);
    return TLGEN_OK;
  }
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    if (strcmp(argv[1], commands[i].name) == 0)
      return commands[i].run(argc - 1, argv + 1);
  }
  tl_suggestion meant = TL_SUGGEST(argv[1]);
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    tl_suggest_offer(&meant, commands[i].name);
  tlgen_error(meant.best ? "there is no command `%s`; did you mean `%s`?"
                         : "there is no command `%s`; see tlgen --help",
              argv[1], meant.best);
  return TLGEN_USAGE;
}
