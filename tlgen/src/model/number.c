/* number.c: the order of the tables, and the numbers that their entries refer to each other
 * by. */
#include <string.h>

#include "base/error.h"
#include "model/build.h"

static bool fits(const char *what, size_t count) {
  if (count < MODEL_NONE)
    return true;
  tlgen_error("the schema has %zu %s; the tables have room for %d", count, what, MODEL_NONE - 1);
  return false;
}

/* ---- types ---- */

static void name_vector(model *m, model_type *type) {
  const model_type *of = type->of;
  type->suffix = mem_join(&m->pool, "vector_", of->suffix, NULL);
  bool own = of->op >= OP_PRIMITIVES;
  type->c_type = mem_join(&m->pool, own ? m->prefix : "tl", "_", type->suffix, NULL);
}

static void name_pointer(model *m, model_type *type, const model_def *def) {
  type->c_type = mem_join(&m->pool, "const ", def->c_name, " *", NULL);
}

static void name_type(model *m, model_type *type) {
  switch (type->op) {
  case OP_SUM:
    type->suffix = type->inst->base;
    type->c_type = type->inst->c_name;
    break;
  case OP_PTR:
    type->suffix = type->inst->base;
    name_pointer(m, type, type->inst->defs.items[0]);
    break;
  case OP_BARE:
    type->suffix = mem_join(&m->pool, "bare_", type->def->base, NULL);
    name_pointer(m, type, type->def);
    break;
  case OP_VECTOR:
  case OP_BARE_VECTOR:
  case OP_REPEAT:
  case OP_ARRAY:
    name_vector(m, type);
    break;
  case OP_WITH:
    type->suffix = type->of->suffix;
    type->c_type = type->of->c_type;
    break;
  default:
    break;
  }
  bool pointer = type->c_type[strlen(type->c_type) - 1] == '*';
  type->declare = pointer ? type->c_type : mem_join(&m->pool, type->c_type, " ", NULL);
}

static void number_type(model *m, model_type *type) {
  if (type->numbered)
    return;
  type->numbered = true;
  if (type->of)
    number_type(m, type->of);
  name_type(m, type);
  type->index = (uint16_t)m->types.count;
  list_push(&m->pool, &m->types, type);
}

/* Primitives, declared types, then the others as the definitions come to need them. */
static void number_types(model *m) {
  for (size_t i = 0; i < OP_PRIMITIVES; i++)
    number_type(m, m->primitives[i]);
  for (size_t i = 0; i < m->insts.count; i++)
    number_type(m, ((model_inst *)m->insts.items[i])->boxed);
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++)
      number_type(m, def->fields[k].type);
    if (def->result)
      number_type(m, def->result);
  }
  for (size_t i = 0; i < m->forms.count; i++) {
    const model_def *form = m->forms.items[i];
    for (size_t k = 0; k < form->n_fields; k++)
      number_type(m, form->fields[k].type);
  }
}

/* ---- definitions ---- */

static void number_defs(model *m) {
  for (size_t i = 0; i < m->insts.count; i++) {
    const model_inst *inst = m->insts.items[i];
    for (size_t k = 0; k < inst->defs.count; k++)
      list_push(&m->pool, &m->defs, inst->defs.items[k]);
  }
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    if (!def->inst && !def->function)
      list_push(&m->pool, &m->defs, def);
  }
  m->n_constructors = m->defs.count;
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    if (def->function)
      list_push(&m->pool, &m->defs, def);
  }
  for (size_t i = 0; i < m->defs.count; i++) {
    model_def *def = m->defs.items[i];
    def->index = (uint16_t)i;
    def->first_field = (uint16_t)m->n_fields;
    m->n_fields += def->n_fields;
  }
}

static void list_headers(model *m) {
  dict seen = {0};
  for (size_t i = 0; i < m->defs.count; i++) {
    model_def *def = m->defs.items[i];
    void **slot = dict_put(&m->pool, &seen, def->header);
    if (!*slot) {
      *slot = (void *)(uintptr_t)def->header;
      list_push(&m->pool, &m->headers, *slot);
    }
    def->header = *slot; /* equal ones are one pointer from here on */
  }
}

