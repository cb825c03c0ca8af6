/* numbers.c: numbers that types take, that say how often something repeats, or whose bits say what
 * is there: which # they come from. */
#include "model/build.h"

static const model_num *number_at(const model *m, size_t at) {
  return m->numbers.items[at];
}

static bool stands_at(const model *m, size_t at, const model_num *numbers, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (number_at(m, at + i)->add != numbers[i].add ||
        number_at(m, at + i)->word != numbers[i].word)
      return false;
  return true;
}

unsigned model_number_list(model *m, const model_num *numbers, size_t count) {
  enum { LOOKED_AT = 256 }; /* most are alike; to find all of them is not worth the time */
  size_t all = m->numbers.count, first = all > LOOKED_AT ? all - LOOKED_AT : 0;
  for (size_t at = first; at + count <= all; at++)
    if (stands_at(m, at, numbers, count))
      return (unsigned)at;
  for (size_t i = 0; i < count; i++) {
    model_num *copy = mem_alloc(&m->pool, sizeof *copy);
    *copy = numbers[i];
    list_push(&m->pool, &m->numbers, copy);
  }
  return (unsigned)all;
}

/* Where the field stands in the definition's own list; -1 when it is not one of it. */
static int position(const model_def *def, const tlp_field *field) {
  if (!field || field->index >= def->source_count || &def->source_fields[field->index] != field)
    return -1;
  return (int)field->index;
}

int model_word_of(const model_def *def, const tlp_var *var) {
  for (unsigned i = 0; i < def->n_params; i++)
    if (def->params[i] == var)
      return (int)i;
  int at = position(def, var->field);
  return at < 0 || !def->fields[at].is_word ? -1 : (int)def->fields[at].number;
}

bool model_number_of(const model_def *def, const tlp_expr *expr, model_num *out) {
  int word = expr->var ? model_word_of(def, expr->var) : MODEL_NO_WORD;
  *out = (model_num){expr->value, (uint8_t)word};
  return word >= 0;
}

/* ---- walks over all that depends on a number ---- */

typedef struct walk {
  /* `sure`: what depends on it always tells what it was */
  void (*found)(struct walk *w, const tlp_var *var, bool sure);
  model *m;
  model_def *def;
  const model_def *outer;
  bool bits; /* it is a bit that something depends on */
} walk;

static void walk_fields(walk *w, const tlp_field *fields, size_t count, bool nested);

static void walk_type(walk *w, const tlp_expr *type, bool nested, bool sure) {
  if (type->kind == TLP_EXPR_ARRAY) {
    if (type->count->var)
      w->found(w, type->count->var, sure && !nested && !type->count->value);
    walk_fields(w, type->fields, type->field_count, true);
  }
  for (size_t i = 0; type->kind == TLP_EXPR_TYPE && i < type->arg_count; i++) {
    const tlp_expr *arg = type->args[i];
    if (arg->kind != TLP_EXPR_NAT)
      walk_type(w, arg, true, false);
    else if (arg->var)
      w->found(w, arg->var, false);
  }
}

static void walk_fields(walk *w, const tlp_field *fields, size_t count, bool nested) {
  for (size_t i = 0; i < count; i++) {
    w->bits = true;
    if (fields[i].cond_var)
      w->found(w, fields[i].cond_var, !nested);
    w->bits = false;
    if (!fields[i].bang)
      walk_type(w, fields[i].type, nested, !fields[i].cond_var);
  }
}

static void mark(walk *w, const tlp_var *var, bool sure) {
  int at = position(w->def, var->field);
  if (at < 0)
    return;
  w->def->fields[at].is_word = true;
  w->def->fields[at].is_flags |= w->bits;
  w->def->fields[at].is_stored |= !sure;
}

void model_mark_words(model_def *def) {
  walk w = {.found = mark, .def = def};
  walk_fields(&w, def->source_fields, def->source_count, false);
  const tlp_expr *result = def->source->result;
  if (def->function && result->kind == TLP_EXPR_TYPE)
    walk_type(&w, result, false, false);
  for (size_t i = 0; i < def->source_count; i++)
    def->fields[i].is_stored |= def->fields[i].is_word && def->source_fields[i].cond_var;
}

static void add_param(walk *w, const tlp_var *var, bool sure) {
  (void)sure;
  model_def *group = w->def;
  if (model_word_of(w->outer, var) < 0)
    return;
  for (unsigned i = 0; i < group->n_params; i++)
    if (group->params[i] == var)
      return;
  const tlp_var **params = mem_alloc(&w->m->pool, (group->n_params + 1) * sizeof *params);
  for (unsigned i = 0; i < group->n_params; i++)
    params[i] = group->params[i];
  params[group->n_params++] = var;
  group->params = params;
}

void model_find_params(model *m, model_def *group, const model_def *outer) {
  walk w = {.found = add_param, .m = m, .def = group, .outer = outer};
  group->params = outer->params; /* so that these have the same words in both */
  group->n_params = outer->n_params;
  walk_fields(&w, group->source_fields, group->source_count, false);
}
