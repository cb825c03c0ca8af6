/* all.c: which files the generated code has. */
#include "base/wrap.h"
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

/* Where files are made, and who takes them. */
typedef struct outlet {
  text draft, body; /* as it was emitted, and with its lines wrapped */
  emit_put *put;
  void *ctx;
} outlet;

static bool put_draft(outlet *out, const char *path) {
  text_clear(&out->body);
  text_add_wrapped(&out->body, out->draft.data);
  return out->put(out->ctx, path, &out->body);
}

static bool put_header(model *m, outlet *out, const char *header) {
  text_clear(&out->draft);
  emit_namespace_header(m, &out->draft, header);
  return put_draft(out, mem_join(&m->pool, emit_include_folder(m), "/", header, ".h", NULL));
}

static bool put_file(model *m, outlet *out, const file *f) {
  if (!f->wanted)
    return true;
  text_clear(&out->draft);
  f->emit(m, &out->draft);
  return put_draft(out, f->path);
}

bool emit_all(model *m, emit_put *put, void *ctx) {
  const char *folder = emit_include_folder(m),
             *source = mem_join(&m->pool, "src/", m->prefix, NULL);
  const file files[] = {
      {mem_join(&m->pool, source, "_schema.c", NULL), emit_schema_source, true},
      {mem_join(&m->pool, source, "_errors.c", NULL), emit_errors_source, m->has_errors},
      {mem_join(&m->pool, source, "_hot.c", NULL), emit_hot_source, m->options.hot_count > 0},
      {mem_join(&m->pool, folder, "/schema.h", NULL), emit_schema_header, true},
      {mem_join(&m->pool, folder, "/types.h", NULL), emit_types_header, true},
      {mem_join(&m->pool, folder, "/has.h", NULL), emit_has_header, true},
      {mem_join(&m->pool, folder, "/shared.h", NULL), emit_shared_header, true},
      {mem_join(&m->pool, folder, "/errors.h", NULL), emit_errors_header, m->has_errors},
      {mem_join(&m->pool, folder, "/", m->prefix, ".h", NULL), emit_umbrella_header, true},
  };
  outlet out = {.put = put, .ctx = ctx};
  bool ok = true;
  for (size_t i = 0; i < sizeof files / sizeof *files && ok; i++)
    ok = put_file(m, &out, &files[i]);
  for (size_t i = 0; i < m->headers.count && ok; i++)
    ok = put_header(m, &out, m->headers.items[i]);
  text_free(&out.draft);
  text_free(&out.body);
  return ok;
}
