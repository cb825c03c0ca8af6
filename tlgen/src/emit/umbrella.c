/* umbrella.c: tg/schema.h, which everything includes, and tg/tg.h, which includes everything.
 */
#include "emit/emit.h"

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

/* What a person has to know before the first line of code. */
static void emit_essay(model *m, text *t) {
  TEXT_BLOCK(
      t,
      "/* How the schema looks in C. A `.` in a name becomes `_`; a member that would be a\n"
      " * keyword gets a `_` at its end. With x for a constructor or function, T for a type:\n"
      " *\n"
      " *   struct {p}_x            its fields. Start from all zero bytes and set what is there.\n"
      " *   {p}_T                   a value of a type with several constructors: `kind` says\n"
      " *                          which ({upper}_x; {upper}_T_none for none at all), and the "
      "member\n"
      " *                          of that name points to its struct. A type with only one\n"
      " *                          constructor is held as a const pointer to its struct.\n"
      " *   {p}_x_box(&x)           the {p}_T that points to a struct x\n"
      " *   {p}_x_object(&x)        any constructor or function as a tl_object\n"
      " *   {p}_x_call(&x)          a function as what a client sends\n"
      " *   {p}_x_result(&reply)    what came back, as the type that x returns; zero bytes or\n"
      " *                          NULL when the reply is of another type\n"
      " *   {p}_vector_T            { items, count }; {upper}_ID_x: the constructor id\n"
      " *\n"
      " * A comment like `flags.2` behind a member means that it is optional: NULL, kind 0 and\n"
      " * false are absent, numbers and Bool have a `has_` member beside them, which is needed\n"
      " * for a zero only. # words follow from what is there; the member of that name has bits\n"
      " * that this schema does not know, so that they survive being read and written. Nothing\n"
      " * owns what it points to: a request is read during the call only, and a result lives as\n"
      " * long as the reply that it came in. */\n"
      "\n",
      "p", m->prefix, "upper", m->upper);
}

void emit_umbrella_header(model *m, text *t) {
  const char *name = mem_join(&m->pool, m->prefix, ".h", NULL);
  emit_header_open(m, t, name, "all of it.");
  emit_essay(m, t);
  for (size_t i = 0; i < m->headers.count; i++)
    TEXT_BLOCK(t, "#include <{prefix}/{header}.h>\n", "prefix", m->prefix, "header",
               (const char *)m->headers.items[i]);
  if (m->has_errors)
    TEXT_BLOCK(t, "#include <{prefix}/errors.h>\n", "prefix", m->prefix);
  emit_header_close(t);
}
