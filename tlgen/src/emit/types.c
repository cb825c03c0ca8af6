/* types.c: tg/types.h, which names every struct and defines what holds others: sums and
 * vectors. */
#include "emit/emit.h"

static void emit_forward(text *t, const model_def *def) {
  TEXT_BLOCK(t, "typedef struct {name} {name};\n", "name", def->c_name);
}

static void emit_kinds(const model *m, text *t, const model_inst *inst) {
  TEXT_BLOCK(t,
             "enum {type}_kind {\n"
             "  {upper}_{base}_none = 0, /* absent */\n",
             "type", inst->c_name, "upper", m->upper, "base", inst->base);
  for (size_t i = 0; i < inst->defs.count; i++) {
    const model_def *def = inst->defs.items[i];
    TEXT_BLOCK(t, "  {upper}_{base},\n", "upper", m->upper, "base", def->base);
  }
  text_add(t, "};\n");
}

static void emit_sum(text *t, const model_inst *inst) {
  TEXT_BLOCK(t,
             "typedef struct {type} {\n"
             "  enum {type}_kind kind;\n"
             "  union {\n",
             "type", inst->c_name);
  for (size_t i = 0; i < inst->defs.count; i++) {
    const model_def *def = inst->defs.items[i];
    TEXT_BLOCK(t, "    const {name} *{member};\n", "name", def->c_name, "member", def->member);
  }
  TEXT_BLOCK(t,
             "  };\n"
             "} {type};\n",
             "type", inst->c_name);
}

static void emit_inst(model *m, text *t, const model_inst *inst) {
  text_add(t, "\n");
  emit_type_comment(m, t, inst);
  for (size_t i = 0; i < inst->defs.count; i++)
    emit_forward(t, inst->defs.items[i]);
  if (inst->boxed->op != OP_SUM)
    return;
  emit_kinds(m, t, inst);
  emit_sum(t, inst);
}

/* Constructors without a type of their own, and what is repeated. Functions are named beside their
 * structs: nothing holds one. */
static void emit_others(model *m, text *t) {
  text_add(t, "\n/* Constructors of no type here. */\n");
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    if (!def->inst && !def->function)
      emit_forward(t, def);
  }
}

static bool is_vector(const model_type *type) {
  return type->op >= OP_VECTOR && type->op <= OP_ARRAY;
}

/* Vectors of primitives are libtl's own. Some types are one in C: Vector<User> and vector<User>. */
static void emit_vectors(model *m, text *t) {
  dict seen = {0};
  text_add(t, "\n/* Vectors. */\n");
  for (size_t i = 0; i < m->types.count; i++) {
    const model_type *type = m->types.items[i];
    if (!is_vector(type) || type->of->op < OP_PRIMITIVES)
      continue;
    void **slot = dict_put(&m->pool, &seen, type->c_type);
    if (*slot)
      continue;
    *slot = m;
    const model_op of = type->of->op == OP_WITH ? type->of->of->op : type->of->op;
    bool pointer = of == OP_PTR || of == OP_BARE;
    TEXT_BLOCK(t,
               "typedef struct {name} {\n"
               "  {item}*items;\n"
               "  size_t count;\n"
               "} {name};\n",
               "name", type->c_type, "item",
               pointer ? mem_join(&m->pool, type->of->c_type, "const ", NULL)
                       : mem_join(&m->pool, "const ", type->of->declare, NULL));
  }
}

void emit_types_header(model *m, text *t) {
  emit_header_open(m, t, "types.h", "every struct by name; sums; vectors.");
  TEXT_BLOCK(t, "#include <{prefix}/schema.h>\n", "prefix", m->prefix);
  emit_extern_c_open(t);
  for (size_t i = 0; i < m->insts.count; i++)
    emit_inst(m, t, m->insts.items[i]);
  emit_others(m, t);
  emit_vectors(m, t);
  emit_extern_c_close(t);
  emit_header_close(t);
}
