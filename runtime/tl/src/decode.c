/* Decoding: one interpreter for every definition of every schema.
 *
 * A struct is taken from the arena zero-filled, so only what is present is stored. Fields are read
 * in the order of the wire; neighbours that are neighbours in memory too are moved at once. */
#include "arena.h"
#include "forms.h"
#include "reader.h"

static const uint8_t *decode_slot(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot);
static const uint8_t *decode_struct(tl_reader *r, const uint8_t *at, const tl_def *def,
                                    uint8_t *pointer);

/* Makes the struct of a definition and writes where it lies to `pointer`. */
static TL_INLINE const uint8_t *decode_def(tl_reader *r, const uint8_t *at, const tl_def *def,
                                           uint8_t *pointer) {
  if (def->n_fields)
    return decode_struct(r, at, def, pointer);
  tl_write_ptr(pointer, tl_empty);
  return at;
}

/* Where the table of ids does not lead to one of the type: another instance of its constructor, or
 * what the type does not have. */
static const uint8_t *decode_instance(tl_reader *r, const uint8_t *at, uint16_t type,
                                      uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  uint16_t def = tl_find_instance(r->schema, t, tl_load32(at));
  if (def == TL_NONE)
    return tl_decode_other(r, at, type, decode_slot, slot);
  unsigned kind = def - t->arg + 1u;
  memcpy(slot, &kind, sizeof kind);
  return decode_def(r, at + 4, r->schema->defs + def, slot + offsetof(tl_sum, ptr));
}

/* A boxed value of a type with several constructors. */
static TL_INLINE const uint8_t *decode_sum(tl_reader *r, const uint8_t *at, uint16_t type,
                                           uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a constructor id");
  uint32_t id = tl_load32(at);
  unsigned index = tl_guess_id(r->schema, id), kind = index - t->arg;
  if (kind >= t->count || r->schema->defs[index].id != id)
    return decode_instance(r, at, type, slot);
  const tl_def *def = r->schema->defs + index;
  kind++;
  memcpy(slot, &kind, sizeof kind);
  return decode_def(r, at + 4, def, slot + offsetof(tl_sum, ptr));
}

/* A boxed value of a type with one. */
static TL_INLINE const uint8_t *decode_ptr(tl_reader *r, const uint8_t *at, uint16_t type,
                                           uint8_t *slot) {
  const tl_def *def = r->schema->defs + r->schema->types[type].arg;
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a constructor id");
  if (tl_load32(at) != def->id)
    return tl_decode_other(r, at, type, decode_slot, slot);
  return decode_def(r, at + 4, def, slot);
}

