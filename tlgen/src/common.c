/* common.c: what the subcommands share: messages, schemas from files, files written whole. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "text.h"

void tlgen_error(const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)fputs("tlgen: ", stderr);
  (void)vfprintf(stderr, format, args);
  (void)fputc('\n', stderr);
  va_end(args);
}

void tlgen_print_diags(const tlp_schema *schema, tlp_severity least, FILE *out) {
  char text[8192];
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++) {
    const tlp_diag *diag = tlp_schema_diag(schema, i);
    if (diag->severity < least)
      continue;
    size_t length = tlp_diag_format(schema, diag, text, sizeof text);
    (void)fprintf(out, "%s%s", text, length < sizeof text ? "" : "...\n");
  }
}

bool tlgen_add_file(tlp_schema *schema, const char *path) {
  tlp_status status = tlp_schema_add_file(schema, path);
  if (status == TLP_OK || status == TLP_ERR_SCHEMA)
    return true;
  tlgen_error("%s: %s", path, status == TLP_ERR_IO ? strerror(errno) : tlp_status_text(status));
  return false;
}

tlp_schema *tlgen_load_schema(const char *const *paths, size_t count, bool quiet) {
  tlp_schema *schema = tlp_schema_new(NULL);
  if (!schema) {
    tlgen_error("out of memory");
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    if (!tlgen_add_file(schema, paths[i]))
      goto failed;
  }
  tlp_status status = tlp_schema_finish(schema);
  tlgen_print_diags(schema, quiet ? TLP_ERROR : TLP_WARNING, stderr);
  if (status == TLP_OK)
    return schema;
  if (status != TLP_ERR_SCHEMA)
    tlgen_error("%s", tlp_status_text(status));
failed:
  tlp_schema_free(schema);
  return NULL;
}

static bool write_all(const char *path, const void *data, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!file)
    return false;
  bool ok = fwrite(data, 1, length, file) == length;
  ok = fflush(file) == 0 && ok;
  return fclose(file) == 0 && ok;
}

bool tlgen_write_file(const char *path, const void *data, size_t length) {
  tlgen_text temporary = {0};
  tlgen_text_printf(&temporary, "%s.tmp", path);
  bool ok = !temporary.failed && write_all(temporary.data, data, length) &&
            rename(temporary.data, path) == 0;
  if (!ok) {
    tlgen_error("%s: cannot be written: %s", path, strerror(errno));
    if (temporary.data)
      (void)remove(temporary.data);
  }
  tlgen_text_free(&temporary);
  return ok;
}
