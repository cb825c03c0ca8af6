/* types.c: the first pass over the raw declarations. Makes the combinators and the types, with the
 * parameters that the results of constructors show, so that everything may be used before it is
 * declared. */
#include "types.h"
#include "diag.h"
#include "resolve.h"

static void set_names(tlp_arena *arena, const tlp_name *name, const char **full, const char **space,
                      const char **last) {
  *full = name->text;
  *last = name->text;
  if (!name->dot)
    return;
  *space = tlp_copy_text(arena, name->text, name->dot);
  *last = name->text + name->dot + 1;
}

tlp_type *tlp_type_of_name(tlp_schema *schema, tlp_name *name, tlp_pos pos) {
  if (name->type)
    return name->type;
  tlp_type_builder *type = tlp_alloc(&schema->arena, sizeof *type);
  if (!type)
    return NULL;
  set_names(&schema->arena, name, &type->pub.name, &type->pub.name_space, &type->pub.short_name);
  type->pub.pos = pos;
  type->pub.index = UINT32_MAX;
  name->type = &type->pub;
  return name->type;
}

/* What the fields of a predefined type are made of is used with it. A field has no type when that
 * is declared wrongly in the schema. */
static bool list_parts(tlp_schema *schema, const tlp_field *fields, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const tlp_expr *part = fields[i].type;
    if (!part)
      continue;
    if (part->kind == TLP_EXPR_TYPE && !tlp_list_type(schema, (tlp_type *)part->type))
      return false;
    if (part->kind == TLP_EXPR_ARRAY && !list_parts(schema, part->fields, part->field_count))
      return false;
  }
  return true;
}

bool tlp_list_type(tlp_schema *schema, tlp_type *type) {
  if (type->index != UINT32_MAX)
    return true;
  const tlp_type **item = tlp_list_add(&schema->arena, &schema->types, sizeof *item);
  if (!item)
    return false;
  *item = type;
  type->index = (uint32_t)(schema->types.count - 1);
  for (size_t i = 0; type->predefined && i < type->constructor_count; i++) {
    if (!list_parts(schema, type->constructors[i]->fields, type->constructors[i]->field_count))
      return false;
  }
  return true;
}

/* ---- parameters ---- */

/* The kind of an argument by its look alone: a name is a number when a variable of that kind has
 * it. */
static tlp_kind kind_of_arg(const raw_expr *arg) {
  if (arg->kind == RAW_NUMBER || arg->kind == RAW_PLUS)
    return TLP_KIND_NAT;
  if (arg->kind == RAW_NAME && arg->name->var)
    return arg->name->var->pub.kind;
  return TLP_KIND_TYPE;
}

/* `of_kind` has a variable of each kind, to stand for all. */
static bool bind_variables(tlp_resolver *resolver, const raw_field *fields, tlp_variable *of_kind) {
  for (; fields; fields = fields->next) {
    tlp_kind kind;
    if (fields->name && fields->type && tlp_variable_kind(fields->type, &kind) &&
        !tlp_bind(resolver, fields->name, &of_kind[kind == TLP_KIND_NAT]))
      return false;
  }
  return true;
}

static bool set_params(tlp_schema *schema, tlp_type *type, const raw_expr *args, uint32_t count) {
  tlp_kind *params = tlp_alloc_array(&schema->arena, count, sizeof *params);
  if (!params)
    return false;
  for (uint32_t i = 0; i < count; i++, args = args->next)
    params[i] = kind_of_arg(args);
  type->params = params;
  type->param_count = count;
  return true;
}

/* The first constructor of a type fixes its parameters; the resolver holds the others to that. */
static bool learn_params(tlp_schema *schema, raw_decl *decl, tlp_type *type) {
  tlp_type_builder *builder = (tlp_type_builder *)type;
  tlp_resolver resolver = {.schema = schema, .decl = decl};
  if (builder->params_known)
    return true;
  builder->params_known = true;
  if (decl->result->kind != RAW_APPLY)
    return true;
  tlp_variable of_kind[2] = {{.pub = {.kind = TLP_KIND_TYPE}}, {.pub = {.kind = TLP_KIND_NAT}}};
  bool ok = bind_variables(&resolver, decl->implicit, of_kind) &&
            bind_variables(&resolver, decl->fields, of_kind) &&
            set_params(schema, type, decl->result->args, decl->result->arg_count);
  tlp_unbind(&resolver, 0);
  return ok;
}

/* ---- constructors ---- */

static tlp_name *result_name(const raw_decl *decl) {
  const raw_expr *head = decl->result;
  if (head->kind == RAW_APPLY)
    head = head->child;
  return head->kind == RAW_NAME && head->name->upper ? head->name : NULL;
}

