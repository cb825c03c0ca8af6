/* schema.c: tg_schema.c, the tables of tl/schema.h filled in. */
#include "emit/emit.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static void emit_names(text *t, const name_pool *names) {
  text_add(t, "\n"
              "static const char names[] =\n");
  for (size_t i = 0; i < names->placed.count; i++)
    TEXT_BLOCK(t, "    \"{name}\\0\"\n", "name", (const char *)names->placed.items[i]);
  text_add(t, "    ;\n");
}

/* ---- types ---- */

static unsigned type_arg(const model_type *type) {
  switch (type->op) {
  case OP_SUM:
  case OP_PTR:
    return ((const model_def *)type->inst->defs.items[0])->index;
  case OP_BARE:
    return type->def->index;
  default:
    return type->of ? type->of->index : 0;
  }
}

static unsigned type_count(const model_type *type) {
  if (type->op == OP_REPEAT || type->op == OP_ARRAY || type->op == OP_WITH)
    return type->number;
  return type->op == OP_SUM || type->op == OP_PTR ? (unsigned)type->inst->defs.count : 0;
}

static void emit_type(text *t, const name_pool *names, const model_type *type) {
  const char *name = type->op <= OP_PTR || type->op == OP_FLOAT ? type->name : model_no_name;
  TEXT_BLOCK(t, "    {{name}, {arg}, {count}, {op}, sizeof({c_type}), {least}},\n", "name",
             NUMBER(pool_offset(names, name)), "arg", NUMBER(type_arg(type)), "count",
             NUMBER(type_count(type)), "op", model_op_names[type->op], "c_type", type->c_type,
             "least", NUMBER(type->least));
}

static void emit_type_table(model *m, text *t, const name_pool *names) {
  text_add(t, "\n"
              "static const tl_type types[] = {\n");
  for (size_t i = 0; i < m->types.count; i++)
    emit_type(t, names, m->types.items[i]);
  text_add(t, "};\n");
}

/* ---- numbers ---- */

static void emit_numbers(const model *m, text *t) {
  text_add(t, "\n"
              "static const tl_number numbers[] = {\n");
  for (size_t i = 0; i < m->numbers.count; i++) {
    const model_num *number = m->numbers.items[i];
    TEXT_BLOCK(t, "    {{add}u, {word}},\n", "add", NUMBER(number->add), "word",
               number->word == MODEL_NO_WORD ? "TL_NO_WORD" : NUMBER(number->word));
  }
  text_add(t, m->numbers.count ? "};\n" : "    {0, 0}};\n");
}

/* ---- fields ---- */

static const char *field_block(const model_field *field) {
  if (!field->member)
    return "    {{type}, TL_NONE, {aux}, {cond}, {op}},\n";
  if (!field->has)
    return "    {{type}, offsetof({name}, {member}), {aux}, {cond}, {op}},\n";
  return "    {{type}, offsetof({name}, {member}), offsetof({name}, {has}), {cond}, {op}},\n";
}

static void emit_field(text *t, const model_def *def, size_t at) {
  const model_field *field = &def->fields[at];
  unsigned aux = field->is_word ? field->number | (field->is_stored ? MODEL_WORD_WHOLE : 0)
                                : emit_run_length(def, at);
  TEXT_BLOCK(t, field_block(field), "type", NUMBER(field->type->index), "name", def->c_name, "aux",
             NUMBER(aux), "cond",
             field->word < 0 ? "TL_ALWAYS" : NUMBER(field->word << 5 | field->bit), "op",
             model_op_names[model_field_op(field)], "member", field->member, "has", field->has);
}

static void emit_field_table(model *m, text *t) {
  text_add(t, "\n"
              "static const tl_field fields[] = {\n");
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++)
      emit_field(t, def, k);
  }
  text_add(t, m->n_fields ? "};\n" : "    {0}};\n");
}

/* ---- lists of 16-bit numbers ---- */

static void list_open(text *t, const char *name) {
  TEXT_BLOCK(t,
             "\n"
             "static const uint16_t {name}[] = {",
             "name", name);
}

static void list_number(text *t, size_t at, size_t number) {
  text_add(t, at % 16 ? " " : "\n    ");
  text_add_number(t, number);
  text_add(t, ",");
}

static void list_close(text *t, size_t count) {
  text_add(t, count ? "\n};\n" : "0};\n");
}

static void emit_field_names(model *m, text *t, const name_pool *names) {
  size_t at = 0;
  list_open(t, "field_names");
  for (size_t i = 0; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->n_fields; k++)
      list_number(t, at++, pool_offset(names, def->fields[k].name));
  }
  list_close(t, at);
}

/* ---- definitions ---- */

static bool has_shared_bits(const model_def *def) {
  bool shared = false;
  for (size_t i = 0; i < def->n_fields; i++)
    shared |= def->fields[i].shared;
  return shared;
}

