/* has.c: tg/has.h, by which a program that is built with several layers asks what this one has. */
#include "emit/emit.h"

void emit_has_header(model *m, text *t) {
  emit_header_open(m, t, "has.h", "what the schema has, for #ifdef.");
  TEXT_BLOCK(
      t,
      "/* {upper}_HAS_x_f: the constructor or function x has a field f. {upper}_HAS_T_kind: T "
      "is\n"
      " * held as a kind and a pointer, not as a pointer alone. Whether there is an x at all, "
      "{upper}_ID_x\n"
      " * says, in the header that has x. Nothing else includes this. */\n"
      "\n",
      "upper", m->upper);
  for (size_t i = 0; i < m->insts.count; i++) {
    const model_inst *inst = m->insts.items[i];
    if (inst->boxed->op == OP_SUM)
      TEXT_BLOCK(t, "#define {upper}_HAS_{base}_kind 1\n", "upper", m->upper, "base", inst->base);
  }
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++)
      if (def->fields[k].member)
        TEXT_BLOCK(t, "#define {upper}_HAS_{base}_{member} 1\n", "upper", m->upper, "base",
                   def->base, "member", def->fields[k].member);
  }
  emit_header_close(t);
}