static bool add_constructor(tlp_schema *schema, raw_decl *decl) {
  tlp_name *name = result_name(decl);
  if (!name) {
    tlp_report(schema, TLP_ERROR, TLP_D_RESULT, decl->result->pos, decl->result->length,
               "the result of a constructor is a type with its parameters");
    if (decl->name)
      decl->name->poisoned = true;
    return true;
  }
  tlp_type *type = tlp_type_of_name(schema, name, decl->pos);
  if (!type || !learn_params(schema, decl, type))
    return false;
  tlp_type_builder *builder = (tlp_type_builder *)type;
  if (builder->closed)
    tlp_report(schema, TLP_ERROR, TLP_D_FINAL, decl->pos, decl->length,
               "the type `%s` is closed: it was declared %s", type->name,
               type->is_empty ? "Empty" : "Final");
  if (!decl->name && builder->has_default)
    tlp_report(schema, TLP_ERROR, TLP_D_DUPLICATE_NAME, decl->pos, decl->length,
               "the type `%s` has a constructor `_` already", type->name);
  builder->has_default = builder->has_default || !decl->name;
  const tlp_combinator **item = tlp_list_add(&schema->arena, &builder->constructors, sizeof *item);
  if (!item)
    return false;
  *item = decl->out;
  decl->out->type = type;
  decl->out->type_index = (uint32_t)(builder->constructors.count - 1);
  type->constructors = builder->constructors.items;
  type->constructor_count = builder->constructors.count;
  type->predefined = decl->out->predefined;
  return decl->out->predefined || tlp_list_type(schema, type);
}

/* ---- combinators ---- */

/* Common types are declared in every schema: a second source may repeat them. */
static bool is_repeated_builtin(const raw_decl *decl) {
  static const char *const names[] = {"int",    "long",      "double",   "string",
                                      "bytes",  "true",      "int128",   "int256",
                                      "vector", "boolFalse", "boolTrue", "object"};
  const tlp_combinator *first = decl->name->combinator;
  if (!first || first->pos.file == decl->pos.file)
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *a = names[i], *b = decl->name->text;
    while (*a && *a == *b)
      a++, b++;
    if (*a == *b)
      return true;
  }
  return false;
}

static void report_duplicate(tlp_schema *schema, const raw_decl *decl) {
  const tlp_combinator *first = decl->name->combinator;
  const tlp_file *file = tlp_schema_file(schema, first->pos.file);
  tlp_report(schema, TLP_ERROR, TLP_D_DUPLICATE_NAME, decl->pos, decl->length,
             "`%s` is declared a second time; the first is at %s:%u", decl->name->text,
             file ? file->name : "(predefined)", (unsigned)first->pos.line);
}

static void fill_combinator(tlp_schema *schema, tlp_combinator *out, const raw_decl *decl) {
  if (decl->name)
    set_names(&schema->arena, decl->name, &out->name, &out->name_space, &out->short_name);
  out->id = decl->id;
  out->has_explicit_id = decl->has_id;
  out->builtin = decl->builtin;
  out->section = decl->section;
  out->pos = decl->pos;
  out->text = decl->text;
  out->text_length = decl->text_length;
  out->comment = decl->comment;
  out->comment_length = decl->comment_length;
  out->annotations = decl->annotations;
  out->annotation_count = decl->annotation_count;
  out->field_count = decl->field_count;
}

static bool declare_combinator(tlp_schema *schema, raw_decl *decl, bool is_predefined) {
  if (decl->name && decl->name->combinator) {
    if (!is_repeated_builtin(decl))
      report_duplicate(schema, decl);
    return true;
  }
  tlp_combinator *out = tlp_alloc(&schema->arena, sizeof *out);
  if (!out)
    return false;
  fill_combinator(schema, out, decl);
  out->predefined = is_predefined;
  out->index = UINT32_MAX;
  decl->out = out;
  if (decl->name)
    decl->name->combinator = out;
  if (!is_predefined) {
    const tlp_combinator **item = tlp_list_add(&schema->arena, &schema->combinators, sizeof *item);
    if (!item)
      return false;
    *item = out;
    out->index = (uint32_t)(schema->combinators.count - 1);
  }
  return decl->section == TLP_SECTION_FUNCTIONS || add_constructor(schema, decl);
}

static bool declare_final(tlp_schema *schema, raw_decl *decl) {
  tlp_type *type = tlp_type_of_name(schema, decl->name, decl->pos);
  if (!type)
    return false;
  tlp_type_builder *builder = (tlp_type_builder *)type;
  if (decl->kind != TLP_DECL_FINAL && type->constructor_count)
    tlp_report(schema, TLP_ERROR, TLP_D_FINAL, decl->pos, decl->length,
               "the type `%s` is not new: it has constructors before this", type->name);
  if (decl->kind == TLP_DECL_FINAL && !type->constructor_count && !type->is_empty)
    tlp_report(schema, TLP_ERROR, TLP_D_FINAL, decl->pos, decl->length,
               "the type `%s` has no constructors before this", type->name);
  type->is_final = type->is_final || decl->kind == TLP_DECL_FINAL;
  type->is_empty = type->is_empty || decl->kind == TLP_DECL_EMPTY;
  builder->closed = builder->closed || decl->kind != TLP_DECL_NEW;
  return true;
}

bool tlp_declare(tlp_schema *schema, raw_decl *decl, bool is_predefined) {
  switch (decl->kind) {
  case TLP_DECL_COMBINATOR:
    return declare_combinator(schema, decl, is_predefined);
  case TLP_DECL_FINAL:
  case TLP_DECL_NEW:
  case TLP_DECL_EMPTY:
    return declare_final(schema, decl);
  case TLP_DECL_PARTIAL_TYPE:
  case TLP_DECL_PARTIAL_COMBINATOR:
    break;
  }
  return true;
}
