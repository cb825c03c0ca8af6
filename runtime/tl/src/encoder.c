/* The parts of encoding that are not on the fast path: growth, # words, errors. */
#include "encoder.h"

#include <stdio.h>

uint8_t *tl_encoder_init(tl_encoder *e, const tl_schema *schema, tl_buffer *out) {
  e->out = out;
  e->schema = schema;
  e->depth = TL_DEPTH_LIMIT;
  e->before = out->size;
  if (!out->data)
    return tl_encoder_grow(e, NULL, 4);
  e->end = out->data + out->capacity;
  return out->data + out->size;
}

uint8_t *tl_encoder_grow(tl_encoder *e, uint8_t *at, size_t size) {
  tl_buffer *out = e->out;
  if (at) /* not before there is anything */
    out->size = (size_t)(at - out->data);
  if (tl_buffer_reserve(out, size) != TL_OK)
    return tl_encoder_fail(e, at, TL_ERR_NOMEM, "no room in the buffer");
  e->end = out->data + out->capacity;
  return out->data + out->size;
}

uint8_t *tl_encoder_fail(tl_encoder *e, const uint8_t *at, tl_status status, const char *text) {
  size_t offset = (size_t)(at - e->out->data) - e->before;
  tl_trace_fail(e->trace, status, 0, offset, "%s", text);
  return NULL;
}

uint8_t *tl_encoder_fail_kind(tl_encoder *e, const uint8_t *at, uint16_t type, unsigned kind) {
  char name[64], text[128];
  tl_spell_type(e->schema, type, name, sizeof name);
  if (kind == 0)
    snprintf(text, sizeof text, "a value of type %s is missing", name);
  else
    snprintf(text, sizeof text, "%s has no constructor number %u", name, kind);
  return tl_encoder_fail(e, at, kind ? TL_ERR_TYPE : TL_ERR_MISSING, text);
}

uint8_t *tl_encoder_fail_count(tl_encoder *e, const uint8_t *at, const tl_type *array,
                               size_t count) {
  char text[80];
  snprintf(text, sizeof text, "%zu elements where %u must be", count, (unsigned)array->count);
  return tl_encoder_fail(e, at, TL_ERR_VECTOR, text);
}

uint8_t *tl_encoder_fail_field(tl_encoder *e, const tl_def *def, const tl_field *field) {
  tl_trace_field(e->trace, e->schema, def, field);
  return NULL;
}

uint8_t *tl_encoder_fail_index(tl_encoder *e, size_t index) {
  tl_trace_index(e->trace, index);
  return NULL;
}

/* Whether the field is there only if # word number `word` is: by its bit, or by the number of its
 * elements. A type that is given the number may do with 0. */
static bool needs_word(const tl_schema *schema, const tl_field *field, unsigned word,
                       const uint8_t *args) {
  if (field->cond != TL_ALWAYS && field->cond >> 5 == (int)word)
    return true;
  if (field->op != TL_OP_REPEAT)
    return false;
  const tl_number *number = schema->numbers + schema->types[field->type].count;
  return number->word == word && tl_read_vector(args + field->offset).count > number->add;
}

/* What a # word holds beside the bits of fields; 0 unless it is stored. */
static uint32_t stored_word(const tl_field *word, const uint8_t *args) {
  uint32_t stored = 0;
  if (word->offset != TL_NONE)
    memcpy(&stored, args + word->offset, sizeof stored);
  return stored;
}

bool tl_word_needed(const tl_schema *schema, const tl_def *def, const tl_field *word,
                    const uint8_t *args) {
  if (tl_word_is_kept(word, args))
    return true;
  unsigned number = tl_word_number(schema, def, word);
  const tl_field *end = schema->fields + def->field + def->n_fields;
  for (const tl_field *field = word + 1; field < end; field++)
    if (needs_word(schema, field, number, args) &&
        (field->op == TL_OP_WORD ? tl_word_needed(schema, def, field, args)
                                 : tl_field_present(field, args)))
      return true;
  return false;
}

uint8_t *tl_fail_group(tl_encoder *e, const uint8_t *at, const tl_def *def, const uint8_t *args,
                       unsigned cond, uint64_t bits) {
  const char *there = "?", *gone = "?";
  for (; !(bits & 1); bits >>= 1)
    cond++;
  const tl_field *fields = e->schema->fields + def->field, *culprit = fields;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    if (fields[i].cond != cond)
      continue;
    if (tl_field_present(fields + i, args)) {
      there = tl_field_name(e->schema, fields + i);
    } else {
      gone = tl_field_name(e->schema, fields + i);
      culprit = fields + i;
    }
  }
  char text[128];
  snprintf(text, sizeof text, "%.40s is set and %.40s is not, but both or none must be", there,
           gone);
  tl_encoder_fail(e, at, TL_ERR_FLAGS, text);
  e->trace->error.id = def->id;
  return tl_encoder_fail_field(e, def, culprit);
}

