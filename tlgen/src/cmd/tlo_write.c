/* tlo_write.c: writes a schema in the TL form for schemas (tls.schema_v2 of
 * core.telegram.org/mtproto/TL-tl), in the order, and with the flags, that the program tl-parser
 * gives them; those were found out by looking at what it writes. */
#include "cmd/tlo_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* Ids of the constructors of tl.tl. */
enum {
  TLS_SCHEMA_V2 = 0x3a2f9be2,
  TLS_TYPE = 0x12eb4386,
  TLS_COMBINATOR = 0x5c0a1ed5,
  TLS_COMBINATOR_LEFT = 0x4c12c6d9,
  TLS_COMBINATOR_RIGHT = 0x2c064372,
  TLS_ARG = 0x29dfe61b,
  TLS_NAT_VAR = 0x4e8a14f0,
  TLS_TYPE_VAR = 0x0142ceae,
};
#define TLS_COMBINATOR_LEFT_BUILTIN UINT32_C(0xcd211f63)
#define TLS_EXPR_TYPE               UINT32_C(0xecc9da78)
#define TLS_EXPR_NAT                UINT32_C(0xdcb49bd8)
#define TLS_NAT_CONST               UINT32_C(0xdcb49bd8)
#define TLS_ARRAY                   UINT32_C(0xd9fb20de)
#define TLS_TYPE_EXPR               UINT32_C(0xc1863d08)
#define NAME_NAT                    UINT32_C(0x70659eff) /* of the type #: CRC-32 of that character */
#define NAME_TYPE                   UINT32_C(0x2cecf817) /* of the type Type */

/* Flags of a type. */
enum {
  TYPE_CLOSED = 1u,       /* Final, Empty, or used by the name of its constructor */
  TYPE_PERCENT = 8u,      /* used as %T */
  TYPE_OVERLAPPING = 16u, /* constructors cannot be told apart by the type alone */
  TYPE_EMPTY = 0x400u,
  TYPE_DEFAULT = 0x2000000u /* has a constructor `_` */
};

/* Flags of an argument, and of an expression. */
enum {
  ARG_IMPLICIT = 0x20001u,
  ARG_CONDITIONAL = 2u,
  ARG_VARIABLE = 4u,
  ARG_BANG = 0x40000u,
  EXPR_BARE = 1u
};

typedef struct tlo_writer {
  mem pool;
  text *out;
  const tlp_schema *schema;
  uint32_t *type_flags;             /* of each type, by its index */
  const tlp_combinator *combinator; /* being written */
} tlo_writer;

/* ---- scalars ---- */

static void put32(tlo_writer *writer, uint32_t value) {
  unsigned char bytes[4];
  for (int i = 0; i < 4; i++)
    bytes[i] = (unsigned char)(value >> 8 * i);
  text_add_n(writer->out, (const char *)bytes, sizeof bytes);
}

static void put_string(tlo_writer *writer, const char *string) {
  size_t length = strlen(string), head = length < 254 ? 1 : 4;
  unsigned char bytes[4] = {(unsigned char)length};
  if (head == 4) {
    bytes[0] = 254;
    for (int i = 0; i < 3; i++)
      bytes[i + 1] = (unsigned char)(length >> 8 * i);
  }
  text_add_n(writer->out, (const char *)bytes, head);
  text_add_n(writer->out, string, length);
  text_add_n(writer->out, "\0\0\0", (4 - (head + length) % 4) % 4);
}

/* ---- names ---- */

/* Ids that the source leaves out follow the rule of the language here, always. */
static uint32_t id_of(const tlp_combinator *combinator) {
  return combinator->has_explicit_id ? combinator->id : combinator->crc;
}

/* A type is known by all of its constructors together. */
static uint32_t name_of(const tlp_type *type) {
  uint32_t name = 0;
  for (size_t i = 0; type && i < type->constructor_count; i++)
    name ^= id_of(type->constructors[i]);
  return name;
}

/* A field that may be absent has no number of its own; one that refers to it gets 0. */
static bool has_number(const tlp_var *var) {
  return var->implicit || !var->field->cond_var;
}

