/* Any value as JSON. */
#include <inttypes.h>
#include <tl/json.h>
#include <tl/wire.h>

#include "lookup.h"
#include "text_value.h"

static void write_key(tl_text *text, const char *name) {
  tl_text_quote(text, name, strlen(name));
  tl_text_put(text, text->lines ? ": " : ":");
}

static bool is_zero(const uint8_t *slot) {
  uint32_t word;
  memcpy(&word, slot, sizeof word);
  return word == 0;
}

/* Whether a field has a key: it is there, and it is more than a computed word or a # that is 0. */
static bool has_key(const tl_field *field, const uint8_t *args) {
  if (field->op == TL_OP_WORD)
    return tl_word_is_kept(field, args);
  if (field->cond == TL_ALWAYS)
    return field->op == TL_OP_NAT ? !is_zero(args + field->offset) : field->op != TL_OP_TRUE;
  return tl_field_present(field, args);
}

static bool write_fields(tl_text *text, const tl_schema *schema, const tl_def *def,
                         const uint8_t *args) {
  const tl_field *field = schema->fields + def->field, *end = field + def->n_fields;
  for (; field < end; field++) {
    if (!has_key(field, args))
      continue;
    tl_text_put(text, ",");
    tl_text_break(text);
    write_key(text, tl_field_name(schema, field));
    if (field->op == TL_OP_TRUE) {
      tl_text_put(text, "true");
    } else if (!tl_text_slot(text, schema, field->type, args + field->offset)) {
      tl_trace_field(&text->trace, schema, def, field);
      return false;
    }
  }
  return true;
}

static bool write_object(tl_text *text, const tl_object *object) {
  if (!object->schema)
    return tl_text_fail(text, TL_ERR_MISSING, "an object is missing");
  if (object->schema->version != TL_TABLE_VERSION)
    return tl_text_fail(text, TL_ERR_ABI, "the tables are of another version than libtl");
  if (object->def >= object->schema->n_defs)
    return tl_text_fail(text, TL_ERR_TYPE, "the schema has no such definition");
  const tl_def *def = object->schema->defs + object->def;
  if (!object->args && def->n_fields)
    return tl_text_fail(text, TL_ERR_MISSING, "an object without its struct");
  if (text->depth == 0)
    return tl_text_fail(text, TL_ERR_DEPTH, "objects are nested too deep");
  text->depth--;
  text->level++;
  tl_text_put(text, "{");
  tl_text_break(text);
  write_key(text, "_");
  const char *name = tl_def_name(object->schema, object->def);
  tl_text_quote(text, name, strlen(name));
  if (!write_fields(text, object->schema, def, object->args))
    return false;
  text->level--;
  text->depth++;
  tl_text_break(text);
  tl_text_put(text, "}");
  return true;
}

static bool write_vector(tl_text *text, const tl_schema *schema, uint16_t type,
                         const uint8_t *slot) {
  tl_vector vector = tl_read_vector(slot);
  const uint8_t *item = vector.items;
  if (!item && vector.count)
    return tl_text_fail(text, TL_ERR_MISSING, "a vector with a count but no items");
  tl_text_put(text, "[");
  text->level++;
  for (size_t i = 0; i < vector.count; i++, item += schema->types[type].slot) {
    if (i)
      tl_text_put(text, ",");
    tl_text_break(text);
    if (!tl_text_slot(text, schema, type, item)) {
      tl_trace_index(&text->trace, i);
      return false;
    }
    if (text->full)
      return tl_text_fail(text, TL_ERR_NOMEM, "no room in the buffer");
  }
  text->level--;
  if (vector.count)
    tl_text_break(text);
  tl_text_put(text, "]");
  return true;
}

static void write_base64(tl_text *text, tl_bytes bytes) {
  tl_text_put(text, "\"");
  tl_text_base64(text, bytes.data, bytes.size);
  tl_text_put(text, "\"");
}

static bool write_string(tl_text *text, uint8_t op, const uint8_t *slot) {
  tl_bytes bytes = tl_read_bytes(slot);
  if (!bytes.data && bytes.size)
    return tl_text_fail(text, TL_ERR_MISSING, "a string with a size but no data");
  if (!bytes.data)
    bytes.data = (const uint8_t *)tl_empty;
  if (op == TL_OP_BYTES) {
    write_base64(text, bytes);
  } else if (tl_utf8_valid((const char *)bytes.data, bytes.size)) {
    tl_text_quote(text, (const char *)bytes.data, bytes.size);
  } else {
    tl_text_put(text,
                text->lines ? "{\"_\": \"bytes\", \"base64\": " : "{\"_\":\"bytes\",\"base64\":");
    write_base64(text, bytes);
    tl_text_put(text, "}");
  }
  return true;
}

/* A number, or a string for what JSON has no number for: all bits survive. */
static void write_double(tl_text *text, const uint8_t *slot) {
  double value;
  uint64_t bits;
  memcpy(&value, slot, sizeof value);
  memcpy(&bits, slot, sizeof bits);
  if (value != value && bits == UINT64_C(0x7ff8000000000000))
    tl_text_put(text, "\"NaN\"");
  else if (value != value)
    tl_text_format(text, "\"NaN:%016" PRIx64 "\"", bits);
  else if (value - value != 0)
    tl_text_put(text, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  else
    tl_text_double(text, value);
}

static void write_float(tl_text *text, const uint8_t *slot) {
  float value;
  uint32_t bits;
  memcpy(&value, slot, sizeof value);
  memcpy(&bits, slot, sizeof bits);
  if (value != value && bits == 0x7fc00000u)
    tl_text_put(text, "\"NaN\"");
  else if (value != value)
    tl_text_format(text, "\"NaN:%08" PRIx32 "\"", bits);
  else if (value - value != 0)
    tl_text_put(text, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  else
    tl_text_float(text, value);
}

static void write_number(tl_text *text, uint8_t op, const uint8_t *slot) {
  uint32_t word;
  int64_t number;
  switch (op) {
  case TL_OP_INT:
  case TL_OP_NAT:
    memcpy(&word, slot, sizeof word);
    if (op == TL_OP_NAT)
      tl_text_format(text, "%" PRIu32, word);
    else
      tl_text_format(text, "%" PRId32, (int32_t)word);
    break;
  case TL_OP_LONG:
    memcpy(&number, slot, sizeof number);
    tl_text_format(text, "\"%" PRId64 "\"", number);
    break;
  case TL_OP_DOUBLE:
    write_double(text, slot);
    break;
  case TL_OP_FLOAT:
    write_float(text, slot);
    break;
  default:
    tl_text_put(text, "\"");
    tl_text_hex(text, slot, tl_number_size[op]);
    tl_text_put(text, "\"");
  }
}

static const tl_text_form json = {
    .object = write_object, .vector = write_vector, .string = write_string, .number = write_number};

tl_status tl_json_write(const tl_value *value, int flags, tl_buffer *out, tl_error *error) {
  return tl_text_value(&json, value, flags & TL_JSON_INDENT, out, error);
}

tl_status tl_json_write_object(const tl_object *object, int flags, tl_buffer *out,
                               tl_error *error) {
  tl_value value = {object->schema, object, TL_OP_OBJECT};
  return tl_json_write(&value, flags, out, error);
}
