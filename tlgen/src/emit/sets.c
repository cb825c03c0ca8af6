/* sets.c: the tables that take the codec from one field that is there to the next: see tl_set,
 * tl_option and tl_def in tl/schema.h. */
#include "emit/emit.h"

#include <string.h>

enum { SET_BITS = 64, SET_WORDS = 2 };

/* See tl_def.wide. */
static bool depends_on_numbers(const model_type *type) {
  for (; type; type = type->of)
    if (type->op == OP_REPEAT || type->op == OP_WITH)
      return true;
  return false;
}

static bool is_wide(const model_def *def) {
  bool wide = def->n_words > SET_WORDS || def->n_fields > SET_BITS || def->n_params;
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    wide |= depends_on_numbers(field->type);
    wide |= field->is_word && (field->word >= 0 || field->is_stored);
  }
  return wide;
}

unsigned emit_run_length(const model_def *def, size_t at) {
  model_op op = model_field_op(&def->fields[at]);
  size_t end = at;
  if (op > OP_DOUBLE || def->fields[at].word >= 0)
    return 0;
  while (end + 1 < def->n_fields && model_field_op(&def->fields[end + 1]) == op &&
         def->fields[end + 1].word < 0)
    end++;
  return (unsigned)(end - at);
}

static uint64_t always_there(const model_def *def) {
  uint64_t set = 0;
  for (size_t i = 0; i < def->n_fields; i++) {
    if (def->fields[i].word >= 0)
      continue;
    set |= UINT64_C(1) << i;
    i += emit_run_length(def, i);
  }
  return set;
}

/* ---- bits ---- */

/* What the bits of a definition's # words bring. */
typedef struct bit_sets {
  uint64_t known, fields[SET_BITS];
  unsigned count; /* up to the last one that is known */
} bit_sets;

static void find_bits(const model_def *def, bit_sets *sets) {
  memset(sets, 0, sizeof *sets);
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->word < 0)
      continue;
    unsigned bit = (unsigned)field->word << 5 | (unsigned)field->bit;
    sets->known |= UINT64_C(1) << bit;
    sets->fields[bit] |= UINT64_C(1) << i;
    if (sets->count <= bit)
      sets->count = bit + 1;
  }
}

static void emit_bits(text *t, const bit_sets *sets) {
  TEXT_BLOCK(t, "    0x{known}", "known", HEX(sets->known));
  for (unsigned i = 0; i < sets->count; i++) {
    text_add(t, i % 8 == 7 ? ",\n    0x" : ", 0x");
    text_add(t, HEX(sets->fields[i]));
  }
  text_add(t, ",\n");
}

static void emit_bit_table(model *m, text *t) {
  size_t count = 0;
  text_add(t, "\n"
              "static const tl_set bits[] = {\n");
  for (size_t i = 0; i < m->defs.count; i++) {
    model_def *def = m->defs.items[i];
    bit_sets sets;
    def->wide = is_wide(def);
    def->n_options = (uint8_t)def->n_params; /* of a wide one */
    if (def->wide || !def->n_words)
      continue;
    find_bits(def, &sets);
    def->wide = count + 1 + sets.count > MODEL_NONE; /* the table has no room for it */
    if (def->wide)
      continue;
    def->first_bit = (uint16_t)count;
    count += 1 + sets.count;
    emit_bits(t, &sets);
  }
  text_add(t, count ? "};\n" : "    0};\n");
}

/* ---- options ---- */

typedef enum option_kind { OPTION_BYTE, OPTION_SUM, OPTION_POINTER, OPTION_KINDS } option_kind;

static option_kind kind_of(const model_field *field) {
  model_op op = model_field_op(field);
  if (field->has || op == OP_TRUE)
    return OPTION_BYTE;
  return op == OP_SUM ? OPTION_SUM : OPTION_POINTER;
}

/* The member that says whether a conditional field is there. */
static const char *option_member(const model_field *field) {
  return field->has ? field->has : field->member;
}

static void emit_option(text *t, const model_def *def, size_t at) {
  const model_field *field = &def->fields[at];
  TEXT_BLOCK(t, "    {offsetof({name}, {member}), {field}, {cond}},\n", "name", def->c_name,
             "member", option_member(field), "field", NUMBER(at), "cond",
             NUMBER(field->word << 5 | field->bit));
}

static void emit_option_head(text *t, const model_def *def, const char *first,
                             const unsigned counts[OPTION_KINDS]) {
  if (first)
    TEXT_BLOCK(t, "    {offsetof({name}, {member}), {bytes}, {kinds}},\n", "name", def->c_name,
               "member", first, "bytes", NUMBER(counts[OPTION_BYTE]), "kinds",
               NUMBER(counts[OPTION_SUM]));
  else
    TEXT_BLOCK(t, "    {0, 0, {kinds}},\n", "kinds", NUMBER(counts[OPTION_SUM]));
}

/* Those of one kind, in the order of the struct: the bytes of a definition are neighbours there. */
static void emit_options_of(text *t, const model_def *def, option_kind kind) {
  for (size_t i = 0; i < def->n_members; i++) {
    const model_field *field = &def->fields[def->members[i].field];
    if (field->word >= 0 && kind_of(field) == kind &&
        def->members[i].is_has == (field->has != NULL))
      emit_option(t, def, def->members[i].field);
  }
}

/* Counts the conditional fields of each kind; returns the first member that is such a byte. */
static const char *count_options(const model_def *def, unsigned counts[OPTION_KINDS]) {
  const char *first = NULL;
  for (size_t i = 0; i < def->n_members; i++) {
    const model_field *field = &def->fields[def->members[i].field];
    if (field->word < 0 || def->members[i].is_has != (field->has != NULL))
      continue;
    counts[kind_of(field)]++;
    if (!first && kind_of(field) == OPTION_BYTE)
      first = option_member(field);
  }
  return first;
}

static void emit_options(text *t, model_def *def, size_t *count) {
  unsigned counts[OPTION_KINDS] = {0};
  const char *first = count_options(def, counts);
  unsigned all = counts[OPTION_BYTE] + counts[OPTION_SUM] + counts[OPTION_POINTER];
  if (all == 0)
    return;
  def->wide = *count + 1 + all > MODEL_NONE; /* as above */
  if (def->wide)
    return;
  def->first_option = (uint16_t)*count;
  def->n_options = (uint8_t)all;
  *count += 1 + all;
  emit_option_head(t, def, first, counts);
  for (option_kind kind = OPTION_BYTE; kind < OPTION_KINDS; kind++)
    emit_options_of(t, def, kind);
}

static void emit_option_table(model *m, text *t) {
  size_t count = 0;
  text_add(t, "\n"
              "static const tl_option options[] = {\n");
  for (size_t i = 0; i < m->defs.count; i++) {
    model_def *def = m->defs.items[i];
    if (!def->wide)
      emit_options(t, def, &count);
  }
  text_add(t, count ? "};\n" : "    {0}};\n");
}

void emit_sets(model *m, text *t) {
  emit_bit_table(m, t);
  emit_option_table(m, t);
  for (size_t i = 0; i < m->defs.count; i++) {
    model_def *def = m->defs.items[i];
    def->always = def->wide ? 0 : always_there(def);
  }
}
