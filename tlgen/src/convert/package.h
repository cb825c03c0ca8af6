/* package.h: an npm package as a source of schemas. */
#ifndef TLGEN_CONVERT_PACKAGE_H
#define TLGEN_CONVERT_PACKAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "tl-parser/tl-parser.h"

typedef struct convert_package {
  const char *dir; /* where it lies, unpacked; the caller's */
  const char *name;
  const char *version;
  const char *file; /* that the schema is from, as the package has it */
  char sha256[65];  /* of that file, in hexadecimal */
  int32_t layer;
  text api;                  /* the declarations, constructors first: TL text without a head */
  const tlp_schema *service; /* the service messages, which are not the API's; the caller's */
  json_t *manifest;
  json_t *schema; /* these three: of mtcute's packages, with the facts; else NULL */
  json_t *mtproto;
  json_t *errors;
  char mtproto_sha256[65];
  char errors_sha256[65];
} convert_package;

/* Reads the package in `dir`: @mtcute/core and @mtcute/tl (JSON), GramJS' telegram (TL text in a
 * script), teleproto (a table with the names in camel case). `service` (may be NULL) has the
 * service messages, which teleproto does not keep apart. Free it also when false (and a message
 * printed) is what comes back. */
bool convert_read_package(const char *dir, const tlp_schema *service, convert_package *package);
void convert_free_package(convert_package *package);

/* NULL, and a message printed that names `path`, when it is not JSON. */
json_t *convert_parse_json(const char *data, size_t size, const char *path);

#endif
