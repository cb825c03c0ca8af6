/* shared.c: tg/shared.h: what several constructors of a type have in common, without a switch of
 * the program's own, and what kinds are called. Functions only, so that whoever does not include it
 * pays nothing. */
#include <string.h>

#include "emit/emit.h"

static void emit_kind_name(const model *m, text *t, const model_inst *inst) {
  const model_def *first = inst->defs.items[0];
  TEXT_BLOCK(t,
             "static inline const char *{type}_kind_name(enum {type}_kind kind) {\n"
             "  return (unsigned)kind - 1u < {count}u\n"
             "    ? tl_def_name(&{prefix}_schema, (uint16_t)((unsigned)kind - 1u + {first}u)) "
             ": \"\";\n"
             "}\n",
             "type", inst->c_name, "count", NUMBER(inst->defs.count), "prefix", m->prefix, "first",
             NUMBER(first->index));
}

static const model_field *field_of(const model_def *def, const char *member) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->member && !field->is_word && strcmp(field->member, member) == 0)
      return field;
  }
  return NULL;
}

/* How many have it; 0: in some it is of another type. */
static size_t count_of(const model_inst *inst, const model_field *like) {
  size_t count = 0;
  for (size_t i = 0; i < inst->defs.count; i++) {
    const model_field *field = field_of(inst->defs.items[i], like->member);
    if (field && strcmp(field->type->declare, like->type->declare) != 0)
      return 0;
    count += field != NULL;
  }
  return count;
}

static void emit_accessor(const model *m, text *t, const model_inst *inst,
                          const model_field *field) {
  TEXT_BLOCK(t,
             "static inline {declare}{type}_{member}(const {type} *of) {\n"
             "  {declare}none;\n"
             "  switch (of->kind) {\n",
             "declare", field->type->declare, "type", inst->c_name, "member", field->member);
  for (size_t i = 0; i < inst->defs.count; i++) {
    const model_def *def = inst->defs.items[i];
    if (field_of(def, field->member))
      TEXT_BLOCK(t, "  case {upper}_{base}:\n    return of->{union}->{member};\n", "upper",
                 m->upper, "base", def->base, "union", def->member, "member", field->member);
  }
  text_add(t, "  default:\n"
              "    memset(&none, 0, sizeof none);\n"
              "    return none;\n"
              "  }\n"
              "}\n");
}

/* Each member once, where the first constructor that has it stands. What would be called as another
 * thing is left out. */
static void emit_members(model *m, text *t, const model_inst *inst, dict *taken) {
  for (size_t i = 0; i < inst->defs.count; i++) {
    const model_def *def = inst->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++) {
      const model_field *field = &def->fields[k];
      if (!field->member || field->is_word || count_of(inst, field) < 2)
        continue;
      void **slot =
          dict_put(&m->pool, taken, mem_join(&m->pool, inst->c_name, "_", field->member, NULL));
      if (!*slot)
        emit_accessor(m, t, inst, field);
      *slot = m;
    }
  }
}

static void take_names(model *m, dict *taken) {
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    *dict_put(&m->pool, taken, def->c_name) = m;
  }
  for (size_t i = 0; i < m->insts.count; i++) {
    const model_inst *inst = m->insts.items[i];
    *dict_put(&m->pool, taken, inst->c_name) = m;
    *dict_put(&m->pool, taken, mem_join(&m->pool, inst->c_name, "_kind_name", NULL)) = m;
  }
}

void emit_shared_header(model *m, text *t) {
  dict taken = {0};
  emit_header_open(m, t, "shared.h", "fields that constructors share, and names of kinds.");
  TEXT_BLOCK(
      t,
      "/* With T for a type of several constructors:\n"
      " *\n"
      " *   {p}_T_f(&value)         the field f, which at least two constructors of T have,\n"
      " *                          of one type in all of them; zero bytes, NULL or kind 0\n"
      " *                          when this one has none. It lives as long as the value\n"
      " *   {p}_T_kind_name(kind)   what the schema calls the constructor, a constant;\n"
      " *                          \"\" for 0 and numbers that are none\n"
      " *\n"
      " * Nothing else includes this. */\n"
      "#include <string.h>\n"
      "\n"
      "#include <{p}/{p}.h>\n",
      "p", m->prefix);
  emit_extern_c_open(t);
  take_names(m, &taken);
  for (size_t i = 0; i < m->insts.count; i++) {
    const model_inst *inst = m->insts.items[i];
    if (inst->boxed->op != OP_SUM)
      continue;
    TEXT_BLOCK(t, "\n/* {name} */\n", "name", inst->name);
    emit_kind_name(m, t, inst);
    emit_members(m, t, inst, &taken);
  }
  emit_extern_c_close(t);
  emit_header_close(t);
}
