/* resolve.c: the second pass. Turns one raw declaration into the public tree: variables, fields,
 * conditions, result. */
#include "resolve.h"
#include "diag.h"
#include "types.h"

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
    if (!var || !tlp_bind_new(resolver, raw, var))
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

static bool has_argument(const raw_field *fields, const tlp_name *name) {
  while (fields && fields->name != name)
    fields = fields->next;
  return fields != NULL;
}

/* A function whose result nothing declares: of no use, but no harm to the rest. */
static bool has_no_result_type(const tlp_resolver *resolver) {
  const raw_expr *result = resolver->decl->result;
  const tlp_name *name = result->kind == RAW_NAME ? result->name : NULL;
  return resolver->decl->out->section == TLP_SECTION_FUNCTIONS && name && name->upper &&
         !name->poisoned && !has_argument(resolver->decl->implicit, name) &&
         !has_argument(resolver->decl->fields, name) &&
         !(name->type && (name->type->constructor_count || name->type->is_empty));
}

/* Takes it off the lists again, with a warning. It is the last one on that of the declarations. */
static bool leave_out(tlp_resolver *resolver) {
  const raw_decl *decl = resolver->decl;
  tlp_report(resolver->schema, TLP_WARNING, TLP_D_UNDEFINED_TYPE, decl->result->pos,
             decl->result->length, "no type is called `%s`: the function is left out",
             decl->result->name->text);
  decl->out->index = UINT32_MAX;
  decl->name->combinator = NULL;
  decl->name->poisoned = true;
  resolver->schema->decls.count--;
  return !resolver->schema->arena.out_of_memory;
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
    if (has_no_result_type(resolver) && decl->name)
      return leave_out(resolver);
    return resolve_combinator(resolver);
  }
  if (decl->kind == TLP_DECL_PARTIAL_TYPE || decl->kind == TLP_DECL_PARTIAL_COMBINATOR)
    return resolve_partial(resolver, out);
  return resolve_final(resolver, out);
}
