/* Decoding: one interpreter for every definition of every schema.
 *
 * A struct is taken from the arena zero-filled, so only what is present is stored. Fields are read
 * in the order of the wire; neighbours that are neighbours in memory too are moved at once. */
#include "arena.h"
#include "reader.h"

typedef struct decoder {
  tl_reader r;
  tl_arena *arena;
  tl_strings strings;
} decoder;

static const uint8_t *decode_slot(decoder *d, const uint8_t *at, uint16_t type, uint8_t *slot);
static const uint8_t *decode_struct(decoder *d, const uint8_t *at, const tl_def *def,
                                    uint8_t *pointer);

/* Makes the struct of a definition and writes where it lies to `pointer`. */
static TL_INLINE const uint8_t *decode_def(decoder *d, const uint8_t *at, const tl_def *def,
                                           uint8_t *pointer) {
  if (def->n_fields)
    return decode_struct(d, at, def, pointer);
  tl_write_ptr(pointer, tl_empty);
  return at;
}

/* Where the table of ids does not lead to one of the type: another instance of its constructor, or
 * an error. */
static const uint8_t *decode_instance(decoder *d, const uint8_t *at, uint16_t type, uint8_t *slot) {
  const tl_type *t = d->r.schema->types + type;
  uint16_t def = tl_find_instance(d->r.schema, t, tl_load32(at));
  if (def == TL_NONE)
    return tl_fail_unknown(&d->r, at, type);
  unsigned kind = def - t->arg + 1u;
  memcpy(slot, &kind, sizeof kind);
  return decode_def(d, at + 4, d->r.schema->defs + def, slot + offsetof(tl_sum, ptr));
}

/* A boxed value of a type with several constructors. */
static TL_INLINE const uint8_t *decode_sum(decoder *d, const uint8_t *at, uint16_t type,
                                           uint8_t *slot) {
  const tl_type *t = d->r.schema->types + type;
  if (tl_left(&d->r, at) < 4)
    return tl_fail_truncated(&d->r, at, "a constructor id");
  uint32_t id = tl_load32(at);
  unsigned index = tl_guess_id(d->r.schema, id), kind = index - t->arg;
  if (kind >= t->count || d->r.schema->defs[index].id != id)
    return decode_instance(d, at, type, slot);
  const tl_def *def = d->r.schema->defs + index;
  kind++;
  memcpy(slot, &kind, sizeof kind);
  return decode_def(d, at + 4, def, slot + offsetof(tl_sum, ptr));
}

/* A boxed value of a type with one. */
static TL_INLINE const uint8_t *decode_ptr(decoder *d, const uint8_t *at, uint16_t type,
                                           uint8_t *slot) {
  const tl_def *def = d->r.schema->defs + d->r.schema->types[type].arg;
  if (tl_left(&d->r, at) < 4)
    return tl_fail_truncated(&d->r, at, "a constructor id");
  if (tl_load32(at) != def->id)
    return tl_fail_unknown(&d->r, at, type);
  return decode_def(d, at + 4, def, slot);
}

/* A boxed value of any type. */
static const uint8_t *decode_any(decoder *d, const uint8_t *at, uint8_t *slot) {
  tl_object object = {d->r.schema, NULL, 0};
  if (tl_left(&d->r, at) < 4)
    return tl_fail_truncated(&d->r, at, "a constructor id");
  object.def = tl_lookup_id(d->r.schema, tl_load32(at));
  if (object.def == TL_NONE)
    return tl_fail_unknown(&d->r, at, TL_OP_OBJECT);
  memcpy(slot, &object, sizeof object);
  return decode_def(d, at + 4, d->r.schema->defs + object.def, slot + offsetof(tl_object, args));
}

/* Terminates a string inside its own bytes on the wire: in its padding, or, when it has none, after
 * moving it down over the last byte of its length. */
static const uint8_t *terminate(const uint8_t *data, size_t size, const uint8_t *behind) {
  uint8_t *text = (uint8_t *)(uintptr_t)data;
  if (text + size == behind) {
    memmove(text - 1, text, size);
    text--;
  }
  text[size] = 0;
  return text;
}

