/* docs.c: `tlgen docs`, which writes a site that says what a schema has. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "docs/docs.h"
#include "model/build.h"

static const char usage_text[] =
    "usage: tlgen docs --schema FILE --out DIR [OPTION]...\n"
    "\n"
    "Writes a page for each method, constructor and type of the schema, lists of methods, types, "
    "errors\n"
    "and changes, and a search that works from files: open DIR/index.html.\n"
    "\n"
    "  --errors FILE    table of errors, and the methods that return them (twice: one more)\n"
    "  --methods FILE   table of who may call which method (twice: one more)\n"
    "  --changes FILE   what came, went and changed with each layer (tlgen layers)\n"
    "  --texts FILE     descriptions (schema/update --texts)\n"
    "  --title TEXT     what the site is called\n"
    "  --prefix NAME    what the names in the examples start with (tg)\n"
    "  --examples FILE  all examples as one C file\n"
    "\n"
    "exit status: 0 written; 1 the schema is wrong or a file cannot be read or written; 2 wrong "
    "usage\n";

enum { MOST_TABLES = 4 };

typedef struct docs_options {
  const char *schema, *out, *changes, *texts, *title, *prefix, *examples;
  const char *errors[MOST_TABLES], *methods[MOST_TABLES];
  size_t n_errors, n_methods;
} docs_options;

/* The file, in the pool; NULL and a message when it cannot be read. */
static char *read_table(model *m, const char *path) {
  text body = {0};
  char *copy = NULL;
  if (tlgen_read_file(&body, path))
    copy = mem_copy(&m->pool, body.data ? body.data : "", body.size);
  text_free(&body);
  return copy;
}

static bool read_facts(model *m, const docs_options *options) {
  for (size_t i = 0; i < options->n_errors; i++) {
    char *table = read_table(m, options->errors[i]);
    if (!table || !model_add_errors(m, options->errors[i], table))
      return false;
  }
  for (size_t i = 0; i < options->n_methods; i++) {
    char *table = read_table(m, options->methods[i]);
    if (!table || !model_add_methods(m, options->methods[i], table))
      return false;
  }
  return true;
}

static bool read_more(docs *d, const docs_options *options) {
  char *changes = options->changes ? read_table(d->m, options->changes) : NULL;
  char *texts = options->texts ? read_table(d->m, options->texts) : NULL;
  if ((options->changes && !changes) || (options->texts && !texts))
    return false;
  if (changes)
    docs_read_changes(d, changes);
  if (texts)
    docs_read_texts(d, texts);
  return true;
}

static bool write_examples(docs *d, const char *path) {
  text all = {0};
  docs_examples(d, &all);
  bool ok = tlgen_write_file(path, all.data, all.size);
  text_free(&all);
  return ok;
}

static bool write_site(model *m, const docs_options *options) {
  docs d = {.m = m, .out = options->out, .title = options->title};
  if (!d.title)
    d.title = m->layer ? mem_join(&m->pool, "Layer ", NUMBER(m->layer), NULL) : "Schema";
  return read_more(&d, options) && docs_write(&d) &&
         (!options->examples || write_examples(&d, options->examples));
}

static int run(const docs_options *options) {
  tlp_schema *schema = tlgen_load_schema(&options->schema, 1, true);
  if (!schema)
    return TLGEN_FAILED;
  model m;
  model_options how = {.prefix = options->prefix};
  model_new(&m, schema, &how);
  bool ok = read_facts(&m, options) && model_build(&m) && write_site(&m, options);
  model_free(&m);
  tlp_schema_free(schema);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

static const char **option_place(docs_options *options, const char *name) {
  if (strcmp(name, "--errors") == 0 && options->n_errors < MOST_TABLES)
    return &options->errors[options->n_errors++];
  if (strcmp(name, "--methods") == 0 && options->n_methods < MOST_TABLES)
    return &options->methods[options->n_methods++];
  const struct {
    const char *name;
    const char **place;
  } places[] = {{"--schema", &options->schema},    {"--out", &options->out},
                {"--changes", &options->changes},  {"--texts", &options->texts},
                {"--title", &options->title},      {"--prefix", &options->prefix},
                {"--examples", &options->examples}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (strcmp(places[i].name, name) == 0)
      return places[i].place;
  return NULL;
}

int cmd_docs(int argc, char **argv) {
  docs_options options = {.prefix = "tg"};
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i], "--help") == 0) {
      (void)fputs(usage_text, stdout);
      return TLGEN_OK;
    }
    const char **place = option_place(&options, argv[i]);
    if (!place || i + 1 >= argc)
      return tlgen_no_option("docs", argv[i], usage_text);
    *place = argv[i + 1];
  }
  if (!options.schema || !options.out) {
    (void)fputs(usage_text, stderr);
    return TLGEN_USAGE;
  }
  return run(&options);
}
