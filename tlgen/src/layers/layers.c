/* layers.c: reads schemas of several layers. */
#include "layers/layers.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/load.h"
#include "base/mem.h"

static int by_number(const void *left, const void *right) {
  const layer *a = left, *b = right;
  return (a->number > b->number) - (a->number < b->number);
}

static bool check_numbers(const layers *l) {
  for (size_t i = 1; i < l->count; i++) {
    if (l->items[i].number == l->items[i - 1].number) {
      tlgen_error("there are two schemas of layer %d", (int)l->items[i].number);
      return false;
    }
  }
  return true;
}

bool layers_read(layers *out, const char *const *paths, size_t count) {
  *out = (layers){.items = mem_resize(NULL, (count + !count) * sizeof *out->items)};
  for (size_t i = 0; i < count; i++) {
    layer *l = &out->items[out->count];
    l->schema = tlgen_load_schema(&paths[i], 1, true);
    if (!l->schema)
      return false;
    out->count++;
    l->number = tlp_schema_layer(l->schema);
    l->all = tlp_schema_combinators(l->schema, &l->count);
    if (l->number <= 0) {
      tlgen_error("%s: there is no `// LAYER n`", paths[i]);
      return false;
    }
  }
  if (out->count)
    qsort(out->items, out->count, sizeof *out->items, by_number);
  return check_numbers(out);
}

void layers_free(layers *l) {
  for (size_t i = 0; i < l->count; i++)
    tlp_schema_free(l->items[i].schema);
  free(l->items);
  *l = (layers){0};
}

bool layers_is_common(const tlp_combinator *c) {
  static const char *const names[] = {"boolFalse", "boolTrue", "true", "vector", "null"};
  for (size_t i = 0; c->name && i < sizeof names / sizeof *names; i++)
    if (strcmp(c->name, names[i]) == 0)
      return true;
  return !c->name || c->predefined || !c->has_explicit_id;
}

char *layers_printed(const tlp_combinator *c) {
  size_t size = tlp_combinator_print(c, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_combinator_print(c, line, size);
  return line;
}
