/* source.c: sources in, from memory and from files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

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
