/* errors.c: which errors a method may return, and who may call it, as tables. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/convert.h"

typedef struct error_row {
  json_int_t code;
  const char *name;   /* of the JSON */
  const char *method; /* of the JSON; NULL: no method named */
} error_row;

typedef struct error_rows {
  error_row *items;
  size_t count;
  size_t capacity;
} error_rows;

static void add_row(error_rows *rows, json_int_t code, const char *name, const char *method) {
  if (rows->count == rows->capacity) {
    size_t capacity = rows->capacity ? 2 * rows->capacity : 1024;
    rows->items = mem_resize(rows->items, capacity * sizeof *rows->items);
    rows->capacity = capacity;
  }
  rows->items[rows->count++] = (error_row){code, name, method};
}

/* By name, code, method; a row without method first. */
static int compare(const void *left, const void *right) {
  const error_row *a = left, *b = right;
  int order = strcmp(a->name, b->name);
  if (order == 0)
    order = (a->code > b->code) - (a->code < b->code);
  if (order == 0)
    order = strcmp(a->method ? a->method : "", b->method ? b->method : "");
  return order;
}

static bool throws_of_method(error_rows *rows, const json_t *method) {
  const char *name = json_string_value(json_object_get(method, "name"));
  size_t i;
  const json_t *item;
  if (!name)
    return true;
  json_array_foreach(json_object_get(method, "throws"), i, item) {
    const char *error = convert_string(item, "name", name);
    const json_t *code = json_object_get(item, "code");
    if (!error || !json_is_integer(code))
      return false;
    add_row(rows, json_integer_value(code), error, name);
  }
  return true;
}

/* The errors that are known at all, most with a method, some without. */
static bool all_errors(error_rows *rows, const json_t *errors) {
  const char *key;
  json_t *error;
  json_object_foreach((json_t *)errors, key, error) {
    const json_t *code = json_object_get(error, "code");
    const char *name = convert_string(error, "name", key);
    if (!name || !json_is_integer(code))
      return false;
    add_row(rows, json_integer_value(code), name, NULL);
  }
  return true;
}

static void write_rows(text *out, const error_rows *rows) {
  bool first_method = true;
  for (size_t i = 0; i < rows->count; i++) {
    const error_row *row = &rows->items[i], *before = i ? row - 1 : NULL;
    if (!before || before->code != row->code || strcmp(before->name, row->name) != 0) {
      text_printf(out, "%s%" JSON_INTEGER_FORMAT "\t%s\t", i ? "\n" : "", row->code, row->name);
      first_method = true;
    } else if (before->method && row->method && strcmp(before->method, row->method) == 0) {
      continue;
    }
    if (!row->method)
      continue;
    text_printf(out, "%s%s", first_method ? "" : ",", row->method);
    first_method = false;
  }
  text_add(out, "\n");
}

bool convert_errors(const convert_package *package, text *out) {
  convert_origin origin = {package->name, package->version, "raw-errors.json",
                           package->errors_sha256};
  const json_t *entries = json_object_get(package->schema, "e"), *entry;
  error_rows rows = {0};
  text body = {0};
  size_t i;
  bool ok = all_errors(&rows, json_object_get(package->errors, "errors"));
  json_array_foreach(entries, i, entry) {
    if (!convert_is_left_out(entries, entry))
      ok = ok && throws_of_method(&rows, entry);
  }
  if (ok && rows.count) {
    qsort(rows.items, rows.count, sizeof *rows.items, compare);
    text_add(&body, "# code\tname\tmethods\n");
    write_rows(&body, &rows);
    convert_finish(out, "# ", "The errors of Telegram's API, and the methods that return them.",
                   package->layer, &origin, 1, &body);
  }
  text_free(&body);
  free(rows.items);
  return ok;
}

/* Every function of the schema; who may call it, by name. */
static void add_methods(const json_t *entries, const tlp_schema *schema, text *body) {
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(schema, &count);
  for (size_t i = 0; i < count; i++) {
    if (all[i]->section != TLP_SECTION_FUNCTIONS || !all[i]->name)
      continue;
    const json_t *entry = convert_find(entries, all[i]->name);
    const char *callers = json_string_value(json_object_get(entry, "available"));
    text_printf(body, "%s\t%s\n", all[i]->name, callers ? callers : "-");
  }
}

bool convert_methods(const convert_package *package, const text *api, text *out) {
  convert_origin origin = {package->name, package->version, package->file, package->sha256};
  text body = {0};
  tlp_schema *schema = tlp_schema_new(NULL);
  bool ok = schema && tlp_schema_add(schema, "api.tl", api->data, api->size) == TLP_OK &&
            tlp_schema_finish(schema) == TLP_OK;
  if (ok) {
    text_add(&body, "# method\tcallers\n");
    add_methods(json_object_get(package->schema, "e"), schema, &body);
    convert_finish(out, "# ",
                   "Who may call a method of Telegram's API: user, bot, both, or - for not known.",
                   package->layer, &origin, 1, &body);
  }
  tlp_schema_free(schema);
  text_free(&body);
  return ok;
}
