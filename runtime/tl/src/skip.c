/* Skipping: the same bytes as decode.c accepts, measured and not stored. */
#include "arena.h"
#include "forms.h"

static const uint8_t *skip_value(tl_reader *r, const uint8_t *at, uint16_t type);
static const uint8_t *skip_boxed(tl_reader *r, const uint8_t *at, uint16_t type);

/* `numbers`: those that the definition is given, or NULL. */
static const uint8_t *skip_wide(tl_reader *r, const uint8_t *at, const tl_def *def,
                                const tl_number *numbers) {
  const tl_field *field = r->schema->fields + def->field, *end = field + def->n_fields;
  const uint32_t *outer = r->words;
  uint32_t words[TL_WORDS + 1] = {0};
  words[TL_WORDS] = UINT32_MAX;
  for (unsigned i = 0; numbers && i < def->n_options && i < TL_WORDS; i++)
    words[i] = tl_number_value(numbers + i, outer);
  r->words = words;
  for (; field < end; field++) {
    if (!(words[field->cond >> 5] >> (field->cond & 31) & 1))
      continue;
    const uint8_t *next = skip_value(r, at, field->type);
    if (!next)
      return tl_fail_field(r, def, field);
    if (field->op == TL_OP_WORD)
      words[tl_word_number(r->schema, def, field)] = tl_load32(at);
    at = next;
  }
  r->words = outer;
  return r->strict ? tl_check_words(r, at, def, words) : at;
}

/* A number, and those that move in one run with it. On failure *field is the one that the bytes
 * left do not hold. */
static TL_INLINE const uint8_t *skip_run(tl_reader *r, const uint8_t *at, const tl_field **field,
                                         size_t size) {
  size_t more = (*field)->cond == TL_ALWAYS ? (*field)->aux : 0, left = tl_left(r, at);
  if (left >= size * (more + 1))
    return at + size * (more + 1);
  *field += left / size;
  return tl_fail_truncated(r, at + left / size * size, "a number");
}

static TL_INLINE const uint8_t *skip_word(tl_reader *r, const uint8_t *at, uint32_t *word) {
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a number");
  *word = tl_load32(at);
  return at + 4;
}

/* Goes from one field that is there to the next: see tl_def.always. */
static const uint8_t *skip_narrow(tl_reader *r, const uint8_t *at, const tl_def *def) {
  const tl_field *field = r->schema->fields + def->field;
  uint64_t words = 0;
  uint32_t word = 0;
  tl_bytes bytes;
  for (tl_set left = def->always; left; left &= ~(tl_set)1) { /* bit 0 stands for *field */
    unsigned gap = tl_set_first(left);
    field += gap;
    left >>= gap;
    switch (field->op) {
    case TL_OP_INT:
      at = skip_run(r, at, &field, 4);
      break;
    case TL_OP_LONG:
    case TL_OP_DOUBLE:
      at = skip_run(r, at, &field, 8);
      break;
    case TL_OP_TRUE:
      continue;
    case TL_OP_STRING:
    case TL_OP_BYTES:
      at = tl_read_string(r, at, &bytes);
      break;
    case TL_OP_WORD:
      at = skip_word(r, at, &word);
      words |= (uint64_t)word << (field->aux * 32 & 63);
      left |= tl_set_of_word(r->schema->bits + def->bits, field->aux, word) >>
              (field - r->schema->fields - def->field);
      break;
    case TL_OP_SUM:
    case TL_OP_PTR:
      at = skip_boxed(r, at, field->type);
      break;
    default:
      at = skip_value(r, at, field->type);
      break;
    }
    if (!at)
      return tl_fail_field(r, def, field);
  }
  return words && r->strict ? tl_check_bits(r, at, def, words) : at;
}

