/* Encoding. One pass: a # word is left open where it stands and filled in at the end of its object,
 * when it is known what was present. */
#include <tl/codec.h>
#include <tl/wire.h>

#include "encoder.h"
#include "lookup.h"

static uint8_t *encode_slot(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot);
static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args);

/* Room for `size` bytes at `at`, which may move. */
static inline uint8_t *room(tl_encoder *e, uint8_t *at, size_t size) {
  return (size_t)(e->end - at) >= size ? at : tl_encoder_grow(e, at, size);
}

static uint8_t *encode_def(tl_encoder *e, uint8_t *at, const tl_def *def, const void *args) {
  if (def->n_fields == 0)
    return at;
  if (!args)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "an object without its struct");
  if (e->depth == 0)
    return tl_encoder_fail(e, at, TL_ERR_DEPTH, "objects are nested too deep");
  e->depth--;
  at = encode_fields(e, at, def, args);
  e->depth++;
  return at;
}

static uint8_t *encode_boxed(tl_encoder *e, uint8_t *at, uint16_t index, const void *args) {
  const tl_def *def = e->schema->defs + index;
  at = room(e, at, 4);
  if (!at)
    return NULL;
  tl_store32(at, def->id);
  return encode_def(e, at + 4, def, args);
}

static uint8_t *encode_sum(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  tl_sum sum = tl_read_sum(slot);
  if (sum.kind - 1u >= t->count)
    return tl_encoder_fail_kind(e, at, type, sum.kind);
  return encode_boxed(e, at, (uint16_t)(t->arg + sum.kind - 1), sum.ptr);
}

static uint8_t *encode_ptr(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  const void *args = tl_read_ptr(slot);
  if (!args)
    return tl_encoder_fail_kind(e, at, type, 0);
  return t->op == TL_OP_PTR ? encode_boxed(e, at, t->arg, args)
                            : encode_def(e, at, e->schema->defs + t->arg, args);
}

/* Any object; it brings its own schema. */
static uint8_t *encode_any(tl_encoder *e, uint8_t *at, const tl_object *object) {
  const tl_schema *outer = e->schema;
  if (!object->schema)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "an object is missing");
  if (object->schema->version != TL_TABLE_VERSION)
    return tl_encoder_fail(e, at, TL_ERR_ABI, "the tables are of another version than libtl");
  if (object->def >= object->schema->n_defs)
    return tl_encoder_fail(e, at, TL_ERR_TYPE, "the schema has no such definition");
  e->schema = object->schema;
  at = encode_boxed(e, at, object->def, object->args);
  e->schema = outer;
  return at;
}

static uint8_t *encode_string(tl_encoder *e, uint8_t *at, const uint8_t *slot) {
  tl_bytes view = tl_read_bytes(slot);
  if (view.size > TL_STRING_MOST)
    return tl_encoder_fail(e, at, TL_ERR_STRING, "a string of 2^24 bytes or more");
  if (!view.data && view.size)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "a string with a size but no data");
  size_t head = view.size <= TL_STRING_SHORT ? 1 : 4;
  size_t whole = (head + view.size + 3) & ~(size_t)3;
  at = room(e, at, whole);
  if (!at)
    return NULL;
  tl_store32(at + whole - 4, 0); /* the padding */
  if (head == 1)
    *at = (uint8_t)view.size;
  else
    tl_store32(at, TL_STRING_LONG | (uint32_t)view.size << 8);
  if (view.size)
    memcpy(at + head, view.data, view.size);
  return at + whole;
}

static uint8_t *encode_bool(tl_encoder *e, uint8_t *at, const uint8_t *slot) {
  at = room(e, at, 4);
  if (!at)
    return NULL;
  tl_store32(at, *slot ? TL_ID_TRUE : TL_ID_FALSE);
  return at + 4;
}

static uint8_t *encode_numbers(tl_encoder *e, uint8_t *at, uint8_t op, size_t count,
                               const uint8_t *slot) {
  static const uint8_t sizes[] = {4, 8, 8, 16, 32};
  size_t size = op == TL_OP_NAT ? 4 : sizes[op];
  at = room(e, at, size * count);
  if (!at)
    return NULL;
  if (size == 4)
    tl_store32_many(at, slot, count);
  else if (size == 8)
    tl_store64_many(at, slot, count);
  else
    memcpy(at, slot, size * count);
  return at + size * count;
}

static uint8_t *encode_items(tl_encoder *e, uint8_t *at, uint16_t type, const tl_vector *vector) {
  const tl_type *element = e->schema->types + type;
  const uint8_t *items = vector->items;
  for (size_t i = 0; i < vector->count; i++, items += element->slot) {
    uint8_t *next = encode_slot(e, at, type, items);
    if (!next)
      return tl_encoder_fail_index(e, i);
    at = next;
  }
  return at;
}

static uint8_t *encode_vector(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  const tl_type *element = e->schema->types + t->arg;
  tl_vector vector = tl_read_vector(slot);
  if (vector.count > INT32_MAX)
    return tl_encoder_fail(e, at, TL_ERR_VECTOR, "a vector of 2^31 elements or more");
  if (!vector.items && vector.count)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "a vector with a count but no items");
  at = room(e, at, 8);
  if (!at)
    return NULL;
  if (t->op == TL_OP_VECTOR) {
    tl_store32(at, TL_ID_VECTOR);
    at += 4;
  }
  if (t->op != TL_OP_REPEAT) {
    tl_store32(at, (uint32_t)vector.count);
    at += 4;
  }
  if (vector.count && (element->op <= TL_OP_INT256 || element->op == TL_OP_NAT))
    return encode_numbers(e, at, element->op, vector.count, vector.items);
  return encode_items(e, at, t->arg, &vector);
}

