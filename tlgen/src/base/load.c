/* load.c: schemas from files, and what is said of them. */
#include "base/load.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static void print_diag(const tlp_schema *schema, const tlp_diag *diag, tlp_severity least,
                       FILE *out) {
  char text[8192];
  if (diag->severity < least)
    return;
  size_t length = tlp_diag_format(schema, diag, text, sizeof text);
  (void)fprintf(out, "%s%s", text, length < sizeof text ? "" : "...\n");
}

void tlgen_print_diags(const tlp_schema *schema, tlp_severity least, FILE *out) {
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++)
    print_diag(schema, tlp_schema_diag(schema, i), least, out);
}

bool tlgen_add_file(tlp_schema *schema, const char *path) {
  tlp_status status = tlp_schema_add_file(schema, path);
  if (status == TLP_OK || status == TLP_ERR_SCHEMA)
    return true;
  tlgen_error("%s: %s", path, status == TLP_ERR_IO ? strerror(errno) : tlp_status_text(status));
  return false;
}

static bool add_all(tlp_schema *schema, const char *const *paths, size_t count, const char *name,
                    const char *text) {
  for (size_t i = 0; i < count; i++)
    if (!tlgen_add_file(schema, paths[i]))
      return false;
  tlp_status status = text ? tlp_schema_add(schema, name, text, strlen(text)) : TLP_OK;
  if (status != TLP_OK && status != TLP_ERR_SCHEMA)
    tlgen_error("%s: %s", name, tlp_status_text(status));
  return status == TLP_OK || status == TLP_ERR_SCHEMA;
}

static void print_loaded(const tlp_schema *schema, size_t count, bool quiet) {
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++) {
    const tlp_diag *diag = tlp_schema_diag(schema, i);
    bool errors = quiet || diag->pos.file == count;
    print_diag(schema, diag, errors ? TLP_ERROR : TLP_WARNING, stderr);
  }
}

tlp_schema *tlgen_load_schema_and(const char *const *paths, size_t count, const char *name,
                                  const char *text, bool quiet) {
  tlp_schema *schema = tlp_schema_new(NULL);
  if (!schema) {
    tlgen_error("out of memory");
    return NULL;
  }
  if (add_all(schema, paths, count, name, text)) {
    tlp_status status = tlp_schema_finish(schema);
    print_loaded(schema, count, quiet);
    if (status == TLP_OK)
      return schema;
    if (status != TLP_ERR_SCHEMA)
      tlgen_error("%s", tlp_status_text(status));
  }
  tlp_schema_free(schema);
  return NULL;
}

tlp_schema *tlgen_load_schema(const char *const *paths, size_t count, bool quiet) {
  return tlgen_load_schema_and(paths, count, NULL, NULL, quiet);
}
