/* load.h: schemas from files, and what is said of them. */
#ifndef TLGEN_LOAD_H
#define TLGEN_LOAD_H

#include <stdbool.h>
#include <stdio.h>

#include "tl-parser/tl-parser.h"

/* Prints those diagnostics of the schema to `out` that are at least as severe as `least`. */
void tlgen_print_diags(const tlp_schema *schema, tlp_severity least, FILE *out);

/* Adds a file to a schema. False, and a message printed, when it cannot be read; syntax errors are
 * left to tlp_schema_finish(). */
bool tlgen_add_file(tlp_schema *schema, const char *path);

/* Reads and finishes a schema of `count` files; prints its errors (and its warnings, unless
 * `quiet`) to standard error. Gives the schema, to be freed with tlp_schema_free(), or NULL when it
 * has errors or cannot be read. */
tlp_schema *tlgen_load_schema(const char *const *paths, size_t count, bool quiet);

/* The same with a source more, which is its last file and gets no warnings; NULL: none. */
tlp_schema *tlgen_load_schema_and(const char *const *paths, size_t count, const char *name,
                                  const char *text, bool quiet);

#endif
