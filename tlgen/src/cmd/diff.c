/* diff.c: `tlgen diff`, which says what one schema has otherwise than another. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "diff/diff.h"

static const char usage_text[] =
    "usage: tlgen diff OLD NEW [--json] [--only PATTERN,...] [--source DIR] [--prefix NAME]\n"
    "\n"
    "Says what NEW has otherwise than OLD: constructors, functions, types, fields, bits and "
    "errors;\n"
    "what kept its id and changed; what that does to programs in C. OLD and NEW are schemas, or "
    "folders\n"
    "with an api.tl and, for the errors, an errors.tsv.\n"
    "\n"
    "  --json          one JSON document\n"
    "  --only PATTERN  only what these functions need (auth.*, help.getConfig)\n"
    "  --source DIR    name the lines of the C and C++ sources below DIR that use what is gone or\n"
    "                  changed\n"
    "  --prefix NAME   what the names in those sources start with (tg)\n"
    "\n"
    "exit status: 0 no difference; 1 a schema is wrong or cannot be read; 2 wrong usage; 3 only\n"
    "differences that leave every line of C as it is; 4 others\n";

enum { TLGEN_DIFFERS = 3, TLGEN_INCOMPATIBLE = 4, MOST_PATTERNS = 64 };

typedef struct diff_options {
  const char *paths[2];
  size_t count;
  const char *patterns[MOST_PATTERNS];
  size_t n_patterns;
  const char *source;
  const char *prefix;
  bool json;
} diff_options;

static bool is_folder(const char *path) {
  DIR *dir = opendir(path);
  if (dir)
    (void)closedir(dir);
  return dir != NULL;
}

static tlp_schema *load(mem *pool, const char *path) {
  const char *file = is_folder(path) ? mem_join(pool, path, "/api.tl", NULL) : path;
  return tlgen_load_schema(&file, 1, true);
}

static json_t *described(const char *path, const tlp_schema *schema) {
  return json_pack("{s:s, s:i}", "path", path, "layer", (int)tlp_schema_layer(schema));
}

static bool compare_errors(diff *d, const diff_options *options) {
  text tables[2] = {{0}, {0}};
  bool ok = true;
  for (size_t i = 0; i < 2; i++) {
    if (!is_folder(options->paths[i]))
      goto done;
    char *path = mem_join(&d->pool, options->paths[i], "/errors.tsv", NULL);
    FILE *file = fopen(path, "rb");
    if (!file)
      goto done;
    (void)fclose(file);
    ok = ok && tlgen_read_file(&tables[i], path);
  }
  if (ok)
    diff_errors(d, tables[0].data, tables[1].data);
done:
  text_free(&tables[0]);
  text_free(&tables[1]);
  return ok;
}

static bool is_different(const json_t *document) {
  static const char *const sections[] = {"constructors", "functions", "types", "errors"};
  static const char *const lists[] = {"added", "removed", "changed"};
  for (size_t i = 0; i < 4; i++)
    for (size_t k = 0; k < 3; k++)
      if (json_array_size(json_object_get(json_object_get(document, sections[i]), lists[k])))
        return true;
  return false;
}

static int finish(diff *d, const diff_options *options) {
  bool different = is_different(d->document);
  (void)json_object_set_new(d->document, "compatible", json_boolean(!d->incompatible));
  if (options->json) {
    (void)json_dumpf(d->document, stdout, JSON_INDENT(1));
    (void)putchar('\n');
  } else {
    diff_print(d->document, stdout);
  }
  return d->incompatible ? TLGEN_INCOMPATIBLE : different ? TLGEN_DIFFERS : TLGEN_OK;
}

static int run(const diff_options *options) {
  diff d = {.prefix = options->prefix, .document = json_object()};
  tlp_schema *before = load(&d.pool, options->paths[0]);
  tlp_schema *after = before ? load(&d.pool, options->paths[1]) : NULL;
  int status = TLGEN_FAILED;
  if (after) {
    d.before = before;
    d.after = after;
    (void)json_object_set_new(d.document, "old", described(options->paths[0], before));
    (void)json_object_set_new(d.document, "new", described(options->paths[1], after));
    diff_select(&d, options->patterns, options->n_patterns);
    diff_definitions(&d);
    diff_types(&d);
    if (options->n_patterns)
      diff_touched(&d, options->patterns, options->n_patterns);
    if (compare_errors(&d, options) && (!options->source || diff_source(&d, options->source)))
      status = finish(&d, options);
  }
  json_decref(d.document);
  tlp_schema_free(before);
  tlp_schema_free(after);
  mem_free(&d.pool);
  return status;
}

/* "auth.*, help.getConfig" becomes two patterns; the text is cut up. */
static bool add_patterns(diff_options *options, char *all) {
  for (char *word = strtok(all, ", "); word; word = strtok(NULL, ", ")) {
    if (options->n_patterns == MOST_PATTERNS)
      return false;
    options->patterns[options->n_patterns++] = word;
  }
  return true;
}

static bool take_option(diff_options *options, int argc, char **argv, int *at) {
  const char *name = argv[*at];
  if (strcmp(name, "--json") == 0) {
    options->json = true;
    return true;
  }
  if (*name != '-' && options->count < 2) {
    options->paths[options->count++] = name;
    return true;
  }
  if (*at + 1 >= argc)
    return false;
  char *value = argv[++*at];
  if (strcmp(name, "--only") == 0)
    return add_patterns(options, value);
  const char **place = strcmp(name, "--source") == 0   ? &options->source
                       : strcmp(name, "--prefix") == 0 ? &options->prefix
                                                       : NULL;
  if (place)
    *place = value;
  return place != NULL;
}

int cmd_diff(int argc, char **argv) {
  diff_options options = {.prefix = "tg"};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      (void)fputs(usage_text, stdout);
      return TLGEN_OK;
    }
    const char *name = argv[i];
    if (!take_option(&options, argc, argv, &i))
      return tlgen_no_option("diff", name, usage_text);
  }
  if (options.count != 2) {
    (void)fputs(usage_text, stderr);
    return TLGEN_USAGE;
  }
  return run(&options);
}
