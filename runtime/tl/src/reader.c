/* The parts of bounded reading that are not on the fast path: long strings, counts and errors. */
#include "reader.h"

#include <stdio.h>

static size_t offset_of(const tl_reader *r, const uint8_t *at) {
  return (size_t)(at - r->start);
}

const uint8_t *tl_fail_truncated(tl_reader *r, const uint8_t *at, const char *what) {
  tl_trace_fail(r->trace, TL_ERR_TRUNCATED, 0, offset_of(r, at), "%zu bytes left, too few for %s",
                tl_left(r, at), what);
  return NULL;
}

const uint8_t *tl_fail_unknown(tl_reader *r, const uint8_t *at, uint16_t type) {
  char name[64];
  uint32_t id = tl_load32(at);
  uint16_t known = tl_lookup_id(r->schema, id);
  tl_spell_type(r->schema, type, name, sizeof name);
  if (known == TL_NONE)
    tl_trace_fail(r->trace, TL_ERR_UNKNOWN, id, offset_of(r, at),
                  "unknown constructor 0x%08x where %s is expected", (unsigned)id, name);
  else
    tl_trace_fail(r->trace, TL_ERR_UNKNOWN, id, offset_of(r, at),
                  "constructor %.48s#%x where %s is expected", tl_def_name(r->schema, known),
                  (unsigned)id, name);
  return NULL;
}

uint16_t tl_find_instance(const tl_schema *schema, const tl_type *type, uint32_t id) {
  for (uint16_t i = 0; i < type->count; i++)
    if (schema->defs[type->arg + i].id == id)
      return (uint16_t)(type->arg + i);
  return TL_NONE;
}

const uint8_t *tl_fail_memory(tl_reader *r, const uint8_t *at) {
  tl_trace_fail(r->trace, TL_ERR_NOMEM, 0, offset_of(r, at),
                "the value needs more memory than there is or than it may have");
  return NULL;
}

const uint8_t *tl_fail_depth(tl_reader *r, const uint8_t *at) {
  tl_trace_fail(r->trace, TL_ERR_DEPTH, 0, offset_of(r, at), "objects are nested too deep");
  return NULL;
}

const uint8_t *tl_fail_trailing(tl_reader *r, const uint8_t *at) {
  tl_trace_fail(r->trace, TL_ERR_TRAILING, 0, offset_of(r, at), "%zu bytes after the value",
                tl_left(r, at));
  return NULL;
}

const uint8_t *tl_fail_bool(tl_reader *r, const uint8_t *at) {
  uint32_t id = tl_load32(at);
  tl_trace_fail(r->trace, TL_ERR_BOOL, id, offset_of(r, at),
                "0x%08x is neither boolTrue nor boolFalse", (unsigned)id);
  return NULL;
}

const uint8_t *tl_fail_field(tl_reader *r, const tl_def *def, const tl_field *field) {
  tl_trace_field(r->trace, r->schema, def, field);
  return NULL;
}

const uint8_t *tl_fail_index(tl_reader *r, size_t index) {
  tl_trace_index(r->trace, index);
  return NULL;
}

const uint8_t *tl_check_padding(tl_reader *r, const uint8_t *from, const uint8_t *to) {
  for (; from < to; from++)
    if (*from) {
      tl_trace_fail(r->trace, TL_ERR_STRICT, 0, offset_of(r, from),
                    "the padding of a string is not zero");
      return NULL;
    }
  return to;
}

const uint8_t *tl_read_long_string(tl_reader *r, const uint8_t *at, tl_bytes *out) {
  size_t left = tl_left(r, at);
  if (left < 4 || *at <= TL_STRING_SHORT)
    return tl_fail_truncated(r, at, "a string");
  if (*at != TL_STRING_LONG) {
    tl_trace_fail(r->trace, TL_ERR_STRING, 0, offset_of(r, at), "0x%02x is no length of a string",
                  *at);
    return NULL;
  }
  size_t size = tl_load32(at) >> 8, whole = (size + 7) & ~(size_t)3;
  if (whole > left) {
    tl_trace_fail(r->trace, TL_ERR_TRUNCATED, 0, offset_of(r, at),
                  "%zu bytes left, too few for a string of %zu", left, size);
    return NULL;
  }
  if (r->strict && size <= TL_STRING_SHORT) {
    tl_trace_fail(r->trace, TL_ERR_STRICT, 0, offset_of(r, at),
                  "a string of %zu bytes with a length of four", size);
    return NULL;
  }
  out->data = at + 4;
  out->size = size;
  return r->strict ? tl_check_padding(r, at + 4 + size, at + whole) : at + whole;
}

static const uint8_t *fail_count(tl_reader *r, const uint8_t *at, uint32_t count) {
  tl_trace_fail(r->trace, TL_ERR_VECTOR, 0, offset_of(r, at),
                "a vector of %u elements does not fit into the %zu bytes left", (unsigned)count,
                tl_left(r, at));
  return NULL;
}

const uint8_t *tl_read_count(tl_reader *r, const uint8_t *at, const tl_type *vector,
                             uint32_t repeat, size_t *count) {
  size_t head = vector->op == TL_OP_VECTOR ? 8 : vector->op == TL_OP_BARE_VECTOR ? 4 : 0;
  if (tl_left(r, at) < head)
    return tl_fail_truncated(r, at, "a vector");
  if (head == 8 && tl_load32(at) != TL_ID_VECTOR) {
    tl_trace_fail(r->trace, TL_ERR_VECTOR, tl_load32(at), offset_of(r, at),
                  "0x%08x where a vector is expected", (unsigned)tl_load32(at));
    return NULL;
  }
  at += head;
  uint32_t n = head ? tl_load32(at - 4) : vector->op == TL_OP_ARRAY ? vector->count : repeat;
  const tl_type *element = r->schema->types + vector->arg;
  if (n > INT32_MAX || (uint64_t)n * element->least * 4 > tl_left(r, at))
    return fail_count(r, at - (head ? 4 : 0), n);
  if ((uint64_t)n * element->slot > r->memory)
    return tl_fail_memory(r, at);
  r->memory -= (size_t)n * element->slot;
  *count = n;
  return at;
}

