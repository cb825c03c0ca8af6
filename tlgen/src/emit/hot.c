/* hot.c: tg_hot.c, straight-line functions for the definitions that --hot names. What they may
 * do is in tl/hot.h. Definitions whose structs and fields are alike share their functions. */
#include "emit/hot.h"

/* ---- the file ---- */

static void declare_type(text *t, const model_type *type) {
  if (type->hot_used & HOT_GET)
    TEXT_BLOCK(t,
               "static const uint8_t *get_{name}(tl_reader *r, const uint8_t *at, void *slot);\n",
               "name", type->suffix);
  if (type->hot_used & HOT_PUT)
    TEXT_BLOCK(t, "static uint8_t *put_{name}(tl_encoder *e, uint8_t *at, const void *slot);\n",
               "name", type->suffix);
}

static void declare_def(text *t, const model_def *def) {
  if (def->hot_ways & HOT_GET)
    TEXT_BLOCK(t, "static tl_hot_decode get_{name};\n", "name", def->base);
  if (def->hot_ways & HOT_PUT)
    TEXT_BLOCK(t, "static tl_hot_encode put_{name};\n", "name", def->base);
}

static void emit_type(text *t, const model_type *type) {
  if (type->hot_used & HOT_GET)
    hot_emit_get_type(t, type);
  if (type->hot_used & HOT_PUT)
    hot_emit_put_type(t, type);
}

static void emit_def(text *t, const model_def *def) {
  if (def->hot_ways & HOT_GET)
    hot_emit_get(t, def);
  if (def->hot_ways & HOT_PUT)
    hot_emit_put(t, def);
}

/* The hot types that fields of hot definitions have, and the elements of such. */
static void mark_used(model_type *type, unsigned way) {
  for (; type && hot_type(type, way); type = type->of)
    type->hot_used |= (uint8_t)way;
}

static void mark_all_used(model *m) {
  for (size_t i = 0; i < m->hot.count; i++) {
    const model_def *def = m->hot.items[i];
    for (size_t k = 0; k < def->n_fields && def->shape == def; k++)
      for (unsigned way = HOT_GET; way < HOT_WAYS; way++)
        mark_used(def->fields[k].type, def->hot_ways & way);
  }
}

static void for_each(model *m, text *t, void (*type)(text *t, const model_type *type),
                     void (*def)(text *t, const model_def *def)) {
  for (size_t i = 0; i < m->types.count; i++)
    type(t, m->types.items[i]);
  for (size_t i = 0; i < m->hot.count; i++) {
    const model_def *d = m->hot.items[i];
    if (d->shape == d)
      def(t, d);
  }
}

static void emit_strings(text *t) {
  text_add(
      t, "\n"
         "TL_APART static const uint8_t *get_string(tl_reader *r, const uint8_t *at, uint8_t op,\n"
         "                                          void *slot) {\n"
         "  return tl_hot_string(r, at, op, slot);\n"
         "}\n"
         "\n"
         "TL_APART static uint8_t *put_string(tl_encoder *e, uint8_t *at, uint16_t type,\n"
         "                                    const void *slot) {\n"
         "  return tl_hot_put_string(e, at, type, slot);\n"
         "}\n");
}

static void emit_hot_table(model *m, text *t) {
  TEXT_BLOCK(t,
             "\n"
             "extern const tl_hot {prefix}_hot[];\n"
             "const tl_hot {prefix}_hot[] = {\n",
             "prefix", m->prefix);
  for (size_t i = 0; i < m->hot.count; i++) {
    const model_def *def = m->hot.items[i];
    const char *name = def->shape->base;
    TEXT_BLOCK(t, "    {{get}{name}, {put}{also}},\n", "get", def->hot_ways & HOT_GET ? "get_" : "",
               "name", def->hot_ways & HOT_GET ? name : "NULL", "put",
               def->hot_ways & HOT_PUT ? "put_" : "", "also",
               def->hot_ways & HOT_PUT ? name : "NULL");
  }
  text_add(t, m->hot.count ? "};\n" : "    {NULL, NULL}};\n");
}

void emit_hot_source(model *m, text *t) {
  emit_head(m, t, mem_join(&m->pool, m->prefix, "_hot.c", NULL),
            "straight-line functions of what is met often.");
  TEXT_BLOCK(t,
             "#include <{prefix}/{prefix}.h>\n"
             "#include <tl/hot.h>\n",
             "prefix", m->prefix);
  if (m->hot.count) {
    mark_all_used(m);
    text_add(t, "\n");
    for_each(m, t, declare_type, declare_def);
    emit_strings(t);
    for_each(m, t, emit_type, emit_def);
  }
  emit_hot_table(m, t);
}
