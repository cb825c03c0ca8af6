/* facts.c: what the schema itself does not say: which errors there are, which method returns
 * which, and who may call a method. Read from tables in text form, cells separated by tabs:
 *
 *     # A line that starts with a number sign is a comment; one with tabs in it names the columns.
 *     # code   name                 methods
 *     400      PHONE_CODE_INVALID   auth.signIn,auth.signUp
 *
 * The columns may stand in any order; unknown ones are ignored. Errors: `code` (the rows of an
 * error may have several; that of the last table is the usual one), `name` (a template has a %d, or
 * a %s at its end), `methods` (separated by commas; `*` for an error that any method may return).
 * Methods: `method`, `callers` (`user`, `bot`, `both`, or `-` when that is not known), and
 * `unauthorized`
 * (`yes` for what works before signing in). */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "model/build.h"

enum { MAX_COLUMNS = 16 };

typedef struct table {
  const char *file;
  char *at; /* the rest of the text; cut up as it is read */
  size_t line;
  char *columns[MAX_COLUMNS];
  char *cells[MAX_COLUMNS];
  size_t count; /* of columns */
  bool more;    /* there is a current row */
} table;

/* Cuts a line at its tabs. Cells that it does not have are empty. */
static size_t cut(char *line, char **cells) {
  size_t count = 0;
  for (size_t i = 0; i < MAX_COLUMNS; i++) {
    cells[i] = line;
    count += *line != 0;
    line += strcspn(line, "\t");
    if (*line)
      *line++ = 0;
  }
  return count;
}

/* Reads on to the next row. False at the end. */
static bool next_row(table *t) {
  while (*t->at) {
    char *line = t->at, *end = line + strcspn(line, "\n");
    t->at = *end ? end + 1 : end;
    t->line++;
    *end = 0;
    line[strcspn(line, "\r")] = 0;
    if (*line && *line != '#') {
      cut(line, t->cells);
      return true;
    }
    if (strchr(line, '\t') && !t->count)
      t->count = cut(line + strspn(line, "# "), t->columns);
  }
  return false;
}

/* Opens a table and reads its first row. False (and a message) when it has rows and no such
 * column. */
static bool open_table(table *t, const char *file, char *text, const char *column) {
  *t = (table){.file = file, .at = text};
  t->more = next_row(t);
  for (size_t i = 0; i < t->count; i++)
    if (strcmp(t->columns[i], column) == 0)
      return true;
  if (t->more)
    tlgen_error("%s:%zu: no line above names a column `%s`", file, t->line, column);
  return !t->more;
}

/* The cell of that column in the current row; "" when there is no such column. */
static char *cell(const table *t, const char *column) {
  for (size_t i = 0; i < t->count; i++)
    if (strcmp(t->columns[i], column) == 0)
      return t->cells[i];
  static char none[1];
  return none;
}

/* Cuts off the next word of a list; NULL at the end. */
static char *next_word(char **rest) {
  char *word = *rest + strspn(*rest, ", ");
  if (!*word)
    return NULL;
  char *end = word + strcspn(word, ", ");
  *rest = *end ? end + 1 : end;
  *end = 0;
  return word;
}

/* ---- errors ---- */

static model_error *find_error(model *m, const char *name) {
  void **slot = dict_put(&m->pool, &m->errors_by_name, name);
  if (!*slot) {
    model_error *error = mem_alloc(&m->pool, sizeof *error);
    error->name = name;
    *slot = error;
    list_push(&m->pool, &m->errors, error);
  }
  return *slot;
}

/* Within a table the first code is the usual one; a later table corrects the ones before. False
 * when there are too many. */
static bool add_code(model_codes *codes, int code, const char *file, bool with_methods) {
  size_t at = 0;
  while (at < codes->count && codes->rows[at].code != code)
    at++;
  if (at == ERROR_CODES)
    return false;
  if (at == codes->count)
    codes->rows[codes->count++] = (model_code){0};
  model_code row = {code, file,
                    with_methods || (at < codes->count && codes->rows[at].with_methods)};
  if (codes->file != file || at == 0) {
    memmove(codes->rows + 1, codes->rows, at * sizeof *codes->rows);
    at = 0;
  }
  codes->rows[at] = row;
  codes->file = file;
  return true;
}

/* That the method returns the error; made when it is new. */
static model_fact *find_fact(model *m, const char *method, model_error *error) {
  for (size_t i = 0; i < error->facts.count; i++) {
    model_fact *fact = error->facts.items[i];
    if (strcmp(fact->method, method) == 0)
      return fact;
  }
  model_fact *fact = mem_alloc(&m->pool, sizeof *fact);
  *fact = (model_fact){.method = method, .error = error};
  list_push(&m->pool, &error->facts, fact);
  list_push(&m->pool, &m->facts, fact);
  return fact;
}

/* Methods that the schema does not have are no mistake: the facts may be of another layer. */
static bool add_methods_of_error(model *m, model_error *error, int code, const char *file,
                                 char *methods) {
  for (char *method; (method = next_word(&methods));) {
    if (strcmp(method, "*") == 0) {
      error->global = true;
      continue;
    }
    error->listed = true;
    if (!add_code(&find_fact(m, method, error)->codes, code, file, true))
      return false;
  }
  return true;
}

static bool is_error_name(const char *name) {
  size_t templates = 0;
  for (const char *p = name; *p; p++) {
    bool text = p[0] == '%' && p[1] == 's' && !p[2] && p > name && p[-1] == '_';
    if (*p == '%' && p[1] != 'd' && !text)
      return false;
    templates += *p == '%';
    if (*p < ' ' || strchr("\"\\?", *p) || *p >= 0x7f) /* would not be itself in a C string */
      return false;
  }
  return *name && templates <= 1;
}

