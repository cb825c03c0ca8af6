/* types.c: types that came, went, or changed between one struct and a sum of several. */
#include <string.h>

#include "diff/diff.h"

static bool counts(const diff *d, const tlp_type *type) {
  if (type->builtin || type->predefined || !type->constructor_count)
    return false;
  return !d->selected || dict_get(&d->reached, mem_join((mem *)(uintptr_t)&d->pool, "type ",
                                                        type->name, NULL)) != NULL;
}

static bool holds(const tlp_expr *expr, const tlp_type *type) {
  if (expr->kind == TLP_EXPR_TYPE && expr->type && strcmp(expr->type->name, type->name) == 0)
    return true;
  for (uint32_t i = 0; expr->kind == TLP_EXPR_TYPE && i < expr->arg_count; i++)
    if (holds(expr->args[i], type))
      return true;
  return false;
}

/* The fields of the older schema that hold a value of the type, as "poll.answers". */
static json_t *held_by(const diff *d, const tlp_type *type) {
  json_t *out_list = json_array();
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(d->before, &count);
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; all[i]->name && k < all[i]->field_count; k++)
      if (all[i]->fields[k].name && holds(all[i]->fields[k].type, type))
        (void)json_array_append_new(out_list,
                                    json_sprintf("%s.%s", all[i]->name, all[i]->fields[k].name));
    if (all[i]->name && all[i]->section == TLP_SECTION_FUNCTIONS && holds(all[i]->result, type))
      (void)json_array_append_new(out_list, json_sprintf("result of %s", all[i]->name));
  }
  return out_list;
}

static json_t *missing_in(const tlp_type *of, const tlp_type *than) {
  json_t *out_list = json_array();
  for (size_t i = 0; i < of->constructor_count; i++) {
    bool found = false;
    for (size_t k = 0; k < than->constructor_count && !found; k++)
      found = strcmp(of->constructors[i]->name, than->constructors[k]->name) == 0;
    if (!found)
      (void)json_array_append_new(out_list, json_string(of->constructors[i]->name));
  }
  return out_list;
}

static json_t *changed(diff *d, const tlp_type *before, const tlp_type *after) {
  json_t *added = missing_in(after, before), *removed = missing_in(before, after), *entry = NULL;
  if (json_array_size(added) || json_array_size(removed)) {
    bool was_sum = before->constructor_count > 1, is_sum = after->constructor_count > 1;
    entry = json_pack("{s:s, s:I, s:I, s:O, s:O, s:b}", "name", after->name, "old_constructors",
                      (json_int_t)before->constructor_count, "new_constructors",
                      (json_int_t)after->constructor_count, "added", added, "removed", removed,
                      "breaks_source", was_sum != is_sum || json_array_size(removed));
    if (was_sum != is_sum) {
      (void)json_object_set_new(entry, "became", json_string(is_sum ? "sum" : "struct"));
      (void)json_object_set_new(entry, "held_by", held_by(d, before));
    }
    d->incompatible = d->incompatible || was_sum != is_sum || json_array_size(removed);
  }
  json_decref(added);
  json_decref(removed);
  return entry;
}

void diff_types(diff *d) {
  json_t *added = json_array(), *removed = json_array(), *out_list = json_array();
  size_t count;
  const tlp_type *const *all = tlp_schema_types(d->after, &count);
  for (size_t i = 0; i < count; i++) {
    const tlp_type *other = tlp_schema_find_type(d->before, all[i]->name);
    if (!counts(d, all[i]))
      continue;
    bool was = other && other->constructor_count;
    json_t *entry = was ? changed(d, other, all[i]) : NULL;
    if (entry)
      (void)json_array_append_new(out_list, entry);
    else if (!was)
      (void)json_array_append_new(added, json_string(all[i]->name));
  }
  all = tlp_schema_types(d->before, &count);
  for (size_t i = 0; i < count; i++) {
    const tlp_type *other = tlp_schema_find_type(d->after, all[i]->name);
    if (counts(d, all[i]) && (!other || !other->constructor_count))
      (void)json_array_append_new(removed, json_string(all[i]->name));
  }
  (void)json_object_set_new(
      d->document, "types",
      json_pack("{s:o, s:o, s:o}", "added", added, "removed", removed, "changed", out_list));
}