static uint32_t number_of(const tlo_writer *writer, const tlp_var *var) {
  uint32_t number = 0;
  if (!has_number(var))
    return 0;
  for (uint32_t i = 0; i < var->number; i++)
    number += has_number(writer->combinator->vars[i]);
  return number;
}

/* ---- expressions ---- */

static void put_arg(tlo_writer *writer, const tlp_field *field);
static void put_type_expr(tlo_writer *writer, const tlp_expr *expr);

static void put_nat(tlo_writer *writer, const tlp_expr *expr) {
  if (expr->var) {
    put32(writer, TLS_NAT_VAR);
    put32(writer, expr->value);
    put32(writer, number_of(writer, expr->var));
  } else {
    put32(writer, TLS_NAT_CONST);
    put32(writer, expr->value);
  }
}

static void put_expr(tlo_writer *writer, const tlp_expr *expr) {
  if (expr->kind == TLP_EXPR_NAT) {
    put32(writer, TLS_EXPR_NAT);
    put_nat(writer, expr);
  } else {
    put32(writer, TLS_EXPR_TYPE);
    put_type_expr(writer, expr);
  }
}

static void put_plain_type(tlo_writer *writer, uint32_t name) {
  put32(writer, TLS_TYPE_EXPR);
  put32(writer, name);
  put32(writer, 0);
  put32(writer, 0);
}

static void put_type(tlo_writer *writer, const tlp_expr *expr, bool bare) {
  put32(writer, TLS_TYPE_EXPR);
  put32(writer, name_of(expr->type));
  put32(writer, bare ? EXPR_BARE : 0);
  put32(writer, (uint32_t)expr->arg_count);
  for (size_t i = 0; i < expr->arg_count; i++)
    put_expr(writer, expr->args[i]);
}

static void put_array(tlo_writer *writer, const tlp_expr *expr) {
  put32(writer, TLS_ARRAY);
  put_nat(writer, expr->count);
  put32(writer, (uint32_t)expr->field_count);
  for (size_t i = 0; i < expr->field_count; i++)
    put_arg(writer, &expr->fields[i]);
}

static void put_type_expr(tlo_writer *writer, const tlp_expr *expr) {
  switch (expr->kind) {
  case TLP_EXPR_TYPE:
    put_type(writer, expr, expr->bare);
    break;
  case TLP_EXPR_TYPE_VAR:
    put32(writer, TLS_TYPE_VAR);
    put32(writer, number_of(writer, expr->var));
    put32(writer, expr->bare ? EXPR_BARE : 0);
    break;
  case TLP_EXPR_NAT_TYPE:
    put_plain_type(writer, NAME_NAT);
    break;
  case TLP_EXPR_TYPE_KIND:
    put_plain_type(writer, NAME_TYPE);
    break;
  case TLP_EXPR_ARRAY:
    put_array(writer, expr);
    break;
  case TLP_EXPR_NAT:
    break;
  }
}

/* ---- combinators ---- */

static void put_arg(tlo_writer *writer, const tlp_field *field) {
  bool variable = field->var && has_number(field->var);
  put32(writer, TLS_ARG);
  put_string(writer, field->name ? field->name : "");
  put32(writer, (variable ? ARG_VARIABLE : 0u) | (field->cond_var ? ARG_CONDITIONAL : 0u) |
                    (field->bang ? ARG_BANG : 0u));
  if (variable)
    put32(writer, number_of(writer, field->var));
  if (field->cond_var) {
    put32(writer, number_of(writer, field->cond_var));
    put32(writer, (uint32_t)field->cond_bit);
  }
  put_type_expr(writer, field->type);
}

static void put_implicit(tlo_writer *writer, const tlp_var *var) {
  put32(writer, TLS_ARG);
  put_string(writer, var->name);
  put32(writer, ARG_IMPLICIT | ARG_VARIABLE);
  put32(writer, number_of(writer, var));
  put_plain_type(writer, var->kind == TLP_KIND_NAT ? NAME_NAT : NAME_TYPE);
}

