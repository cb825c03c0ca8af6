/* types.c: from type expressions of a schema to the types of the model. Polymorphic types
 * other than Vector become one instance for each set of arguments that they are used with. */
#include <stdio.h>
#include <string.h>

#include "model/build.h"

enum { MAX_DEPTH = 8 }; /* of instances and vectors within instances */

const char *const model_op_names[] = {
    "TL_OP_INT",         "TL_OP_LONG",   "TL_OP_DOUBLE", "TL_OP_INT128", "TL_OP_INT256",
    "TL_OP_STRING",      "TL_OP_BYTES",  "TL_OP_BOOL",   "TL_OP_TRUE",   "TL_OP_NAT",
    "TL_OP_OBJECT",      "TL_OP_SUM",    "TL_OP_PTR",    "TL_OP_BARE",   "TL_OP_VECTOR",
    "TL_OP_BARE_VECTOR", "TL_OP_REPEAT", "TL_OP_ARRAY",  "TL_OP_FLOAT",  "TL_OP_WITH",
    "TL_OP_WORD"};

static const struct {
  const char *name, *suffix, *c_type;
} primitives[OP_PRIMITIVES] = {{"int", "int", "int32_t"},         {"long", "long", "int64_t"},
                               {"double", "double", "double"},    {"int128", "int128", "tl_int128"},
                               {"int256", "int256", "tl_int256"}, {"string", "string", "tl_string"},
                               {"bytes", "bytes", "tl_bytes"},    {"Bool", "Bool", "bool"},
                               {"true", "true", "bool"},          {"#", "nat", "uint32_t"},
                               {"Object", "Object", "tl_object"}};

static model_type *add_type(model *m, model_op op, const char *name) {
  model_type *type = mem_alloc(&m->pool, sizeof *type);
  type->op = op;
  type->name = name;
  list_push(&m->pool, &m->all_types, type);
  return type;
}

void model_types_init(model *m) {
  for (model_op op = 0; op < OP_PRIMITIVES; op++) {
    model_type *type = add_type(m, op, primitives[op].name);
    type->suffix = primitives[op].suffix;
    type->c_type = primitives[op].c_type;
    m->primitives[op] = type;
  }
}

model_type *model_bare(model *m, model_def *def) {
  if (!def->bare) {
    def->bare = add_type(m, OP_BARE, def->name);
    def->bare->def = def;
  }
  return def->bare;
}

model_type *model_vector(model *m, model_type *of, bool bare) {
  model_type **made = bare ? &of->bare_vector : &of->vector;
  if (!*made) {
    const char *name = mem_join(&m->pool, bare ? "vector<" : "Vector<", of->name, ">", NULL);
    *made = add_type(m, bare ? OP_BARE_VECTOR : OP_VECTOR, name);
    (*made)->of = of;
  }
  return *made;
}

/* A repetition, of which there is one for each type and number. `count` is the number as it is
 * spelled. */
static model_type *repetition(model *m, model_type *of, model_op op, unsigned number,
                              const char *count) {
  for (model_type *made = of->repeats; made; made = made->next_repeat)
    if (made->op == op && made->number == number)
      return made;
  const char *name =
      op == OP_WITH ? of->name : mem_join(&m->pool, count, "*[", of->name, "]", NULL);
  model_type *type = add_type(m, op, name);
  type->of = of;
  type->number = number;
  type->next_repeat = of->repeats;
  of->repeats = type;
  return type;
}

model_type *model_repeat(model *m, model_type *of, model_num times) {
  return repetition(m, of, OP_REPEAT, model_number_list(m, &times, 1), "#");
}

model_type *model_with(model *m, model_type *of, const model_num *numbers, size_t count) {
  return count ? repetition(m, of, OP_WITH, model_number_list(m, numbers, count), "") : of;
}

model_type *model_array(model *m, model_type *of, unsigned count) {
  char digits[16];
  snprintf(digits, sizeof digits, "%u", count);
  return repetition(m, of, OP_ARRAY, count, digits);
}