const uint8_t *tl_check_words(tl_reader *r, const uint8_t *at, const tl_def *def,
                              const uint32_t *words) {
  uint32_t known[TL_WORDS + 1] = {0};
  const tl_field *fields = r->schema->fields + def->field;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    if (fields[i].cond != TL_ALWAYS)
      known[fields[i].cond >> 5] |= UINT32_C(1) << (fields[i].cond & 31);
    if (fields[i].op == TL_OP_WORD && tl_word_is_whole(fields + i))
      known[tl_word_number(r->schema, def, fields + i)] = UINT32_MAX;
    if (fields[i].op == TL_OP_REPEAT)
      known[r->schema->numbers[r->schema->types[fields[i].type].count].word & TL_WORDS] =
          UINT32_MAX;
  }
  for (unsigned i = 0; i < tl_def_params(def); i++) /* for whoever gives them */
    known[i & TL_WORDS] = UINT32_MAX;
  for (int i = 0; i < TL_WORDS; i++)
    if (words[i] & ~known[i]) {
      tl_trace_fail(r->trace, TL_ERR_STRICT, def->id, offset_of(r, at),
                    "%s with bits 0x%x that the schema does not know",
                    tl_def_name(r->schema, (uint16_t)(def - r->schema->defs)),
                    (unsigned)(words[i] & ~known[i]));
      return NULL;
    }
  return at;
}

/* Whether the options give all the numbers that the type takes from where it stands. */
static bool tl_numbers_suffice(const tl_schema *schema, uint16_t type,
                               const tl_decode_options *options) {
  const tl_type *t = schema->types + type;
  while (TL_OP_BIT(t->op) & (TL_OPS_VECTOR & ~TL_OP_BIT(TL_OP_REPEAT)))
    t = schema->types + t->arg;
  if (t->op == TL_OP_PTR || t->op == TL_OP_BARE || t->op == TL_OP_SUM)
    return tl_def_params(schema->defs + t->arg) == 0;
  if (t->op != TL_OP_WITH)
    return t->op != TL_OP_REPEAT;
  const tl_number *number = schema->numbers + t->count;
  unsigned left = tl_def_params(schema->defs + schema->types[t->arg].arg);
  for (; left > 0; left--, number++)
    if (number->word != TL_NO_WORD && number->word >= options->n_numbers)
      return false;
  return true;
}

tl_status tl_reader_init(tl_reader *r, const tl_schema *schema, uint16_t type, const void *data,
                         size_t size, const tl_decode_options *options, tl_error *error) {
  static const tl_decode_options defaults;
  if (!options)
    options = &defaults;
  if (schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  if (type >= schema->n_types || schema->types[type].op == TL_OP_REPEAT || (!data && size))
    return tl_trace_refuse(error, TL_ERR_ARGUMENT, "no such type, or no data");
  if (!tl_numbers_suffice(schema, type, options))
    return tl_trace_refuse(error, TL_ERR_ARGUMENT,
                           "the type is given numbers, which the options do not have");
  r->words = options->numbers;
  r->start = data ? data : (const uint8_t *)tl_empty;
  r->end = r->start + size;
  r->schema = schema;
  r->memory = options->max_memory ? options->max_memory : TL_DECODE_MEMORY;
  r->depth = options->max_depth ? options->max_depth : TL_DECODE_DEPTH;
  if (r->depth > TL_DEPTH_LIMIT)
    r->depth = TL_DEPTH_LIMIT;
  r->strict = options->strict ? UINT32_MAX : 0;
  r->strings = options->strings;
  return TL_OK;
}

void tl_keep_before(const tl_reader *r, uint16_t type, void *slot, tl_value *out,
                    size_t *consumed) {
  if (r->trace->error.status != TL_ERR_UNKNOWN || !r->rest ||
      !(TL_OP_BIT(r->schema->types[type].op) & TL_OPS_VECTOR))
    return;
  tl_write_vector(slot, tl_read_vector(slot).items, r->done);
  *out = (tl_value){r->schema, slot, type};
  if (consumed)
    *consumed = (size_t)(r->rest - r->start);
}

/* The constructor that was being read, if that is known; otherwise the type. */
static void spell_root(const tl_reader *r, uint16_t type, char *out, size_t room) {
  const tl_type *t = r->schema->types + type;
  bool boxed = t->op == TL_OP_SUM || t->op == TL_OP_OBJECT;
  uint16_t def =
      boxed && r->end - r->start >= 4 ? tl_lookup_id(r->schema, tl_load32(r->start)) : TL_NONE;
  if (t->op == TL_OP_PTR || t->op == TL_OP_BARE)
    def = t->arg;
  if (def == TL_NONE)
    tl_spell_type(r->schema, type, out, room);
  else
    snprintf(out, room, "%s", tl_def_name(r->schema, def));
}

tl_status tl_reader_fail(tl_reader *r, uint16_t type, tl_error *error) {
  char name[sizeof error->path];
  spell_root(r, type, name, sizeof name);
  return tl_trace_finish(r->trace, name, error);
}