static void put_left(tlo_writer *writer, const tlp_combinator *combinator) {
  if (combinator->builtin) {
    put32(writer, TLS_COMBINATOR_LEFT_BUILTIN);
    return;
  }
  put32(writer, TLS_COMBINATOR_LEFT);
  put32(writer, (uint32_t)(combinator->implicit_count + combinator->field_count));
  for (size_t i = 0; i < combinator->implicit_count; i++)
    put_implicit(writer, combinator->implicit[i]);
  for (size_t i = 0; i < combinator->field_count; i++)
    put_arg(writer, &combinator->fields[i]);
}

static void put_combinator(tlo_writer *writer, const tlp_combinator *combinator) {
  writer->combinator = combinator;
  put32(writer, TLS_COMBINATOR);
  put32(writer, id_of(combinator));
  put_string(writer, combinator->name ? combinator->name : "_");
  put32(writer, name_of(combinator->type));
  put_left(writer, combinator);
  put32(writer, TLS_COMBINATOR_RIGHT);
  if (combinator->result->kind == TLP_EXPR_TYPE)
    put_type(writer, combinator->result, false);
  else
    put_type_expr(writer, combinator->result);
}

/* In source order, but `_` and the last one change places. */
static void put_constructors(tlo_writer *writer, const tlp_type *type) {
  size_t count = type->constructor_count, unnamed = count;
  for (size_t i = 0; i < count; i++) {
    if (!type->constructors[i]->name)
      unnamed = i;
  }
  for (size_t i = 0; i < count; i++) {
    size_t from = i == unnamed ? count - 1 : i == count - 1 && unnamed < count ? unnamed : i;
    put_combinator(writer, type->constructors[from]);
  }
}

/* ---- types ---- */

static void note_uses(tlo_writer *writer, const tlp_expr *expr);

static void note_fields(tlo_writer *writer, const tlp_field *fields, size_t count) {
  for (size_t i = 0; i < count; i++)
    note_uses(writer, fields[i].type);
}

static void note_uses(tlo_writer *writer, const tlp_expr *expr) {
  if (expr->kind == TLP_EXPR_ARRAY)
    note_fields(writer, expr->fields, expr->field_count);
  if (expr->kind != TLP_EXPR_TYPE)
    return;
  if (expr->bare)
    writer->type_flags[expr->type->index] |= expr->percent ? TYPE_PERCENT : TYPE_CLOSED;
  for (size_t i = 0; i < expr->arg_count; i++)
    note_uses(writer, expr->args[i]);
}

static uint32_t own_flags(const tlp_type *type) {
  uint32_t flags = type->is_final || type->is_empty ? TYPE_CLOSED : 0u;
  flags |= type->is_empty ? TYPE_EMPTY : 0u;
  flags |= type->overlapping ? TYPE_OVERLAPPING : 0u;
  for (size_t i = 0; i < type->constructor_count; i++)
    flags |= type->constructors[i]->name ? 0u : TYPE_DEFAULT;
  return flags;
}

static void collect_flags(tlo_writer *writer, const tlp_type *const *types, size_t type_count) {
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(writer->schema, &count);
  writer->type_flags = mem_alloc(&writer->pool, type_count * sizeof *writer->type_flags);
  for (size_t i = 0; i < type_count; i++)
    writer->type_flags[types[i]->index] = own_flags(types[i]);
  for (size_t i = 0; i < count; i++) {
    note_fields(writer, all[i]->fields, all[i]->field_count);
    note_uses(writer, all[i]->result);
  }
}

static void put_type_record(tlo_writer *writer, const char *id, uint32_t name,
                            const tlp_type *type) {
  uint64_t params = 0;
  put32(writer, TLS_TYPE);
  put32(writer, name);
  put_string(writer, id);
  put32(writer, type ? (uint32_t)type->constructor_count : 0);
  put32(writer, type ? writer->type_flags[type->index] : 0);
  put32(writer, type ? (uint32_t)type->param_count : 0);
  for (size_t i = 0; type && i < type->param_count && i < 64; i++)
    params |= (uint64_t)(type->params[i] == TLP_KIND_NAT) << i;
  put32(writer, (uint32_t)params);
  put32(writer, (uint32_t)(params >> 32));
}

