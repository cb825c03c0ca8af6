/* resolve.c: the second pass. Turns one raw declaration into the public tree: variables, fields,
 * conditions, result. */
#include "internal.h"

/* ---- scopes ---- */

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
static bool bind_new(tlp_resolver *resolver, const raw_field *raw, tlp_variable *var) {
  if (!raw->name)
    return true;
  if (raw->name->field_list != resolver->open_list)
    return tlp_bind(resolver, raw->name, var);
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_DUPLICATE_NAME, raw->pos, raw->length,
             "there is a field or argument `%s` before this", raw->name->text);
  return true;
}

/* ---- implicit arguments ---- */

static bool resolve_implicit(tlp_resolver *resolver, tlp_combinator *out) {
  const raw_decl *decl = resolver->decl;
  const tlp_var **list =
      tlp_alloc_array(&resolver->schema->arena, decl->implicit_count, sizeof *list);
  if (!list)
    return false;
  for (const raw_field *raw = decl->implicit; raw; raw = raw->next) {
    tlp_kind kind = TLP_KIND_TYPE;
    if (!tlp_variable_kind(raw->type, &kind))
      return false;
    tlp_variable *var = tlp_new_variable(resolver, raw, kind);
    if (!var || !bind_new(resolver, raw, var))
      return false;
    var->pub.implicit = true;
    list[out->implicit_count++] = &var->pub;
    if (kind == TLP_KIND_NAT)
      resolver->last_nat = var;
  }
  out->implicit = list;
  return true;
}

static void check_implicit(tlp_resolver *resolver) {
  for (const raw_field *raw = resolver->decl->implicit; raw; raw = raw->next) {
    if (raw->name->var && !raw->name->var->determined)
      tlp_report(resolver->schema, TLP_WARNING, TLP_D_UNUSED_IMPLICIT, raw->pos, raw->length,
                 "nothing determines the implicit argument `%s`", raw->name->text);
  }
}

/* ---- fields ---- */

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
  return bind_new(resolver, raw, var);
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
  return bind_new(resolver, raw, NULL) && ok;
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

/* ---- results ---- */

static bool result_is_type(tlp_resolver *resolver, const tlp_expr *result) {
  const raw_expr *raw = resolver->decl->result;
  bool function = resolver->decl->section == TLP_SECTION_FUNCTIONS;
  if (result->kind == TLP_EXPR_TYPE && (function || !result->bare))
    return true;
  if (function && result->kind == TLP_EXPR_TYPE_VAR)
    return true;
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_RESULT, raw->pos, raw->length,
             "this cannot be the result of a %s", function ? "function" : "constructor");
  return false;
}

static bool resolve_result(tlp_resolver *resolver, tlp_combinator *out) {
  if (out->section == TLP_SECTION_TYPES && !out->type)
    return false; /* reported when it was declared */
  resolver->in_result = true;
  out->result = tlp_resolve_type(resolver, resolver->decl->result);
  resolver->in_result = false;
  if (!out->result || !result_is_type(resolver, out->result))
    return false;
  if (out->result->kind == TLP_EXPR_TYPE)
    out->type = out->result->type;
  return true;
}

static bool resolve_combinator(tlp_resolver *resolver) {
  const raw_decl *decl = resolver->decl;
  tlp_combinator *out = decl->out;
  resolver->open_list = resolver->lists = 1;
  bool ok = resolve_implicit(resolver, out) &&
            tlp_resolve_fields(resolver, decl->fields, decl->field_count, &out->fields);
  if (!resolver->schema->arena.out_of_memory)
    ok = resolve_result(resolver, out) && ok;
  if (ok)
    check_implicit(resolver);
  tlp_unbind(resolver, 0);
  out->vars = resolver->vars.items;
  out->var_count = resolver->vars.count;
  return !resolver->schema->arena.out_of_memory;
}

/* ---- the other declarations ---- */

static tlp_type *applied_type(tlp_resolver *resolver, tlp_decl *out) {
  raw_decl *decl = resolver->decl;
  if (decl->kind == TLP_DECL_PARTIAL_COMBINATOR) {
    out->combinator = decl->name ? decl->name->combinator : NULL;
    if (out->combinator && out->combinator->type)
      return (tlp_type *)out->combinator->type;
  } else if (decl->name->type && decl->name->type->constructor_count) {
    return decl->name->type;
  }
  if (!decl->name || !decl->name->poisoned)
    tlp_report(resolver->schema, TLP_ERROR, TLP_D_UNDEFINED_TYPE, decl->pos, decl->length,
               "there is no `%s` that arguments could be applied to",
               decl->name ? decl->name->text : "_");
  return NULL;
}

static bool resolve_partial(tlp_resolver *resolver, tlp_decl *out) {
  const raw_decl *decl = resolver->decl;
  tlp_type *type = applied_type(resolver, out);
  if (!type)
    return !resolver->schema->arena.out_of_memory;
  if (decl->arg_count > type->param_count) {
    tlp_report(resolver->schema, TLP_ERROR, TLP_D_ARITY, decl->pos, decl->length,
               "`%s` takes %zu arguments, not %u", type->name, type->param_count,
               (unsigned)decl->arg_count);
    return true;
  }
  if (decl->kind == TLP_DECL_PARTIAL_TYPE)
    out->type = type;
  out->arg_count = decl->arg_count;
  (void)tlp_resolve_args(resolver, type, decl->args, decl->arg_count, &out->args);
  return tlp_list_type(resolver->schema, type) && !resolver->schema->arena.out_of_memory;
}

static bool resolve_final(tlp_resolver *resolver, tlp_decl *out) {
  out->type = resolver->decl->name->type;
  return tlp_list_type(resolver->schema, resolver->decl->name->type);
}

bool tlp_resolve(tlp_resolver *resolver, raw_decl *decl) {
  resolver->decl = decl;
  resolver->vars = (tlp_list){0};
  resolver->last_nat = NULL;
  if (decl->kind == TLP_DECL_COMBINATOR && !decl->out)
    return true; /* a duplicate */
  if (decl->out && decl->out->predefined)
    return resolve_combinator(resolver);
  tlp_decl *out = tlp_list_add(&resolver->schema->arena, &resolver->schema->decls, sizeof *out);
  if (!out)
    return false;
  out->kind = decl->kind;
  out->section = decl->section;
  out->pos = decl->pos;
  if (decl->kind == TLP_DECL_COMBINATOR) {
    out->combinator = decl->out;
    return resolve_combinator(resolver);
  }
  if (decl->kind == TLP_DECL_PARTIAL_TYPE || decl->kind == TLP_DECL_PARTIAL_COMBINATOR)
    return resolve_partial(resolver, out);
  return resolve_final(resolver, out);
}
