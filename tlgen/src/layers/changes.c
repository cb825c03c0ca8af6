/* changes.c: what came, went and changed with each layer, as a table. */
#include "layers/layers.h"

#include <stdlib.h>
#include <string.h>

/* Whether the other layer has it, and alike. */
static bool is_same(const tlp_combinator *a, const tlp_combinator *b) {
  char *left = layers_printed(a), *right = layers_printed(b);
  bool same = strcmp(left, right) == 0;
  free(left);
  free(right);
  return same;
}

static void add_names(text *out, int32_t number, const char *kind, const char *change,
                      const text *names) {
  if (names->size)
    text_printf(out, "%d\t%s\t%s\t%s\n", (int)number, kind, change, names->data);
}

static void add_name(text *names, const char *name) {
  text_printf(names, "%s%s", names->size ? "," : "", name);
}

/* The names of one section that are in `of` and not in `than`; or, when `both`, in both and unlike.
 */
static void collect(const layer *of, const layer *than, tlp_section section, bool both,
                    text *names) {
  text_clear(names);
  for (size_t i = 0; i < of->count; i++) {
    const tlp_combinator *c = of->all[i];
    if (c->section != section || layers_is_common(c))
      continue;
    const tlp_combinator *other = than ? tlp_schema_find(than->schema, c->name) : NULL;
    if (both ? other && !is_same(c, other) : !other)
      add_name(names, c->name);
  }
}

static void add_layer(text *out, const layer *now, const layer *before) {
  static const struct {
    tlp_section section;
    const char *kind;
  } sections[] = {{TLP_SECTION_TYPES, "constructor"}, {TLP_SECTION_FUNCTIONS, "method"}};
  text names = {0};
  for (size_t i = 0; i < 2; i++) {
    collect(now, before, sections[i].section, false, &names);
    add_names(out, now->number, sections[i].kind, "added", &names);
    if (!before)
      continue;
    collect(before, now, sections[i].section, false, &names);
    add_names(out, now->number, sections[i].kind, "removed", &names);
    collect(now, before, sections[i].section, true, &names);
    add_names(out, now->number, sections[i].kind, "changed", &names);
  }
  text_free(&names);
}

void layers_changes(const layers *l, text *out) {
  text_add(out,
           "# What came, went and changed with each layer of those that sources have; all of the "
           "oldest\n# counts as added with it. Made by `tlgen layers`; do not edit.\n"
           "# layer\tkind\tchange\tnames\n");
  for (size_t i = 0; i < l->count; i++)
    add_layer(out, &l->items[i], i ? &l->items[i - 1] : NULL);
}
