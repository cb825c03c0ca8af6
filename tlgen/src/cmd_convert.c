/* cmd_convert.c: `tlgen convert`, which turns the data of an npm package into the files of schema/.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "convert.h"

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

static void sha256_hex(const void *data, size_t length, char hex[65]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  hex[0] = '\0';
  if (!EVP_Digest(data, length, digest, &size, EVP_sha256(), NULL) || size != 32)
    return;
  for (size_t i = 0; i < 32; i++)
    (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void convert_finish(tlgen_text *out, const char *mark, const char *title,
                    const convert_source *source, const tlgen_text *body) {
  char hex[65];
  sha256_hex(body->data, body->length, hex);
  tlgen_text_printf(out, "%sLAYER %" JSON_INTEGER_FORMAT "\n", mark, source->layer);
  tlgen_text_printf(out, "%s%s Made by `tlgen convert`; do not edit.\n", mark, title);
  tlgen_text_printf(out, "%ssource: npm %s %s, %s\n", mark, source->package, source->version,
                    source->file);
  tlgen_text_printf(out, "%ssource-sha256: %s\n", mark, source->sha256);
  tlgen_text_printf(out, "%sbody-sha256: %s (all that follows this line)\n", mark, hex);
  tlgen_text_add(out, body->data, body->length);
  out->failed = out->failed || body->failed || hex[0] == '\0';
}

/* ---- reading the package ---- */

static bool exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file)
    (void)fclose(file);
  return file != NULL;
}

/* DIR/tl/NAME, or DIR/NAME when the package has no such folder. */
static bool find_file(const char *dir, const char *name, tlgen_text *path) {
  tlgen_text_printf(path, "%s/tl/%s", dir, name);
  if (path->failed || exists(path->data))
    return !path->failed;
  path->length = 0;
  tlgen_text_printf(path, "%s/%s", dir, name);
  return !path->failed;
}

static json_t *parse_json(const tlgen_text *text, const char *path) {
  json_error_t error;
  json_t *json = json_loadb(text->data ? text->data : "", text->length, 0, &error);
  if (!json)
    tlgen_error("%s:%d:%d: %s", path, error.line, error.column, error.text);
  return json;
}

static bool read_source(const char *dir, const char *name, convert_source *source) {
  tlgen_text path = {0}, text = {0};
  bool ok = find_file(dir, name, &path) && tlgen_text_read(&text, path.data);
  source->file = name;
  if (ok) {
    sha256_hex(text.data ? text.data : "", text.length, source->sha256);
    source->json = parse_json(&text, path.data);
    ok = source->json != NULL;
  }
  tlgen_text_free(&path);
  tlgen_text_free(&text);
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
                        tlgen_text *outputs) {
  bool ok = convert_api(&sources[API], &outputs[OUT_API]) &&
            convert_mtproto(&sources[MTPROTO], options->extra, &outputs[OUT_MTPROTO]) &&
            convert_errors(&sources[API], &sources[ERRORS], &outputs[OUT_ERRORS]) &&
            convert_methods(&sources[API], &outputs[OUT_METHODS]);
  for (size_t i = 0; ok && i < OUTPUTS; i++) {
    if (outputs[i].failed) {
      tlgen_error("out of memory");
      return false;
    }
  }
  return ok && convert_verify(output_names[OUT_API], &outputs[OUT_API]) &&
         convert_verify(output_names[OUT_MTPROTO], &outputs[OUT_MTPROTO]);
}

static bool write_outputs(const char *dir, const tlgen_text *outputs) {
  bool ok = true;
  for (size_t i = 0; ok && i < OUTPUTS; i++) {
    tlgen_text path = {0};
    tlgen_text_printf(&path, "%s/%s", dir, output_names[i]);
    ok = !path.failed && tlgen_write_file(path.data, outputs[i].data, outputs[i].length);
    tlgen_text_free(&path);
  }
  return ok;
}

static int run(const convert_options *options) {
  convert_source sources[SOURCES] = {{0}};
  tlgen_text outputs[OUTPUTS] = {{0}};
  bool ok = read_package(options, sources) && convert_all(options, sources, outputs) &&
            write_outputs(options->out, outputs);
  for (size_t i = 0; i < OUTPUTS; i++)
    tlgen_text_free(&outputs[i]);
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
