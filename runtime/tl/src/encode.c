/* Encoding. One pass: a # word is left open where it stands and filled in at the end of its object,
 * when it is known what was present. */
#include <tl/codec.h>
#include <tl/wire.h>

#include "encoder.h"
#include "lookup.h"

static uint8_t *encode_slot(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot);
static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args);

/* Makes room for `size` bytes at *at, which may move. */
static TL_INLINE bool room(tl_encoder *e, uint8_t **at, size_t size) {
  if ((size_t)(e->end - *at) >= size)
    return true;
  *at = tl_encoder_grow(e, *at, size);
  return *at != NULL;
}

/* The fields of an object. */
static TL_INLINE uint8_t *encode_def(tl_encoder *e, uint8_t *at, const tl_def *def,
                                     const void *args) {
  if (def->n_fields == 0)
    return at;
  if (!args)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "an object without its struct");
  if (e->depth == 0)
    return tl_encoder_fail(e, at, TL_ERR_DEPTH, "objects are nested too deep");
  return encode_fields(e, at, def, args);
}

/* An object with its id. */
static TL_INLINE uint8_t *encode_boxed(tl_encoder *e, uint8_t *at, const tl_def *def,
                                       const void *args) {
  if (!room(e, &at, 4))
    return NULL;
  tl_store32(at, def->id);
  return encode_def(e, at + 4, def, args);
}

static TL_INLINE uint8_t *encode_sum(tl_encoder *e, uint8_t *at, uint16_t type,
                                     const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  tl_sum sum = tl_read_sum(slot);
  if (sum.kind - 1u >= t->count)
    return tl_encoder_fail_kind(e, at, type, sum.kind);
  return encode_boxed(e, at, e->schema->defs + t->arg + sum.kind - 1, sum.ptr);
}

static TL_INLINE uint8_t *encode_ptr(tl_encoder *e, uint8_t *at, uint16_t type,
                                     const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  const tl_def *def = e->schema->defs + t->arg;
  const void *args = tl_read_ptr(slot);
  if (!args)
    return tl_encoder_fail_kind(e, at, type, 0);
  return t->op == TL_OP_PTR ? encode_boxed(e, at, def, args) : encode_def(e, at, def, args);
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
  at = encode_boxed(e, at, e->schema->defs + object->def, object->args);
  e->schema = outer;
  return at;
}

static TL_INLINE uint8_t *encode_string(tl_encoder *e, uint8_t *at, const uint8_t *slot) {
  tl_bytes view = tl_read_bytes(slot);
  bool is_short = view.size <= TL_STRING_SHORT;
  if (view.size > TL_STRING_MOST)
    return tl_encoder_fail(e, at, TL_ERR_STRING, "a string of 2^24 bytes or more");
  if (!view.data && view.size)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "a string with a size but no data");
  size_t whole = ((is_short ? 1 : 4) + view.size + 3) & ~(size_t)3;
  if (!room(e, &at, whole))
    return NULL;
  tl_store32(at + whole - 4, 0); /* the padding */
  tl_store32(at, is_short ? (uint32_t)view.size : TL_STRING_LONG | (uint32_t)view.size << 8);
  if (view.size)
    memcpy(at + (is_short ? 1 : 4), view.data, view.size);
  return at + whole;
}

static uint8_t *encode_bool(tl_encoder *e, uint8_t *at, const uint8_t *slot) {
  if (!room(e, &at, 4))
    return NULL;
  tl_store32(at, *slot ? TL_ID_TRUE : TL_ID_FALSE);
  return at + 4;
}

/* `count` (1 or more) numbers of `size` bytes each. */
static TL_INLINE uint8_t *encode_numbers(tl_encoder *e, uint8_t *at, size_t size, size_t count,
                                         const uint8_t *slot) {
  if (!room(e, &at, size * count))
    return NULL;
  for (;; at += size, slot += size) {
    if (size == 4)
      tl_store32_many(at, slot, 1);
    else if (size == 8)
      tl_store64_many(at, slot, 1);
    else
      memcpy(at, slot, size);
    if (--count == 0)
      return at + size;
  }
}

/* The same for a whole vector. */
static uint8_t *encode_array(tl_encoder *e, uint8_t *at, uint8_t op, size_t count,
                             const void *items) {
  size_t size = tl_number_size[op];
  if (!room(e, &at, size * count))
    return NULL;
  if (size == 4)
    tl_store32_many(at, items, count);
  else if (size == 8)
    tl_store64_many(at, items, count);
  else
    memcpy(at, items, size * count);
  return at + size * count;
}

static uint8_t *encode_items(tl_encoder *e, uint8_t *at, uint16_t type, const tl_vector *vector) {
  const tl_type *element = e->schema->types + type;
  const uint8_t *items = vector->items;
  for (size_t i = 0; i < vector->count; i++, items += element->slot) {
    uint8_t *next =
        element->op == TL_OP_SUM ? encode_sum(e, at, type, items) : encode_slot(e, at, type, items);
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
  if (!room(e, &at, 8))
    return NULL;
  if (t->op == TL_OP_VECTOR) {
    tl_store32(at, TL_ID_VECTOR);
    at += 4;
  }
  if (t->op != TL_OP_REPEAT) {
    tl_store32(at, (uint32_t)vector.count);
    at += 4;
  }
  if (vector.count && TL_OP_BIT(element->op) & TL_OPS_RAW)
    return encode_array(e, at, element->op, vector.count, vector.items);
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
    return encode_numbers(e, at, tl_number_size[op], 1, slot);
  }
}

/* The # words of an object whose conditions fit into one register: those bits whose fields are
 * there, those whose fields are not, and where the two words stand in the buffer. */
typedef struct narrow_words {
  uint64_t set, clear;
  size_t first, second;
} narrow_words;

