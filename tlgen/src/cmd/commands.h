/* commands.h: the subcommands of tlgen, one file of cmd/ for each.
 *
 * A subcommand gets its own name as argv[0] and returns the exit status of the program. */
#ifndef TLGEN_COMMANDS_H
#define TLGEN_COMMANDS_H

enum { TLGEN_OK = 0, TLGEN_FAILED = 1, TLGEN_USAGE = 2 };

/* Says that there is no such option, which its usage text has that was perhaps meant, or that a
 * value is missing. Returns TLGEN_USAGE. */
int tlgen_no_option(const char *command, const char *typed, const char *usage);

int cmd_check(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_tlo(int argc, char **argv);
int cmd_convert(int argc, char **argv);
int cmd_layers(int argc, char **argv);
int cmd_docs(int argc, char **argv);
int cmd_diff(int argc, char **argv);

#endif
