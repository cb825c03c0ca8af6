/* lint.c: names that collide in C, keywords, and words of flags that look wrong. */
#include "cmd/lint.h"

#include <stdlib.h>
#include <string.h>

static const char *const keywords[] = {
    "alignas",      "alignof",  "and",           "and_eq",
    "asm",          "auto",     "bitand",        "bitor",
    "bool",         "break",    "case",          "catch",
    "char",         "char16_t", "char32_t",      "class",
    "compl",        "const",    "const_cast",    "constexpr",
    "continue",     "decltype", "default",       "delete",
    "do",           "double",   "dynamic_cast",  "else",
    "enum",         "explicit", "export",        "extern",
    "false",        "float",    "for",           "friend",
    "goto",         "if",       "inline",        "int",
    "long",         "mutable",  "namespace",     "new",
    "noexcept",     "not",      "not_eq",        "nullptr",
    "operator",     "or",       "or_eq",         "private",
    "protected",    "public",   "register",      "reinterpret_cast",
    "restrict",     "return",   "short",         "signed",
    "sizeof",       "static",   "static_assert", "static_cast",
    "struct",       "switch",   "template",      "this",
    "thread_local", "throw",    "true",          "try",
    "typedef",      "typeid",   "typename",      "union",
    "unsigned",     "using",    "virtual",       "void",
    "volatile",     "wchar_t",  "while",         "xor",
    "xor_eq",
};

bool lint_is_keyword(const char *name) {
  size_t low = 0, high = sizeof keywords / sizeof *keywords;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(name, keywords[middle]);
    if (order == 0)
      return true;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return false;
}

static uint32_t width(const char *name) {
  return name ? (uint32_t)strlen(name) : 1;
}

/* ---- names in C ---- */

typedef struct c_name {
  const char *name;
  tlp_pos pos;
  bool is_type;
} c_name;

/* As strcmp, but a dot and an underscore are the same. */
static int compare_folded(const char *a, const char *b) {
  for (;; a++, b++) {
    char x = *a == '.' ? '_' : *a, y = *b == '.' ? '_' : *b;
    if (x != y)
      return (unsigned char)x < (unsigned char)y ? -1 : 1;
    if (!x)
      return 0;
  }
}

static bool is_before(const c_name *a, const c_name *b) {
  if (a->pos.file != b->pos.file)
    return a->pos.file < b->pos.file;
  if (a->pos.line != b->pos.line)
    return a->pos.line < b->pos.line;
  return a->pos.column < b->pos.column;
}

static int compare_names(const void *left, const void *right) {
  const c_name *a = left, *b = right;
  int order = compare_folded(a->name, b->name);
  if (order == 0)
    order = is_before(a, b) ? -1 : is_before(b, a);
  return order;
}

static size_t collect_names(const tlp_schema *schema, c_name *names) {
  size_t count, used = 0;
  const tlp_combinator *const *combinators = tlp_schema_combinators(schema, &count);
  for (size_t i = 0; i < count; i++) {
    if (combinators[i]->name)
      names[used++] = (c_name){combinators[i]->name, combinators[i]->pos, false};
  }
  const tlp_type *const *types = tlp_schema_types(schema, &count);
  for (size_t i = 0; i < count; i++)
    names[used++] = (c_name){types[i]->name, types[i]->pos, true};
  return used;
}

static tlp_status lint_names(tlp_schema *schema) {
  size_t combinators, types;
  (void)tlp_schema_combinators(schema, &combinators);
  (void)tlp_schema_types(schema, &types);
  c_name *names = calloc(combinators + types + 1, sizeof *names);
  tlp_status status = names ? TLP_OK : TLP_ERR_NOMEM;
  size_t count = names ? collect_names(schema, names) : 0;
  if (count)
    qsort(names, count, sizeof *names, compare_names);
  for (size_t i = 1; i < count && status == TLP_OK; i++) {
    const c_name *first = &names[i - 1], *second = &names[i];
    if (compare_folded(first->name, second->name) == 0)
      status = tlp_schema_report(schema, TLP_WARNING, LINT_ONE_NAME, second->pos,
                                 second->is_type ? 1 : width(second->name),
                                 "`%s` has the same name in C as `%s`, since a dot becomes `_`",
                                 second->name, first->name);
  }
  free(names);
  return status;
}

/* ---- fields ---- */

