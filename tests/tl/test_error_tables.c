/* The generated table of errors has what the files of schema/ have, and nothing else. */
#include "support.h"

#include <stdio.h>

#include <tg/tg.h>
#include <tl/errors.h>

enum { MOST = 1100, CODES = 1200, NO_CODE = 600 }; /* a code's place: code + NO_CODE */

/* What the files say, by the enum value of the error and the place of the function. */
typedef struct facts {
  bool codes[MOST][CODES], methods[MOST][MOST], every_method[MOST];
  uint8_t flags[MOST];
} facts;

static facts known;

/* The rows of the files, and what each says of a method. */
static struct {
  uint16_t error;
  int32_t code;
  int file;
  bool with_methods;
} rows[2 * MOST];
static size_t n_rows;

static struct {
  uint16_t error, function;
  int32_t code;
} pairs[8 * MOST];
static size_t n_pairs;

static int files_read;

static uint16_t error_named(const char *name) {
  for (uint16_t i = 1; i <= tg_errors.count; i++)
    if (strcmp(tl_error_name(&tg_errors, i), name) == 0)
      return i;
  fail_msg("there is no error %s", name);
  return 0;
}

/* The place of the function; TL_NONE when the schema, which may be of another layer, has none. */
static uint16_t function_named(const char *name) {
  uint16_t def = tl_find_name(&tg_schema, name, strlen(name));
  return def == TL_NONE || def < tg_schema.n_constructors
             ? TL_NONE
             : (uint16_t)(def - tg_schema.n_constructors);
}

/* The next cell of a row; *row goes on behind it. */
static char *cell(char **row) {
  char *start = *row;
  size_t length = strcspn(start, "\t\n");
  *row = start + length + (start[length] != '\0');
  start[length] = '\0';
  return start;
}

static void each_row(const char *name, void (*take)(char *row)) {
  static char line[65536];
  char path[512];
  snprintf(path, sizeof path, "%s/%s", SCHEMA_DIR, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file))
    if (*line != '#')
      take(line);
  fclose(file);
  files_read++;
}

static void take_error(char *row) {
  long code = strtol(cell(&row), NULL, 10);
  uint16_t error = error_named(cell(&row));
  assert_in_range(code + NO_CODE, 1, CODES - 1);
  char *methods = cell(&row);
  assert_true(n_rows < sizeof rows / sizeof *rows);
  rows[n_rows].error = error;
  rows[n_rows].code = (int32_t)code;
  rows[n_rows].file = files_read;
  rows[n_rows++].with_methods = *methods;
  for (char *name = strtok(methods, ","); name; name = strtok(NULL, ",")) {
    uint16_t function = function_named(name);
    if (strcmp(name, "*") == 0)
      known.every_method[error] = true;
    if (function == TL_NONE)
      continue;
    known.methods[error][function] = true;
    assert_true(n_pairs < sizeof pairs / sizeof *pairs);
    pairs[n_pairs].error = error;
    pairs[n_pairs].function = function;
    pairs[n_pairs++].code = (int32_t)code;
  }
}

/* A code without a method, beside others of the file that have methods, is no method's. */
static void take_codes(void) {
  for (size_t i = 0; i < n_rows; i++) {
    bool kept = true;
    for (size_t k = 0; k < n_rows && !rows[i].with_methods; k++)
      if (rows[k].error == rows[i].error && rows[k].file == rows[i].file && rows[k].with_methods)
        kept = false;
    if (kept)
      known.codes[rows[i].error][rows[i].code + NO_CODE] = true;
  }
}

static void take_callers(char *row) {
  uint16_t function = function_named(cell(&row));
  const char *callers = cell(&row);
  if (function == TL_NONE)
    return;
  known.flags[function] |= strcmp(callers, "user") == 0  ? TL_METHOD_USERS_ONLY
                           : strcmp(callers, "bot") == 0 ? TL_METHOD_BOTS_ONLY
                                                         : 0;
}

static void take_unauthorized(char *row) {
  uint16_t function = function_named(cell(&row));
  if (function != TL_NONE && strcmp(cell(&row), "yes") == 0)
    known.flags[function] |= TL_METHOD_UNAUTHORIZED;
}

static int read_files(void **state) {
  (void)state;
  assert_true(tg_errors.count < MOST && tg_schema.n_defs - tg_schema.n_constructors < MOST);
  each_row("errors.tsv", take_error);
  each_row("errors-extra.tsv", take_error);
  take_codes();
  each_row("methods.tsv", take_callers);
  each_row("methods-extra.tsv", take_unauthorized);
  return 0;
}

/* proves ER-6 */
static void every_error_has_its_codes(void **state) {
  (void)state;
  for (uint16_t error = 1; error <= tg_errors.count; error++)
    for (int32_t code = 1 - NO_CODE; code < CODES - NO_CODE; code++)
      if (code && tl_error_has_code(&tg_errors, error, code) != known.codes[error][code + NO_CODE])
        fail_msg("%s, %d", tl_error_name(&tg_errors, error), (int)code);
}

/* proves ER-6, ER-7 */
static void every_method_lists_its_errors(void **state) {
  (void)state;
  for (uint16_t def = tg_schema.n_constructors; def < tg_schema.n_defs; def++)
    for (uint16_t error = 1; error <= tg_errors.count; error++) {
      bool wanted =
          known.every_method[error] || known.methods[error][def - tg_schema.n_constructors];
      if (tl_error_listed(&tg_errors, def, error) != wanted)
        fail_msg("%s, %s", tl_def_name(&tg_schema, def), tl_error_name(&tg_errors, error));
    }
}

/* proves ER-6 */
static void every_method_has_its_own_codes(void **state) {
  (void)state;
  assert_true(n_pairs > 2000);
  for (size_t i = 0; i < n_pairs; i++) {
    uint16_t def = (uint16_t)(tg_schema.n_constructors + pairs[i].function);
    int32_t code = tl_error_code_of(&tg_errors, def, pairs[i].error);
    bool own = false;
    for (size_t k = 0; k < n_pairs; k++)
      own = own || (pairs[k].error == pairs[i].error && pairs[k].function == pairs[i].function &&
                    pairs[k].code == code);
    if (!own)
      fail_msg("%s, %s: %d", tl_def_name(&tg_schema, def),
               tl_error_name(&tg_errors, pairs[i].error), (int)code);
  }
  assert_int_equal(tl_error_code_of(&tg_errors, TL_NONE, 0), 0);
  assert_int_equal(tl_error_code_of(&tg_errors, TL_NONE, error_named("PHONE_CODE_INVALID")), 400);
  assert_int_equal(tl_error_code_of(&tg_errors, TL_NONE, (uint16_t)(tg_errors.count + 1)), 0);
}

/* proves ER-6 */
static void every_method_says_who_may_call_it(void **state) {
  (void)state;
  for (uint16_t i = 0; i < tg_schema.n_defs - tg_schema.n_constructors; i++)
    if (tg_errors.method_flags[i] != known.flags[i])
      fail_msg("%s", tl_def_name(&tg_schema, (uint16_t)(tg_schema.n_constructors + i)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_error_has_its_codes),
      cmocka_unit_test(every_method_lists_its_errors),
      cmocka_unit_test(every_method_has_its_own_codes),
      cmocka_unit_test(every_method_says_who_may_call_it),
  };
  return cmocka_run_group_tests(tests, read_files, NULL);
}
