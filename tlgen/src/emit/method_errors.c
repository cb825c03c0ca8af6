/* method_errors.c: beside a method, the errors that it is known to return: an enum that a switch
 * can name all of, and the function that gives OTHER for everything else. */
#include "emit/emit.h"

static void emit_enum(const model *m, text *t, const model_def *def) {
  TEXT_BLOCK(t,
             "enum {name}_err {\n"
             "  {upper}_{base}_ERR_OTHER = 0,\n",
             "name", def->c_name, "upper", m->upper, "base", def->base);
  for (size_t i = 0; i < def->errors.count; i++)
    TEXT_BLOCK(t, "  {upper}_{base}_{error} = {upper}_ERR_{error},\n", "upper", m->upper, "base",
               def->base, "error", ((const model_error *)def->errors.items[i])->c_name);
  text_add(t, "};\n");
}

/* Any error as one of the method's own. */
static void emit_mapping(const model *m, text *t, const model_def *def) {
  if (!def->errors.count) {
    TEXT_BLOCK(t,
               "static inline enum {name}_err {name}_error({prefix}_err error) {\n"
               "  (void)error;\n"
               "  return {upper}_{base}_ERR_OTHER;\n"
               "}\n",
               "name", def->c_name, "prefix", m->prefix, "upper", m->upper, "base", def->base);
    return;
  }
  TEXT_BLOCK(t,
             "static inline enum {name}_err {name}_error({prefix}_err error) {\n"
             "  switch (error) {\n",
             "name", def->c_name, "prefix", m->prefix);
  for (size_t i = 0; i < def->errors.count; i++)
    TEXT_BLOCK(t, "  case {upper}_ERR_{error}:\n", "upper", m->upper, "error",
               ((const model_error *)def->errors.items[i])->c_name);
  TEXT_BLOCK(t,
             "    return (enum {name}_err)error;\n"
             "  default:\n"
             "    return {upper}_{base}_ERR_OTHER;\n"
             "  }\n"
             "}\n",
             "name", def->c_name, "upper", m->upper, "base", def->base);
}

void emit_method_errors(const model *m, text *t, const model_def *def) {
  emit_enum(m, t, def);
  emit_mapping(m, t, def);
}
