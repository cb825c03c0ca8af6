/* diff.h: two schemas beside each other. What differs is one JSON document, which is printed as it
 * is or as text for people. */
#ifndef TLGEN_DIFF_H
#define TLGEN_DIFF_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "tl-parser/tl-parser.h"

typedef struct diff {
  mem pool;
  const tlp_schema *before, *after;
  const char *prefix;
  dict reached; /* names of definitions and types that count; empty: all do */
  bool selected;
  json_t *document;
  bool incompatible;
} diff;

/* Marks what the functions that the patterns name need, in both schemas. */
void diff_select(diff *d, const char *const *patterns, size_t count);
bool diff_counts(const diff *d, const char *name);

/* Each fills in a part of the document. */
void diff_definitions(diff *d);
void diff_types(diff *d);
void diff_touched(diff *d, const char *const *patterns, size_t count);
/* `before` and `after` are tables of errors, cut up as they are read. */
void diff_errors(diff *d, char *before, char *after);
/* Lines of the C sources below `dir` that use what is gone or changed. False, and a message
 * printed, when the folder cannot be read. */
bool diff_source(diff *d, const char *dir);

/* Of one definition: what became of its fields, as a list of changes; *same_wire is false when what
 * was there is written otherwise. */
json_t *diff_fields(const tlp_combinator *before, const tlp_combinator *after);

/* "Vector<InputUser>", "flags.3"; to be freed. */
char *diff_type_text(const tlp_expr *type);
char *diff_condition_text(const tlp_field *field);

/* For people. */
void diff_print(const json_t *document, FILE *out);

#endif
