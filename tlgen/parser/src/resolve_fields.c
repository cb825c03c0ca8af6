/* resolve_fields.c: fields and their conditions. With resolve_expr.c, which has the fields of
 * repetitions, it goes round as the grammar does. */
#include "diag.h"
#include "resolve.h"

static bool resolve_condition(tlp_resolver *resolver, const raw_field *raw, tlp_field *field) {
  field->cond_bit = raw->cond_bit;
  if (!raw->cond)
    return true;
  const tlp_variable *var = raw->cond->var;
  if (var && var->pub.kind == TLP_KIND_NAT) {
    field->cond_var = &var->pub;
    field->cond_field = var->pub.field;
    return true;
  }
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_CONDITION, raw->cond_pos, raw->cond->length,
             var || raw->cond->field_list == resolver->open_list
                 ? "`%s` is not of type `#`, so it cannot be a condition"
                 : "no field `%s` of type `#` stands before this condition",
             raw->cond->text);
  return false;
}

static bool check_bang(tlp_resolver *resolver, const raw_field *raw, const tlp_expr *type) {
  if (!raw->bang)
    return true;
  if (type->kind == TLP_EXPR_TYPE_VAR) {
    ((tlp_variable *)type->var)->determined = true;
    return true;
  }
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_BANG, raw->pos, raw->length,
             "only a type variable may follow `!`");
  return false;
}

static bool resolve_field_type(tlp_resolver *resolver, const raw_field *raw, tlp_field *field) {
  field->type = tlp_resolve_type(resolver, raw->type);
  field->bang = raw->bang;
  return field->type && check_bang(resolver, raw, field->type);
}

/* A field of type # or Type is a variable for what follows. */
static bool declare_variable(tlp_resolver *resolver, const raw_field *raw, tlp_field *field,
                             tlp_kind kind) {
  tlp_variable *var = tlp_new_variable(resolver, raw, kind);
  if (!var)
    return false;
  var->pub.field = field;
  var->determined = true;
  field->var = &var->pub;
  if (kind == TLP_KIND_NAT && !raw->cond) /* one that may be absent does not count */
    resolver->last_nat = var;
  return tlp_bind_new(resolver, raw, var);
}

static bool resolve_field(tlp_resolver *resolver, const raw_field *raw, tlp_field *field) {
  tlp_kind kind;
  field->name = raw->name ? raw->name->text : NULL;
  field->underscore = raw->underscore;
  field->pos = raw->pos;
  bool ok = resolve_condition(resolver, raw, field);
  ok = resolve_field_type(resolver, raw, field) && ok;
  if (resolver->schema->arena.out_of_memory)
    return false;
  if (tlp_variable_kind(raw->type, &kind))
    return declare_variable(resolver, raw, field, kind) && ok;
  return tlp_bind_new(resolver, raw, NULL) && ok;
}

bool tlp_resolve_fields(tlp_resolver *resolver, const raw_field *raw, uint32_t count,
                        const tlp_field **fields) {
  tlp_field *list = tlp_alloc_array(&resolver->schema->arena, count, sizeof *list);
  if (!list)
    return false;
  bool ok = true;
  for (uint32_t i = 0; raw; raw = raw->next, i++) {
    list[i].index = i;
    ok = resolve_field(resolver, raw, &list[i]) && ok;
    if (resolver->schema->arena.out_of_memory)
      return false;
  }
  *fields = list;
  return ok;
}
