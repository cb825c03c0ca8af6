/* bind.c: variables, and which names they go by where. */
#include <string.h>

#include "diag.h"
#include "resolve.h"

bool tlp_bind(tlp_resolver *resolver, tlp_name *name, tlp_variable *var) {
  tlp_binding *binding =
      tlp_list_add(&resolver->schema->arena, &resolver->bindings, sizeof *binding);
  if (!binding)
    return false;
  *binding = (tlp_binding){name, name->var, name->field_list};
  name->var = var;
  name->field_list = resolver->open_list;
  return true;
}

void tlp_unbind(tlp_resolver *resolver, size_t count) {
  const tlp_binding *bindings = resolver->bindings.items;
  while (resolver->bindings.count > count) {
    const tlp_binding *binding = &bindings[--resolver->bindings.count];
    binding->name->var = binding->var;
    binding->name->field_list = binding->field_list;
  }
}

tlp_variable *tlp_new_variable(tlp_resolver *resolver, const raw_field *raw, tlp_kind kind) {
  tlp_arena *arena = &resolver->schema->arena;
  tlp_variable *var = tlp_alloc(arena, sizeof *var);
  const tlp_var **item = tlp_list_add(arena, &resolver->vars, sizeof *item);
  if (!var || !item)
    return NULL;
  var->pub.name = raw->name ? raw->name->text : NULL;
  var->pub.kind = kind;
  var->pub.number = (uint32_t)(resolver->vars.count - 1);
  var->pub.pos = raw->pos;
  *item = &var->pub;
  return var;
}

/* Binds the name of a field or an implicit argument; the first of two keeps it. */
bool tlp_bind_new(tlp_resolver *resolver, const raw_field *raw, tlp_variable *var) {
  if (!raw->name)
    return true;
  if (raw->name->field_list != resolver->open_list)
    return tlp_bind(resolver, raw->name, var);
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_DUPLICATE_NAME, raw->pos, raw->length,
             "there is a field or argument `%s` before this", raw->name->text);
  return true;
}

bool tlp_variable_kind(const raw_expr *raw, tlp_kind *kind) {
  static const char word[] = "Type";
  *kind = raw->kind == RAW_HASH ? TLP_KIND_NAT : TLP_KIND_TYPE;
  if (raw->kind == RAW_HASH)
    return true;
  if (raw->kind != RAW_NAME || raw->name->length != sizeof word - 1)
    return false;
  for (size_t i = 0; i < sizeof word - 1; i++) {
    if (raw->name->text[i] != word[i])
      return false;
  }
  return true;
}
