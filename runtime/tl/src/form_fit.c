/* A value of another layer made into one of today. */
#include <string.h>

#include "arena.h"
#include "forms.h"

static const tl_type *type_of(const tl_reader *r, uint16_t type) {
  return r->schema->types + type;
}

uint8_t *tl_take_struct(tl_reader *r, const tl_def *def) {
  size_t size = tl_round_up(def->size, TL_SLOT_ALIGN);
  return tl_take_memory(r, size) ? tl_arena_take(r->arena, size) : NULL;
}

static bool fit_number(uint8_t from, const uint8_t *value, uint8_t to, uint8_t *slot) {
  int32_t narrow;
  memcpy(&narrow, value, sizeof narrow);
  if (from != TL_OP_INT || (to != TL_OP_LONG && to != TL_OP_DOUBLE))
    return false;
  int64_t wide = narrow;
  double real = narrow;
  memcpy(slot, to == TL_OP_LONG ? (const void *)&wide : (const void *)&real, 8);
  return true;
}

/* The first field that a value of that type can be: of those that carry something. */
static const tl_field *carrier(const tl_reader *r, const tl_def *def, uint16_t from) {
  const tl_field *field = r->schema->fields + def->field, *end = field + def->n_fields;
  while (field < end && (field->op == TL_OP_WORD || field->op == TL_OP_TRUE))
    field++;
  if (field == end || (field->type != from && field->op >= TL_OP_PRIMITIVES))
    return NULL;
  return tl_fits(r, from, field->type) ? field : NULL;
}

/* The first constructor that begins with such a value; TL_NONE for none. */
static uint16_t wrapper(const tl_reader *r, uint16_t from, const tl_type *to) {
  unsigned count = to->op == TL_OP_PTR ? 1 : to->op == TL_OP_SUM ? to->count : 0;
  for (unsigned i = 0; i < count; i++)
    if (carrier(r, r->schema->defs + to->arg + i, from))
      return (uint16_t)(to->arg + i);
  return TL_NONE;
}

bool tl_fits(const tl_reader *r, uint16_t from, uint16_t to) {
  uint8_t a = type_of(r, from)->op, b = type_of(r, to)->op;
  if (from == to || (a == TL_OP_BOOL && b == TL_OP_TRUE) ||
      (a == TL_OP_INT && (b == TL_OP_LONG || b == TL_OP_DOUBLE)))
    return true;
  if (a == TL_OP_VECTOR)
    return b == TL_OP_VECTOR && tl_fits(r, type_of(r, from)->arg, type_of(r, to)->arg);
  if (b == TL_OP_VECTOR)
    return tl_fits(r, from, type_of(r, to)->arg);
  return wrapper(r, from, type_of(r, to)) != TL_NONE;
}

static bool fit_items(tl_reader *r, uint16_t from, const uint8_t *items, size_t count, uint16_t to,
                      uint8_t *slot) {
  size_t step = type_of(r, from)->slot, each = type_of(r, to)->slot;
  tl_write_vector(slot, tl_empty, 0);
  if (count == 0)
    return true;
  size_t size = tl_round_up(count * each, TL_SLOT_ALIGN);
  uint8_t *made = tl_take_memory(r, size) ? tl_arena_take(r->arena, size) : NULL;
  if (!made)
    return false;
  tl_write_vector(slot, made, count);
  for (size_t i = 0; i < count; i++)
    if (!tl_fit_value(r, from, items + i * step, to, made + i * each))
      return false;
  return true;
}

static bool fill_others(tl_reader *r, const tl_def *def, const tl_field *but, uint8_t *args) {
  const tl_field *field = r->schema->fields + def->field, *end = field + def->n_fields;
  for (; field < end; field++)
    if (field != but && field->cond == TL_ALWAYS && field->op != TL_OP_WORD &&
        !tl_fit_nothing(r, field->type, args + field->offset))
      return false;
  return true;
}

