/* fields.c: what became of the fields of one definition. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"

char *diff_type_text(const tlp_expr *type) {
  size_t size = tlp_expr_print(type, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_expr_print(type, line, size);
  return line;
}

char *diff_condition_text(const tlp_field *field) {
  char *line = mem_resize(NULL, 300);
  line[0] = '\0';
  if (field->cond_var && field->cond_bit >= 0)
    (void)snprintf(line, 300, "%.250s.%d", field->cond_var->name ? field->cond_var->name : "#",
                   field->cond_bit);
  else if (field->cond_var)
    (void)snprintf(line, 300, "%.250s", field->cond_var->name ? field->cond_var->name : "#");
  return line;
}

static const tlp_field *find(const tlp_combinator *c, const char *name) {
  for (size_t i = 0; name && i < c->field_count; i++)
    if (c->fields[i].name && strcmp(c->fields[i].name, name) == 0)
      return &c->fields[i];
  return NULL;
}

/* "flags.3?Vector<int>" */
static json_t *whole(const tlp_field *field) {
  char *type = diff_type_text(field->type), *condition = diff_condition_text(field);
  json_t *text =
      json_sprintf("%s%s%s%s", condition, *condition ? "?" : "", field->bang ? "!" : "", type);
  free(type);
  free(condition);
  return text;
}

static bool is_flag(const tlp_field *field) {
  return field->cond_var && field->type->kind == TLP_EXPR_TYPE && field->type->type &&
         field->type->type->builtin == TLP_TRUE;
}

static void add(json_t *out_list, const char *name, const char *change, const tlp_field *before,
                const tlp_field *after, const char *source) {
  json_t *entry = json_object();
  (void)json_object_set_new(entry, "name", json_string(name));
  (void)json_object_set_new(entry, "change", json_string(change));
  if (before)
    (void)json_object_set_new(entry, "old", whole(before));
  if (after)
    (void)json_object_set_new(entry, "new", whole(after));
  if (source)
    (void)json_object_set_new(entry, "source", json_string(source));
  (void)json_array_append_new(out_list, entry);
}

static void compare(json_t *out_list, const tlp_field *before, const tlp_field *after) {
  char *old_type = diff_type_text(before->type), *new_type = diff_type_text(after->type);
  char *old_when = diff_condition_text(before), *new_when = diff_condition_text(after);
  if (strcmp(old_type, new_type) != 0)
    add(out_list, after->name, "type", before, after, "its C type is another one");
  else if (!*old_when && *new_when)
    add(out_list, after->name, "optional", before, after, "it may be absent now: has_ and NULL");
  else if (*old_when && !*new_when)
    add(out_list, after->name, "required", before, after, "it must be set now; has_ is gone");
  else if (strcmp(old_when, new_when) != 0)
    add(out_list, after->name, "bit", before, after, NULL);
  free(old_type);
  free(new_type);
  free(old_when);
  free(new_when);
}

/* Of the fields that both have, those that do not stand in the same order: all but a longest common
 * run of them. */
static void add_moved(json_t *out_list, const tlp_combinator *before, const tlp_combinator *after) {
  size_t n = after->field_count, best_end = n;
  size_t *place = mem_resize(NULL, (n + 1) * sizeof *place);
  size_t *length = mem_resize(NULL, (n + 1) * sizeof *length);
  size_t *from = mem_resize(NULL, (n + 1) * sizeof *from);
  for (size_t i = 0; i < n; i++) {
    const tlp_field *other = find(before, after->fields[i].name);
    place[i] = other ? (size_t)(other - before->fields) : SIZE_MAX;
    length[i] = other != NULL;
    from[i] = n;
    for (size_t k = 0; other && k < i; k++)
      if (place[k] < place[i] && length[k] + 1 > length[i]) {
        length[i] = length[k] + 1;
        from[i] = k;
      }
    if (other && (best_end == n || length[i] > length[best_end]))
      best_end = i;
  }
  for (size_t i = n; i-- > 0;) {
    if (i == best_end)
      best_end = from[i];
    else if (place[i] != SIZE_MAX)
      add(out_list, after->fields[i].name, "moved", NULL, NULL, NULL);
  }
  free(place);
  free(length);
  free(from);
}

json_t *diff_fields(const tlp_combinator *before, const tlp_combinator *after) {
  json_t *out_list = json_array();
  for (size_t i = 0; i < before->field_count; i++) {
    const tlp_field *field = &before->fields[i];
    if (field->name && !find(after, field->name))
      add(out_list, field->name, "removed", field, NULL, "it is gone");
  }
  for (size_t i = 0; i < after->field_count; i++) {
    const tlp_field *field = &after->fields[i], *other = find(before, field->name);
    if (other)
      compare(out_list, other, field);
    else if (field->name)
      add(out_list, field->name, is_flag(field) ? "flag added" : "added", NULL, field,
          field->cond_var || field->type->kind == TLP_EXPR_NAT_TYPE ? NULL
                                                                    : "it is zero until it is set");
  }
  add_moved(out_list, before, after);
  return out_list;
}
