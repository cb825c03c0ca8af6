/* hot_get.c: the functions of tg_hot.c that read. */
#include "emit/hot.h"

/* ---- types ---- */

static void emit_case(text *t, const model_type *type, size_t kind) {
  const model_def *def = type->inst->defs.items[kind];
  if (!(def->hot_ways & HOT_GET))
    return;
  TEXT_BLOCK(t, "    case 0x{id}u:\n", "id", HEX8(def->id));
  if (type->op == OP_SUM)
    TEXT_BLOCK(t, "      tl_hot_sum(slot, {kind});\n", "kind", NUMBER(kind + 1));
  const char *pointer = type->op == OP_SUM ? "(uint8_t *)slot + offsetof(tl_sum, ptr)" : "slot";
  if (def->n_fields == 0)
    TEXT_BLOCK(t, "      return tl_hot_bare(at + 4, {pointer});\n", "pointer", pointer);
  else
    TEXT_BLOCK(t, "      return get_{shape}(r, at + 4, {def}, {pointer});\n", "shape",
               def->shape->base, "def", NUMBER(def->index), "pointer", pointer);
}

static void emit_vector(text *t, const model_type *type) {
  TEXT_BLOCK(t,
             "  tl_vector all;\n"
             "  at = tl_hot_items(r, at, {type}, sizeof({of}), {least}, slot, &all);\n"
             "  {of}*item = (void *)(uintptr_t)all.items;\n"
             "  for (size_t i = 0; at && i < all.count; i++) {\n"
             "    at = get_{name}(r, at, item + i);\n"
             "    if (TL_UNLIKELY(!at))\n"
             "      return tl_hot_item(r, i);\n"
             "  }\n"
             "  return at;\n"
             "}\n",
             "type", NUMBER(type->index), "of", type->of->declare, "least", NUMBER(type->of->least),
             "name", type->of->suffix);
}

void hot_emit_get_type(text *t, const model_type *type) {
  TEXT_BLOCK(t,
             "\n"
             "static const uint8_t *get_{name}(tl_reader *r, const uint8_t *at, void *slot) {\n",
             "name", type->suffix);
  if (type->op == OP_VECTOR) {
    emit_vector(t, type);
    return;
  }
  text_add(t, "  if (TL_LIKELY(tl_hot_left(r, at) >= 4))\n"
              "    switch (tl_load32(at)) {\n");
  for (size_t i = 0; i < type->inst->defs.count; i++)
    emit_case(t, type, i);
  TEXT_BLOCK(t,
             "    }\n"
             "  return tl_hot_slot(r, at, {type}, slot);\n"
             "}\n",
             "type", NUMBER(type->index));
}

/* ---- definitions ---- */

static void emit_flags(text *t, const model_def *def, unsigned word) {
  uint32_t flags = hot_bits_of(def, word, true);
  if (!flags)
    return;
  TEXT_BLOCK(t, "  if (word{word} & 0x{mask}u) {\n", "word", NUMBER(word), "mask", HEX(flags));
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->word == (int)word && model_field_op(field) == OP_TRUE)
      TEXT_BLOCK(t, "    tl_hot_flag(&x->{member}, word{word}, {bit});\n", "member", field->member,
                 "word", NUMBER(word), "bit", NUMBER(field->bit));
  }
  text_add(t, "  }\n");
}

static void emit_odd(text *t, size_t field, const char *test, unsigned skip) {
  TEXT_BLOCK(t,
             "  if (TL_UNLIKELY({test})) {\n"
             "    field = {field};\n",
             "test", test, "field", NUMBER(field));
  if (skip)
    TEXT_BLOCK(t, "    at += {skip};\n", "skip", NUMBER(skip));
  text_add(t, "    goto odd;\n"
              "  }\n");
}

static void emit_word(text *t, const model_def *def, size_t at, unsigned offset) {
  const model_field *field = &def->fields[at];
  text known = {0};
  TEXT_BLOCK(t, "  word{n} = tl_load32(at + {offset});\n", "n", NUMBER(field->number), "offset",
             NUMBER(offset));
  TEXT_BLOCK(&known, "word{n} & 0x{unknown}u", "n", NUMBER(field->number), "unknown",
             HEX(~hot_bits_of(def, field->number, false)));
  emit_odd(t, at, known.data, offset);
  text_free(&known);
  emit_flags(t, def, field->number);
}