/* Makes of a view of the input what the caller asked for; NULL when out of memory. */
static const uint8_t *keep_string(decoder *d, tl_bytes view, uint8_t op, const uint8_t *behind) {
  if (d->strings == TL_STRINGS_IN_PLACE)
    return op == TL_OP_STRING ? terminate(view.data, view.size, behind) : view.data;
  if (!tl_take_memory(&d->r, tl_round_up(view.size + 1, TL_SLOT_ALIGN)))
    return NULL;
  return (const uint8_t *)tl_arena_copy(d->arena, view.data, view.size);
}

static TL_INLINE const uint8_t *decode_string(decoder *d, const uint8_t *at, uint8_t op,
                                              bool strict, uint8_t *slot) {
  tl_bytes view;
  at = tl_read_string(&d->r, at, strict, &view);
  if (!at)
    return NULL;
  if (d->strings != TL_STRINGS_ALIAS) {
    view.data = keep_string(d, view, op, at);
    if (!view.data)
      return tl_fail_memory(&d->r, at);
  }
  tl_write_bytes(slot, view.data, view.size);
  return at;
}

static TL_INLINE void load_number(uint8_t *slot, const uint8_t *at, size_t size) {
  if (size == 4)
    tl_load32_many(slot, at, 1);
  else if (size == 8)
    tl_load64_many(slot, at, 1);
  else
    memcpy(slot, at, size);
}

static const uint8_t *decode_number(decoder *d, const uint8_t *at, size_t size, uint8_t *slot) {
  if (tl_left(&d->r, at) < size)
    return tl_fail_truncated(&d->r, at, "a number");
  load_number(slot, at, size);
  return at + size;
}

/* All numbers of a vector. Its count was checked against the bytes left. */
static const uint8_t *decode_array(const uint8_t *at, uint8_t op, size_t count, uint8_t *items) {
  size_t size = tl_number_size[op];
  if (size == 4)
    tl_load32_many(items, at, count);
  else if (size == 8)
    tl_load64_many(items, at, count);
  else
    memcpy(items, at, count * size);
  return at + count * size;
}

static const uint8_t *decode_items(decoder *d, const uint8_t *at, uint16_t type, size_t count,
                                   uint8_t *items) {
  const tl_type *element = d->r.schema->types + type;
  for (size_t i = 0; i < count; i++, items += element->slot) {
    const uint8_t *next =
        element->op == TL_OP_SUM ? decode_sum(d, at, type, items) : decode_slot(d, at, type, items);
    if (!next)
      return tl_fail_index(&d->r, i);
    at = next;
  }
  return at;
}

/* Vectors of any form; `repeat` is the number of elements of a TL_OP_REPEAT. */
static const uint8_t *decode_vector(decoder *d, const uint8_t *at, uint16_t type, uint32_t repeat,
                                    uint8_t *slot) {
  const tl_type *vector = d->r.schema->types + type;
  const tl_type *element = d->r.schema->types + vector->arg;
  size_t count = 0;
  at = tl_read_count(&d->r, at, vector, repeat, &count);
  if (!at)
    return NULL;
  if (count == 0) {
    tl_write_vector(slot, tl_empty, 0);
    return at;
  }
  uint8_t *items = tl_arena_take_raw(d->arena, tl_round_up(count * element->slot, TL_SLOT_ALIGN));
  if (!items)
    return tl_fail_memory(&d->r, at);
  tl_write_vector(slot, items, count);
  if (TL_OP_BIT(element->op) & TL_OPS_RAW)
    return decode_array(at, element->op, count, items);
  return decode_items(d, at, vector->arg, count, items);
}

static TL_INLINE const uint8_t *decode_bool(decoder *d, const uint8_t *at, uint8_t *slot) {
  bool value = false;
  at = tl_read_bool(&d->r, at, &value);
  *slot = value;
  return at;
}

