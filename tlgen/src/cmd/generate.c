/* generate.c: `tlgen generate`: schemas in, C out. */
#include "cmd/generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "emit/emit.h"

/* ---- the head of each file ---- */

static const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* " (layer 229, sha256 12ab...)": what of it is known. */
static const char *facts_of(mem *pool, const tlp_file *file) {
  const char *layer = file->layer >= 0 ? mem_join(pool, "layer ", NUMBER(file->layer), NULL) : "";
  char hex[65];
  tlgen_sha256(file->text, file->length, hex);
  if (!*layer && !*hex)
    return "";
  return mem_join(pool, " (", layer, *layer && *hex ? ", " : "", *hex ? "sha256 " : "", hex, ")",
                  NULL);
}

/* "api.tl (layer 229, sha256 12ab...) by tlgen 0.1.0": no paths, so that it is the same on every
 * machine. */
static const char *provenance(mem *pool, const tlp_schema *schema, const generate_args *args) {
  const char *from = "";
  for (uint32_t i = 0; i < tlp_schema_file_count(schema); i++) {
    const tlp_file *file = tlp_schema_file(schema, i);
    from = mem_join(pool, from, i ? ", " : "", file_name(file->name), facts_of(pool, file), NULL);
  }
  for (size_t i = 0; i < args->only.count; i++)
    from = mem_join(pool, from, i ? ", " : ", only ", (const char *)args->only.items[i], NULL);
  return mem_join(pool, from, args->keep_words ? " with all # words" : "",
                  " by tlgen " TLGEN_VERSION, NULL);
}

/* ---- what goes in ---- */

typedef bool add_facts(model *m, const char *file, char *text);

static bool read_facts(model *m, const list *files, add_facts *add) {
  for (size_t i = 0; i < files->count; i++) {
    const char *path = files->items[i];
    size_t length;
    char *table = generate_read_file(&m->pool, path, &length);
    if (!table) {
      tlgen_error("%s: %s", path, strerror(errno));
      return false;
    }
    if (strlen(table) != length) {
      tlgen_error("%s: a NUL byte in a text file", path);
      return false;
    }
    if (!add(m, path, table))
      return false;
  }
  return true;
}

/* The patterns in the files of --hot: words, but for those behind a #. */
static bool read_hot(mem *pool, const list *files, list *patterns) {
  for (size_t i = 0; i < files->count; i++) {
    size_t length;
    const char *at = generate_read_file(pool, files->items[i], &length);
    if (!at) {
      tlgen_error("%s: %s", (const char *)files->items[i], strerror(errno));
      return false;
    }
    while (*(at += strspn(at, " \t\r\n"))) {
      size_t size = *at == '#' ? strcspn(at, "\n") : strcspn(at, " \t\r\n#");
      if (*at != '#')
        list_push(pool, patterns, mem_copy(pool, at, size));
      at += size;
    }
  }
  return true;
}

/* ---- what comes out ---- */

static bool put_file(void *ctx, const char *path, const text *body) {
  return sink_put(ctx, path, body);
}

static void add_dependencies(text *rule, const list *files) {
  for (size_t i = 0; i < files->count; i++) {
    text_add(rule, " \\\n  ");
    for (const char *p = files->items[i]; *p; p++) {
      if (*p == ' ' || *p == '#')
        text_add(rule, "\\");
      text_add_n(rule, p, 1);
      if (*p == '$')
        text_add(rule, "$");
    }
  }
}

static bool write_depfile(model *m, const generate_args *args) {
  text rule = {0};
  TEXT_BLOCK(&rule, "{out}/src/{prefix}_schema.c:", "out", args->out, "prefix", m->prefix);
  add_dependencies(&rule, &args->schemas);
  add_dependencies(&rule, &args->errors);
  add_dependencies(&rule, &args->methods);
  add_dependencies(&rule, &args->hot);
  add_dependencies(&rule, &args->legacy);
  text_add(&rule, "\n");
  bool ok = tlgen_write_file(args->depfile, rule.data, rule.size);
  text_free(&rule);
  return ok;
}

static bool put(model *m, const generate_args *args) {
  sink s = {.pool = &m->pool, .out = args->out, .check = args->check};
  bool ok = emit_all(m, put_file, &s) && sink_finish(&s, emit_include_folder(m)) && !s.stale;
  if (ok && args->depfile && !args->check)
    ok = write_depfile(m, args);
  return ok;
}

/* ---- the command ---- */

/* Prints what the model had to say about the schema. Returns how much that was. */
static size_t print_new_diags(const tlp_schema *schema, size_t first) {
  size_t count = tlp_schema_diag_count(schema);
  for (size_t i = first; i < count; i++) {
    char line[2048];
    tlp_diag_format(schema, tlp_schema_diag(schema, i), line, sizeof line);
    fputs(line, stderr);
  }
  return count - first;
}

/* A client of a schema with layers has to say which one it speaks. */
static bool layer_is_known(const model *m) {
  if (m->layer || !tlp_schema_find(m->schema, "invokeWithLayer"))
    return true;
  tlgen_error(
      "the schema has invokeWithLayer and does not say which layer it is: give --layer N, or "
      "write `// LAYER N` into it");
  return false;
}

static bool generate(model *m, tlp_schema *schema, const generate_args *args) {
  size_t diags = tlp_schema_diag_count(schema);
  if (!layer_is_known(m))
    return false;
  if (!read_facts(m, &args->errors, model_add_errors) ||
      !read_facts(m, &args->methods, model_add_methods))
    return false;
  bool built = model_build(m);
  if (print_new_diags(schema, diags) && args->strict) {
    tlgen_error("nothing is written, as --strict asks");
    return false;
  }
  return built && put(m, args);
}

static bool run(mem *pool, const generate_args *args) {
  list hot = {0};
  if (!read_hot(pool, &args->hot, &hot))
    return false;
  generate_legacy legacy;
  if (!generate_read_legacy(pool, &args->legacy, &legacy))
    return false;
  tlp_schema *schema =
      tlgen_load_schema_and((const char *const *)args->schemas.items, args->schemas.count,
                            legacy.file, legacy.forms, args->quiet);
  if (!schema)
    return false;
  model m;
  model_options options = {.prefix = args->prefix,
                           .doc_url = args->doc_url,
                           .provenance = provenance(pool, schema, args),
                           .only = (const char *const *)args->only.items,
                           .only_count = args->only.count,
                           .layer = args->layer,
                           .keep_words = args->keep_words,
                           .hot = (const char *const *)hot.items,
                           .hot_count = hot.count,
                           .legacy = legacy.forms ? (uint32_t)args->schemas.count + 1 : 0,
                           .legacy_names = legacy.names};
  model_new(&m, schema, &options);
  bool ok = generate(&m, schema, args);
  model_free(&m);
  tlp_schema_free(schema);
  return ok;
}

int cmd_generate(int argc, char **argv) {
  mem pool = {0};
  generate_args args;
  int status = TLGEN_USAGE;
  if (!generate_read_args(&pool, &args, argc, argv))
    fputs("Try: tlgen generate --help\n", stderr);
  else if (args.help)
    status = fputs(generate_usage, stdout) >= 0 ? TLGEN_OK : TLGEN_FAILED;
  else
    status = run(&pool, &args) ? TLGEN_OK : TLGEN_FAILED;
  mem_free(&pool);
  return status;
}
