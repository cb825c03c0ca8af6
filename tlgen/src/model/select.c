/* select.c: which definitions are generated. What cannot be, and everything that needs it, is
 * left out with a warning; with --only, what the patterns name and everything that it needs. */
#include <string.h>

#include "base/error.h"
#include "model/build.h"

/* ---- what can be generated ---- */

static bool inst_possible(const model_inst *inst) {
  for (size_t i = 0; i < inst->defs.count; i++)
    if (!((const model_def *)inst->defs.items[i])->refused)
      return true;
  return false;
}

static bool type_possible(const model_type *type) {
  while (type->of)
    type = type->of;
  if (type->op == OP_BARE)
    return !type->def->refused;
  return !type->inst || inst_possible(type->inst);
}

/* The definition whose reason has to be told, since nothing in the schema itself gets a warning
 * that says it: it is of an instance of a polymorphic type, or the group of a repetition. */
static const model_def *hidden_cause(const model_type *type) {
  const model_def *def = type->def;
  if (type->inst && type->inst->type->param_count && type->inst->defs.count)
    def = type->inst->defs.items[0];
  bool hidden = def && (def->group || (def->inst && def->inst->type->param_count));
  return hidden ? def : NULL;
}

static void refuse_for(model *m, model_def *def, tlp_pos pos, const model_type *type) {
  while (type->of)
    type = type->of;
  const model_def *hidden = hidden_cause(type);
  def->root_reason = hidden ? hidden->root_reason : NULL;
  const char *because = def->root_reason ? def->root_reason : "";
  model_refuse(def, pos,
               mem_join(&m->pool, "it needs `", type->name, "`, which is left out",
                        *because ? ": " : "", because, NULL));
}

/* Refuses the definition if something that it needs is left out. */
static bool refuse_dependent(model *m, model_def *def) {
  for (size_t i = 0; i < def->n_fields && !def->refused; i++)
    if (!type_possible(def->fields[i].type))
      refuse_for(m, def, def->source_fields[i].pos, def->fields[i].type);
  if (def->function && !def->refused && !type_possible(def->result))
    refuse_for(m, def, def->source->result->pos, def->result);
  return def->refused != NULL;
}

static void refuse_forms(model *m) {
  for (size_t i = 0; i < m->forms.count; i++) {
    model_def *form = m->forms.items[i];
    for (size_t k = 0; k < form->n_fields && !form->refused; k++)
      if (!type_possible(form->fields[k].type))
        model_refuse(form, form->source->pos, "it needs what is left out");
  }
}

static void refuse_dependents(model *m) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < m->all_defs.count; i++) {
      model_def *def = m->all_defs.items[i];
      if (!def->refused)
        changed |= refuse_dependent(m, def);
    }
  }
}

/* ---- what is wanted ---- */

static void want_inst(model *m, model_inst *inst, list *work);

static void want_def(model *m, model_def *def, list *work) {
  if (def->wanted)
    return;
  def->wanted = true;
  list_push(&m->pool, work, def);
  if (def->inst)
    want_inst(m, def->inst, work);
}

static void want_inst(model *m, model_inst *inst, list *work) {
  if (inst->wanted)
    return;
  inst->wanted = true;
  for (size_t i = 0; i < inst->defs.count; i++)
    want_def(m, inst->defs.items[i], work);
}

static void want_type(model *m, const model_type *type, list *work) {
  while (type->of)
    type = type->of;
  if (type->op == OP_BARE)
    want_def(m, type->def, work);
  else if (type->inst)
    want_inst(m, type->inst, work);
}

static void want_fields(model *m, const model_def *def, list *work) {
  for (size_t i = 0; i < def->n_fields; i++)
    want_type(m, def->fields[i].type, work);
}

