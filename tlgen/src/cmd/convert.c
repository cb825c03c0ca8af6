/* convert.c: `tlgen convert`, which turns the data of npm packages into the files of schema/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "convert/convert.h"

static const char usage_text[] =
    "usage: tlgen convert --package DIR... [--facts DIR...] [--mtproto FILE]\n"
    "                     [--mtproto-extra FILE] [--texts FILE] --out DIR\n"
    "\n"
    "Reads unpacked npm packages and writes api.tl, errors.tsv, methods.tsv and, where a package\n"
    "has the service messages, mtproto.tl: facts only, each with package, version and checksums "
    "in\n"
    "its head. The packages may be @mtcute/core and @mtcute/tl (JSON), telegram (GramJS: TL in a\n"
    "script) and teleproto (a table whose names are in camel case). Nothing of them is run.\n"
    "\n"
    "The newest layer that a package has is taken; packages of the same layer are compared, and\n"
    "united where their ids agree. The facts are those of the package of mtcute whose layer is\n"
    "nearest and which do not contradict themselves. Nothing is written unless all of it is "
    "right:\n"
    "every id must be what its declaration hashes to, but for a few that Telegram itself has\n"
    "otherwise, which are named.\n"
    "\n"
    "  --package DIR         where package.json lies; the data is in DIR/tl or in DIR itself\n"
    "  --facts DIR           another package of mtcute, asked for its facts only\n"
    "  --mtproto FILE        the service messages, which teleproto does not keep apart\n"
    "  --mtproto-extra FILE  a schema with the service messages that the packages lack\n"
    "  --texts FILE          the descriptions, too, of the package that the facts are from\n"
    "  --out DIR             where to write; it must exist\n"
    "\n"
    "exit status: 0 written; 1 the data is wrong or a file cannot be read or written; 2 wrong "
    "usage\n";

enum { MOST_PACKAGES = 16 };
enum { OUT_API, OUT_MTPROTO, OUT_ERRORS, OUT_METHODS, OUTPUTS };

static const char *const output_names[OUTPUTS] = {"api.tl", "mtproto.tl", "errors.tsv",
                                                  "methods.tsv"};

typedef struct convert_options {
  const char *packages[MOST_PACKAGES]; /* those asked for their facts only come after the others */
  size_t count;
  size_t facts;
  const char *fact_packages[MOST_PACKAGES];
  const char *mtproto;
  const char *extra;
  const char *texts;
  const char *out;
} convert_options;

typedef struct conversion {
  tlp_schema *service;
  convert_package packages[2 * MOST_PACKAGES];
  size_t count;   /* of all packages */
  size_t schemas; /* the first of them are asked for their schema */
  const convert_package *newest[MOST_PACKAGES];
  size_t newest_count;
  text outputs[OUTPUTS];
} conversion;

static bool read_packages(conversion *c, const convert_options *options) {
  if (options->mtproto && !(c->service = tlgen_load_schema(&options->mtproto, 1, true)))
    return false;
  for (size_t i = 0; i < options->count + options->facts; i++) {
    const char *dir =
        i < options->count ? options->packages[i] : options->fact_packages[i - options->count];
    if (!convert_read_package(dir, c->service, &c->packages[c->count++]))
      return false;
  }
  c->schemas = options->count;
  return true;
}

static void find_newest(conversion *c) {
  int32_t layer = 0;
  for (size_t i = 0; i < c->schemas; i++)
    layer = c->packages[i].layer > layer ? c->packages[i].layer : layer;
  for (size_t i = 0; i < c->schemas; i++)
    if (c->packages[i].layer == layer)
      c->newest[c->newest_count++] = &c->packages[i];
}

static int32_t distance(const conversion *c, const convert_package *package) {
  return abs(c->newest[0]->layer - package->layer);
}

/* The package with facts whose layer is nearest; NULL when there is none. */
static const convert_package *nearest(const conversion *c, bool plausible) {
  const convert_package *best = NULL;
  for (size_t i = 0; i < c->count; i++) {
    const convert_package *package = &c->packages[i];
    if (!package->errors || (best && distance(c, package) >= distance(c, best)))
      continue;
    if (!plausible || convert_is_plausible(package))
      best = package;
  }
  return best;
}

static bool write_texts(const convert_package *package, const char *path) {
  text all = {0};
  convert_texts(package, &all);
  bool ok = tlgen_write_file(path, all.data, all.size);
  text_free(&all);
  return ok;
}

static bool convert_all(conversion *c, const convert_options *options) {
  if (!convert_api(c->newest, c->newest_count, &c->outputs[OUT_API]) ||
      !convert_verify(output_names[OUT_API], &c->outputs[OUT_API]))
    return false;
  const convert_package *service = nearest(c, false);
  const convert_package *facts = nearest(c, true);
  if (!facts) {
    tlgen_error("no package has facts to believe: which errors a method returns, and who may call "
                "it; name one that has, @mtcute/core, with --facts");
    return false;
  }
  (void)printf("facts: %s %s (layer %d)\n", facts->name, facts->version, (int)facts->layer);
  if (options->texts && !write_texts(facts, options->texts))
    return false;
  return convert_errors(facts, &c->outputs[OUT_ERRORS]) &&
         convert_methods(facts, &c->outputs[OUT_API], &c->outputs[OUT_METHODS]) &&
         convert_mtproto(service, options->extra, &c->outputs[OUT_MTPROTO]) &&
         convert_verify(output_names[OUT_MTPROTO], &c->outputs[OUT_MTPROTO]);
}

static bool write_outputs(const char *dir, const text *outputs) {
  bool ok = true;
  for (size_t i = 0; ok && i < OUTPUTS; i++) {
    text path = {0};
    text_printf(&path, "%s/%s", dir, output_names[i]);
    ok = tlgen_write_file(path.data, outputs[i].data, outputs[i].size);
    text_free(&path);
  }
  return ok;
}

static int run(const convert_options *options) {
  conversion c = {0};
  bool ok = read_packages(&c, options);
  if (ok) {
    find_newest(&c);
    ok = convert_all(&c, options) && write_outputs(options->out, c.outputs);
  }
  for (size_t i = 0; i < OUTPUTS; i++)
    text_free(&c.outputs[i]);
  for (size_t i = 0; i < c.count; i++)
    convert_free_package(&c.packages[i]);
  tlp_schema_free(c.service);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

/* Where the value of the option goes; NULL when there is no such option or no more room. */
static const char **option_place(convert_options *options, const char *name) {
  if (strcmp(name, "--package") == 0 && options->count < MOST_PACKAGES)
    return &options->packages[options->count++];
  if (strcmp(name, "--facts") == 0 && options->facts < MOST_PACKAGES)
    return &options->fact_packages[options->facts++];
  if (strcmp(name, "--mtproto") == 0)
    return &options->mtproto;
  if (strcmp(name, "--mtproto-extra") == 0)
    return &options->extra;
  if (strcmp(name, "--texts") == 0)
    return &options->texts;
  return strcmp(name, "--out") == 0 ? &options->out : NULL;
}

int cmd_convert(int argc, char **argv) {
  convert_options options = {0};
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i], "--help") == 0) {
      (void)fputs(usage_text, stdout);
      return TLGEN_OK;
    }
    const char **place = option_place(&options, argv[i]);
    if (!place || i + 1 >= argc)
      return tlgen_no_option("convert", argv[i], usage_text);
    *place = argv[i + 1];
  }
  if (!options.count || !options.out) {
    (void)fputs(usage_text, stderr);
    return TLGEN_USAGE;
  }
  return run(&options);
}