static void emit_def_row(text *t, const name_pool *names, const model_def *def) {
  TEXT_BLOCK(
      t,
      "    {0x{always}, 0x{id}u, {name}, {first}, {fields}, {type}, sizeof({c_name}), {bits}, "
      "{option}, {options}, {hot}, {shared}, {function}, {wide}},\n",
      "always", HEX(def->always), "id", HEX8(def->id), "name",
      NUMBER(pool_offset(names, def->name)), "first", NUMBER(def->first_field), "fields",
      NUMBER(def->n_fields), "type", def->result ? NUMBER(def->result->index) : "TL_NONE", "c_name",
      def->c_name, "bits", NUMBER(def->first_bit), "option", NUMBER(def->first_option), "options",
      NUMBER(def->n_options), "hot", NUMBER(def->hot), "shared", has_shared_bits(def) ? "1" : "0",
      "function", def->function ? "1" : "0", "wide", def->wide ? "1" : "0");
}

static void emit_def_table(model *m, text *t, const name_pool *names) {
  text_add(t, "\n"
              "static const tl_def defs[] = {\n");
  for (size_t i = 0; i < m->defs.count; i++)
    emit_def_row(t, names, m->defs.items[i]);
  text_add(t, "};\n");
}

static int by_name(const void *left, const void *right) {
  const model_def *const *a = left, *const *b = right;
  return strcmp((*a)->name, (*b)->name);
}

static void emit_by_name(model *m, text *t) {
  const model_def **sorted = mem_alloc(&m->pool, m->defs.count * sizeof *sorted);
  memcpy(sorted, m->defs.items, m->defs.count * sizeof *sorted);
  qsort(sorted, m->defs.count, sizeof *sorted, by_name);
  list_open(t, "by_name");
  for (size_t i = 0; i < m->defs.count; i++)
    list_number(t, i, sorted[i]->index);
  list_close(t, m->defs.count);
}

/* At least twice as many slots as definitions. */
static unsigned id_bits(const model *m) {
  unsigned bits = 1;
  while (((size_t)1 << bits) < m->defs.count * 2)
    bits++;
  return bits;
}

static void emit_by_id(model *m, text *t) {
  unsigned bits = id_bits(m);
  size_t size = (size_t)1 << bits, mask = size - 1;
  uint16_t *slots = mem_alloc(&m->pool, size * sizeof *slots);
  memset(slots, 0xff, size * sizeof *slots); /* MODEL_NONE */
  for (int preferred = 1; preferred >= 0;
       preferred--) /* the first one found is what an id stands for */
    for (size_t i = 0; i < m->defs.count; i++) {
      const model_def *def = m->defs.items[i];
      if (def->group || def->n_params ||
          (tlp_schema_find_id(m->schema, def->id) == def->source) != preferred)
        continue;
      size_t slot = (uint32_t)(def->id * 0x9e3779b1u) >> (32 - bits);
      while (slots[slot] != MODEL_NONE)
        slot = (slot + 1) & mask;
      slots[slot] = def->index;
    }
  list_open(t, "by_id");
  for (size_t i = 0; i < size; i++)
    list_number(t, i, slots[i]);
  list_close(t, size);
}

/* ---- all of it ---- */

static void emit_table(model *m, text *t) {
  const char *hot = m->hot.count ? mem_join(&m->pool, m->prefix, "_hot", NULL) : "NULL";
  TEXT_BLOCK(t,
             "\n"
             "{declare}"
             "const tl_schema {prefix}_schema = {\n"
             "    TL_TABLE_VERSION, {upper}_LAYER, \"{prefix}\", types, fields, bits, options,\n"
             "    numbers, field_names, defs, names, by_id, by_name, {hot}, {forms}, {types}, "
             "{fields}, {defs}, "
             "{constructors}, {shift}};\n"
             "\n"
             "int32_t {prefix}_layer(void) {\n"
             "  return {upper}_LAYER;\n"
             "}\n",
             "declare",
             m->hot.count ? mem_join(&m->pool, "extern const tl_hot ", hot, "[];\n", NULL) : "",
             "hot", hot, "forms", m->forms.count ? "&all_forms" : "NULL", "prefix", m->prefix,
             "upper", m->upper, "types", NUMBER(m->types.count), "fields", NUMBER(m->n_fields),
             "defs", NUMBER(m->defs.count), "constructors", NUMBER(m->n_constructors), "shift",
             NUMBER(32 - id_bits(m)));
}

void emit_schema_source(model *m, text *t) {
  emit_head(m, t, mem_join(&m->pool, m->prefix, "_schema.c", NULL), "the tables of the codec.");
  TEXT_BLOCK(t,
             "#include <stddef.h>\n"
             "#include <{prefix}/{prefix}.h>\n"
             "#include <tl/hot.h>\n"
             "\n"
             "#if defined(__GNUC__)\n"
             "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
             "#endif\n",
             "prefix", m->prefix);
  emit_names(t, &m->names);
  emit_type_table(m, t, &m->names);
  emit_numbers(m, t);
  emit_field_table(m, t);
  emit_sets(m, t);
  emit_hot_number(m);
  emit_field_names(m, t, &m->names);
  emit_def_table(m, t, &m->names);
  emit_forms(m, t);
  emit_by_id(m, t);
  emit_by_name(m, t);
  emit_table(m, t);
}
