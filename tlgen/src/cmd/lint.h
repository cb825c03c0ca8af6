/* lint.h: what is allowed in a schema, but doubtful. */
#ifndef TLGEN_LINT_H
#define TLGEN_LINT_H

#include "tl-parser/tl-parser.h"

/* Adds warnings and notes to a finished schema. TLP_OK or TLP_ERR_NOMEM. */
tlp_status lint_schema(tlp_schema *schema);

/* True for the keywords of C11 and C++17. */
bool lint_is_keyword(const char *name);

#endif
