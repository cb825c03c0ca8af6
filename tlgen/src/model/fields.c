/* fields.c: the fields of a definition: which # are words of flags, what each field is, and
 * when it is there. */
#include "model/build.h"

enum { MAX_ELEMENTS = UINT16_MAX }; /* of a repetition with a constant number */

/* Numbers those # that something depends on, behind the numbers that the definition is given. */
static void number_words(model_def *def) {
  def->n_words = def->n_params;
  model_mark_words(def);
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

static model_type *array_type(model *m, model_def *def, const tlp_field *field);

static bool is_single(const tlp_expr *array) {
  return array->field_count == 1 && !array->fields->cond_var && !array->fields->bang;
}

/* A constructor for what a repetition of several fields repeats. */
static model_type *group_type(model *m, model_def *def, const tlp_field *field) {
  const char *name = mem_join(&m->pool, def->name, ".", field_name(m, field), "[]", NULL);
  model_def *group = model_add_def(m, def->source, name);
  group->source_fields = field->type->fields;
  group->source_count = field->type->field_count;
  group->group = true;
  group->function = false;
  group->id = 0;
  group->env = def->env;
  model_find_params(m, group, def);
  model_num *numbers = mem_alloc(&m->pool, (group->n_params + 1) * sizeof *numbers);
  for (unsigned i = 0; i < group->n_params; i++)
    numbers[i] = (model_num){
        0, (uint8_t)(i < def->n_params ? i : (unsigned)model_word_of(def, group->params[i]))};
  return model_with(m, model_bare(m, group), numbers, group->n_params);
}

/* What a repetition repeats: the type of its only field, or a constructor made for the group. */
static model_type *repeated(model *m, model_def *def, const tlp_field *field) {
  const tlp_field *only = field->type->fields;
  if (!is_single(field->type))
    return group_type(m, def, field);
  if (only->type->kind == TLP_EXPR_ARRAY)
    return array_type(m, def, only);
  model_type *type = model_resolve(m, def, only->type);
  if (type && type->op == OP_TRUE)
    model_refuse(def, only->pos, "a repetition of `true` has elements without bytes");
  return type;
}

static model_type *array_type(model *m, model_def *def, const tlp_field *field) {
  const tlp_expr *count = field->type->count;
  model_num times;
  if (!count->var && count->value > MAX_ELEMENTS) {
    model_refuse(def, field->type->pos, "a repetition of more than 65,535 elements");
    return NULL;
  }
  if (!model_number_of(def, count, &times)) {
    model_refuse(def, field->type->pos,
                 "the number that counts a repetition is only known in a call");
    return NULL;
  }
  model_type *of = repeated(m, def, field);
  if (!of)
    return NULL;
  return count->var ? model_repeat(m, of, times) : model_array(m, of, count->value);
}

static model_type *field_type(model *m, model_def *def, const tlp_field *field) {
  if (field->bang)
    return m->primitives[OP_OBJECT];
  if (field->type->kind == TLP_EXPR_ARRAY)
    return array_type(m, def, field);
  return model_resolve(m, def, field->type);
}

static void resolve_field(model *m, model_def *def, size_t at) {
  const tlp_field *source = &def->source_fields[at];
  model_field *field = &def->fields[at];
  field->source = source;
  field->name = field_name(m, source);
  field->word = -1;
  field->type = field_type(m, def, source);
  if (!field->type || !source->cond_var)
    return;
  field->word = model_word_of(def, source->cond_var);
  field->bit = source->cond_bit;
  if (field->word < 0)
    model_refuse(def, source->pos, "a field depends on a # that is not beside it");
  else if (source->cond_bit < 0)
    model_refuse(def, source->pos, "a field depends on a whole # and not on one bit of it");
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