static const uint8_t *skip_def(tl_reader *r, const uint8_t *at, uint16_t index,
                               const tl_number *numbers) {
  const tl_def *def = r->schema->defs + index;
  if (def->n_fields == 0)
    return at;
  if (r->depth == 0)
    return tl_fail_depth(r, at);
  if (!tl_take_memory(r, tl_round_up(def->size, TL_SLOT_ALIGN)))
    return tl_fail_memory(r, at);
  r->depth--;
  at = def->wide ? skip_wide(r, at, def, numbers) : skip_narrow(r, at, def);
  r->depth++;
  return at;
}

static const uint8_t *skip_in_form(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot) {
  (void)slot;
  return skip_value(r, at, type);
}

static const uint8_t *skip_boxed(tl_reader *r, const uint8_t *at, uint16_t type) {
  uint16_t def = 0;
  const uint8_t *behind = tl_read_id(r, at, type, &def);
  if (behind)
    return skip_def(r, behind, def, NULL);
  const tl_form *form = tl_form_at(r, at, type); /* of another layer, or the error that was told */
  return form ? tl_skip_form(r, at + 4, form, skip_in_form) : NULL;
}

/* A value of a type that is given numbers. */
static const uint8_t *skip_with(tl_reader *r, const uint8_t *at, const tl_type *with) {
  const tl_type *inner = r->schema->types + with->arg;
  uint16_t def = inner->arg;
  if (inner->op != TL_OP_BARE)
    at = tl_read_id(r, at, with->arg, &def);
  return at ? skip_def(r, at, def, r->schema->numbers + with->count) : NULL;
}

static const uint8_t *skip_vector(tl_reader *r, const uint8_t *at, const tl_type *vector,
                                  uint32_t repeat) {
  size_t count = 0;
  at = tl_read_count(r, at, vector, repeat, &count);
  uint8_t op = r->schema->types[vector->arg].op;
  if (at && TL_OP_BIT(op) & TL_OPS_RAW) /* the bytes left have been found to hold them */
    return at + count * tl_number_size[op];
  for (size_t i = 0; at && i < count; i++) {
    at = skip_value(r, at, vector->arg);
    if (!at)
      return tl_fail_index(r, i);
  }
  return at;
}

static const uint8_t *skip_fixed(tl_reader *r, const uint8_t *at, uint8_t op) {
  if (tl_left(r, at) < tl_number_size[op])
    return tl_fail_truncated(r, at, "a number");
  return at + tl_number_size[op];
}

static const uint8_t *skip_value(tl_reader *r, const uint8_t *at, uint16_t type) {
  const tl_type *t = r->schema->types + type;
  tl_bytes bytes;
  bool value = false;
  switch (t->op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return tl_read_string(r, at, &bytes);
  case TL_OP_BOOL:
    return tl_read_bool(r, at, &value);
  case TL_OP_TRUE:
    return at;
  case TL_OP_OBJECT:
  case TL_OP_SUM:
  case TL_OP_PTR:
    return skip_boxed(r, at, type);
  case TL_OP_BARE:
    return skip_def(r, at, t->arg, NULL);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    return skip_vector(r, at, t, t->op == TL_OP_REPEAT ? tl_repeats(r, type) : 0);
  case TL_OP_WITH:
    return skip_with(r, at, t);
  default:
    return skip_fixed(r, at, t->op);
  }
}

tl_status tl_skip(const tl_schema *schema, uint16_t type, const void *data, size_t size,
                  const tl_decode_options *options, size_t *consumed, tl_error *error) {
  tl_trace trace;
  tl_reader r = {.trace = &trace};
  tl_status status = tl_reader_init(&r, schema, type, data, size, options, error);
  if (status != TL_OK)
    return status;
  size_t room = tl_round_up(schema->types[type].slot, TL_SLOT_ALIGN);
  const uint8_t *at =
      tl_take_memory(&r, room) ? skip_value(&r, r.start, type) : tl_fail_memory(&r, r.start);
  if (!at)
    return tl_reader_fail(&r, type, error);
  if (consumed)
    *consumed = (size_t)(at - r.start);
  return TL_OK;
}
