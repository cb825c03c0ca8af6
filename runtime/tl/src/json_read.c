/* Any value from JSON. */
#include "json_read.h"

#include <stdio.h>
#include <string.h>
#include <tl/json.h>
#include <tl/suggest.h>

#include "arena.h"

static bool read_slot(tl_json_reader *r, uint16_t type, const json_t *json, uint8_t *slot);

/* A # word that has no place in the struct. */
static bool is_computed(const tl_field *field) {
  return field->op == TL_OP_WORD && field->offset == TL_NONE;
}

static bool fail_unknown(tl_json_reader *r, const tl_def *def, const char *key) {
  const char *meant = tl_suggest_field(r->schema, def, key);
  if (meant)
    return tl_json_fail(r, TL_ERR_NAME, "unknown field `%.60s`; did you mean `%.40s`?", key, meant);
  return tl_json_fail(r, TL_ERR_NAME, "unknown field `%.60s`", key);
}

/* Looks for a key of the JSON object that the definition does not have. True when there is none. */
static bool check_keys(tl_json_reader *r, const tl_def *def, json_t *json) {
  const tl_field *fields = r->schema->fields + def->field;
  const char *key;
  json_t *member;
  json_object_foreach(json, key, member) {
    bool known = strcmp(key, "_") == 0;
    for (uint16_t i = 0; i < def->n_fields && !known; i++) {
      known = strcmp(key, tl_field_name(r->schema, fields + i)) == 0;
      if (known && is_computed(fields + i))
        return tl_json_fail(r, TL_ERR_NAME, "`%.40s` is computed from the fields that are there",
                            key);
    }
    if (!known)
      return fail_unknown(r, def, key);
  }
  return true;
}

/* What has no key is fine when it is optional. */
static bool is_needed(const tl_field *field) {
  return field->cond == TL_ALWAYS && field->op != TL_OP_TRUE && field->type != TL_OP_NAT;
}

/* A field that must be there is not: perhaps since its name is mistyped. */
static bool fail_missing(tl_json_reader *r, const tl_def *def, const tl_field *field,
                         json_t *json) {
  return check_keys(r, def, json) &&
         tl_json_fail(r, TL_ERR_MISSING, "`%.40s` is missing", tl_field_name(r->schema, field));
}

static bool read_field(tl_json_reader *r, const tl_field *field, const json_t *json,
                       uint8_t *args) {
  bool conditional = field->cond != TL_ALWAYS;
  if (!json || (conditional && json_is_null(json)))
    return true;
  if (conditional && TL_OP_BIT(field->op) & (TL_OPS_NUMBER | TL_OP_BIT(TL_OP_WORD)))
    args[field->aux] = 1;
  return read_slot(r, field->type, json, args + field->offset);
}

static bool read_fields(tl_json_reader *r, const tl_def *def, json_t *json, uint8_t *args) {
  const tl_field *field = r->schema->fields + def->field, *end = field + def->n_fields;
  size_t keys = json_object_get(json, "_") ? 1 : 0;
  for (; field < end; field++) {
    if (is_computed(field))
      continue;
    const json_t *member = json_object_get(json, tl_field_name(r->schema, field));
    keys += member != NULL;
    if (!member && is_needed(field))
      return fail_missing(r, def, field, json);
    if (!read_field(r, field, member, args)) {
      tl_trace_field(&r->trace, r->schema, def, field);
      return false;
    }
  }
  return keys == json_object_size(json) || check_keys(r, def, json);
}

/* The struct of a definition. */
static bool read_def(tl_json_reader *r, uint16_t index, json_t *json, const void **out) {
  const tl_def *def = r->schema->defs + index;
  uint8_t *args = NULL;
  if (r->depth == 0)
    return tl_json_fail(r, TL_ERR_DEPTH, "objects are nested too deep");
  if (def->n_fields) {
    args = tl_arena_take(r->arena, tl_round_up(def->size, TL_SLOT_ALIGN));
    if (!args)
      return tl_json_fail_memory(r);
  }
  r->depth--;
  bool ok = read_fields(r, def, json, args);
  r->depth++;
  *out = args ? args : (const void *)tl_empty;
  return ok;
}

static bool fail_name(tl_json_reader *r, const char *name) {
  const char *meant = tl_suggest_definition(r->schema, name);
  if (meant)
    return tl_json_fail(r, TL_ERR_NAME, "the schema has no `%.60s`; did you mean `%.60s`?", name,
                        meant);
  return tl_json_fail(r, TL_ERR_NAME, "the schema has no `%.100s`", name);
}

