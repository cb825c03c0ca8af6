/* Any value as text for people: one field a line, two spaces a level. A constructor stands before
 * its braces, absent fields are left out, bytes are hexadecimal. Bytes longer than PRINT_BYTES end
 * with "..." and their size; nothing else is shortened. */
#include <inttypes.h>
#include <tl/print.h>
#include <tl/wire.h>

#include "lookup.h"
#include "text_value.h"

enum { PRINT_BYTES = 32 };

static bool print_fields(tl_text *text, const tl_schema *schema, const tl_def *def,
                         const uint8_t *args, bool *any) {
  const tl_field *field = schema->fields + def->field, *end = field + def->n_fields;
  for (; field < end; field++) {
    bool shown = field->op == TL_OP_WORD
                     ? tl_word_is_kept(field, args)
                     : field->cond == TL_ALWAYS || tl_field_present(field, args);
    if (!shown)
      continue;
    tl_text_put(text, *any ? "" : " {");
    *any = true;
    tl_text_break(text);
    tl_text_put(text, tl_field_name(schema, field));
    tl_text_put(text, ": ");
    if (!tl_text_slot(text, schema, field->type, args + field->offset)) {
      tl_trace_field(&text->trace, schema, def, field);
      return false;
    }
  }
  return true;
}

static bool print_object(tl_text *text, const tl_object *object) {
  if (!object->schema) {
    tl_text_put(text, "(missing)");
    return true;
  }
  if (object->schema->version != TL_TABLE_VERSION)
    return tl_text_fail(text, TL_ERR_ABI, "the tables are of another version than libtl");
  if (object->def >= object->schema->n_defs)
    return tl_text_fail(text, TL_ERR_TYPE, "the schema has no such definition");
  if (text->depth == 0)
    return tl_text_fail(text, TL_ERR_DEPTH, "objects are nested too deep");
  const tl_def *def = object->schema->defs + object->def;
  bool any = false;
  tl_text_put(text, tl_def_name(object->schema, object->def));
  text->depth--;
  text->level++;
  if (object->args && !print_fields(text, object->schema, def, object->args, &any))
    return false;
  text->level--;
  text->depth++;
  if (any) {
    tl_text_break(text);
    tl_text_put(text, "}");
  }
  return true;
}

static bool print_vector(tl_text *text, const tl_schema *schema, uint16_t type,
                         const uint8_t *slot) {
  tl_vector vector = tl_read_vector(slot);
  const uint8_t *item = vector.items;
  bool simple = TL_OP_BIT(schema->types[type].op) & (TL_OPS_NUMBER | TL_OP_BIT(TL_OP_TRUE));
  tl_text_put(text, "[");
  text->level++;
  for (size_t i = 0; item && i < vector.count; i++, item += schema->types[type].slot) {
    tl_text_put(text, i && simple ? ", " : "");
    if (!simple)
      tl_text_break(text);
    if (!tl_text_slot(text, schema, type, item)) {
      tl_trace_index(&text->trace, i);
      return false;
    }
    if (text->full)
      return tl_text_fail(text, TL_ERR_NOMEM, "no room in the buffer");
  }
  text->level--;
  if (vector.count && item && !simple)
    tl_text_break(text);
  tl_text_put(text, "]");
  return true;
}

static void print_bytes(tl_text *text, tl_bytes bytes) {
  size_t shown = bytes.size > PRINT_BYTES ? PRINT_BYTES : bytes.size;
  tl_text_put(text, "<");
  tl_text_hex(text, bytes.data, shown);
  if (shown < bytes.size)
    tl_text_format(text, "... %zu bytes", bytes.size);
  tl_text_put(text, ">");
}

static bool print_string(tl_text *text, uint8_t op, const uint8_t *slot) {
  tl_bytes bytes = tl_read_bytes(slot);
  if (!bytes.data)
    bytes = tl_bytes_of(tl_empty, 0);
  if (op == TL_OP_STRING && tl_utf8_valid((const char *)bytes.data, bytes.size))
    tl_text_quote(text, (const char *)bytes.data, bytes.size);
  else
    print_bytes(text, bytes);
  return true;
}

static void print_double(tl_text *text, const uint8_t *slot) {
  double value;
  memcpy(&value, slot, sizeof value);
  if (value != value)
    tl_text_put(text, "NaN");
  else if (value - value != 0)
    tl_text_put(text, value > 0 ? "Infinity" : "-Infinity");
  else
    tl_text_double(text, value);
}

static void print_float(tl_text *text, const uint8_t *slot) {
  float value;
  memcpy(&value, slot, sizeof value);
  if (value - value == 0) {
    tl_text_float(text, value);
    return;
  }
  double wide = value;
  print_double(text, (const uint8_t *)&wide);
}

static void print_number(tl_text *text, uint8_t op, const uint8_t *slot) {
  uint32_t word;
  int64_t number;
  switch (op) {
  case TL_OP_INT:
  case TL_OP_NAT:
    memcpy(&word, slot, sizeof word);
    tl_text_format(text, "%" PRId64, op == TL_OP_NAT ? (int64_t)word : (int64_t)(int32_t)word);
    break;
  case TL_OP_LONG:
    memcpy(&number, slot, sizeof number);
    tl_text_format(text, "%" PRId64, number);
    break;
  case TL_OP_DOUBLE:
    print_double(text, slot);
    break;
  case TL_OP_FLOAT:
    print_float(text, slot);
    break;
  default:
    tl_text_hex(text, slot, tl_number_size[op]);
  }
}

static const tl_text_form people = {
    .object = print_object, .vector = print_vector, .string = print_string, .number = print_number};

tl_status tl_print(const tl_value *value, tl_buffer *out, tl_error *error) {
  return tl_text_value(&people, value, true, out, error);
}

tl_status tl_print_object(const tl_object *object, tl_buffer *out, tl_error *error) {
  tl_value value = {object->schema, object, TL_OP_OBJECT};
  return tl_print(&value, out, error);
}
