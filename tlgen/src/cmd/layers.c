/* layers.c: `tlgen layers`, which puts the schemas of several layers beside each other. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "cmd/commands.h"
#include "layers/layers.h"

static const char usage_text[] =
    "usage: tlgen layers [--changes FILE] [--legacy FILE [--lasting TABLE] [--more FORMS.tl]] "
    "SCHEMA.tl...\n"
    "\n"
    "Reads the schemas of several layers, each with its `// LAYER n`.\n"
    "\n"
    "  --changes FILE   writes what came, went and changed with each layer: a table\n"
    "  --legacy FILE    writes the forms that definitions had before the newest of the layers: a "
    "schema,\n"
    "                   each named after the last layer that had it\n"
    "  --lasting TABLE  name, id and last layer, for layers between those that are there\n"
    "  --more FORMS.tl  forms of layers that are not there, as --legacy writes them\n"
    "\n"
    "exit status: 0 written; 1 a schema is wrong or a file cannot be read or written; 2 wrong "
    "usage\n";

enum { MOST_LAYERS = 256 };

typedef struct layers_options {
  const char *changes;
  const char *legacy;
  const char *lasting;
  const char *more;
  const char *paths[MOST_LAYERS];
  size_t count;
} layers_options;

static bool write_text(const char *path, const text *t) {
  return tlgen_write_file(path, t->data ? t->data : "", t->size);
}

static int run(const layers_options *options) {
  layers all;
  text changes = {0}, legacy = {0}, lasting = {0}, more = {0};
  bool ok = layers_read(&all, options->paths, options->count) &&
            (!options->lasting || tlgen_read_file(&lasting, options->lasting)) &&
            (!options->more || tlgen_read_file(&more, options->more));
  if (ok && options->changes) {
    layers_changes(&all, &changes);
    ok = write_text(options->changes, &changes);
  }
  if (ok && options->legacy)
    ok = layers_legacy(&all, lasting.data, more.data, &legacy) &&
         write_text(options->legacy, &legacy);
  text_free(&changes);
  text_free(&legacy);
  text_free(&lasting);
  text_free(&more);
  layers_free(&all);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

static const char **option_place(layers_options *options, const char *name) {
  return strcmp(name, "--changes") == 0   ? &options->changes
         : strcmp(name, "--legacy") == 0  ? &options->legacy
         : strcmp(name, "--lasting") == 0 ? &options->lasting
         : strcmp(name, "--more") == 0    ? &options->more
                                          : NULL;
}

int cmd_layers(int argc, char **argv) {
  layers_options options = {0};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      (void)fputs(usage_text, stdout);
      return TLGEN_OK;
    }
    const char **place = option_place(&options, argv[i]);
    if (place && i + 1 < argc) {
      *place = argv[++i];
    } else if (place || argv[i][0] == '-' || options.count == MOST_LAYERS) {
      return tlgen_no_option("layers", argv[i], usage_text);
    } else {
      options.paths[options.count++] = argv[i];
    }
  }
  if (!options.count) {
    (void)fputs(usage_text, stderr);
    return TLGEN_USAGE;
  }
  return run(&options);
}
