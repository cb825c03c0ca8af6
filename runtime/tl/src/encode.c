/* Encoding. What is present is found first, by the options of a definition, so that # words are
 * known where they stand and what is absent costs nothing more. Definitions that have no options
 * (wide ones) are gone through field by field, and their # words are filled in at the end. */
#include <tl/codec.h>
#include <tl/wire.h>

#include "encoder.h"
#include "lookup.h"
#include "presence.h"

static uint8_t *encode_slot(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot);
static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                              tl_set wanted);

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
  tl_hot_encode *hot = def->hot ? e->schema->hot[def->hot - 1].encode : NULL;
  if (hot)
    return hot(e, at, (uint16_t)(def - e->schema->defs), args);
  e->depth--;
  at = encode_fields(e, at, def, args, ~(tl_set)0);
  e->depth++;
  return at;
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
  uint32_t head = (uint32_t)view.size;
  tl_store32(at, is_short ? head : head << 8 | TL_STRING_LONG);
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

static TL_INLINE void store_number(uint8_t *at, const uint8_t *slot, size_t size) {
  if (size == 4)
    tl_store32_many(at, slot, 1);
  else if (size == 8)
    tl_store64_many(at, slot, 1);
  else
    memcpy(at, slot, size);
}

static uint8_t *encode_number(tl_encoder *e, uint8_t *at, size_t size, const uint8_t *slot) {
  if (!room(e, &at, size))
    return NULL;
  store_number(at, slot, size);
  return at + size;
}

/* All numbers of a vector. */
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

/* The head of a vector of any form. */
static uint8_t *open_vector(tl_encoder *e, uint8_t *at, uint16_t type, const tl_vector *vector) {
  const tl_type *t = e->schema->types + type;
  if (vector->count > INT32_MAX)
    return tl_encoder_fail(e, at, TL_ERR_VECTOR, "a vector of 2^31 elements or more");
  if (t->op == TL_OP_ARRAY && vector->count != t->count)
    return tl_encoder_fail_count(e, at, t, vector->count);
  if (t->op == TL_OP_REPEAT && !tl_words_count(e, at, e->schema->numbers + t->count, vector->count))
    return NULL;
  if (!vector->items && vector->count)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "a vector with a count but no items");
  if (!room(e, &at, 8))
    return NULL;
  if (t->op == TL_OP_VECTOR) {
    tl_store32(at, TL_ID_VECTOR);
    at += 4;
  }
  if (t->op == TL_OP_VECTOR || t->op == TL_OP_BARE_VECTOR) {
    tl_store32(at, (uint32_t)vector->count);
    at += 4;
  }
  return at;
}

static uint8_t *encode_vector(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot) {
  const tl_type *t = e->schema->types + type;
  const tl_type *element = e->schema->types + t->arg;
  tl_vector vector = tl_read_vector(slot);
  at = open_vector(e, at, type, &vector);
  if (!at)
    return NULL;
  if (vector.count && TL_OP_BIT(element->op) & TL_OPS_RAW)
    return encode_array(e, at, element->op, vector.count, vector.items);
  return encode_items(e, at, t->arg, &vector);
}

static uint8_t *encode_with(tl_encoder *e, uint8_t *at, uint16_t type, const uint8_t *slot);

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
  case TL_OP_ARRAY:
    return encode_vector(e, at, type, slot);
  case TL_OP_WITH:
    return encode_with(e, at, type, slot);
  default:
    return encode_number(e, at, tl_number_size[op], slot);
  }
}

/* A number, and those that move in one run with it. */
static TL_INLINE uint8_t *encode_run(tl_encoder *e, uint8_t *at, const tl_field *field, size_t size,
                                     const uint8_t *args) {
  const uint8_t *slot = args + field->offset;
  size_t more = field->cond == TL_ALWAYS ? field->aux : 0;
  if (!room(e, &at, size * (more + 1)))
    return NULL;
  for (;; slot += size, more--) {
    store_number(at, slot, size);
    at += size;
    if (more == 0)
      return at;
  }
}

static TL_INLINE uint8_t *encode_word(tl_encoder *e, uint8_t *at, uint32_t word) {
  if (!room(e, &at, 4))
    return NULL;
  tl_store32(at, word);
  return at + 4;
}