bool model_add_errors(model *m, const char *file, char *text) {
  table t;
  if (!open_table(&t, file, text, "name"))
    return false;
  m->has_errors = true;
  for (; t.more; t.more = next_row(&t)) {
    char *end, *name = cell(&t, "name");
    long code = strtol(cell(&t, "code"), &end, 10);
    if (*end || code < INT16_MIN || code > INT16_MAX || !is_error_name(name)) {
      tlgen_error("%s:%zu: not an error: code `%s`, name `%s`", file, t.line, cell(&t, "code"),
                  name);
      return false;
    }
    model_error *error = find_error(m, name);
    char *methods = cell(&t, "methods");
    if (!add_code(&error->codes, (int)code, file, *methods) ||
        !add_methods_of_error(m, error, (int)code, file, methods)) {
      tlgen_error("%s:%zu: `%s` has more than %d codes", file, t.line, name, ERROR_CODES);
      return false;
    }
  }
  return true;
}

/* ---- methods ---- */

static uint8_t method_flags(const table *t) {
  static const struct {
    const char *callers;
    uint8_t flags;
  } known[] = {{"user", METHOD_KNOWN | METHOD_USERS_ONLY},
               {"bot", METHOD_KNOWN | METHOD_BOTS_ONLY},
               {"both", METHOD_KNOWN}};
  uint8_t flags = strcmp(cell(t, "unauthorized"), "yes") == 0 ? METHOD_UNAUTHORIZED : 0;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(cell(t, "callers"), known[i].callers) == 0)
      flags |= known[i].flags;
  return flags;
}

bool model_add_methods(model *m, const char *file, char *text) {
  table t;
  if (!open_table(&t, file, text, "method"))
    return false;
  for (; t.more; t.more = next_row(&t)) {
    model_method *method = mem_alloc(&m->pool, sizeof *method);
    *method = (model_method){cell(&t, "method"), method_flags(&t)};
    list_push(&m->pool, &m->methods, method);
  }
  return true;
}

/* ---- put to the model ---- */

static int by_name(const void *left, const void *right) {
  const model_error *const *a = left, *const *b = right;
  return strcmp((*a)->name, (*b)->name);
}

static bool has_methods_in(const model_codes *codes, const char *file) {
  for (size_t i = 0; i < codes->count; i++)
    if (codes->rows[i].with_methods && codes->rows[i].file == file)
      return true;
  return false;
}

/* A table may have a code without a method beside others that have methods: no method returns it.
 */
static void keep_codes(model_codes *codes) {
  size_t kept = 0;
  model_codes all = *codes;
  for (size_t i = 0; i < all.count; i++)
    if (all.rows[i].with_methods || !has_methods_in(&all, all.rows[i].file))
      codes->rows[kept++] = all.rows[i];
  codes->count = kept;
}

/* One with a number or text in it says what to do (wait, go elsewhere), whatever was called. */
static bool is_order(const model_error *error) {
  return strchr(error->name, '%') != NULL;
}

/* Keeps the errors that a function of the model, or any, may return; all when everything is
 * generated. */
static void keep_errors(model *m) {
  size_t kept = 0;
  bool all = !m->options.only_count;
  for (size_t i = 0; i < m->errors.count; i++) {
    model_error *error = m->errors.items[i];
    keep_codes(&error->codes);
    if (all || error->used || error->global || !error->listed || is_order(error))
      m->errors.items[kept++] = error;
  }
  m->errors.count = kept;
}

static void name_errors(model *m) {
  dict taken = {0};
  for (size_t i = 0; i < m->errors.count; i++) {
    model_error *error = m->errors.items[i];
    error->c_name = names_error(&m->pool, error->name);
    while (dict_get(&taken, error->c_name))
      error->c_name = mem_join(&m->pool, error->c_name, "_", NULL);
    *dict_put(&m->pool, &taken, error->c_name) = error;
    error->value = (uint16_t)(i + 1);
  }
}

static void sort_errors(list *errors) {
  if (errors->count)
    qsort(errors->items, errors->count, sizeof *errors->items, by_name);
}

static bool has(const list *l, const void *item) {
  for (size_t i = 0; i < l->count; i++)
    if (l->items[i] == item)
      return true;
  return false;
}

const model_codes *model_codes_of(const model_def *def, const model_error *error) {
  for (size_t i = 0; i < error->facts.count; i++) {
    const model_fact *fact = error->facts.items[i];
    if (def && strcmp(fact->method, def->name) == 0)
      return &fact->codes;
  }
  return &error->codes;
}

void model_apply_facts(model *m) {
  for (size_t i = 0; i < m->facts.count; i++) {
    const model_fact *fact = m->facts.items[i];
    model_def *def = dict_get(&m->functions, fact->method);
    if (!def || !def->wanted || has(&def->errors, fact->error))
      continue;
    list_push(&m->pool, &def->errors, fact->error);
    fact->error->used = true;
  }
  for (size_t i = 0; i < m->methods.count; i++) {
    const model_method *method = m->methods.items[i];
    model_def *def = dict_get(&m->functions, method->name);
    if (def)
      def->flags |= method->flags;
  }
  keep_errors(m);
  sort_errors(&m->errors);
  name_errors(m);
  for (size_t i = m->n_constructors; i < m->defs.count; i++)
    sort_errors(&((model_def *)m->defs.items[i])->errors);
}