/* Notes bits of a word, counted from the field's own. */
static TL_INLINE void note_bits(const tl_field *field, uint64_t set, uint64_t clear,
                                narrow_words *narrow, tl_words *wide) {
  if (wide) {
    wide->set[field->cond >> 5] |= set << (field->cond & 31);
    wide->clear[field->cond >> 5] |= clear << (field->cond & 31);
  } else {
    narrow->set |= set << (field->cond & 63);
    narrow->clear |= clear << (field->cond & 63);
  }
}

/* Notes a run of flags; returns how many fields follow in it. */
static TL_INLINE unsigned note_flags(const tl_field *field, const uint8_t *flags,
                                     narrow_words *narrow, tl_words *wide) {
  uint64_t all = (UINT64_C(2) << field->aux) - 1, set = flags[0] != 0;
  for (unsigned i = 1; i <= field->aux; i++)
    set |= (uint64_t)(flags[i] != 0) << i;
  note_bits(field, set, set ^ all, narrow, wide);
  return field->aux;
}

/* Whether a conditional field is to be written; notes it. */
static TL_INLINE bool note_field(const tl_encoder *e, const tl_def *def, const tl_field *field,
                                 const uint8_t *args, narrow_words *narrow, tl_words *wide) {
  bool present = wide && field->op == TL_OP_WORD ? tl_word_needed(e->schema, def, field, args)
                                                 : tl_field_present(field, args);
  if (present)
    note_bits(field, 1, 0, narrow, wide);
  else
    note_bits(field, 0, 1, narrow, wide);
  return present;
}

/* Leaves a # word open. */
static TL_INLINE uint8_t *encode_word(tl_encoder *e, uint8_t *at, unsigned number,
                                      narrow_words *narrow, tl_words *wide) {
  if (!room(e, &at, 4))
    return NULL;
  size_t offset = (size_t)(at - e->out->data);
  if (wide)
    wide->at[number & TL_WORDS] = offset;
  else if (number)
    narrow->second = offset;
  else
    narrow->first = offset;
  return at + 4;
}

/* Fills in the # words of an object, which ends at `at`. */
static TL_INLINE uint8_t *close_words(tl_encoder *e, uint8_t *at, const tl_def *def,
                                      const uint8_t *args, const narrow_words *narrow,
                                      const tl_words *wide) {
  if (wide)
    return tl_words_store(e, at, def, args, wide);
  if (narrow->set & narrow->clear)
    return tl_fail_group(e, at, def, args, 0, narrow->set & narrow->clear);
  if (def->n_words > 0)
    tl_store32(e->out->data + narrow->first, (uint32_t)narrow->set);
  if (def->n_words > 1)
    tl_store32(e->out->data + narrow->second, (uint32_t)(narrow->set >> 32));
  return at;
}

/* One field that is there, and the `run` fields after it. */
static TL_INLINE uint8_t *encode_field(tl_encoder *e, uint8_t *at, const tl_field *field,
                                       unsigned run, const uint8_t *args, narrow_words *narrow,
                                       tl_words *wide) {
  const uint8_t *slot = args + field->offset;
  switch (field->op) {
  case TL_OP_INT:
    return encode_numbers(e, at, 4, run + 1, slot);
  case TL_OP_LONG:
  case TL_OP_DOUBLE:
    return encode_numbers(e, at, 8, run + 1, slot);
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return encode_string(e, at, slot);
  case TL_OP_SUM:
    return encode_sum(e, at, field->type, slot);
  case TL_OP_PTR:
    return encode_ptr(e, at, field->type, slot);
  case TL_OP_VECTOR:
    return encode_vector(e, at, field->type, slot);
  case TL_OP_WORD:
    return encode_word(e, at, field->aux, narrow, wide);
  default:
    return encode_slot(e, at, field->type, slot);
  }
}

/* `wide` is NULL when the narrow form will do. */
static TL_INLINE uint8_t *encode_struct(tl_encoder *e, uint8_t *at, const tl_def *def,
                                        const uint8_t *args, tl_words *wide) {
  const tl_field *field = e->schema->fields + def->field, *end = field + def->n_fields;
  narrow_words narrow = {0, 0, 0, 0};
  for (; field < end; field++) {
    unsigned run = 0;
    if (field->cond == TL_ALWAYS) {
      run = field->op <= TL_OP_DOUBLE ? field->aux : 0;
    } else if (field->op == TL_OP_TRUE) {
      field += note_flags(field, args + field->offset, &narrow, wide);
      continue;
    } else if (!note_field(e, def, field, args, &narrow, wide)) {
      continue;
    }
    uint8_t *next = encode_field(e, at, field, run, args, &narrow, wide);
    if (!next)
      return tl_encoder_fail_field(e, def, field);
    at = next;
    field += run;
  }
  e->depth++;
  return close_words(e, at, def, args, &narrow, wide);
}

static uint8_t *encode_wide(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args) {
  tl_words words;
  tl_words_init(&words);
  return encode_struct(e, at, def, args, &words);
}

static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args) {
  e->depth--;
  return def->wide ? encode_wide(e, at, def, args) : encode_struct(e, at, def, args, NULL);
}

tl_status tl_encode_value(const tl_value *value, tl_buffer *out, tl_error *error) {
  tl_encoder e;
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
  if (at) {
    out->size = (size_t)(at - out->data);
    return TL_OK;
  }
  char root[sizeof error->path];
  out->size = e.before;
  tl_spell_value(value, root, sizeof root);
  return tl_trace_finish(&e.trace, root, error);
}

tl_status tl_encode(const tl_object *object, tl_buffer *out, tl_error *error) {
  tl_value value = {object->schema, object, TL_OP_OBJECT};
  return tl_encode_value(&value, out, error);
}
