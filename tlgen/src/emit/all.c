/* all.c: which files the generated code has. */
#include "emit/emit.h"

typedef void emitter(model *m, text *t);

typedef struct file {
  const char *path;
  emitter *emit;
  bool wanted;
} file;

const char *emit_include_folder(model *m) {
  return mem_join(&m->pool, "include/", m->prefix, NULL);
}

static bool put_header(model *m, text *body, const char *header, emit_put *put, void *ctx) {
  text_clear(body);
  emit_namespace_header(m, body, header);
  return put(ctx, mem_join(&m->pool, emit_include_folder(m), "/", header, ".h", NULL), body);
}

static bool put_file(model *m, text *body, const file *f, emit_put *put, void *ctx) {
  if (!f->wanted)
    return true;
  text_clear(body);
  f->emit(m, body);
  return put(ctx, f->path, body);
}

bool emit_all(model *m, emit_put *put, void *ctx) {
  const char *folder = emit_include_folder(m),
             *source = mem_join(&m->pool, "src/", m->prefix, NULL);
  const file files[] = {
      {mem_join(&m->pool, source, "_schema.c", NULL), emit_schema_source, true},
      {mem_join(&m->pool, source, "_errors.c", NULL), emit_errors_source, m->has_errors},
      {mem_join(&m->pool, folder, "/schema.h", NULL), emit_schema_header, true},
      {mem_join(&m->pool, folder, "/types.h", NULL), emit_types_header, true},
      {mem_join(&m->pool, folder, "/errors.h", NULL), emit_errors_header, m->has_errors},
      {mem_join(&m->pool, folder, "/", m->prefix, ".h", NULL), emit_umbrella_header, true},
  };
  text body = {0};
  bool ok = true;
  for (size_t i = 0; i < sizeof files / sizeof *files && ok; i++)
    ok = put_file(m, &body, &files[i], put, ctx);
  for (size_t i = 0; i < m->headers.count && ok; i++)
    ok = put_header(m, &body, m->headers.items[i], put, ctx);
  text_free(&body);
  return ok;
}
