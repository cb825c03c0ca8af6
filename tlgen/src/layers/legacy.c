/* legacy.c: the forms that definitions had in older layers, as a schema. */
#include "layers/layers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

typedef struct lasting {
  const char *name;
  uint32_t id;
  int32_t last;
} lasting;

typedef struct writer {
  mem pool;
  const layers *l;
  lasting *rows;
  size_t n_rows;
  dict ids;   /* those that are written, in hexadecimal */
  dict types; /* those that a written definition makes */
} writer;

static bool read_lasting(writer *w, char *table) {
  size_t line = 0;
  for (char *at = table; at && *at; line++) {
    char *end = at + strcspn(at, "\n"), *next = *end ? end + 1 : end;
    char name[256];
    unsigned id;
    int last;
    *end = 0;
    if (*at && *at != '#') {
      if (sscanf(at, "%255[^\t]\t%x\t%d", name, &id, &last) != 3) {
        tlgen_error("line %zu: not a name, an id and a layer", line + 1);
        return false;
      }
      w->rows = mem_resize(w->rows, (w->n_rows + 1) * sizeof *w->rows);
      w->rows[w->n_rows++] = (lasting){mem_copy(&w->pool, name, strlen(name)), id, last};
    }
    at = next;
  }
  return true;
}

static int32_t last_layer(const writer *w, const tlp_combinator *c, int32_t seen) {
  for (size_t i = 0; i < w->n_rows; i++)
    if (w->rows[i].id == c->id && strcmp(w->rows[i].name, c->name) == 0 && w->rows[i].last > seen)
      return w->rows[i].last;
  return seen;
}

static bool is_written(writer *w, uint32_t id) {
  char hex[16];
  (void)snprintf(hex, sizeof hex, "%08" PRIx32, id);
  void **slot = dict_put(&w->pool, &w->ids, mem_copy(&w->pool, hex, 8));
  bool before = *slot != NULL;
  *slot = w;
  return before;
}

static void write_form(writer *w, const tlp_combinator *c, int32_t seen, text *out) {
  char *line = layers_printed(c);
  text_add_n(out, line, strlen(c->name));
  text_printf(out, "_l%d%s\n", (int)last_layer(w, c, seen), line + strlen(c->name));
  if (c->section == TLP_SECTION_TYPES && c->type)
    *dict_put(&w->pool, &w->types, c->type->name) = w;
  free(line);
}

static void write_section(writer *w, tlp_section section, text *out) {
  const layer *newest = &w->l->items[w->l->count - 1];
  for (size_t i = w->l->count - 1; i-- > 0;) {
    const layer *old = &w->l->items[i];
    for (size_t k = 0; k < old->count; k++) {
      const tlp_combinator *c = old->all[k];
      if (c->section == section && !layers_is_common(c) &&
          !tlp_schema_find_id(newest->schema, c->id) && !is_written(w, c->id))
        write_form(w, c, old->number, out);
    }
  }
}

/* The types that a form refers to and none makes: with one constructor without fields. */
static void write_stand_ins(writer *w, text *out) {
  for (size_t i = w->l->count; i-- > 0;) {
    size_t count;
    const tlp_type *const *types = tlp_schema_types(w->l->items[i].schema, &count);
    for (size_t k = 0; k < count; k++) {
      const tlp_type *type = types[k];
      if (type->builtin || !type->constructor_count || layers_is_common(type->constructors[0]))
        continue;
      void **slot = dict_put(&w->pool, &w->types, type->name);
      if (!*slot)
        text_printf(out, "%s%sstandIn%s = %s;\n", type->name_space ? type->name_space : "",
                    type->name_space ? "." : "", type->short_name, type->name);
      *slot = w;
    }
  }
}

bool layers_legacy(const layers *l, char *table, const char *more, text *out) {
  writer w = {.l = l};
  text functions = {0};
  bool ok = l->count > 0 && read_lasting(&w, table);
  if (ok) {
    text_add(
        out,
        "// Forms that definitions had in older layers, each named after the last layer that had "
        "it.\n// Made by `tlgen layers` from layers");
    for (size_t i = 0; i < l->count; i++)
      text_printf(out, "%s %d", i ? "," : "", (int)l->items[i].number);
    text_add(out, "; do not edit.\nboolFalse#bc799737 = Bool;\nboolTrue#997275b5 = Bool;\n"
                  "true#3fedd339 = True;\nvector#1cb5c415 {t:Type} # [ t ] = Vector t;\n");
    text_add(out, more ? more : "");
    write_section(&w, TLP_SECTION_TYPES, out);
    write_section(&w, TLP_SECTION_FUNCTIONS, &functions);
    text_add(out, "\n// Types that are only referred to.\n");
    write_stand_ins(&w, out);
    text_add(out, "\n---functions---\n\n");
    text_add_n(out, functions.data ? functions.data : "", functions.size);
  }
  text_free(&functions);
  free(w.rows);
  mem_free(&w.pool);
  return ok;
}