static bool wrap(tl_reader *r, uint16_t from, const uint8_t *value, uint16_t to, uint8_t *slot) {
  const tl_type *t = type_of(r, to);
  uint16_t index = wrapper(r, from, t);
  if (index == TL_NONE)
    return true;
  const tl_def *def = r->schema->defs + index;
  const tl_field *field = carrier(r, def, from);
  uint8_t *args = tl_take_struct(r, def);
  if (!args)
    return false;
  if (t->op == TL_OP_SUM)
    tl_write_sum(slot, index - t->arg + 1u, args);
  else
    tl_write_ptr(slot, args);
  if (field->cond != TL_ALWAYS && TL_OP_BIT(field->op) & TL_OPS_NUMBER)
    args[field->aux] = 1;
  return tl_fit_value(r, from, value, field->type, args + field->offset) &&
         fill_others(r, def, field, args);
}

bool tl_fit_value(tl_reader *r, uint16_t from, const uint8_t *value, uint16_t to, uint8_t *slot) {
  const tl_type *a = type_of(r, from), *b = type_of(r, to);
  if (from == to) {
    memcpy(slot, value, a->slot);
    return true;
  }
  if (!tl_fits(r, from, to))
    return true;
  if (a->op == TL_OP_BOOL && b->op == TL_OP_TRUE) {
    *slot = *value;
    return true;
  }
  if (fit_number(a->op, value, b->op, slot))
    return true;
  if (a->op == TL_OP_VECTOR) {
    tl_vector all = tl_read_vector(value);
    return fit_items(r, a->arg, all.items, all.count, b->arg, slot);
  }
  if (b->op == TL_OP_VECTOR)
    return fit_items(r, from, value, 1, b->arg, slot);
  return wrap(r, from, value, to, slot);
}

/* What a sum is when nothing is known: the first constructor without fields that have to be there,
 * or else the first one without objects among them; TL_NONE for none. */
static uint16_t emptiest(const tl_reader *r, const tl_type *t) {
  uint16_t plain = TL_NONE;
  unsigned count = t->op == TL_OP_PTR ? 1 : t->count;
  for (unsigned i = 0; i < count; i++) {
    const tl_def *def = r->schema->defs + t->arg + i;
    const tl_field *field = r->schema->fields + def->field, *end = field + def->n_fields;
    bool empty = true, simple = true;
    for (; field < end; field++) {
      bool needed = field->cond == TL_ALWAYS && field->op != TL_OP_WORD;
      empty &= !needed;
      simple &= !needed || (field->op != TL_OP_SUM && field->op != TL_OP_PTR);
    }
    if (empty)
      return (uint16_t)(t->arg + i);
    if (simple && plain == TL_NONE)
      plain = (uint16_t)(t->arg + i);
  }
  return plain == TL_NONE ? t->arg : plain;
}

static bool empty_object(tl_reader *r, const tl_type *t, uint8_t *slot) {
  uint16_t index = emptiest(r, t);
  const tl_def *def = r->schema->defs + index;
  uint8_t *args = r->depth ? tl_take_struct(r, def) : NULL;
  if (!args)
    return false;
  if (t->op == TL_OP_SUM)
    tl_write_sum(slot, index - t->arg + 1u, args);
  else
    tl_write_ptr(slot, args);
  r->depth--;
  bool ok = fill_others(r, def, NULL, args);
  r->depth++;
  return ok;
}

bool tl_fit_nothing(tl_reader *r, uint16_t type, uint8_t *slot) {
  const tl_type *t = type_of(r, type);
  if (t->op == TL_OP_STRING || t->op == TL_OP_BYTES)
    tl_write_bytes(slot, (const uint8_t *)tl_empty, 0);
  if (TL_OP_BIT(t->op) & TL_OPS_VECTOR)
    tl_write_vector(slot, tl_empty, 0);
  return (t->op != TL_OP_SUM && t->op != TL_OP_PTR) || empty_object(r, t, slot);
}
