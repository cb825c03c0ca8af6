/* passes.h: what tlp_schema_finish() does. Adding a source lexes and parses it into raw
 * declarations, in which names are just names. Finishing first gives every combinator its type and
 * every type its parameters (types.c), then resolves all names (resolve.c, resolve_fields.c,
 * resolve_expr.c), then looks at the whole (check.c) and computes and checks the ids (ids.c). */
#ifndef TLP_PASSES_H
#define TLP_PASSES_H

#include "storage.h"

/* check.c: false only when out of memory, as all of these. */
bool tlp_check(tlp_schema *schema);

/* ids.c */
bool tlp_assign_ids(tlp_schema *schema);

#endif
