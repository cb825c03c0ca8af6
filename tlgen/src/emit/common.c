/* common.c: what the files of the generated code have in common. */
#include "emit/emit.h"

#include "base/names.h"

void emit_head(model *m, text *t, const char *path, const char *what) {
  comment_open(t);
  comment_paragraph(t, mem_join(&m->pool, path, ": ", what, NULL));
  comment_paragraph(t, mem_join(&m->pool, "Made by tlgen from ", m->options.provenance,
                                ". Do not edit: run tlgen again.", NULL));
  comment_close(t);
}

void emit_header_open(model *m, text *t, const char *path, const char *what) {
  const char *full = mem_join(&m->pool, m->prefix, "/", path, NULL);
  emit_head(m, t, full, what);
  TEXT_BLOCK(t,
             "#ifndef {guard}\n"
             "#define {guard}\n"
             "\n",
             "guard", names_guard(&m->pool, full));
}

void emit_header_close(text *t) {
  text_add(t, "\n#endif\n");
}

void emit_extern_c_open(text *t) {
  text_add(t, "\n"
              "#ifdef __cplusplus\n"
              "extern \"C\" {\n"
              "#endif\n");
}

void emit_extern_c_close(text *t) {
  text_add(t, "\n"
              "#ifdef __cplusplus\n"
              "}\n"
              "#endif\n");
}
