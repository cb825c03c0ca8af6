/* What the schema and the error table say of a method, constructor or type. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

enum { MAX_DEPTH = 8 };

/* A type expression as the schema spells it. */
static void print_type(FILE *out, uint16_t index, int depth) {
  static const char *const primitives[] = {"int",   "long", "double", "int128", "int256", "string",
                                           "bytes", "Bool", "true",   "#",      "Object"};
  const tl_type *type = &tg_schema.types[index];
  const char *name = tg_schema.names + type->name;
  if (depth > MAX_DEPTH) {
    fprintf(out, "...");
  } else if (type->op < TL_OP_PRIMITIVES) {
    fprintf(out, "%s", primitives[type->op]);
  } else if (type->op == TL_OP_VECTOR || type->op == TL_OP_BARE_VECTOR) {
    fprintf(out, type->op == TL_OP_VECTOR ? "Vector<" : "vector<");
    print_type(out, type->arg, depth + 1);
    fprintf(out, ">");
  } else if (type->op == TL_OP_BARE) {
    fprintf(out, "%s", tl_def_name(&tg_schema, type->arg));
  } else {
    fprintf(out, "%s", *name ? name : "?");
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

static void print_fields(FILE *out, const tl_def *def) {
  size_t shown = 0;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->op == TL_OP_WORD)
      continue;
    shown++;
    fprintf(out, "  %-24s ", tl_field_name(&tg_schema, field));
    print_type(out, field->type, 0);
    if (field->cond != TL_ALWAYS)
      fprintf(out, "  (optional: %s.%u)", word_name(def, field->cond >> 5), field->cond & 31u);
    fputc('\n', out);
  }
  if (!shown)
    fprintf(out, "  (none)\n");
}

static void print_callers(FILE *out, unsigned flags) {
  const char *who = flags & TL_METHOD_USERS_ONLY  ? "users only"
                    : flags & TL_METHOD_BOTS_ONLY ? "bots only"
                                                  : "users and bots";
  fprintf(out, "callers: %s%s\n", who,
          flags & TL_METHOD_UNAUTHORIZED ? ", also before signing in" : "");
}

static void print_error(FILE *out, uint16_t place) {
  const int16_t *code = tg_errors.own_codes + tg_errors.method_codes[place];
  fprintf(out, "  %5d %s", *code, tl_error_name(&tg_errors, tg_errors.method_errors[place]));
  const char *lead = " (or ", *end = "";
  for (code++; *code; code++, lead = ", ", end = ")")
    fprintf(out, "%s%d", lead, *code);
  fprintf(out, "%s\n", end);
}

static void print_errors(FILE *out, uint16_t def, bool all) {
  uint16_t function = (uint16_t)(def - tg_schema.n_constructors);
  uint16_t first = tg_errors.method_first[function], end = tg_errors.method_first[function + 1];
  fprintf(out, "errors:\n");
  if (first == end)
    fprintf(out, "  (none listed)\n");
  for (uint16_t i = first; i < end; i++)
    print_error(out, i);
  if (all)
    fprintf(out, "errors of every method:\n");
  else
    fprintf(out, "  and %u that every method may return (--all)\n", tg_errors.n_globals);
  for (uint16_t i = 0; all && i < tg_errors.n_globals; i++)
    print_error(out, i);
}

static void print_description(FILE *out, const char *kind, const char *name) {
  char *text = explain_text(kind, name);
  if (text)
    fprintf(out, "%s\n", text);
  free(text);
}

static void print_history(FILE *out, const char *name, bool function) {
  explain_history history = explain_history_of(name, function);
  if (!history.since)
    return;
  fprintf(out, "since: layer %d%s", history.since, history.oldest ? " or before" : "");
  if (history.changed)
    fprintf(out, ", last changed in layer %d", history.changed);
  fputc('\n', out);
}

static void explain_def(FILE *out, uint16_t index, bool all) {
  const tl_def *def = &tg_schema.defs[index];
  fprintf(out, "%s %s#%08x (layer %d)\n", def->function ? "method" : "constructor",
          tl_def_name(&tg_schema, index), def->id, tg_schema.layer);
  print_description(out, def->function ? "method" : "constructor", tl_def_name(&tg_schema, index));
  print_history(out, tl_def_name(&tg_schema, index), def->function);
  fprintf(out, def->function ? "parameters:\n" : "fields:\n");
  print_fields(out, def);
  fprintf(out, def->function ? "result: " : "type: ");
  print_type(out, def->type, 0);
  fputc('\n', out);
  if (def->function) {
    print_callers(out, tg_errors.method_flags[index - tg_schema.n_constructors]);
    print_errors(out, index, all);
  }
}

static void print_returned_by(FILE *out, uint16_t type) {
  size_t shown = 0;
  for (uint16_t i = tg_schema.n_constructors; i < tg_schema.n_defs; i++)
    if (tg_schema.defs[i].type == type)
      fprintf(out, "%s  %s\n", shown++ ? "" : "returned by:\n", tl_def_name(&tg_schema, i));
}

static bool explain_type(FILE *out, const char *name) {
  uint16_t index = tl_find_type(&tg_schema, name, strlen(name));
  if (index == TL_NONE)
    return false;
  const tl_type *type = &tg_schema.types[index];
  fprintf(out, "type %s (layer %d)\n", name, tg_schema.layer);
  if (type->op != TL_OP_SUM && type->op != TL_OP_PTR)
    return true;
  fprintf(out, "constructors:\n");
  for (uint16_t i = 0; i < (type->op == TL_OP_SUM ? type->count : 1); i++)
    fprintf(out, "  %s\n", tl_def_name(&tg_schema, (uint16_t)(type->arg + i)));
  print_returned_by(out, index);
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

bool explain_write(FILE *out, const char *name, bool all) {
  uint16_t def = tl_find_name(&tg_schema, name, strlen(name));
  if (def == TL_NONE)
    def = find_id(name);
  if (def != TL_NONE) {
    explain_def(out, def, all);
    return true;
  }
  if (explain_type(out, name) || explain_error(out, name))
    return true;
  return (strpbrk(name, "*?[") ? explain_pattern(out, name) : explain_search(out, name)) > 0;
}
