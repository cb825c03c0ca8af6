/* tgcall explain: what the schema and the error table say of a method, constructor or type. */
#include "tgcall.h"
#include <stdio.h>
#include <string.h>

static const char help_explain[] =
    "Says what NAME is: of a method its parameters and result, who may call it, and the errors it\n"
    "returns with their codes; of a constructor its fields; of a type its constructors. Needs no\n"
    "server.\n"
    "\n"
    "  --all           also the errors that every method may return\n";

enum { MAX_DEPTH = 8 };

/* A type expression as the schema spells it. */
static void print_type(uint16_t index, int depth) {
  static const char *const primitives[] = {"int",   "long", "double", "int128", "int256", "string",
                                           "bytes", "Bool", "true",   "#",      "Object"};
  const tl_type *type = &tg_schema.types[index];
  const char *name = tg_schema.names + type->name;
  if (depth > MAX_DEPTH) {
    printf("...");
  } else if (type->op < TL_OP_PRIMITIVES) {
    printf("%s", primitives[type->op]);
  } else if (type->op == TL_OP_VECTOR || type->op == TL_OP_BARE_VECTOR) {
    printf(type->op == TL_OP_VECTOR ? "Vector<" : "vector<");
    print_type(type->arg, depth + 1);
    printf(">");
  } else if (type->op == TL_OP_BARE) {
    printf("%s", tl_def_name(&tg_schema, type->arg));
  } else {
    printf("%s", *name ? name : "?");
  }
}

/* The name of the # word with that number. */
static const char *word_name(const tl_def *def, unsigned word) {
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->op == TL_OP_WORD && field->aux == word)
      return tl_field_name(&tg_schema, field);
  }
  return "?";
}

static void print_fields(const tl_def *def) {
  size_t shown = 0;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->op == TL_OP_WORD)
      continue;
    shown++;
    printf("  %-24s ", tl_field_name(&tg_schema, field));
    print_type(field->type, 0);
    if (field->cond != TL_ALWAYS)
      printf("  (optional: %s.%u)", word_name(def, field->cond >> 5), field->cond & 31u);
    putchar('\n');
  }
  if (!shown)
    printf("  (none)\n");
}

static void print_callers(unsigned flags) {
  const char *who = flags & TL_METHOD_USERS_ONLY  ? "users only"
                    : flags & TL_METHOD_BOTS_ONLY ? "bots only"
                                                  : "users and bots";
  printf("callers: %s%s\n", who, flags & TL_METHOD_UNAUTHORIZED ? ", also before signing in" : "");
}

static void print_error(uint16_t place) {
  printf("  %5d %s\n", tg_errors.method_codes[place],
         tl_error_name(&tg_errors, tg_errors.method_errors[place]));
}

static void print_errors(uint16_t def, bool all) {
  uint16_t function = (uint16_t)(def - tg_schema.n_constructors);
  uint16_t first = tg_errors.method_first[function], end = tg_errors.method_first[function + 1];
  printf("errors:\n");
  if (first == end)
    printf("  (none listed)\n");
  for (uint16_t i = first; i < end; i++)
    print_error(i);
  if (all)
    printf("errors of every method:\n");
  else
    printf("  and %u that every method may return (--all)\n", tg_errors.n_globals);
  for (uint16_t i = 0; all && i < tg_errors.n_globals; i++)
    print_error(i);
}

static void explain_def(uint16_t index, bool all) {
  const tl_def *def = &tg_schema.defs[index];
  printf("%s %s#%08x (layer %d)\n", def->function ? "method" : "constructor",
         tl_def_name(&tg_schema, index), def->id, tg_schema.layer);
  printf(def->function ? "parameters:\n" : "fields:\n");
  print_fields(def);
  printf(def->function ? "result: " : "type: ");
  print_type(def->type, 0);
  putchar('\n');
  if (def->function) {
    print_callers(tg_errors.method_flags[index - tg_schema.n_constructors]);
    print_errors(index, all);
  }
}

static bool explain_type(const char *name) {
  uint16_t index = tl_find_type(&tg_schema, name, strlen(name));
  if (index == TL_NONE)
    return false;
  const tl_type *type = &tg_schema.types[index];
  printf("type %s (layer %d)\n", name, tg_schema.layer);
  if (type->op != TL_OP_SUM && type->op != TL_OP_PTR)
    return true;
  printf("constructors:\n");
  for (uint16_t i = 0; i < (type->op == TL_OP_SUM ? type->count : 1); i++)
    printf("  %s\n", tl_def_name(&tg_schema, (uint16_t)(type->arg + i)));
  return true;
}

static int cmd_explain(int argc, char **argv) {
  bool all = false;
  const option_spec own[] = {{"--all", NULL, &all}};
  const char *name = NULL;
  size_t n_words;
  if (!parse_options(argc, argv, own, 1, NULL, &name, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("explain needs the NAME of a method, constructor or type");
  uint16_t def = tl_find_name(&tg_schema, name, strlen(name));
  if (def != TL_NONE)
    explain_def(def, all);
  else if (!explain_type(name))
    return usage_error("the schema (layer %d) has no \"%s\"", tg_schema.layer, name);
  return EXIT_OK;
}

const command tgcall_explain = {"explain", "NAME", "what a method takes, gives and how it fails",
                                cmd_explain, help_explain};
