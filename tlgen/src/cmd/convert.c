/* convert.c: `tlgen convert`, which turns the data of an npm package into the files of schema/.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "cmd/commands.h"
#include "convert/convert.h"

static const char usage_text[] =
    "usage: tlgen convert --package DIR [--mtproto-extra FILE] --out DIR\n"
    "\n"
    "Reads the unpacked npm package @mtcute/core or @mtcute/tl in DIR and writes api.tl, "
    "mtproto.tl,\n"
    "errors.tsv and methods.tsv: facts only, each with the package, its version and checksums in "
    "its\n"
    "head. Nothing is written unless all of it is right: every id must be what its declaration "
    "hashes\n"
    "to, but for a few that Telegram itself has otherwise, which are named.\n"
    "\n"
    "  --package DIR         where package.json lies; the data is in DIR/tl or in DIR itself\n"
    "  --mtproto-extra FILE  a schema with the service messages that the package lacks\n"
    "  --out DIR             where to write; it must exist\n"
    "\n"
    "exit status: 0 written; 1 the data is wrong or a file cannot be read or written; 2 wrong "
    "usage\n";

typedef struct convert_options {
  const char *package;
  const char *extra;
  const char *out;
} convert_options;

/* ---- reading the package ---- */

static bool exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file)
    (void)fclose(file);
  return file != NULL;
}

/* DIR/tl/NAME, or DIR/NAME when the package has no such folder. */
static void find_file(const char *dir, const char *name, text *path) {
  text_printf(path, "%s/tl/%s", dir, name);
  if (exists(path->data))
    return;
  text_clear(path);
  text_printf(path, "%s/%s", dir, name);
}

static json_t *parse_json(const text *data, const char *path) {
  json_error_t error;
  json_t *json = json_loadb(data->data ? data->data : "", data->size, 0, &error);
  if (!json)
    tlgen_error("%s:%d:%d: %s", path, error.line, error.column, error.text);
  return json;
}

static bool read_source(const char *dir, const char *name, convert_source *source) {
  text path = {0}, data = {0};
  find_file(dir, name, &path);
  bool ok = tlgen_read_file(&data, path.data);
  source->file = name;
  if (ok) {
    tlgen_sha256(data.data ? data.data : "", data.size, source->sha256);
    source->json = parse_json(&data, path.data);
    ok = source->json != NULL;
  }
  text_free(&path);
  text_free(&data);
  return ok;
}

/* ---- writing ---- */

enum { API, MTPROTO, ERRORS, PACKAGE, SOURCES };
enum { OUT_API, OUT_MTPROTO, OUT_ERRORS, OUT_METHODS, OUTPUTS };

static const char *const source_names[SOURCES] = {"api-schema.json", "mtp-schema.json",
                                                  "raw-errors.json", "package.json"};
static const char *const output_names[OUTPUTS] = {"api.tl", "mtproto.tl", "errors.tsv",
                                                  "methods.tsv"};

static bool read_package(const convert_options *options, convert_source *sources) {
  for (size_t i = 0; i < SOURCES; i++) {
    if (!read_source(options->package, source_names[i], &sources[i]))
      return false;
  }
  const char *package = convert_string(sources[PACKAGE].json, "name", "package.json");
  const char *version = convert_string(sources[PACKAGE].json, "version", "package.json");
  const json_t *layer = json_object_get(sources[API].json, "l");
  if (!json_is_integer(layer) || json_integer_value(layer) <= 0) {
    tlgen_error("%s: there is no layer", source_names[API]);
    return false;
  }
  for (size_t i = 0; i < SOURCES; i++) {
    sources[i].package = package;
    sources[i].version = version;
    sources[i].layer = json_integer_value(layer);
  }
  return package && version;
}

static bool convert_all(const convert_options *options, const convert_source *sources,
                        text *outputs) {
  bool ok = convert_api(&sources[API], &outputs[OUT_API]) &&
            convert_mtproto(&sources[MTPROTO], options->extra, &outputs[OUT_MTPROTO]) &&
            convert_errors(&sources[API], &sources[ERRORS], &outputs[OUT_ERRORS]) &&
            convert_methods(&sources[API], &outputs[OUT_METHODS]);
  return ok && convert_verify(output_names[OUT_API], &outputs[OUT_API]) &&
         convert_verify(output_names[OUT_MTPROTO], &outputs[OUT_MTPROTO]);
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
  convert_source sources[SOURCES] = {{0}};
  text outputs[OUTPUTS] = {{0}};
  bool ok = read_package(options, sources) && convert_all(options, sources, outputs) &&
            write_outputs(options->out, outputs);
  for (size_t i = 0; i < OUTPUTS; i++)
    text_free(&outputs[i]);
  for (size_t i = 0; i < SOURCES; i++)
    json_decref(sources[i].json);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

static const char **option_place(convert_options *options, const char *name) {
  if (strcmp(name, "--package") == 0)
    return &options->package;
  if (strcmp(name, "--mtproto-extra") == 0)
    return &options->extra;
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
    if (!place || i + 1 >= argc) {
      tlgen_error(place ? "%s needs a value" : "there is no option `%s`; see tlgen convert --help",
                  argv[i]);
      return TLGEN_USAGE;
    }
    *place = argv[i + 1];
  }
  if (!options.package || !options.out) {
    (void)fputs(usage_text, stderr);
    return TLGEN_USAGE;
  }
  return run(&options);
}
