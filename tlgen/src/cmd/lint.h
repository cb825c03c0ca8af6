/* lint.h: what is allowed in a schema, but doubtful. */
#ifndef TLGEN_LINT_H
#define TLGEN_LINT_H

#include "tl-parser/tl-parser.h"

/* The codes of what lint_schema() finds. */
enum {
  LINT_ONE_NAME = TLP_D_CUSTOM + 1, /* names that are one in C */
  LINT_KEYWORD,                     /* a field called as a keyword */
  LINT_SHARED_BIT,                  /* two fields of one bit */
  LINT_UNUSED_WORD,                 /* a word of flags that nothing depends on */
  LINT_OPTIONAL_WORD                /* a word of flags that may be absent itself */
};

/* Adds warnings and notes to a finished schema. TLP_OK or TLP_ERR_NOMEM. */
tlp_status lint_schema(tlp_schema *schema);

/* True for the keywords of C11 and C++17. */
bool lint_is_keyword(const char *name);

#endif
