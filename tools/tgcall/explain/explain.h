/* What `tgcall explain` is made of. */
#ifndef TGCALL_EXPLAIN_H
#define TGCALL_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>
#include <tg/tg.h>

/* The table of what each layer changed (schema/changes.tsv), built in; ends with a NUL. */
extern const char tgcall_changes[];

/* Since which layer the definition exists, and when it last changed; 0 when the table does not say.
 */
typedef struct explain_history {
  int since;
  int changed;
  bool oldest; /* the table begins with `since`: it may be older */
} explain_history;
explain_history explain_history_of(const char *name, bool function);

/* The description of a method, a constructor, "method.parameter" or an error, from texts.tsv, when
 * that is there (TGCALL_TEXTS, or where it is installed); NULL otherwise. Free it. */
char *explain_text(const char *kind, const char *name);

/* Writes what a name, an id, an error, a pattern or a word means; all: also the errors that every
 * method may return. False: it means nothing. */
bool explain_write(FILE *out, const char *name, bool all);
/* Prints what an error is, which methods return it with which code, and what to do. False when the
 * table has no such error. */
bool explain_error(FILE *out, const char *text);
/* Prints one line for each name that the pattern ("auth.*") or the word fits; how many there are.
 */
size_t explain_pattern(FILE *out, const char *pattern);
size_t explain_search(FILE *out, const char *word);
/* A definition, type or error that is spelled much like it; NULL. */
const char *explain_suggest(const char *name);

#endif
