/* commands.h: the subcommands of tlgen, one per cmd_*.c, and what they share.
 *
 * A subcommand gets its own name as argv[0] and returns the exit status of the program. */
#ifndef TLGEN_COMMANDS_H
#define TLGEN_COMMANDS_H

#include <stdbool.h>
#include <stdio.h>

#include "tl-parser/tl-parser.h"

enum { TLGEN_OK = 0, TLGEN_FAILED = 1, TLGEN_USAGE = 2 };

int cmd_check(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_tlo(int argc, char **argv);
int cmd_convert(int argc, char **argv);

/* Prints `tlgen: ` and the message to standard error. */
void tlgen_error(const char *format, ...) TLP_PRINTF(1, 2);

/* Prints those diagnostics of the schema to `out` that are at least as severe as `least`. */
void tlgen_print_diags(const tlp_schema *schema, tlp_severity least, FILE *out);

/* Adds a file to a schema. False, and a message printed, when it cannot be read; syntax errors are
 * left to tlp_schema_finish(). */
bool tlgen_add_file(tlp_schema *schema, const char *path);

/* Reads and finishes a schema of `count` files; prints its errors (and its warnings, unless
 * `quiet`) to standard error. Gives the schema, to be freed with tlp_schema_free(), or NULL when it
 * has errors or cannot be read. */
tlp_schema *tlgen_load_schema(const char *const *paths, size_t count, bool quiet);

/* Replaces the file `path` by `length` bytes at `data`, through a temporary file beside it, so that
 * nobody sees half of it. False (and a message printed) when that fails; then `path` is as it was.
 */
bool tlgen_write_file(const char *path, const void *data, size_t length);

#endif
