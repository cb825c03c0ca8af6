/* Looking things up in the tables of a schema, and values taken apart. */
#include <stdio.h>
#include <string.h>
#include <tl/codec.h>

#include "lookup.h"

const char tl_empty[1] = {0};

uint16_t tl_find_id(const tl_schema *schema, uint32_t id) {
  return tl_lookup_id(schema, id);
}

/* strcmp() of a NUL-terminated name with a counted one. */
static int compare_name(const char *known, const char *name, size_t size) {
  int order = strncmp(known, name, size);
  return order ? order : known[size] != 0;
}

uint16_t tl_find_name(const tl_schema *schema, const char *name, size_t size) {
  size_t low = 0, high = schema->n_defs;
  if (memchr(name, 0, size))
    return TL_NONE;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    uint16_t def = schema->by_name[middle];
    int order = compare_name(tl_def_name(schema, def), name, size);
    if (order == 0)
      return def;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return TL_NONE;
}

static bool starts_with(const char *name, size_t size, const char *start) {
  size_t n = strlen(start);
  return size >= n && memcmp(name, start, n) == 0;
}

/* The type made of `op` and `arg`. */
static uint16_t find_derived(const tl_schema *schema, uint8_t op, uint16_t arg) {
  for (uint16_t i = TL_OP_PRIMITIVES; i < schema->n_types; i++)
    if (schema->types[i].op == op && schema->types[i].arg == arg)
      return i;
  return TL_NONE;
}

static uint16_t find_plain(const tl_schema *schema, const char *name, size_t size) {
  for (uint16_t i = 0; i < schema->n_types; i++) {
    const char *known = schema->names + schema->types[i].name;
    if (*known && compare_name(known, name, size) == 0)
      return i;
  }
  return TL_NONE;
}

/* %T, %ctor or ctor: the bare form of a constructor or of a type that has only one. */
static uint16_t find_bare(const tl_schema *schema, const char *name, size_t size) {
  uint16_t def = tl_find_name(schema, name, size);
  if (def == TL_NONE) {
    uint16_t type = find_plain(schema, name, size);
    if (type == TL_NONE || schema->types[type].op != TL_OP_PTR)
      return TL_NONE;
    def = schema->types[type].arg;
  }
  return find_derived(schema, TL_OP_BARE, def);
}

uint16_t tl_find_type(const tl_schema *schema, const char *name, size_t size) {
  enum { DEEPEST = 8 };
  uint8_t ops[DEEPEST];
  size_t depth = 0;
  bool boxed;
  while ((boxed = starts_with(name, size, "Vector<")) || starts_with(name, size, "vector<")) {
    if (depth == DEEPEST || name[size - 1] != '>')
      return TL_NONE;
    ops[depth++] = boxed ? TL_OP_VECTOR : TL_OP_BARE_VECTOR;
    name += 7;
    size -= 8;
  }
  if (size == 0 || memchr(name, 0, size))
    return TL_NONE;
  uint16_t type = TL_NONE;
  if (*name != '%')
    type = find_plain(schema, name, size);
  if (type == TL_NONE)
    type = find_bare(schema, name + (*name == '%'), size - (*name == '%'));
  while (depth && type != TL_NONE)
    type = find_derived(schema, ops[--depth], type);
  return type;
}

void tl_spell_type(const tl_schema *schema, uint16_t type, char *out, size_t room) {
  static const char *const open[] = {"Vector<", "vector<", "repeat<", "array<"};
  size_t at = 0, depth = 0;
  const tl_type *t = schema->types + type;
  for (; TL_OP_BIT(t->op) & TL_OPS_VECTOR && at < room; depth++) {
    at += (size_t)snprintf(out + at, room - at, "%s", open[t->op - TL_OP_VECTOR]);
    t = schema->types + t->arg;
  }
  const char *name = t->op == TL_OP_BARE ? tl_def_name(schema, t->arg) : schema->names + t->name;
  if (at < room)
    at += (size_t)snprintf(out + at, room - at, "%s%s", t->op == TL_OP_BARE ? "%" : "", name);
  for (; depth && at < room; depth--)
    at += (size_t)snprintf(out + at, room - at, ">");
}

void tl_spell_value(const tl_value *value, char *out, size_t room) {
  tl_object object = tl_value_object(value);
  if (object.schema && object.schema->version == TL_TABLE_VERSION &&
      object.def < object.schema->n_defs)
    snprintf(out, room, "%s", tl_def_name(object.schema, object.def));
  else
    tl_spell_type(value->schema, value->type, out, room);
}

tl_object tl_value_object(const tl_value *value) {
  tl_object object = {NULL, NULL, 0};
  if (!value->schema || !value->slot || value->type >= value->schema->n_types)
    return object;
  const tl_type *type = value->schema->types + value->type;
  if (type->op == TL_OP_WITH)
    type = value->schema->types + type->arg;
  if (type->op == TL_OP_OBJECT) {
    memcpy(&object, value->slot, sizeof object);
  } else if (type->op == TL_OP_SUM) {
    tl_sum sum = tl_read_sum(value->slot);
    if (sum.kind == 0 || sum.kind > type->count)
      return object;
    object.schema = value->schema;
    object.args = sum.ptr;
    object.def = (uint16_t)(type->arg + sum.kind - 1);
  } else if (type->op == TL_OP_PTR || type->op == TL_OP_BARE) {
    object.args = tl_read_ptr(value->slot);
    object.schema = object.args ? value->schema : NULL;
    object.def = type->arg;
  }
  return object;
}

const void *tl_value_slot(const tl_value *value, const tl_schema *schema, uint16_t type) {
  static const union { /* as large and as aligned as any slot */
    tl_object object;
    tl_int256 int256;
    int64_t number;
  } absent;
  bool fits = value->schema == schema && value->type == type && value->slot;
  return fits ? value->slot : &absent;
}
