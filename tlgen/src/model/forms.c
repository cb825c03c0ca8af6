/* forms.c: forms that constructors had in other layers. Their schema names each after the last
 * layer that had it: user_l223. A form is read into the struct of the constructor that it is today:
 * that of its name, or of the name that a table gives it, or the only one of its type. What is no
 * constructor of today in any of these ways becomes one of the model, by its own name. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "model/build.h"

enum { MOST_STEPS = 255 };

/* "user_l223": 223, and how long the name is without that; 0 when it has no such end. */
static int32_t layer_of(const char *name, size_t *base) {
  const char *mark = strrchr(name, '_');
  if (!mark || mark[1] != 'l' || !mark[2] || strspn(mark + 2, "0123456789") != strlen(mark + 2))
    return 0;
  long layer = strtol(mark + 2, NULL, 10);
  *base = (size_t)(mark - name);
  return layer > 0 && layer <= UINT16_MAX ? (int32_t)layer : 0;
}

/* ---- the table of names ---- */

/* Cuts the next cell off a line; NULL when there is none. */
static char *next_cell(char **line) {
  char *cell = *line, *end = cell + strcspn(cell, "\t");
  *line = *end ? end + 1 : end;
  *end = 0;
  return *cell ? cell : NULL;
}

static bool read_name(model *m, char *line) {
  char *old = next_cell(&line), *field = old ? next_cell(&line) : NULL;
  char *today = field ? next_cell(&line) : NULL;
  if (!today) {
    tlgen_error("a table of names: not a definition, a field or -, and a name: %s", old ? old : "");
    return false;
  }
  if (strcmp(field, "-") != 0)
    old = mem_join(&m->pool, old, ".", field, NULL);
  *dict_put(&m->pool, &m->today, old) = today;
  return true;
}

static bool read_names(model *m) {
  const char *table = m->options.legacy_names;
  while (table && *table) {
    size_t length = strcspn(table, "\n");
    char *line = mem_copy(&m->pool, table, length);
    if (*line && *line != '#' && !read_name(m, line))
      return false;
    table += length + (table[length] == '\n');
  }
  return true;
}

/* ---- which definition a form is today ---- */

static bool is_form(const model *m, model_def *def, size_t *base) {
  if (def->group || !def->inst || def->source->pos.file + 1 != m->options.legacy)
    return false;
  def->layer = layer_of(def->name, base);
  return def->layer != 0;
}

static model_def *constructor(const model_inst *inst, const char *name) {
  for (size_t i = 0; i < inst->defs.count; i++) {
    model_def *def = inst->defs.items[i];
    if (strcmp(def->name, name) == 0)
      return def;
  }
  return NULL;
}

static void take_form(model *m, model_inst *inst, model_def *form, const char *name) {
  const char *other = dict_get(&m->today, name);
  model_def *today = constructor(inst, name);
  if (!today && other)
    today = constructor(inst, other);
  if (!today && inst->defs.count == 1 && !((model_def *)inst->defs.items[0])->layer)
    today = inst->defs.items[0];
  if (!today) { /* the forms of a name come in order, the last one first */
    form->name = name;
    form->header = names_header(&m->pool, m->prefix, name);
    list_push(&m->pool, &inst->defs, form);
    return;
  }
  form->today = today;
  list_push(&m->pool, &today->forms, form);
  list_push(&m->pool, &m->forms, form);
}

static void take_forms_of(model *m, model_inst *inst) {
  list all = inst->defs;
  size_t base = 0;
  inst->defs = (list){0};
  for (size_t i = 0; i < all.count; i++)
    if (!is_form(m, all.items[i], &base))
      list_push(&m->pool, &inst->defs, all.items[i]);
  for (size_t i = 0; i < all.count; i++) {
    model_def *def = all.items[i];
    if (is_form(m, def, &base))
      take_form(m, inst, def, mem_copy(&m->pool, def->name, base));
  }
}

bool model_take_forms(model *m) {
  if (!m->options.legacy)
    return true;
  if (!read_names(m))
    return false;
  for (size_t i = 0; i < m->insts.count; i++)
    take_forms_of(m, m->insts.items[i]);
  size_t kept = 0;
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    if (!def->today)
      m->all_defs.items[kept++] = def;
  }
  m->all_defs.count = kept;
  return true;
}

/* ---- those that stay ---- */

/* Whether the steps can say it: no repetitions, no numbers handed on. */
static bool is_plain(const model_def *form) {
  if (form->n_fields > MOST_STEPS || form->today->n_fields > MOST_STEPS || form->n_params)
    return false;
  for (size_t i = 0; i < form->n_fields; i++) {
    const model_type *type = form->fields[i].type;
    if (type->op == OP_REPEAT || type->op == OP_WITH)
      return false;
  }
  return true;
}

static int by_id(const void *left, const void *right) {
  const model_def *const *a = left, *const *b = right;
  return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

void model_keep_forms(model *m) {
  size_t kept = 0;
  for (size_t i = 0; i < m->forms.count; i++) {
    model_def *form = m->forms.items[i];
    if (!form->refused && form->today->wanted && is_plain(form))
      m->forms.items[kept++] = form;
  }
  m->forms.count = kept;
  if (kept)
    qsort(m->forms.items, kept, sizeof *m->forms.items, by_id);
}

int model_field_today(const model *m, const model_def *form, size_t field) {
  const model_field *old = &form->fields[field];
  size_t base = strlen(form->name);
  if (form->layer)
    layer_of(form->name, &base);
  mem pool = {0};
  char *key = mem_join(&pool, mem_copy(&pool, form->name, base), ".", old->name, NULL);
  const char *name = dict_get(&m->today, key);
  mem_free(&pool);
  name = name ? name : old->name;
  for (size_t i = 0; i < form->today->n_fields && !old->is_word; i++) {
    const model_field *today = &form->today->fields[i];
    if (!today->is_word && strcmp(today->name, name) == 0)
      return (int)i;
  }
  return -1;
}