static tlp_status lint_keywords(tlp_schema *schema, const tlp_field *fields, size_t count) {
  tlp_status status = TLP_OK;
  for (size_t i = 0; i < count && status == TLP_OK; i++) {
    if (fields[i].name && lint_is_keyword(fields[i].name))
      status =
          tlp_schema_report(schema, TLP_NOTE, LINT_KEYWORD, fields[i].pos, width(fields[i].name),
                            "`%s` is a keyword of C or C++: the field is called `%s_` there",
                            fields[i].name, fields[i].name);
    if (status == TLP_OK && fields[i].type->kind == TLP_EXPR_ARRAY)
      status = lint_keywords(schema, fields[i].type->fields, fields[i].type->field_count);
  }
  return status;
}

/* ---- words of flags ---- */

typedef struct word_use {
  uint32_t bits;         /* that fields depend on */
  bool used;             /* by a condition, a count or an argument of a type */
  const char *first[32]; /* the first field of each bit */
} word_use;

static void use_in_expr(const tlp_expr *expr, const tlp_var *word, word_use *use);

static void use_in_fields(const tlp_field *fields, size_t count, const tlp_var *word,
                          word_use *use) {
  for (size_t i = 0; i < count; i++) {
    use->used = use->used || fields[i].cond_var == word;
    use_in_expr(fields[i].type, word, use);
  }
}

static void use_in_expr(const tlp_expr *expr, const tlp_var *word, word_use *use) {
  use->used = use->used || expr->var == word;
  for (size_t i = 0; i < expr->arg_count; i++)
    use_in_expr(expr->args[i], word, use);
  if (expr->count)
    use_in_expr(expr->count, word, use);
  use_in_fields(expr->fields, expr->field_count, word, use);
}

static tlp_status lint_bits(tlp_schema *schema, const tlp_combinator *combinator,
                            const tlp_var *word, word_use *use) {
  tlp_status status = TLP_OK;
  for (size_t i = 0; i < combinator->field_count && status == TLP_OK; i++) {
    const tlp_field *field = &combinator->fields[i];
    if (field->cond_var != word || field->cond_bit < 0)
      continue;
    uint32_t bit = UINT32_C(1) << field->cond_bit;
    const char *name = field->name ? field->name : "_";
    if (use->bits & bit)
      status = tlp_schema_report(schema, TLP_NOTE, LINT_SHARED_BIT, field->pos, width(field->name),
                                 "`%s` shares bit %d of `%s` with `%s`: both are there or none",
                                 name, field->cond_bit, word->name, use->first[field->cond_bit]);
    else
      use->first[field->cond_bit] = name;
    use->bits |= bit;
  }
  return status;
}

static tlp_status lint_word(tlp_schema *schema, const tlp_combinator *combinator,
                            const tlp_field *field) {
  word_use use = {0};
  use_in_fields(combinator->fields, combinator->field_count, field->var, &use);
  use_in_expr(combinator->result, field->var, &use);
  if (!use.used && strncmp(field->name, "flags", 5) == 0)
    return tlp_schema_report(schema, TLP_NOTE, LINT_UNUSED_WORD, field->pos, width(field->name),
                             "nothing depends on `%s`", field->name);
  if (field->cond_var && use.used) {
    tlp_status status = tlp_schema_report(
        schema, TLP_WARNING, LINT_OPTIONAL_WORD, field->pos, width(field->name),
        "`%s` may be absent itself; what depends on it is absent then", field->name);
    if (status != TLP_OK)
      return status;
  }
  return lint_bits(schema, combinator, field->var, &use);
}

static tlp_status lint_flags(tlp_schema *schema, const tlp_combinator *combinator) {
  tlp_status status = TLP_OK;
  for (size_t i = 0; i < combinator->field_count && status == TLP_OK; i++) {
    const tlp_field *field = &combinator->fields[i];
    if (field->var && field->var->kind == TLP_KIND_NAT && field->name)
      status = lint_word(schema, combinator, field);
  }
  return status;
}

tlp_status lint_schema(tlp_schema *schema) {
  size_t count;
  const tlp_combinator *const *list = tlp_schema_combinators(schema, &count);
  tlp_status status = lint_names(schema);
  for (size_t i = 0; i < count && status == TLP_OK; i++) {
    status = lint_keywords(schema, list[i]->fields, list[i]->field_count);
    if (status == TLP_OK)
      status = lint_flags(schema, list[i]);
  }
  return status;
}