static const uint8_t *decode_slot(decoder *d, const uint8_t *at, uint16_t type, uint8_t *slot) {
  uint8_t op = d->r.schema->types[type].op;
  switch (op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return decode_string(d, at, op, d->r.strict, slot);
  case TL_OP_BOOL:
    return decode_bool(d, at, slot);
  case TL_OP_TRUE:
    *slot = 1;
    return at;
  case TL_OP_OBJECT:
    return decode_any(d, at, slot);
  case TL_OP_SUM:
    return decode_sum(d, at, type, slot);
  case TL_OP_PTR:
    return decode_ptr(d, at, type, slot);
  case TL_OP_BARE:
    return decode_def(d, at, d->r.schema->defs + d->r.schema->types[type].arg, slot);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_ARRAY:
    return decode_vector(d, at, type, 0, slot);
  default:
    return decode_number(d, at, tl_number_size[op], slot);
  }
}

/* Behind a # word; what it says is for the caller to load. */
static TL_INLINE const uint8_t *decode_word(decoder *d, const uint8_t *at) {
  return tl_left(&d->r, at) < 4 ? tl_fail_truncated(&d->r, at, "a number") : at + 4;
}

/* A field that is there, of any definition, into its slot. `words`: the # words so far. */
static const uint8_t *decode_field(decoder *d, const uint8_t *at, const tl_field *field,
                                   uint8_t *args, uint32_t *words) {
  const tl_type *type = d->r.schema->types + field->type;
  if (field->op == TL_OP_REPEAT)
    return decode_vector(d, at, field->type, words[type->count & TL_WORDS], args + field->offset);
  if (field->op != TL_OP_WORD) {
    if (field->cond != TL_ALWAYS && TL_OP_BIT(field->op) & TL_OPS_NUMBER)
      args[field->aux] = 1;
    return decode_slot(d, at, field->type, args + field->offset);
  }
  uint32_t word = tl_left(&d->r, at) < 4 ? 0 : tl_load32(at);
  at = decode_word(d, at);
  words[field->aux & TL_WORDS] = word;
  if (field->offset != TL_NONE)
    memcpy(args + field->offset, &word, sizeof word);
  return at;
}

/* The fields of any definition, one after the other. */
static const uint8_t *decode_wide(decoder *d, const uint8_t *at, const tl_def *def, uint8_t *args) {
  const tl_field *field = d->r.schema->fields + def->field, *end = field + def->n_fields;
  uint32_t words[TL_WORDS + 1] = {0};
  words[TL_WORDS] = UINT32_MAX; /* where TL_ALWAYS looks */
  for (; field < end; field++) {
    if (!(words[field->cond >> 5] >> (field->cond & 31) & 1))
      continue;
    at = decode_field(d, at, field, args, words);
    if (!at)
      return tl_fail_field(&d->r, def, field);
  }
  return d->r.strict ? tl_check_words(&d->r, at, def, words) : at;
}

/* A number, and those that move in one run with it. On failure *field is the one that the bytes
 * left do not hold. */
static TL_INLINE const uint8_t *decode_run(decoder *d, const uint8_t *at, const tl_field **field,
                                           size_t size, uint8_t *args) {
  uint8_t *slot = args + (*field)->offset;
  size_t more = 0, left = tl_left(&d->r, at);
  if ((*field)->cond == TL_ALWAYS)
    more = (*field)->aux;
  else
    args[(*field)->aux] = 1;
  if (left < size * (more + 1)) {
    *field += left / size;
    return tl_fail_truncated(&d->r, at + left / size * size, "a number");
  }
  for (;; slot += size, more--) {
    load_number(slot, at, size);
    at += size;
    if (more == 0)
      return at;
  }
}

