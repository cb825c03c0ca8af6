/* The walk: which types can hold a wanted one is worked out once, so that nothing else is looked
 * at. */
#include "peers/find.h"

#include <string.h>

struct tgkit_finder {
  const tl_schema *schema;
  size_t size;
  uint8_t *wanted; /* by type */
  uint8_t *leads;  /* by type: it is wanted, or a wanted one can be inside */
};

/* ---- which types lead there ---- */

static bool def_leads(const tgkit_finder *finder, uint16_t def) {
  const tl_def *d = &finder->schema->defs[def];
  for (uint16_t i = 0; i < d->n_fields; i++)
    if (finder->leads[finder->schema->fields[d->field + i].type])
      return true;
  return false;
}

static bool type_leads(const tgkit_finder *finder, uint16_t index) {
  const tl_type *type = &finder->schema->types[index];
  switch (type->op) {
  case TL_OP_OBJECT: /* anything */
    return true;
  case TL_OP_SUM:
    for (uint16_t i = 0; i < type->count; i++)
      if (def_leads(finder, (uint16_t)(type->arg + i)))
        return true;
    return false;
  case TL_OP_PTR:
  case TL_OP_BARE:
    return def_leads(finder, type->arg);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    return finder->leads[type->arg];
  default:
    return false;
  }
}

/* Until nothing more is found: types can be inside each other in circles. */
static void spread(tgkit_finder *finder) {
  for (bool more = true; more;) {
    more = false;
    for (uint16_t i = 0; i < finder->schema->n_types; i++)
      if (!finder->leads[i] && type_leads(finder, i)) {
        finder->leads[i] = true;
        more = true;
      }
  }
}

tgkit_finder *tgkit_finder_new(const tl_schema *schema, const char *const *types, size_t n) {
  size_t size = sizeof(tgkit_finder) + 2 * (size_t)schema->n_types;
  tgkit_finder *finder = tl_alloc_zero(NULL, size);
  if (!finder)
    return NULL;
  finder->schema = schema;
  finder->size = size;
  finder->wanted = (uint8_t *)(finder + 1);
  finder->leads = finder->wanted + schema->n_types;
  for (size_t i = 0; i < n; i++) {
    uint16_t type = tl_find_type(schema, types[i], strlen(types[i]));
    if (type == TL_NONE)
      continue;
    finder->wanted[type] = true;
    finder->leads[type] = true;
  }
  spread(finder);
  return finder;
}

void tgkit_finder_free(tgkit_finder *finder) {
  if (finder)
    tl_free(NULL, finder, finder->size);
}

/* ---- the walk ---- */

typedef struct walk {
  const tgkit_finder *finder;
  tgkit_found found;
  void *ctx;
} walk;

static void walk_slot(const walk *w, uint16_t type, const void *slot);

static void walk_fields(const walk *w, uint16_t def, const void *args) {
  const tl_schema *schema = w->finder->schema;
  const tl_def *d = &schema->defs[def];
  for (uint16_t i = 0; i < d->n_fields; i++) {
    const tl_field *field = &schema->fields[d->field + i];
    if (field->offset != TL_NONE && w->finder->leads[field->type])
      walk_slot(w, field->type, (const char *)args + field->offset);
  }
}

static void walk_object(const walk *w, bool wanted, uint16_t def, const void *args) {
  if (!args)
    return;
  if (wanted)
    w->found(w->ctx, def, args);
  walk_fields(w, def, args);
}

static void walk_vector(const walk *w, uint16_t element, const void *slot) {
  tl_vector vector;
  memcpy(&vector, slot, sizeof vector);
  size_t step = w->finder->schema->types[element].slot;
  for (size_t i = 0; i < vector.count; i++)
    walk_slot(w, element, (const char *)vector.items + i * step);
}

static void walk_any(const walk *w, const void *slot) {
  tl_object object;
  memcpy(&object, slot, sizeof object);
  if (object.schema != w->finder->schema)
    return;
  uint16_t type = object.schema->defs[object.def].type;
  bool wanted = !object.schema->defs[object.def].function && type != TL_NONE;
  walk_object(w, wanted && w->finder->wanted[type], object.def, object.args);
}

static void walk_slot(const walk *w, uint16_t index, const void *slot) {
  const tl_type *type = &w->finder->schema->types[index];
  bool wanted = w->finder->wanted[index];
  tl_sum sum;
  const void *args;
  switch (type->op) {
  case TL_OP_SUM:
    memcpy(&sum, slot, sizeof sum);
    if (sum.kind)
      walk_object(w, wanted, (uint16_t)(type->arg + sum.kind - 1), sum.ptr);
    break;
  case TL_OP_PTR:
  case TL_OP_BARE:
    memcpy(&args, slot, sizeof args);
    walk_object(w, wanted, type->arg, args);
    break;
  case TL_OP_OBJECT:
    walk_any(w, slot);
    break;
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    walk_vector(w, type->arg, slot);
    break;
  default:
    break;
  }
}

void tgkit_find(const tgkit_finder *finder, const tl_value *value, tgkit_found found, void *ctx) {
  walk w = {finder, found, ctx};
  if (value->schema == finder->schema && value->slot && finder->leads[value->type])
    walk_slot(&w, value->type, value->slot);
}

void tgkit_find_in(const tgkit_finder *finder, uint16_t def, const void *args, tgkit_found found,
                   void *ctx) {
  walk w = {finder, found, ctx};
  walk_fields(&w, def, args);
}
