/* merge.c: the API's schema of one layer, from one package or from several that are of that layer.
 * Sources differ: what only one has is taken over, what they have differently is named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/load.h"
#include "base/mem.h"
#include "convert/convert.h"

/* Declared in https://core.telegram.org/schema and taken as known by the packages. */
const char convert_common_types[] = "int ? = Int;\n"
                                    "long ? = Long;\n"
                                    "double ? = Double;\n"
                                    "string ? = String;\n"
                                    "bytes data:string = Bytes;\n"
                                    "int128 4*[ int ] = Int128;\n"
                                    "int256 8*[ int ] = Int256;\n"
                                    "true#3fedd339 = True;\n"
                                    "boolFalse#bc799737 = Bool;\n"
                                    "boolTrue#997275b5 = Bool;\n"
                                    "vector#1cb5c415 {t:Type} # [ t ] = Vector t;\n";
static const char null_type[] = "null#56730bcc = Null;\n";

typedef struct part {
  const convert_package *package;
  tlp_schema *schema;
  const tlp_combinator *const *all;
  size_t count;
  text only;   /* names that no part before has */
  text differ; /* names that a part before has under the same id and otherwise */
} part;

static bool is_common(const tlp_combinator *c) {
  static const char *const names[] = {"int",    "long", "double",    "string",   "bytes",  "int128",
                                      "int256", "true", "boolFalse", "boolTrue", "vector", "null"};
  for (size_t i = 0; c->name && i < sizeof names / sizeof *names; i++)
    if (strcmp(c->name, names[i]) == 0)
      return true;
  return c->predefined || !c->name;
}

static char *printed(const tlp_combinator *c) {
  size_t size = tlp_combinator_print(c, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_combinator_print(c, line, size);
  return line;
}

static bool read_part(const convert_package *package, part *p) {
  text all = {0};
  *p = (part){.package = package, .schema = tlp_schema_new(NULL)};
  text_add(&all, convert_common_types);
  text_add(&all, null_type);
  if (!p->schema) {
    tlgen_error("out of memory");
    return false;
  }
  /* The text may declare them again: it is parsed alone when it does. */
  bool own = package->api.data && strstr(package->api.data, "boolTrue#");
  if (own)
    text_clear(&all);
  text_add_n(&all, package->api.data ? package->api.data : "", package->api.size);
  tlp_status status = tlp_schema_add(p->schema, package->file, all.data, all.size);
  if (status == TLP_OK || status == TLP_ERR_SCHEMA)
    status = tlp_schema_finish(p->schema);
  tlgen_print_diags(p->schema, TLP_ERROR, stderr);
  text_free(&all);
  if (status != TLP_OK)
    tlgen_error("%s %s: %s: what came out is not a schema: %s", package->name, package->version,
                package->file, tlp_status_text(status));
  p->all = status == TLP_OK ? tlp_schema_combinators(p->schema, &p->count) : NULL;
  return status == TLP_OK;
}

static void add_to_names(text *names, const char *name) {
  text_printf(names, "%s%s", names->size ? ", " : "", name);
}

/* The declaration of the id with the most fields, and whether all that have it agree. */
static const tlp_combinator *fullest(const part *parts, size_t count, const tlp_combinator *c,
                                     bool *agree) {
  const tlp_combinator *best = c;
  char *first = printed(c);
  *agree = true;
  for (size_t i = 0; i < count; i++) {
    const tlp_combinator *other = tlp_schema_find_id(parts[i].schema, c->id);
    if (!other)
      continue;
    char *line = printed(other);
    *agree = *agree && strcmp(first, line) == 0;
    if (other->field_count > best->field_count)
      best = other;
    free(line);
  }
  free(first);
  return best;
}

static bool known_before(const part *parts, size_t at, const tlp_combinator *c) {
  for (size_t i = 0; i < at; i++)
    if (tlp_schema_find_id(parts[i].schema, c->id))
      return true;
  return false;
}

/* False when a part before has the name under another id. */
static bool check_name(const part *parts, size_t at, const tlp_combinator *c) {
  for (size_t i = 0; i < at; i++) {
    const tlp_combinator *other = tlp_schema_find(parts[i].schema, c->name);
    if (other && other->id != c->id) {
      tlgen_error("%s is %08x in %s %s and %08x in %s %s", c->name, other->id,
                  parts[i].package->name, parts[i].package->version, c->id, parts[at].package->name,
                  parts[at].package->version);
      return false;
    }
  }
  return true;
}

static bool add_section(part *parts, size_t count, tlp_section section, text *out) {
  bool ok = true;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < parts[i].count; k++) {
      const tlp_combinator *c = parts[i].all[k];
      bool agree;
      if (c->section != section || is_common(c))
        continue;
      if (known_before(parts, i, c))
        continue;
      ok = check_name(parts, i, c) && ok;
      const tlp_combinator *best = fullest(parts, count, c, &agree);
      char *line = printed(best);
      text_printf(out, "%s\n", line);
      free(line);
      if (!agree)
        add_to_names(&parts[i].differ, c->name);
      if (i > 0)
        add_to_names(&parts[i].only, c->name);
    }
  }
  return ok;
}

