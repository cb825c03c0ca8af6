/* package.c: one npm package as data: what it is, its layer, and its schema as TL text, whatever of
 * the three kinds of package it is. Nothing of it is run. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "convert/convert.h"
#include "convert/package.h"

static bool exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file)
    (void)fclose(file);
  return file != NULL;
}

/* DIR/tl/NAME, or DIR/NAME when the package has no such file in that folder. */
static bool find_file(const char *dir, const char *name, text *path) {
  text_clear(path);
  text_printf(path, "%s/tl/%s", dir, name);
  if (exists(path->data))
    return true;
  text_clear(path);
  text_printf(path, "%s/%s", dir, name);
  return exists(path->data);
}

static bool read_file(const char *dir, const char *name, text *out) {
  text path = {0};
  (void)find_file(dir, name, &path);
  bool ok = tlgen_read_file(out, path.data);
  text_free(&path);
  return ok;
}

json_t *convert_parse_json(const char *data, size_t size, const char *path) {
  json_error_t error;
  json_t *json = json_loadb(data ? data : "", size, 0, &error);
  if (!json)
    tlgen_error("%s:%d:%d: %s", path, error.line, error.column, error.text);
  return json;
}

static json_t *read_json(const char *dir, const char *name, char sha256[65]) {
  text data = {0};
  json_t *json =
      read_file(dir, name, &data) ? convert_parse_json(data.data, data.size, name) : NULL;
  tlgen_sha256(data.data ? data.data : "", data.size, sha256);
  text_free(&data);
  return json;
}

/* ---- the kinds ---- */

static bool read_mtcute(convert_package *package, const text *data) {
  package->schema = convert_parse_json(data->data, data->size, package->file);
  if (!package->schema)
    return false;
  const json_t *layer = json_object_get(package->schema, "l");
  if (json_is_integer(layer) && json_integer_value(layer) <= INT32_MAX)
    package->layer = (int32_t)json_integer_value(layer);
  return convert_api_json(package->schema, package->file, &package->api);
}

/* The number in `exports.LAYER = 198;`; 0 when there is none. */
static int32_t layer_in(const text *script) {
  static const char mark[] = "LAYER = ";
  for (const char *at = script->data; at && (at = strstr(at, mark));) {
    at += sizeof mark - 1;
    if (isdigit((unsigned char)*at))
      return (int32_t)strtol(at, NULL, 10);
  }
  return 0;
}

static void read_layer(convert_package *package, const char *name) {
  text script = {0};
  if (read_file(package->dir, name, &script))
    package->layer = layer_in(&script);
  text_free(&script);
}

/* The text between the first and the last of `open` and `close` in a script that only exports it.
 */
static bool literal(const convert_package *package, const text *script, char open, char close,
                    const char **start, size_t *size) {
  const char *first = script->data ? strchr(script->data, open) : NULL;
  const char *last = first ? strrchr(first, close) : NULL;
  if (!first || last <= first) {
    tlgen_error("%s: there is no literal in it", package->file);
    return false;
  }
  *start = first;
  *size = (size_t)(last - first) + 1;
  return true;
}

static bool read_gramjs(convert_package *package, const text *data) {
  const char *start;
  size_t size;
  if (!literal(package, data, '`', '`', &start, &size))
    return false;
  if (memchr(start, '\\', size) || strstr(start, "${")) {
    tlgen_error("%s: not a plain text", package->file);
    return false;
  }
  read_layer(package, "AllTLObjects.js");
  text_add_n(&package->api, start + 1, size - 2);
  return true;
}

/* GramJS before version 2.0.8. */
static bool read_plain(convert_package *package, const text *data) {
  read_layer(package, "AllTLObjects.js");
  text_add_n(&package->api, data->data ? data->data : "", data->size);
  return true;
}

static bool read_teleproto(convert_package *package, const text *data) {
  const char *start;
  size_t size;
  if (!literal(package, data, '[', ']', &start, &size))
    return false;
  read_layer(package, "runtime/registry.js");
  json_t *definitions = convert_parse_json(start, size, package->file);
  bool ok = definitions && convert_api_camel(definitions, package->service, &package->api);
  json_decref(definitions);
  return ok;
}

static const struct {
  const char *file;
  bool (*read)(convert_package *package, const text *data);
} kinds[] = {{"api-schema.json", read_mtcute},
             {"apiTl.js", read_gramjs},
             {"static/api.tl", read_plain},
             {"generated/api-definitions.js", read_teleproto}};

/* ---- a package ---- */

static bool read_manifest(convert_package *package) {
  char sha256[65];
  package->manifest = read_json(package->dir, "package.json", sha256);
  if (!package->manifest)
    return false;
  package->name = convert_string(package->manifest, "name", "package.json");
  package->version = convert_string(package->manifest, "version", "package.json");
  return package->name && package->version;
}

/* What only the packages of mtcute have. */
static bool read_facts(convert_package *package) {
  text path = {0};
  bool there = find_file(package->dir, "raw-errors.json", &path);
  text_free(&path);
  if (!package->schema || !there)
    return true;
  package->mtproto = read_json(package->dir, "mtp-schema.json", package->mtproto_sha256);
  package->errors = read_json(package->dir, "raw-errors.json", package->errors_sha256);
  return package->mtproto && package->errors;
}

static bool read_kind(convert_package *package) {
  text path = {0}, data = {0};
  bool ok = false;
  size_t i = 0, count = sizeof kinds / sizeof *kinds;
  while (i < count && !find_file(package->dir, kinds[i].file, &path))
    i++;
  if (i == count) {
    tlgen_error("%s: no package that tlgen can read: it has none of api-schema.json, apiTl.js, "
                "static/api.tl and generated/api-definitions.js",
                package->dir);
  } else if (tlgen_read_file(&data, path.data)) {
    package->file = kinds[i].file;
    tlgen_sha256(data.data ? data.data : "", data.size, package->sha256);
    ok = kinds[i].read(package, &data);
  }
  if (ok && package->layer <= 0) {
    tlgen_error("%s: there is no layer", package->dir);
    ok = false;
  }
  text_free(&path);
  text_free(&data);
  return ok;
}

bool convert_read_package(const char *dir, const tlp_schema *service, convert_package *package) {
  *package = (convert_package){.dir = dir, .service = service};
  return read_manifest(package) && read_kind(package) && read_facts(package);
}

void convert_free_package(convert_package *package) {
  json_decref(package->manifest);
  json_decref(package->schema);
  json_decref(package->mtproto);
  json_decref(package->errors);
  text_free(&package->api);
  *package = (convert_package){0};
}
