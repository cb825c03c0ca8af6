/* storage.c: the schema object: made, freed, and what it holds looked up. */
#include "storage.h"

#include <stdlib.h>
#include <string.h>

static void *default_alloc(void *ctx, size_t size) {
  (void)ctx;
  return malloc(size);
}

static void default_release(void *ctx, void *ptr) {
  (void)ctx;
  free(ptr);
}

tlp_schema *tlp_schema_new(const tlp_allocator *allocator) {
  tlp_allocator memory = {default_alloc, default_release, NULL};
  if (allocator)
    memory = *allocator;
  tlp_schema *schema = memory.alloc(memory.ctx, sizeof *schema);
  if (!schema)
    return NULL;
  *schema = (tlp_schema){.arena = {.memory = memory}};
  return schema;
}

void tlp_schema_free(tlp_schema *schema) {
  if (!schema)
    return;
  tlp_allocator memory = schema->arena.memory;
  tlp_arena_free(&schema->arena);
  memory.release(memory.ctx, schema);
}

const char *tlp_status_text(tlp_status status) {
  switch (status) {
  case TLP_OK:
    return "no error";
  case TLP_ERR_SCHEMA:
    return "the schema has errors";
  case TLP_ERR_NOMEM:
    return "out of memory";
  case TLP_ERR_IO:
    return "the file cannot be read";
  case TLP_ERR_LIMIT:
    return "the source is too large, or there are too many of them";
  case TLP_ERR_STATE:
    return "called in the wrong order";
  }
  return "unknown status";
}

void tlp_add_raw(tlp_schema *schema, raw_decl *decl) {
  if (schema->raw_last)
    schema->raw_last->next = decl;
  else
    schema->raw_first = decl;
  schema->raw_last = decl;
}

/* ---- tables ---- */

const tlp_combinator *const *tlp_schema_combinators(const tlp_schema *schema, size_t *count) {
  *count = schema->combinators.count;
  return schema->combinators.items;
}

const tlp_type *const *tlp_schema_types(const tlp_schema *schema, size_t *count) {
  *count = schema->types.count;
  return schema->types.items;
}

const tlp_decl *tlp_schema_decls(const tlp_schema *schema, size_t *count) {
  *count = schema->decls.count;
  return schema->decls.items;
}

const tlp_type *tlp_schema_find_type(const tlp_schema *schema, const char *name) {
  const tlp_name *found = tlp_lookup(&schema->names, name, strlen(name));
  return found && found->type && found->type->index != UINT32_MAX ? found->type : NULL;
}

const tlp_combinator *tlp_schema_find(const tlp_schema *schema, const char *name) {
  const tlp_name *found = tlp_lookup(&schema->names, name, strlen(name));
  return found ? found->combinator : NULL;
}

tlp_id_rule tlp_schema_id_rule(const tlp_schema *schema) {
  return schema->id_rule;
}

int32_t tlp_schema_layer(const tlp_schema *schema) {
  const tlp_file *files = schema->files.items;
  for (size_t i = 0; i < schema->files.count; i++) {
    if (files[i].layer >= 0)
      return files[i].layer;
  }
  return -1;
}

size_t tlp_schema_file_count(const tlp_schema *schema) {
  return schema->files.count;
}

const tlp_file *tlp_schema_file(const tlp_schema *schema, uint32_t index) {
  return index < schema->files.count ? (const tlp_file *)schema->files.items + index : NULL;
}
