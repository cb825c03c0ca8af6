/* tgcall explain: what the schema and the error table say of a method, constructor or type. */
#include "explain.h"
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_explain[] =
    "Says what NAME is: of a method its parameters and result, who may call it, the errors it\n"
    "returns with its own codes, and since which layer it exists; of a constructor its fields; of "
    "a\n"
    "type its constructors and the methods that return it; of an error (FLOOD_WAIT_30) the "
    "methods\n"
    "and what to do. NAME may be an id (0xdde8a54c), a pattern ('auth.*'), or a word that is "
    "searched\n"
    "for. Descriptions are shown when there are some: schema/update --texts gets them, "
    "TGCALL_TEXTS\n"
    "says where. Needs no server.\n"
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
  const int16_t *code = tg_errors.own_codes + tg_errors.method_codes[place];
  printf("  %5d %s", *code, tl_error_name(&tg_errors, tg_errors.method_errors[place]));
  const char *lead = " (or ", *end = "";
  for (code++; *code; code++, lead = ", ", end = ")")
    printf("%s%d", lead, *code);
  puts(end);
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

static void print_description(const char *kind, const char *name) {
  char *text = explain_text(kind, name);
  if (text)
    puts(text);
  free(text);
}

static void print_history(const char *name, bool function) {
  explain_history history = explain_history_of(name, function);
  if (!history.since)
    return;
  printf("since: layer %d%s", history.since, history.oldest ? " or before" : "");
  if (history.changed)
    printf(", last changed in layer %d", history.changed);
  putchar('\n');
}

static void explain_def(uint16_t index, bool all) {
  const tl_def *def = &tg_schema.defs[index];
  printf("%s %s#%08x (layer %d)\n", def->function ? "method" : "constructor",
         tl_def_name(&tg_schema, index), def->id, tg_schema.layer);
  print_description(def->function ? "method" : "constructor", tl_def_name(&tg_schema, index));
  print_history(tl_def_name(&tg_schema, index), def->function);
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

static void print_returned_by(uint16_t type) {
  size_t shown = 0;
  for (uint16_t i = tg_schema.n_constructors; i < tg_schema.n_defs; i++)
    if (tg_schema.defs[i].type == type)
      printf("%s  %s\n", shown++ ? "" : "returned by:\n", tl_def_name(&tg_schema, i));
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
  print_returned_by(index);
  return true;
}

/* 0xdde8a54c, #dde8a54c: the definition of that id; TL_NONE when it is no id, or of none. */
static uint16_t find_id(const char *text) {
  size_t head = *text == '#' ? 1 : strncmp(text, "0x", 2) == 0 ? 2 : 0;
  char *end;
  unsigned long id = strtoul(text + head, &end, 16);
  return head && end != text + head && !*end && id <= UINT32_MAX
             ? tl_find_id(&tg_schema, (uint32_t)id)
             : TL_NONE;
}

/* What is no name of anything: a pattern, a word, or a mistake. */
static int explain_other(const char *name) {
  if (strpbrk(name, "*?[") ? explain_pattern(name) : explain_search(name))
    return EXIT_OK;
  const char *meant = explain_suggest(name);
  if (meant)
    return usage_error("the schema (layer %d) has no \"%s\"; did you mean \"%s\"?", tg_schema.layer,
                       name, meant);
  return usage_error("the schema (layer %d) has no \"%s\"", tg_schema.layer, name);
}

static int cmd_explain(int argc, char **argv) {
  bool all = false;
  const option_spec own[] = {{"--all", NULL, &all}};
  const char *name = NULL;
  size_t n_words;
  if (!parse_options(argc, argv, own, 1, NULL, &name, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("explain needs the NAME of a method, constructor, type or error");
  uint16_t def = tl_find_name(&tg_schema, name, strlen(name));
  if (def == TL_NONE)
    def = find_id(name);
  if (def != TL_NONE)
    explain_def(def, all);
  else if (!explain_type(name) && !explain_error(name))
    return explain_other(name);
  return EXIT_OK;
}

const command tgcall_explain = {
    "explain",   "NAME",       "what a method takes, gives and how it fails; what an error means",
    cmd_explain, help_explain, NULL};
