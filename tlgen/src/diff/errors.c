/* errors.c: what methods may return that they did not, and the other way round. */
#include <stdlib.h>
#include <string.h>

#include "diff/diff.h"

/* A table of errors as {"method": {"ERROR": [codes]}}; errors alone are under "". */
static void read_row(json_t *out, char *row) {
  char *name = strchr(row, '\t');
  if (!name)
    return;
  *name++ = '\0';
  char *methods = strchr(name, '\t');
  if (methods)
    *methods++ = '\0';
  if (methods && strchr(methods, '\t'))
    *strchr(methods, '\t') = '\0';
  json_int_t code = strtol(row, NULL, 10);
  for (char *method = "", *rest = methods ? methods : row + strlen(row); method;) {
    json_t *errors = json_object_get(out, method);
    if (!errors) {
      errors = json_object();
      (void)json_object_set_new(out, method, errors);
    }
    json_t *codes = json_object_get(errors, name);
    if (!codes) {
      codes = json_array();
      (void)json_object_set_new(errors, name, codes);
    }
    (void)json_array_append_new(codes, json_integer(code));
    method = *rest ? rest : NULL;
    rest += strcspn(rest, ",");
    if (*rest)
      *rest++ = '\0';
  }
}

static json_t *read_table(char *table) {
  json_t *out = json_object();
  for (char *at = table; at && *at;) {
    char *end = at + strcspn(at, "\n"), *next = *end ? end + 1 : end;
    *end = '\0';
    if (*at && *at != '#')
      read_row(out, at);
    at = next;
  }
  return out;
}

static json_t *missing_in(const json_t *of, const json_t *than) {
  json_t *out_list = json_array();
  const char *name;
  json_t *codes;
  json_object_foreach((json_t *)(uintptr_t)of, name, codes) {
    if (!json_object_get(than, name))
      (void)json_array_append_new(out_list, json_pack("{s:s, s:O}", "name", name, "codes", codes));
  }
  return out_list;
}

static json_t *with_other_codes(const json_t *before, const json_t *after) {
  json_t *out_list = json_array();
  const char *name;
  json_t *codes;
  json_object_foreach((json_t *)(uintptr_t)after, name, codes) {
    json_t *old = json_object_get(before, name);
    if (old && !json_equal(old, codes))
      (void)json_array_append_new(
          out_list, json_pack("{s:s, s:O, s:O}", "name", name, "old", old, "new", codes));
  }
  return out_list;
}

static json_t *compared(const json_t *before, const json_t *after) {
  return json_pack("{s:o, s:o, s:o}", "added", missing_in(after, before), "removed",
                   missing_in(before, after), "changed", with_other_codes(before, after));
}

static bool is_empty(const json_t *entry) {
  return !json_array_size(json_object_get(entry, "added")) &&
         !json_array_size(json_object_get(entry, "removed")) &&
         !json_array_size(json_object_get(entry, "changed"));
}

void diff_errors(diff *d, char *before, char *after) {
  json_t *old = read_table(before), *new = read_table(after), *errors;
  json_t *all = compared(json_object_get(old, ""), json_object_get(new, "")),
         *methods = json_object();
  const char *method;
  json_object_foreach(new, method, errors) {
    json_t *entry = compared(json_object_get(old, method), errors);
    if (*method && diff_counts(d, method) && !is_empty(entry))
      (void)json_object_set(methods, method, entry);
    json_decref(entry);
  }
  (void)json_object_set_new(all, "methods", methods);
  (void)json_object_set_new(d->document, "errors", all);
  json_decref(old);
  json_decref(new);
}
