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

/* Whether the field's bit, or the count of its elements, lies in # word number `word`. */
static bool depends_on(const tl_schema *schema, const tl_field *field, unsigned word) {
  if (field->op == TL_OP_REPEAT && schema->types[field->type].count == word)
    return true;
  return field->cond != TL_ALWAYS && field->cond >> 5 == (int)word;
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
  if (stored_word(word, args))
    return true;
  const tl_field *end = schema->fields + def->field + def->n_fields;
  for (const tl_field *field = word + 1; field < end; field++)
    if (depends_on(schema, field, word->aux) &&
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

/* The number of elements of the repetitions that a word counts. They must agree. */
static bool count_repeats(tl_encoder *e, const tl_def *def, unsigned word, const uint8_t *args,
                          uint32_t *count, const tl_field **culprit) {
  const tl_field *fields = e->schema->fields + def->field;
  bool found = false;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = fields + i;
    if (field->op != TL_OP_REPEAT || e->schema->types[field->type].count != word)
      continue;
    uint32_t n = (uint32_t)tl_read_vector(args + field->offset).count;
    *culprit = field;
    if (found && n != *count)
      return false;
    *count = n;
    found = true;
  }
  return true;
}

/* The bits of a word that are stored and that no field stands for. */
static uint32_t kept_bits(const tl_encoder *e, const tl_def *def, unsigned word,
                          const uint8_t *args, uint64_t claimed) {
  const tl_field *fields = e->schema->fields + def->field;
  for (uint16_t i = 0; i < def->n_fields; i++)
    if (fields[i].op == TL_OP_WORD && fields[i].aux == word)
      return stored_word(fields + i, args) & ~(uint32_t)claimed;
  return 0;
}

uint8_t *tl_words_store(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                        const tl_words *words) {
  for (unsigned i = 0; i < TL_WORDS; i++) {
    const tl_field *culprit = NULL;
    uint32_t word = (uint32_t)words->set[i], count = word;
    bool flags = words->set[i] | words->clear[i];
    if (words->set[i] & words->clear[i])
      return tl_fail_group(e, at, def, args, i << 5, words->set[i] & words->clear[i]);
    if (!count_repeats(e, def, i, args, &count, &culprit) || (flags && count != word)) {
      tl_encoder_fail(e, at, TL_ERR_FLAGS, "a number of elements that another field contradicts");
      return tl_encoder_fail_field(e, def, culprit);
    }
    if (words->at[i] == SIZE_MAX)
      continue;
    if (!culprit) /* a number of elements is not to be touched */
      count |= kept_bits(e, def, i, args, words->set[i] | words->clear[i]);
    tl_store32(e->out->data + words->at[i], count);
  }
  return at;
}
