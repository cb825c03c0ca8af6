/* load.c: schemas from files, and what is said of them. */
#include "base/load.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

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
