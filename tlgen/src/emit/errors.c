/* errors.c: tg/errors.h and tg_errors.c: the server's errors, and which method returns which.
 */
#include "emit/emit.h"

#include <stdio.h>
#include <string.h>

/* ---- the header ---- */

char *emit_codes(model *m, const model_codes *codes) {
  char *all = NULL;
  for (size_t i = 0; i < codes->count; i++) {
    char code[16];
    snprintf(code, sizeof code, "%d", codes->rows[i].code);
    all = i ? mem_join(&m->pool, all, "/", code, NULL) : mem_copy(&m->pool, code, strlen(code));
  }
  return all;
}

static void emit_all_errors(model *m, text *t) {
  TEXT_BLOCK(
      t,
      "\n"
      "/* Every error that is known, with the codes that it comes with, the usual one first. An X\n"
      " * stands for a number or, at the end, a text, which comes along. UNKNOWN is one that the\n"
      " * list does not have: its text tells. */\n"
      "typedef enum {prefix}_err {\n"
      "  {upper}_ERR_UNKNOWN = 0,\n",
      "prefix", m->prefix, "upper", m->upper);
  for (size_t i = 0; i < m->errors.count; i++) {
    const model_error *error = m->errors.items[i];
    TEXT_BLOCK(t, "  {upper}_ERR_{name}, /* {code}{global} */\n", "upper", m->upper, "name",
               error->c_name, "code", emit_codes(m, &error->codes), "global",
               error->global ? ", from any method" : "");
  }
  TEXT_BLOCK(t,
             "} {prefix}_err;\n"
             "\n"
             "TL_API extern const tl_error_table {prefix}_errors;\n",
             "prefix", m->prefix);
}

void emit_errors_header(model *m, text *t) {
  emit_header_open(m, t, "errors.h", "the server's errors. Those of a method stand beside it.");
  TEXT_BLOCK(t,
             "#include <tl/errors.h>\n"
             "#include <{prefix}/schema.h>\n",
             "prefix", m->prefix);
  emit_extern_c_open(t);
  emit_all_errors(m, t);
  emit_extern_c_close(t);
  emit_header_close(t);
}

/* ---- the tables ---- */

/* The codes beside the usual one: lists that end with 0, the first of them empty. */
static void emit_other_codes(model *m, text *t) {
  text_add(t, "\n"
              "static const int16_t codes[] = {\n"
              "    0,");
  for (size_t i = 0; i < m->errors.count; i++) {
    const model_error *error = m->errors.items[i];
    char code[16];
    for (size_t k = 1; k < error->codes.count; k++) {
      snprintf(code, sizeof code, "%s%d,", k == 1 ? "\n    " : " ", error->codes.rows[k].code);
      text_add(t, code);
    }
    text_add(t, error->codes.count > 1 ? " 0," : "");
  }
  text_add(t, "\n};\n");
}

static void emit_entries(model *m, text *t) {
  size_t offset = 0, others = 1;
  char row[64];
  text_add(t, "\n"
              "static const char names[] =\n");
  for (size_t i = 0; i < m->errors.count; i++)
    TEXT_BLOCK(t, "    \"{name}\\0\"\n", "name", ((const model_error *)m->errors.items[i])->name);
  text_add(t, "    \"\";\n"
              "\n"
              "static const tl_error_entry entries[] = {\n");
  for (size_t i = 0; i < m->errors.count; i++) {
    const model_error *error = m->errors.items[i];
    bool more = error->codes.count > 1;
    snprintf(row, sizeof row, "    {%zu, %d, %zu},\n", offset, error->codes.rows[0].code,
             more ? others : 0);
    text_add(t, row);
    offset += strlen(error->name) + 1;
    others += more ? error->codes.count : 0;
  }
  text_add(t, m->errors.count ? "};\n" : "    {0, 0, 0}};\n");
}

static void number(text *t, size_t at, size_t value) {
  text_add(t, at % 16 ? " " : "\n    ");
  text_add_number(t, value);
  text_add(t, ",");
}

static size_t emit_globals(model *m, text *t) {
  size_t count = 0;
  text_add(t, "\n"
              "static const uint16_t method_errors[] = {");
  for (size_t i = 0; i < m->errors.count; i++) {
    const model_error *error = m->errors.items[i];
    if (error->global)
      number(t, count++, error->value);
  }
  return count;
}