/* A boxed value of any type. */
static const uint8_t *decode_any(tl_reader *r, const uint8_t *at, uint8_t *slot) {
  tl_object object = {r->schema, NULL, 0};
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a constructor id");
  object.def = tl_lookup_id(r->schema, tl_load32(at));
  if (object.def == TL_NONE)
    return tl_decode_other(r, at, TL_OP_OBJECT, decode_slot, slot);
  memcpy(slot, &object, sizeof object);
  return decode_def(r, at + 4, r->schema->defs + object.def, slot + offsetof(tl_object, args));
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
static const uint8_t *keep_string(tl_reader *r, tl_bytes view, uint8_t op, const uint8_t *behind) {
  if (r->strings == TL_STRINGS_IN_PLACE)
    return op == TL_OP_STRING ? terminate(view.data, view.size, behind) : view.data;
  if (!tl_take_memory(r, tl_round_up(view.size + 1, TL_SLOT_ALIGN)))
    return NULL;
  return (const uint8_t *)tl_arena_copy(r->arena, view.data, view.size);
}

static TL_INLINE const uint8_t *decode_string(tl_reader *r, const uint8_t *at, uint8_t op,
                                              uint8_t *slot) {
  tl_bytes view;
  at = tl_read_string(r, at, &view);
  if (!at)
    return NULL;
  if (r->strings != TL_STRINGS_ALIAS) {
    view.data = keep_string(r, view, op, at);
    if (!view.data)
      return tl_fail_memory(r, at);
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

static const uint8_t *decode_number(tl_reader *r, const uint8_t *at, size_t size, uint8_t *slot) {
  if (tl_left(r, at) < size)
    return tl_fail_truncated(r, at, "a number");
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

static const uint8_t *decode_items(tl_reader *r, const uint8_t *at, uint16_t type, size_t count,
                                   uint8_t *items) {
  const tl_type *element = r->schema->types + type;
  for (size_t i = 0; i < count; i++, items += element->slot) {
    const uint8_t *next =
        element->op == TL_OP_SUM ? decode_sum(r, at, type, items) : decode_slot(r, at, type, items);
    if (!next) {
      r->rest = at;
      r->done = i;
      return tl_fail_index(r, i);
    }
    at = next;
  }
  return at;
}

/* The head of a vector of any form, and room for its items; `repeat` is the number of elements of a
 * TL_OP_REPEAT. */
static const uint8_t *open_vector(tl_reader *r, const uint8_t *at, uint16_t type, uint32_t repeat,
                                  uint8_t *slot) {
  const tl_type *vector = r->schema->types + type;
  size_t count = 0;
  at = tl_read_count(r, at, vector, repeat, &count);
  if (!at || count == 0) {
    tl_write_vector(slot, tl_empty, 0);
    return at;
  }
  size_t size = count * r->schema->types[vector->arg].slot;
  uint8_t *items = tl_arena_take_raw(r->arena, tl_round_up(size, TL_SLOT_ALIGN));
  if (!items)
    return tl_fail_memory(r, at);
  tl_write_vector(slot, items, count);
  return at;
}

static const uint8_t *decode_vector(tl_reader *r, const uint8_t *at, uint16_t type, uint32_t repeat,
                                    uint8_t *slot) {
  uint16_t of = r->schema->types[type].arg;
  uint8_t op = r->schema->types[of].op;
  at = open_vector(r, at, type, repeat, slot);
  if (!at)
    return NULL;
  tl_vector vector = tl_read_vector(slot);
  uint8_t *items = (uint8_t *)(uintptr_t)vector.items;
  if (vector.count && TL_OP_BIT(op) & TL_OPS_RAW)
    return decode_array(at, op, vector.count, items);
  return decode_items(r, at, of, vector.count, items);
}

static TL_INLINE const uint8_t *decode_bool(tl_reader *r, const uint8_t *at, uint8_t *slot) {
  bool value = false;
  at = tl_read_bool(r, at, &value);
  *slot = value;
  return at;
}

static const uint8_t *decode_with(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot);

static const uint8_t *decode_slot(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot) {
  uint8_t op = r->schema->types[type].op;
  switch (op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return decode_string(r, at, op, slot);
  case TL_OP_BOOL:
    return decode_bool(r, at, slot);
  case TL_OP_TRUE:
    *slot = 1;
    return at;
  case TL_OP_OBJECT:
    return decode_any(r, at, slot);
  case TL_OP_SUM:
    return decode_sum(r, at, type, slot);
  case TL_OP_PTR:
    return decode_ptr(r, at, type, slot);
  case TL_OP_BARE:
    return decode_def(r, at, r->schema->defs + r->schema->types[type].arg, slot);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_ARRAY:
    return decode_vector(r, at, type, 0, slot);
  case TL_OP_REPEAT:
    return decode_vector(r, at, type, tl_repeats(r, type), slot);
  case TL_OP_WITH:
    return decode_with(r, at, type, slot);
  default:
    return decode_number(r, at, tl_number_size[op], slot);
  }
}

/* Behind a # word; what it says is for the caller to load. */
static TL_INLINE const uint8_t *decode_word(tl_reader *r, const uint8_t *at) {
  return tl_left(r, at) < 4 ? tl_fail_truncated(r, at, "a number") : at + 4;
}

/* A field that is there, of any definition, into its slot. `words`: the # words so far. */
static const uint8_t *decode_field(tl_reader *r, const uint8_t *at, const tl_def *def,
                                   const tl_field *field, uint8_t *args, uint32_t *words) {
  if (field->op != TL_OP_WORD) {
    if (field->cond != TL_ALWAYS && TL_OP_BIT(field->op) & TL_OPS_NUMBER)
      args[field->aux] = 1;
    return decode_slot(r, at, field->type, args + field->offset);
  }
  uint32_t word = tl_left(r, at) < 4 ? 0 : tl_load32(at);
  at = decode_word(r, at);
  words[tl_word_number(r->schema, def, field)] = word;
  if (field->offset == TL_NONE)
    return at;
  if (!tl_word_is_whole(field))
    word &= ~tl_known_bits(r->schema, def, field->aux & TL_WORDS);
  memcpy(args + field->offset, &word, sizeof word);
  if (field->cond != TL_ALWAYS)
    args[field->aux] = 1;
  return at;
}

/* The fields of any definition, one after the other, from `field` on. `words`: the # words so far,
 * and behind them one with all bits, where TL_ALWAYS looks. */
static const uint8_t *decode_from(tl_reader *r, const uint8_t *at, const tl_def *def, uint8_t *args,
                                  const tl_field *field, uint32_t words[TL_WORDS + 1]) {
  const tl_field *end = r->schema->fields + def->field + def->n_fields;
  const uint32_t *outer = r->words;
  r->words = words;
  for (; field < end; field++) {
    if (!(words[field->cond >> 5] >> (field->cond & 31) & 1))
      continue;
    at = decode_field(r, at, def, field, args, words);
    if (!at)
      return tl_fail_field(r, def, field);
  }
  r->words = outer;
  return r->strict ? tl_check_words(r, at, def, words) : at;
}

/* `numbers`: those that the definition is given, to be looked up among the words around it. */
static const uint8_t *decode_wide(tl_reader *r, const uint8_t *at, const tl_def *def,
                                  const tl_number *numbers, uint8_t *args) {
  uint32_t words[TL_WORDS + 1] = {0};
  words[TL_WORDS] = UINT32_MAX;
  for (unsigned i = 0; numbers && i < def->n_options && i < TL_WORDS; i++)
    words[i] = tl_number_value(numbers + i, r->words);
  return decode_from(r, at, def, args, r->schema->fields + def->field, words);
}

/* A number, and those that move in one run with it. On failure *field is the one that the bytes
 * left do not hold. */
static TL_INLINE const uint8_t *decode_run(tl_reader *r, const uint8_t *at, const tl_field **field,
                                           size_t size, uint8_t *args) {
  uint8_t *slot = args + (*field)->offset;
  size_t more = 0, left = tl_left(r, at);
  if ((*field)->cond == TL_ALWAYS)
    more = (*field)->aux;
  else
    args[(*field)->aux] = 1;
  if (left < size * (more + 1)) {
    *field += left / size;
    return tl_fail_truncated(r, at + left / size * size, "a number");
  }
  for (;; slot += size, more--) {
    load_number(slot, at, size);
    at += size;
    if (more == 0)
      return at;
  }
}

/* Stores the bits of a # word that no field stands for. */
static TL_INLINE void keep_unknown(const tl_reader *r, const tl_def *def, const tl_field *field,
                                   uint32_t word, uint8_t *args) {
  uint32_t unknown = word & ~(uint32_t)(r->schema->bits[def->bits] >> (field->aux * 32 & 63));
  if (unknown && field->offset != TL_NONE)
    memcpy(args + field->offset, &unknown, sizeof unknown);
}

/* Goes from one field that is there to the next: see tl_def.always. */
static TL_INLINE const uint8_t *decode_narrow(tl_reader *r, const uint8_t *at, const tl_def *def,
                                              uint8_t *args) {
  const tl_field *field = r->schema->fields + def->field;
  uint64_t words = 0;
  for (tl_set left = def->always; left; left &= ~(tl_set)1) { /* bit 0 stands for *field */
    unsigned gap = tl_set_first(left);
    field += gap;
    left >>= gap;
    switch (field->op) {
    case TL_OP_INT:
      at = decode_run(r, at, &field, 4, args);
      break;
    case TL_OP_LONG:
    case TL_OP_DOUBLE:
      at = decode_run(r, at, &field, 8, args);
      break;
    case TL_OP_TRUE:
      args[field->offset] = 1;
      continue;
    case TL_OP_STRING:
    case TL_OP_BYTES:
      at = decode_string(r, at, field->op, args + field->offset);
      break;
    case TL_OP_WORD:
      if (tl_left(r, at) >= 4) {
        words |= (uint64_t)tl_load32(at) << (field->aux * 32 & 63);
        keep_unknown(r, def, field, tl_load32(at), args);
        left |= tl_set_of_word(r->schema->bits + def->bits, field->aux, tl_load32(at)) >>
                (field - r->schema->fields - def->field);
      }
      at = decode_word(r, at);
      break;
    case TL_OP_SUM:
      at = decode_sum(r, at, field->type, args + field->offset);
      break;
    case TL_OP_PTR:
      at = decode_ptr(r, at, field->type, args + field->offset);
      break;
    case TL_OP_VECTOR:
      at = decode_vector(r, at, field->type, 0, args + field->offset);
      break;
    default:
      at = decode_field(r, at, def, field, args, NULL);
      break;
    }
    if (!at)
      return tl_fail_field(r, def, field);
  }
  return words && r->strict ? tl_check_bits(r, at, def, words) : at;
}

/* By the tables, whatever functions of its own the definition has. */
static const uint8_t *interpret_struct(tl_reader *r, const uint8_t *at, const tl_def *def,
                                       const tl_number *numbers, uint8_t *pointer) {
  if (r->depth == 0)
    return tl_fail_depth(r, at);
  size_t size = tl_round_up(def->size, TL_SLOT_ALIGN);
  uint8_t *args = tl_take_memory(r, size) ? tl_arena_take(r->arena, size) : NULL;
  if (!args)
    return tl_fail_memory(r, at);
  tl_write_ptr(pointer, args);
  r->depth--;
  at = def->wide ? decode_wide(r, at, def, numbers, args) : decode_narrow(r, at, def, args);
  r->depth++;
  return at;
}

/* A value of a type that is given numbers. */
static const uint8_t *decode_with(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot) {
  const tl_type *with = r->schema->types + type, *inner = r->schema->types + with->arg;
  uint16_t index = inner->arg;
  if (inner->op != TL_OP_BARE) {
    at = tl_read_id(r, at, with->arg, &index);
    if (!at)
      return NULL;
  }
  if (inner->op == TL_OP_SUM) {
    unsigned kind = index - inner->arg + 1u;
    memcpy(slot, &kind, sizeof kind);
    slot += offsetof(tl_sum, ptr);
  }
  const tl_def *def = r->schema->defs + index;
  if (def->n_fields)
    return interpret_struct(r, at, def, r->schema->numbers + with->count, slot);
  tl_write_ptr(slot, tl_empty);
  return at;
}

static const uint8_t *decode_struct(tl_reader *r, const uint8_t *at, const tl_def *def,
                                    uint8_t *pointer) {
  tl_hot_decode *hot = def->hot ? r->schema->hot[def->hot - 1].decode : NULL;
  if (!hot)
    return interpret_struct(r, at, def, NULL, pointer);
  return hot(r, at, (uint16_t)(def - r->schema->defs), pointer);
}

/* What is after the value: nothing, or what the caller lets be. NULL on failure. */
static const uint8_t *check_end(tl_reader *r, const uint8_t *at, const tl_decode_options *options) {
  if (at && at < r->end && !(options && options->allow_trailing))
    return tl_fail_trailing(r, at);
  return at;
}

tl_status tl_decode(const tl_schema *schema, uint16_t type, const void *data, size_t size,
                    const tl_decode_options *options, tl_arena *arena, tl_value *out,
                    size_t *consumed, tl_error *error) {
  tl_trace trace;
  tl_reader r = {.arena = arena, .trace = &trace};
  memset(out, 0, sizeof *out);
  tl_status status = tl_reader_init(&r, schema, type, data, size, options, error);
  if (status != TL_OK)
    return status;
  tl_arena_expect(arena, size);
  size_t room = tl_round_up(schema->types[type].slot, TL_SLOT_ALIGN);
  uint8_t *slot = tl_take_memory(&r, room) ? tl_arena_take(arena, room) : NULL;
  const uint8_t *at = slot ? decode_slot(&r, r.start, type, slot) : tl_fail_memory(&r, r.start);
  at = check_end(&r, at, options);
  if (!at) {
    if (options && options->keep_before)
      tl_keep_before(&r, type, slot, out, consumed);
    return tl_reader_fail(&r, type, error);
  }
  *out = (tl_value){schema, slot, type};
  if (consumed)
    *consumed = (size_t)(at - r.start);
  return TL_OK;
}

tl_status tl_decode_object(const tl_schema *schema, const void *data, size_t size,
                           const tl_decode_options *options, tl_arena *arena, tl_object *out,
                           size_t *consumed, tl_error *error) {
  tl_trace trace;
  tl_reader r = {.arena = arena, .trace = &trace};
  tl_object object;
  memset(out, 0, sizeof *out);
  tl_status status = tl_reader_init(&r, schema, TL_OP_OBJECT, data, size, options, error);
  if (status != TL_OK)
    return status;
  tl_arena_expect(arena, size);
  const uint8_t *at = check_end(&r, decode_any(&r, r.start, (uint8_t *)&object), options);
  if (!at)
    return tl_reader_fail(&r, TL_OP_OBJECT, error);
  *out = object;
  if (consumed)
    *consumed = (size_t)(at - r.start);
  return TL_OK;
}

/* ---- for the straight-line functions: tl/hot.h ---- */

const uint8_t *tl_hot_struct(tl_reader *r, const uint8_t *at, uint16_t def, void *slot) {
  return interpret_struct(r, at, r->schema->defs + def, NULL, slot);
}

const uint8_t *tl_hot_rest(tl_reader *r, const uint8_t *at, uint16_t def, void *args,
                           unsigned field, uint32_t word0, uint32_t word1) {
  const tl_def *d = r->schema->defs + def;
  const tl_field *from = r->schema->fields + d->field + field;
  uint32_t words[TL_WORDS + 1] = {word0, word1, [TL_WORDS] = UINT32_MAX};
  return at ? decode_from(r, at, d, args, from, words) : tl_fail_field(r, d, from);
}

const uint8_t *tl_hot_slot(tl_reader *r, const uint8_t *at, uint16_t type, void *slot) {
  return decode_slot(r, at, type, slot);
}

const uint8_t *tl_hot_any_string(tl_reader *r, const uint8_t *at, uint8_t op, void *slot) {
  return decode_string(r, at, op, slot);
}

const uint8_t *tl_hot_vector(tl_reader *r, const uint8_t *at, uint16_t type, void *slot,
                             tl_vector *out) {
  at = open_vector(r, at, type, 0, slot);
  *out = tl_read_vector(slot);
  return at;
}

const uint8_t *tl_hot_item(tl_reader *r, size_t index) {
  return tl_fail_index(r, index);
}

void *tl_hot_new_slowly(tl_reader *r, size_t size) {
  return r->depth && tl_take_memory(r, size) ? tl_arena_take(r->arena, size) : NULL;
}