/* ---- instances ---- */

/* "Pair<string,int>" from "Pair" and its arguments. Numbers make no difference to what is
 * generated. */
static const char *applied_name(model *m, const char *name, model_type *const *args, size_t count) {
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    if (!args[i])
      continue;
    name = mem_join(&m->pool, name, any ? "," : "<", args[i]->name, NULL);
    any = true;
  }
  return any ? mem_join(&m->pool, name, ">", NULL) : name;
}

/* How deeply vectors and instances nest in a type. */
static unsigned type_depth(const model_type *type) {
  unsigned depth = 0;
  for (; type->of; type = type->of)
    depth++;
  const model_inst *inst = type->op == OP_BARE ? type->def->inst : type->inst;
  return depth + (inst ? inst->depth : 0);
}

/* Binds the variables in the constructor's result (`= Pair X Y`) to the arguments. False when the
 * result has something else than variables there. */
static bool bind_variables(model *m, model_def *def, const model_inst *inst) {
  const tlp_combinator *source = def->source;
  size_t count = inst->type->param_count;
  def->env = mem_alloc(&m->pool, (source->var_count + 1) * sizeof *def->env);
  def->params = mem_alloc(&m->pool, (count + inst->n_params) * sizeof *def->params);
  for (size_t i = 0; i < count; i++) {
    const tlp_expr *arg = source->result->args[i];
    bool number = inst->type->params[i] == TLP_KIND_NAT;
    if (arg->kind != (number ? TLP_EXPR_NAT : TLP_EXPR_TYPE_VAR) || !arg->var ||
        (number && arg->value))
      return false;
    if (number)
      def->params[def->n_params++] = arg->var;
    else
      def->env[arg->var->number] = inst->args[i];
  }
  def->n_params = inst->n_params; /* those in the arguments have no variable */
  return true;
}

static const char *anonymous_name(model *m, const tlp_combinator *source) {
  char *name = mem_join(&m->pool, "_", source->type->name, NULL);
  for (uint32_t i = 0; i < source->type_index; i++)
    name = mem_join(&m->pool, "_", name, NULL);
  return name;
}

static void add_constructor(model *m, model_inst *inst, const tlp_combinator *source) {
  const char *name = source->name ? source->name : anonymous_name(m, source);
  size_t count = inst->type->param_count;
  model_def *def = model_add_def(m, source, applied_name(m, name, inst->args, count));
  def->inst = inst;
  def->result = inst->boxed;
  list_push(&m->pool, &inst->defs, def);
  if (count && !bind_variables(m, def, inst))
    model_refuse(def, source->pos, "its result is a special case of a polymorphic type");
}

static model_inst *new_instance(model *m, const tlp_type *type, model_type *const *args,
                                unsigned n_params, unsigned depth) {
  model_inst *inst = mem_alloc(&m->pool, sizeof *inst);
  inst->type = type;
  inst->depth = depth;
  inst->args = args;
  inst->n_params = n_params;
  inst->name = applied_name(m, type->name, args, type->param_count);
  inst->boxed = add_type(m, OP_SUM, inst->name);
  inst->boxed->inst = inst;
  list_push(&m->pool, &m->insts, inst);
  list_push(&m->pool, &m->insts_of[type->index], inst);
  for (size_t i = 0; i < type->constructor_count; i++)
    add_constructor(m, inst, type->constructors[i]);
  return inst;
}

model_inst *model_instance(model *m, const tlp_type *type, model_type *const *args,
                           unsigned n_params) {
  const list *made = &m->insts_of[type->index];
  for (size_t i = 0; i < made->count; i++) {
    model_inst *inst = made->items[i];
    if (!type->param_count || memcmp(inst->args, args, type->param_count * sizeof *args) == 0)
      return inst;
  }
  unsigned depth = 0;
  for (size_t i = 0; i < type->param_count; i++)
    if (args[i] && type_depth(args[i]) >= depth)
      depth = type_depth(args[i]) + 1;
  if (depth > MAX_DEPTH || m->insts.count >= MODEL_NONE)
    return NULL;
  return new_instance(m, type, args, n_params, depth);
}

