/* layout.c: what everything is called in C, and the members of each struct in their order. */
#include <string.h>

#include "base/names.h"
#include "model/build.h"

/* ---- names ---- */

/* A free name for what the schema calls `name`; a warning when it is not the usual one. Returns it
 * with the prefix in front. */
static const char *take(model *m, names_scope *scope, const char *name, names_kind kind,
                        tlp_pos pos, const char *clash) {
  size_t skip = strlen(m->prefix) + 1;
  const char *wish = names_mangle(&m->pool, m->prefix, name), *made = wish, *owner = clash;
  if (clash)
    made = mem_join(&m->pool, made, "_", NULL);
  for (const char *by; (by = names_take(&m->pool, scope, made + skip, kind, name)); owner = by)
    made = mem_join(&m->pool, made, "_", NULL);
  if (owner)
    tlp_schema_report(m->schema, TLP_WARNING, TLP_D_CUSTOM, pos, 1,
                      "`%s` is called %s in C: %s is `%s`", name, made, wish, owner);
  return made;
}

static void name_inst(model *m, names_scope *scope, model_inst *inst, const char *clash) {
  inst->c_name = take(m, scope, inst->name, NAMES_TYPE, inst->type->pos, clash);
  inst->base = inst->c_name + strlen(m->prefix) + 1;
}

static void name_def(model *m, names_scope *scope, model_def *def, const char *clash) {
  names_kind kind = def->function ? NAMES_FUNCTION : NAMES_CONSTRUCTOR;
  def->c_name = take(m, scope, def->name, kind, def->source->pos, clash);
  def->base = def->c_name + strlen(m->prefix) + 1;
  def->member = names_member(&m->pool, def->base);
}

/* Names again what equals an identifier derived from another name: `foo_box` where there is `foo`.
 */
static void name_derived(model *m, names_scope *scope) {
  for (size_t i = 0; i < m->insts.count; i++) {
    model_inst *inst = m->insts.items[i];
    const char *clash = names_derived_clash(&m->pool, scope, inst->base);
    if (clash)
      name_inst(m, scope, inst, clash);
  }
  for (size_t i = 0; i < m->all_defs.count; i++) {
    model_def *def = m->all_defs.items[i];
    const char *clash = names_derived_clash(&m->pool, scope, def->base);
    if (clash)
      name_def(m, scope, def, clash);
  }
}

/* ---- members ---- */

static bool is_member(const model_def *def, const char *name) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if ((field->member && strcmp(field->member, name) == 0) ||
        (field->has && strcmp(field->has, name) == 0))
      return true;
  }
  return false;
}

/* The schema's own names differ from each other: only one that a rule makes, or that looks like
 * such a one, can be taken. */
static bool looks_made(const char *name) {
  return name[strlen(name) - 1] == '_' || strncmp(name, "has_", 4) == 0 ||
         strncmp(name, "arg", 3) == 0;
}

static const char *unique_member(model *m, const model_def *def, const char *name) {
  while (looks_made(name) && is_member(def, name))
    name = mem_join(&m->pool, name, "_", NULL);
  return name;
}

/* Whether absence needs a bool of its own. */
static bool needs_has(const model_field *field) {
  if (field->word < 0)
    return false;
  model_op op = model_field_op(field);
  return op < OP_STRING || op == OP_BOOL || op == OP_NAT || op == OP_FLOAT || op == OP_WORD;
}

static void name_members(model *m, model_def *def) {
  for (size_t i = 0; i < def->n_fields; i++) {
    model_field *field = &def->fields[i];
    field->is_stored |= field->is_word && m->options.keep_words;
    if (!field->is_word || field->is_stored || field->is_flags)
      field->member = unique_member(m, def, names_member(&m->pool, field->name));
    def->n_members += field->member != NULL;
  }
  for (size_t i = 0; i < def->n_fields; i++) {
    model_field *field = &def->fields[i];
    if (!needs_has(field))
      continue;
    field->has = unique_member(m, def, mem_join(&m->pool, "has_", field->name, NULL));
    def->n_members++;
  }
}

enum { RANK_FLAGS = 4, RANKS };

/* The place of a slot in a struct, so that no space is lost on 64 nor on 32 bits: 0 for eight bytes
 * everywhere, 1 for pointers and what starts with one, 2 for four bytes, 3 for bytes, 4 for flags,
 * which have the has_x for neighbours: the codec looks at many of these bytes at once. */
static unsigned rank(const model_field *field) {
  switch (model_field_op(field)) {
  case OP_LONG:
  case OP_DOUBLE:
    return 0;
  case OP_INT:
  case OP_NAT:
  case OP_FLOAT:
  case OP_WORD:
    return 2;
  case OP_TRUE:
    return field->word < 0 ? 3 : RANK_FLAGS;
  case OP_BOOL:
  case OP_INT128:
  case OP_INT256:
    return 3;
  default:
    return 1;
  }
}

/* Within a rank the members stay in the order of the wire: the codec moves runs of them at once. */
static void order_members(model *m, model_def *def) {
  def->members = mem_alloc(&m->pool, (def->n_members + 1) * sizeof *def->members);
  model_member *at = def->members;
  for (unsigned place = 0; place < RANKS; place++)
    for (size_t i = 0; i < def->n_fields; i++)
      if (def->fields[i].member && rank(&def->fields[i]) == place)
        *at++ = (model_member){(uint16_t)i, false};
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].has)
      *at++ = (model_member){(uint16_t)i, true};
}

void model_name_all(model *m) {
  names_scope scope = {{0}};
  for (size_t i = 0; i < m->insts.count; i++)
    name_inst(m, &scope, m->insts.items[i], NULL);
  for (size_t i = 0; i < m->all_defs.count; i++)
    name_def(m, &scope, m->all_defs.items[i], NULL);
  name_derived(m, &scope);
  for (size_t i = 0; i < m->all_defs.count; i++) {
    name_members(m, m->all_defs.items[i]);
    order_members(m, m->all_defs.items[i]);
  }
}