/* Wants all that the wanted definitions and their older forms need. */
static void close_over(model *m, list *work) {
  while (work->count) {
    const model_def *def = work->items[--work->count];
    if (def->refused)
      continue;
    want_fields(m, def, work);
    for (size_t i = 0; i < def->forms.count; i++)
      want_fields(m, def->forms.items[i], work);
    if (def->function)
      want_type(m, def->result, work);
  }
}

/* `*` stands for any text, `?` for any one character. */
static bool matches(const char *pattern, const char *name) {
  const char *star = NULL, *resume = NULL;
  while (*name) {
    if (*pattern == '*') {
      star = ++pattern;
      resume = name;
    } else if (*pattern == *name || *pattern == '?') {
      pattern++;
      name++;
    } else if (star) {
      pattern = star;
      name = ++resume;
    } else {
      return false;
    }
  }
  while (*pattern == '*')
    pattern++;
  return !*pattern;
}

static bool want_pattern(model *m, const char *pattern, list *work) {
  bool found = false;
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    if (def->group || !matches(pattern, def->name))
      continue;
    found = true;
    want_def(m, def, work);
  }
  for (size_t i = 0; i < m->insts.count; i++) {
    model_inst *inst = m->insts.items[i];
    if (!matches(pattern, inst->name))
      continue;
    found = true;
    want_inst(m, inst, work);
  }
  return found;
}

static bool want_only(model *m, list *work) {
  bool ok = true;
  for (size_t i = 0; i < m->options.only_count; i++) {
    if (want_pattern(m, m->options.only[i], work))
      continue;
    tlgen_error("--only %s: nothing in the schema is called so", m->options.only[i]);
    ok = false;
  }
  return ok;
}

/* Whether it stands in the schema as such and not because something needs it. */
static bool is_root(const model_def *def) {
  if (def->group || !def->inst)
    return !def->group;
  const tlp_type *type = def->inst->type;
  return !type->param_count && !type->predefined && model_builtin_op(type->builtin) >= OP_TRUE;
}

static bool want(model *m) {
  list work = {0};
  if (m->options.only_count && !want_only(m, &work))
    return false;
  for (size_t i = 0; i < m->all_defs.count && !m->options.only_count; i++)
    if (is_root(m->all_defs.items[i]))
      want_def(m, m->all_defs.items[i], &work);
  close_over(m, &work);
  return true;
}

/* ---- both together ---- */

static void warn(model *m, const model_def *def) {
  m->left_out++;
  tlp_schema_report(m->schema, TLP_WARNING, TLP_D_CUSTOM, def->refused_at, 1,
                    "`%s` is left out: %s", def->name, def->refused);
}

/* Keeps those that are generated; warns of those that are wanted and cannot be. */
static void keep_defs(model *m) {
  size_t kept = 0;
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    if (def->wanted && def->refused)
      warn(m, def);
    def->wanted = def->wanted && !def->refused;
    if (def->wanted)
      m->all_defs.items[kept++] = def;
  }
  m->all_defs.count = kept;
}

static void keep_constructors(model_inst *inst) {
  size_t kept = 0;
  for (size_t i = 0; i < inst->defs.count; i++) {
    model_def *def = inst->defs.items[i];
    if (def->wanted)
      inst->defs.items[kept++] = def;
  }
  inst->defs.count = kept;
  inst->boxed->op = kept > 1 ? OP_SUM : OP_PTR;
}

static void keep_insts(model *m) {
  size_t kept = 0;
  for (size_t i = 0; i < m->insts.count; i++) {
    model_inst *inst = m->insts.items[i];
    keep_constructors(inst);
    if (inst->defs.count)
      m->insts.items[kept++] = inst;
  }
  m->insts.count = kept;
}

bool model_select(model *m) {
  refuse_dependents(m);
  refuse_forms(m);
  if (!want(m))
    return false;
  keep_defs(m);
  keep_insts(m);
  model_keep_forms(m);
  if (!m->all_defs.count)
    tlgen_error("the schema has no definition that could be generated");
  return m->all_defs.count > 0;
}
