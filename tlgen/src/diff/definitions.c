/* definitions.c: constructors and functions that came, went and changed. */
#include <stdlib.h>
#include <string.h>

#include "diff/diff.h"

static bool is_common(const tlp_combinator *c) {
  return !c->name || c->predefined || c->builtin ||
         (c->type && c->type->builtin && c->section == TLP_SECTION_TYPES);
}

static void set(json_t *object, const char *key, json_t *value) {
  (void)json_object_set_new(object, key, value);
}

static json_t *id_text(const tlp_combinator *c) {
  return json_sprintf("%08x", (unsigned)c->id);
}

static json_t *declaration(const tlp_combinator *c) {
  size_t size = tlp_combinator_print(c, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_combinator_print(c, line, size);
  json_t *text = json_string(line);
  free(line);
  return text;
}

static json_t *described(const tlp_combinator *c) {
  json_t *entry = json_object();
  char *result = diff_type_text(c->result);
  set(entry, "name", json_string(c->name));
  set(entry, "id", id_text(c));
  set(entry, "type", json_string(result));
  set(entry, "declaration", declaration(c));
  free(result);
  return entry;
}

/* What the change of one field does: lines that do not compile any more; another layout. */
static void weigh(const json_t *fields, bool *source, bool *layout) {
  size_t i;
  const json_t *field;
  json_array_foreach(fields, i, field) {
    const char *change = json_string_value(json_object_get(field, "change"));
    bool bit = strcmp(change, "bit") == 0;
    *layout = *layout || !bit;
    *source = *source || strcmp(change, "removed") == 0 || strcmp(change, "type") == 0 ||
              strcmp(change, "optional") == 0 || strcmp(change, "required") == 0;
  }
}

static json_t *changed(diff *d, const tlp_combinator *before, const tlp_combinator *after) {
  char *old_type = diff_type_text(before->result), *new_type = diff_type_text(after->result);
  bool retyped = strcmp(old_type, new_type) != 0, source = retyped, layout = false;
  json_t *fields = diff_fields(before, after), *entry = NULL;
  if (before->id != after->id || json_array_size(fields) || retyped) {
    entry = json_object();
    weigh(fields, &source, &layout);
    set(entry, "name", json_string(after->name));
    set(entry, "old_id", id_text(before));
    set(entry, "new_id", id_text(after));
    set(entry, "kept_id", json_boolean(before->id == after->id));
    if (retyped) {
      set(entry, "old_type", json_string(old_type));
      set(entry, "new_type", json_string(new_type));
    }
    set(entry, "breaks_source", json_boolean(source));
    set(entry, "changes_layout", json_boolean(layout));
    (void)json_object_set(entry, "fields", fields);
    d->incompatible = d->incompatible || source;
  }
  json_decref(fields);
  free(old_type);
  free(new_type);
  return entry;
}

static bool counts(const diff *d, const tlp_combinator *c, tlp_section section) {
  return c->section == section && !is_common(c) && diff_counts(d, c->name);
}

static json_t *section_of(diff *d, tlp_section section) {
  json_t *added = json_array(), *removed = json_array(), *out_list = json_array();
  size_t count;
  const tlp_combinator *const *all = tlp_schema_combinators(d->after, &count);
  for (size_t i = 0; i < count; i++) {
    const tlp_combinator *c = all[i];
    if (!counts(d, c, section))
      continue;
    const tlp_combinator *other = tlp_schema_find(d->before, c->name);
    json_t *entry = other && other->section == section ? changed(d, other, c) : NULL;
    if (entry)
      (void)json_array_append_new(out_list, entry);
    if (!other || other->section != section)
      (void)json_array_append_new(added, described(c));
  }
  all = tlp_schema_combinators(d->before, &count);
  for (size_t i = 0; i < count; i++) {
    const tlp_combinator *c = all[i];
    if (!counts(d, c, section))
      continue;
    const tlp_combinator *other = tlp_schema_find(d->after, c->name);
    if (other && other->section == section)
      continue;
    (void)json_array_append_new(removed, described(c));
    d->incompatible = true;
  }
  return json_pack("{s:o, s:o, s:o}", "added", added, "removed", removed, "changed", out_list);
}

static void add_kept(json_t *out, const json_t *section) {
  size_t i;
  const json_t *entry;
  json_array_foreach(json_object_get(section, "changed"), i, entry) {
    if (json_is_true(json_object_get(entry, "kept_id")))
      (void)json_array_append(out, json_object_get(entry, "name"));
  }
}

void diff_definitions(diff *d) {
  json_t *kept = json_array();
  set(d->document, "constructors", section_of(d, TLP_SECTION_TYPES));
  set(d->document, "functions", section_of(d, TLP_SECTION_FUNCTIONS));
  add_kept(kept, json_object_get(d->document, "constructors"));
  add_kept(kept, json_object_get(d->document, "functions"));
  set(d->document, "kept_id", kept);
}