static void emit_method_lists(model *m, text *t, size_t at) {
  for (size_t i = m->n_constructors; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->errors.count; k++)
      number(t, at++, ((const model_error *)def->errors.items[k])->value);
  }
  text_add(t, at ? "\n};\n" : "0};\n");
}

/* Lists of codes, each once and with a 0 behind it. */
typedef struct code_lists {
  int items[4096];
  size_t count;
} code_lists;

/* Where the list starts; it is added when it is new. */
static size_t add_list(code_lists *all, const model_codes *codes) {
  size_t most = sizeof all->items / sizeof *all->items;
  for (size_t at = 0; at < all->count; at++) {
    size_t same = 0;
    while (same < codes->count && all->items[at + same] == codes->rows[same].code)
      same++;
    if (same == codes->count && all->items[at + same] == 0)
      return at;
    while (all->items[at])
      at++;
  }
  if (all->count + codes->count + 1 > most) /* there are not that many sets of codes */
    return 0;
  size_t start = all->count;
  for (size_t i = 0; i < codes->count; i++)
    all->items[all->count++] = codes->rows[i].code;
  all->items[all->count++] = 0;
  return start;
}

/* The codes that go with method_errors: the method's own. */
static void emit_method_codes(const model *m, text *t) {
  code_lists all = {.count = 0};
  size_t at = 0;
  text_add(t, "\n"
              "static const uint16_t method_codes[] = {");
  for (size_t i = 0; i < m->errors.count; i++) {
    const model_error *error = m->errors.items[i];
    if (error->global)
      number(t, at++, add_list(&all, &error->codes));
  }
  for (size_t i = m->n_constructors; i < m->defs.count; i++) {
    const model_def *def = m->defs.items[i];
    for (size_t k = 0; k < def->errors.count; k++)
      number(t, at++, add_list(&all, model_codes_of(def, def->errors.items[k])));
  }
  text_add(t, at ? "\n};\n" : "0};\n");
  text_add(t, "\n"
              "static const int16_t own_codes[] = {");
  for (size_t i = 0; i < all.count; i++)
    text_printf(t, "%s%d,", i % 16 ? " " : "\n    ", all.items[i]);
  text_add(t, all.count ? "\n};\n" : "0};\n");
}

static void emit_method_first(model *m, text *t, size_t first) {
  text_add(t, "\n"
              "static const uint16_t method_first[] = {");
  size_t at = 0;
  for (size_t i = m->n_constructors; i < m->defs.count; i++) {
    number(t, at++, first);
    first += ((const model_def *)m->defs.items[i])->errors.count;
  }
  number(t, at, first);
  text_add(t, "\n};\n");
}

static void emit_method_flags(model *m, text *t) {
  text_add(t, "\n"
              "static const uint8_t method_flags[] = {");
  size_t at = 0;
  for (size_t i = m->n_constructors; i < m->defs.count; i++)
    number(t, at++, ((const model_def *)m->defs.items[i])->flags & ~(unsigned)METHOD_KNOWN);
  text_add(t, at ? "\n};\n" : "0};\n");
}

void emit_errors_source(model *m, text *t) {
  emit_head(m, t, mem_join(&m->pool, m->prefix, "_errors.c", NULL),
            "the table of the server's errors.");
  TEXT_BLOCK(t,
             "#include <{prefix}/errors.h>\n"
             "\n"
             "#if defined(__GNUC__)\n"
             "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
             "#endif\n",
             "prefix", m->prefix);
  emit_entries(m, t);
  emit_other_codes(m, t);
  size_t globals = emit_globals(m, t);
  emit_method_lists(m, t, globals);
  emit_method_codes(m, t);
  emit_method_first(m, t, globals);
  emit_method_flags(m, t);
  TEXT_BLOCK(t,
             "\n"
             "const tl_error_table {prefix}_errors = {\n"
             "    &{prefix}_schema, names, entries, method_first, method_errors, method_codes,\n"
             "    own_codes, method_flags, codes,\n"
             "    {count}, {globals}};\n",
             "prefix", m->prefix, "count", NUMBER(m->errors.count), "globals", NUMBER(globals));
}