/* The constructor of a type that is called so, with its arguments or without them: "dictionary" for
 * "dictionary<string>" where a Dictionary<string> is expected. Types that differ in numbers only
 * have constructors of one name. TL_NONE for none. */
static uint16_t find_constructor(const tl_schema *schema, const tl_type *type, const char *name) {
  size_t size = strlen(name);
  unsigned count = type->op == TL_OP_SUM ? type->count : 1;
  for (unsigned i = 0; i < count; i++) {
    const char *known = tl_def_name(schema, (uint16_t)(type->arg + i));
    if (strncmp(known, name, size) == 0 && (known[size] == '<' || known[size] == '\0'))
      return (uint16_t)(type->arg + i);
  }
  return TL_NONE;
}

static bool is_of_type(const tl_type *type, uint16_t def) {
  return def >= type->arg && def - type->arg < (type->op == TL_OP_SUM ? type->count : 1);
}

/* The definition that "_" names, or `fallback` when there is no "_". `type`: a declared one that is
 * expected, or NULL for any. */
static bool read_name(tl_json_reader *r, const tl_type *type, const json_t *json, uint16_t fallback,
                      uint16_t *out) {
  if (!json_is_object(json))
    return tl_json_fail_type(r, "an object", json);
  const json_t *name = json_object_get(json, "_");
  *out = fallback;
  if (!name && fallback == TL_NONE)
    return tl_json_fail(r, TL_ERR_MISSING, "an object without \"_\", the name of its constructor");
  if (!name)
    return true;
  if (!json_is_string(name))
    return tl_json_fail(r, TL_ERR_TYPE, "\"_\" is not a string");
  *out = tl_find_name(r->schema, json_string_value(name), json_string_length(name));
  if (type && (*out == TL_NONE || !is_of_type(type, *out))) {
    uint16_t expected = find_constructor(r->schema, type, json_string_value(name));
    *out = expected != TL_NONE ? expected : *out;
  }
  if (*out == TL_NONE)
    return fail_name(r, json_string_value(name));
  return true;
}

static bool fail_constructor(tl_json_reader *r, uint16_t type, uint16_t def) {
  char name[64];
  tl_spell_type(r->schema, type, name, sizeof name);
  return tl_json_fail(r, TL_ERR_TYPE, "%.60s is no constructor of %s", tl_def_name(r->schema, def),
                      name);
}

static bool read_sum(tl_json_reader *r, uint16_t type, json_t *json, uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  const void *args;
  uint16_t def;
  if (!read_name(r, t, json, TL_NONE, &def))
    return false;
  unsigned kind = (unsigned)def - t->arg;
  if (kind >= t->count)
    return fail_constructor(r, type, def);
  if (!read_def(r, def, json, &args))
    return false;
  tl_write_sum(slot, kind + 1, args);
  return true;
}

static bool read_ptr(tl_json_reader *r, uint16_t type, json_t *json, uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  const void *args;
  uint16_t def;
  if (!read_name(r, t, json, t->arg, &def))
    return false;
  if (def != t->arg)
    return fail_constructor(r, type, def);
  if (!read_def(r, def, json, &args))
    return false;
  tl_write_ptr(slot, args);
  return true;
}

static bool read_any(tl_json_reader *r, json_t *json, uint16_t fallback, uint8_t *slot) {
  tl_object object = {r->schema, NULL, 0};
  if (!read_name(r, NULL, json, fallback, &object.def) ||
      !read_def(r, object.def, json, &object.args))
    return false;
  memcpy(slot, &object, sizeof object);
  return true;
}

static bool read_vector(tl_json_reader *r, const tl_type *vector, const json_t *json,
                        uint8_t *slot) {
  uint16_t type = vector->arg;
  size_t room = r->schema->types[type].slot, count = json_array_size(json);
  if (!json_is_array(json))
    return tl_json_fail_type(r, "an array", json);
  if (vector->op == TL_OP_ARRAY && count != vector->count)
    return tl_json_fail(r, TL_ERR_RANGE, "an array of %zu elements where %u must be", count,
                        (unsigned)vector->count);
  if (count == 0) {
    tl_write_vector(slot, tl_empty, 0);
    return true;
  }
  if (count > INT32_MAX || count > TL_SIZE_SANE / room)
    return tl_json_fail(r, TL_ERR_RANGE, "an array of 2^31 elements or more");
  uint8_t *items = tl_arena_take(r->arena, tl_round_up(count * room, TL_SLOT_ALIGN));
  if (!items)
    return tl_json_fail_memory(r);
  for (size_t i = 0; i < count; i++)
    if (!read_slot(r, type, json_array_get(json, i), items + i * room)) {
      tl_trace_index(&r->trace, i);
      return false;
    }
  tl_write_vector(slot, items, count);
  return true;
}