/* A # word: the bits of fields that are there, and those that are kept for no field. */
static TL_INLINE uint32_t whole_word(const tl_encoder *e, const tl_def *def, const tl_field *field,
                                     const uint8_t *args, uint64_t words) {
  unsigned shift = field->aux * 32 & 63;
  uint32_t kept = 0;
  if (field->offset != TL_NONE)
    memcpy(&kept, args + field->offset, sizeof kept);
  kept &= ~(uint32_t)(e->schema->bits[def->bits] >> shift);
  return kept | (uint32_t)(words >> shift);
}

/* The fields that are there, of a definition that is not wide. */
static uint8_t *encode_present(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                               presence p) {
  const tl_field *field = e->schema->fields + def->field;
  for (tl_set left = p.fields; left; left &= ~(tl_set)1) { /* bit 0 stands for *field */
    unsigned gap = tl_set_first(left);
    field += gap;
    left >>= gap;
    switch (field->op) {
    case TL_OP_INT:
      at = encode_run(e, at, field, 4, args);
      break;
    case TL_OP_LONG:
    case TL_OP_DOUBLE:
      at = encode_run(e, at, field, 8, args);
      break;
    case TL_OP_TRUE:
      continue;
    case TL_OP_STRING:
    case TL_OP_BYTES:
      at = encode_string(e, at, args + field->offset);
      break;
    case TL_OP_WORD:
      at = encode_word(e, at, whole_word(e, def, field, args, p.words));
      break;
    case TL_OP_SUM:
      at = encode_sum(e, at, field->type, args + field->offset);
      break;
    case TL_OP_PTR:
      at = encode_ptr(e, at, field->type, args + field->offset);
      break;
    case TL_OP_VECTOR:
      at = encode_vector(e, at, field->type, args + field->offset);
      break;
    default:
      at = encode_slot(e, at, field->type, args + field->offset);
      break;
    }
    if (!at)
      return tl_encoder_fail_field(e, def, field);
  }
  return at;
}

/* Whether a conditional field is to be written; notes it. */
static bool note_field(const tl_encoder *e, const tl_def *def, const tl_field *field,
                       const uint8_t *args, tl_words *words) {
  bool present = field->op == TL_OP_WORD ? tl_word_needed(e->schema, def, field, args)
                                         : tl_field_present(field, args);
  uint64_t *bits = present ? words->set : words->clear;
  bits[field->cond >> 5] |= UINT64_C(1) << (field->cond & 31);
  return present;
}

/* Leaves a # word open. */
static uint8_t *open_word(tl_encoder *e, uint8_t *at, unsigned number, tl_words *words) {
  if (!room(e, &at, 4))
    return NULL;
  words->at[number & TL_WORDS] = (size_t)(at - e->out->data);
  return at + 4;
}

uint8_t *tl_encode_wide(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                        tl_words *words) {
  const tl_field *field = e->schema->fields + def->field, *end = field + def->n_fields;
  tl_words *outer = e->words;
  tl_words_init(words);
  e->words = words;
  for (; field < end; field++) {
    if (field->cond != TL_ALWAYS && !note_field(e, def, field, args, words))
      continue;
    at = field->op == TL_OP_WORD ? open_word(e, at, tl_word_number(e->schema, def, field), words)
                                 : encode_slot(e, at, field->type, args + field->offset);
    if (!at)
      return tl_encoder_fail_field(e, def, field);
  }
  e->words = outer;
  return tl_words_store(e, at, def, args, words);
}

/* The fields of an object that is given numbers. */
static uint8_t *encode_given(tl_encoder *e, uint8_t *at, const tl_def *def, const void *args,
                             const tl_number *numbers) {
  tl_words words;
  if (def->n_fields == 0)
    return at;
  if (!args)
    return tl_encoder_fail(e, at, TL_ERR_MISSING, "an object without its struct");
  if (e->depth == 0)
    return tl_encoder_fail(e, at, TL_ERR_DEPTH, "objects are nested too deep");
  e->depth--;
  at = tl_encode_wide(e, at, def, args, &words);
  e->depth++;
  return at && tl_words_give(e, at, def, numbers, &words) ? at : NULL;
}