/* Goes from one field that is there to the next: see tl_def.always. */
static TL_INLINE const uint8_t *decode_narrow(decoder *d, const uint8_t *at, const tl_def *def,
                                              uint8_t *args) {
  const tl_field *field = d->r.schema->fields + def->field;
  for (tl_set left = def->always; left; left &= ~(tl_set)1) { /* bit 0 stands for *field */
    unsigned gap = tl_set_first(left);
    field += gap;
    left >>= gap;
    switch (field->op) {
    case TL_OP_INT:
      at = decode_run(d, at, &field, 4, args);
      break;
    case TL_OP_LONG:
    case TL_OP_DOUBLE:
      at = decode_run(d, at, &field, 8, args);
      break;
    case TL_OP_TRUE:
      args[field->offset] = 1;
      continue;
    case TL_OP_STRING:
    case TL_OP_BYTES:
      at = decode_string(d, at, field->op, false, args + field->offset);
      break;
    case TL_OP_WORD:
      if (tl_left(&d->r, at) >= 4)
        left |= tl_set_of_word(d->r.schema->bits + def->bits, field->aux, tl_load32(at)) >>
                (field - d->r.schema->fields - def->field);
      at = decode_word(d, at);
      break;
    case TL_OP_SUM:
      at = decode_sum(d, at, field->type, args + field->offset);
      break;
    case TL_OP_PTR:
      at = decode_ptr(d, at, field->type, args + field->offset);
      break;
    case TL_OP_VECTOR:
      at = decode_vector(d, at, field->type, 0, args + field->offset);
      break;
    default:
      at = decode_field(d, at, field, args, NULL);
      break;
    }
    if (!at)
      return tl_fail_field(&d->r, def, field);
  }
  return at;
}

static const uint8_t *decode_struct(decoder *d, const uint8_t *at, const tl_def *def,
                                    uint8_t *pointer) {
  if (d->r.depth == 0)
    return tl_fail_depth(&d->r, at);
  size_t size = tl_round_up(def->size, TL_SLOT_ALIGN);
  uint8_t *args = tl_take_memory(&d->r, size) ? tl_arena_take(d->arena, size) : NULL;
  if (!args)
    return tl_fail_memory(&d->r, at);
  tl_write_ptr(pointer, args);
  d->r.depth--;
  at = (def->wide | d->r.strict) ? decode_wide(d, at, def, args) : decode_narrow(d, at, def, args);
  d->r.depth++;
  return at;
}

/* What is after the value: nothing, or what the caller lets be. NULL on failure. */
static const uint8_t *check_end(decoder *d, const uint8_t *at, const tl_decode_options *options) {
  if (at && at < d->r.end && !(options && options->allow_trailing))
    return tl_fail_trailing(&d->r, at);
  return at;
}

tl_status tl_decode(const tl_schema *schema, uint16_t type, const void *data, size_t size,
                    const tl_decode_options *options, tl_arena *arena, tl_value *out,
                    size_t *consumed, tl_error *error) {
  decoder d;
  memset(out, 0, sizeof *out);
  tl_status status = tl_reader_init(&d.r, schema, type, data, size, options, error);
  if (status != TL_OK)
    return status;
  d.arena = arena;
  d.strings = options ? options->strings : TL_STRINGS_COPY;
  size_t room = tl_round_up(schema->types[type].slot, TL_SLOT_ALIGN);
  uint8_t *slot = tl_take_memory(&d.r, room) ? tl_arena_take(arena, room) : NULL;
  const uint8_t *at =
      slot ? decode_slot(&d, d.r.start, type, slot) : tl_fail_memory(&d.r, d.r.start);
  at = check_end(&d, at, options);
  if (!at)
    return tl_reader_fail(&d.r, type, error);
  *out = (tl_value){schema, slot, type};
  if (consumed)
    *consumed = (size_t)(at - d.r.start);
  return TL_OK;
}

tl_status tl_decode_object(const tl_schema *schema, const void *data, size_t size,
                           const tl_decode_options *options, tl_arena *arena, tl_object *out,
                           size_t *consumed, tl_error *error) {
  decoder d;
  tl_object object;
  memset(out, 0, sizeof *out);
  tl_status status = tl_reader_init(&d.r, schema, TL_OP_OBJECT, data, size, options, error);
  if (status != TL_OK)
    return status;
  d.arena = arena;
  d.strings = options ? options->strings : TL_STRINGS_COPY;
  const uint8_t *at = check_end(&d, decode_any(&d, d.r.start, (uint8_t *)&object), options);
  if (!at)
    return tl_reader_fail(&d.r, TL_OP_OBJECT, error);
  *out = object;
  if (consumed)
    *consumed = (size_t)(at - d.r.start);
  return TL_OK;
}