static bool read_slot(tl_json_reader *r, uint16_t type, const json_t *json, uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  json_t *object = (json_t *)(uintptr_t)json; /* iterating needs one that is not const */
  switch (t->op) {
  case TL_OP_WITH:
    return read_slot(r, t->arg, json, slot);
  case TL_OP_OBJECT:
    return read_any(r, object, TL_NONE, slot);
  case TL_OP_SUM:
    return read_sum(r, type, object, slot);
  case TL_OP_PTR:
  case TL_OP_BARE:
    return read_ptr(r, type, object, slot);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    return read_vector(r, t, json, slot);
  default:
    return tl_json_read_scalar(r, t->op, json, slot);
  }
}

/* What jansson says, in our words. */
static tl_status fail_syntax(const json_error_t *found, tl_error *error) {
  tl_status status = TL_ERR_SYNTAX;
  switch (json_error_code(found)) {
  case json_error_out_of_memory:
    status = TL_ERR_NOMEM;
    break;
  case json_error_stack_overflow:
    status = TL_ERR_DEPTH;
    break;
  case json_error_numeric_overflow:
    status = TL_ERR_RANGE;
    break;
  case json_error_duplicate_key:
    status = TL_ERR_NAME;
    break;
  default:
    break;
  }
  if (found->text[0] == 0) /* it says nothing when it cannot even start */
    return tl_trace_refuse(error, TL_ERR_NOMEM, "out of memory");
  char text[sizeof error->text];
  snprintf(text, sizeof text, "line %d, column %d: %.110s", found->line, found->column,
           found->text);
  tl_trace_refuse(error, status, text);
  if (error)
    error->offset = found->position > 0 ? (size_t)found->position : 0;
  return status;
}

/* Reads a value of the type; `fallback` is what an object without "_" is, or TL_NONE. */
static tl_status read_text(const tl_schema *schema, uint16_t type, uint16_t fallback,
                           const char *text, size_t size, tl_arena *arena, tl_value *out,
                           tl_error *error) {
  enum { FLAGS = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL };
  tl_json_reader r = {.schema = schema, .arena = arena, .depth = TL_DEPTH_LIMIT};
  json_error_t found;
  json_t *json = json_loadb(size ? text : "", size, FLAGS, &found);
  if (!json)
    return fail_syntax(&found, error);
  uint8_t *slot = tl_arena_take(arena, tl_round_up(schema->types[type].slot, TL_SLOT_ALIGN));
  bool ok = slot ? true : tl_json_fail_memory(&r);
  if (ok && type == TL_OP_OBJECT)
    ok = read_any(&r, json, fallback, slot);
  else if (ok)
    ok = read_slot(&r, type, json, slot);
  if (ok) {
    *out = (tl_value){schema, slot, type};
    json_decref(json);
    return TL_OK;
  }
  char root[sizeof error->path];
  const char *name = json_string_value(json_object_get(json, "_"));
  if (name)
    snprintf(root, sizeof root, "%.100s", name);
  else if (fallback != TL_NONE)
    snprintf(root, sizeof root, "%s", tl_def_name(schema, fallback));
  else
    tl_spell_type(schema, type, root, sizeof root);
  json_decref(json);
  return tl_trace_finish(&r.trace, root, error);
}

tl_status tl_json_read(const tl_schema *schema, uint16_t type, const char *json, size_t size,
                       tl_arena *arena, tl_value *out, tl_error *error) {
  memset(out, 0, sizeof *out);
  if (schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  if (type >= schema->n_types || schema->types[type].op == TL_OP_REPEAT)
    return tl_trace_refuse(error, TL_ERR_ARGUMENT, "no such type");
  return read_text(schema, type, TL_NONE, json, size, arena, out, error);
}

tl_status tl_json_read_object(const tl_schema *schema, const char *name, const char *json,
                              size_t size, tl_arena *arena, tl_object *out, tl_error *error) {
  tl_value value;
  uint16_t fallback = TL_NONE;
  memset(out, 0, sizeof *out);
  if (schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  if (name) {
    fallback = tl_find_name(schema, name, strlen(name));
    if (fallback == TL_NONE)
      return tl_trace_refuse(error, TL_ERR_NAME, "the schema has no such constructor or function");
  }
  tl_status status = read_text(schema, TL_OP_OBJECT, fallback, json, size, arena, &value, error);
  if (status == TL_OK)
    *out = tl_value_object(&value);
  return status;
}