static uint8_t *encode_slot(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot) {
  tl_object object;
  uint8_t op = e->schema->types[type].op;
  switch (op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return encode_string(e, at, slot);
  case TL_OP_BOOL:
    return encode_bool(e, at, slot);
  case TL_OP_TRUE:
    return at;
  case TL_OP_OBJECT:
    memcpy(&object, slot, sizeof object);
    return encode_any(e, at, &object);
  case TL_OP_SUM:
    return encode_sum(e, at, type, slot);
  case TL_OP_PTR:
  case TL_OP_BARE:
    return encode_ptr(e, at, type, slot);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
    return encode_vector(e, at, type, slot);
  default:
    return encode_numbers(e, at, op, 1, slot);
  }
}

/* The flags of a run, as bits of their word. */
static uint32_t gather_flags(const tl_field *field, const uint8_t *slots) {
  uint32_t bits = 0;
  for (unsigned i = 0; i <= field->aux; i++)
    bits |= (uint32_t)(slots[i] != 0) << i;
  return bits << (field->cond & 31);
}

static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args) {
  const tl_field *field = e->schema->fields + def->field, *end = field + def->n_fields;
  tl_words words;
  tl_words_init(&words, def);
  for (; field < end; field++) {
    unsigned run = 0;
    if (field->cond != TL_ALWAYS) {
      unsigned word = field->cond >> 5, bit = field->cond & 31;
      if (field->op == TL_OP_TRUE) {
        uint32_t all = (UINT32_MAX >> (31 - (field->aux & 31))) << bit;
        uint32_t set = gather_flags(field, args + field->offset);
        words.set[word] |= set;
        words.clear[word] |= set ^ all;
        field += field->aux;
        continue;
      }
      bool present = field->op == TL_OP_WORD ? tl_word_needed(e->schema, def, field, args)
                                             : tl_field_present(field, args);
      words.set[word] |= (uint32_t)present << bit;
      words.clear[word] |= (uint32_t)!present << bit;
      if (!present)
        continue;
    } else if (field->op <= TL_OP_DOUBLE) {
      run = field->aux;
    }
    uint8_t *next;
    const uint8_t *slot = args + field->offset;
    switch (field->op) {
    case TL_OP_INT:
    case TL_OP_LONG:
    case TL_OP_DOUBLE:
      next = encode_numbers(e, at, field->op, run + 1, slot);
      break;
    case TL_OP_STRING:
    case TL_OP_BYTES:
      next = encode_string(e, at, slot);
      break;
    case TL_OP_SUM:
      next = encode_sum(e, at, field->type, slot);
      break;
    case TL_OP_WORD:
      next = room(e, at, 4);
      if (next) {
        words.at[field->aux & TL_WORDS] = (size_t)(next - e->out->data);
        next += 4;
      }
      break;
    default:
      next = encode_slot(e, at, field->type, slot);
    }
    if (!next)
      return tl_encoder_fail_field(e, def, field);
    at = next;
    field += run;
  }
  return def->n_words ? tl_words_store(e, at, def, &words, args) : at;
}

static tl_status finish(tl_encoder *e, uint8_t *at, size_t before, const char *root,
                        tl_error *error) {
  if (!at) {
    e->out->size = before;
    return tl_trace_finish(&e->trace, root, error);
  }
  e->out->size = (size_t)(at - e->out->data);
  return TL_OK;
}

tl_status tl_encode(const tl_object *object, tl_buffer *out, tl_error *error) {
  tl_encoder e;
  size_t before = out->size;
  uint8_t *at = tl_encoder_init(&e, object->schema, out);
  const char *root = "object";
  if (at)
    at = encode_any(&e, at, object);
  if (object->schema && object->schema->version == TL_TABLE_VERSION &&
      object->def < object->schema->n_defs)
    root = tl_def_name(object->schema, object->def);
  return finish(&e, at, before, root, error);
}

tl_status tl_encode_value(const tl_value *value, tl_buffer *out, tl_error *error) {
  tl_encoder e;
  size_t before = out->size;
  char root[sizeof error->path];
  const tl_schema *schema = value->schema;
  if (!schema || !value->slot)
    return tl_trace_refuse(error, TL_ERR_MISSING, "no value");
  if (schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  if (value->type >= schema->n_types || schema->types[value->type].op == TL_OP_REPEAT)
    return tl_trace_refuse(error, TL_ERR_TYPE, "the schema has no such type");
  uint8_t *at = tl_encoder_init(&e, schema, out);
  if (at)
    at = encode_slot(&e, at, value->type, value->slot);
  if (at)
    return finish(&e, at, before, "", error);
  tl_object object = tl_value_object(value);
  if (object.schema && object.def < object.schema->n_defs)
    return finish(&e, at, before, tl_def_name(object.schema, object.def), error);
  tl_spell_type(schema, value->type, root, sizeof root);
  return finish(&e, at, before, root, error);
}