/* A value of a type that is given numbers. */
static TL_NOINLINE uint8_t *encode_with(tl_encoder *e, uint8_t *at, uint16_t type,
                                        const uint8_t *slot) {
  const tl_type *with = e->schema->types + type, *inner = e->schema->types + with->arg;
  tl_sum sum = {1, NULL};
  if (inner->op == TL_OP_SUM)
    sum = tl_read_sum(slot);
  else
    sum.ptr = tl_read_ptr(slot);
  if (inner->op == TL_OP_SUM ? sum.kind - 1u >= inner->count : !sum.ptr)
    return tl_encoder_fail_kind(e, at, with->arg, inner->op == TL_OP_SUM ? sum.kind : 0);
  const tl_def *def = e->schema->defs + inner->arg + sum.kind - 1;
  if (inner->op != TL_OP_BARE) {
    if (!room(e, &at, 4))
      return NULL;
    tl_store32(at, def->id);
    at += 4;
  }
  return encode_given(e, at, def, sum.ptr, e->schema->numbers + with->count);
}

/* A wide definition that is given no numbers. */
static TL_NOINLINE uint8_t *encode_alone(tl_encoder *e, uint8_t *at, const tl_def *def,
                                         const uint8_t *args) {
  tl_words words;
  return tl_encode_wide(e, at, def, args, &words);
}

/* Those fields of a struct that are wanted: all, or what is left of a definition that is not wide.
 */
static uint8_t *encode_fields(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                              tl_set wanted) {
  presence p = {def->always, 0};
  if (def->wide)
    return encode_alone(e, at, def, args);
  if (def->n_options)
    p = find_present(e->schema, def, args);
  uint64_t torn = def->shared ? torn_bits(e->schema->bits + def->bits, &p) : 0;
  if (torn)
    return tl_fail_group(e, at, def, args, 0, torn);
  p.fields &= wanted;
  return encode_present(e, at, def, args, p);
}

tl_status tl_encode_value(const tl_value *value, tl_buffer *out, tl_error *error) {
  tl_trace trace;
  tl_encoder e = {.trace = &trace};
  const tl_schema *schema = value->schema;
  tl_status status = tl_trace_check_value(value, error);
  if (status != TL_OK)
    return status;
  if (schema->types[value->type].op == TL_OP_REPEAT)
    return tl_trace_refuse(error, TL_ERR_TYPE, "the schema has no such type");
  uint8_t *at = tl_encoder_init(&e, schema, out);
  if (at)
    at = encode_slot(&e, at, value->type, value->slot);
  return tl_encoder_finish(&e, at, value, error);
}

tl_status tl_encode(const tl_object *object, tl_buffer *out, tl_error *error) {
  tl_trace trace;
  tl_encoder e = {.trace = &trace};
  tl_value value = {object->schema, object, TL_OP_OBJECT};
  if (!object->schema)
    return tl_trace_refuse(error, TL_ERR_MISSING, "no value");
  if (object->schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  uint8_t *at = tl_encoder_init(&e, object->schema, out);
  if (at)
    at = encode_any(&e, at, object);
  return tl_encoder_finish(&e, at, &value, error);
}

/* ---- for the straight-line functions: tl/hot.h ---- */

uint8_t *tl_hot_put_rest(tl_encoder *e, uint8_t *at, uint16_t def, const void *args,
                         unsigned field) {
  const tl_def *d = e->schema->defs + def;
  if (!at)
    return tl_encoder_fail_field(e, d, e->schema->fields + d->field + field);
  return encode_fields(e, at, d, args, ~(tl_set)0 << field);
}

uint8_t *tl_hot_put_slot(tl_encoder *e, uint8_t *at, uint16_t type, const void *slot) {
  return encode_slot(e, at, type, slot);
}

uint8_t *tl_hot_put_vector(tl_encoder *e, uint8_t *at, uint16_t type, const void *slot,
                           tl_vector *out) {
  *out = tl_read_vector(slot);
  return open_vector(e, at, type, out);
}

uint8_t *tl_hot_put_item(tl_encoder *e, size_t index) {
  return tl_encoder_fail_index(e, index);
}
