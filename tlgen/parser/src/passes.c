/* passes.c: what a schema goes through once all of its sources are there. */
#include "passes.h"

#include "diag.h"
#include "resolve.h"
#include "types.h"

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
      type->builtin = tlp_find_builtin(type, decl);
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

/* Closes the gaps that functions left, which were left out. */
static void renumber(tlp_schema *schema) {
  tlp_combinator **all = schema->combinators.items;
  size_t kept = 0;
  for (size_t i = 0; i < schema->combinators.count; i++) {
    if (all[i]->index == UINT32_MAX)
      continue;
    all[kept] = all[i];
    all[kept]->index = (uint32_t)kept;
    kept++;
  }
  schema->combinators.count = kept;
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
  renumber(schema);
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
