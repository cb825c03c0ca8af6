/* convert_verify.c: holds a schema that was made against its own ids. An id is a checksum of its
 * declaration, so whatever the conversion lost or misspelt shows. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "convert.h"

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
  const tlp_combinator *const *list = tlp_schema_combinators(schema, &count);
  tlgen_text names = {0};
  bool ok = true;
  for (size_t i = 0; i < count; i++) {
    functions += list[i]->section == TLP_SECTION_FUNCTIONS;
    if (!is_mismatch(list[i]))
      continue;
    mismatches++;
    ok = ok && is_known(list[i]->name);
    tlgen_text_printf(&names, "%s%s%s", mismatches > 1 ? ", " : ": ", list[i]->name,
                      is_known(list[i]->name) ? "" : " (NOT a known exception)");
  }
  (void)printf(
      "%s: %zu constructors, %zu functions, %zu ids that are not the hash of the declaration%s\n",
      path, count - functions, functions, mismatches, names.data ? names.data : "");
  tlgen_text_free(&names);
  if (!ok)
    tlgen_error("%s: an id does not fit its declaration: something got lost", path);
  return ok;
}

bool convert_verify(const char *path, const tlgen_text *text) {
  tlp_schema *schema = tlp_schema_new(NULL);
  tlp_status status =
      schema ? tlp_schema_add(schema, path, text->data, text->length) : TLP_ERR_NOMEM;
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
