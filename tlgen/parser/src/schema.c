/* schema.c: the schema object: sources in, passes in order, tables out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

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

/* ---- sources ---- */

void tlp_add_raw(tlp_schema *schema, raw_decl *decl) {
  if (schema->raw_last)
    schema->raw_last->next = decl;
  else
    schema->raw_first = decl;
  schema->raw_last = decl;
}

static tlp_status may_add(const tlp_schema *schema, size_t length) {
  if (schema->finished)
    return TLP_ERR_STATE;
  if (schema->arena.out_of_memory)
    return TLP_ERR_NOMEM;
  return length > TLP_MAX_SOURCE || schema->files.count >= TLP_MAX_FILES ? TLP_ERR_LIMIT : TLP_OK;
}

/* `text` is in the arena already, with a NUL after it. */
static tlp_status add_source(tlp_schema *schema, const char *name, const char *text,
                             size_t length) {
  size_t errors = schema->severities[TLP_ERROR];
  char *name_copy = tlp_copy_text(&schema->arena, name, strlen(name));
  tlp_file *file = tlp_list_add(&schema->arena, &schema->files, sizeof *file);
  if (!file || !name_copy)
    return TLP_ERR_NOMEM;
  *file = (tlp_file){name_copy, text, length, -1};
  tlp_parse(schema, (uint32_t)(schema->files.count - 1));
  if (schema->arena.out_of_memory)
    return TLP_ERR_NOMEM;
  return schema->severities[TLP_ERROR] > errors ? TLP_ERR_SCHEMA : TLP_OK;
}

tlp_status tlp_schema_add(tlp_schema *schema, const char *name, const char *text, size_t length) {
  tlp_status status = may_add(schema, length);
  if (status != TLP_OK)
    return status;
  char *copy = tlp_copy_text(&schema->arena, text, length);
  return copy ? add_source(schema, name, copy, length) : TLP_ERR_NOMEM;
}

/* How long the file seems to be; 0 when that cannot be told or is too long. */
static size_t size_of(FILE *file) {
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
  rewind(file);
  return size > 0 && (unsigned long)size <= TLP_MAX_SOURCE ? (size_t)size : 0;
}

/* Reads to the end, whatever the size seemed to be. */
static tlp_status read_all(tlp_schema *schema, FILE *file, char **text, size_t *length) {
  size_t capacity = size_of(file) + 1;
  char *buffer = NULL;
  *length = 0;
  do {
    if (capacity > 2 * TLP_MAX_SOURCE)
      return TLP_ERR_LIMIT;
    char *larger = tlp_alloc_text(&schema->arena, capacity);
    if (!larger)
      return TLP_ERR_NOMEM;
    if (*length)
      memcpy(larger, buffer, *length);
    buffer = larger;
    *length += fread(buffer + *length, 1, capacity - *length, file);
    capacity = 2 * capacity + 4096;
  } while (!feof(file) && !ferror(file));
  buffer[*length] = '\0';
  *text = buffer;
  return ferror(file) ? TLP_ERR_IO : may_add(schema, *length);
}

tlp_status tlp_schema_add_file(tlp_schema *schema, const char *path) {
  tlp_status status = may_add(schema, 0);
  if (status != TLP_OK)
    return status;
  FILE *file = fopen(path, "rb");
  if (!file)
    return TLP_ERR_IO;
  char *text;
  size_t length;
  status = read_all(schema, file, &text, &length);
  int error = errno;
  (void)fclose(file);
  errno = error;
  return status == TLP_OK ? add_source(schema, path, text, length) : status;
}

/* ---- passes ---- */

static void check_layers(tlp_schema *schema) {
  const tlp_file *files = schema->files.items;
  int32_t layer = tlp_schema_layer(schema);
  for (size_t i = 0; i < schema->files.count; i++) {
    if (files[i].layer >= 0 && files[i].layer != layer)
      tlp_report(schema, TLP_WARNING, TLP_D_LAYER, (tlp_pos){(uint32_t)i, 1, 1}, 1,
                 "this is of layer %d, and the first is of layer %d", (int)files[i].layer,
                 (int)layer);
  }
}

static void set_builtins(raw_decl *decl) {
  for (; decl; decl = decl->next) {
    if (decl->out && decl->out->type) {
      tlp_type *type = (tlp_type *)decl->out->type;
      type->builtin = tlp_find_builtin(type);
    }
  }
}

static bool resolve_list(tlp_resolver *resolver, raw_decl *decl) {
  for (; decl; decl = decl->next) {
    if (!tlp_resolve(resolver, decl))
      return false;
  }
  return true;
}

static bool run_passes(tlp_schema *schema) {
  raw_decl *predefined = NULL;
  tlp_resolver resolver = {.schema = schema};
  for (raw_decl *decl = schema->raw_first; decl; decl = decl->next) {
    if (!tlp_declare(schema, decl, false))
      return false;
  }
  if (!tlp_add_predefined(schema, &predefined))
    return false;
  set_builtins(predefined);
  set_builtins(schema->raw_first);
  if (!resolve_list(&resolver, predefined) || !resolve_list(&resolver, schema->raw_first))
    return false;
  check_layers(schema);
  return tlp_check(schema) && tlp_assign_ids(schema);
}

tlp_status tlp_schema_finish(tlp_schema *schema) {
  if (schema->finished)
    return TLP_ERR_STATE;
  schema->finished = true;
  if (schema->arena.out_of_memory || !run_passes(schema) || schema->arena.out_of_memory)
    return TLP_ERR_NOMEM;
  return schema->severities[TLP_ERROR] ? TLP_ERR_SCHEMA : TLP_OK;
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
