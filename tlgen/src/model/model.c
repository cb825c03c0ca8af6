/* model.c: from a parsed schema to the model, step by step. */
#include "base/names.h"
#include "model/build.h"

#include <string.h>

void model_new(model *m, tlp_schema *schema, const model_options *options) {
  *m = (model){.schema = schema, .options = *options, .prefix = options->prefix};
  m->upper = names_upper(&m->pool, m->prefix);
  int32_t layer = tlp_schema_layer(schema);
  m->layer = options->layer ? options->layer : layer > 0 ? layer : 0;
  size_t types;
  tlp_schema_types(schema, &types);
  m->insts_of = mem_alloc(&m->pool, (types + 1) * sizeof *m->insts_of);
  model_types_init(m);
}

void model_free(model *m) {
  mem_free(&m->pool);
}

/* A constructor of Bool or Object: no type of the model lists it. */
static void add_special(model *m, const tlp_combinator *source, model_op op) {
  if (source->builtin || !source->name)
    return;
  model_def *def = model_add_def(m, source, source->name);
  def->result = m->primitives[op];
}

static void add_constructor(model *m, const tlp_combinator *source) {
  switch (source->type->builtin) {
  case TLP_NOT_BUILTIN:
  case TLP_TRUE:
    if (!source->type->param_count)
      model_instance(m, source->type, NULL, 0);
    return;
  case TLP_BOOL:
    add_special(m, source, OP_BOOL);
    return;
  case TLP_OBJECT:
    add_special(m, source, OP_OBJECT);
    return;
  default: /* numbers, strings and vectors: made when something uses them boxed */
    return;
  }
}

/* Every definition that is not polymorphic, each once. */
static void collect(model *m) {
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(m->schema, &count);
  for (size_t i = 0; i < count; i++)
    if (all[i]->section == TLP_SECTION_TYPES && all[i]->type)
      add_constructor(m, all[i]);
  for (size_t i = 0; i < count; i++)
    if (all[i]->section == TLP_SECTION_FUNCTIONS && all[i]->name)
      *dict_put(&m->pool, &m->functions, all[i]->name) = model_add_def(m, all[i], all[i]->name);
}

bool model_build(model *m) {
  collect(m);
  for (size_t i = 0; i < m->all_defs.count; i++) /* the list grows while it is walked */
    model_resolve_def(m, m->all_defs.items[i]);
  if (!model_take_forms(m) || !model_select(m))
    return false;
  model_name_all(m);
  if (!model_number_all(m))
    return false;
  model_apply_facts(m);
  return true;
}
