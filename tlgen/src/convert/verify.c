/* verify.c: holds a schema that was made against its own ids. An id is a checksum of its
 * declaration, so whatever the conversion lost or misspelt shows. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/load.h"
#include "convert/convert.h"

/* Ids that Telegram did not compute from the declaration as it stands today; every source of the
 * schema has them so. */
static const char *const known_mismatches[] = {
    "ipPortSecret",
    "accessPointRule",
    "help.configSimple",
    "inputPeerPhotoFileLocationLegacy",
    "inputStickerSetThumbLegacy",
};

static bool is_known(const char *name) {
  for (size_t i = 0; name && i < sizeof known_mismatches / sizeof *known_mismatches; i++) {
    if (strcmp(name, known_mismatches[i]) == 0)
      return true;
  }
  return false;
}

static bool is_mismatch(const tlp_combinator *combinator) {
  return combinator->id != combinator->crc && combinator->id != combinator->telegram_crc;
}

static bool summarise(const char *path, const tlp_schema *schema) {
  size_t count, functions = 0, mismatches = 0;
  const tlp_combinator *const *all = tlp_schema_combinators(schema, &count);
  text names = {0};
  bool ok = true;
  for (size_t i = 0; i < count; i++) {
    functions += all[i]->section == TLP_SECTION_FUNCTIONS;
    if (!is_mismatch(all[i]))
      continue;
    mismatches++;
    ok = ok && is_known(all[i]->name);
    text_printf(&names, "%s%s%s", mismatches > 1 ? ", " : ": ", all[i]->name,
                is_known(all[i]->name) ? "" : " (NOT a known exception)");
  }
  (void)printf(
      "%s: %zu constructors, %zu functions, %zu ids that are not the hash of the declaration%s\n",
      path, count - functions, functions, mismatches, names.data ? names.data : "");
  text_free(&names);
  if (!ok)
    tlgen_error("%s: an id does not fit its declaration: something got lost", path);
  return ok;
}

bool convert_verify(const char *path, const text *made) {
  tlp_schema *schema = tlp_schema_new(NULL);
  tlp_status status = schema ? tlp_schema_add(schema, path, made->data, made->size) : TLP_ERR_NOMEM;
  if (status == TLP_OK || status == TLP_ERR_SCHEMA)
    status = tlp_schema_finish(schema);
  bool ok = status == TLP_OK;
  if (schema)
    tlgen_print_diags(schema, TLP_ERROR, stderr);
  if (!ok)
    tlgen_error("%s: what came out is not a schema: %s", path, tlp_status_text(status));
  ok = ok && summarise(path, schema);
  tlp_schema_free(schema);
  return ok;
}