/* ---- expressions ---- */

static model_type *refuse(model *m, model_def *def, const tlp_expr *expr, const char *a,
                          const char *b, const char *c) {
  model_refuse(def, expr->pos, mem_join(&m->pool, a, b, c, NULL));
  return NULL;
}

/* The arguments of a type expression, in the pool; NULL when one of them cannot be generated. */
static model_type **resolve_args(model *m, model_def *def, const tlp_expr *expr) {
  model_type **args = mem_alloc(&m->pool, (expr->arg_count + 1) * sizeof *args);
  for (size_t i = 0; i < expr->arg_count; i++) {
    if (expr->type->params[i] == TLP_KIND_TYPE && !(args[i] = model_resolve(m, def, expr->args[i])))
      return NULL;
  }
  return args;
}

/* The numbers that a type is given where it stands: those of its parameters, then those that stand
 * in the types that it is given. */
typedef struct given {
  model_num numbers[MODEL_WORDS];
  size_t count;
} given;

/* False (and the definition refused) when that cannot be. */
static bool resolve_numbers(model *m, model_def *def, const tlp_expr *expr, given *out) {
  out->count = 0;
  for (size_t i = 0; i < expr->arg_count; i++) {
    if (expr->type->params[i] != TLP_KIND_NAT)
      continue;
    if (out->count == MODEL_WORDS) {
      refuse(m, def, expr, "the type `", expr->type->name, "` takes more than 7 numbers");
      return false;
    }
    if (!model_number_of(def, expr->args[i], &out->numbers[out->count++])) {
      refuse(m, def, expr, "the number that `", expr->type->name,
             "` takes is only known in a call");
      return false;
    }
  }
  return true;
}

/* A list of numbers as the inside of the type sees it, with what comes from words added to `out`.
 * NULL when there is no room for them. */
static const model_num *enclose(model *m, const model_type *type, size_t count, given *out) {
  model_num *inside = mem_alloc(&m->pool, count * sizeof *inside);
  for (size_t i = 0; i < count; i++) {
    inside[i] = *(const model_num *)m->numbers.items[type->number + i];
    if (inside[i].word == MODEL_NO_WORD)
      continue;
    if (out->count == MODEL_WORDS)
      return NULL;
    out->numbers[out->count] = inside[i];
    inside[i] = (model_num){0, (uint8_t)out->count++};
  }
  return inside;
}

static size_t params_of(const model_type *type) {
  const model_inst *inst = type->op == OP_BARE ? type->def->inst : type->inst;
  return inst ? inst->n_params : type->def->n_params;
}

/* An argument of a type, as it is in there: its numbers come from what the type is given. */
static model_type *enclosed(model *m, model_type *type, given *out) {
  if (!type->of)
    return type;
  size_t count = type->op == OP_WITH ? params_of(type->of) : type->op == OP_REPEAT;
  model_type *of = enclosed(m, type->of, out);
  const model_num *inside = of ? enclose(m, type, count, out) : NULL;
  if (!inside)
    return NULL;
  switch (type->op) {
  case OP_WITH:
    return model_with(m, of, inside, count);
  case OP_REPEAT:
    return model_repeat(m, of, *inside);
  case OP_ARRAY:
    return model_array(m, of, type->number);
  default:
    return model_vector(m, of, type->op == OP_BARE_VECTOR);
  }
}

static bool enclose_args(model *m, model_type **args, size_t count, given *out) {
  for (size_t i = 0; i < count; i++)
    if (args[i] && !(args[i] = enclosed(m, args[i], out)))
      return false;
  return true;
}

static model_type *resolve_vector(model *m, model_def *def, const tlp_expr *expr) {
  model_type *of = model_resolve(m, def, expr->args[0]);
  if (of && of->op == OP_TRUE)
    return refuse(m, def, expr, "a vector of `true` has elements without bytes", "", "");
  return of ? model_vector(m, of, expr->bare) : NULL;
}

