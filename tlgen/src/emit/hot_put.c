/* hot_put.c: the functions of tg_hot.c that write. */
#include "emit/hot.h"

/* ---- types ---- */

static void emit_case(text *t, const model_type *type, size_t kind) {
  const model_def *def = type->inst->defs.items[kind];
  if (!(def->hot_ways & HOT_PUT))
    return;
  TEXT_BLOCK(t,
             "    case {kind}:\n"
             "      tl_store32(at, 0x{id}u);\n",
             "kind", NUMBER(kind + 1), "id", HEX8(def->id));
  if (def->n_fields == 0)
    text_add(t, "      return at + 4;\n");
  else
    TEXT_BLOCK(t, "      return put_{shape}(e, at + 4, {def}, sum.ptr);\n", "shape",
               def->shape->base, "def", NUMBER(def->index));
}

static void emit_vector(text *t, const model_type *type) {
  TEXT_BLOCK(t,
             "  tl_vector all;\n"
             "  at = tl_hot_put_vector(e, at, {type}, slot, &all);\n"
             "  {of}const *item = all.items;\n"
             "  for (size_t i = 0; at && i < all.count; i++) {\n"
             "    at = put_{name}(e, at, item + i);\n"
             "    if (TL_UNLIKELY(!at))\n"
             "      return tl_hot_put_item(e, i);\n"
             "  }\n"
             "  return at;\n"
             "}\n",
             "type", NUMBER(type->index), "of", type->of->declare, "name", type->of->suffix);
}

void hot_emit_put_type(text *t, const model_type *type) {
  TEXT_BLOCK(t,
             "\n"
             "static uint8_t *put_{name}(tl_encoder *e, uint8_t *at, const void *slot) {\n",
             "name", type->suffix);
  if (type->op == OP_VECTOR) {
    emit_vector(t, type);
    return;
  }
  TEXT_BLOCK(t,
             "  tl_sum sum = {read};\n"
             "  if (TL_LIKELY(sum.ptr && e->depth && tl_hot_room(e, at) >= 4))\n"
             "    switch (sum.kind) {\n",
             "read", type->op == OP_SUM ? "tl_hot_read_sum(slot)" : "{1, tl_hot_pointer(slot)}");
  for (size_t i = 0; i < type->inst->defs.count; i++)
    emit_case(t, type, i);
  TEXT_BLOCK(t,
             "    }\n"
             "  return tl_hot_put_slot(e, at, {type}, slot);\n"
             "}\n",
             "type", NUMBER(type->index));
}

/* ---- definitions ---- */

/* Whether a conditional field is there, as an expression. */
static void add_present(text *t, const model_field *field) {
  model_op op = model_field_op(field);
  if (field->has) {
    TEXT_BLOCK(t, "tl_hot_number(&x->{has}, &x->{member}, sizeof x->{member})", "has", field->has,
               "member", field->member);
    return;
  }
  const char *read = op == OP_TRUE ? "byte" : op == OP_SUM ? "kind" : "there";
  TEXT_BLOCK(t, "tl_hot_{read}(&x->{member})", "read", read, "member", field->member);
}

/* Sets the bit of a conditional field; for one that has its bit together with an earlier one, sees
 * whether both are there or none. */
static void emit_presence(text *t, const model_def *def, size_t at) {
  const model_field *field = &def->fields[at];
  bool again = false;
  for (size_t i = 0; i < at; i++)
    again |= def->fields[i].word == field->word && def->fields[i].bit == field->bit;
  TEXT_BLOCK(
      t, again ? "  torn |= (word{word} >> {bit} & 1) ^ (uint32_t)" : "  word{word} |= (uint32_t)",
      "word", NUMBER(field->word), "bit", NUMBER(field->bit));
  add_present(t, field);
  if (!again && field->bit)
    TEXT_BLOCK(t, " << {bit}", "bit", NUMBER(field->bit));
  text_add(t, ";\n");
}

static void emit_words(text *t, const model_def *def) {
  bool shared = false;
  for (size_t i = 0; i < def->n_fields; i++)
    shared |= def->fields[i].shared;
  for (unsigned i = 0; i < def->n_words; i++)
    TEXT_BLOCK(t, "  uint32_t word{i} = 0;\n", "i", NUMBER(i));
  if (shared)
    text_add(t, "  uint32_t torn = 0;\n");
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].word >= 0)
      emit_presence(t, def, i);
  if (shared)
    text_add(t, "  if (TL_UNLIKELY(torn)) {\n"
                "    field = 0;\n"
                "    goto odd;\n"
                "  }\n");
}

