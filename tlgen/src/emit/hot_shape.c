/* hot_shape.c: which definitions have straight-line functions, and what decides on their code. */
#include "emit/hot.h"

#include <string.h>

/* What the patterns say of a name: "peerUser", "messageEntity*", "<updates" (is only read),
 * ">auth.sendCode" (is only written). */
static uint8_t ways_of(const model *m, const char *name) {
  unsigned ways = 0;
  for (size_t i = 0; i < m->options.hot_count; i++) {
    const char *pattern = m->options.hot[i];
    unsigned said = *pattern == '<' ? HOT_GET : *pattern == '>' ? HOT_PUT : HOT_GET | HOT_PUT;
    pattern += *pattern == '<' || *pattern == '>';
    size_t length = strlen(pattern);
    bool open = length && pattern[length - 1] == '*';
    if (open ? strncmp(pattern, name, length - 1) == 0 : strcmp(pattern, name) == 0)
      ways |= said;
  }
  return (uint8_t)ways;
}

/* What decides on the code of a definition's functions, as a string. */
static const char *shape_of(model *m, const model_def *def) {
  text t = {0};
  text_add_number(&t, def->hot_ways);
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    TEXT_BLOCK(&t, "{type} {word} {member} {cond};", "type", NUMBER(field->type->index), "word",
               NUMBER(field->is_word), "member", field->member ? field->member : "", "cond",
               NUMBER(field->word < 0 ? 255 : field->word << 5 | field->bit));
  }
  const char *shape = mem_copy(&m->pool, t.data, t.size);
  text_free(&t);
  return shape;
}

void emit_hot_number(model *m) {
  dict shapes = {0};
  for (size_t i = 0; i < m->defs.count && m->options.hot_count; i++) {
    model_def *def = m->defs.items[i];
    def->hot_ways =
        def->wide || def->group || m->hot.count == UINT8_MAX ? 0 : ways_of(m, def->name);
    if (!def->hot_ways || def->n_fields == 0)
      continue;
    list_push(&m->pool, &m->hot, def);
    def->hot = (uint8_t)m->hot.count;
    void **first = dict_put(&m->pool, &shapes, shape_of(m, def));
    if (!*first)
      *first = def;
    def->shape = *first;
  }
}

bool hot_type(const model_type *type, unsigned way) {
  if (type->op == OP_VECTOR)
    return type->of->op != OP_VECTOR && hot_type(type->of, way);
  unsigned ways = 0;
  for (size_t i = 0; (type->op == OP_SUM || type->op == OP_PTR) && i < type->inst->defs.count; i++)
    ways |= ((const model_def *)type->inst->defs.items[i])->hot_ways;
  return ways & way;
}

bool hot_nests(const model_field *field) {
  const model_type *type = field->type;
  while (type->of)
    type = type->of;
  return !field->is_word && (type->op >= OP_PRIMITIVES || type->op == OP_OBJECT);
}

unsigned hot_number_size(const model_field *field) {
  switch (model_field_op(field)) {
  case OP_INT:
  case OP_NAT:
  case OP_WORD:
    return 4;
  case OP_LONG:
  case OP_DOUBLE:
    return 8;
  default:
    return 0;
  }
}

size_t hot_run(const model_def *def, size_t at, unsigned *size) {
  size_t end = at;
  *size = 0;
  for (size_t i = at; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->word >= 0 && model_field_op(field) == OP_TRUE)
      continue;
    if (field->word >= 0 || !hot_number_size(field))
      break;
    *size += hot_number_size(field);
    end = i + 1;
  }
  return end - at;
}

uint32_t hot_bits_of(const model_def *def, unsigned word, bool flags) {
  uint32_t bits = 0;
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->word == (int)word && (!flags || model_field_op(field) == OP_TRUE))
      bits |= UINT32_C(1) << field->bit;
  }
  return bits;
}

void hot_if(text *t, const model_field *field) {
  TEXT_BLOCK(t, "  if (word{word} & 0x{mask}u) {\n", "word", NUMBER(field->word), "mask",
             HEX(UINT64_C(1) << field->bit));
}