static void emit_load(text *t, const model_field *field, unsigned offset) {
  TEXT_BLOCK(t, "  tl_load{bits}_many(&x->{member}, at + {offset}, 1);\n", "bits",
             NUMBER(hot_number_size(field) * 8), "member", field->member, "offset", NUMBER(offset));
}

/* Numbers that are always there. Returns how many fields that were. */
static size_t emit_run(text *t, const model_def *def, size_t at) {
  unsigned size, offset = 0;
  size_t count = hot_run(def, at, &size);
  if (size == 0)
    return 0;
  text test = {0};
  TEXT_BLOCK(&test, "(size_t)(end - at) < {size}", "size", NUMBER(size));
  emit_odd(t, at, test.data, 0);
  text_free(&test);
  for (size_t i = at; i < at + count; i++) {
    const model_field *field = &def->fields[i];
    if (field->is_word)
      emit_word(t, def, i, offset);
    else if (hot_number_size(field) && field->word < 0)
      emit_load(t, field, offset);
    offset += field->word < 0 ? hot_number_size(field) : 0;
  }
  TEXT_BLOCK(t, "  at += {size};\n", "size", NUMBER(size));
  return count;
}

static void emit_value(text *t, const model_field *field, size_t at) {
  model_op op = model_field_op(field);
  bool string = op == OP_STRING || op == OP_BYTES, hot = hot_type(field->type, HOT_GET);
  if (hot)
    TEXT_BLOCK(t, "  at = get_{name}(r, at, &x->{member});\n", "name", field->type->suffix,
               "member", field->member);
  else
    TEXT_BLOCK(t, "  at = {call}(r, at, {type}, &x->{member});\n", "call",
               string ? "get_string" : "tl_hot_slot", "type", NUMBER(field->type->index), "member",
               field->member);
  emit_odd(t, at, "!at", 0);
}

static void emit_conditional_number(text *t, const model_field *field, size_t at) {
  text test = {0};
  TEXT_BLOCK(&test, "(size_t)(end - at) < {size}", "size", NUMBER(hot_number_size(field)));
  emit_odd(t, at, test.data, 0);
  text_free(&test);
  emit_load(t, field, 0);
  TEXT_BLOCK(t, "  at += {size};\n", "size", NUMBER(hot_number_size(field)));
}

static void emit_field(text *t, const model_def *def, size_t at) {
  const model_field *field = &def->fields[at];
  if (model_field_op(field) == OP_TRUE) {
    if (field->word < 0)
      TEXT_BLOCK(t, "  tl_hot_flag(&x->{member}, 1, 0);\n", "member", field->member);
    return;
  }
  if (field->word >= 0)
    hot_if(t, field);
  if (field->has)
    TEXT_BLOCK(t, "  tl_hot_flag(&x->{has}, 1, 0);\n", "has", field->has);
  if (hot_number_size(field))
    emit_conditional_number(t, field, at);
  else
    emit_value(t, field, at);
  if (field->word >= 0)
    text_add(t, "  }\n");
}

void hot_emit_get(text *t, const model_def *def) {
  bool nests = false;
  for (size_t i = 0; i < def->n_fields; i++)
    nests |= hot_nests(&def->fields[i]);
  TEXT_BLOCK(t,
             "\n"
             "static const uint8_t *get_{name}(tl_reader *r, const uint8_t *at, uint16_t def, void "
             "*slot) {\n"
             "  const uint8_t *const end = r->end;\n"
             "  uint32_t word0 = 0, word1 = 0;\n"
             "  unsigned field;\n"
             "  {c_name} *x = tl_hot_new(r, (sizeof *x + 7) / 8 * 8);\n"
             "  if (TL_UNLIKELY(!x))\n"
             "    return tl_hot_struct(r, at, def, slot);\n"
             "  (void)end;\n"
             "  memcpy(slot, &x, sizeof x);\n",
             "name", def->base, "c_name", def->c_name);
  if (nests)
    text_add(t, "  r->depth--;\n");
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
             "  at = tl_hot_rest(r, at, def, x, field, word0, word1);\n"
             "  goto done;\n"
             "}\n",
             "up", nests ? "  r->depth++;\n" : "");
}
