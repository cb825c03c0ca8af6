/* resolve_expr.c: type expressions and numbers, against the variables in scope and the types. */
#include "diag.h"
#include "resolve.h"
#include "types.h"

static tlp_expr *new_expr(tlp_resolver *resolver, tlp_expr_kind kind, const raw_expr *raw) {
  tlp_expr *expr = tlp_alloc(&resolver->schema->arena, sizeof *expr);
  if (expr) {
    expr->kind = kind;
    expr->pos = raw->pos;
  }
  return expr;
}

static const tlp_expr *fail(tlp_resolver *resolver, tlp_diag_code code, const raw_expr *raw,
                            const char *message) {
  tlp_report(resolver->schema, TLP_ERROR, code, raw->pos, raw->length, "%s", message);
  return NULL;
}

static const tlp_expr *undefined(tlp_resolver *resolver, const raw_expr *raw) {
  const tlp_name *name = raw->name;
  if (name->poisoned)
    return NULL;
  if (name->combinator)
    tlp_report(resolver->schema, TLP_ERROR, TLP_D_UNDEFINED_TYPE, raw->pos, raw->length,
               "`%s` is a function, not a type", name->text);
  else
    tlp_report(resolver->schema, TLP_ERROR, TLP_D_UNDEFINED_TYPE, raw->pos, raw->length,
               "no %s is called `%s`", name->upper ? "type" : "constructor, type or variable",
               name->text);
  return NULL;
}

/* ---- variables ---- */

static void mark_determined(const tlp_resolver *resolver, tlp_variable *var) {
  if (resolver->in_result)
    var->determined = true;
}

static const tlp_expr *type_variable(tlp_resolver *resolver, const raw_expr *raw) {
  tlp_variable *var = raw->name->var;
  if (var->pub.kind != TLP_KIND_TYPE)
    return fail(resolver, TLP_D_ARG_KIND, raw, "this is a number, and a type is wanted here");
  tlp_expr *expr = new_expr(resolver, TLP_EXPR_TYPE_VAR, raw);
  if (expr)
    expr->var = &var->pub;
  mark_determined(resolver, var);
  return expr;
}

const tlp_expr *tlp_resolve_nat(tlp_resolver *resolver, const raw_expr *raw) {
  const raw_expr *base = raw->kind == RAW_PLUS ? raw->child : raw;
  uint32_t value = raw->kind == RAW_PLUS || raw->kind == RAW_NUMBER ? raw->value : 0;
  tlp_variable *var = NULL;
  if (base->kind == RAW_NAME) {
    var = base->name->var;
    if (!var || var->pub.kind != TLP_KIND_NAT)
      return fail(resolver, TLP_D_ARG_KIND, base, "this is not a number, and one is wanted here");
    mark_determined(resolver, var);
  } else if (base->kind != RAW_NUMBER) {
    return fail(resolver, TLP_D_ARG_KIND, base, "this is not a number, and one is wanted here");
  }
  tlp_expr *expr = new_expr(resolver, TLP_EXPR_NAT, raw);
  if (expr) {
    expr->var = var ? &var->pub : NULL;
    expr->value = value;
  }
  return expr;
}

/* ---- types ---- */

bool tlp_resolve_args(tlp_resolver *resolver, const tlp_type *type, const raw_expr *raw,
                      uint32_t count, const tlp_expr *const **args) {
  const tlp_expr **list = tlp_alloc_array(&resolver->schema->arena, count, sizeof *list);
  bool ok = list != NULL;
  for (uint32_t i = 0; list && i < count; i++, raw = raw->next) {
    list[i] = type->params[i] == TLP_KIND_NAT ? tlp_resolve_nat(resolver, raw)
                                              : tlp_resolve_type(resolver, raw);
    ok = ok && list[i];
  }
  *args = list;
  return ok;
}

/* What `%` and application are peeled off to: a name, and the arguments in one list. */
typedef struct applied {
  const raw_expr *head;
  const raw_expr *args;
  uint32_t arg_count;
  bool percent;
  bool too_many; /* (T a) b: applied twice */
} applied;

static applied peel(const raw_expr *raw) {
  applied it = {.head = raw};
  for (;;) {
    if (it.head->kind == RAW_PERCENT) {
      it.percent = true;
    } else if (it.head->kind == RAW_APPLY) {
      it.too_many = it.too_many || it.arg_count;
      it.args = it.head->args;
      it.arg_count = it.head->arg_count;
    } else {
      return it;
    }
    it.head = it.head->child;
  }
}

static bool check_arity(tlp_resolver *resolver, const applied *it, const tlp_type *type) {
  if (it->arg_count == type->param_count)
    return true;
  tlp_report(resolver->schema, TLP_ERROR, TLP_D_ARITY, it->head->pos, it->head->length,
             "`%s` takes %zu argument%s, not %u", it->head->name->text, type->param_count,
             type->param_count == 1 ? "" : "s", (unsigned)it->arg_count);
  return false;
}