static model_type *bare_constructor(model *m, model_inst *inst, const tlp_combinator *source) {
  for (size_t i = 0; i < inst->defs.count; i++) {
    model_def *def = inst->defs.items[i];
    if (def->source == source)
      return model_bare(m, def);
  }
  return NULL;
}

static model_type *resolve_declared(model *m, model_def *def, const tlp_expr *expr) {
  given numbers;
  model_type **args = resolve_args(m, def, expr);
  if (!args || !resolve_numbers(m, def, expr, &numbers))
    return NULL;
  if (!enclose_args(m, args, expr->arg_count, &numbers))
    return refuse(m, def, expr, "the type `", expr->type->name, "` takes more than 7 numbers");
  model_inst *inst = model_instance(m, expr->type, args, (unsigned)numbers.count);
  if (!inst)
    return refuse(m, def, expr, "the type `", expr->type->name, "` is nested too deeply");
  model_type *type = expr->bare ? bare_constructor(m, inst, expr->ctor) : inst->boxed;
  return type ? model_with(m, type, numbers.numbers, numbers.count)
              : refuse(m, def, expr, "`", expr->type->name, "` has no such constructor");
}

model_op model_builtin_op(tlp_builtin builtin) {
  switch (builtin) {
  case TLP_INT:
    return OP_INT;
  case TLP_LONG:
    return OP_LONG;
  case TLP_DOUBLE:
    return OP_DOUBLE;
  case TLP_STRING:
    return OP_STRING;
  case TLP_BYTES:
    return OP_BYTES;
  case TLP_INT128:
    return OP_INT128;
  case TLP_INT256:
    return OP_INT256;
  case TLP_FLOAT:
    return OP_FLOAT;
  case TLP_TRUE:
    return OP_TRUE;
  default:
    return OP_PRIMITIVES;
  }
}

/* Made when first asked for: not every schema has it among its primitives. */
model_type *model_primitive(model *m, model_op op) {
  if (op != OP_FLOAT)
    return m->primitives[op];
  if (!m->float_type) {
    m->float_type = add_type(m, OP_FLOAT, "float");
    m->float_type->suffix = m->float_type->c_type = "float";
  }
  return m->float_type;
}

static model_type *resolve_type(model *m, model_def *def, const tlp_expr *expr) {
  switch (expr->type->builtin) {
  case TLP_VECTOR:
    return resolve_vector(m, def, expr);
  case TLP_OBJECT:
    return m->primitives[OP_OBJECT];
  case TLP_BOOL:
    if (expr->bare)
      return refuse(m, def, expr, "a bare Bool has no bytes that tell its value", "", "");
    return m->primitives[OP_BOOL];
  default:
    break;
  }
  model_op op = model_builtin_op(expr->type->builtin);
  if (expr->bare && op != OP_PRIMITIVES)
    return model_primitive(m, op);
  return resolve_declared(m, def, expr);
}

static model_type *resolve_variable(model *m, model_def *def, const tlp_expr *expr) {
  model_type *type = def->env ? def->env[expr->var->number] : NULL;
  if (!type)
    return refuse(m, def, expr, "what `", expr->var->name, "` stands for is only known in a call");
  if (!expr->bare)
    return type;
  if (type->inst && type->inst->defs.count == 1)
    return model_bare(m, type->inst->defs.items[0]);
  return refuse(m, def, expr, "`%", expr->var->name, "` stands for no single constructor");
}

model_type *model_resolve(model *m, model_def *def, const tlp_expr *expr) {
  switch (expr->kind) {
  case TLP_EXPR_TYPE:
    return resolve_type(m, def, expr);
  case TLP_EXPR_TYPE_VAR:
    return resolve_variable(m, def, expr);
  case TLP_EXPR_NAT_TYPE:
    return m->primitives[OP_NAT];
  default:
    return refuse(m, def, expr, "a repetition can only be a field's whole type", "", "");
  }
}