static void emit_odd(text *t, size_t field, const char *test) {
  TEXT_BLOCK(t,
             "  if (TL_UNLIKELY({test})) {\n"
             "    field = {field};\n"
             "    goto odd;\n"
             "  }\n",
             "test", test, "field", NUMBER(field));
}

static void emit_room(text *t, size_t field, unsigned size) {
  text test = {0};
  TEXT_BLOCK(&test, "tl_hot_room(e, at) < {size}", "size", NUMBER(size));
  emit_odd(t, field, test.data);
  text_free(&test);
}

static void emit_store(text *t, const model_def *def, const model_field *field, unsigned offset) {
  if (field->is_word && field->member)
    TEXT_BLOCK(t, "  tl_store32(at + {offset}, word{n} | (x->{member} & 0x{unknown}u));\n",
               "offset", NUMBER(offset), "n", NUMBER(field->number), "member", field->member,
               "unknown", HEX8(~hot_bits_of(def, field->number, false)));
  else if (field->is_word)
    TEXT_BLOCK(t, "  tl_store32(at + {offset}, word{n});\n", "offset", NUMBER(offset), "n",
               NUMBER(field->number));
  else
    TEXT_BLOCK(t, "  tl_store{bits}_many(at + {offset}, &x->{member}, 1);\n", "bits",
               NUMBER(hot_number_size(field) * 8), "offset", NUMBER(offset), "member",
               field->member);
}

static size_t emit_run(text *t, const model_def *def, size_t at) {
  unsigned size, offset = 0;
  size_t count = hot_run(def, at, &size);
  if (size == 0)
    return 0;
  emit_room(t, at, size);
  for (size_t i = at; i < at + count; i++) {
    if (def->fields[i].word >= 0)
      continue;
    emit_store(t, def, &def->fields[i], offset);
    offset += hot_number_size(&def->fields[i]);
  }
  TEXT_BLOCK(t, "  at += {size};\n", "size", NUMBER(size));
  return count;
}

static void emit_value(text *t, const model_field *field, size_t at) {
  model_op op = model_field_op(field);
  bool string = op == OP_STRING || op == OP_BYTES, hot = hot_type(field->type, HOT_PUT);
  if (hot)
    TEXT_BLOCK(t, "  at = put_{name}(e, at, &x->{member});\n", "name", field->type->suffix,
               "member", field->member);
  else
    TEXT_BLOCK(t, "  at = {call}(e, at, {type}, &x->{member});\n", "call",
               string ? "put_string" : "tl_hot_put_slot", "type", NUMBER(field->type->index),
               "member", field->member);
  emit_odd(t, at, "!at");
}

static void emit_field(text *t, const model_def *def, size_t at) {
  const model_field *field = &def->fields[at];
  unsigned size = hot_number_size(field);
  if (model_field_op(field) == OP_TRUE)
    return;
  if (field->word >= 0)
    hot_if(t, field);
  if (size) {
    emit_room(t, at, size);
    emit_store(t, def, field, 0);
    TEXT_BLOCK(t, "  at += {size};\n", "size", NUMBER(size));
  } else {
    emit_value(t, field, at);
  }
  if (field->word >= 0)
    text_add(t, "  }\n");
}

void hot_emit_put(text *t, const model_def *def) {
  bool nests = false;
  for (size_t i = 0; i < def->n_fields; i++)
    nests |= hot_nests(&def->fields[i]);
  TEXT_BLOCK(t,
             "\n"
             "static uint8_t *put_{name}(tl_encoder *e, uint8_t *at, uint16_t def, const void "
             "*args) {\n"
             "  const {c_name} *x = args;\n"
             "  unsigned field;\n",
             "name", def->base, "c_name", def->c_name);
  if (nests)
    text_add(t, "  e->depth--;\n");
  emit_words(t, def);
  for (size_t i = 0; i < def->n_fields;) {
    size_t moved = emit_run(t, def, i);
    if (!moved)
      emit_field(t, def, i);
    i += moved ? moved : 1;
  }
  TEXT_BLOCK(t,
             "done:\n"
             "{up}"
             "  return at;\n"
             "odd:\n"
             "  at = tl_hot_put_rest(e, at, def, x, field);\n"
             "  goto done;\n"
             "}\n",
             "up", nests ? "  e->depth++;\n" : "");
}