/* %T means the only constructor of T; one of several when the arguments tell which. */
static bool bare_constructor(tlp_resolver *resolver, const applied *it, tlp_expr *expr) {
  const tlp_type *type = expr->type;
  tlp_schema *schema = resolver->schema;
  expr->bare = expr->percent = true;
  if (type->constructor_count == 1) {
    expr->ctor = type->constructors[0];
    return true;
  }
  if (type->constructor_count == 0) {
    tlp_report(schema, TLP_ERROR, TLP_D_BARE, it->head->pos, it->head->length,
               "`%%%s` needs a type with a constructor", type->name);
    return false;
  }
  tlp_percent_use *use = tlp_list_add(&schema->arena, &schema->percent_uses, sizeof *use);
  if (!use)
    return false;
  *use = (tlp_percent_use){type, it->head->pos, it->head->length};
  return true;
}

static tlp_type *named_type(tlp_resolver *resolver, const raw_expr *head, tlp_expr *expr) {
  tlp_name *name = head->name;
  tlp_type *type = NULL;
  if (name->upper) {
    type = name->type;
    if (type && !type->constructor_count && !type->is_empty)
      type = NULL;
  } else if (name->combinator && name->combinator->section == TLP_SECTION_TYPES) {
    expr->ctor = name->combinator;
    expr->bare = true;
    type = (tlp_type *)name->combinator->type;
  }
  if (!type)
    undefined(resolver, head);
  return type;
}

static const tlp_expr *named(tlp_resolver *resolver, const raw_expr *raw, const applied *it) {
  tlp_expr *expr = new_expr(resolver, TLP_EXPR_TYPE, raw);
  tlp_type *type = expr ? named_type(resolver, it->head, expr) : NULL;
  if (!type)
    return NULL;
  bool in_predefined = resolver->decl->out && resolver->decl->out->predefined;
  if (!in_predefined && !tlp_list_type(resolver->schema, type))
    return NULL;
  expr->type = type;
  if (!check_arity(resolver, it, type))
    return NULL;
  if (it->percent && !expr->ctor && !bare_constructor(resolver, it, expr))
    return NULL;
  expr->arg_count = it->arg_count;
  return tlp_resolve_args(resolver, type, it->args, it->arg_count, &expr->args) ? expr : NULL;
}

static const tlp_expr *variable(tlp_resolver *resolver, const applied *it) {
  if (it->arg_count)
    return fail(resolver, TLP_D_ARITY, it->head, "a variable takes no arguments");
  tlp_expr *expr = (tlp_expr *)type_variable(resolver, it->head);
  if (expr)
    expr->bare = expr->percent = it->percent;
  return expr;
}

/* ---- repetitions ---- */

static const tlp_expr *count_of(tlp_resolver *resolver, const raw_expr *raw) {
  if (raw->child)
    return tlp_resolve_nat(resolver, raw->child);
  if (!resolver->last_nat)
    return fail(resolver, TLP_D_REPETITION, raw,
                "no field of type `#` stands before this that could say how often");
  tlp_expr *count = new_expr(resolver, TLP_EXPR_NAT, raw);
  if (count)
    count->var = &resolver->last_nat->pub;
  return count;
}

static const tlp_expr *repetition(tlp_resolver *resolver, const raw_expr *raw) {
  tlp_expr *expr = new_expr(resolver, TLP_EXPR_ARRAY, raw);
  if (!expr)
    return NULL;
  expr->count = count_of(resolver, raw);
  expr->count_omitted = !raw->child;
  expr->field_count = raw->field_count;
  size_t bound = resolver->bindings.count;
  uint32_t outer_list = resolver->open_list;
  tlp_variable *outer_nat = resolver->last_nat;
  resolver->open_list = ++resolver->lists;
  bool ok = tlp_resolve_fields(resolver, raw->fields, raw->field_count, &expr->fields);
  tlp_unbind(resolver, bound);
  resolver->open_list = outer_list;
  resolver->last_nat = outer_nat;
  return ok && expr->count ? expr : NULL;
}

const tlp_expr *tlp_resolve_type(tlp_resolver *resolver, const raw_expr *raw) {
  tlp_kind kind;
  applied it = peel(raw);
  switch (it.head->kind) {
  case RAW_ARRAY:
    return repetition(resolver, raw);
  case RAW_HASH:
    if (it.arg_count || it.percent)
      return fail(resolver, TLP_D_ARITY, it.head, "`#` takes no arguments and no `%`");
    return new_expr(resolver, TLP_EXPR_NAT_TYPE, raw);
  case RAW_NAME:
    if (it.too_many)
      return fail(resolver, TLP_D_ARITY, it.head, "this is applied to arguments twice");
    if (it.head->name->var)
      return variable(resolver, &it);
    if (tlp_variable_kind(it.head, &kind))
      return new_expr(resolver, TLP_EXPR_TYPE_KIND, raw);
    return named(resolver, raw, &it);
  default:
    return fail(resolver, TLP_D_ARG_KIND, it.head, "this is a number, and a type is wanted here");
  }
}
