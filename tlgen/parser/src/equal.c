/* equal.c: compares two schemas, declaration by declaration. */
#include <string.h>

#include "storage.h"

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_var(const tlp_var *a, const tlp_var *b) {
  if (!a || !b)
    return a == b;
  return same_text(a->name, b->name) && a->kind == b->kind && a->implicit == b->implicit &&
         a->number == b->number;
}

static bool same_fields(const tlp_field *a, const tlp_field *b, size_t count);
static bool same_expr(const tlp_expr *a, const tlp_expr *b);

static bool same_args(const tlp_expr *const *a, const tlp_expr *const *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!same_expr(a[i], b[i]))
      return false;
  }
  return true;
}

static bool same_type(const tlp_expr *a, const tlp_expr *b) {
  if (!same_text(a->type->name, b->type->name) || a->bare != b->bare || a->percent != b->percent ||
      !a->ctor != !b->ctor || a->arg_count != b->arg_count)
    return false;
  return (!a->ctor || same_text(a->ctor->name, b->ctor->name)) &&
         same_args(a->args, b->args, a->arg_count);
}

static bool same_expr(const tlp_expr *a, const tlp_expr *b) {
  if (a->kind != b->kind)
    return false;
  switch (a->kind) {
  case TLP_EXPR_TYPE:
    return same_type(a, b);
  case TLP_EXPR_TYPE_VAR:
    return same_var(a->var, b->var) && a->bare == b->bare;
  case TLP_EXPR_NAT_TYPE:
  case TLP_EXPR_TYPE_KIND:
    return true;
  case TLP_EXPR_NAT:
    return same_var(a->var, b->var) && a->value == b->value;
  case TLP_EXPR_ARRAY:
    return same_expr(a->count, b->count) && a->count_omitted == b->count_omitted &&
           a->field_count == b->field_count && same_fields(a->fields, b->fields, a->field_count);
  }
  return false;
}

static bool same_fields(const tlp_field *a, const tlp_field *b, size_t count) {
  for (size_t i = 0; i < count; i++, a++, b++) {
    if (!same_text(a->name, b->name) || a->underscore != b->underscore || a->bang != b->bang ||
        a->cond_bit != b->cond_bit || !same_var(a->cond_var, b->cond_var) ||
        !same_var(a->var, b->var) || !same_expr(a->type, b->type))
      return false;
  }
  return true;
}

static bool same_combinator(const tlp_combinator *a, const tlp_combinator *b) {
  if (!same_text(a->name, b->name) || a->id != b->id || a->builtin != b->builtin ||
      a->has_explicit_id != b->has_explicit_id || a->section != b->section ||
      a->annotation_count != b->annotation_count || a->implicit_count != b->implicit_count ||
      a->field_count != b->field_count || a->var_count != b->var_count)
    return false;
  for (size_t i = 0; i < a->annotation_count; i++) {
    if (!same_text(a->annotations[i], b->annotations[i]))
      return false;
  }
  for (size_t i = 0; i < a->implicit_count; i++) {
    if (!same_var(a->implicit[i], b->implicit[i]))
      return false;
  }
  return same_fields(a->fields, b->fields, a->field_count) && same_expr(a->result, b->result);
}

static bool same_decl(const tlp_decl *a, const tlp_decl *b) {
  if (a->kind != b->kind || a->section != b->section || a->arg_count != b->arg_count)
    return false;
  if (a->kind == TLP_DECL_COMBINATOR)
    return same_combinator(a->combinator, b->combinator);
  if (a->kind == TLP_DECL_PARTIAL_COMBINATOR)
    return same_text(a->combinator->name, b->combinator->name) &&
           same_args(a->args, b->args, a->arg_count);
  return same_text(a->type->name, b->type->name) && same_args(a->args, b->args, a->arg_count);
}

bool tlp_schema_equal(const tlp_schema *a, const tlp_schema *b) {
  size_t count_a, count_b;
  const tlp_decl *decls_a = tlp_schema_decls(a, &count_a);
  const tlp_decl *decls_b = tlp_schema_decls(b, &count_b);
  if (count_a != count_b || tlp_schema_layer(a) != tlp_schema_layer(b))
    return false;
  for (size_t i = 0; i < count_a; i++) {
    if (!same_decl(&decls_a[i], &decls_b[i]))
      return false;
  }
  return true;
}