static void list_returning(model *m) {
  for (size_t i = m->n_constructors; i < m->defs.count; i++) {
    const model_type *type = ((model_def *)m->defs.items[i])->result;
    while (type->of)
      type = type->of;
    model_inst *inst = type->op == OP_BARE ? type->def->inst : type->inst;
    if (inst)
      list_push(&m->pool, &inst->returned_by, m->defs.items[i]);
  }
}

/* ---- the least that a value takes on the wire, in units of four bytes ---- */

static unsigned least(model_def *def);

static unsigned least_of_all(const list *defs, unsigned lowest) {
  for (size_t i = 0; i < defs->count; i++) {
    model_def *def = defs->items[i];
    unsigned body = least(def);
    lowest = body < lowest ? body : lowest;
    lowest = least_of_all(&def->forms, lowest);
  }
  return lowest;
}

/* The forms of other layers included. */
static unsigned least_of_sum(const model_inst *inst) {
  return 1 + least_of_all(&inst->defs, UINT8_MAX);
}

static unsigned least_of_type(const model_type *type, bool inside);

static unsigned least_of_array(const model_type *array) {
  unsigned element = least_of_type(array->of, true);
  return element && array->number >= UINT8_MAX ? UINT8_MAX : element * array->number;
}

static unsigned least_of_type(const model_type *type, bool inside) {
  static const uint8_t of_primitive[OP_PRIMITIVES] = {1, 2, 2, 4, 8, 1, 1, 1, 0, 1, 1};
  switch (type->op) {
  case OP_SUM:
  case OP_PTR:
    return inside ? 1 : least_of_sum(type->inst);
  case OP_BARE:
    return least(type->def);
  case OP_VECTOR:
    return 2;
  case OP_BARE_VECTOR:
    return 1;
  case OP_REPEAT:
    return 0;
  case OP_ARRAY:
    return least_of_array(type);
  case OP_WITH:
    return least_of_type(type->of, inside);
  case OP_FLOAT:
    return 1;
  default:
    return of_primitive[type->op];
  }
}

/* Without the id. A definition that holds itself bare counts as 0 there. */
static unsigned least(model_def *def) {
  enum { NEW, BUSY, DONE };
  if (def->least_state != NEW)
    return def->least_state == DONE ? def->least : 0;
  def->least_state = BUSY;
  unsigned sum = 0;
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].word < 0)
      sum += least_of_type(def->fields[i].type, true);
  def->least = (uint8_t)(sum < UINT8_MAX ? sum : UINT8_MAX);
  def->least_state = DONE;
  return def->least;
}

static void measure(model *m) {
  for (size_t i = 0; i < m->types.count; i++) {
    model_type *type = m->types.items[i];
    unsigned units = least_of_type(type, false);
    type->least = (uint8_t)(units < UINT8_MAX ? units : UINT8_MAX);
  }
}

/* ---- names ---- */

const char model_no_name[1] = "";

/* Field names come first: the table has 16 bits for where they are. False (and a message) when that
 * is not enough. */
static bool place_names(model *m) {
  mem *pool = &m->pool;
  pool_add(pool, &m->names, model_no_name);
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++)
      pool_add(pool, &m->names, def->fields[k].name);
  }
  pool_place(pool, &m->names, true);
  if (!fits("bytes in the names of the fields", m->names.size))
    return false;
  for (size_t i = 0; i < m->defs.count; i++)
    pool_add(pool, &m->names, ((const model_def *)m->defs.items[i])->name);
  for (size_t i = 0; i < m->types.count; i++) {
    const model_type *type = m->types.items[i];
    if (type->op <= OP_PTR || type->op == OP_FLOAT)
      pool_add(pool, &m->names, type->name);
  }
  pool_place(pool, &m->names, false);
  return true;
}

/* ---- all ---- */

bool model_number_all(model *m) {
  number_defs(m);
  if (!fits("definitions", m->defs.count) || !fits("fields", m->n_fields))
    return false;
  number_types(m);
  if (!fits("types", m->types.count) || !place_names(m))
    return false;
  measure(m);
  list_headers(m);
  list_returning(m);
  return true;
}
