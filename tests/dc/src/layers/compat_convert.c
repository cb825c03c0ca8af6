/* One definition rewritten as another one of the same name: fields are matched by name, numbers
 * widened or cut, what the other side must have and this one lacks becomes empty. */
#include <string.h>

#include "compat_walk.h"

#define MOST_FIELDS 96

typedef struct dc_span {
  size_t start, end; /* in the scratch buffer */
  bool present;
} dc_span;

typedef struct fields {
  const tl_schema *schema;
  const tl_def *def;
  dc_span spans[MOST_FIELDS];
  tl_buffer bytes;
} fields;

static bool read_fields(dc_walk *walk, fields *in) {
  uint32_t words[TL_WORDS] = {0};
  for (uint16_t i = 0; i < in->def->n_fields; i++) {
    const tl_field *field = &in->schema->fields[in->def->field + i];
    dc_span *span = &in->spans[i];
    span->start = span->end = in->bytes.size;
    if (!dc_field_present(field, words))
      continue;
    span->present = true;
    if (field->op == TL_OP_WORD) {
      const uint8_t *at = dc_walk_take(walk, 4);
      if (at == NULL)
        return false;
      words[field->aux] = tl_load32(at);
    } else if (!dc_walk_type(walk, in->schema, field->type, words, &in->bytes)) {
      return false;
    }
    span->end = in->bytes.size;
  }
  return true;
}

static bool is_number(uint8_t op) {
  return op == TL_OP_INT || op == TL_OP_LONG;
}

static bool is_object(uint8_t op) {
  return op == TL_OP_SUM || op == TL_OP_PTR || op == TL_OP_OBJECT;
}

static bool compatible(uint8_t a, uint8_t b) {
  return a == b || (is_number(a) && is_number(b)) || (is_object(a) && is_object(b));
}

/* The field of that name, if it is there and of a kind that fits. */
static const dc_span *find(const fields *in, const char *name, uint8_t op) {
  for (uint16_t i = 0; i < in->def->n_fields; i++) {
    const tl_field *field = &in->schema->fields[in->def->field + i];
    if (field->op != TL_OP_WORD && strcmp(tl_field_name(in->schema, field), name) == 0)
      return in->spans[i].present && compatible(field->op, op) ? &in->spans[i] : NULL;
  }
  return NULL;
}

static bool put(tl_buffer *out, uint64_t value, size_t size) {
  uint8_t bytes[8];
  tl_store64(bytes, value);
  return tl_buffer_append(out, bytes, size) == TL_OK;
}

static uint32_t word_value(const fields *in, const tl_schema *to, const tl_def *def,
                           const tl_field *word) {
  uint32_t value = 0;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &to->fields[def->field + i];
    if (field->op != TL_OP_WORD && field->cond != TL_ALWAYS && field->cond >> 5 == word->aux &&
        find(in, tl_field_name(to, field), field->op) != NULL)
      value |= 1u << (field->cond & 31);
  }
  return value;
}

/* A boxed value with nothing in it: the first constructor that has no field that must be there. */
static bool put_empty_object(tl_buffer *out, const tl_schema *schema, const tl_type *type) {
  uint16_t count = type->op == TL_OP_PTR ? 1 : type->count;
  for (uint16_t i = 0; i < count; i++) {
    const tl_def *def = &schema->defs[type->arg + i];
    uint16_t words = 0;
    bool empty = true;
    for (uint16_t f = 0; f < def->n_fields; f++) {
      const tl_field *field = &schema->fields[def->field + f];
      words = (uint16_t)(words + (field->op == TL_OP_WORD));
      empty = empty && (field->op == TL_OP_WORD || field->cond != TL_ALWAYS);
    }
    if (!empty)
      continue;
    bool ok = put(out, def->id, 4);
    while (ok && words-- > 0)
      ok = put(out, 0, 4);
    return ok;
  }
  return false;
}

static bool put_default(tl_buffer *out, const tl_schema *schema, const tl_field *field) {
  switch (field->op) {
  case TL_OP_INT:
  case TL_OP_NAT:
  case TL_OP_STRING:
  case TL_OP_BYTES:
  case TL_OP_BARE_VECTOR:
    return put(out, 0, 4);
  case TL_OP_LONG:
  case TL_OP_DOUBLE:
    return put(out, 0, 8);
  case TL_OP_BOOL:
    return put(out, 0xbc799737u, 4);
  case TL_OP_VECTOR:
    return put(out, 0x1cb5c415u, 8);
  case TL_OP_SUM:
  case TL_OP_PTR:
    return put_empty_object(out, schema, &schema->types[field->type]);
  default:
    return false;
  }
}

static bool put_span(tl_buffer *out, const fields *in, const dc_span *from, uint8_t op) {
  size_t size = from->end - from->start;
  const uint8_t *bytes = in->bytes.data + from->start;
  if (op == TL_OP_LONG && size == 4)
    return put(out, (uint64_t)(int64_t)(int32_t)tl_load32(bytes), 8);
  if (op == TL_OP_INT && size == 8)
    size = 4;
  return size == 0 || tl_buffer_append(out, bytes, size) == TL_OK;
}

/* Fields that share a bit are all there or all not (TL-7): what lacks is made up. */
static bool write_fields(const fields *in, const tl_schema *to, const tl_def *def, tl_buffer *out) {
  uint32_t words[TL_WORDS] = {0};
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &to->fields[def->field + i];
    const dc_span *from = find(in, tl_field_name(to, field), field->op);
    bool ok = true;
    if (field->op == TL_OP_WORD) {
      words[field->aux] = word_value(in, to, def, field);
      ok = put(out, words[field->aux], 4);
    } else if (from != NULL) {
      ok = put_span(out, in, from, field->op);
    } else if (field->op != TL_OP_TRUE && dc_field_present(field, words)) {
      ok = put_default(out, to, field);
    }
    if (!ok)
      return false;
  }
  return true;
}

bool dc_convert(dc_walk *walk, const tl_schema *from, uint16_t from_def, const tl_schema *to,
                uint16_t to_def, tl_buffer *out) {
  fields in = {.schema = from, .def = &from->defs[from_def]};
  const tl_def *target = &to->defs[to_def];
  if (in.def->n_fields > MOST_FIELDS)
    return false;
  tl_buffer_init(&in.bytes, NULL, 0);
  bool ok = read_fields(walk, &in) && put(out, target->id, 4) && write_fields(&in, to, target, out);
  tl_buffer_free(&in.bytes);
  return ok;
}
