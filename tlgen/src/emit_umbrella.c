/* emit_umbrella.c: tg/schema.h, which everything includes, and tg/tg.h, which includes everything.
 */
#include "emit.h"

void emit_schema_header(model *m, text *t) {
  emit_header_open(m, t, "schema.h", "the tables that the codec works from, and their version.");
  TEXT_BLOCK(t,
             "#include <tl/codec.h>\n"
             "\n"
             "#if TL_TABLE_VERSION != {version}\n"
             "#error \"this was generated for another version of libtl: run tlgen again\"\n"
             "#endif\n",
             "version", NUMBER(MODEL_TABLE_VERSION));
  emit_extern_c_open(t);
  TEXT_BLOCK(t,
             "\n"
             "/* The layer that these headers are of; 0 when the schema does not say. */\n"
             "enum { {upper}_LAYER = {layer} };\n"
             "\n"
             "/* The layer that the library is of which the program runs with. */\n"
             "TL_API int32_t {prefix}_layer(void);\n"
             "\n"
             "TL_API extern const tl_schema {prefix}_schema;\n",
             "upper", m->upper, "prefix", m->prefix, "layer", NUMBER(m->layer));
  emit_extern_c_close(t);
  emit_header_close(t);
}

void emit_umbrella_header(model *m, text *t) {
  const char *name = mem_join(&m->pool, m->prefix, ".h", NULL);
  emit_header_open(m, t, name, "all of it.");
  for (size_t i = 0; i < m->headers.count; i++)
    TEXT_BLOCK(t, "#include <{prefix}/{header}.h>\n", "prefix", m->prefix, "header",
               (const char *)m->headers.items[i]);
  if (m->has_errors)
    TEXT_BLOCK(t, "#include <{prefix}/errors.h>\n", "prefix", m->prefix);
  emit_header_close(t);
}