static int compare_types(const void *left, const void *right) {
  const tlp_type *const *a = left, *const *b = right;
  return strcmp((*a)->name, (*b)->name);
}

static int compare_combinators(const void *left, const void *right) {
  const tlp_combinator *const *a = left, *const *b = right;
  return strcmp((*a)->name ? (*a)->name : "_", (*b)->name ? (*b)->name : "_");
}

/* With the two types that no source declares, each where its name belongs. */
static void put_types(tlo_writer *writer, const tlp_type *const *types, size_t count) {
  bool put_nat_type = false, put_type_type = false;
  put32(writer, (uint32_t)count + 2);
  for (size_t i = 0; i <= count; i++) {
    if (!put_nat_type && (i == count || strcmp(types[i]->name, "#") > 0)) {
      put_type_record(writer, "#", NAME_NAT, NULL);
      put_nat_type = true;
    }
    if (!put_type_type && (i == count || strcmp(types[i]->name, "Type") > 0)) {
      put_type_record(writer, "Type", NAME_TYPE, NULL);
      put_type_type = true;
    }
    if (i < count)
      put_type_record(writer, types[i]->name, name_of(types[i]), types[i]);
  }
}

static void put_all_constructors(tlo_writer *writer, const tlp_type *const *types, size_t count) {
  size_t constructors = 0;
  for (size_t i = 0; i < count; i++)
    constructors += types[i]->constructor_count;
  put32(writer, (uint32_t)constructors);
  for (size_t i = 0; i < count; i++)
    put_constructors(writer, types[i]);
}

static void put_functions(tlo_writer *writer) {
  size_t count, functions = 0;
  const tlp_combinator *const *all = tlp_schema_combinators(writer->schema, &count);
  const tlp_combinator **sorted = mem_alloc(&writer->pool, count * sizeof *sorted);
  for (size_t i = 0; i < count; i++) {
    if (all[i]->section == TLP_SECTION_FUNCTIONS)
      sorted[functions++] = all[i];
  }
  qsort(sorted, functions, sizeof *sorted, compare_combinators);
  put32(writer, (uint32_t)functions);
  for (size_t i = 0; i < functions; i++)
    put_combinator(writer, sorted[i]);
}

/* ---- schemas ---- */

static bool can_be_expressed(const tlp_schema *schema) {
  size_t count;
  const tlp_decl *decls = tlp_schema_decls(schema, &count);
  for (size_t i = 0; i < count; i++) {
    if (decls[i].kind != TLP_DECL_PARTIAL_TYPE && decls[i].kind != TLP_DECL_PARTIAL_COMBINATOR)
      continue;
    const tlp_file *file = tlp_schema_file(schema, decls[i].pos.file);
    tlgen_error("%s:%" PRIu32 ":%" PRIu32 ": a partial application cannot be serialized",
                file ? file->name : "", decls[i].pos.line, decls[i].pos.column);
    return false;
  }
  return true;
}

static void put_schema(tlo_writer *writer, const tlp_type *const *types, size_t count) {
  collect_flags(writer, types, count);
  put32(writer, TLS_SCHEMA_V2);
  put32(writer, 0); /* version */
  put32(writer, 0); /* date: tl-parser leaves it 0 so that its output can be reproduced */
  put_types(writer, types, count);
  put_all_constructors(writer, types, count);
  put_functions(writer);
}

bool tlo_write(text *out, const tlp_schema *schema) {
  size_t count;
  const tlp_type *const *types = tlp_schema_types(schema, &count);
  tlo_writer writer = {.out = out, .schema = schema};
  if (!can_be_expressed(schema))
    return false;
  const tlp_type **sorted = mem_alloc(&writer.pool, (count + 1) * sizeof *sorted);
  for (size_t i = 0; i < count; i++)
    sorted[i] = types[i];
  qsort(sorted, count, sizeof *sorted, compare_types);
  put_schema(&writer, sorted, count);
  mem_free(&writer.pool);
  return true;
}
