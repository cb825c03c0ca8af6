/* fields.c: the fields of a definition: which # are words of flags, what each field is, and
 * when it is there. */
#include "model/build.h"

/* Where the field stands in the definition's own list; -1 when it is not one of it. */
static int position(const model_def *def, const tlp_field *field) {
  if (!field || field->index >= def->source_count || &def->source_fields[field->index] != field)
    return -1;
  return (int)field->index;
}

enum { MAX_ELEMENTS = UINT16_MAX }; /* of a repetition with a constant number */

/* Whether it repeats as often as the schema says, not as often as a #. */
static bool is_constant(const tlp_expr *array) {
  return !array->count->var;
}

/* The # that says how often a repetition repeats: its place, or -1 with the definition refused. */
static int repeat_word(model_def *def, const tlp_expr *array) {
  const tlp_expr *count = array->count;
  int at = count->var && count->value == 0 ? position(def, count->var->field) : -1;
  if (at < 0)
    model_refuse(def, array->pos,
                 "a repetition is counted by something else than a # of its own or a number");
  return at;
}

static int condition_word(model_def *def, const tlp_field *field) {
  int at = position(def, field->cond_field);
  if (field->cond_bit < 0)
    model_refuse(def, field->pos, "a field depends on a whole # and not on one bit of it");
  else if (at < 0)
    model_refuse(def, field->pos, "a field depends on a # that is not beside it");
  return at;
}

/* Numbers those # that other fields depend on. */
static void number_words(model_def *def) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const tlp_field *field = &def->source_fields[i];
    int word = field->cond_var ? condition_word(def, field) : -1;
    if (word >= 0)
      def->fields[word].is_word = true;
    bool counted = field->type->kind == TLP_EXPR_ARRAY && !is_constant(field->type);
    int count = counted ? repeat_word(def, field->type) : -1;
    if (count >= 0)
      def->fields[count].is_word = true;
  }
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].is_word)
      def->fields[i].number = def->n_words++;
  if (def->n_words > MODEL_WORDS)
    model_refuse(def, def->source->pos, "more than 7 # words with fields that depend on them");
}

static const char *field_name(model *m, const tlp_field *field) {
  char digits[12], *at = digits + sizeof digits - 1;
  if (field->name)
    return field->name;
  *at = 0;
  for (uint32_t n = field->index + 1; n; n /= 10)
    *--at = (char)('0' + n % 10);
  return mem_join(&m->pool, "arg", at, NULL);
}

static model_type *constant_array(model *m, model_def *def, const tlp_field *field);

/* What a repetition repeats: the type of its only field, or a constructor made for the group. */
static model_type *repeated(model *m, model_def *def, const tlp_field *field) {
  const tlp_expr *array = field->type;
  const tlp_field *only = array->fields;
  if (array->field_count == 1 && !only->cond_var && only->type->kind == TLP_EXPR_ARRAY &&
      is_constant(only->type))
    return constant_array(m, def, only);
  if (array->field_count == 1 && !only->cond_var && only->type->kind != TLP_EXPR_ARRAY &&
      !only->bang) {
    model_type *type = model_resolve(m, def, only->type);
    if (type && type->op == OP_TRUE)
      model_refuse(def, only->pos, "a repetition of `true` has elements without bytes");
    return type;
  }
  const char *name = mem_join(&m->pool, def->name, ".", field_name(m, field), "[]", NULL);
  model_def *group = model_add_def(m, def->source, name);
  group->source_fields = array->fields;
  group->source_count = array->field_count;
  group->group = true;
  group->function = false;
  group->id = 0;
  group->env = def->env;
  return model_bare(m, group);
}

static model_type *constant_array(model *m, model_def *def, const tlp_field *field) {
  uint32_t count = field->type->count->value;
  if (count > MAX_ELEMENTS) {
    model_refuse(def, field->type->pos, "a repetition of more than 65,535 elements");
    return NULL;
  }
  model_type *of = repeated(m, def, field);
  return of ? model_array(m, of, count) : NULL;
}

static model_type *field_type(model *m, model_def *def, const tlp_field *field) {
  if (field->bang)
    return m->primitives[OP_OBJECT];
  if (field->type->kind != TLP_EXPR_ARRAY)
    return model_resolve(m, def, field->type);
  if (is_constant(field->type))
    return constant_array(m, def, field);
  int word = repeat_word(def, field->type);
  model_type *of = word < 0 ? NULL : repeated(m, def, field);
  return of ? model_repeat(m, of, def->fields[word].number) : NULL;
}

static void resolve_field(model *m, model_def *def, size_t at) {
  const tlp_field *source = &def->source_fields[at];
  model_field *field = &def->fields[at];
  field->source = source;
  field->name = field_name(m, source);
  field->word = -1;
  field->type = field_type(m, def, source);
  if (!field->type)
    return;
  int word = source->cond_var ? condition_word(def, source) : -1;
  if (word < 0)
    return;
  field->word = (int)def->fields[word].number;
  field->bit = source->cond_bit;
}

/* Marks the fields that are there together or not at all. */
static void mark_shared(model_def *def) {
  for (size_t i = 0; i < def->n_fields; i++)
    for (size_t k = 0; k < i && def->fields[i].word >= 0; k++)
      if (def->fields[k].word == def->fields[i].word && def->fields[k].bit == def->fields[i].bit)
        def->fields[i].shared = def->fields[k].shared = true;
}

/* `Int` with a capital: a constructor id and then the number. */
static void resolve_boxed_builtin(model *m, model_def *def, model_op op) {
  def->n_fields = 1;
  def->fields = mem_alloc(&m->pool, sizeof *def->fields);
  *def->fields = (model_field){.name = "value", .type = model_primitive(m, op), .word = -1};
}

static void resolve_result(model *m, model_def *def) {
  const tlp_expr *result = def->source->result;
  if (result->kind == TLP_EXPR_TYPE)
    def->result = model_resolve(m, def, result);
  else
    def->result = m->primitives[OP_OBJECT];
  if (def->result && def->result->op == OP_TRUE)
    model_refuse(def, result->pos, "a result without bytes");
}

void model_resolve_def(model *m, model_def *def) {
  model_op op =
      def->inst && !def->group ? model_builtin_op(def->inst->type->builtin) : OP_PRIMITIVES;
  if (op < OP_TRUE || op == OP_FLOAT) {
    resolve_boxed_builtin(m, def, op);
    return;
  }
  if (def->source->builtin && op == OP_PRIMITIVES) {
    model_refuse(def, def->source->pos,
                 mem_join(&m->pool,
                          "a `?` whose values nothing describes: only int, long, double, ",
                          "float, string, bytes, int128, int256, true and object are known", NULL));
    return;
  }
  if (def->source_count > MODEL_FIELDS) {
    model_refuse(def, def->source->pos, "more than 1,000 fields");
    return;
  }
  def->n_fields = def->source_count;
  def->fields = mem_alloc(&m->pool, (def->n_fields + 1) * sizeof *def->fields);
  number_words(def);
  for (size_t i = 0; i < def->n_fields && !def->refused; i++)
    resolve_field(m, def, i);
  if (def->function && !def->refused)
    resolve_result(m, def);
  mark_shared(def);
}
