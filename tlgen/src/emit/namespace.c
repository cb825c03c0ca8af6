/* namespace.c: tg/auth.h and its like: the structs of one namespace, and the functions that
 * make calls and values of them. */
#include "emit/emit.h"

static void emit_condition(text *t, const model_def *def, const model_field *field) {
  if (field->word < 0)
    return;
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *word = &def->fields[i];
    if (word->is_word && (int)word->number == field->word)
      TEXT_BLOCK(t, " /* {word}.{bit} */", "word", word->name, "bit", NUMBER(field->bit));
  }
}

static void emit_member(text *t, const model_def *def, const model_member *member) {
  const model_field *field = &def->fields[member->field];
  if (member->is_has) {
    TEXT_BLOCK(t, "  bool {name};\n", "name", field->has);
    return;
  }
  TEXT_BLOCK(t, "  {declare}{name};", "declare", field->type->declare, "name", field->member);
  emit_condition(t, def, field);
  if (field->is_word && !field->is_stored)
    text_add(t, " /* bits that no field stands for */");
  text_add(t, "\n");
}

static void emit_struct(const model *m, text *t, const model_def *def) {
  if (!def->group)
    TEXT_BLOCK(t, "#define {upper}_ID_{base} 0x{id}u\n", "upper", m->upper, "base", def->base, "id",
               HEX8(def->id));
  TEXT_BLOCK(t, def->function ? "typedef struct {name} {\n" : "struct {name} {\n", "name",
             def->c_name);
  for (size_t i = 0; i < def->n_members; i++)
    emit_member(t, def, &def->members[i]);
  if (!def->n_members)
    text_add(t, "  char empty_;\n");
  text_add(t, "}");
  if (def->function)
    TEXT_BLOCK(t, " {name}", "name", def->c_name);
  text_add(t, ";\n");
}

static void emit_box(const model *m, text *t, const model_def *def) {
  TEXT_BLOCK(t,
             "static inline {type} {name}_box(const {name} *value) {\n"
             "  {type} box;\n"
             "  box.kind = {upper}_{base};\n"
             "  box.{member} = value;\n"
             "  return box;\n"
             "}\n",
             "type", def->inst->c_name, "name", def->c_name, "upper", m->upper, "base", def->base,
             "member", def->member);
}

static void emit_object(model *m, text *t, const model_def *def) {
  TEXT_BLOCK(t,
             "static inline tl_object {name}_object(const {name} *value) {\n"
             "  tl_object object = {&{prefix}_schema, value, {index}};\n"
             "  return object;\n"
             "}\n",
             "name", def->c_name, "prefix", m->prefix, "index", NUMBER(def->index));
}

static void emit_call(model *m, text *t, const model_def *def) {
  TEXT_BLOCK(t,
             "static inline tl_call {name}_call(const {name} *request) {\n"
             "  tl_call call = {&{prefix}_schema, request, {index}};\n"
             "  return call;\n"
             "}\n",
             "name", def->c_name, "prefix", m->prefix, "index", NUMBER(def->index));
}

static void emit_result(model *m, text *t, const model_def *def) {
  const model_type *type = def->result;
  if (type->op == OP_OBJECT) {
    TEXT_BLOCK(t,
               "static inline tl_value {name}_result(const tl_value *reply) {\n"
               "  return *reply;\n"
               "}\n",
               "name", def->c_name);
    return;
  }
  const model_op op = type->op == OP_WITH ? type->of->op : type->op;
  bool pointer = op == OP_PTR || op == OP_BARE;
  TEXT_BLOCK(t,
             "static inline {declare}{name}_result(const tl_value *reply) {\n"
             "  return *({slot}*)tl_value_slot(reply, &{prefix}_schema, {index});\n"
             "}\n",
             "declare", type->declare, "name", def->c_name, "slot",
             pointer ? mem_join(&m->pool, type->c_type, "const ", NULL)
                     : mem_join(&m->pool, "const ", type->declare, NULL),
             "prefix", m->prefix, "index", NUMBER(type->index));
}

static void emit_def(model *m, text *t, const model_def *def) {
  text_add(t, "\n");
  emit_def_comment(m, t, def);
  emit_struct(m, t, def);
  if (def->group)
    return;
  if (def->function) {
    emit_call(m, t, def);
    emit_result(m, t, def);
  } else if (def->inst && def->inst->boxed->op == OP_SUM) {
    emit_box(m, t, def);
  }
  emit_object(m, t, def);
  if (def->function && m->has_errors)
    emit_method_errors(m, t, def);
}

void emit_namespace_header(model *m, text *t, const char *header) {
  const char *path = mem_join(&m->pool, header, ".h", NULL);
  emit_header_open(m, t, path, "structs, and what makes calls and values of them.");
  if (m->has_errors)
    TEXT_BLOCK(t, "#include <{prefix}/errors.h>\n", "prefix", m->prefix);
  TEXT_BLOCK(t, "#include <{prefix}/types.h>\n", "prefix", m->prefix);
  emit_extern_c_open(t);
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    if (def->header == header)
      emit_def(m, t, def);
  }
  emit_extern_c_close(t);
  emit_header_close(t);
}
