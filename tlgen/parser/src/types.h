/* types.h: the first pass: combinators and types, without their fields. */
#ifndef TLP_TYPES_H
#define TLP_TYPES_H

#include "storage.h"

/* Adds those predefined declarations to `first`.. that the sources mention and do not make. */
bool tlp_add_predefined(tlp_schema *schema, raw_decl **first);
/* What the type is, by the name, shape and ids of its constructors; `decl` is that of one of them.
 */
tlp_builtin tlp_find_builtin(const tlp_type *type, const raw_decl *decl);

/* Makes a combinator of each raw one, and its type; false only when out of memory. */
bool tlp_declare(tlp_schema *schema, raw_decl *decl, bool predefined);
tlp_type *tlp_type_of_name(tlp_schema *schema, tlp_name *name, tlp_pos pos);

/* Adds the type to the public list if it is not there. */
bool tlp_list_type(tlp_schema *schema, tlp_type *type);

/* Types while they are being built: constructors as a list. */
typedef struct tlp_type_builder {
  tlp_type pub; /* first, so that a tlp_type * is one of these */
  tlp_list constructors;
  bool params_known;
  bool has_default; /* a constructor `_` */
  bool closed;      /* `Final` or `Empty` was seen */
} tlp_type_builder;

#endif
