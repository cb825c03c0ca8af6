/* defs.c: definitions while they are being made. */
#include "base/names.h"
#include "model/build.h"

model_def *model_add_def(model *m, const tlp_combinator *source, const char *name) {
  model_def *def = mem_alloc(&m->pool, sizeof *def);
  def->source = source;
  def->source_fields = source->fields;
  def->source_count = source->field_count;
  def->function = source->section == TLP_SECTION_FUNCTIONS;
  def->id = source->id;
  def->name = name;
  def->header = names_header(&m->pool, m->prefix, name);
  list_push(&m->pool, &m->all_defs, def);
  return def;
}

void model_refuse(model_def *def, tlp_pos pos, const char *reason) {
  if (def->refused)
    return;
  def->refused = reason;
  if (!def->root_reason)
    def->root_reason = reason;
  def->refused_at = pos;
}

model_op model_field_op(const model_field *field) {
  const model_type *type = field->type;
  return field->is_word ? OP_WORD : type->op == OP_WITH ? type->of->op : type->op;
}