/* What part `at` lacks of what the first has. */
static void add_missing(const part *parts, size_t at, text *names) {
  for (size_t k = 0; k < parts[0].count; k++) {
    const tlp_combinator *c = parts[0].all[k];
    if (!is_common(c) && !tlp_schema_find_id(parts[at].schema, c->id))
      add_to_names(names, c->name);
  }
}

static void report(const part *parts, size_t count) {
  for (size_t i = 1; i < count; i++) {
    const convert_package *a = parts[0].package, *b = parts[i].package;
    text missing = {0};
    add_missing(parts, i, &missing);
    bool same = !missing.size && !parts[i].only.size && !parts[0].differ.size;
    (void)printf("layer %d: %s %s and %s %s %s\n", (int)a->layer, a->name, a->version, b->name,
                 b->version, same ? "agree" : "differ");
    if (missing.size)
      (void)printf("  only in %s: %s\n", a->name, missing.data);
    if (parts[i].only.size)
      (void)printf("  only in %s: %s\n", b->name, parts[i].only.data);
    text_free(&missing);
  }
  if (count > 1 && parts[0].differ.size)
    (void)printf("  with other fields under the same id (the fullest is taken): %s\n",
                 parts[0].differ.data);
}

static void finish(const convert_package *const *packages, size_t count, const text *body,
                   text *out) {
  convert_origin *origins = mem_resize(NULL, count * sizeof *origins);
  for (size_t i = 0; i < count; i++)
    origins[i] = (convert_origin){packages[i]->name, packages[i]->version, packages[i]->file,
                                  packages[i]->sha256};
  convert_finish(out, "// ", "Telegram's API.", packages[0]->layer, origins, count, body);
  free(origins);
}

bool convert_api(const convert_package *const *packages, size_t count, text *out) {
  part *parts = mem_resize(NULL, count * sizeof *parts);
  text body = {0};
  size_t read = 0;
  bool ok = true;
  while (ok && read < count) {
    ok = read_part(packages[read], &parts[read]);
    read++;
  }
  if (ok) {
    text_printf(&body, "%s%s\n", convert_common_types, null_type);
    ok = add_section(parts, count, TLP_SECTION_TYPES, &body);
    text_add(&body, "\n---functions---\n\n");
    ok = add_section(parts, count, TLP_SECTION_FUNCTIONS, &body) && ok;
    report(parts, count);
    finish(packages, count, &body, out);
  }
  for (size_t i = 0; i < read; i++) {
    tlp_schema_free(parts[i].schema);
    text_free(&parts[i].only);
    text_free(&parts[i].differ);
  }
  free(parts);
  text_free(&body);
  return ok;
}
