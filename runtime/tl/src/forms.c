/* Objects as other layers have them. Nothing here runs before an id was found to be unknown. */
#include "forms.h"

#include "arena.h"

#define MOST_FIELDS 256 /* that a step can name */

const tl_form *tl_find_form(const tl_schema *schema, uint32_t id) {
  const tl_forms *all = schema->forms;
  size_t low = 0, high = all ? all->n_forms : 0;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (all->forms[middle].id == id)
      return &all->forms[middle];
    if (all->forms[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const tl_form *tl_form_at(const tl_reader *r, const uint8_t *at, uint16_t type) {
  const tl_type *t = r->schema->types + type;
  const tl_form *form = tl_left(r, at) >= 4 ? tl_find_form(r->schema, tl_load32(at)) : NULL;
  if (!form || t->op == TL_OP_OBJECT)
    return form;
  unsigned count = t->op == TL_OP_PTR ? 1 : t->count;
  return (unsigned)form->def - t->arg < count ? form : NULL;
}

/* The fields of a form, one after the other. */
typedef struct walk {
  const tl_form *form;
  const tl_def *def;
  uint32_t words[TL_WORDS + 1];
  unsigned n_words;
  tl_read_value *read;
  tl_set seen[MOST_FIELDS / 64]; /* of the definition */
} walk;

static void start(const tl_reader *r, walk *w, const tl_form *form, tl_read_value *read) {
  *w = (walk){.form = form, .def = r->schema->defs + form->def, .read = read};
  w->words[TL_WORDS] = UINT32_MAX;
}

/* Whether the field is there; a # is taken here. NULL: the bytes end in it. */
static const uint8_t *enter(tl_reader *r, const uint8_t *at, walk *w, const tl_step *step,
                            bool *there) {
  *there = false;
  if (!(w->words[step->cond >> 5] >> (step->cond & 31) & 1))
    return at;
  if (step->type != TL_NONE) {
    *there = true;
    return at;
  }
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a number");
  w->words[w->n_words++ % TL_WORDS] = tl_load32(at);
  return at + 4;
}

/* The field of today, if it takes what the form has; NULL otherwise. */
static const tl_field *target(const tl_reader *r, const walk *w, const tl_step *step) {
  const tl_field *field = r->schema->fields + w->def->field + step->to;
  return step->to != TL_NOWHERE && tl_fits(r, step->type, field->type) ? field : NULL;
}

static const uint8_t *fail(tl_reader *r, const walk *w, const tl_field *field) {
  return field ? tl_fail_field(r, w->def, field) : NULL;
}

/* A field whose type is another one today, or that is not there any more. */
static const uint8_t *read_other(tl_reader *r, const uint8_t *at, const walk *w, uint16_t type,
                                 const tl_field *field, uint8_t *args) {
  uint64_t value[4] = {0};
  at = w->read(r, at, type, (uint8_t *)value);
  if (at && field &&
      !tl_fit_value(r, type, (const uint8_t *)value, field->type, args + field->offset))
    return tl_fail_memory(r, at);
  return at ? at : fail(r, w, field);
}

static const uint8_t *read_step(tl_reader *r, const uint8_t *at, walk *w, const tl_step *step,
                                uint8_t *args) {
  const tl_field *field = target(r, w, step);
  if (!field)
    return read_other(r, at, w, step->type, NULL, NULL);
  w->seen[step->to / 64] |= (tl_set)1 << step->to % 64;
  if (field->cond != TL_ALWAYS && TL_OP_BIT(field->op) & TL_OPS_NUMBER)
    args[field->aux] = 1;
  if (field->type != step->type)
    return read_other(r, at, w, step->type, field, args);
  at = w->read(r, at, step->type, args + field->offset);
  return at ? at : fail(r, w, field);
}

static bool fill(tl_reader *r, const walk *w, uint8_t *args) {
  const tl_field *field = r->schema->fields + w->def->field;
  for (unsigned i = 0; i < w->def->n_fields; i++, field++)
    if (field->cond == TL_ALWAYS && field->op != TL_OP_WORD &&
        !(i < MOST_FIELDS && w->seen[i / 64] >> i % 64 & 1) &&
        !tl_fit_nothing(r, field->type, args + field->offset))
      return false;
  return true;
}

/* Makes the struct, and writes where it lies to `pointer`. */
static const uint8_t *decode_form(tl_reader *r, const uint8_t *at, const tl_form *form,
                                  tl_read_value *read, uint8_t *pointer) {
  const tl_step *step = r->schema->forms->steps + form->step, *end = step + form->n_steps;
  walk w;
  start(r, &w, form, read);
  if (r->depth == 0)
    return tl_fail_depth(r, at);
  uint8_t *args = tl_take_struct(r, w.def);
  if (!args)
    return tl_fail_memory(r, at);
  tl_write_ptr(pointer, args);
  r->depth--;
  for (; at && step < end; step++) {
    bool there;
    at = enter(r, at, &w, step, &there);
    if (at && there)
      at = read_step(r, at, &w, step, args);
  }
  r->depth++;
  return at && !fill(r, &w, args) ? tl_fail_memory(r, at) : at;
}

const uint8_t *tl_decode_other(tl_reader *r, const uint8_t *at, uint16_t type, tl_read_value *read,
                               uint8_t *slot) {
  const tl_type *t = r->schema->types + type;
  const tl_form *form = tl_form_at(r, at, type);
  if (!form)
    return tl_fail_unknown(r, at, type);
  if (t->op == TL_OP_SUM) {
    unsigned kind = form->def - t->arg + 1u;
    memcpy(slot, &kind, sizeof kind);
    slot += offsetof(tl_sum, ptr);
  } else if (t->op == TL_OP_OBJECT) {
    tl_object object = {r->schema, NULL, form->def};
    memcpy(slot, &object, sizeof object);
    slot += offsetof(tl_object, args);
  }
  return decode_form(r, at + 4, form, read, slot);
}

const uint8_t *tl_skip_form(tl_reader *r, const uint8_t *at, const tl_form *form,
                            tl_read_value *read) {
  const tl_step *step = r->schema->forms->steps + form->step, *end = step + form->n_steps;
  walk w;
  start(r, &w, form, read);
  if (r->depth == 0)
    return tl_fail_depth(r, at);
  if (!tl_take_memory(r, tl_round_up(w.def->size, TL_SLOT_ALIGN)))
    return tl_fail_memory(r, at);
  r->depth--;
  for (; at && step < end; step++) {
    bool there;
    at = enter(r, at, &w, step, &there);
    if (at && there && !(at = w.read(r, at, step->type, NULL)))
      fail(r, &w, target(r, &w, step));
  }
  r->depth++;
  return at;
}
