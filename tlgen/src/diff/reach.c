/* reach.c: which definitions and types the functions in use need. */
#include <fnmatch.h>
#include <string.h>

#include "diff/diff.h"

static void reach_type(diff *d, const tlp_type *type);

static void reach_expr(diff *d, const tlp_expr *expr) {
  if (!expr)
    return;
  if (expr->kind == TLP_EXPR_TYPE && expr->type)
    reach_type(d, expr->type);
  for (uint32_t i = 0; expr->kind == TLP_EXPR_TYPE && i < expr->arg_count; i++)
    reach_expr(d, expr->args[i]);
  for (uint32_t i = 0; expr->kind == TLP_EXPR_ARRAY && i < expr->field_count; i++)
    reach_expr(d, expr->fields[i].type);
}

static void reach_definition(diff *d, const tlp_combinator *c) {
  if (!c->name)
    return;
  *dict_put(&d->pool, &d->reached, c->name) = d;
  for (size_t i = 0; i < c->field_count; i++)
    reach_expr(d, c->fields[i].type);
  reach_expr(d, c->result);
}

static void reach_type(diff *d, const tlp_type *type) {
  char *key = mem_join(&d->pool, "type ", type->name,
                       type == tlp_schema_find_type(d->before, type->name) ? " 1" : " 2", NULL);
  void **slot = dict_put(&d->pool, &d->reached, key);
  if (*slot)
    return;
  *slot = d;
  *dict_put(&d->pool, &d->reached, mem_join(&d->pool, "type ", type->name, NULL)) = d;
  for (size_t i = 0; i < type->constructor_count; i++)
    reach_definition(d, type->constructors[i]);
}

static bool matches(const char *name, const char *const *patterns, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (fnmatch(patterns[i], name, 0) == 0)
      return true;
  return false;
}

static void select_in(diff *d, const tlp_schema *schema, const char *const *patterns, size_t n) {
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(schema, &count);
  for (size_t i = 0; i < count; i++)
    if (all[i]->section == TLP_SECTION_FUNCTIONS && all[i]->name &&
        matches(all[i]->name, patterns, n))
      reach_definition(d, all[i]);
}

void diff_select(diff *d, const char *const *patterns, size_t count) {
  d->selected = count > 0;
  select_in(d, d->before, patterns, count);
  select_in(d, d->after, patterns, count);
}

bool diff_counts(const diff *d, const char *name) {
  return !d->selected || dict_get(&d->reached, name) != NULL;
}

/* What one function reaches and is among the changes. */
static void touched_by(diff *d, const tlp_combinator *function, const dict *changed, json_t *out) {
  diff own = {.before = d->before, .after = d->after};
  json_t *names = json_array();
  reach_definition(&own, function);
  for (size_t i = 0; i < own.reached.capacity; i++) {
    const char *name = own.reached.entries[i].key;
    if (name && dict_get(changed, name))
      (void)json_array_append_new(names, json_string(name));
  }
  if (json_array_size(names))
    (void)json_object_set(out, function->name, names);
  json_decref(names);
  mem_free(&own.pool);
}

static void add_changed(diff *d, dict *changed, const char *section) {
  static const char *const lists[] = {"changed", "removed"};
  for (size_t i = 0; i < 2; i++) {
    size_t k;
    const json_t *entry;
    json_array_foreach(json_object_get(json_object_get(d->document, section), lists[i]), k, entry) *
        dict_put(&d->pool, changed, json_string_value(json_object_get(entry, "name"))) = d;
  }
}

void diff_touched(diff *d, const char *const *patterns, size_t n) {
  dict changed = {0};
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(d->before, &count);
  json_t *out = json_object();
  add_changed(d, &changed, "constructors");
  add_changed(d, &changed, "functions");
  for (size_t i = 0; i < count; i++)
    if (all[i]->section == TLP_SECTION_FUNCTIONS && all[i]->name &&
        matches(all[i]->name, patterns, n))
      touched_by(d, all[i], &changed, out);
  (void)json_object_set_new(d->document, "touched", out);
}
