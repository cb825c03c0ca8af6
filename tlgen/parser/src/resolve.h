/* resolve.h: the second pass: from raw declarations to the public tree. */
#ifndef TLP_RESOLVE_H
#define TLP_RESOLVE_H

#include "storage.h"

/* A variable with what only the resolver wants to know of it. */
typedef struct tlp_variable {
  tlp_var pub;
  bool determined; /* occurs in the result, or as !X */
} tlp_variable;

typedef struct tlp_binding {
  tlp_name *name;
  tlp_variable *var;
  uint32_t field_list;
} tlp_binding;

typedef struct tlp_resolver {
  tlp_schema *schema;
  raw_decl *decl;
  tlp_list bindings; /* tlp_binding: what to restore */
  tlp_list vars;     /* const tlp_var * of this combinator */
  tlp_variable *last_nat;
  uint32_t lists;     /* lists of fields opened so far */
  uint32_t open_list; /* the innermost one */
  bool in_result;
} tlp_resolver;

/* ---- bind.c ---- */

tlp_variable *tlp_new_variable(tlp_resolver *resolver, const raw_field *raw, tlp_kind kind);

/* Binds a name until tlp_unbind() is called with the count of bindings before it. */
bool tlp_bind(tlp_resolver *resolver, tlp_name *name, tlp_variable *var);
void tlp_unbind(tlp_resolver *resolver, size_t count);

/* Binds the name of a field or an implicit argument; the first of two keeps it. False only when out
 * of memory. */
bool tlp_bind_new(tlp_resolver *resolver, const raw_field *raw, tlp_variable *var);

/* True for `Type` and `#`, which make a field a variable. */
bool tlp_variable_kind(const raw_expr *raw, tlp_kind *kind);

/* ---- resolve.c ---- */

bool tlp_resolve(tlp_resolver *resolver, raw_decl *decl);

/* ---- resolve_fields.c, resolve_expr.c ---- */

bool tlp_resolve_fields(tlp_resolver *resolver, const raw_field *raw, uint32_t count,
                        const tlp_field **fields);

/* NULL on an error, which has been reported. */
const tlp_expr *tlp_resolve_type(tlp_resolver *resolver, const raw_expr *raw);
const tlp_expr *tlp_resolve_nat(tlp_resolver *resolver, const raw_expr *raw);
bool tlp_resolve_args(tlp_resolver *resolver, const tlp_type *type, const raw_expr *raw,
                      uint32_t count, const tlp_expr *const **args);

#endif