static bool fail_count(tl_encoder *e, const uint8_t *at, const char *text) {
  tl_encoder_fail(e, at, TL_ERR_FLAGS, text);
  return false;
}

bool tl_words_count(tl_encoder *e, const uint8_t *at, const tl_number *number, size_t count) {
  static const char contradicts[] = "a number of elements that another field contradicts";
  tl_words *words = e->words;
  unsigned word = number->word & TL_WORDS;
  if (number->word == TL_NO_WORD)
    return count == number->add || fail_count(e, at, "not as many elements as the schema says");
  if (count < number->add)
    return fail_count(e, at, "fewer elements than the schema adds to their number");
  if (!words) /* a value by itself: whoever gives the number vouches for it */
    return true;
  if (words->counted[word] && words->count[word] != count - number->add)
    return fail_count(e, at, contradicts);
  words->counted[word] = true;
  words->count[word] = (uint32_t)(count - number->add);
  return true;
}

/* The same for bits. */
static bool give_bits(tl_encoder *e, const uint8_t *at, const tl_number *number, uint64_t set,
                      uint64_t clear) {
  unsigned word = number->word & TL_WORDS;
  if (number->word == TL_NO_WORD)
    return !(set & ~(uint64_t)number->add || clear & number->add) ||
           fail_count(e, at, "fields that do not go with the number that the schema gives");
  if (number->add && (set | clear))
    return fail_count(e, at, "fields that depend on the bits of a sum");
  if (e->words) {
    e->words->set[word] |= set;
    e->words->clear[word] |= clear;
  }
  return true;
}

bool tl_words_give(tl_encoder *e, const uint8_t *at, const tl_def *def, const tl_number *numbers,
                   const tl_words *given) {
  for (unsigned i = 0; i < tl_def_params(def) && i < TL_WORDS; i++) {
    if (!give_bits(e, at, numbers + i, given->set[i], given->clear[i]))
      return false;
    if (given->counted[i] && !tl_words_count(e, at, numbers + i, given->count[i]))
      return false;
  }
  return true;
}

/* What is stored of a word, beside what is known otherwise. */
static uint32_t kept_bits(const tl_encoder *e, const tl_def *def, unsigned word,
                          const uint8_t *args, uint64_t claimed) {
  const tl_field *fields = e->schema->fields + def->field;
  for (uint16_t i = 0; i < def->n_fields; i++)
    if (fields[i].op == TL_OP_WORD && tl_word_number(e->schema, def, fields + i) == word)
      return stored_word(fields + i, args) & ~(uint32_t)claimed;
  return 0;
}

uint8_t *tl_words_store(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                        const tl_words *words) {
  for (unsigned i = 0; i < TL_WORDS; i++) {
    uint64_t known = words->set[i] | words->clear[i];
    uint32_t word = (uint32_t)words->set[i];
    if (words->set[i] & words->clear[i])
      return tl_fail_group(e, at, def, args, i << 5, words->set[i] & words->clear[i]);
    if (words->counted[i] && (words->count[i] & known) != word)
      return tl_encoder_fail(e, at, TL_ERR_FLAGS,
                             "a number of elements that another field contradicts");
    if (i < tl_def_params(def))
      continue;            /* for whoever gives it */
    if (words->counted[i]) /* a number of elements is not to be touched */
      word = words->count[i];
    else
      word |= kept_bits(e, def, i, args, known);
    if (words->at[i] != SIZE_MAX)
      tl_store32(e->out->data + words->at[i], word);
    else if (word)
      return tl_encoder_fail(e, at, TL_ERR_FLAGS, "fields that depend on a # that is not there");
  }
  return at;
}

tl_status tl_encoder_finish(tl_encoder *e, const uint8_t *at, const tl_value *value,
                            tl_error *error) {
  if (at) {
    e->out->size = (size_t)(at - e->out->data);
    return TL_OK;
  }
  char root[sizeof error->path];
  e->out->size = e->before;
  tl_spell_value(value, root, sizeof root);
  return tl_trace_finish(e->trace, root, error);
}
