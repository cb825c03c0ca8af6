/* rules.h: the rule behind each finding of `tlgen check`, and what to do. */
#ifndef TLGEN_RULES_H
#define TLGEN_RULES_H

#include <stdio.h>

#include "tl-parser/tl-parser.h"

typedef struct rule {
  int code;         /* tlp_diag_code, or one of lint.h */
  const char *name; /* stays as it is from version to version */
  const char *text; /* the rule, one sentence without full stop */
  const char *help; /* what to do, the same */
} rule;

/* The rule of a code. Never NULL: what has none of its own is "other". */
const rule *rule_of(int code);

/* Prints what is at least so severe, for people or as JSON: an array of objects with file (null
 * where there is none), line, column, length (bytes), severity, rule, message and help. Bytes that
 * are no UTF-8 become U+FFFD. */
void rules_print(const tlp_schema *schema, tlp_severity least, FILE *out);
void rules_print_json(const tlp_schema *schema, tlp_severity least, FILE *out);

#endif
